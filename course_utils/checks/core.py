"""What students call: check, hint, progress and student_or_reference.

Importing this loads nothing heavy; the checks of a lab are imported at their first use.
"""

from __future__ import annotations

from typing import Any

from course_utils.checks import cards, store
from course_utils.checks.candidate import refuse_inside_an_answer
from course_utils.checks.exercise import (
    Exercise,
    Lab,
    Reflection,
    UnknownId,
    lab_modules,
    load_exercise,
    load_lab,
)
from course_utils.checks.outcome import CheckFailed, Outcome, Rejected, Status

__all__ = [
    "CheckFailed",
    "Exercise",
    "Lab",
    "MissingArgument",
    "Outcome",
    "Reflection",
    "Rejected",
    "Status",
    "UnknownId",
    "check",
    "hint",
    "lab_modules",
    "load_exercise",
    "load_lab",
    "progress",
    "student_or_reference",
]


MISSING: Any = ...  # no argument; None may be what the student hands over


class MissingArgument(TypeError):
    """A call without all its arguments. Shown in a notebook without the frames of this package."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


def _require_both(exercise_id: str, student_object: Any, caller: str) -> None:
    """Make sure that both arguments are there.

    Raises:
        MissingArgument: one is not; the message shows the whole call.
        UnknownId: there is no such exercise.
    """
    if exercise_id is MISSING:
        raise MissingArgument(f'expected an exercise and your function: {caller}("1.1", count_ngrams)')
    name = load_exercise(exercise_id).name
    if student_object is MISSING:
        raise MissingArgument(f'expected your function too: {caller}("{exercise_id}", {name})')


def check(exercise_id: str = MISSING, student_object: Any = MISSING) -> None:
    """Check an exercise and show a card that says what holds and what does not.

    Args:
        exercise_id: as in the exercise's heading, "1.2".
        student_object: the function or class itself, as in `check("1.1", count_ngrams)`.

    Raises:
        CheckFailed: the exercise is not passed, be it wrong or not begun: to a grader that looks at errors,
            as nbgrader does, silence would be full marks. In the labs the cells that check carry the tag
            `raises-exception`, so that "Run All" goes on to the end all the same.
        UnknownId: there is no such exercise.
        MissingArgument: called with less than both.
    """
    refuse_inside_an_answer("check")
    _require_both(exercise_id, student_object, "check")
    exercise = load_exercise(exercise_id)
    outcome = exercise.run(own_answer(exercise, student_object))
    store.record_outcome(outcome)
    cards.show(cards.outcome_card(outcome))
    if outcome.status is not Status.PASSED:
        raise CheckFailed(outcome)


def own_answer(exercise: Exercise, student_object: Any) -> Any:
    """What the student hands in; a stub in place of the course's own, which a lab may bind to the name."""
    if student_object is not exercise.load_reference():
        return student_object

    def stub(*_args: Any, **_kwargs: Any) -> None:
        name = exercise.name
        raise NotImplementedError(f"Exercise {exercise.id}: here {name} is the course's own, not yours")

    return stub


def hint(exercise_id: str = MISSING) -> None:
    """Show the next hint for this exercise: about the check that failed last, when one did.

    Raises:
        MissingArgument: called without the exercise.
        UnknownId: there is no such exercise.
    """
    if exercise_id is MISSING:
        raise MissingArgument('expected the exercise: hint("1.1")')
    exercise = load_exercise(exercise_id)
    kept = store.load(exercise_id)
    hints = exercise.hints_for(kept.get("failed_check"))
    number = min(kept.get("hints_shown", 0) + 1, len(hints))
    store.record_hint(exercise_id, number)
    cards.show(cards.hint_card(exercise, hints, number))


def progress(lab_id: str | int | None = None) -> None:
    """Show the points so far, of one lab ("01", "1" or 1) or of all.

    Raises:
        UnknownId: no such lab.
    """
    ids = lab_modules() if lab_id is None else [str(lab_id).zfill(2)]
    labs = [load_lab(each) for each in ids]
    kept = {each: store.load(each) for lab in labs for each in lab.exercises}
    cards.show(cards.progress_card(labs, kept, lasting=store.is_lasting()))


def student_or_reference(exercise_id: str = MISSING, student_object: Any = MISSING) -> Any:
    """The student's own object when it passes its checks, else the course's own, saying so.

    One unfinished exercise never blocks the rest of a lab.

    Raises:
        Rejected: called inside an answer, where the course's own would pass for the student's.
        UnknownId: there is no such exercise.
        MissingArgument: called with less than both.
    """
    refuse_inside_an_answer("student_or_reference")
    _require_both(exercise_id, student_object, "student_or_reference")
    exercise = load_exercise(exercise_id)
    if exercise.run(student_object).status is Status.PASSED:
        return student_object
    cards.show(cards.reference_card(exercise))
    return exercise.load_reference()
