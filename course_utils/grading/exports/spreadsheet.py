"""Everything about a class as one table, for a spreadsheet."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence

from course_utils.checks.exercise import Exercise, Lab, Reflection
from course_utils.grading.exports.cells import Cell, as_csv
from course_utils.grading.records import Record

MARK_OF_UTF8 = "\ufeff"  # without it Excel takes the letters for those of another alphabet


def export(records: Iterable[Record], lab: Lab) -> str:
    """One row a student: points in all, by exercise and by question, times, notes."""
    return MARK_OF_UTF8 + as_csv([_header(lab), *_rows(records, lab)])


def _header(lab: Lab) -> list[Cell]:
    parts: list[Exercise | Reflection] = [*lab.exercises.values(), *lab.reflections.values()]
    return [
        *("student", "total", "maximum", "by checks", "by hand", "late penalty"),
        *(f"{part.id} {part.title} (of {part.points:g})" for part in parts),
        *("handed in (UTC)", "graded (UTC)", "not read yet", "notes"),
    ]


def _rows(records: Iterable[Record], lab: Lab) -> Iterator[Sequence[Cell]]:
    for record in records:
        total = record.total
        earned = {outcome.exercise: outcome.earned for outcome in record.outcomes}
        given = {each.id: each.earned for each in record.by_hand}
        yield [
            *(record.student, total.total, total.maximum, total.earned, total.manual_earned, -total.penalty),
            *(earned.get(id) for id in lab.exercises),
            *(given.get(id) for id in lab.reflections),
            *(_moment(total.submitted_at), _moment(record.graded_at)),
            ", ".join(each.id for each in record.waiting),
            "; ".join([*([total.note] if total.note else []), *record.notes]),
        ]


def _moment(at: datetime.datetime | None) -> str:
    """As spreadsheets read dates."""
    return f"{at.astimezone(datetime.UTC):%Y-%m-%d %H:%M:%S}" if at else ""
