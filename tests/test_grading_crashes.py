"""A grading killed anywhere goes on where it was: all the points there are by benchmarks/crashes.py."""

from __future__ import annotations

import pytest

from tests.crashes import attempts, grade, killed_at, standing

SUBMISSIONS = 3
pytestmark = pytest.mark.usefixtures("stub_judges")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, stub_judges) -> dict:
    gradebook = tmp_path_factory.mktemp("undisturbed") / "grades.db"
    assert grade(gradebook, SUBMISSIONS).graded == SUBMISSIONS
    return standing(gradebook)


@pytest.mark.slow
@pytest.mark.parametrize("point", [5, 48, 83, 90, 97, 104, 111])
def test_a_run_killed_anywhere_loses_nothing(point, tmp_path, undisturbed):
    gradebook = tmp_path / "grades.db"
    killed = killed_at(point, gradebook, SUBMISSIONS)
    report = grade(gradebook, SUBMISSIONS)
    assert report.graded + report.before == SUBMISSIONS
    assert killed or report.graded == 0
    assert standing(gradebook) == undisturbed
    assert attempts(gradebook) == SUBMISSIONS
