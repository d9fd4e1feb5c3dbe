"""`grading.enclosures`: other walls than bubblewrap's, and none."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from course_utils.checks.core import load_lab
from course_utils.grading import enclosures
from course_utils.grading.enclosures import NoSandbox
from course_utils.grading.judge import Graded, grade
from course_utils.grading.notebooks import Submission
from course_utils.grading.sandbox import Sandbox
from course_utils.grading.walls import Limits, Walls
from tests.conftest import require
from tests.grading_course import RIGHT

ROOT = Path(__file__).parents[1]
LIMITS = Limits(memory=300, processes=16, cpu=20, file=8, seconds=4)
LOOK = """
def longest_first(words):
    import os
    seen = os.getuid(), os.getpid(), sorted(os.listdir("/proc")), os.path.exists("/control/line")
    raise ValueError(str(seen))
"""
LINGER = """
import subprocess
subprocess.Popen(["sleep", "98765"])
def longest_first(words):
    return sorted(words, key=lambda word: (-len(word), word))
"""


def graded(walls: Walls, third: str) -> Graded:
    """Lab 00, right but for this answer to 0.3."""
    enclosures.prepare(walls)
    with Sandbox(LIMITS, walls=walls) as sandbox:
        answers = {**RIGHT, "0.3": third}
        return grade(Submission("digest", tuple(answers.items())), load_lab("00"), sandbox)


@pytest.fixture
def engine(tmp_path, monkeypatch) -> Path:
    """A podman on the path; the log of what it was asked."""
    require(shutil.which("bwrap"), "install bubblewrap")
    require(os.geteuid() == 0, "run as root: podman gives its container root's rights")
    log, program = tmp_path / "log", tmp_path / "bin/podman"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m tests.fake_engine {log} "$@"\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return log


@pytest.mark.slow
def test_in_a_container_students_are_shut_in_as_behind_bubblewrap(engine):
    found = graded(Walls.PODMAN, LOOK)
    assert [outcome.earned for outcome in found.outcomes] == [1, 1, 0, 1]
    problem = found.outcomes[2].failure.problem
    user, process = (
        problem.split("((")[1].split(", ")[:2] if "((" in problem else problem.split("(")[1].split(", ")[:2]
    )
    assert 50_000 <= int(user) < 51_000
    assert process == "1"
    assert "['cpuinfo', 'meminfo', 'self'], False" in problem
    asked = engine.read_text().split("\n")
    assert [line for line in asked if line in ("image", "import", "run")] == ["image", "import", "run"]
    assert {"--network=none", "--read-only", "--read-only-tmpfs=false", "--cap-drop=ALL"} <= {*asked}
    assert "--pids-limit=48" in asked
    assert not [line for line in asked if line.startswith("--volume") and "solutions" in line]


@pytest.mark.slow
def test_without_walls_nothing_of_a_student_stays_either():
    found = graded(Walls.TRUSTED, LINGER)
    assert found.earned == 4
    assert not [each for each in running() if "98765" in each]


def running() -> list[str]:
    """The command lines of all processes."""
    lines = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                lines.append((folder / "cmdline").read_text())
            except OSError:  # it has just ended
                continue
    return lines


def test_an_engine_that_refuses_is_told_in_its_own_words(tmp_path, monkeypatch):
    program = tmp_path / "docker"
    program.write_text("#!/bin/sh\necho no daemon is running >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(NoSandbox, match="docker cannot make an image: no daemon is running"):
        enclosures.prepare(Walls.DOCKER)


@pytest.mark.parametrize(
    ("walls", "package"),
    [(Walls.PODMAN, "podman"), (Walls.DOCKER, "docker.io"), (Walls.BUBBLEWRAP, "bubblewrap")],
)
def test_what_is_missing_is_named(walls, package, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoSandbox, match=f"apt install {package}"):
        enclosures.prepare(walls)
