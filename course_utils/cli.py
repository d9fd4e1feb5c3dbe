"""The `course` command. What a subcommand needs is imported when it runs: `course --help` must be quick."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from course_utils import cli_data, cli_grade
from course_utils.cli_build import build
from course_utils.cli_scoreboard import scoreboard

app = typer.Typer(
    help="The attention course: check your set-up, get real text, see it all at work, build the labs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(build)
app.command()(scoreboard)
app.add_typer(cli_data.app, name="data")
app.add_typer(cli_grade.app, name="grade")

_BRIEF = "Only what is amiss, and without loading TensorFlow: under a second."


@app.command()
def doctor(brief: Annotated[bool, typer.Option("--brief", help=_BRIEF)] = False) -> None:
    """Look at versions, machine, data and sandbox; say what to do about each thing amiss."""
    from course_utils.doctor import findings, report, sound
    from course_utils.facts import gather

    if not brief and sys.stderr.isatty():
        typer.echo("Loading TensorFlow to see that it works, some ten seconds ...", err=True)
    found = findings(gather(brief))
    typer.echo(report(found, brief))
    if not sound(found):
        raise typer.Exit(1)


@app.command()
def demo() -> None:
    """Draw the world, run the newest lab and three sample notebooks; no network, no browser."""
    from course_utils.demo import DemoError, run

    try:
        run()
    except DemoError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def main() -> None:
    """Run `course`; what the operating system refuses is told in one line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console without ✓ must not stop the doctor
            stream.reconfigure(errors="replace")
    try:
        app()
    except OSError as error:
        typer.echo(f"course: {error}", err=True)
        raise SystemExit(1) from None
