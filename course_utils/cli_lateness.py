"""What `course grade` says of due dates and of what has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from course_utils.grading.gradebook import Gradebook
    from course_utils.grading.intake import Intake

DUE = (
    'When the lab is due, as "2026-10-23 23:59 Europe/Budapest" or with +02:00; without a zone, by this '
    'machine\'s. Kept in the gradebook; "none" takes it back.'
)
LATE = 'What being late costs: "none", "10%/day up to 50%", "refuse after 3 days", "15 min grace".'


def set_terms(book: Gradebook, lab: str, due: str | None, late: str | None) -> None:
    """Keep a new due date or policy in the gradebook, and say what holds.

    Raises:
        typer.BadParameter: the words say none.
    """
    from course_utils.grading import lateness

    terms = book.terms(lab)
    try:
        date = terms.due if due is None else None if due == "none" else lateness.parse_due(due)
        policy = terms.policy if late is None else lateness.Policy.parse(late)
    except lateness.BadTerms as error:
        raise typer.BadParameter(str(error)) from None
    book.set_terms(lab, lateness.Terms(date, policy))
    if date:
        assumed = " (no time zone was given: this machine's)" if due and lateness.lacks_zone(due) else ""
        typer.echo(f"Lab {lab} is due {lateness.written(date)}{assumed}; late: {policy}.")
    elif policy.costs:
        typer.echo(f"Lab {lab} has no due date, so that nothing is late: set one with --due.")


def keep_extensions(gradebook: str, lab: str, intake: Intake) -> None:
    """Keep the roster's dates of single students in the gradebook; without one the class's own date holds."""
    from course_utils.grading.gradebook import opened

    with opened(gradebook) as book:
        book.set_extensions(lab, intake.dues)


def print_lateness(book: Gradebook, lab: str) -> None:
    """Who was late, and how many there are of whom that is not known."""
    noted = [total for total in book.totals(lab) if total.note]
    for total in noted:
        if total.submitted_at:
            typer.echo(f"{total.student}: {total.note}")
    if unknown := sum(total.submitted_at is None for total in noted):
        typer.echo(f"{unknown} without the time at which they were handed in: no late penalty.")


def print_changes(book: Gradebook, lab: str, after: int) -> None:
    """What grading since the attempt of this number has changed, a line a student."""
    if found := book.changes(lab, after):
        typer.echo(f"{len(found)} now have other points or outcomes than before:")
        for change in found:
            typer.echo(f"  {change}")
