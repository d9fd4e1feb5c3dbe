"""`course grade`: what students have handed in into a gradebook."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from course_utils import cli_export, cli_intake, cli_lateness, cli_manual, cli_report

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from course_utils.grading.gradebook import Attempt
    from course_utils.grading.intake import Intake
    from course_utils.grading.supervisor import Progress, Report
    from course_utils.grading.walls import Walls


class _GradesByDefault(TyperGroup):
    """`course grade FOLDER` is `course grade run FOLDER`: the commonest needs no second word."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["run", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_GradesByDefault,
    no_args_is_help=True,
    help="Grade notebooks (course grade FOLDER --lab 08), and what comes after.",
)

app.command("report")(cli_report.report)
app.command("export")(cli_export.export)
app.command("manual")(cli_manual.manual)

_LAB = "The lab's number, as in --lab 08."
_CLUSTER = "A dask scheduler's address, as tcp://10.0.0.7:8786: its workers judge instead of this machine."
_GRADEBOOK = "The gradebook, made where there is none: a file or a URL as postgresql://host/grades."
_HIDDEN = "A folder with lab_08.py, hidden checks; solutions/hidden_checks where there is one."
_CONTAINER = "Wall student code off by this instead of bubblewrap, as where user namespaces are forbidden."
_TRUSTED = "No walls: student code runs as you, and can do what you can. The gradebook and the report say so."
_WORKERS = "Notebooks judged at once."


class Engine(StrEnum):
    """What can run containers."""

    PODMAN = "podman"
    DOCKER = "docker"


@app.command("run")
def grade(
    submissions: Annotated[Path, typer.Argument(help=cli_intake.SUBMISSIONS)],
    lab: Annotated[str, typer.Option(help=_LAB)],
    gradebook: Annotated[str, typer.Option(help=_GRADEBOOK)] = "grades.db",
    due: Annotated[str | None, typer.Option(help=cli_lateness.DUE)] = None,
    late: Annotated[str | None, typer.Option(help=cli_lateness.LATE)] = None,
    hidden: Annotated[Path | None, typer.Option(help=_HIDDEN)] = None,
    workers: Annotated[int, typer.Option("-j", "--workers", help=_WORKERS)] = os.cpu_count() or 1,
    cluster: Annotated[str, typer.Option(help=_CLUSTER)] = "",
    container: Annotated[Engine | None, typer.Option(help=_CONTAINER)] = None,
    trusted: Annotated[bool, typer.Option("--trusted", help=_TRUSTED)] = False,
    out: Annotated[Path | None, typer.Option(help=cli_report.OUT)] = None,
    roster: Annotated[Path | None, typer.Option(help=cli_intake.ROSTER)] = None,
    pattern: Annotated[str, typer.Option(help=cli_intake.PATTERN)] = "",
) -> None:
    """Grade notebooks, walled off; what the gradebook holds already is not graded again."""
    intake = cli_intake.taken_in(submissions, lab, roster, pattern)
    try:
        where: dict[str, Any] = {"workers": workers, "cluster": cluster, "walls": _walls(container, trusted)}
        if roster:
            cli_lateness.keep_extensions(gradebook, lab, intake)
        report = _graded(intake, lab, gradebook, (due, late), hidden, where)
    except ModuleNotFoundError as error:
        typer.echo(f"{error}. Grading needs more packages: pip install -e '.[grade]'", err=True)
        raise typer.Exit(1) from None
    failed = {**intake.failed, **report.failed}
    cli_report.publish(gradebook, lab, out, failed)
    cli_intake.tell(intake, failed)
    typer.echo(f"{report.graded} graded, {report.before} before, {len(failed)} could not be graded.")
    if failed or intake.unknown or intake.missing:
        raise typer.Exit(1)


def _walls(container: Engine | None, trusted: bool) -> Walls:
    from course_utils.grading.walls import Walls

    if trusted and container:
        typer.echo("expected --trusted or --container, received both", err=True)
        raise typer.Exit(2)
    if trusted:
        typer.secho(
            "--trusted: there are NO WALLS. Student code runs as you: it can read and delete your files, "
            "use your network, and change grades. The gradebook says of each grade that it was made so.",
            fg="red",
            bold=True,
            err=True,
        )
        return Walls.TRUSTED
    return Walls(container) if container else Walls.BUBBLEWRAP


def _graded(
    intake: Intake,
    lab: str,
    gradebook: str,
    terms: tuple[str | None, str | None],
    hidden: Path | None,
    where: dict[str, Any],
) -> Report:
    """Grade with a progress bar, and print the table; `where` says what judges."""
    from rich.console import Console

    from course_utils.grading import supervisor
    from course_utils.grading.enclosures import NoSandbox
    from course_utils.grading.gradebook import opened
    from course_utils.grading.hidden import Broken, find
    from course_utils.grading.judges import NoJudges

    console = Console()
    with opened(gradebook) as book:
        cli_lateness.set_terms(book, lab, *terms)
        before = book.last()
        with _progress(console) as heard:
            try:
                checks = find(lab, hidden)
                report = supervisor.run(intake.received, lab, book, hidden=checks, heard=heard, **where)
            except (NoSandbox, NoJudges, Broken) as error:
                typer.echo(str(error), err=True)
                raise typer.Exit(1) from None
        console.print(_table(book.current(lab), lab))
        cli_lateness.print_lateness(book, lab)
        cli_lateness.print_changes(book, lab, before)
    return report


@contextmanager
def _progress(console: Console) -> Iterator[Callable[[Progress], None]]:
    """A bar: how many are done, how many of those failed, the time left."""
    from rich import progress

    columns = (
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TextColumn("{task.fields[failed]} failed"),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(progress.TextColumn("Grading"), *columns, console=console) as shown:
        bar = shown.add_task("", total=None, failed=0)

        def heard(state: Progress) -> None:
            shown.update(bar, completed=state.done, total=state.total, failed=state.failed)

        yield heard


def _table(attempts: list[Attempt], lab: str) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"Lab {lab}: points by the checks")
    table.add_column("student", overflow="fold")
    table.add_column("points", justify="right")
    table.add_column("not passed", overflow="fold")
    table.add_column("s", justify="right")
    for attempt in attempts:
        missed = [
            f"{each['exercise']} {each['status'].replace('_', ' ')}"
            for each in attempt.result["outcomes"]
            if each["status"] != "passed"
        ]
        notes = [f"({note})" for note in attempt.result["notes"]]
        cells = (attempt.student, f"{attempt.earned:g}/{attempt.points:g}", ", ".join([*missed, *notes]))
        table.add_row(*map(Text, cells), f"{attempt.result['seconds']:.1f}")
    return table
