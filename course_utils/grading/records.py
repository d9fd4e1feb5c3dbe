"""A student in one lab, as everything that is written for people reads it.

Feedback, the class report and the exports are made from this alone, and this from the gradebook alone.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, fields, replace
from typing import Any

from course_utils.checks.exercise import Lab
from course_utils.checks.outcome import CheckResult, Outcome, Status
from course_utils.grading.gradebook import Attempt, Gradebook

ANSWER_BEGINS = "*Your answer:*"  # in a reflection's cell, after the question
_KNOWN = {field.name for field in fields(CheckResult)}


@dataclass(frozen=True)
class ByHand:
    """A reflection question: what was written, and what it was given, None while nobody has graded it."""

    id: str
    title: str
    text: str
    points: float
    earned: float | None = None
    comment: str = ""


@dataclass(frozen=True)
class Record:
    """One student in one lab.

    Attributes:
        outcomes: of every exercise, in order.
        by_hand: every reflection question, in order.
        answers: exercise id -> source.
        penalty: points taken off for lateness.
        memory: peak bytes of the student's process; 0 for unknown.
        walls: what the student's code ran in: "bubblewrap", "podman", "docker", "trusted"; "" for unknown.
    """

    student: str
    outcomes: tuple[Outcome, ...]
    by_hand: tuple[ByHand, ...]
    answers: dict[str, str]
    notes: tuple[str, ...]
    seconds: float
    graded_at: datetime.datetime
    submitted_at: datetime.datetime | None = None
    penalty: float = 0.0
    memory: int = 0
    walls: str = ""

    @property
    def by_checks(self) -> float:
        """Points by the checks, before any penalty."""
        return round(sum(outcome.earned for outcome in self.outcomes), 2)

    @property
    def total(self) -> float:
        """All points so far."""
        given = sum(each.earned or 0 for each in self.by_hand)
        return round(max(self.by_checks + given - self.penalty, 0), 2)

    @property
    def points(self) -> float:
        """Points there were, those of questions that nobody has graded yet included."""
        return sum(each.points for each in self.outcomes) + sum(each.points for each in self.by_hand)

    @property
    def ungraded(self) -> tuple[ByHand, ...]:
        """Reflection questions that were answered and wait for somebody to read them."""
        return tuple(each for each in self.by_hand if each.earned is None and each.text)


def records(book: Gradebook, lab: Lab) -> list[Record]:
    """Every student's, by name."""
    return [of_attempt(attempt, lab) for attempt in book.current(lab.id)]


def of_attempt(attempt: Attempt, lab: Lab) -> Record:
    """What the gradebook holds of one student."""
    result = attempt.result
    written = result.get("reflections", {})
    return Record(
        student=attempt.student,
        outcomes=tuple(map(_outcome, result["outcomes"])),
        by_hand=tuple(
            ByHand(each.id, each.title, written_answer(written.get(each.id, "")), each.points)
            for each in lab.reflections.values()
        ),
        answers=result.get("answers", {}),
        notes=tuple(result.get("notes", ())),
        seconds=result.get("seconds", 0.0),
        graded_at=attempt.graded_at,
        memory=result.get("memory", 0),
        walls=result.get("walls", ""),
    )


def written_answer(cell: str) -> str:
    """What stands below the question in a reflection's cell; all of it where the question was deleted."""
    question, marker, answer = cell.partition(ANSWER_BEGINS)
    return (answer if marker else question).strip()


def _outcome(stored: dict[str, Any]) -> Outcome:
    results = tuple(_result(each) for each in stored["results"])
    return Outcome(stored["exercise"], stored["title"], stored["points"], stored["total_weight"], results)


def _result(stored: dict[str, Any]) -> CheckResult:
    known = {name: value for name, value in stored.items() if name in _KNOWN}
    return CheckResult(**{**known, "status": Status(stored["status"])})


def shown_to_students(outcome: Outcome) -> Outcome:
    """The outcome with no more than the names of its hidden checks."""
    results = (_named_only(result) if result.hidden else result for result in outcome.results)
    return replace(outcome, results=tuple(results))


def _named_only(result: CheckResult) -> CheckResult:
    return CheckResult("", result.title, result.status, weight=result.weight, hidden=True)
