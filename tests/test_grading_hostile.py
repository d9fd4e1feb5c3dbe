"""The hostile notebooks: each gets what it must, harms nobody else, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from course_utils.grading import zygote
from course_utils.grading.enclosures import PACKAGE
from course_utils.grading.sandbox import Sandbox
from tests.conftest import require
from tests.grading_course import RIGHT, make_course, write
from tests.hostile.case import Case
from tests.hostile.grading import LIMITS, ended, graded
from tests.hostile.make import CASES, FOLDER, path_of, text_of

HARMLESS = "\n\t"


@dataclass(frozen=True)
class Scene:
    """A sandbox, what else was there when it started, and how many processes it has when nobody is graded."""

    box: Sandbox
    files: dict[Path, tuple[int, int]]
    processes: int


@pytest.fixture(scope="module")
def scene(tmp_path_factory) -> Iterator[Scene]:
    require(shutil.which("bwrap"), "install bubblewrap")
    folder = make_course(tmp_path_factory.mktemp("class"))
    (folder / "grades.db").write_text("anna 4")
    (folder / "hidden_checks").mkdir()
    (folder / "hidden_checks/lab_00.py").write_text("SECRET = 7")
    os.environ["COURSE_SECRET"] = "7"
    with Sandbox(LIMITS, [folder]) as box:
        yield Scene(box, files_of(folder), len(family(box)))
    del os.environ["COURSE_SECRET"]


def files_of(*folders: Path) -> dict[Path, tuple[int, int]]:
    """What would show that a file was changed, of all that students might reach for."""
    found = [path for folder in (*folders, PACKAGE, FOLDER) for path in folder.rglob("*") if path.is_file()]
    return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in found if path.suffix != ".pyc"}


def family(box: Sandbox) -> dict[int, int]:
    return zygote._families({box._process.pid})[box._process.pid]


def test_there_are_many():
    assert len(CASES) >= 150
    assert len({case.name for case in CASES}) == len(CASES)


def test_the_notebooks_are_those_of_the_sources():
    assert {path_of(case) for case in CASES} == set(FOLDER.glob("*/*.ipynb")), "python -m tests.hostile.make"
    for case in CASES:
        assert path_of(case).read_text(encoding="utf-8") == text_of(case), "python -m tests.hostile.make"
        metadata = json.loads(text_of(case))["metadata"]["hostile"]
        assert metadata["points"] == case.points


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_gets_what_it_must(scene: Scene, case: Case):
    found = ended(case, scene.box)
    message = found.failure.message if found.failure else ""
    assert found.points == case.points, message
    assert case.says in message
    assert all(letter.isprintable() or letter in HARMLESS for letter in message), "a terminal would obey this"
    assert len(message) < 10_000
    assert len(family(scene.box)) == scene.processes, "processes are left"


@pytest.mark.slow
def test_after_them_a_student_gets_full_points_and_nothing_has_changed(scene: Scene, tmp_path):
    found = graded(write(tmp_path / "control.ipynb"), "00", scene.box)
    assert (found.earned, found.points) == (4, 4)
    folder = next(path for path in scene.files if path.name == "grades.db").parent
    assert files_of(folder) == scene.files
    traces = ("/tmp/pickled", "/tmp/shell", "/tmp/left", "/autograder")
    assert not any(Path(place).exists() for place in traces)


# What a student's process can know -------------------------------------------------------------------------


def found_in(process: int, *needles: bytes) -> set[bytes]:
    """Which of these are in what a process has written or could write, read from outside the walls."""
    found = set()
    with open(f"/proc/{process}/maps") as maps, open(f"/proc/{process}/mem", "rb", buffering=0) as memory:
        for line in maps:
            place, rights, *_ = line.split()
            start, end = (int(each, 16) for each in place.split("-"))
            if rights.startswith("rw"):
                memory.seek(start)
                region = memory.read(end - start)
                found |= {needle for needle in needles if needle in region}
    return found


@pytest.mark.slow
def test_nothing_of_the_judges_is_in_a_students_memory(scene: Scene):
    """Nor in that of the processes it was forked from. What was sent is found there."""
    another, secret, sent = (secrets.token_hex(20) for _ in range(3))
    before = scene.box.fork()
    before.line.run_cell("answer 0.1", f"left = '{another}'")
    scene.box.end(before)
    child = scene.box.fork()
    try:
        child.line.run_cell("answer 0.1", RIGHT["0.1"])
        assert child.line.request("take", "0.1") is True
        expected = f"Hello, {sent}!{secret}"
        assert child.line.request("ask", "0.1", "__call__", (sent,), {})["value"] == expected[:-40]
        needles = [each.encode() for each in (sent, secret, another, "COURSE_SECRET")]
        found = set().union(*(found_in(process, *needles) for process in family(scene.box)))
    finally:
        scene.box.end(child)
    assert found == {sent.encode()}


# Files beside the notebooks --------------------------------------------------------------------------------


@pytest.mark.slow
def test_no_file_beside_the_notebooks_is_imported(tmp_path):
    """Graded from within the folder, where `python -m` would look first."""
    course = make_course(tmp_path)
    for path in FOLDER.glob("00/*.py"):
        shutil.copy(path, course)
        shutil.copy(path, course / "submissions")
    command = [Path(sys.executable).with_name("course"), "grade", "submissions", "--lab", "00", "-j", "1"]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True)
    assert "imported from the folder" not in done.stdout + done.stderr
    assert "3 graded" in done.stdout, done.stdout + done.stderr


# Time ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_processes_of_one_student_end_at_once(scene: Scene):
    """What ignores all signals and has called off its death is gone when `end` returns."""
    child = scene.box.fork()
    source = next(case for case in CASES if case.name == "daemon").answers["0.2"]
    assert child.line.run_cell("answer 0.2", source) == ""
    assert len(family(scene.box)) > scene.processes + 1
    start = time.monotonic()
    scene.box.end(child)
    assert len(family(scene.box)) == scene.processes
    assert time.monotonic() - start < 10
