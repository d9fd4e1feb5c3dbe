"""Notebooks as they come in: read as plain JSON, whatever is wrong with them, and never run."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course_utils.checks.exercise import Lab

LARGEST = 20 * 1024 * 1024  # bytes of a notebook
ANSWER, CHECK, REFLECTION = "answer", "check", "reflection"


class Unreadable(ValueError):
    """No notebook; says what it is instead."""


@dataclass(frozen=True)
class Cell:
    """One cell. `role` and `exercise` are empty for a cell that is no answer, check or reflection."""

    kind: str
    source: str
    role: str = ""
    exercise: str = ""


@dataclass(frozen=True)
class Release:
    """A lab as students get it: what of their notebooks is theirs is told by it."""

    lab: str
    cells: tuple[Cell, ...]

    @classmethod
    def read(cls, path: Path, lab_id: str) -> Release:
        """The lab notebook at `path`; raises Unreadable."""
        return cls(lab_id, tuple(_cells(_json(path.read_bytes()))))


@dataclass(frozen=True)
class Submission:
    """What a student wrote.

    Attributes:
        digest: SHA-256 of the file.
        steps: what has to run, in order: (exercise id, source of its answer), or ("", definitions of a cell
            that is none).
        reflections: reflection id -> text.
        notes: what the instructor should know about the file.
    """

    digest: str
    steps: tuple[tuple[str, str], ...]
    reflections: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def answers(self) -> dict[str, str]:
        """Exercise id -> source."""
        return {exercise: source for exercise, source in self.steps if exercise}


def read_submission(path: Path, release: Release, lab: Lab) -> Submission:
    """A student's notebook.

    Cells that belong to no exercise are the release's; of those the student added, only what defines
    something is kept, since nobody trains a network again to grade a function.

    Raises:
        Unreadable: the file is no notebook, or larger than LARGEST.
    """
    if path.is_symlink() or not path.is_file():
        raise Unreadable("expected a file, received a link or a folder")
    if path.stat().st_size > LARGEST:
        raise Unreadable(f"expected at most {LARGEST:,} bytes, received {path.stat().st_size:,}")
    content = path.read_bytes()
    cells = list(_cells(_json(content)))
    notes: list[str] = []
    answers = _answers(cells, lab, notes)
    return Submission(
        hashlib.sha256(content).hexdigest(),
        tuple(_steps(cells, release, answers)),
        {cell.exercise: cell.source for cell in cells if cell.role == REFLECTION},
        tuple(notes),
    )


def _json(content: bytes) -> dict[str, Any]:
    try:
        notebook = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"expected a notebook, received what is no JSON: {error}") from error
    if not isinstance(notebook, dict):
        raise Unreadable(f"expected a notebook, received a {type(notebook).__name__}")
    return notebook


def _cells(notebook: dict[str, Any]) -> Iterator[Cell]:
    found = notebook.get("cells")
    if found is None and isinstance(sheets := notebook.get("worksheets"), list):  # nbformat 3
        found = [cell for sheet in sheets if isinstance(sheet, dict) for cell in sheet.get("cells", [])]
    if not isinstance(found, list):
        raise Unreadable("expected a notebook, received JSON without a list of cells")
    for cell in found:
        if isinstance(cell, dict):
            yield _cell(cell)


def _cell(cell: dict[str, Any]) -> Cell:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(map(str, source))
    metadata = cell.get("metadata")
    own = metadata.get("course") if isinstance(metadata, dict) else None
    own = own if isinstance(own, dict) else {}
    texts = (cell.get("cell_type", ""), source, own.get("role", ""), own.get("exercise", ""))
    return Cell(*map(str, texts))


def _answers(cells: list[Cell], lab: Lab, notes: list[str]) -> dict[str, Cell]:
    """Exercise id -> its cell: the last one that is marked so, or else the last one that defines its name."""
    answers: dict[str, Cell] = {}
    for id, exercise in lab.exercises.items():
        marked = [cell for cell in cells if (cell.role, cell.exercise) == (ANSWER, id)]
        if len(marked) > 1:
            notes.append(
                f"exercise {id} has {len(marked)} answer cells: the last that is not the stub counts"
            )
            marked = [cell for cell in marked if exercise.stub not in cell.source] or marked
        defining = [cell for cell in cells if not cell.role and _defines(cell, exercise.name)]
        if not marked and defining:
            notes.append(f"the answer to {id} has lost its marks: found by the name {exercise.name}")
        if found := marked or defining:
            answers[id] = found[-1]
        else:
            notes.append(f"there is no answer cell for exercise {id}")
    return answers


def _defines(cell: Cell, name: str) -> bool:
    return cell.kind == "code" and any(
        isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name for node in _tree(cell.source)
    )


def _steps(cells: list[Cell], release: Release, answers: dict[str, Cell]) -> Iterator[tuple[str, str]]:
    """The release's cells in their order, each answer after what the student put before it."""
    given = {cell.source for cell in release.cells}
    added = [cell for cell in cells if cell.kind == "code" and not cell.role and cell.source not in given]
    for cell in release.cells:
        if cell.role == ANSWER and cell.exercise in answers:
            answer = answers[cell.exercise]
            yield from (("", definitions(each.source)) for each in _before(answer, added, cells))
            yield cell.exercise, answer.source
        elif cell.kind == "code" and not cell.role:
            yield "", definitions(cell.source)


def _before(answer: Cell, added: list[Cell], cells: list[Cell]) -> list[Cell]:
    """The student's own cells up to an answer; they are taken away from `added`."""
    place = next(i for i, cell in enumerate(cells) if cell is answer)
    taken = [cell for cell in cells[:place] if any(cell is each for each in added) and cell is not answer]
    added[:] = [cell for cell in added if not any(cell is each for each in taken)]
    return taken


def definitions(source: str) -> str:
    """The statements of a cell that only define: imports, functions, classes, constants.

    "" for a cell that is no Python.
    """
    return ast.unparse(ast.Module([node for node in _tree(source) if _only_defines(node)], []))


def _tree(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _only_defines(node: ast.stmt) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
        return True
    return isinstance(node, ast.Assign) and _is_constant(node.value)


def _is_constant(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True
