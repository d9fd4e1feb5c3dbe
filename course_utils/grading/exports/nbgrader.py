"""nbgrader's gradebook: the scores go where nbgrader's autograder and its form for grading would put them."""

from __future__ import annotations

import datetime
import os
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from course_utils.checks.exercise import Lab, lab_modules
from course_utils.grading.records import Record

INSTALL = "expected nbgrader to be installed, and it is not: pip install nbgrader"


class NoNbgrader(Exception):
    """nbgrader is not installed; says how to install it."""


def export(
    records: Iterable[Record], lab: Lab, path: Path, done: Callable[[int], None] = lambda students: None
) -> None:
    """Write into the gradebook.db at `path`, made where there is none; what it holds of this lab is replaced.

    Raises:
        NoNbgrader: it is not installed.
    """
    try:
        from nbgrader.api import Gradebook
    except ModuleNotFoundError as error:
        raise NoNbgrader(INSTALL) from error
    name = assignment_name(lab)
    with _scripts_found(), Gradebook(f"sqlite:///{path}") as book:
        book.update_or_create_assignment(name)
        book.update_or_create_notebook(name, name)
        for cell, kind, points in _cells(lab):
            book.update_or_create_grade_cell(cell, name, name, max_score=points, cell_type=kind)
        for number, record in enumerate(records, start=1):
            _write(book, name, record)
            done(number)


@contextmanager
def _scripts_found() -> Iterator[None]:
    """nbgrader runs `alembic` for a new file, which is on no path of an environment not activated."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join(filter(None, [sysconfig.get_path("scripts"), before]))
    try:
        yield
    finally:
        os.environ["PATH"] = before


def assignment_name(lab: Lab) -> str:
    """The lab's name as nbgrader has it: that of its notebook, "08_self_attention"."""
    return lab_modules()[lab.id].rpartition(".lab_")[2]


def _cells(lab: Lab) -> Iterable[tuple[str, str, float]]:
    """(grade_id, kind, points) of the cells that are graded."""
    yield from ((_checked(id), "code", exercise.points) for id, exercise in lab.exercises.items())
    yield from ((_asked(id), "markdown", question.points) for id, question in lab.reflections.items())


def _checked(exercise: str) -> str:
    return f"check-{exercise.replace('.', '-')}"


def _asked(question: str) -> str:
    return f"reflection-{question.replace('.', '-')}"


def _write(book: Any, name: str, record: Record) -> None:
    at = record.total.submitted_at
    handed_in = at.astimezone(datetime.UTC).replace(tzinfo=None) if at else None  # as nbgrader keeps times
    book.update_or_create_student(record.student)
    with book.db.no_autoflush:  # nbgrader makes what belongs to a submission before the submission
        submission = book.update_or_create_submission(name, record.student, timestamp=handed_in)
    [notebook] = submission.notebooks
    notebook.late_submission_penalty = record.total.penalty
    grades = {grade.name: grade for grade in notebook.grades}
    for outcome in record.outcomes:
        grade = grades[_checked(outcome.exercise)]
        grade.auto_score, grade.needs_manual_grade = outcome.earned, False
    for answer in record.by_hand:
        grade = grades[_asked(answer.id)]
        grade.manual_score, grade.needs_manual_grade = answer.earned, answer.waits
    book.db.commit()
