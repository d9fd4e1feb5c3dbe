"""`course grade report`: feedback pages and the class report, from the gradebook alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from course_utils.grading.report import ClassReport

OUT = "Where the pages go; graded/NN where nothing is said."
WORST = 3  # exercises and groups that the terminal names


def report(
    lab: Annotated[str, typer.Option(help="The lab's number, as in --lab 08.")],
    gradebook: Annotated[str, typer.Option(help="The gradebook: a file or a URL.")] = "grades.db",
    out: Annotated[Path | None, typer.Option(help=OUT)] = None,
) -> None:
    """Write a feedback page for each student, the class report and an index of them."""
    if "://" not in gradebook and not Path(gradebook).is_file():
        typer.echo(
            f"expected a gradebook, got {gradebook}: course grade FOLDER --lab {lab} makes one", err=True
        )
        raise typer.Exit(2)
    if not publish(gradebook, lab, out):
        typer.echo(f"expected attempts at lab {lab} in {gradebook}, got none", err=True)
        raise typer.Exit(1)


def publish(
    gradebook: str, lab_id: str, out: Path | None, not_graded: Mapping[str, str] | None = None
) -> bool:
    """Write the pages with a progress bar, and print the report in short; False where nobody was graded.

    Args:
        not_graded: student -> why; None for what the last run found.
    """
    from rich.console import Console
    from rich.progress import Progress

    from course_utils.checks.core import load_lab
    from course_utils.grading import publishing
    from course_utils.grading.gradebook import opened
    from course_utils.grading.records import records

    console, lab, folder = Console(), load_lab(lab_id), out or Path("graded") / lab_id
    with opened(gradebook) as book:
        graded = records(book, lab)
    if not graded:
        return False
    with Progress(console=console) as progress:
        bar = progress.add_task("Writing pages", total=len(graded))
        published = publishing.publish(
            graded,
            lab,
            folder,
            not_graded=not_graded,
            done=lambda pages: progress.update(bar, completed=pages),
        )
    for line in summary(published.report):
        console.print(line, markup=False, highlight=False)
    changed = f"{published.changed} of {published.pages} pages were new or changed"
    console.print(f"{changed}: {folder / 'index.html'}", markup=False, highlight=False, soft_wrap=True)
    return True


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
