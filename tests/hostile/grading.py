"""Grades hostile notebooks in one sandbox, with little patience."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from course_utils.checks.core import load_lab
from course_utils.checks.exercise import Lab
from course_utils.checks.outcome import CheckResult
from course_utils.grading.judge import Graded, grade
from course_utils.grading.notebooks import Release, read_submission
from course_utils.grading.sandbox import Sandbox
from course_utils.grading.walls import Limits
from tests.hostile.case import Case
from tests.hostile.make import path_of

ROOT = Path(__file__).parents[2]
LIMITS = Limits(memory=300, processes=16, cpu=20, file=8, seconds=2)
PATIENCE = {"00": 1.2}  # seconds for a check; TensorFlow takes one to begin with
OF_LAYERS = 6.0


@dataclass(frozen=True)
class Ended:
    """What became of one case: points by exercise, and how the attacked one failed, if it did."""

    points: dict[str, float]
    failure: CheckResult | None


@cache
def hasty_lab(lab_id: str) -> Lab:
    """The lab with checks that wait for no more than PATIENCE."""
    lab, seconds = load_lab(lab_id), PATIENCE.get(lab_id, OF_LAYERS)
    return replace(lab, exercises={id: replace(each, seconds=seconds) for id, each in lab.exercises.items()})


@cache
def release(lab_id: str) -> Release:
    """The lab's notebook as students get it."""
    [path] = (ROOT / "labs").glob(f"{lab_id}_*.ipynb")
    return Release.read(path, lab_id)


def graded(path: Path, lab_id: str, box: Sandbox) -> Graded:
    """A notebook's result."""
    lab = hasty_lab(lab_id)
    return grade(read_submission(path, release(lab_id), lab), lab, box)


def ended(case: Case, box: Sandbox) -> Ended:
    """What a case gets."""
    outcomes = {each.exercise: each for each in graded(path_of(case), case.lab, box).outcomes}
    points = {id: outcomes[id].earned for id in case.points}
    return Ended(points, outcomes[case.attacked].failure)
