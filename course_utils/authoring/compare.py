"""Saying in a few lines how a committed notebook differs from what its source gives."""

from __future__ import annotations

import difflib
from itertools import zip_longest

from nbformat import NotebookNode

_DIFF_LINES = 20
_UNLIKE = object()


def first_difference(committed: NotebookNode, built: NotebookNode) -> list[str]:
    """The first cell that differs, with a short diff of its source; empty when only the layout does."""
    for number, (old, new) in enumerate(zip_longest(committed.cells, built.cells), 1):
        if old != new:
            return _cell_difference(number, old, new)
    fields = [key for key in {**committed, **built} if committed.get(key, _UNLIKE) != built.get(key, _UNLIKE)]
    return [f"the notebook's {key} is {committed.get(key)}, and should be {built.get(key)}" for key in fields]


def _cell_difference(number: int, old: NotebookNode | None, new: NotebookNode | None) -> list[str]:
    if new is None:
        return [f"cell {number} is in the notebook and not in the source"]
    if old is None:
        return [f"cell {number} ({_name(new)}) is missing from the notebook"]
    shown = f"cell {number} ({_name(new)})"
    if old.source != new.source:
        return [f"{shown} has another source", *_diff(old.source, new.source)]
    keys = [key for key in {**old, **new} if old.get(key, _UNLIKE) != new.get(key, _UNLIKE)]
    return [
        f"{shown} has another {key}: {_short(old.get(key))}, should be {_short(new.get(key))}" for key in keys
    ]


def _name(cell: NotebookNode) -> str:
    own = cell.metadata.get("course")
    return f"{own['role']} of {own['exercise']}" if own else f"id {cell.get('id')}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 200 else text[:199] + "…"


def _diff(old: str, new: str) -> list[str]:
    lines = list(
        difflib.unified_diff(old.split("\n"), new.split("\n"), "notebook", "source", n=1, lineterm="")
    )
    more = [f"… {len(lines) - _DIFF_LINES} more lines"] if len(lines) > _DIFF_LINES else []
    return lines[:_DIFF_LINES] + more
