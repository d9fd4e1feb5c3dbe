"""`course submit`: a notebook looked over and packed, for a student to hand in."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from course_utils.submission.reading import Notebook

_NOTEBOOK = "The notebook to hand in, as labs/08_self_attention.ipynb."
_STUDENT = "Your id, as your course knows you."
_OUT = "The zip; by default ID_LAB.zip in this folder."
_STRIP = "Leave out the outputs of cells that printed over 1 MB; asked where neither is said."
_NOT_A_GRADE = (
    "Nothing was run. What your notebook shows as passed is not a grade yet: the grader runs the same\n"
    "checks on your functions again, and some that you do not see."
)


def submit(
    notebook: Annotated[Path, typer.Argument(help=_NOTEBOOK)],
    student: Annotated[str | None, typer.Option(help=_STUDENT)] = None,
    out: Annotated[Path | None, typer.Option(help=_OUT)] = None,
    strip_outputs: Annotated[bool | None, typer.Option(help=_STRIP)] = None,
) -> None:
    """Look a notebook over, say what is not done yet, and pack the zip to hand in."""
    from course_utils.submission import packing, reading

    try:
        name = packing.checked_student(student) if student is not None else None
        read = reading.read(notebook)
        _tell(read)
        content = _content(read, strip_outputs)
        packed = packing.pack(read, content, name, datetime.datetime.now(datetime.UTC))
        path = packing.write(packed, read, name, out)
    except reading.NoSubmission as error:
        typer.echo(f"Not packed: {error}.", err=True)
        raise typer.Exit(1) from None
    if name is None:
        typer.echo("! The zip does not say whose it is: add --student YOUR-ID if your course wants that.")
    typer.echo(f"{_NOT_A_GRADE}\nPacked: {path} ({len(packed) / 1e3:,.0f} kB). Hand in this file.")


def _tell(notebook: Notebook) -> None:
    """How the notebook stands, in lines."""
    from course_utils.submission import findings

    age = datetime.datetime.now().timestamp() - notebook.path.stat().st_mtime
    size = len(notebook.content) / 1e3
    typer.echo(f"Lab {notebook.lab.id}: {notebook.lab.title}; saved {_ago(age)}, {size:,.0f} kB.")
    found = findings.lines(notebook)
    width = max(len(line.name) for line in found)
    for line in found:
        typer.echo(f"{line.mark} {line.id:<5} {line.name:<{width}}  {line.state}")
    for note in findings.notes(notebook):
        typer.echo(f"! {note}")


def _ago(seconds: float) -> str:
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            number = int(seconds // size)
            return f"{number} {unit}{'s' if number > 1 else ''} ago"
    return "just now"


def _content(notebook: Notebook, strip: bool | None) -> bytes:
    """The notebook's bytes; without endless outputs where the student agrees."""
    from course_utils.submission import packing

    large = packing.large_outputs(notebook)
    if not large:
        return notebook.content
    cells = ", ".join(f"cell {number} ({size / 1e6:.1f} MB)" for number, size in large.items())
    typer.echo(f"! Far more output than anybody reads: {cells}. Graders do not look at outputs.")
    if strip is None and _asks():
        strip = typer.confirm("Leave it out of the zip? Your own file stays as it is", default=True)
    if not strip:
        typer.echo("It stays in; with --strip-outputs it is left out of the zip.")
    return packing.without(notebook, large) if strip else notebook.content


def _asks() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty()
