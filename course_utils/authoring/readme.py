"""The table of labs in README.md, made from what the labs declare."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from course_utils.checks.exercise import Lab

BEGIN, END = "<!-- labs: made by `course build` -->", "<!-- end of labs -->"


def with_table(text: str, labs: Iterable[tuple[str, Lab]]) -> str:
    """The text with the table of `labs`, pairs (slug, lab), between its two markers.

    Raises:
        ValueError: the markers do not stand there once each, in order.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end or begin in after or END in after:
        raise ValueError(f"expected {BEGIN} and below it {END}, once each")
    rows = [_row(slug, lab) for slug, lab in labs]
    table = "\n".join(["| lab | its exercises | points |", "|---|---|---:|", *rows])
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def _row(slug: str, lab: Lab) -> str:
    exercises = "; ".join(exercise.title for exercise in lab.exercises.values())
    points = sum(each.points for each in lab.exercises.values())
    points += sum(each.points for each in lab.reflections.values())
    return f"| [{lab.id} {lab.title}](labs/{slug}.ipynb) | {exercises} | {points:g} |"


def write(path: Path, labs: Iterable[tuple[str, Lab]]) -> str:
    """Renew the table in the file; returns what was done, in a line to print."""
    text = path.read_text(encoding="utf-8")
    renewed = with_table(text, labs)
    if renewed == text:
        return f"{path}: unchanged"
    path.write_text(renewed, encoding="utf-8", newline="\n")
    return f"{path}: written"


def differences(path: Path, labs: Iterable[tuple[str, Lab]]) -> list[str]:
    """A line to print when the file's table is not that of the labs."""
    text = path.read_text(encoding="utf-8")
    return [] if with_table(text, labs) == text else [f"{path}: its table of labs is old; type: course build"]
