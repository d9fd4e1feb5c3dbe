"""CSV that a spreadsheet opens without running anything.

A cell that begins with one of a few characters is a formula to Excel, LibreOffice and Google Sheets, and a
student may be called =HYPERLINK(...). Text of that kind gets an apostrophe in front (OWASP, "CSV Injection").
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from course_utils.grading.pages import visible

Cell = str | float | None  # text, a number, or nothing
_FORMULA = tuple("=+-@\t\n＝＋－＠")


def as_csv(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows as CSV (RFC 4180); text is guarded, numbers stay numbers, None is an empty cell."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows([_cell(cell) for cell in row] for row in rows)
    return written.getvalue()


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    return (
        guarded(cell) if isinstance(cell, str) else f"{round(cell, 2) + 0.0:.12g}"
    )  # + 0.0: a penalty of nothing is 0 and not -0


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula, and without characters that do not show."""
    shown = visible(text)
    return f"'{shown}" if shown.startswith(_FORMULA) or shown.lstrip().startswith(_FORMULA) else shown
