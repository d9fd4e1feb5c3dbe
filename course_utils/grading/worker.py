"""A judge's process: has one sandbox, and judges one submission after another.

Run by `judges` as `python -m course_utils.grading.worker DESCRIPTOR`.
"""

from __future__ import annotations

import json
import signal
import sys
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from course_utils.checks.core import load_lab
from course_utils.checks.exercise import Lab
from course_utils.grading import digests
from course_utils.grading.enclosures import NoSandbox, prepare
from course_utils.grading.hidden import Broken, load, rehearse
from course_utils.grading.judge import grade
from course_utils.grading.judges import Bench, NoJudges
from course_utils.grading.notebooks import Submission
from course_utils.grading.remote import Gone
from course_utils.grading.sandbox import Sandbox
from course_utils.grading.walls import die_with_parent


def judge(submission: Submission, lab: Lab, sandbox: Sandbox) -> dict[str, Any]:
    """What became of a submission, as plain data: earned, points, and what the gradebook keeps as `result`.

    That is: outcomes, notes, seconds, and what the student wrote, so that feedback and grading by hand need
    no notebook.
    """
    graded = grade(submission, lab, sandbox)
    written = {"answers": submission.answers, "reflections": submission.reflections, "walls": sandbox.walls}
    return {"earned": graded.earned, "points": graded.points, **graded.as_json(), **written}


def serve(connection: Connection) -> None:
    """Judge what comes, until the other end hangs up."""
    bench: Bench = connection.recv()
    try:
        _expect_same_course(bench)
        prepare(bench.walls)
        lab, covered = _lab(bench)
        with Sandbox(bench.limits, covered, bench.walls) as sandbox:
            _expect_to_work(sandbox, lab)
            while True:
                _answer(connection, _judged(connection.recv(), lab, sandbox))
    except (NoSandbox, NoJudges, Broken) as error:
        _answer(connection, {"cannot work": str(error)})
    except (EOFError, ConnectionError):
        pass


def _lab(bench: Bench) -> tuple[Lab, tuple[Path, ...]]:
    """The lab, with the hidden checks of which the judge alone knows, and their folder."""
    if bench.hidden is None:
        return load_lab(bench.lab), ()
    rehearse(bench.hidden)
    return load(bench.hidden), (Path(bench.hidden.path).parent,)


def _expect_to_work(sandbox: Sandbox, lab: Lab) -> None:
    """Or a course that cannot be read behind the walls would look as if every answer ended its process."""
    child = sandbox.fork()
    try:
        for id in lab.exercises:
            child.line.request("refer", id)
    except Gone as error:
        raise NoJudges(
            f"the course's own answers to lab {lab.id} cannot be loaded behind walls: {error}"
        ) from error
    finally:
        sandbox.end(child)


def _judged(submission: Submission, lab: Lab, sandbox: Sandbox) -> dict[str, Any]:
    try:
        return {"result": judge(submission, lab, sandbox)}
    except NoSandbox:
        raise
    except Exception:  # a mistake of ours must not cost the others their grades
        return {"problem": f"judging broke off: {traceback.format_exc(limit=-3)}"}


def _answer(connection: Connection, answer: dict[str, Any]) -> None:
    connection.send_bytes(json.dumps(answer).encode())


def _expect_same_course(bench: Bench) -> None:
    """A judge on another machine must not decide by other checks than the gradebook will say."""
    if digests.of_checks(bench.lab, bench.hidden) != bench.checks:
        raise NoJudges("this machine has other checks than the one that asks: it needs the same course")
    if digests.of_environment(bench.walls) != bench.environment:
        raise NoJudges("this machine has other packages than the one that asks: run `make setup` on both")


def main() -> None:
    """Serve the line whose descriptor is the argument."""
    die_with_parent()  # a killed supervisor must not leave judges behind; a sandbox dies with its judge
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's, who ends us
    serve(Connection(int(sys.argv[1])))


if __name__ == "__main__":
    main()
