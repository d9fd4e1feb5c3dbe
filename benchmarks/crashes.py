"""Is a grade lost or given twice when grading is killed?

    python benchmarks/crashes.py [seconds of kills]

First a real run of lab 00, with one judge, has a judge, its zygote or a student's process killed at random
times until it ends. Then a run with stub judges is killed with SIGKILL at each of its points in turn: before
and after each statement to the database, each commit, each report. After each the run is started again; lost
is a submission without exactly one attempt, or with another result than in an undisturbed run.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import threading
import time
from contextlib import suppress
from itertools import count
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from course_utils.grading import supervisor
from course_utils.grading.gradebook import opened
from course_utils.grading.intake import take_in
from course_utils.grading.notebooks import Release
from tests.crashes import attempts, grade, killed_at, standing
from tests.grading_course import make_course, write

ROOT = str(Path(__file__).parents[1])
SUBMISSIONS, STUDENTS = 3, 12
VICTIMS = ("judge", "zygote", "student")
PAUSE = 0.5, 8.0  # seconds between two kills


def stubs(folder: Path) -> tuple[int, int]:
    """Points tried, lost."""
    grade(folder / "undisturbed.db", SUBMISSIONS)
    wanted, lost = standing(folder / "undisturbed.db"), 0
    for point in count():
        gradebook = folder / f"{point}.db"
        if not killed_at(point, gradebook, SUBMISSIONS):
            return point, lost
        grade(gradebook, SUBMISSIONS)
        lost += standing(gradebook) != wanted or attempts(gradebook) != SUBMISSIONS
    raise AssertionError


def processes(kind: str) -> list[psutil.Process]:
    """Those of a kind below this process."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied, AttributeError):
            if _kind(process) == kind:
                found.append(process)
    return found


def _kind(process: psutil.Process) -> str:
    """A student's process and its keeper are forks of the zygote, and look the same."""
    line = process.cmdline()
    if "course_utils.grading.worker" in line:
        return "judge"
    if "course_utils.grading.zygote" not in line or "bwrap" in line[0]:
        return ""
    return "student" if process.parent().cmdline() == line else "zygote"


def kill_now_and_then(tally: dict[str, int], done: threading.Event, dice: random.Random) -> None:
    """Until the run is done."""
    while not done.wait(dice.uniform(*PAUSE)):
        kind = dice.choice(VICTIMS)
        if found := next(
            filter(None, (processes(kind) for _ in range(100))), None
        ):  # a student's is there briefly
            with suppress(psutil.NoSuchProcess):
                dice.choice(found).kill()
                tally[kind] += 1


def marks(gradebook: Path) -> dict[str, float]:
    """Student -> points."""
    with opened(gradebook) as book:
        return {each.student: each.earned for each in book.current("00")}


def real(folder: Path, seconds: float) -> tuple[dict[str, int], int, int]:
    """Kills by kind, submissions graded, submissions lost or with other points."""
    os.chdir(make_course(folder))
    for number in range(STUDENTS - 3):
        slow = "import time\ntime.sleep(0.3)\ndef greet(name):\n    return f'Hello, {name}!'"
        write(folder / f"submissions/more{number}.ipynb", e1=slow)
    received = take_in(folder / "submissions", Release.read(folder / "labs/00_setup.ipynb", "00")).received
    with opened(folder / "undisturbed.db") as book:
        supervisor.run(received, "00", book, workers=2)
    wanted, tally, lost, graded = marks(folder / "undisturbed.db"), dict.fromkeys(VICTIMS, 0), 0, 0
    dice, end = random.Random(1), time.monotonic() + seconds
    for number in count():
        if time.monotonic() > end:
            return tally, graded, lost
        done = threading.Event()
        killer = threading.Thread(target=kill_now_and_then, args=(tally, done, dice), daemon=True)
        gradebook = folder / f"{number}.db"
        killer.start()
        with opened(gradebook) as book:
            supervisor.run(received, "00", book, workers=1)
        done.set()
        killer.join()
        with opened(gradebook) as book:
            supervisor.run(received, "00", book, workers=1)  # those that two judges were killed with
        found = marks(gradebook)
        graded += len(wanted)
        lost += sum(found.get(student) != points for student, points in wanted.items())
        lost += attempts(gradebook) != len(wanted)
    raise AssertionError


def main() -> None:
    """Print the table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 120.0
    folder = Path(tempfile.mkdtemp())
    os.environ["PYTHONPATH"] = ROOT  # where judges' processes find the stub
    table = Table("killed", "times", "submissions", "lost")
    try:
        (folder / "real").mkdir()
        tally, graded, wrong = real(folder / "real", seconds)
        for kind, times in tally.items():
            table.add_row(f"{kind}, at random times", str(times), "", "")
        table.add_row("together", str(sum(tally.values())), str(graded), str(wrong))
        os.chdir(ROOT)
        tried, lost = stubs(folder)
        table.add_row("supervisor, at each point", str(tried), str(tried * SUBMISSIONS), str(lost))
    finally:
        shutil.rmtree(folder)
    Console().print(table)


if __name__ == "__main__":
    main()
