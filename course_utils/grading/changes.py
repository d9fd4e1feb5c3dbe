"""What grading anew has changed: a student's current attempt beside the one before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

CAUSES = ("submission", "checks", "environment")


@dataclass(frozen=True)
class Change:
    """What became of a student's points.

    Attributes:
        before, after: (earned, points) by the checks.
        exercises: (exercise, what it was, what it is), as ("8.3", "failed", "passed").
        causes: what was another than before, of CAUSES. None of them: graded again from the same.
    """

    student: str
    before: tuple[float, float]
    after: tuple[float, float]
    exercises: tuple[tuple[str, str, str], ...]
    causes: tuple[str, ...]

    def __str__(self) -> str:
        """In one line: "anna: 5/8 -> 6/8; 8.3 failed -> passed; checks changed"."""
        (earned, points), (now, of) = self.before, self.after
        moved = ", ".join(f"{exercise} {was} -> {became}" for exercise, was, became in self.exercises)
        causes = f"{' and '.join(self.causes) or 'nothing it depends on'} changed"
        parts = [f"{self.student}: {earned:g}/{points:g} -> {now:g}/{of:g}", moved, causes]
        return "; ".join(filter(None, parts))


def between(before: Any, after: Any) -> Change | None:
    """What changed from one attempt of a student to the next; None for neither points nor outcomes.

    Both have the columns of an Attempt, but `outcomes` alone of its result.
    """
    was, became = _ends(before.outcomes), _ends(after.outcomes)
    exercises = tuple(_exercises(was, became))
    points = (before.earned, before.points), (after.earned, after.points)
    if not exercises and points[0] == points[1]:
        return None
    causes = tuple(name for name in CAUSES if getattr(before, name) != getattr(after, name))
    return Change(after.student, *points, exercises, causes)


def _ends(outcomes: list[dict[str, Any]]) -> dict[str, tuple[str, float]]:
    """Exercise -> its status in words, and its points."""
    return {
        each["exercise"]: (each["status"].replace("_", " "), each.get("earned", 0.0)) for each in outcomes
    }


def _exercises(
    was: dict[str, tuple[str, float]], became: dict[str, tuple[str, float]]
) -> Iterator[tuple[str, str, str]]:
    for exercise in {**was, **became}:
        old, new = was.get(exercise, ("not there", 0.0)), became.get(exercise, ("not there", 0.0))
        if old[0] != new[0]:
            yield exercise, old[0], new[0]
        elif old != new:  # the same status, and more or fewer of its checks
            yield exercise, f"{old[0]} ({old[1]:g})", f"{new[0]} ({new[1]:g})"
