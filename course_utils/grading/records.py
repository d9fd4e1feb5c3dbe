"""A student in one lab, as everything that is written for people reads it.

Feedback, the class report and the exports are made from this alone, and this from the gradebook alone.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

from course_utils.checks.exercise import Lab
from course_utils.checks.outcome import CheckResult, Outcome, Status
from course_utils.grading.gradebook import Attempt, Gradebook, Total
from course_utils.grading.manual import Answer

ANSWER_BEGINS = "*Your answer:*"  # in a reflection's cell, after the question
_KNOWN = {field.name for field in fields(CheckResult)}


@dataclass(frozen=True)
class ByHand:
    """A reflection question: what was written, and what it was given.

    Attributes:
        earned: None while nobody has graded it.
        waits: whether somebody has to read it, be it again.
    """

    id: str
    title: str
    text: str
    points: float
    earned: float | None = None
    comment: str = ""
    waits: bool = False


@dataclass(frozen=True)
class Record:
    """One student in one lab.

    Attributes:
        total: what the gradebook counts, lateness and scores by hand included.
        outcomes: of every exercise, in order.
        by_hand: every reflection question, in order.
        answers: exercise id -> source.
        memory: peak bytes of the student's process; 0 for unknown.
        walls: what the student's code ran in: "bubblewrap", "podman", "docker", "trusted"; "" for unknown.
    """

    student: str
    total: Total
    outcomes: tuple[Outcome, ...]
    by_hand: tuple[ByHand, ...]
    answers: dict[str, str]
    notes: tuple[str, ...]
    seconds: float
    graded_at: datetime.datetime
    memory: int = 0
    walls: str = ""

    @property
    def waiting(self) -> tuple[ByHand, ...]:
        """Reflection questions that wait for somebody to read them."""
        return tuple(each for each in self.by_hand if each.waits)


def records(book: Gradebook, lab: Lab) -> list[Record]:
    """Every student's, by name."""
    totals = {total.student: total for total in book.totals(lab.id)}
    answers: dict[str, list[Answer]] = defaultdict(list)
    for answer in book.answers(lab.id):
        answers[answer.student].append(answer)
    # Another grader may have added a student just now: that one is in the next report.
    attempts = (each for each in book.each_current(lab.id) if each.student in totals)
    return [record(each, lab, totals[each.student], answers[each.student]) for each in attempts]


def record(attempt: Attempt, lab: Lab, total: Total, answers: Iterable[Answer]) -> Record:
    """What the gradebook holds of one student."""
    result = attempt.result
    return Record(
        student=attempt.student,
        total=total,
        outcomes=tuple(map(_outcome, result["outcomes"])),
        by_hand=tuple(_by_hand(each, lab) for each in answers),
        answers=result.get("answers", {}),
        notes=tuple(result.get("notes", ())),
        seconds=result.get("seconds", 0.0),
        graded_at=attempt.graded_at,
        memory=result.get("memory", 0),
        walls=result.get("walls", ""),
    )


def _by_hand(answer: Answer, lab: Lab) -> ByHand:
    question, score, text = lab.reflections[answer.question], answer.score, written_answer(answer.text)
    return ByHand(
        question.id,
        question.title,
        text,
        question.points,
        score.points if score else None,
        score.comment if score else "",
        waits=answer.waits and bool(text),
    )


def written_answer(cell: str) -> str:
    """What stands below the question in a reflection's cell; all of it where the question was deleted."""
    question, marker, answer = cell.partition(ANSWER_BEGINS)
    return (answer if marker else question).strip()


def _outcome(stored: dict[str, Any]) -> Outcome:
    results = tuple(_result(each) for each in stored["results"])
    return Outcome(stored["exercise"], stored["title"], stored["points"], stored["total_weight"], results)


def _result(stored: dict[str, Any]) -> CheckResult:
    return _shared(tuple((name, value) for name, value in stored.items() if name in _KNOWN))


@lru_cache(maxsize=10_000)
def _shared(fields: tuple[tuple[str, Any], ...]) -> CheckResult:
    """One object for all who passed a check: ten thousand students have a third of a million results."""
    known = dict(fields)
    return CheckResult(**{**known, "status": Status(known["status"])})


def shown_to_students(outcome: Outcome) -> Outcome:
    """The outcome with no more than the names of its hidden checks."""
    results = (_named_only(result) if result.hidden else result for result in outcome.results)
    return replace(outcome, results=tuple(results))


def _named_only(result: CheckResult) -> CheckResult:
    return CheckResult("", result.title, result.status, weight=result.weight, hidden=True)
