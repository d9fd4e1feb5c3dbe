"""Grades submissions: hands them to judges, and alone writes the gradebook.

Never runs a student's code and never imports Keras; both happen in processes of its own. When one of those
dies, the submission it had is handed out again: what kills a judge twice is set aside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_utils.grading import digests
from course_utils.grading.enclosures import prepare
from course_utils.grading.gradebook import Gradebook, Key
from course_utils.grading.hidden import Source, load
from course_utils.grading.intake import Received
from course_utils.grading.judges import Bench, Court
from course_utils.grading.notebooks import Submission
from course_utils.grading.walls import Limits, Walls

if TYPE_CHECKING:
    from course_utils.grading.cluster import ClusterCourt


@dataclass(frozen=True)
class Task:
    """One notebook to grade."""

    received: Received
    key: Key


@dataclass(frozen=True)
class Report:
    """What a run did: how many were graded, had been graded before, and could not be, with why."""

    graded: int
    before: int
    failed: dict[str, str]


@dataclass(frozen=True)
class Progress:
    """How many of how many submissions are finished, and how many of those could not be graded."""

    total: int
    done: int = 0
    failed: int = 0


def run(
    received: Iterable[Received],
    lab_id: str,
    gradebook: Gradebook,
    *,
    workers: int,
    cluster: str = "",
    walls: Walls = Walls.BUBBLEWRAP,
    limits: Limits = Limits(),  # noqa: B008 — frozen
    hidden: Source | None = None,
    heard: Callable[[Progress], None] = lambda progress: None,
) -> Report:
    """Grade what is not in the gradebook yet.

    Args:
        workers: judges at once, on this machine.
        cluster: a dask scheduler's address: its machines judge instead of this one.
        walls: what walls student code off.
        hidden: checks that students have not seen.
        heard: called after each submission.

    Raises:
        NoSandbox, NoJudges: student code cannot be walled off, or judges die at once.
        Broken: the hidden checks cannot be used.
        OSError: no scheduler answers at the cluster's address.
    """
    if not cluster:
        prepare(walls)
    bench = _bench(lab_id, limits, hidden, walls)
    tasks = [
        Task(each, Key(lab_id, each.student, each.submission.digest, bench.checks, bench.environment))
        for each in received
    ]
    known = gradebook.known({task.key for task in tasks})
    gradebook.recall(known)
    waiting = [task for task in tasks if task.key not in known]
    progress = Progress(len(waiting))
    failed: dict[str, str] = {}
    with _court([task.received.submission for task in waiting], bench, workers, cluster) as court:
        for place, verdict in court.verdicts():
            task, result = waiting[place], verdict.result
            if result is None:
                failed[task.received.student] = verdict.problem
            else:
                earned, points = result.pop("earned"), result.pop("points")
                gradebook.add(task.key, earned, points, result, task.received.at)
            progress = Progress(len(waiting), progress.done + 1, len(failed))
            heard(progress)
    return Report(progress.done - progress.failed, len(tasks) - len(waiting), failed)


def _bench(lab_id: str, limits: Limits, hidden: Source | None, walls: Walls) -> Bench:
    if hidden:
        load(hidden)  # what is wrong with them is said before any judge starts
    checks, environment = digests.of_checks(lab_id, hidden), digests.of_environment(walls)
    return Bench(lab_id, checks, environment, limits, hidden, walls)


def _court(submissions: list[Submission], bench: Bench, workers: int, cluster: str) -> Court | ClusterCourt:
    if not cluster:
        return Court(submissions, bench, workers)
    from course_utils.grading.cluster import ClusterCourt

    return ClusterCourt(submissions, bench, cluster)
