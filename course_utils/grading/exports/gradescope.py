"""Gradescope's results.json, one file a submission.

The fields are those of gradescope-autograders.readthedocs.io, "Autograder Specifications".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from course_utils.checks.exercise import Lab
from course_utils.checks.outcome import CheckResult, Outcome, Status
from course_utils.grading.pages import cut, visible
from course_utils.grading.records import ByHand, Record, shown_to_students


def export(record: Record, lab: Lab) -> str:
    """The file's text."""
    return json.dumps(results(record, lab), indent=1, ensure_ascii=False)


def results(record: Record, lab: Lab) -> dict[str, Any]:
    """A student's results: a test for each check, and one for each question that was graded by hand.

    A hidden check's test is hidden and has no output even then; its points count in the score.
    """
    tests = [test for outcome in record.outcomes for test in _tests(outcome, lab)]
    tests += [_by_hand(each) for each in record.by_hand if each.earned is not None]
    return {
        "score": record.total.total,
        "execution_time": round(record.seconds),
        "output": visible("\n".join([record.total.note, *record.notes]).strip()),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
    }


def _tests(outcome: Outcome, lab: Lab) -> Iterator[dict[str, Any]]:
    shown = shown_to_students(outcome)
    for number, result in enumerate(shown.results, start=1):
        yield _test(outcome, f"{outcome.exercise}.{number}", result)
    left = outcome.total_weight - sum(result.weight for result in outcome.results)
    if left > 0:
        title = "checks that were not run, because of the one before"
        unreached = CheckResult("", title, Status.NOT_ATTEMPTED, weight=left)
        yield _test(outcome, f"{outcome.exercise}.{len(outcome.results) + 1}", unreached)


def _test(outcome: Outcome, number: str, result: CheckResult) -> dict[str, Any]:
    points = outcome.points * result.weight / outcome.total_weight
    passed = result.status is Status.PASSED
    return {
        "number": number,
        "name": visible(f"{outcome.exercise} {outcome.title}: {result.title}"),
        "score": round(points, 4) if passed else 0.0,
        "max_score": round(points, 4),
        "status": "passed" if passed else "failed",
        "output": visible(cut(result.message.strip())),
        "visibility": "hidden" if result.hidden else "visible",
    }


def _by_hand(answer: ByHand) -> dict[str, Any]:
    return {
        "number": answer.id,
        "name": f"{answer.id} {answer.title}",
        "score": answer.earned,
        "max_score": answer.points,
        "output": visible(cut(answer.comment)),
        "visibility": "visible",
    }
