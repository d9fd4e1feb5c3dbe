"""What each student has in a lab: points by the checks and by hand, less what being late costs."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from course_utils.checks.exercise import Reflection
from course_utils.grading.lateness import Terms
from course_utils.grading.manual import Answer


@dataclass(frozen=True)
class Standing:
    """What a student's current attempt says. `submitted_at` is the earliest known of this very notebook."""

    student: str
    attempt: int
    submission: str
    earned: float
    points: float
    submitted_at: datetime.datetime | None
    reflections: Mapping[str, str]


@dataclass(frozen=True)
class Total:
    """One student's points in one lab.

    Attributes:
        earned, points: by the checks, of how many.
        manual_earned, manual_points: by hand, of how many.
        ungraded: answers to reflection questions that wait for a score, or whose text is newer than theirs.
        penalty: points that being late costs, of those by the checks and by hand together.
        submitted_at: when it was handed in, None where that is unknown.
        attempt: the number of the attempt that counts.
        note: about lateness, in a few words; "" for nothing.
    """

    student: str
    earned: float
    points: float
    manual_earned: float
    manual_points: float
    ungraded: int
    penalty: float
    submitted_at: datetime.datetime | None
    attempt: int
    note: str = ""

    @property
    def total(self) -> float:
        """What counts."""
        return round(self.earned + self.manual_earned - self.penalty, 2)

    @property
    def maximum(self) -> float:
        """What there was to earn."""
        return self.points + self.manual_points


def total(
    standing: Standing, answers: Iterable[Answer], questions: Iterable[Reflection], terms: Terms
) -> Total:
    """A student's total; `answers` are theirs, with their scores."""
    answers = list(answers)
    manual = round(sum(answer.score.points for answer in answers if answer.score), 2)
    share, note = terms.penalty(standing.submitted_at)
    return Total(
        standing.student,
        standing.earned,
        standing.points,
        manual,
        sum(question.points for question in questions),
        sum(answer.waits for answer in answers),
        round(share * (standing.earned + manual), 2),
        standing.submitted_at,
        standing.attempt,
        note,
    )
