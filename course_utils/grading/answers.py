"""Which cell of a notebook answers which exercise, when students have copied, split or moved cells."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from course_utils.checks.exercise import Exercise, Lab
from course_utils.grading.caps import printable
from course_utils.grading.cells import ANSWER, Cell
from course_utils.grading.magics import plain_python, tree

SHOWN = 3  # magics named in a note
PIECES = 10  # cells that an answer may have been split into


@dataclass(frozen=True)
class Answer:
    """An answer's source, and the places of the cells it is from."""

    source: str
    places: tuple[int, ...]


Remarks = dict[str, list[str]]  # what was odd -> about which exercises


def find_answers(
    cells: tuple[Cell, ...], given: frozenset[str], lab: Lab
) -> tuple[dict[str, Answer], list[str]]:
    """Exercise id -> answer: what is marked so and not the stub, or else what defines the name.

    Args:
        given: sources of the release's cells, which answer nothing.

    Returns:
        the answers, and notes on what was odd, each once for all exercises that it is about.
    """
    plain = {
        place: plain_python(cell.source)
        for place, cell in enumerate(cells)
        if cell.kind == "code" and (cell.role == ANSWER or (not cell.role and cell.source not in given))
    }
    sources = {place: source for place, (source, _) in plain.items()}
    unmarked = {place: source for place, source in sources.items() if not cells[place].role}
    defined = {place: _defined(source) for place, source in sources.items()}
    answers: dict[str, Answer] = {}
    remarks: Remarks = {}
    for id, exercise in lab.exercises.items():
        marked = {place: sources[place] for place in sources if cells[place].exercise == id}
        others = {place: unmarked[place] for place in unmarked if exercise.name in defined[place]}
        if found := _chosen(exercise, marked, others, remarks):
            answers[id] = _with_what_follows(found, exercise, unmarked, remarks)
            _remark_magics(id, [each for place in answers[id].places for each in plain[place][1]], remarks)
        else:
            _remark(remarks, id, "there is no answer cell")
    return answers, [f"{_named(ids, lab)}: {remark}" for remark, ids in remarks.items()]


def _remark(remarks: Remarks, id: str, remark: str) -> None:
    remarks.setdefault(remark, []).append(id)


def _named(ids: list[str], lab: Lab) -> str:
    return "all answers" if len(ids) == len(lab.exercises) > 1 else ", ".join(ids)


def _chosen(
    exercise: Exercise, marked: dict[int, str], others: dict[int, str], remarks: Remarks
) -> Answer | None:
    """Out of the cells marked as the answer, and of the others that define its name."""
    written = {place: source for place, source in marked.items() if exercise.stub not in source}
    if not written and others:
        how = "written in a cell without marks" if marked else "the marks are lost"
        _remark(remarks, exercise.id, f"{how}: found by what it defines")
        return _last(others)
    if written and others:
        _remark(remarks, exercise.id, "defined once more in a cell without marks: the marked one counts")
    if len(marked) > 1:
        return _of_several(exercise, marked, written or marked, remarks)
    return _last(marked) if marked else None


def _of_several(
    exercise: Exercise, marked: dict[int, str], written: dict[int, str], remarks: Remarks
) -> Answer:
    """An editor that splits or copies a cell gives both halves the marks."""
    defining = {place: source for place, source in written.items() if exercise.name in _defined(source)}
    whole = "\n".join(written.values())
    if len(written) > 1 and len(defining) <= 1 and exercise.name in _defined(whole):
        _remark(remarks, exercise.id, "several answer cells, of which one defines it: put together")
        return Answer(whole, tuple(written))
    _remark(remarks, exercise.id, "several answer cells: the last that is not the stub counts")
    return _last(defining or written)


def _with_what_follows(
    found: Answer, exercise: Exercise, unmarked: dict[int, str], remarks: Remarks
) -> Answer:
    """With the cells below that are no Python by themselves and are together with it: split off."""
    joined = found
    for place in range(found.places[-1] + 1, found.places[-1] + 1 + PIECES):
        source = unmarked.get(place, "")
        whole = f"{joined.source}\n{source}"
        if not source.strip() or tree(source) is not None or exercise.name not in _defined(whole):
            break
        joined = Answer(whole, (*joined.places, place))
    if joined is not found:
        _remark(remarks, exercise.id, "goes on in the cell below: put together")
    return joined


def _last(sources: dict[int, str]) -> Answer:
    place = max(sources)
    return Answer(sources[place], (place,))


def _defined(source: str) -> set[str]:
    nodes: Iterable[ast.stmt] = tree(source) or ()
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def _remark_magics(id: str, taken: list[str], remarks: Remarks) -> None:
    if taken:
        named = ", ".join(printable(each, 40) for each in taken[:SHOWN])
        more = f" and {len(taken) - SHOWN} more" if len(taken) > SHOWN else ""
        _remark(remarks, id, f"IPython's and not Python, so taken out: {named}{more}")
