"""`course grade`, `nbgrader autograde` and `otter run`, each on a folder of its own."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from course_utils.checks.core import load_lab
from grading_peers.submissions import LAB, ROOT, SLUG, Handed

CELL_SECONDS = 60  # the longest cell of the lab takes up to 25 on two busy cores
RUN_SECONDS = 240  # otter has no limit of its own; a whole notebook takes 60 to 110


@dataclass(frozen=True)
class Scores:
    """Seconds of wall time, and student -> points for those that got any result."""

    seconds: float
    points: dict[str, float]


def run(command: Sequence[object], folder: Path, limit: float | None = None) -> int:
    """Run quietly; on reaching `limit` seconds end the whole family. -> exit status."""
    environment = {**os.environ, "COURSE_STATE_DIR": str(folder / "state"), "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"  # for alembic
    with (folder / "log.txt").open("a") as log:
        process = subprocess.Popen(
            list(map(str, command)),
            cwd=folder,
            env={**environment, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            return process.wait(limit)
        except subprocess.TimeoutExpired:
            return -signal.SIGKILL
        finally:  # Ctrl-C, too, must not leave a grader behind
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def ours(handed: Sequence[Handed], folder: Path, workers: int) -> Scores:
    """`course grade submissions --lab 08 -j workers`."""
    (folder / "labs").mkdir()
    shutil.copy(ROOT / f"labs/{SLUG}.ipynb", folder / "labs")
    for each in handed:
        _write(each, folder / "submissions" / f"{each.student}.ipynb")
    command = (sys.executable, "-c", "from course_utils.cli import main; main()", "grade", "submissions")
    start = time.perf_counter()
    run((*command, "--lab", LAB, "-j", workers), folder)
    seconds = time.perf_counter() - start
    from course_utils.grading.gradebook import opened

    with opened(folder / "grades.db") as book:
        return Scores(seconds, {total.student: total.earned for total in book.totals(LAB)})


_NBGRADER = f"""
c = get_config()
c.CourseDirectory.root = {{root!r}}
c.CourseDirectory.course_id = "bench"
c.ExecutePreprocessor.timeout = {CELL_SECONDS}
c.ExecutePreprocessor.interrupt_on_timeout = True
"""


def of_nbgrader(handed: Sequence[Handed], folder: Path) -> Scores:
    """`nbgrader autograde`; its source assignment is our solution, as CONTRIBUTING says."""
    (folder / "nbgrader_config.py").write_text(_NBGRADER.format(root=str(folder)))
    (folder / "source/lab").mkdir(parents=True)
    shutil.copy(ROOT / f"solutions/{SLUG}.ipynb", folder / "source/lab")
    for each in handed:
        _write(each, folder / f"submitted/{each.student}/lab/{SLUG}.ipynb")
    nbgrader = (sys.executable, "-m", "nbgrader")
    if run((*nbgrader, "generate_assignment", "lab"), folder):
        raise RuntimeError(f"nbgrader generate_assignment failed: {folder}/log.txt")
    start = time.perf_counter()
    run((*nbgrader, "autograde", "lab", "--create"), folder)
    return Scores(time.perf_counter() - start, _in_nbgraders_gradebook(folder))


def _in_nbgraders_gradebook(folder: Path) -> dict[str, float]:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{folder}/gradebook.db") as book:
        return {
            submission.student.id: float(submission.score)
            for submission in book.assignment_submissions("lab")
            if (folder / f"autograded/{submission.student.id}/lab/{SLUG}.ipynb").is_file()
        }


_OTTER_TEST = """OK_FORMAT = True
test = {{
    "name": {name!r},
    "points": {points},
    "suites": [
        {{
            "cases": [{{"code": {code!r}, "hidden": False, "locked": False}}],
            "scored": True,
            "setup": "",
            "teardown": "",
            "type": "doctest",
        }}
    ],
}}
"""
# The notebook may have bound the name to the course's own answer by then; our check knows it for what it is.
_OTTER_CODE = """>>> import io
>>> from contextlib import redirect_stdout
>>> from course_utils import check
>>> with redirect_stdout(io.StringIO()):
...     check({id!r}, {name})
"""


def of_otter(handed: Sequence[Handed], folder: Path) -> Scores:
    """`otter run`, one notebook after the other: its grading without containers knows no batch."""
    with zipfile.ZipFile(folder / "autograder.zip", "w") as archive:
        archive.writestr("otter_config.json", json.dumps({"pdf": False}))
        for exercise in load_lab(LAB).exercises.values():
            name = f"q{exercise.id.replace('.', '_')}"
            code = _OTTER_CODE.format(id=exercise.id, name=exercise.name)
            text = _OTTER_TEST.format(name=name, points=exercise.points, code=code)
            archive.writestr(f"tests/{name}.py", text)
    for each in handed:
        _write(each, folder / "submissions" / f"{each.student}.ipynb")
    start = time.perf_counter()
    points = {each.student: _by_otter(each.student, folder) for each in handed}
    seconds = time.perf_counter() - start
    return Scores(seconds, {student: earned for student, earned in points.items() if earned is not None})


def _by_otter(student: str, folder: Path) -> float | None:
    out = folder / "results" / student
    out.mkdir(parents=True)
    command = (sys.executable, "-m", "otter", "run", folder / f"submissions/{student}.ipynb", "--no-logo")
    run((*command, "-a", folder / "autograder.zip", "-o", out), folder, RUN_SECONDS)
    try:
        tests: list[dict[str, Any]] = json.loads((out / "results.json").read_text())["tests"]
    except (OSError, ValueError):
        return None
    return float(sum(test.get("score", 0) for test in tests))


def missing(name: str) -> bool:
    """Whether a peer is not installed."""
    return importlib.util.find_spec(name) is None


def _write(each: Handed, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(each.notebook, path)
