"""Writes a lab's pages into a folder: feedback/STUDENT.html, report.html and index.html."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from course_utils.checks.exercise import Lab
from course_utils.grading import feedback, report
from course_utils.grading.notebooks import ANSWER, Release
from course_utils.grading.pages import file_name, write
from course_utils.grading.records import Record

NOT_GRADED = "not-graded.json"  # who could not be is in no gradebook: kept for the next report


@dataclass(frozen=True)
class Published:
    """What was written: the report, how many pages there are, and how many of them are new or changed."""

    report: report.ClassReport
    pages: int
    changed: int


def publish(
    records: Sequence[Record],
    lab: Lab,
    folder: Path,
    *,
    not_graded: Mapping[str, str] | None = None,
    done: Callable[[int], None] = lambda pages: None,
) -> Published:
    """Write all pages of at least one student, each in one step, and only those that are not there already.

    Args:
        not_graded: student -> why; None for what the last run found.
        done: called with how many pages are written.

    Raises:
        OSError: a page cannot be written.
    """
    (folder / "feedback").mkdir(parents=True, exist_ok=True)
    changed = 0
    for number, record in enumerate(records, start=1):
        path = folder / "feedback" / f"{file_name(record.student)}.html"
        changed += write(path, feedback.page(record, lab))
        done(number)
    failed = _not_graded(folder / NOT_GRADED, not_graded)
    found = report.report(records, lab, course_answers(Path(), lab), failed)
    changed += write(folder / "report.html", report.page(found))
    changed += write(folder / "index.html", report.index(found))
    return Published(found, len(records) + 2, changed)


def _not_graded(path: Path, now: Mapping[str, str] | None) -> dict[str, str]:
    if now is not None:
        write(path, json.dumps(dict(now), indent=1))
        return dict(now)
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(student): str(why) for student, why in kept.items()}


def course_answers(course: Path, lab: Lab) -> list[str]:
    """What stands in the answer cells of the course's own notebooks of a lab: stubs and solutions."""
    paths = sorted(
        path for folder in ("labs", "solutions") for path in course.glob(f"{folder}/{lab.id}_*.ipynb")
    )
    cells = (cell for path in paths for cell in Release.read(path, lab.id).cells)
    return [cell.source for cell in cells if cell.role == ANSWER]
