"""The judges' processes: each takes one submission after another, and may die at any time.

A process of its own for each, with a socket of its own, instead of a pool that shares queues: a judge killed
in the middle of a message then costs the submission it had, not all that the others have.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any

from course_utils.grading.hidden import Source
from course_utils.grading.notebooks import Submission
from course_utils.grading.walls import Limits, Walls

ATTEMPTS = 2  # a submission that two judges died of is set aside
WORKER = "course_utils.grading.worker"
PATIENCE = 1_800.0  # seconds for one submission, far beyond its own limits


class NoJudges(Exception):
    """Judges cannot work here; says why."""


@dataclass(frozen=True)
class Bench:
    """What every judge of a run is given.

    Attributes:
        checks, environment: digests that must hold where the judge runs.
        hidden: checks that students have not seen.
        worker: the module that it runs.
    """

    lab: str
    checks: str
    environment: str
    limits: Limits
    hidden: Source | None = None
    walls: Walls = Walls.BUBBLEWRAP
    worker: str = WORKER


@dataclass(frozen=True)
class Verdict:
    """The end of one submission: its result, or why there is none."""

    result: dict[str, Any] | None
    problem: str = ""


class Judge:
    """One process that judges, and our end of its line."""

    def __init__(self, bench: Bench) -> None:
        ours, theirs = socket.socketpair()
        # TensorFlow's notes at its start are for nobody
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 — `end` closes it
        with theirs:
            self._process = subprocess.Popen(
                # -P: or a submission named numpy.py would be imported, where they lie in the current folder
                [sys.executable, "-P", "-m", bench.worker, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stderr=self._errors,
            )
        self.connection = Connection(ours.detach())
        self.connection.send(bench)
        self.since = time.monotonic()

    @property
    def dead(self) -> bool:
        """Whether its process has ended."""
        return self._process.poll() is not None

    def give(self, submission: Submission) -> None:
        """Hand a submission over; a judge that has died meanwhile is found out by `verdict`."""
        self.since = time.monotonic()
        with suppress(OSError):
            self.connection.send(submission)

    def verdict(self) -> Verdict | None:
        """Its answer; None when it has died.

        Raises:
            NoJudges: it says that judges cannot work on this machine.
        """
        try:
            # JSON, since the judge reads what students' processes send: nothing of theirs is unpickled here
            answer = json.loads(self.connection.recv_bytes())
        except (EOFError, OSError):
            return None
        if "cannot work" in answer:
            raise NoJudges(answer["cannot work"])
        return Verdict(answer.get("result"), answer.get("problem", ""))

    def kill(self) -> None:
        """Kill it; its sandbox dies with it."""
        self._process.kill()
        self._process.wait()

    def end(self) -> str:
        """Kill it and hang up; the exception that it had died of, "" for none."""
        self.kill()
        self.connection.close()
        with self._errors as errors:
            errors.seek(0)
            _, broke_off, trace = errors.read().decode(errors="replace").rpartition("Traceback (most recent")
        return trace.strip().splitlines()[-1] if broke_off else ""


@dataclass
class Court:
    """Up to `workers` judges and the submissions that wait for them; use it as a context.

    Attributes:
        patience: seconds after which a judge that has not answered is killed.
    """

    submissions: Sequence[Submission]
    bench: Bench
    workers: int
    patience: float = PATIENCE
    _idle: list[Judge] = field(default_factory=list)
    _at_work: dict[Judge, int] = field(default_factory=dict)
    _tries: Counter[int] = field(default_factory=Counter)
    _met: bool = False  # whether any judge has answered yet

    def __enter__(self) -> Court:
        return self

    def __exit__(self, *_: object) -> None:
        for judge in (*self._idle, *self._at_work):
            judge.end()

    def verdicts(self) -> Iterator[tuple[int, Verdict]]:
        """Each submission's place and verdict, as they come.

        Raises:
            NoJudges: no sandbox here, or judge after judge dies before the first verdict.
        """
        waiting = deque(range(len(self.submissions)))
        while waiting or self._at_work:
            while waiting and len(self._at_work) < self.workers:
                self._give(waiting.popleft())
            for judge in self._answering():
                place, verdict = self._at_work[judge], self._verdict(judge)
                if verdict:
                    yield place, verdict
                else:
                    waiting.append(place)

    def _give(self, place: int) -> None:
        judge = self._idle.pop() if self._idle else Judge(self.bench)
        if judge.dead:  # while it had nothing to do: not this submission's fault
            judge.end()
            judge = Judge(self.bench)
        self._at_work[judge] = place
        self._tries[place] += 1
        judge.give(self.submissions[place])

    def _answering(self) -> list[Judge]:
        """Judges that have answered or died; those out of time are killed."""
        end = min(judge.since for judge in self._at_work) + self.patience
        ready = wait([judge.connection for judge in self._at_work], max(0.0, end - time.monotonic()))
        late = [judge for judge in self._at_work if time.monotonic() - judge.since > self.patience]
        for judge in late:
            judge.kill()
        return [judge for judge in self._at_work if judge.connection in ready or judge in late]

    def _verdict(self, judge: Judge) -> Verdict | None:
        """A judge's answer; None when it has died and the submission is to be judged once more."""
        place, verdict = self._at_work[judge], judge.verdict()
        del self._at_work[judge]
        if verdict:
            self._met = True
            self._idle.append(judge)
            return verdict
        why = judge.end()
        if self._tries[place] < ATTEMPTS:
            return None
        if not self._met:
            raise NoJudges(f"judge after judge has died before its first verdict. {why}".strip())
        return Verdict(None, f"the process that judges it died {ATTEMPTS} times. {why}".strip())
