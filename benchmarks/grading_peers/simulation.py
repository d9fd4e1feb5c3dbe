"""The gradebook and the reports with thousands of results that cost nothing to come by."""

from __future__ import annotations

import hashlib
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_utils.checks.core import load_lab
from course_utils.checks.exercise import Exercise
from course_utils.checks.outcome import CheckResult, Outcome, Status
from grading_peers.submissions import LAB, Handed, handed_in

STEP = 1_000


@dataclass(frozen=True)
class Step:
    """Seconds at one size of the class.

    Attributes:
        students: in the gradebook.
        add: for the last thousand to be added, each in a transaction of its own.
        known: to ask which of all have been graded, as going on after a crash does.
        pages: for all feedback pages and the class report, to be written anew; None where that was left out.
    """

    students: int
    add: float
    known: float
    pages: float | None


def simulated(students: int) -> Iterator[Step]:
    """A class that grows by a thousand at a time."""
    from course_utils.grading.gradebook import Key, opened
    from course_utils.grading.publishing import publish
    from course_utils.grading.records import records

    lab, drawn = load_lab(LAB), random.Random(8)
    kinds = list(handed_in(each=1))
    with tempfile.TemporaryDirectory() as name, opened(Path(name) / "grades.db") as book:
        keys: list[Key] = []
        for size in range(STEP, students + 1, STEP):
            new = [Key(LAB, f"student-{number:05d}", _digest(number), "c", "e") for number in _numbers(size)]
            results = [_result(drawn.choice(kinds), drawn) for _ in new]
            start = time.perf_counter()
            for key, result in zip(new, results, strict=True):
                earned = sum(each["earned"] for each in result["outcomes"])
                book.add(key, earned, 18, result)
            added = time.perf_counter()
            keys += new
            assert len(book.known(set(keys))) == size
            known = time.perf_counter()
            pages = None
            if size == students or (size // STEP).bit_count() == 1:  # 1, 2, 4, 8 thousand
                publish(records(book, lab), lab, Path(name) / f"pages-{size}")
                pages = time.perf_counter() - known
            yield Step(size, added - start, known - added, pages)


def _numbers(size: int) -> range:
    return range(size - STEP, size)


def _digest(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def _result(handed: Handed, drawn: random.Random) -> dict[str, Any]:
    """What a judge gives: some exercises wrong by chance, answers that no two students share."""
    exercises = load_lab(LAB).exercises.values()
    cells = {cell.get("id", ""): cell.source for cell in handed.notebook.cells}
    mark = f"\n# {drawn.random()}"
    return {
        "outcomes": [_outcome(exercise, drawn.random() < 0.7) for exercise in exercises],
        "notes": [],
        "seconds": 1 + drawn.random(),
        "memory": drawn.randrange(10**8),
        "walls": "bubblewrap",
        "answers": {each.id: cells[f"answer-{each.id.replace('.', '-')}"] + mark for each in exercises},
        "reflections": {},
    }


def _outcome(exercise: Exercise, right: bool) -> dict[str, Any]:
    results = [
        CheckResult(check.name, check.title, Status.PASSED, weight=check.weight) for check in exercise.checks
    ]
    if not right:
        last = exercise.checks[-1]
        told: dict[str, Any] = {
            "problem": "it differs",
            "expected": "[1, 2]",
            "got": "[2, 1]",
            "cause": "Is it turned round?",
        }
        results[-1] = CheckResult(last.name, last.title, Status.FAILED, weight=last.weight, **told)
    total = sum(check.weight for check in exercise.checks)
    outcome = Outcome(exercise.id, exercise.title, exercise.points, total, tuple(results))
    plain = {
        "exercise": outcome.exercise,
        "title": outcome.title,
        "points": outcome.points,
        "total_weight": total,
    }
    return {
        **plain,
        "status": outcome.status,
        "earned": outcome.earned,
        "results": [vars(each) for each in results],
    }
