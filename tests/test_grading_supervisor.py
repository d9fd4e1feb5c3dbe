"""`grading.supervisor` and `course grade`: a folder goes into the gradebook once, whatever dies."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from course_utils.cli import app
from course_utils.grading import supervisor, zygote
from course_utils.grading.gradebook import opened
from course_utils.grading.intake import take_in
from course_utils.grading.notebooks import Release
from course_utils.grading.walls import Limits
from tests.grading_course import RIGHT, make_course, write

LIMITS = Limits(seconds=4)


@pytest.fixture
def course(tmp_path) -> Path:
    return make_course(tmp_path)


def run(course: Path, **options) -> tuple[supervisor.Report, dict[str, float]]:
    """The report, and each student's points in the gradebook."""
    intake = take_in(course / "submissions", Release.read(course / "labs/00_setup.ipynb", "00"))
    with opened(course / "grades.db") as book:
        report = supervisor.run(intake.received, "00", book, **{"workers": 2, "limits": LIMITS, **options})
        return report, {attempt.student: attempt.earned for attempt in book.current("00")}


@pytest.mark.slow
def test_a_folder_is_graded_once(course):
    heard: list[supervisor.Progress] = []
    report, points = run(course, heard=heard.append)
    assert report == supervisor.Report(graded=3, before=0, failed={})
    assert points == {"anna": 4, "bela": 4, "cili": points["cili"]}
    assert points["cili"] < 4
    assert heard == [supervisor.Progress(3, done) for done in (1, 2, 3)]
    assert run(course)[0] == supervisor.Report(graded=0, before=3, failed={})


@pytest.mark.slow
def test_what_has_changed_is_graded_again(course):
    run(course)
    write(course / "submissions/cili.ipynb")
    report, points = run(course)
    assert (report.graded, report.before) == (1, 2)
    assert points["cili"] == 4


@pytest.mark.slow
def test_a_killed_supervisor_goes_on_where_it_was(course):
    for number in range(5):
        write(course / f"submissions/more{number}.ipynb", e1="import time\ntime.sleep(1)\n" + RIGHT["0.1"])
    command = [
        str(Path(sys.executable).with_name("course")),
        "grade",
        "submissions",
        "--lab",
        "00",
        "-j",
        "1",
    ]
    with subprocess.Popen(
        command, cwd=course, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as running:
        wait_until(lambda: running.poll() is not None or count(course) >= 2)
        family = zygote._families({running.pid})[running.pid]
        running.kill()
    wait_until(lambda: not any(Path(f"/proc/{process}").exists() for process in family))
    before = count(course)
    assert 2 <= before < 8
    report, points = run(course)
    assert (report.graded, report.before) == (8 - before, before)
    assert len(points) == 8


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["grading.worker", "grading.zygote"])
def test_a_killed_judge_or_sandbox_loses_nothing(course, victim):
    def heard(progress: supervisor.Progress) -> None:
        if progress.done == 1:
            killed = [each for each in psutil.Process().children(recursive=True) if is_running(each, victim)]
            assert killed
            for process in killed:
                process.kill()

    for number in range(5):
        write(course / f"submissions/more{number}.ipynb")
    report, points = run(course, workers=1, heard=heard)
    assert report == supervisor.Report(graded=8, before=0, failed={})
    assert points.pop("cili") < 4
    assert set(points.values()) == {4}


def is_running(process: psutil.Process, module: str) -> bool:
    with suppress(psutil.NoSuchProcess):
        return any(part.endswith(module) for part in process.cmdline())
    return False


def count(course: Path) -> int:
    if not (course / "grades.db").exists():
        return 0
    with opened(course / "grades.db") as book:
        return len(book.current("00"))


def wait_until(holds, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


# The command -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_command_shows_points_and_what_was_not_passed(course, monkeypatch):
    monkeypatch.chdir(course)
    (course / "submissions/dora.ipynb").write_text("{")
    result = CliRunner().invoke(app, ["grade", "submissions", "--lab", "00"])
    assert result.exit_code == 1
    rows = {line.split()[1]: line for line in result.output.splitlines() if line.startswith("│")}
    assert "4/4" in rows["anna"]
    assert "0.2 failed" in rows["cili"]
    assert "dora: expected a notebook, received what is no JSON" in result.output
    assert "3 graded, 0 before, 1 could not be graded." in result.output


@pytest.mark.parametrize("arguments", [["nowhere", "--lab", "00"], ["submissions", "--lab", "99"]])
def test_the_command_says_what_it_needs(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "submissions").mkdir()
    write(tmp_path / "labs/00_setup.ipynb")
    result = CliRunner().invoke(app, ["grade", *arguments])
    assert result.exit_code == 2
    assert (
        f"expected {'a lab of labs/' if '99' in arguments else 'a notebook, a folder or a zip'}"
        in result.output
    )
    assert not os.path.exists("grades.db")
