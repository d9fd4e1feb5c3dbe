"""Holding a source to what its lab declares: an answer and a check cell an exercise, a cell a question."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from course_utils.authoring.source import Cell, Problem, Source
from course_utils.authoring.strip import region_problems
from course_utils.checks.exercise import Lab


def source_problems(source: Source, lab: Lab) -> list[Problem]:
    """Everything wrong with a source, from how it reads to what its lab declares."""
    regions = [problem for cell in source.cells for problem in region_problems(cell)]
    cells = [cell for cell in source.cells if cell.role]
    undeclared = [problem for cell in cells for problem in _undeclared(cell, lab)]
    wanted = [(role, id) for id in lab.exercises for role in ("answer", "check")]
    wanted += [("reflection", id) for id in lab.reflections]
    counts = [problem for role, id in wanted for problem in _count_problems(cells, role, id)]
    contents = [problem for cell in cells for problem in _content_problems(cell, lab)]
    return [*source.problems, *regions, *undeclared, *counts, *contents, *_order_problems(cells)]


def _undeclared(cell: Cell, lab: Lab) -> Iterator[Problem]:
    known = list(lab.reflections) if cell.role == "reflection" else list(lab.exercises)
    if cell.exercise not in known:
        names = ", ".join(known) or "none yet"
        found = f'{cell.role}="{cell.exercise}"'
        yield Problem(cell.marker, found, f"an id that the checks of lab {lab.id} declare ({names})")


def _count_problems(cells: list[Cell], role: str, id: str) -> Iterator[Problem]:
    lines = [cell.marker for cell in cells if (cell.role, cell.exercise) == (role, id)]
    if not lines:
        yield Problem(
            1, f"no {role} cell for {id}, which the lab declares", f'one `# %%` line with {role}="{id}"'
        )
    for line in lines[1:]:
        yield Problem(line, f'a second {role}="{id}"', f"one only, the one of line {lines[0]}")


def _order_problems(cells: list[Cell]) -> Iterator[Problem]:
    first = {(cell.role, cell.exercise): cell.marker for cell in reversed(cells)}
    for (role, id), line in first.items():
        if role == "check" and line < first.get(("answer", id), 0):
            yield Problem(
                line, f"the check of {id} before its answer", f"it below line {first['answer', id]}"
            )


def _content_problems(cell: Cell, lab: Lab) -> Iterator[Problem]:
    try:
        tree = ast.parse(cell.text) if cell.kind == "code" else None
    except SyntaxError:
        return  # reported when the cell was read
    exercise = lab.exercises.get(str(cell.exercise))
    if tree and exercise and cell.role == "answer" and exercise.name not in _defined(tree):
        yield Problem(
            cell.line, f"an answer cell that does not define {exercise.name}", "its `def` or `class`"
        )
    if tree and exercise and cell.role == "check" and exercise.id not in _checked(tree):
        found = f'no call of check("{exercise.id}", …) in its check cell'
        yield Problem(cell.line, found, f'check("{exercise.id}", {exercise.name})')


def _defined(tree: ast.Module) -> set[str]:
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def _checked(tree: ast.Module) -> set[object]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "check"]
    return {call.args[0].value for call in named if isinstance(call.args[0], ast.Constant)}
