"""A student's answers in a notebook, whatever has become of the lab they were given; nothing is run."""

from __future__ import annotations

import ast
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from course_utils.checks.core import lab_modules, load_lab
from course_utils.checks.exercise import Lab
from course_utils.grading.answers import Answer, find_answers
from course_utils.grading.archives import read_file
from course_utils.grading.caps import Caps, Unreadable, printable
from course_utils.grading.cells import ANSWER, CHECK, REFLECTION, Cell, Document, read_document
from course_utils.grading.magics import plain_python, tree
from course_utils.grading.reflections import reflections_in

__all__ = [
    "ANSWER",
    "CHECK",
    "REFLECTION",
    "Cell",
    "Release",
    "Submission",
    "Unreadable",
    "read_submission",
    "submission_from",
]


@dataclass(frozen=True)
class Release:
    """A lab as students get it: what of their notebooks is theirs is told by it."""

    lab: str
    cells: tuple[Cell, ...]

    @classmethod
    def read(cls, path: Path, lab_id: str) -> Release:
        """The lab notebook at `path`; raises Unreadable."""
        return cls(lab_id, read_document(path.read_bytes()).cells)

    @cached_property
    def given(self) -> frozenset[str]:
        """The sources of its cells."""
        return frozenset(cell.source for cell in self.cells)

    @cached_property
    def definitions(self) -> tuple[str, ...]:
        """What each cell defines that is no answer, check or reflection; "" for all others."""
        return tuple(
            definitions(cell.source) if cell.kind == "code" and not cell.role else "" for cell in self.cells
        )

    @cached_property
    def open(self) -> dict[tuple[str, str], str]:
        """What students fill in: (role, exercise id) -> as they get it."""
        return {
            (cell.role, cell.exercise): cell.source
            for cell in self.cells
            if cell.role in (ANSWER, REFLECTION)
        }


@dataclass(frozen=True)
class Submission:
    """What a student wrote.

    Attributes:
        digest: SHA-256 of the file and of all that has to run, so that a corrected release is graded anew.
        steps: what has to run, in order: (exercise id, source of its answer), or ("", definitions of a cell
            that is none).
        reflections: reflection id -> what was written, without the question.
        notes: what the instructor should know about the file.
        other_lab: which lab it is of; "" for the one it was read for.
    """

    digest: str
    steps: tuple[tuple[str, str], ...]
    reflections: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    other_lab: str = ""

    @property
    def answers(self) -> dict[str, str]:
        """Exercise id -> source."""
        return {exercise: source for exercise, source in self.steps if exercise}


def read_submission(path: Path, release: Release, lab: Lab) -> Submission:
    """What a student wrote, from the file of a notebook.

    Raises:
        Unreadable: it is no file, or what is in it is no notebook.
    """
    found = read_file(path, path.parts, Caps())
    if found.refused:
        raise Unreadable(found.refused)
    return submission_from(found.content, release, lab)


def submission_from(content: bytes, release: Release, lab: Lab, caps: Caps = Caps()) -> Submission:  # noqa: B008
    """What a student wrote, from the bytes of a notebook.

    Cells that belong to no exercise are the release's; of those the student added, only what defines
    something is kept, since nobody trains a network again to grade a function.

    Raises:
        Unreadable: they are no notebook, or more of it than `caps` allow.
    """
    document = read_document(content, caps)
    answers, odd = find_answers(document.cells, release.given, lab)
    steps = tuple(_steps(document.cells, release, answers))
    digest = hashlib.sha256(hashlib.sha256(content).digest() + json.dumps(steps).encode()).hexdigest()
    reflections = reflections_in(document.cells, release.given, release.open, lab)
    read = Submission(digest, steps, reflections)
    other = _other_lab(document, bool(answers), lab)
    if other:
        odd = [f"this looks like lab {other}'s notebook", *(odd if answers else [])]
    elif _untouched(read, lab):
        odd.append("nothing was filled in: this is the lab as it was handed out")
    return replace(read, notes=(*document.notes, *odd), other_lab=other)


def _untouched(submission: Submission, lab: Lab) -> bool:
    stubs = all(lab.exercises[id].stub in source for id, source in submission.answers.items())
    whole = submission.answers.keys() == lab.exercises.keys()
    return whole and stubs and not any(submission.reflections.values())


def _other_lab(document: Document, answered: bool, lab: Lab) -> str:
    """Which other lab the notebook is of: as it says, by its marks, or by what it defines; "" for unknown."""
    if document.lab:
        return printable(document.lab, 20) if document.lab != lab.id else ""
    votes = Counter(cell.exercise.split(".")[0].zfill(2) for cell in document.cells if cell.role == ANSWER)
    if not votes and not answered:
        defined = {name for cell in document.cells for name in _defined(cell)}
        labs = (load_lab(id) for id in lab_modules() if defined)
        votes = Counter({each.id: len(_names(each) & defined) for each in labs})
    [(other, count)] = votes.most_common(1) or [("", 0)]
    return other if count > 1 and other != lab.id and other in lab_modules() else ""


def _names(lab: Lab) -> set[str]:
    return {exercise.name for exercise in lab.exercises.values()}


def _defined(cell: Cell) -> Iterator[str]:
    nodes = tree(cell.source) if cell.kind == "code" else None
    return (node.name for node in nodes or () if isinstance(node, ast.FunctionDef | ast.ClassDef))


def _steps(
    cells: tuple[Cell, ...], release: Release, answers: dict[str, Answer]
) -> Iterator[tuple[str, str]]:
    """The release's cells in their order, each answer after what the student put before it.

    What stands behind the last answer comes in the end: a function may call what is defined below it.
    """
    used = {place for answer in answers.values() for place in answer.places}
    added = {
        place: cell.source
        for place, cell in enumerate(cells)
        if cell.kind == "code" and not cell.role and place not in used and cell.source not in release.given
    }
    own = {place: found for place, source in added.items() if (found := definitions(plain_python(source)[0]))}
    for cell, given in zip(release.cells, release.definitions, strict=True):
        if cell.role == ANSWER and cell.exercise in answers:
            answer = answers[cell.exercise]
            yield from (("", own.pop(place)) for place in sorted(own) if place < answer.places[0])
            yield cell.exercise, answer.source
        elif given:
            yield "", given
    yield from (("", own[place]) for place in sorted(own))


def definitions(source: str) -> str:
    """The statements of a cell that only define: imports, functions, classes, constants.

    "" for a cell that is no Python.
    """
    kept = [node for node in tree(source) or () if _only_defines(node)]
    try:
        return ast.unparse(ast.Module(kept, []))
    except RecursionError:
        return ""


def _only_defines(node: ast.stmt) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
        return True
    if not isinstance(node, ast.Assign):
        return False
    # changed[:, 4] = 4 changes what another line has made, which is not there
    named = all(isinstance(each, ast.Name | ast.Tuple) for each in node.targets)
    return named and _is_constant(node.value)


def _is_constant(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True
