"""A grading that is killed at a chosen point: `python -m tests.crashes GRADEBOOK SUBMISSIONS POINT`.

Points are numbered through: before and after each statement that the database is sent, before and after each
commit, and after each progress report. The judges are stubs, so that a run takes a second.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from course_utils.grading import digests, supervisor
from course_utils.grading.gradebook import opened
from course_utils.grading.intake import Received
from course_utils.grading.judges import Bench
from course_utils.grading.notebooks import Submission

ROOT = Path(__file__).parents[1]


def grade(gradebook: Path, submissions: int, heard: Any = lambda progress: None) -> supervisor.Report:
    """Grade stub submissions, each with points of its own."""
    received = [Received(f"s{number}", Submission(f"say {number}", ())) for number in range(submissions)]
    with (
        opened(gradebook) as book,
        patch.object(supervisor, "Bench", partial(Bench, worker="tests.stub_judge")),
        patch.object(digests, "of_environment", lambda *_: "environment"),  # 0.2 seconds
    ):
        return supervisor.run(received, "00", book, workers=1, heard=heard)


def killed_at(point: int, gradebook: Path, submissions: int) -> bool:
    """Whether a run came to this point, where it was killed."""
    command = [sys.executable, "-m", "tests.crashes", str(gradebook), str(submissions), str(point)]
    ended = subprocess.run(command, cwd=ROOT, check=False).returncode
    assert ended in (0, -signal.SIGKILL), ended
    return ended != 0


def standing(gradebook: Path) -> dict[str, tuple[float, float, dict]]:
    """Student -> earned, points and result of the current attempt."""
    with opened(gradebook) as book:
        return {each.student: (each.earned, each.points, each.result) for each in book.current("00")}


def attempts(gradebook: Path) -> int:
    """How many there are in all."""
    with opened(gradebook) as book, book._engine.connect() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM attempts").scalar_one()


def main() -> None:
    """Grade, and be killed."""
    gradebook, submissions, point = sys.argv[1:]
    reached = count()

    def reach(*_: object, **__: object) -> None:
        if next(reached) == int(point):
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, name, reach)
    event.listen(Session, "after_commit", reach)
    grade(Path(gradebook), int(submissions), reach)


if __name__ == "__main__":
    main()
