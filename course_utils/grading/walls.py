"""What shuts a student's process in, from inside: namespaces of its own, no privileges, limits.

Linux only, and called between fork and the student's first line. bubblewrap has already taken away the file
system, the network and all other processes of the machine; here each student's process is shut off from the
next one's and from the process that forks them.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
import sys
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from course_utils.grading import cgroups, system_calls

MEBIBYTE = 1024 * 1024
NEW_MOUNTS, NEW_IPC, NEW_USER, NEW_PIDS = 0x00020000, 0x08000000, 0x10000000, 0x20000000
RECURSIVE, PRIVATE, REMOUNT, READ_ONLY, NO_SUID, NO_DEVICES = 0x4000, 0x40000, 0x20, 0x1, 0x2, 0x4
SET_DEATH_SIGNAL, SET_NO_NEW_PRIVILEGES = 1, 38
CAPABILITY_VERSION_3 = 0x20080522
SCRATCH = "/scratch"  # where a student may write; not /tmp, below which this course itself may lie
FILLED = (SCRATCH, "/dev/shm")
OF_MACHINE = (
    "cpuinfo",
    "meminfo",
)  # read by TensorFlow, as are some of self/; the rest shows other processes
FILES = 10_000  # in a file system, each of which takes 1 kB of the kernel's
USED = ("RssAnon", "RssShmem", "VmSwap", "VmPTE")  # rows of memory that a process alone is to be blamed for
NOBODY = 1000  # inside; whoever is 0 would get privileges back by executing a program

CONTROL, LINE = "/control", "line"  # in a container: the folder that the judge sees too, and the socket in it
STUDENTS = 50_000  # the first of the users that students' processes are in a container, one of a thousand

_libc = ctypes.CDLL(None, use_errno=True)


class Walls(StrEnum):
    """What walls student code off from the machine. TRUSTED is nothing at all."""

    BUBBLEWRAP = "bubblewrap"
    PODMAN = "podman"
    DOCKER = "docker"
    TRUSTED = "trusted"


CONTAINERS = (Walls.PODMAN, Walls.DOCKER)


@dataclass(frozen=True)
class Limits:
    """What one student's process may use.

    Args:
        memory: MiB beyond what it was forked with, and beyond its files.
        processes: at once, itself counted.
        cpu: seconds of processor time, all threads together.
        file: MiB of all files in one folder; they lie in memory, and there are two such folders.
        seconds: of waiting for one cell to run.
        total: seconds for a whole submission.
    """

    memory: int = 1_500
    processes: int = 64
    cpu: int = 300
    file: int = 64
    seconds: int = 30
    total: int = 900


def separate(walls: Walls) -> None:
    """Namespaces of its own for this process; those of processes begin with its next child.

    Raises:
        OSError: the kernel does not allow it.
    """
    if walls is Walls.TRUSTED:
        return
    if walls in CONTAINERS:  # root there, and may; namespaces of users may be forbidden
        _call("unshare", NEW_MOUNTS | NEW_IPC | NEW_PIDS)
        return
    outside = os.getuid(), os.getgid()
    _call("unshare", NEW_USER | NEW_MOUNTS | NEW_IPC | NEW_PIDS)
    for name, content in (
        ("setgroups", "deny"),
        ("uid_map", f"{NOBODY} {outside[0]} 1"),
        ("gid_map", f"{NOBODY} {outside[1]} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(content)


def shut_in(limits: Limits, walls: Walls) -> None:
    """The first process of new namespaces: empty folders, no privileges, limits.

    Raises:
        OSError: the kernel does not allow it.
    """
    if walls is Walls.TRUSTED:
        # Processes would be counted together with the user's own
        _limit(replace(limits, processes=resource.getrlimit(resource.RLIMIT_NPROC)[1]))
        die_with_parent()
        return
    Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")  # none is to suffer before this one
    _limit(limits)
    _empty_folders(limits)
    if walls in CONTAINERS:
        _leave_root()
    _call("prctl", SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    nothing = struct.pack("6I", 0, 0, 0, 0, 0, 0)
    _call("capset", struct.pack("Ii", CAPABILITY_VERSION_3, 0), nothing)
    die_with_parent()
    os.chdir(SCRATCH)
    system_calls.refuse()


def _leave_root() -> None:
    """Become a user of one's own: processes are counted by user, on the whole machine."""
    user = STUDENTS + int.from_bytes(os.urandom(2)) % 1_000
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def _empty_folders(limits: Limits) -> None:
    """New ones to write to, and a /proc that shows the machine and no process."""
    of_machine = {name: Path("/proc", name).read_bytes() for name in OF_MACHINE}
    _call("mount", b"none", b"/", None, RECURSIVE | PRIVATE, None)
    for folder, size in (*((folder, limits.file) for folder in FILLED), ("/proc", 1)):
        options = f"size={size}m,nr_inodes={FILES}".encode()
        _call("mount", b"tmpfs", folder.encode(), b"tmpfs", NO_SUID | NO_DEVICES, options)
    if os.path.isdir(cgroups.FOLDER):  # whoever sees it could leave it, or set its limits
        _call(
            "mount", b"tmpfs", cgroups.FOLDER.encode(), b"tmpfs", READ_ONLY | NO_SUID | NO_DEVICES, b"size=4k"
        )
    for name, content in of_machine.items():
        Path("/proc", name).write_bytes(content)
    os.mkdir("/proc/self")
    os.symlink(os.path.realpath(sys.executable), "/proc/self/exe")
    Path("/proc/self/cmdline").write_bytes(b"python\0")
    _call("mount", b"tmpfs", b"/proc", b"tmpfs", REMOUNT | READ_ONLY | NO_SUID | NO_DEVICES, None)


def die_with_parent() -> None:
    """Be killed when the process that forked this one ends."""
    _call("prctl", SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)


def _limit(limits: Limits) -> None:
    for kind, most in (
        (resource.RLIMIT_CPU, limits.cpu),
        (resource.RLIMIT_FSIZE, limits.file * MEBIBYTE),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_DATA, memory_of("self")["VmData"] + limits.memory * MEBIBYTE),
    ):
        resource.setrlimit(kind, (most, most))


def used_by(process: int | str) -> int:
    """Bytes of memory that are a process's own, or that it shares with those it was forked from."""
    rows = memory_of(process)
    return sum(rows.get(name, 0) for name in USED)


def memory_of(process: int | str) -> dict[str, int]:
    """What the kernel counts of a process's memory, in bytes: {"VmData": ..., "RssAnon": ...}.

    "self" is not os.getpid() where /proc is that of another namespace.
    """
    with open(f"/proc/{process}/status", encoding="utf-8") as file:
        rows = [line.split() for line in file if line.endswith("kB\n")]
    return {row[0].removesuffix(":"): int(row[1]) * 1024 for row in rows}


def _call(name: str, *arguments: object) -> None:
    if getattr(_libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
