"""How much of what students hand in is read: files are made to be refused as well as to be read."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

MEBIBYTE = 1024 * 1024
SHOWN = 100  # characters of a name in a message
HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn")  # control, format (as right-to-left marks), surrogates, unassigned


class Unreadable(ValueError):
    """No notebook, or one that is not read; says what it is instead."""


@dataclass(frozen=True)
class Caps:
    """The most that is read. Real notebooks stay far below all of it.

    Attributes:
        notebook_bytes: of one notebook; plots and long outputs are part of it.
        files: in the folder or zip of the class.
        total_bytes: of all notebooks in the zip of the class.
        student_files: in a zip that one student has packed.
        student_bytes: of that zip, and of all that is read from it.
        expansion: how many times its packed size a file in a zip may have. A loop that prints packs well, so
            that the first mebibyte is free.
        depth: of JSON.
        values: lists and objects in a notebook; each takes some 60 bytes of memory for two in the file.
        cells: of a notebook.
        characters: of a cell; a larger one is left out of the notebook.
        code: characters in all code cells. Python's own parser takes seconds for more that is made to harm.
    """

    notebook_bytes: int = 64 * MEBIBYTE
    files: int = 200_000
    total_bytes: int = 16 * 1024 * MEBIBYTE
    student_files: int = 1_000
    student_bytes: int = 128 * MEBIBYTE
    expansion: int = 200
    depth: int = 100
    values: int = 2_000_000
    cells: int = 5_000
    characters: int = 50_000
    code: int = 300_000


def printable(text: str, limit: int = SHOWN) -> str:
    """Text of a student's for a line of ours: one line, nothing that moves a cursor or turns the writing."""
    shown = "".join("\ufffd" if unicodedata.category(each) in HIDDEN else each for each in text[: limit + 1])
    return shown if len(shown) <= limit else f"{shown[:limit]}…"
