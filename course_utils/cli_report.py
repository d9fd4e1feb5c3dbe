"""`course grade report`: feedback pages and the class report, from the gradebook alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from course_utils.checks.exercise import Lab
    from course_utils.grading.records import Record
    from course_utils.grading.report import ClassReport

OUT = "Where the pages go; graded/NN where nothing is said."
WORST = 3  # exercises and groups that the terminal names


def report(
    lab: Annotated[str, typer.Option(help="The lab's number, as in --lab 08.")],
    gradebook: Annotated[str, typer.Option(help="The gradebook: a file or a URL.")] = "grades.db",
    out: Annotated[Path | None, typer.Option(help=OUT)] = None,
) -> None:
    """Write a feedback page for each student, the class report and an index of them."""
    from course_utils.checks.core import load_lab

    _publish(graded(gradebook, load_lab(lab)), load_lab(lab), out)


def graded(gradebook: str, lab: Lab) -> list[Record]:
    """Everybody in the gradebook; where there is none or nobody in it, the command ends and says so."""
    if "://" not in gradebook and not Path(gradebook).is_file():
        typer.echo(
            f"expected a gradebook, got {gradebook}: course grade FOLDER --lab {lab.id} makes one", err=True
        )
        raise typer.Exit(2)
    found = _read(gradebook, lab)
    if not found:
        typer.echo(f"expected attempts at lab {lab.id} in {gradebook}, got none", err=True)
        raise typer.Exit(1)
    return found


def _read(gradebook: str, lab: Lab) -> list[Record]:
    from course_utils.grading.gradebook import GradebookError, opened
    from course_utils.grading.records import records

    try:
        with opened(gradebook) as book:
            return records(book, lab)
    except GradebookError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def publish(gradebook: str, lab_id: str, out: Path | None, not_graded: Mapping[str, str]) -> None:
    """After grading: write the pages; nothing where nobody was graded."""
    from course_utils.checks.core import load_lab

    lab = load_lab(lab_id)
    if found := _read(gradebook, lab):
        _publish(found, lab, out, not_graded)


def _publish(
    records: list[Record], lab: Lab, out: Path | None, not_graded: Mapping[str, str] | None = None
) -> None:
    """Write the pages with a progress bar, and print the report in short.

    Args:
        not_graded: student -> why; None for what the last run found.
    """
    from rich.console import Console
    from rich.progress import Progress

    from course_utils.grading.publishing import publish

    console, folder = Console(), out or Path("graded") / lab.id
    with Progress(console=console) as progress:
        bar = progress.add_task("Writing pages", total=len(records))

        def done(pages: int) -> None:
            progress.update(bar, completed=pages)

        published = publish(records, lab, folder, not_graded=not_graded, done=done)
    for line in summary(published.report):
        console.print(line, markup=False, highlight=False)
    changed = f"{published.changed} of {published.pages} pages were new or changed"
    console.print(f"{changed}: {folder / 'index.html'}", markup=False, highlight=False, soft_wrap=True)


def summary(report: ClassReport) -> Iterator[str]:
    """The report in a few lines."""
    from course_utils.grading.pages import visible
    from course_utils.grading.report import TOLD_BELOW

    points = report.records[0].total.maximum
    yield f"{len(report.records)} students: mean {report.mean:.1f} of {points:g}, median {report.median:g}."
    if report.unwalled:
        yield f"WARNING: the code of {len(report.unwalled)} of them ran without walls: believe none of this."
    for each in report.difficulties[:WORST]:
        if each.check:
            stumbled = f"{each.stumbled} stumbled first at: {each.check}"
            yield f"{each.exercise} {each.title}: {each.passed} of {each.begun} passed; {stumbled}"
    for group in report.similarity.groups[:WORST]:
        if group.expected < TOLD_BELOW:
            exercises, students = ", ".join(group.exercises), visible(", ".join(group.students))
            yield f"the same answers to {exercises}: {students} (by chance {group.expected:.1g} such pairs)"
    if report.waiting:
        yield f"answers of {len(report.waiting)} wait to be read: course grade manual"
    if report.not_graded:
        yield f"could not be graded, as the report says: {visible(', '.join(report.not_graded))}"
