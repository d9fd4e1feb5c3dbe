"""`course grade export`: the gradebook for other programs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from course_utils.checks.exercise import Lab
    from course_utils.grading.records import Record


class Format(StrEnum):
    """Programs that grades are written for."""

    CSV = "csv"
    CANVAS = "canvas"
    MOODLE = "moodle"
    GRADESCOPE = "gradescope"
    NBGRADER = "nbgrader"


_OUT = "The file; for gradescope a folder, which gets a STUDENT.json for each."
_ASSIGNMENT = 'canvas, moodle: its name there, as in "Lab 08 (1234)".'
_IDENTITY = (
    "What students are called by in the gradebook. canvas: sis-login, sis-user, id; moodle: email, username, "
    "idnumber; the first where nothing is said."
)


def export(
    lab: Annotated[str, typer.Option(help="The lab's number, as in --lab 08.")],
    format: Annotated[Format, typer.Option(help="Which program they are for.")],
    out: Annotated[Path, typer.Option("-o", "--out", help=_OUT)],
    gradebook: Annotated[str, typer.Option(help="The gradebook: a file or a URL.")] = "grades.db",
    assignment: Annotated[str, typer.Option(help=_ASSIGNMENT)] = "",
    identity: Annotated[str, typer.Option(help=_IDENTITY)] = "",
) -> None:
    """Write grades for a spreadsheet, Canvas, Moodle, Gradescope or nbgrader."""
    from course_utils.checks.core import load_lab
    from course_utils.cli_report import graded
    from course_utils.grading.exports.nbgrader import NoNbgrader

    declared = load_lab(lab)
    records = graded(gradebook, declared)
    try:
        if format is Format.GRADESCOPE:
            _gradescope(records, declared, out)
        elif format is Format.NBGRADER:
            _nbgrader(records, declared, out)
        else:
            _table(records, declared, format, out, assignment or f"Lab {lab}: {declared.title}", identity)
    except (NoNbgrader, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    waiting = sum(bool(record.waiting) for record in records)
    typer.echo(f"{len(records)} students: {out}")
    if waiting:
        typer.echo(
            f"Answers wait to be read, of {waiting} students. What nobody has read counts as nothing, "
            "what was handed in anew by its older score: course grade manual"
        )


def _table(
    records: list[Record], lab: Lab, format: Format, out: Path, assignment: str, identity: str
) -> None:
    from course_utils.grading.exports import canvas, moodle, spreadsheet
    from course_utils.grading.pages import write

    if format is Format.CSV:
        write(out, spreadsheet.export(records, lab))
        return
    program = canvas if format is Format.CANVAS else moodle
    choice = list(program.IDENTITIES)
    if identity and identity not in choice:
        typer.echo(
            f"expected --identity to be one of {', '.join(choice)} for {format}, got {identity!r}", err=True
        )
        raise typer.Exit(2)
    write(out, program.export(records, assignment, identity or choice[0]))


def _gradescope(records: list[Record], lab: Lab, out: Path) -> None:
    from course_utils.grading.exports import gradescope
    from course_utils.grading.pages import file_name, write

    out.mkdir(parents=True, exist_ok=True)
    for record in records:
        write(out / f"{file_name(record.student)}.json", gradescope.export(record, lab))


def _nbgrader(records: list[Record], lab: Lab, out: Path) -> None:
    """nbgrader commits each student several times: thousands of them take minutes."""
    from rich.progress import Progress

    from course_utils.grading.exports import nbgrader

    with Progress() as progress:
        bar = progress.add_task("Writing", total=len(records))
        nbgrader.export(records, lab, out, lambda students: progress.update(bar, completed=students))
