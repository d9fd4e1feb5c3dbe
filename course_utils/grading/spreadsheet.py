"""Text in cells of a spreadsheet, which must not take it for a formula.

Excel, LibreOffice and Google Sheets run what begins with one of these characters, and a student chooses what
stands there (OWASP, "CSV Injection").
"""

from __future__ import annotations

BEGINS_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
MARK = "'"


def guarded(text: str) -> str:
    """The text, after an apostrophe where a spreadsheet would run it."""
    return MARK + text if _runs(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text.startswith(MARK) and _runs(text[1:]) else text


def _runs(text: str) -> bool:
    # A text that only seems guarded gets another mark, or the first would be lost on the way back
    return text.startswith(BEGINS_FORMULA) or text.lstrip(MARK + " ").startswith(BEGINS_FORMULA)
