"""The `course` command. What a subcommand needs is imported when it runs: `course --help` must be quick."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from course_utils import cli_data
from course_utils.cli_scoreboard import scoreboard
from course_utils.cli_submit import submit

INSTRUCTORS = ("build", "demo", "grade", "package", "release")


class _Commands(TyperGroup):
    """In the students' release an instructor's command is not there, and says why."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] in INSTRUCTORS and args[0] not in self.commands:
            ctx.fail(
                f"`course {args[0]}` is for those who teach: it needs solutions and graders, which this "
                "release for students is without."
            )
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=_Commands,
    help="The attention course: check your set-up, get real text, hand in a lab.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(scoreboard)
app.command()(submit)
app.add_typer(cli_data.app, name="data")
if Path(__file__).with_name("cli_instructor.py").is_file():
    import_module("course_utils.cli_instructor").register(app)

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
