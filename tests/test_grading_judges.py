"""`grading.judges`: whatever judges die of, each submission has one verdict."""

from __future__ import annotations

import os
import signal

import pytest

from course_utils.grading.judges import Bench, Court, NoJudges, Verdict
from course_utils.grading.notebooks import Submission
from course_utils.grading.walls import Limits

pytestmark = pytest.mark.usefixtures("stub_judges")
STUB = Bench("00", "checks", "environment", Limits(), worker="tests.stub_judge")


def verdicts(*orders: str, workers: int = 2, **options) -> dict[str, Verdict]:
    """Order -> verdict; asserts that there is one for each."""
    with Court([Submission(order, ()) for order in orders], STUB, workers, **options) as court:
        found = list(court.verdicts())
    assert sorted(place for place, _ in found) == list(range(len(orders)))
    return {orders[place]: verdict for place, verdict in found}


def test_each_submission_is_judged_by_as_few_processes_as_workers():
    orders = [f"say {number}" for number in range(11)]
    found = verdicts(*orders, workers=3)
    assert all(found[order].result["notes"] == [order] for order in orders)
    assert verdicts(workers=3) == {}


def test_a_judge_that_dies_costs_nothing_the_first_time(tmp_path):
    found = verdicts("say a", f"die once:{tmp_path / 'mark'}", "say b")
    assert all(verdict.result for verdict in found.values())


@pytest.mark.parametrize("end", ["die", "half"])
def test_what_kills_two_judges_is_set_aside(end):
    found = verdicts("say a", end, "say b", "say c")
    assert found.pop(end) == Verdict(None, "the process that judges it died 2 times.")
    assert all(verdict.result for verdict in found.values())


def test_an_exception_that_ended_judges_is_told():
    problem = verdicts("say a", "raise:unheard of")["raise:unheard of"].problem
    assert problem == "the process that judges it died 2 times. RuntimeError: unheard of"


def test_a_judge_that_does_not_answer_is_killed():
    found = verdicts("say a", "hang", "say b", patience=1.5)
    assert "died 2 times" in found["hang"].problem
    assert found["say a"].result
    assert found["say b"].result


def test_a_mistake_of_the_judge_itself_is_told():
    assert verdicts("break:TypeError", "say a")["break:TypeError"] == Verdict(None, "TypeError")


def test_no_judge_works_here():
    with pytest.raises(NoJudges, match="no walls"):
        verdicts("cannot:no walls", "say a")
    with pytest.raises(NoJudges, match="before its first verdict"):
        verdicts("die")


def test_judges_killed_while_others_work():
    orders = [f"say {number}" for number in range(23)]
    with Court([Submission(order, ()) for order in orders], STUB, 2) as court:
        seen = []
        for place, verdict in court.verdicts():
            seen.append(place)
            assert verdict.result
            if len(seen) in (1, 5, 9):  # what they had comes again at the very end
                for judge in [*court._at_work, *court._idle]:
                    os.kill(judge._process.pid, signal.SIGKILL)
    assert sorted(seen) == list(range(23))
