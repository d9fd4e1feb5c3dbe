"""`course release`: what students get."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer


def release(
    out: Annotated[Path, typer.Option(help="The zip to write; one that is there is replaced.")] = Path(
        "attention-course.zip"
    ),
) -> None:
    """Pack the students' archive: labs, the package, what sets both up; no solution, no hidden check."""
    from course_utils.release import students
    from course_utils.release.archive import replace
    from course_utils.release.repository import NoRepository, read

    try:
        repository = read(Path())
        whole = students.archive(repository)
        files = students.contents(repository)
    except (NoRepository, students.CannotRelease, ValueError) as error:
        _fail(str(error))
    _tell_changes(students.released_changes(repository))
    replace(out, whole)
    labs = sum(path.startswith("labs/") for path in files)
    size = f"{labs} labs, {len(files)} files, {len(whole) / 1e6:.1f} MB"
    typer.echo(f"{out}: {size}, of commit {repository.commit[:10]}.")


def _tell_changes(changed: list[str]) -> None:
    if changed:
        typer.echo(
            "The archive holds what git's index holds, and these are not as in the last commit:\n  "
            + "\n  ".join(changed),
            err=True,
        )


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)
