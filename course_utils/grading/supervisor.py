"""Grades submissions: hands them to judges, and alone writes the gradebook.

Never runs a student's code and never imports Keras; both happen in processes of its own. When one of those
dies, the submissions it had are handed out again, each alone: whichever kills a judge twice is set aside.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from course_utils.checks.core import lab_modules
from course_utils.grading import worker
from course_utils.grading.gradebook import Gradebook, Key
from course_utils.grading.intake import Received
from course_utils.grading.sandbox import walled_command
from course_utils.grading.walls import Limits

PACKAGE = Path(__file__).parents[1]


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


def run(
    received: Iterable[Received],
    lab_id: str,
    gradebook: Gradebook,
    *,
    workers: int,
    limits: Limits = Limits(),  # noqa: B008 — frozen
    done: Callable[[int, int], None] = lambda finished, total: None,
) -> Report:
    """Grade what is not in the gradebook yet.

    Args:
        done: called with how many of how many are finished.

    Raises:
        NoSandbox: this machine cannot wall student code off.
    """
    walled_command()
    checks, environment = checks_digest(lab_id), environment_digest()
    tasks = [
        Task(each, Key(lab_id, each.student, each.submission.digest, checks, environment))
        for each in received
    ]
    waiting = [task for task in tasks if not gradebook.graded(task.key)]
    failed: dict[str, str] = {}
    for finished, (task, result) in enumerate(_judged(waiting, lab_id, workers, limits), start=1):
        if isinstance(result, str):
            failed[task.received.student] = result
        else:
            gradebook.add(task.key, result.pop("earned"), result.pop("points"), result)
        done(finished, len(waiting))
    return Report(len(waiting) - len(failed), len(tasks) - len(waiting), failed)


def _judged(
    tasks: list[Task], lab: str, workers: int, limits: Limits
) -> Iterator[tuple[Task, dict[str, Any] | str]]:
    """Each task with its result, or with why it has none, as they come."""
    again: list[Task] = []
    for task, result in _in_pool(tasks, lab, workers, limits):
        if result is None:
            again.append(task)
        else:
            yield task, result
    for task in again:
        [(_, result)] = _in_pool([task], lab, 1, limits)
        yield task, result or "the process that judges it died twice"


def _in_pool(
    tasks: list[Task], lab: str, workers: int, limits: Limits
) -> Iterator[tuple[Task, dict[str, Any] | None]]:
    """Each task with its result; None for those that a judge's death left without."""
    if not tasks:
        return
    context = multiprocessing.get_context("spawn")  # a fork would have the supervisor's threads
    with ProcessPoolExecutor(min(workers, len(tasks)), context, worker.start, (lab, limits)) as pool:
        futures: dict[Future[dict[str, Any]], Task] = {
            pool.submit(worker.judge, task.received.submission): task for task in tasks
        }
        for future in as_completed(futures):
            try:
                yield futures[future], future.result()
            except BrokenProcessPool:
                yield futures[future], None


def checks_digest(lab_id: str) -> str:
    """SHA-256 of all code that decides about an answer to this lab."""
    folder = PACKAGE / "checks"
    own = lab_modules()[lab_id].rpartition(".")[2]
    names = sorted(
        path
        for path in folder.rglob("*.py")
        if not path.relative_to(folder).parts[0].startswith("lab_")
        or path.relative_to(folder).parts[0].removesuffix(".py") == own
    )
    return hashlib.sha256(b"".join(path.read_bytes() for path in names)).hexdigest()


def environment_digest() -> str:
    """SHA-256 of the names and versions of all installed packages."""
    # Not those of sys.path, which depends on how and where the process was started
    folders = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    versions = sorted({f"{each.metadata['Name']}=={each.version}" for each in distributions(path=folders)})
    return hashlib.sha256("\n".join(versions).encode()).hexdigest()
