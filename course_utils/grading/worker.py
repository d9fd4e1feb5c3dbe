"""A judge's process: has one sandbox, and judges one submission after another."""

from __future__ import annotations

import atexit
from typing import Any

from course_utils.checks.core import load_lab
from course_utils.checks.exercise import Lab
from course_utils.grading.judge import grade
from course_utils.grading.notebooks import Submission
from course_utils.grading.sandbox import Sandbox
from course_utils.grading.walls import Limits, die_with_parent

_here: tuple[Lab, Sandbox] | None = None


def start(lab_id: str, limits: Limits) -> None:
    """Start this process's sandbox."""
    global _here
    die_with_parent()  # a killed supervisor must not leave judges behind; a sandbox dies with its judge
    sandbox = Sandbox(limits).__enter__()
    atexit.register(sandbox.__exit__)
    _here = load_lab(lab_id), sandbox


def judge(submission: Submission) -> dict[str, Any]:
    """What became of a submission, as plain data: earned, points, and what the gradebook keeps as `result`.

    That is: outcomes, notes, seconds, and what the student wrote, so that feedback and grading by hand need
    no notebook.
    """
    assert _here is not None, "start comes first"
    lab, sandbox = _here
    graded = grade(submission, lab, sandbox)
    written = {"answers": submission.answers, "reflections": submission.reflections}
    return {"earned": graded.earned, "points": graded.points, **graded.as_json(), **written}
