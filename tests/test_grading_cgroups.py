"""`grading.cgroups`: the kernel's own limit on all of a student's processes."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from course_utils.grading import cgroups
from tests import guest_linux
from tests.conftest import require

LIMIT, IN_FILES, PROCESSES = 200, 4, 19  # MiB, MiB in each folder, and how many
# In a Linux of its own: a real sandbox, whose zygote imports nothing, and what becomes of each of CELLS
GUEST = f"""
import json
from pathlib import Path

from course_utils.grading import cgroups, enclosures
from course_utils.grading.remote import Gone
from course_utils.grading.sandbox import Sandbox
from course_utils.grading.walls import Limits

LIGHT = "from course_utils.grading import zygote; zygote.PRELOADED = (); zygote.main()"
usual = enclosures.command


def command(*arguments):
    line = usual(*arguments)
    module = line.index("course_utils.grading.zygote")
    return [*line[: module - 1], "-c", LIGHT, *line[module + 1 :]]


def groups():
    return sorted(path.name for path in Path("/sys/fs/cgroup").glob("scope-*/student-*"))


enclosures.command = command
found = {{"prefix": cgroups.prefix()}}
with Sandbox(Limits(memory={LIMIT}, processes={PROCESSES}, file={IN_FILES})) as sandbox:
    for name, source in json.loads({{cells!r}}).items():
        child = sandbox.fork()
        try:
            said = child.line.run_cell(name, source)
        except Gone:
            said = "gone"
        at_work = groups()
        found[name] = {{"said": said, "used": sandbox.end(child), "at work": at_work, "after": groups()}}
print("FOUND", json.dumps(found))
"""
FILL = "x = bytearray({} * 2**20)\n"
CHILDREN = """
import os, time
for _ in range(3):
    if os.fork() == 0:
        {}
        time.sleep(60)
"""
CELLS = {
    "modest": FILL.format(150),
    "hidden": "import os\nraise ValueError(os.listdir('/cgroup'))",
    "shared": FILL.format(150) + CHILDREN.format("pass") + "time.sleep(1)",
    "each": CHILDREN.format("x = bytearray(120 * 2**20)") + "time.sleep(20)",
    "many": """
import os, time
try:
    while True:
        if os.fork() == 0:
            time.sleep(60)
except OSError as error:
    raise ValueError(error.strerror)
""",
}


@pytest.fixture(scope="module")
def guest(tmp_path_factory):
    """What was found in a Linux that has control groups of version 2."""
    require(shutil.which(guest_linux.PROGRAM), "install user-mode-linux")
    require(shutil.which("bwrap"), "install bubblewrap")
    script = GUEST.replace("{cells!r}", repr(json.dumps(CELLS)))
    printed = guest_linux.run(script, sys.executable, tmp_path_factory.mktemp("guest"))
    found = [line for line in printed.splitlines() if line.startswith("FOUND ")]
    assert found, printed[-3000:]
    return json.loads(found[0].removeprefix("FOUND "))


@pytest.mark.slow
def test_each_student_has_a_group_which_goes_with_them(guest):
    assert guest["prefix"][-2:] == ["-m", "course_utils.grading.cgroups"]
    groups = [guest[name]["at work"] for name in CELLS]
    assert all(len(group) == 1 for group in groups)
    assert len({group[0] for group in groups}) == len(CELLS)
    assert all(guest[name]["after"] == [] for name in CELLS)


@pytest.mark.slow
def test_students_do_not_see_their_group(guest):
    """Or they could leave it, or set its limits."""
    assert guest["hidden"]["said"] == "ValueError: []"


@pytest.mark.slow
def test_memory_is_measured_by_the_kernel(guest):
    assert guest["modest"]["said"] == ""
    assert 150 * 2**20 < guest["modest"]["used"] < 170 * 2**20


@pytest.mark.slow
def test_memory_that_processes_share_counts_once(guest):
    """A watch that adds up what each has would see 600 MB here, and end an honest answer."""
    assert guest["shared"]["said"] == ""
    assert 150 * 2**20 < guest["shared"]["used"] < LIMIT * 2**20


@pytest.mark.slow
def test_processes_that_together_use_too_much_are_ended(guest):
    """Each alone stays below the limit."""
    assert guest["each"]["said"] == "gone"
    assert guest["each"]["used"] <= (LIMIT + 2 * IN_FILES) * 2**20


@pytest.mark.slow
def test_processes_are_counted(guest):
    assert guest["many"]["said"] == "ValueError: Resource temporarily unavailable"


# Where there are none ------------------------------------------------------------------------------------


@pytest.fixture
def prefix(tmp_path, monkeypatch):
    """What is put before bubblewrap's command where `systemd-run` is this script, or is missing."""

    def prefix(systemd: str | None) -> tuple[str, ...]:
        if systemd is not None:
            (tmp_path / "systemd-run").write_text(f"#!/bin/sh\n{systemd}\n")
            (tmp_path / "systemd-run").chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        cgroups.prefix.cache_clear()
        return cgroups.prefix()

    yield prefix
    cgroups.prefix.cache_clear()


def test_without_systemd_there_is_the_watch_alone(prefix):
    assert prefix(None) == ()


def test_a_systemd_that_gives_no_group_is_not_used(prefix):
    assert prefix("exit 1") == ()


def test_a_systemd_that_gives_a_group_is(prefix):
    line = prefix("exit 0")
    assert Path(line[0]).name == "systemd-run"
    assert line[-4:] == (sys.executable, "-P", "-m", "course_utils.grading.cgroups")


def test_the_group_of_a_process_is_read_from_what_the_kernel_says():
    assert cgroups.own("4:memory:/a\n0::/user.slice/x.scope\n") == Path("/sys/fs/cgroup/user.slice/x.scope")
    with pytest.raises(OSError, match="in no control group of version 2"):
        cgroups.own("4:memory:/a\n")


def test_a_folder_that_is_no_group_is_refused(tmp_path):
    """Nothing would be limited there."""
    with pytest.raises(FileNotFoundError, match=r"memory\.max"):
        cgroups.Cage(tmp_path, "student-1", 7, 5)
    with pytest.raises(FileNotFoundError, match=r"cgroup\.procs"):
        cgroups.prepare(tmp_path)
