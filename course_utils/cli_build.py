"""`course build`: both notebooks of each lab from its source."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_NAMES = "Labs by number or slug, as in 01 or 01_ngrams; every lab when none is named."
_CHECK = "Write nothing; fail when a committed notebook differs from what its source gives."
_EXECUTE = "Run the solutions and store their outputs."


def build(
    names: Annotated[list[str] | None, typer.Argument(help=_NAMES)] = None,
    check: Annotated[bool, typer.Option("--check", help=_CHECK)] = False,
    execute: Annotated[bool, typer.Option("--execute", help=_EXECUTE)] = False,
) -> None:
    """Make labs/NN_slug.ipynb and solutions/NN_slug.ipynb from solutions/NN_slug.py."""
    if check and execute:
        raise typer.BadParameter("expected --check or --execute, got both: --check runs and writes nothing")
    from course_utils.authoring import project
    from course_utils.checks.core import load_lab

    done: list[str] = []
    try:
        if check:
            wrong = project.check_all(Path(), names or [], load_lab)
        else:
            done, wrong = project.write_all(Path(), names or [], load_lab, execute)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    for line in done:
        typer.echo(line)
    for line in wrong:
        typer.echo(line, err=True)
    if wrong:
        raise typer.Exit(1)
    if check:
        typer.echo("every notebook is what its source gives")
