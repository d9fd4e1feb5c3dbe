"""`course release` and `course package`: what students get, and graders for other systems."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

package = typer.Typer(no_args_is_help=True, help="Pack the graders for another system.")

_LAB = "The lab's number, as in --lab 08."
_TRUSTED = "Run student code without walls: it can then read the hidden checks and forge its score."
_AFTER = """\
Upload it on Gradescope under Configure Autograder, choose Ubuntu 24.04 and a container with 3 GB of memory:
importing TensorFlow nearly fills the usual 0.75 GB, and grading lab 08 takes 1 GB."""
_WALLED = """\
Gradescope's containers often let no program wall another off. Results then say so, to instructors alone,
and have no score: grade with `course grade` on a machine of your own, or pack again with --trusted."""
_UNWALLED = """\
--trusted: there are NO WALLS. Student code will run with the grader's rights: it can read the hidden checks
and write its own score. Each result says so, to instructors alone."""
_NONE_HIDDEN = "This lab has no hidden checks: students have seen all that their points depend on."


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


@package.callback()
def _group() -> None:
    """Keeps `course package gradescope` two words, while there is one system only."""


@package.command()
def gradescope(
    lab: Annotated[str, typer.Option(help=_LAB)],
    out: Annotated[Path, typer.Option(help="The zip to write; one that is there is replaced.")] = Path(
        "autograder.zip"
    ),
    trusted: Annotated[bool, typer.Option("--trusted", help=_TRUSTED)] = False,
) -> None:
    """Pack an autograder for Gradescope: its scripts, the graders with their hidden checks, one lab."""
    from course_utils.grading.walls import Walls
    from course_utils.release import gradescope as system
    from course_utils.release.archive import replace
    from course_utils.release.repository import NoRepository, read
    from course_utils.release.students import CannotRelease

    try:
        repository = read(Path())
        whole = system.archive(repository, lab, Walls.TRUSTED if trusted else Walls.BUBBLEWRAP)
    except (NoRepository, CannotRelease, ValueError) as error:
        _fail(str(error))
    _tell_changes([path for path in repository.changed if system.is_of_grader(path)])
    replace(out, whole)
    typer.echo(f"{out}: lab {lab}, {len(whole) / 1e6:.1f} MB, of commit {repository.commit[:10]}.\n{_AFTER}")
    typer.echo(_UNWALLED if trusted else _WALLED, err=trusted)
    if not system.hidden(repository, lab):
        typer.echo(_NONE_HIDDEN)


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
