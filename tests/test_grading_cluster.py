"""`grading.cluster`: judges on two workers of a cluster, one of which is killed."""

from __future__ import annotations

from functools import partial

import psutil
import pytest
from distributed import LocalCluster

from course_utils.grading import cluster as cluster_module
from course_utils.grading import supervisor
from course_utils.grading.cluster import ClusterCourt, judge_here
from course_utils.grading.gradebook import opened
from course_utils.grading.intake import Received
from course_utils.grading.judges import Bench, NoJudges
from course_utils.grading.notebooks import Submission
from course_utils.grading.walls import Limits

pytestmark = pytest.mark.usefixtures("stub_judges")
STUB = Bench("00", "checks", "environment", Limits(), worker="tests.stub_judge")


@pytest.fixture(scope="module")
def cluster(stub_judges):
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster


def received(count: int, word: str) -> list[Received]:
    return [Received(f"s{number:02}", Submission(f"{word}:{number}", ())) for number in range(count)]


@pytest.mark.slow
def test_a_killed_worker_loses_nothing_and_nothing_is_graded_twice(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "Bench", partial(Bench, worker="tests.stub_judge"))
    killed = []

    def heard(progress: supervisor.Progress) -> None:
        if progress.done == 5:
            victim = next(iter(cluster.workers.values()))
            psutil.Process(victim.pid).kill()
            killed.append(victim.pid)

    class Counting:
        """A gradebook that counts."""

        def __init__(self, book):
            self.book, self.added = book, []

        def __getattr__(self, name):
            return getattr(self.book, name)

        def add(self, key, *rest):
            self.added.append(key.student)
            return self.book.add(key, *rest)

    with opened(tmp_path / "grades.db") as book:
        counting = Counting(book)
        options = {"workers": 0, "cluster": cluster.scheduler_address, "heard": heard}
        report = supervisor.run(received(41, "wait"), "00", counting, **options)
        assert report == supervisor.Report(graded=41, before=0, failed={})
        assert killed
        assert sorted(counting.added) == [each.student for each in received(41, "wait")]
        assert len(book.current("00")) == 41


@pytest.mark.slow
def test_what_a_worker_says_reaches_the_one_who_asks(cluster):
    orders = ["say", "die", "break:TypeError"]
    with ClusterCourt([Submission(each, ()) for each in orders], STUB, cluster.scheduler_address) as court:
        found = {orders[place]: verdict for place, verdict in court.verdicts()}
    assert found["say"].result["notes"] == ["say"]
    assert found["die"].problem == "the process that judges it died 2 times"
    assert found["break:TypeError"].problem == "TypeError"
    refusing = [Submission("cannot:no walls", ())]
    with (
        ClusterCourt(refusing, STUB, cluster.scheduler_address) as court,
        pytest.raises(NoJudges, match="no walls"),
    ):
        list(court.verdicts())


def test_an_address_where_nothing_answers(monkeypatch):
    monkeypatch.setattr(cluster_module, "SECONDS", 0.5)
    with pytest.raises(OSError, match=r"127\.0\.0\.1:9"):
        ClusterCourt([], STUB, "tcp://127.0.0.1:9")


def test_a_judge_is_kept_for_the_next_submission():
    assert '"say a"' in judge_here(Submission("say a", ()), STUB)
    [(bench, judge)] = cluster_module._idle
    assert bench == STUB
    assert '"say b"' in judge_here(Submission("say b", ()), STUB)
    assert cluster_module._idle == [(bench, judge)]
    cluster_module._idle.clear()
    judge.end()
