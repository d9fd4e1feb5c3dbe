"""A file that came in, out of a folder or a zip."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from course_utils.grading.caps import printable

NOTEBOOK, ZIP = ".ipynb", ".zip"
MADE_BY_SYSTEMS = ("__MACOSX",)


@dataclass(frozen=True)
class Found:
    """A file that came in.

    Attributes:
        parts: of its path below the folder or zip; a zip in it counts as a folder.
        content: its bytes.
        at: when it was handed in, as far as the folder or zip tells.
        refused: why it was not read; "" where it was.
        other: whether it is neither notebook nor zip.
    """

    parts: tuple[str, ...]
    content: bytes = b""
    at: datetime.datetime | None = None
    refused: str = ""
    other: bool = False

    @property
    def name(self) -> str:
        """Its path, fit for a line of ours."""
        return printable("/".join(self.parts), 200)


@dataclass
class Allowance:
    """What may still be read."""

    files: int
    bytes: int


def ignored(name: str) -> bool:
    """Whether it is what a system or an editor keeps for itself, as .ipynb_checkpoints."""
    return name.startswith(".") or name in MADE_BY_SYSTEMS


def no_notebook(parts: tuple[str, ...]) -> Found:
    """What came in and is neither notebook nor zip."""
    return Found(parts, refused=f"expected a notebook, received {printable(parts[-1])}", other=True)
