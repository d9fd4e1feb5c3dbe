"""Judges on other machines, by dask.distributed.

The cluster's workers only start judges and pass on what these say, as text: they run no student's code
themselves, and the gradebook has one writer, the machine that asks. Each machine needs the same course,
installed by `make setup`, and bubblewrap.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from distributed import Client, Future, KilledWorker, wait

from course_utils.grading.judges import ATTEMPTS, Bench, Judge, NoJudges, Verdict
from course_utils.grading.notebooks import Submission

SECONDS = 20.0  # for a scheduler to answer
AHEAD = 2  # submissions a thread: one at work and one on its way

_lock = threading.Lock()
_idle: list[tuple[Bench, Judge]] = []  # of this process, when it is a worker of a cluster


class ClusterCourt:
    """A court whose judges sit on a cluster's machines; use it as a context.

    Args:
        address: of the scheduler, as tcp://10.0.0.7:8786.

    Raises:
        OSError: nothing answers there.
    """

    def __init__(self, submissions: Sequence[Submission], bench: Bench, address: str) -> None:
        self._submissions, self._bench = submissions, bench
        self._client: Any = Client(address, timeout=SECONDS)

    def __enter__(self) -> ClusterCourt:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def verdicts(self) -> Iterator[tuple[int, Verdict]]:
        """Each submission's place and verdict, as they come; those of a lost machine are judged on another.

        Raises:
            NoJudges: no worker is there, or judges cannot work on one of them.
        """
        threads = sum(self._client.nthreads().values())
        if not threads:
            raise NoJudges("the cluster has no workers: start `dask worker` on its machines")
        places = iter(range(len(self._submissions)))
        sent: dict[Future, int] = {}
        for place in islice(places, AHEAD * threads):
            self._send(place, sent)
        while sent:  # not as_completed, which forgets what a killed worker had finished but not handed over
            finished, _ = wait(list(sent), return_when="FIRST_COMPLETED")
            for future in finished:
                verdict = _verdict(future)
                yield sent.pop(future), verdict
                for following in islice(places, 1):
                    self._send(following, sent)

    def _send(self, place: int, sent: dict[Future, int]) -> None:
        future = self._client.submit(judge_here, self._submissions[place], self._bench, pure=False)
        sent[future] = place


def judge_here(submission: Submission, bench: Bench) -> str:
    """On a cluster's machine: a verdict as JSON, by a judge that is kept for the next submission."""
    for _ in range(ATTEMPTS):
        judge = _taken(bench)
        judge.give(submission)
        if verdict := judge.verdict():
            with _lock:
                _idle.append((bench, judge))
            return json.dumps([verdict.result, verdict.problem])
        judge.end()
    return json.dumps([None, f"the process that judges it died {ATTEMPTS} times"])


def _taken(bench: Bench) -> Judge:
    with _lock:
        while _idle:
            its_bench, judge = _idle.pop()
            if its_bench == bench and not judge.dead:
                return judge
            judge.end()
    return Judge(bench)


def _verdict(future: Future) -> Verdict:
    try:
        return Verdict(*json.loads(future.result()))
    except KilledWorker as error:
        return Verdict(None, f"machine after machine was lost with it: {error}")
