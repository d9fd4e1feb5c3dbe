"""Making both notebooks of a lab from its source, and holding the committed ones to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from course_utils.authoring.declared import source_problems
from course_utils.authoring.metadata import cell_ids, cell_metadata, notebook_metadata
from course_utils.authoring.source import Cell, Source, SourceError, read_source
from course_utils.authoring.strip import BEGIN, END, MODEL_PROMPT, lab_cells, lab_text
from course_utils.checks.exercise import Lab

# nbgrader finds its markers inside HTML comments too, and there a reader of the solution does not see them.
_MODEL_ANSWER = {BEGIN: f"<!-- {BEGIN} -->\n{MODEL_PROMPT}\n", END: f"<!-- {END} -->"}


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
    return Pair(_lab_notebook(source, lab), _solution_notebook(source, lab))


def _lab_notebook(source: Source, lab: Lab) -> NotebookNode:
    cells = lab_cells(source.cells)
    messages = {id: exercise.stub for id, exercise in lab.exercises.items()}
    texts = [lab_text(cell, messages.get(str(cell.exercise), "")) for cell in cells]
    return _notebook(cells, texts, lab, "lab")


def _solution_notebook(source: Source, lab: Lab) -> NotebookNode:
    return _notebook(list(source.cells), [_solution_text(cell) for cell in source.cells], lab, "solution")


def _solution_text(cell: Cell) -> str:
    if cell.role != "reflection":
        return cell.text
    return "\n".join(_MODEL_ANSWER.get(line.strip(), line) for line in cell.text.split("\n"))


def _notebook(cells: list[Cell], texts: list[str], lab: Lab, role: str) -> NotebookNode:
    made = [
        _notebook_cell(cell, text, id, cell_metadata(cell, text, lab, lock=role == "lab"))
        for cell, text, id in zip(cells, texts, cell_ids(cells), strict=True)
    ]
    notebook = {
        "cells": made,
        "metadata": notebook_metadata(lab.id, role),
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return nbformat.from_dict(notebook)


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
