"""Canvas's gradebook CSV: Grades, Import.

The columns are those of its own export, of which an import needs the first five; a student is looked for by
ID, then by SIS User ID, then by SIS Login ID, then by name. An assignment's column is told by the number in
parentheses after its name; without one Canvas offers to make a new assignment of this name.
"""

from __future__ import annotations

from collections.abc import Iterable

from course_utils.grading.exports.cells import as_csv
from course_utils.grading.records import Record

# What the students' names in the gradebook are -> the column they go to.
IDENTITIES = {"sis-login": "SIS Login ID", "sis-user": "SIS User ID", "id": "ID"}
COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")


def export(records: Iterable[Record], assignment: str, identity: str) -> str:
    """Totals of at least one student.

    Args:
        assignment: as in Canvas, best with its number: "Lab 08 (1234)".
        identity: one of IDENTITIES.
    """
    records = list(records)
    own = IDENTITIES[identity]
    possible = ["    Points Possible", *[None] * (len(COLUMNS) - 1), records[0].total.maximum]
    rows = [
        [
            *(record.student if column in ("Student", own) else None for column in COLUMNS),
            record.total.total,
        ]
        for record in records
    ]
    return as_csv([[*COLUMNS, assignment], possible, *rows])
