"""A control group for each student's processes: the kernel's own limit on their memory and their number.

A control group (cgroup v2) counts what all its processes use together, at every moment, where a watchdog
looks ten times a second. It takes a group that the system has handed over: systemd gives one to whom it
asks, as `systemd-run --user --scope` does. Where there is none the watchdog is left alone.

Run inside such a group as `python -m course_utils.grading.cgroups BWRAP ARGUMENTS...`, this prepares the
group and becomes bubblewrap. See docs.kernel.org/admin-guide/cgroup-v2.html, "Delegation".
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

MOUNTED = Path("/sys/fs/cgroup")
FOLDER = "/cgroup"  # where the zygote sees its group; students see an empty folder there
CONTROLLERS = ("memory", "pids")
PATIENCE = 1.0  # seconds until the last process of a killed group is gone


@cache
def prefix() -> tuple[str, ...]:
    """What to put before bubblewrap's command so that it gets a group of its own; () where that fails."""
    systemd = shutil.which("systemd-run")
    if systemd is None:
        return ()
    whose = () if os.getuid() == 0 else ("--user",)
    asked = (systemd, *whose, "--scope", "--quiet", "--collect", "--property=Delegate=yes", "--")
    line = (*asked, sys.executable, "-P", "-m", __name__)
    with suppress(OSError, subprocess.TimeoutExpired):
        tried = subprocess.run(
            (*line, shutil.which("true") or "true"),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=10,
            check=False,
        )
        return line if tried.returncode == 0 else ()
    return ()


def own(listing: str) -> Path:
    """The folder of a process's group, by its /proc/PID/cgroup.

    Raises:
        OSError: it is in no group of version 2.
    """
    for line in listing.splitlines():
        if line.startswith("0::/"):
            return MOUNTED / line.removeprefix("0::/")
    raise OSError("this process is in no control group of version 2")


def prepare(group: Path) -> None:
    """Make room in a group that has this process alone: groups in it may then be limited.

    Raises:
        OSError: the kernel or the owner of the group does not allow it.
    """
    leaf = group / "zygote"  # a group that limits others must have no process of its own
    leaf.mkdir()
    _write(leaf / "cgroup.procs", 0)
    _write(group / "cgroup.subtree_control", " ".join(f"+{name}" for name in CONTROLLERS))


class Cage:
    """The group of one student's processes.

    Args:
        group: the folder of a prepared group, to make this one in.
        name: of this one, as no other has it.
        memory: bytes for all its processes together; what they were forked with does not count.
        processes: at once.

    Raises:
        OSError: the kernel does not make it.
    """

    def __init__(self, group: Path, name: str, memory: int, processes: int) -> None:
        self._folder = group / name
        self._folder.mkdir()
        self._write("memory.max", memory)
        with suppress(FileNotFoundError):  # a kernel without swap
            self._write("memory.swap.max", 0)
        self._write("memory.oom.group", 1)
        self._write("pids.max", processes)

    def enter(self) -> None:
        """Put this process there; those that it forks are born there."""
        self._write("cgroup.procs", 0)

    def used(self) -> int:
        """Bytes of memory: the most that its processes had at once; before Linux 5.19, what they have."""
        for name in ("memory.peak", "memory.current"):
            with suppress(FileNotFoundError):
                return int((self._folder / name).read_text(encoding="ascii"))
        return 0

    def remove(self) -> None:
        """Kill what is left in it, and remove it."""
        with suppress(OSError):  # Linux 5.14; before, they end with their namespace
            self._write("cgroup.kill", 1)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with suppress(OSError):  # the last one is still on its way out
                return self._folder.rmdir()
            time.sleep(0.01)

    def _write(self, name: str, value: int) -> None:
        _write(self._folder / name, value)


def _write(path: Path, value: object) -> None:
    """To a file that exists: a folder that is no group must not look like one."""
    with open(os.open(path, os.O_WRONLY), "w", encoding="ascii") as file:
        file.write(str(value))


def main() -> None:
    """Prepare the group that this process was started in, and become the program given."""
    group = own(Path("/proc/self/cgroup").read_text(encoding="utf-8"))
    prepare(group)
    program, *arguments = sys.argv[1:]
    shown = () if not arguments else ("--bind", str(group), FOLDER)
    os.execve(program, (program, *shown, *arguments), {})  # its environment stays in bubblewrap's memory


if __name__ == "__main__":
    main()
