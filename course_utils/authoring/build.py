"""Making both notebooks of a lab from its source, and holding the committed ones to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from course_utils.authoring.declared import source_problems
from course_utils.authoring.metadata import cell_ids, cell_metadata, notebook_metadata
from course_utils.authoring.source import Cell, SourceError, read_source
from course_utils.authoring.strip import BEGIN, END, MODEL_PROMPT, lab_cells, with_stubs, with_student_prompt
from course_utils.checks.exercise import Lab

# nbgrader finds its markers inside HTML comments too, and there a reader of the solution does not see them.
_MODEL_ANSWER = {BEGIN: f"<!-- {BEGIN} -->\n{MODEL_PROMPT}\n", END: f"<!-- {END} -->"}

# Where a markdown cell holds this, both notebooks show the table of exercises: points stand in no source.
TABLE_PLACE = "<!-- exercises -->"


@dataclass(frozen=True)
class Pair:
    """The two notebooks of one lab."""

    lab: NotebookNode
    solution: NotebookNode


def build_pair(path: Path, lab: Lab) -> Pair:
    """Both notebooks of the source at `path`, without outputs.

    Raises:
        SourceError: the source is malformed or does not match what the lab declares.
    """
    source = read_source(path)
    problems = source_problems(source, lab)
    if problems:
        raise SourceError(path, problems)
    return Pair(
        _notebook(lab_cells(source.cells), _lab_text, lab, "lab"),
        _notebook(source.cells, _solution_text, lab, "solution"),
    )


def _lab_text(cell: Cell, lab: Lab) -> str:
    if cell.role == "answer":
        return with_stubs(cell, lab.exercises[str(cell.exercise)].stub)
    return with_student_prompt(cell) if cell.role == "reflection" else _with_table(cell, lab)


def _solution_text(cell: Cell, lab: Lab) -> str:
    if cell.role == "reflection":
        return "\n".join(_MODEL_ANSWER.get(line.strip(), line) for line in cell.text.split("\n"))
    return _with_table(cell, lab)


def _with_table(cell: Cell, lab: Lab) -> str:
    if cell.kind == "code" or TABLE_PLACE not in cell.text:
        return cell.text
    asked = [(each.id, each.title, "●" * each.difficulty, each.points) for each in lab.exercises.values()]
    asked += [(each.id, f"{each.title} (in words)", "", each.points) for each in lab.reflections.values()]
    rows = [f"| {id} | {title} |{dots and f' {dots}'} | {points:g} |" for id, title, dots, points in asked]
    total = f"| | **together** | | **{sum(points for *_, points in asked):g}** |"
    table = "\n".join(["| exercise | | difficulty | points |", "|---|---|---|---:|", *rows, total])
    return cell.text.replace(TABLE_PLACE, table)


def _notebook(cells: Sequence[Cell], shown: Callable[[Cell, Lab], str], lab: Lab, role: str) -> NotebookNode:
    texts = [shown(cell, lab) for cell in cells]
    made = [
        _notebook_cell(cell, text, id, cell_metadata(cell, text, lab, for_students=role == "lab"))
        for cell, text, id in zip(cells, texts, cell_ids(cells), strict=True)
    ]
    metadata = notebook_metadata(lab.id, role)
    return nbformat.from_dict({"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def _notebook_cell(cell: Cell, text: str, id: str, metadata: dict[str, Any]) -> dict[str, Any]:
    outputs: dict[str, Any] = {"execution_count": None, "outputs": []} if cell.kind == "code" else {}
    return {"cell_type": cell.kind, "id": id, "metadata": metadata, "source": text, **outputs}


def notebook_text(notebook: NotebookNode) -> str:
    """The notebook as its file holds it: the same bytes for the same notebook.

    Raises:
        nbformat.ValidationError: it is no valid notebook of format 4.5.
    """
    nbformat.validate(notebook)
    return nbformat.v4.writes(notebook) + "\n"
