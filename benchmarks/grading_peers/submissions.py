"""Notebooks of lab 08 as a class hands them in, each with the points that its checks should give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course_utils.authoring.samples import exercise_ids, fill
from course_utils.checks.core import load_lab

ROOT = Path(__file__).parents[2]
LAB, SLUG = "08", "08_self_attention"
KINDS = ("right", "half done", "wrong", "hanging")
ENDLESS = "while True:\n    pass\n\n"


@dataclass(frozen=True)
class Handed:
    """One student's notebook, of what kind it is, and the points that it has earned."""

    student: str
    kind: str
    notebook: NotebookNode
    points: float


def handed_in(each: int) -> Iterator[Handed]:
    """`each` notebooks of every kind, the kinds taking turns.

    Half done: the first half of the exercises. Wrong: one exercise gives a constant, a different one each
    time. Hanging: in one exercise either the function or the cell itself never ends. Such an exercise earns
    nothing, the others all their points.
    """
    lab, solution = (
        nbformat.read(ROOT / folder / f"{SLUG}.ipynb", as_version=4) for folder in ("labs", "solutions")
    )
    ids = exercise_ids(lab)
    points = {id: load_lab(LAB).exercises[id].points for id in ids}
    for number in range(each):
        broken = ids[number % len(ids)]
        others = [id for id in ids if id != broken]
        half = ids[: len(ids) // 2]
        made = {
            "right": (ids, fill(lab, solution, ids)),
            "half done": (half, fill(lab, solution, half)),
            "wrong": (others, _with(fill(lab, solution, others), broken, _constant(broken))),
            "hanging": (others, _hanging(fill(lab, solution, ids), broken, number)),
        }
        for kind, (earned, notebook) in made.items():
            student = f"{kind.replace(' ', '-')}-{number:03d}"
            yield Handed(student, kind, notebook, sum(points[id] for id in earned))


def _with(notebook: NotebookNode, id: str, source: str) -> NotebookNode:
    _answer(notebook, id).source = source
    return notebook


def _hanging(notebook: NotebookNode, id: str, number: int) -> NotebookNode:
    """Every other one hangs when it is called, the others when their cell runs."""
    if number % 2:
        return _with(notebook, id, f"def {_name(id)}(*args, **kwargs):\n    while True:\n        pass\n")
    return _with(notebook, id, ENDLESS + _answer(notebook, id).source)


def _constant(id: str) -> str:
    return f"def {_name(id)}(*args, **kwargs):\n    return 7\n"


def _name(id: str) -> str:
    return load_lab(LAB).exercises[id].name


def _answer(notebook: NotebookNode, id: str) -> NotebookNode:
    (cell,) = (cell for cell in notebook.cells if cell.get("id") == f"answer-{id.replace('.', '-')}")
    return cell
