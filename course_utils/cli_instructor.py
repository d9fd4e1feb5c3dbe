"""The commands of those who write and teach the course, which the students' release is without."""

from __future__ import annotations

import typer

from course_utils import cli_grade, cli_release
from course_utils.cli_build import build


def register(app: typer.Typer) -> None:
    """Add them to `course`."""
    app.command()(build)
    app.command()(demo)
    app.command()(cli_release.release)
    app.add_typer(cli_grade.app, name="grade")
    app.add_typer(cli_release.package, name="package")


def demo() -> None:
    """Draw the world, run the newest lab and three sample notebooks; no network, no browser."""
    from course_utils.demo import DemoError, run

    try:
        run()
    except DemoError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
