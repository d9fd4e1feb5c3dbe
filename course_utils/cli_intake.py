"""What `course grade` takes in, and what it says of whoever has no grade."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from course_utils.grading.intake import Intake

SUBMISSIONS = "A notebook, a folder or a zip, as Moodle, Canvas or people name and nest them."
ROSTER = "The class, a CSV: student, name, email, due."
PATTERN = 'How files are named where nobody could guess it, as in "{student}_{lab}.ipynb"; {*} is anything.'


def taken_in(submissions: Path, lab: str, roster: Path | None, pattern: str) -> Intake:
    """What came in; ends the command where there is no such lab, nothing that came, or no roster."""
    from course_utils.grading.intake import take_in
    from course_utils.grading.notebooks import Release
    from course_utils.grading.roster import Roster

    labs = {path.name.partition("_")[0]: path for path in sorted(Path("labs").glob("*_*.ipynb"))}
    try:
        if lab not in labs:
            raise ValueError(f"expected a lab of labs/ ({', '.join(labs) or 'none'}), received {lab!r}")
        people = Roster.read(roster) if roster else None
        return take_in(submissions, Release.read(labs[lab], lab), roster=people, pattern=pattern)
    except (ValueError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


def tell(intake: Intake, failed: dict[str, str]) -> None:
    """Who has no grade and why, and of whom more than one notebook came."""
    for student, why in failed.items():
        typer.echo(f"{student}: {why}", err=True)
    for file, why in intake.unknown.items():
        typer.echo(f"{file}: nobody's: {why}", err=True)
    for student, which in intake.duplicates.items():
        typer.echo(f"{student}: {which}", err=True)
    if intake.missing:
        typer.echo(f"{len(intake.missing)} handed in nothing: {', '.join(intake.missing)}", err=True)
