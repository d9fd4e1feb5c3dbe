"""Lab notebooks as students hand them in: untouched, half done, solved."""

from __future__ import annotations

from collections.abc import Collection
from copy import deepcopy

from nbformat import NotebookNode

from course_utils.authoring.strip import without_markers


def exercise_ids(lab: NotebookNode) -> list[str]:
    """The ids of a lab's exercises, in the order of their answer cells."""
    return [own["exercise"] for own in map(_own, lab.cells) if own.get("role") == "answer"]


def fill(lab: NotebookNode, solution: NotebookNode, answered: Collection[str]) -> NotebookNode:
    """A copy of `lab` with the solution's answers to the given exercises and reflection questions.

    Raises:
        ValueError: an id that the two notebooks do not both have.
    """
    answers = {_own(cell).get("exercise"): cell.source for cell in solution.cells if _takes_answer(cell)}
    filled = deepcopy(lab)
    open_cells = {_own(cell)["exercise"]: cell for cell in filled.cells if _takes_answer(cell)}
    for id in answered:
        if id not in open_cells or id not in answers:
            raise ValueError(f"expected ids among {', '.join(open_cells)}, got {id!r}")
        open_cells[id].source = without_markers(answers[id])
    return filled


def samples(lab: NotebookNode, solution: NotebookNode) -> dict[str, NotebookNode]:
    """Three notebooks of one lab: "untouched", "half_done" (the first half of its exercises) and "solved"."""
    ids = exercise_ids(lab)
    done = {"untouched": [], "half_done": ids[: len(ids) // 2], "solved": ids}
    return {name: fill(lab, solution, answered) for name, answered in done.items()}


def _own(cell: NotebookNode) -> dict[str, str]:
    own: dict[str, str] = cell.metadata.get("course", {})
    return own


def _takes_answer(cell: NotebookNode) -> bool:
    return _own(cell).get("role") in ("answer", "reflection")
