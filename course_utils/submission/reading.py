"""A student's notebook, read without running it: which lab it is, and which cell is what."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_utils.checks.exercise import Lab, lab_modules, load_lab

ANSWER, CHECK, REFLECTION = "answer", "check", "reflection"
ROLES = (ANSWER, CHECK, REFLECTION)
_MARK = re.compile(rf"({'|'.join(ROLES)})-(\d+)-(\w+)")  # as in answer-8-1, which nbgrader and cell ids carry
_DEFINITION = re.compile(r"^(?:def|class) +(\w+)", re.MULTILINE)


class NoSubmission(Exception):
    """Nothing that could be handed in; says what it is, and what to do."""


@dataclass(frozen=True)
class Cell:
    """One cell. `role` and `exercise` are "" where it is no answer, check or question; `id` may be, too."""

    kind: str
    source: str
    role: str
    exercise: str
    id: str


@dataclass(frozen=True)
class Notebook:
    """A notebook of this course.

    Attributes:
        content: the file's bytes.
        raw: the same as plain JSON.
        cells: in order.
        lab: the lab it belongs to.
        marked: whether the cells still say what they are; some editors drop that.
    """

    path: Path
    content: bytes
    raw: dict[str, Any]
    cells: tuple[Cell, ...]
    lab: Lab
    marked: bool

    def of(self, role: str, exercise: str) -> list[Cell]:
        """The cells of one role; for an answer that no cell is marked as, those that define its name."""
        found = [cell for cell in self.cells if (cell.role, cell.exercise) == (role, exercise)]
        if found or role != ANSWER:
            return found
        name = self.lab.exercises[exercise].name
        others = [cell for cell in self.cells if cell.kind == "code" and not cell.role]
        return [cell for cell in others if name in defined(cell.source)]


def read(path: Path) -> Notebook:
    """The notebook at `path`.

    Raises:
        NoSubmission: there is none, or none of this course.
    """
    content = _content(path)
    raw = _json(content, path)
    cells = tuple(_cells(raw, path))
    lab_id = _lab_by_marks(cells)
    if lab_id:
        return Notebook(path, content, raw, cells, load_lab(lab_id), marked=True)
    lab_id = _lab_by_names(cells)
    if lab_id:
        return Notebook(path, content, raw, cells, load_lab(lab_id), marked=False)
    raise NoSubmission(
        f"expected one of the course's labs ({', '.join(lab_modules())}), no cell of {path} belongs to any"
    )


def _content(path: Path) -> bytes:
    if path.is_dir():
        found = ", ".join(sorted(each.name for each in path.glob("*.ipynb"))) or "none"
        raise NoSubmission(f"expected one notebook, {path} is a folder; its notebooks: {found}")
    if not path.is_file():
        raise NoSubmission(f"expected a notebook, there is no file {path}")
    if path.suffix != ".ipynb":
        raise NoSubmission(f"expected a file whose name ends in .ipynb, received {path.name}")
    return path.read_bytes()


def _json(content: bytes, path: Path) -> dict[str, Any]:
    try:
        raw = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NoSubmission(
            f"expected a notebook, {path} is damaged ({error}). In JupyterLab, File, Revert Notebook to "
            "Checkpoint brings back what you saved before"
        ) from error
    if not isinstance(raw, dict) or not isinstance(raw.get("cells"), list):
        raise NoSubmission(f"expected a notebook of Jupyter's format 4, {path} has no list of cells")
    return raw


def _cells(raw: dict[str, Any], path: Path) -> Iterator[Cell]:
    for number, cell in enumerate(raw["cells"], 1):
        source = cell.get("source") if isinstance(cell, dict) else None
        if isinstance(source, list):
            source = "".join(map(str, source))
        if not isinstance(source, str):
            raise NoSubmission(f"expected a notebook, cell {number} of {path} has no source")
        id = str(cell.get("id", ""))
        yield Cell(str(cell.get("cell_type")), source, *_role(cell.get("metadata"), id), id)


def _role(metadata: Any, id: str) -> tuple[str, str]:
    """Role and exercise as our own mark, nbgrader's or the cell's id tell them."""
    metadata = metadata if isinstance(metadata, dict) else {}
    own, nbgrader = metadata.get("course"), metadata.get("nbgrader")
    if isinstance(own, dict) and own.get("role") in ROLES:
        return str(own["role"]), str(own.get("exercise"))
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    found = _MARK.fullmatch(str(grade_id)) or _MARK.fullmatch(id)
    return (found[1], f"{found[2]}.{found[3]}") if found else ("", "")


def _lab_by_marks(cells: tuple[Cell, ...]) -> str:
    """The lab that most answers belong to; "" for none."""
    ids = [cell.exercise.partition(".")[0].zfill(2) for cell in cells if cell.role == ANSWER]
    return max((id for id in ids if id in lab_modules()), key=ids.count, default="")


def _lab_by_names(cells: tuple[Cell, ...]) -> str:
    """The lab of whose functions most are defined; "" for none."""
    names = {name for cell in cells if cell.kind == "code" for name in defined(cell.source)}
    found = {id: sum(e.name in names for e in load_lab(id).exercises.values()) for id in lab_modules()}
    best = max(found, key=lambda id: found[id])
    return best if found[best] else ""


def defined(source: str) -> set[str]:
    """Names of the functions and classes that a cell defines, even where Python cannot read it."""
    return set(_DEFINITION.findall(source))
