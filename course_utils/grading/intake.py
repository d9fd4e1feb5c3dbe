"""What comes in: a folder of notebooks, told apart by student."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from course_utils.checks.core import load_lab
from course_utils.grading.notebooks import Release, Submission, Unreadable, read_submission


@dataclass(frozen=True)
class Received:
    """One student's notebook, and when it was handed in, where that is known."""

    student: str
    submission: Submission
    at: datetime.datetime | None = None


@dataclass(frozen=True)
class Intake:
    """All that came in.

    Attributes:
        received: what can be graded, by student.
        failed: student -> why there is nothing to grade.
    """

    received: tuple[Received, ...]
    failed: dict[str, str]


def take_in(folder: Path, release: Release) -> Intake:
    """Read a folder of notebooks, one a student; a notebook's name without .ipynb is the student's."""
    received, failed, lab = [], {}, load_lab(release.lab)
    for path in sorted(folder.glob("*.ipynb")):
        try:
            received.append(Received(path.stem, read_submission(path, release, lab)))
        except (Unreadable, OSError) as error:
            failed[path.stem] = str(error)
    return Intake(tuple(received), failed)
