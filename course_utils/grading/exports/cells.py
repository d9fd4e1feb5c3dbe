"""CSV that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from course_utils.grading.pages import visible
from course_utils.grading.spreadsheet import guarded

Cell = str | float | None  # text, a number, or nothing


def as_csv(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows as CSV (RFC 4180); text is never a formula, numbers stay numbers, None is an empty cell."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows([_cell(cell) for cell in row] for row in rows)
    return written.getvalue()


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guarded(visible(cell))
    return f"{round(cell, 2) + 0.0:.12g}"  # + 0.0: a penalty of nothing is 0 and not -0
