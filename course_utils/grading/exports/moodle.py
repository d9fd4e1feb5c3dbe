"""Moodle's grade import: Grades, Import, CSV file.

Moodle asks which column says who a student is and which grade item a column belongs to; the columns are named
as in its own exports. A grade that is imported with its feedback replaces both.
"""

from __future__ import annotations

from collections.abc import Iterable

from course_utils.checks.outcome import Status
from course_utils.grading.exports.cells import Cell, as_csv
from course_utils.grading.feedback import WORDS
from course_utils.grading.records import Record

# What the students' names in the gradebook are -> the column that Moodle maps from.
IDENTITIES = {"email": "Email address", "username": "Username", "idnumber": "ID number"}


def export(records: Iterable[Record], assignment: str, identity: str) -> str:
    """Totals, with a line of feedback each; `identity` is one of IDENTITIES."""
    header: list[Cell] = [IDENTITIES[identity], assignment, f"{assignment} (feedback)"]
    rows: list[list[Cell]] = [[each.student, each.total.total, _feedback(each)] for each in records]
    return as_csv([header, *rows])


def _feedback(record: Record) -> str:
    missed = [
        f"{outcome.exercise} {WORDS[outcome.status]}"
        for outcome in record.outcomes
        if outcome.status is not Status.PASSED
    ]
    late = [record.total.note] if record.total.note else []
    return "; ".join([*(missed or ["all checks passed"]), *late])
