"""Every lab can be graded behind walls, by hidden checks too: its solution gets all points, stubs none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from course_utils.checks.core import lab_modules
from course_utils.grading import hidden
from course_utils.grading.judge import grade
from course_utils.grading.notebooks import Release, read_submission
from course_utils.grading.sandbox import Sandbox
from course_utils.grading.walls import Limits
from tests.conftest import require

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def box():
    require(shutil.which("bwrap"), "install bubblewrap")
    with Sandbox(Limits()) as box:
        yield box


def graded(box: Sandbox, lab_id: str, folder: str):
    [released] = (ROOT / "labs").glob(f"{lab_id}_*.ipynb")
    lab = hidden.load(hidden.Source.read(lab_id, ROOT / hidden.FOLDER))
    release = Release.read(released, lab_id)
    return grade(read_submission(ROOT / folder / released.name, release, lab), lab, box)


@pytest.mark.parametrize("lab_id", lab_modules())
def test_a_solution_gets_all_points(box, lab_id):
    found = graded(box, lab_id, "solutions")
    assert [outcome.failure for outcome in found.outcomes if outcome.failure] == []
    assert all(outcome.results[-1].hidden for outcome in found.outcomes)
    assert found.earned == found.points > 0
    assert found.notes == ()


@pytest.mark.parametrize("lab_id", lab_modules())
def test_stubs_get_none(box, lab_id):
    found = graded(box, lab_id, "labs")
    assert {str(outcome.status) for outcome in found.outcomes} == {"not_attempted"}
    assert found.earned == 0
