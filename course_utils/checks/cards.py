"""Cards: what a student sees, as HTML in JupyterLab and as the same words in plain text elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from course_utils.checks.exercise import Exercise, Lab
from course_utils.checks.outcome import CheckResult, Outcome, Status

MARKS = {
    Status.PASSED: "✓",
    Status.FAILED: "✗",
    Status.ERRORED: "✗",
    Status.TIMED_OUT: "✗",
    Status.NOT_ATTEMPTED: "○",
}
# Middle tones: at least 3 to 1 against a white and against a near-black page. Text keeps the theme's colour.
GREEN, RED, GREY, BLUE = "#2e9e4f", "#e5484d", "#808080", "#3b82d6"
COLOURS = {Status.PASSED: GREEN, Status.NOT_ATTEMPTED: GREY}  # every other status is red
MARK_COLOURS = {mark: COLOURS.get(status, RED) for status, mark in MARKS.items()}


@dataclass(frozen=True)
class Card:
    """A titled box of lines. `body` holds (label, text) pairs; a label of "" is plain, "`" is code."""

    title: str
    colour: str
    body: tuple[tuple[str, str], ...] = ()
    footer: str = ""

    def __str__(self) -> str:
        lines = [self.title, *(_text_line(label, text) for label, text in self.body)]
        return "\n".join([*lines, self.footer] if self.footer else lines)

    def _html(self) -> str:
        body = "".join(_html_line(label, text) for label, text in self.body)
        footer = f'<div style="margin-top:6px;opacity:.75">{escape(self.footer)}</div>' if self.footer else ""
        return (
            f'<div class="course-card" style="border:1px solid {self.colour};border-left-width:6px;'
            f'border-radius:4px;padding:8px 12px;margin:4px 0;max-width:52em;line-height:1.5">'
            f'<div style="font-weight:600">{_marked(self.title)}</div>{body}{footer}</div>'
        )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._html()}


def show(card: Card) -> None:
    """Display in a notebook; print elsewhere."""
    from IPython import get_ipython
    from IPython.display import display

    if get_ipython() is None:
        print(card)
    else:
        display(card)


def outcome_card(outcome: Outcome) -> Card:
    """An exercise's outcome: a line a check, and for the first that failed all that is known of it."""
    failure = outcome.failure
    if outcome.status is Status.NOT_ATTEMPTED and failure:
        return Card(
            f"○ {failure.problem}",
            GREY,
            footer=f'Fill in the cell above, run it, then run this one. Stuck? hint("{outcome.exercise}")',
        )
    points = f"{outcome.earned:g} of {outcome.points:g} points"
    title = f"{MARKS[outcome.status]} Exercise {outcome.exercise}: {outcome.title} – {points}"
    lines = [line for result in outcome.results for line in _result_lines(result, result is failure)]
    footer = f'For help with this: hint("{outcome.exercise}")' if failure else ""
    return Card(title, COLOURS.get(outcome.status, RED), tuple(lines), footer)


def _result_lines(result: CheckResult, explained: bool) -> list[tuple[str, str]]:
    lines = [("", f"{MARKS[result.status]} {result.title}")]
    if explained:
        lines += [("→", result.problem)] if result.problem != result.title else []
        lines += result.details
        lines += [("→", result.cause)] if result.cause else []
    return lines


def hint_card(exercise: Exercise, hints: Sequence[str], number: int) -> Card:
    """The hints up to `number`, the newest last."""
    title = f"Exercise {exercise.id}, hint {number} of {len(hints)}"
    more = number < len(hints)
    footer = "Run the cell again for the next hint." if more else "That was the last hint."
    return Card(title, BLUE, tuple(("", text) for text in hints[:number]), footer)


def reference_card(exercise: Exercise) -> Card:
    """Says that the course's own version stands in."""
    return Card(
        f"Exercise {exercise.id} is not passed yet: the cells below use the course's own {exercise.name}.",
        GREY,
    )


def progress_card(
    labs: Sequence[Lab], kept: Mapping[str, Mapping[str, Any]], *, lasting: bool = True
) -> Card:
    """A line an exercise for one lab, a line a lab for several.

    Args:
        kept: exercise id -> its last outcome, {} where there is none.
        lasting: False when progress could not be written and ends with the kernel.
    """
    rows = [_exercise_row(each, kept) for each in labs[0].exercises.values()] if len(labs) == 1 else []
    rows = rows or [_lab_row(lab, kept) for lab in labs]
    earned, points = (sum(numbers) for numbers in zip(*(_points(lab, kept) for lab in labs), strict=True))
    name = f"Lab {labs[0].id}: {labs[0].title}" if len(labs) == 1 else "The course"
    reflections = sum(reflection.points for lab in labs for reflection in lab.reflections.values())
    footer = (
        f"Reflection questions, worth {reflections:g} more points, are graded by hand." if reflections else ""
    )
    footer += "" if lasting else " Progress could not be saved and lasts until the kernel stops."
    return Card(f"{name} – {earned:g} of {points:g} points", BLUE, tuple(rows), footer.strip())


def _exercise_row(exercise: Exercise, kept: Mapping[str, Mapping[str, Any]]) -> tuple[str, str]:
    entry = kept.get(exercise.id, {})
    mark = MARKS[Status(entry.get("status", Status.NOT_ATTEMPTED))]
    return "", f"{mark} {exercise.id} {exercise.title}: {entry.get('earned', 0):g} of {exercise.points:g}"


def _lab_row(lab: Lab, kept: Mapping[str, Mapping[str, Any]]) -> tuple[str, str]:
    earned, points = _points(lab, kept)
    mark = MARKS[Status.PASSED if earned == points else Status.NOT_ATTEMPTED]
    return "", f"{mark} Lab {lab.id} {lab.title}: {earned:g} of {points:g}"


def _points(lab: Lab, kept: Mapping[str, Mapping[str, Any]]) -> tuple[float, float]:
    earned = sum(kept.get(each, {}).get("earned", 0) for each in lab.exercises)
    return earned, sum(exercise.points for exercise in lab.exercises.values())


def _text_line(label: str, text: str) -> str:
    if not label:
        return f"  {text}"
    return f"    {label} {text}" if label == "→" else f"    {label}: {text}"


def _html_line(label: str, text: str) -> str:
    if not label:
        # A line that goes on under its mark would hide the mark of the next one.
        return f'<div style="padding-left:1.4em;text-indent:-1.4em">{_marked(text)}</div>'
    if label == "→":
        return f'<div style="margin-left:1.4em">→ {escape(text)}</div>'
    code = f'<code style="white-space:pre-wrap;background:none">{escape(text)}</code>'
    return f'<div style="margin-left:1.4em"><span style="opacity:.7">{label}:</span> {code}</div>'


def _marked(text: str) -> str:
    """`text` as HTML, the mark it may begin with in its colour."""
    mark, space, rest = text.partition(" ")
    if mark not in MARK_COLOURS:
        return escape(text)
    return f'<span style="color:{MARK_COLOURS[mark]};font-weight:600">{mark}</span>{space}{escape(rest)}'
