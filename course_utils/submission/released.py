"""The labs as they were given out, to tell what a student has changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

FACTS = "released.json"  # beside the package's modules in a release; the repository has labs/ itself
PACKAGE = Path(__file__).resolve().parents[1]
DISTRIBUTION = "attention-course"


@dataclass(frozen=True)
class Released:
    """A course as it was given out.

    Attributes:
        version: of the course.
        commit: of its repository; "" in the repository itself, where labs change.
        labs: name without .ipynb -> cell id -> digest of its source.
    """

    version: str
    commit: str
    labs: dict[str, dict[str, str]]

    def lab(self, lab_id: str) -> tuple[str, dict[str, str]]:
        """Name and cells of the lab "08"; ("lab_08", {}) where it was not given out."""
        for name, cells in self.labs.items():
            if name.startswith(f"{lab_id}_"):
                return name, cells
        return f"lab_{lab_id}", {}


def digest(source: str) -> str:
    """Sixteen digits that tell a source from others; an end of blank lines makes no difference."""
    return hashlib.sha256(source.rstrip().encode("utf-8", "surrogatepass")).hexdigest()[:16]


def fingerprint(notebook: dict[str, Any]) -> dict[str, str]:
    """Cell id -> digest of its source, of a lab's notebook as plain JSON."""
    return {cell["id"]: digest("".join(cell["source"])) for cell in notebook["cells"]}


@cache
def released() -> Released:
    """What this copy of the course was given out as."""
    facts = PACKAGE / FACTS
    if facts.is_file():
        return Released(**json.loads(facts.read_text(encoding="utf-8")))
    labs = sorted((PACKAGE.parent / "labs").glob("*.ipynb"))
    cells = {path.stem: fingerprint(json.loads(path.read_text(encoding="utf-8"))) for path in labs}
    return Released(version(DISTRIBUTION), "", cells)
