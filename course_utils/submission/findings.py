"""What a student should know about a notebook before handing it in. Nothing of it is run."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from course_utils.checks import store
from course_utils.checks.exercise import Exercise
from course_utils.checks.outcome import Status
from course_utils.submission.reading import ANSWER, CHECK, REFLECTION, Cell, Notebook
from course_utils.submission.released import digest, released

PROMPT = "*Your answer:*"  # in every question's cell, and what stands below it is the answer
UNTOUCHED, EMPTY, WRITTEN = "not begun", f"still empty below {PROMPT}", "written"
_PASSED = "done: its check passed when it last ran"
_NOT_PASSED = "begun: its check did not pass when it last ran"
_UNCHECKED = "begun: its check has not run on this machine"


class Mark(StrEnum):
    """How much a line matters. The value is what it is shown with."""

    DONE = "✓"
    OPEN = "·"  # a student may hand in what is not finished
    AMISS = "!"  # what is written there would be lost


@dataclass(frozen=True)
class Line:
    """One exercise or question: its id, what it is called, and how it stands."""

    id: str
    name: str
    state: str
    mark: Mark


def lines(notebook: Notebook) -> list[Line]:
    """How each exercise and each question of the lab stands."""
    exercises = [_exercise_line(notebook, each) for each in notebook.lab.exercises.values()]
    questions = [_question_line(notebook, each.id, each.title) for each in notebook.lab.reflections.values()]
    return exercises + questions


def _exercise_line(notebook: Notebook, exercise: Exercise) -> Line:
    cells = notebook.of(ANSWER, exercise.id)
    problem = _problem(cells, exercise)
    if problem:
        return Line(exercise.id, exercise.name, problem, Mark.AMISS)
    state = UNTOUCHED if exercise.stub in cells[0].source else _last_seen(exercise.id)
    return Line(exercise.id, exercise.name, state, Mark.DONE if state == _PASSED else Mark.OPEN)


def _problem(cells: list[Cell], exercise: Exercise) -> str:
    """Why a grader could not take the answer as it is; "" when it can."""
    if not cells:
        return f"missing: no cell defines {exercise.name}, so there is nothing to grade"
    if len(cells) > 1:
        return f"{len(cells)} answer cells: keep one and delete the others, or the grader has to choose"
    if problem := syntax_problem(cells[0].source):
        return problem
    if exercise.name not in cells[0].source:
        return f"its cell does not define {exercise.name}, so there is nothing to grade"
    return ""


def _last_seen(exercise_id: str) -> str:
    """By the student's own record, which may be of an older answer: the checks are not run here."""
    kept = store.load(exercise_id)
    if kept.get("status") == Status.PASSED:
        return _PASSED
    return _NOT_PASSED if "status" in kept else _UNCHECKED


def _question_line(notebook: Notebook, id: str, title: str) -> Line:
    found = notebook.of(REFLECTION, id)
    if not found:
        return Line(id, title, "missing: no cell is marked as this question", Mark.AMISS)
    answer = found[-1].source.rpartition(PROMPT)[2]  # without the prompt, the whole text
    empty = not answer.strip()
    return Line(id, title, EMPTY if empty else WRITTEN, Mark.OPEN if empty else Mark.DONE)


def syntax_problem(source: str) -> str:
    """Why Python cannot read a cell, and at which line; "" when it can, Jupyter's commands left out."""
    error = _error(source)
    if error is None or _error(_without_commands(source)) is None:
        return ""
    if not isinstance(error, SyntaxError):
        return f"Python cannot read it: {error}"
    number, lines = error.lineno or 1, source.splitlines() or [""]
    line = lines[min(number, len(lines)) - 1].strip()
    return f"Python cannot read line {number}, `{line}`: {error.msg}"


def _error(source: str) -> Exception | None:
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(source, "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return error
    return None


def _without_commands(source: str) -> str:
    """The cell as Jupyter runs it: %time and !ls become calls."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        with warnings.catch_warnings(action="ignore"):
            transformed: str = TransformerManager().transform_cell(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
    return transformed


def notes(notebook: Notebook) -> list[str]:
    """What else to tell: cells that are not the course's own any more, or an older version of the lab."""
    if not notebook.marked:
        return [
            "The cells have lost their marks, as happens in some editors: your answers are found by their "
            "functions' names, and questions in words not at all. Better copy your answers into the course's "
            "own notebook."
        ]
    name, cells = released().lab(notebook.lab.id)
    if not cells:
        return [f"This copy of the course has no lab {notebook.lab.id} to compare with."]
    if _is_another_version(notebook, cells):
        return [
            f"This is another version of lab {notebook.lab.id} than your course's; compare labs/{name}.ipynb."
        ]
    return [*_check_notes(notebook), *_command_notes(notebook)]


def _check_notes(notebook: Notebook) -> Iterator[str]:
    for id in notebook.lab.exercises:
        found = notebook.of(CHECK, id)
        if not found or any(_is_changed(notebook, cell) for cell in found):
            what = "changed" if found else "gone"
            yield f"The check cell of {id} is {what}. The grader runs the course's own check."


def _command_notes(notebook: Notebook) -> Iterator[str]:
    for id in notebook.lab.exercises:
        if any(_error(cell.source) and not syntax_problem(cell.source) for cell in notebook.of(ANSWER, id)):
            yield f"The answer to {id} holds commands of Jupyter's (% or !). The grader leaves them out."


def _is_changed(notebook: Notebook, cell: Cell) -> bool:
    """Whether a check is not as it was given out."""
    cells = released().lab(notebook.lab.id)[1]
    mark = f"{cell.role}-{cell.exercise.replace('.', '-')}"
    return digest(cell.source) != cells.get(mark)


def _is_another_version(notebook: Notebook, cells: dict[str, str]) -> bool:
    """Whether most of what is no answer differs: students change a cell or two, not most of them."""
    given = {at for id, at in cells.items() if not id.startswith((ANSWER, REFLECTION))}
    here = {digest(cell.source) for cell in notebook.cells}
    return len(given & here) < len(given) / 2
