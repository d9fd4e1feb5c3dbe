"""What the notebooks carry beside their text: cell ids, nbgrader's cell metadata (schema version 3), our own.

nbgrader allows no key of others under its own, so ours live under `metadata.course`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from course_utils.authoring.source import Cell
from course_utils.checks.exercise import Lab

_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# No version of Python: it would differ from machine to machine.
_LANGUAGE = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "pygments_lexer": "ipython3",
}
# role -> nbgrader's grade, solution, locked. A graded markdown cell must be both grade and solution.
_NBGRADER = {"answer": (False, True, False), "check": (True, False, True), "reflection": (True, True, False)}


def notebook_metadata(lab_id: str, role: str) -> dict[str, Any]:
    """Metadata of the whole notebook; `role` is "lab" or "solution"."""
    return {
        "course": {"lab": lab_id, "role": role},
        "kernelspec": dict(_KERNEL),
        "language_info": dict(_LANGUAGE),
    }


def cell_ids(cells: Sequence[Cell]) -> Iterator[str]:
    """A valid nbformat 4.5 id for each cell: the exercise's, else drawn from the content.

    It depends on no other cell, unless that one is the same to the letter: then a counter tells them apart.
    """
    seen: dict[str, int] = {}
    for cell in cells:
        id = grade_id(cell) if cell.role else _digest(f"{cell.kind}\n{cell.text}")
        seen[id] = seen.get(id, 0) + 1
        yield id if seen[id] == 1 else f"{id}-{seen[id]}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def grade_id(cell: Cell) -> str:
    """nbgrader's id, and ours, of an answer, check or reflection cell: "answer-1-1"."""
    return f"{cell.role}-{str(cell.exercise).replace('.', '-')}"


def cell_metadata(cell: Cell, text: str, lab: Lab, for_students: bool) -> dict[str, Any]:
    """Metadata of one cell of a notebook.

    Args:
        cell: the cell of the source.
        text: what the notebook shows of it, which nbgrader's checksum covers.
        lab: where the points are declared.
        for_students: keep JupyterLab from deleting graded cells and from editing checks, as nbgrader does,
            and let "Run All" go on after a check that does not pass.
    """
    raising = ["raises-exception"] if for_students and cell.role == "check" else []
    all_tags = [*cell.tags, *raising]
    tags: dict[str, Any] = {"tags": all_tags} if all_tags else {}
    if not cell.role:
        return tags
    editable = {"editable": False} if cell.role == "check" else {}
    locks = {"deletable": False, **editable} if for_students else {}
    own = {"exercise": cell.exercise, "role": cell.role}
    return {**tags, **locks, "course": own, "nbgrader": _nbgrader(cell, text, lab)}


def _nbgrader(cell: Cell, text: str, lab: Lab) -> dict[str, Any]:
    grade, solution, locked = _NBGRADER[str(cell.role)]
    graded = lab.reflections if cell.role == "reflection" else lab.exercises
    points = {"points": graded[str(cell.exercise)].points} if grade else {}
    flags = {"grade": grade, "solution": solution, "locked": locked}
    fields = {
        **flags,
        **points,
        "grade_id": grade_id(cell),
        "cell_type": cell.kind,
        "task": False,
        "schema_version": 3,
    }
    return {**fields, "checksum": _checksum(text, fields)}


def _checksum(text: str, fields: dict[str, Any]) -> str:
    """nbgrader's MD5 over text, type, flags, id and, for a graded cell, points."""
    flags = "".join(str(fields[key]) for key in ("grade", "solution", "locked"))
    points = str(float(fields["points"])) if fields["grade"] else ""
    return hashlib.md5(f"{text}{fields['cell_type']}{flags}{fields['grade_id']}{points}".encode()).hexdigest()
