"""Gradebooks written by hand: what reports, feedback and exports are tried on."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from course_utils.checks.core import load_lab
from course_utils.grading import records
from course_utils.grading.gradebook import Attempt, Key, opened
from course_utils.grading.lateness import Terms
from course_utils.grading.manual import Answer, Score
from course_utils.grading.records import Record
from course_utils.grading.totals import Standing, total
from tests.grading_course import RIGHT

LAB = load_lab("00")


def result(exercise: str, name: str, status: str = "passed", **said: Any) -> dict[str, Any]:
    """One check's end, as a judge stores it."""
    check = next((each for each in LAB.exercises[exercise].checks if each.name == name), None)
    title = check.title if check else f"title of {name}"
    return {
        "name": name,
        "title": title,
        "status": status,
        "problem": "",
        "weight": 1.0,
        "hidden": False,
        **said,
    }


def outcome(exercise: str, *results: dict[str, Any]) -> dict[str, Any]:
    """An exercise's end; without results it passed."""
    declared = LAB.exercises[exercise]
    results = results or tuple(result(exercise, check.name) for check in declared.checks)
    total = max(len(declared.checks), len(results))
    passed = sum(each["status"] == "passed" for each in results)
    statuses = [each["status"] for each in results if each["status"] != "passed"]
    return {
        "exercise": exercise,
        "title": declared.title,
        "points": declared.points,
        "total_weight": float(total),
        "status": statuses[0] if statuses else "passed",
        "earned": round(declared.points * passed / total, 2),
        "results": list(results),
    }


def stored(*changed: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What the gradebook keeps of a submission: right answers but for these outcomes."""
    outcomes = {id: outcome(id) for id in LAB.exercises}
    outcomes.update({each["exercise"]: each for each in changed})
    known = {
        "notes": [],
        "seconds": 1.5,
        "answers": RIGHT,
        "reflections": {},
        "memory": 0,
        "walls": "bubblewrap",
    }
    return {"outcomes": list(outcomes.values()), **known, **more}


def gradebook(path: Path, students: dict[str, dict[str, Any]]) -> Path:
    """A gradebook of lab 00 with one attempt a student."""
    points = sum(exercise.points for exercise in LAB.exercises.values())
    with opened(path) as book:
        for student, result in students.items():
            earned = sum(each["earned"] for each in result["outcomes"])
            assert book.add(Key("00", student, "a" * 64, "b" * 64, "c" * 64), earned, points, result)
    return path


def read(path: Path) -> list[Record]:
    """All records of that gradebook."""
    with opened(path) as book:
        return records.records(book, LAB)


def record(stored_result: dict[str, Any], student: str = "anna", scores: tuple[Score, ...] = ()) -> Record:
    """A student's record, without a gradebook."""
    at = datetime.datetime(2026, 11, 21, 17, 3, tzinfo=datetime.UTC)
    attempt = Attempt(lab="00", student=student, graded_at=at, result=stored_result)
    earned = sum(each["earned"] for each in stored_result["outcomes"])
    written, given = stored_result["reflections"], {score.question: score for score in scores}
    answers = [Answer(student, id, written.get(id, ""), "a" * 64, given.get(id)) for id in LAB.reflections]
    standing = Standing(student, 1, "a" * 64, earned, 6, at, written)
    found = total(standing, answers, LAB.reflections.values(), Terms())
    return records.record(attempt, LAB, found, answers)
