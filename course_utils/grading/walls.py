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
from dataclasses import dataclass
from pathlib import Path

MEBIBYTE = 1024 * 1024
NEW_MOUNTS, NEW_IPC, NEW_USER, NEW_PIDS = 0x00020000, 0x08000000, 0x10000000, 0x20000000
RECURSIVE, PRIVATE, NO_SUID, NO_DEVICES = 0x4000, 0x40000, 0x2, 0x4
SET_DEATH_SIGNAL, SET_NO_NEW_PRIVILEGES = 1, 38
CAPABILITY_VERSION_3 = 0x20080522
SCRATCH = "/scratch"  # where a student may write; not /tmp, below which this course itself may lie
OF_MACHINE = (
    "cpuinfo",
    "meminfo",
)  # read by TensorFlow, as are some of self/; the rest shows other processes
NOBODY = 1000  # inside; whoever is 0 would get privileges back by executing a program

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Limits:
    """What one student's process may use.

    Args:
        memory: MiB beyond what it was forked with.
        processes: at once, itself counted.
        cpu: seconds of processor time, all threads together.
        file: MiB of one file; all files together lie in memory and may have as much again.
        seconds: of waiting for one cell to run.
    """

    memory: int = 1_500
    processes: int = 64
    cpu: int = 300
    file: int = 64
    seconds: int = 30


def separate() -> None:
    """Namespaces of its own for this process; those of processes begin with its next child.

    Raises:
        OSError: the kernel does not allow it.
    """
    outside = os.getuid(), os.getgid()
    _call("unshare", NEW_USER | NEW_MOUNTS | NEW_IPC | NEW_PIDS)
    for name, content in (
        ("setgroups", "deny"),
        ("uid_map", f"{NOBODY} {outside[0]} 1"),
        ("gid_map", f"{NOBODY} {outside[1]} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(content)


def shut_in(limits: Limits) -> None:
    """The first process of new namespaces: empty folders, no privileges, limits.

    Raises:
        OSError: the kernel does not allow it.
    """
    _limit(limits)
    _call("mount", b"none", b"/", None, RECURSIVE | PRIVATE, None)
    size = b"size=%dm" % (2 * limits.file)
    of_machine = {name: Path("/proc", name).read_bytes() for name in OF_MACHINE}
    for folder in (SCRATCH.encode(), b"/proc", b"/dev/shm"):
        _call("mount", b"tmpfs", folder, b"tmpfs", NO_SUID | NO_DEVICES, size)
    for name, content in of_machine.items():
        Path("/proc", name).write_bytes(content)
    os.mkdir("/proc/self")
    os.symlink(os.path.realpath(sys.executable), "/proc/self/exe")
    Path("/proc/self/cmdline").write_bytes(b"python\0")
    _call("prctl", SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    nothing = struct.pack("6I", 0, 0, 0, 0, 0, 0)
    _call("capset", struct.pack("Ii", CAPABILITY_VERSION_3, 0), nothing)
    die_with_parent()
    os.chdir(SCRATCH)


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
        (resource.RLIMIT_DATA, memory_of(os.getpid())["VmData"] + limits.memory * MEBIBYTE),
    ):
        resource.setrlimit(kind, (most, most))


def memory_of(process: int) -> dict[str, int]:
    """What the kernel counts of a process's memory, in bytes: {"VmData": ..., "RssAnon": ...}."""
    with open(f"/proc/{process}/status", encoding="utf-8") as file:
        rows = [line.split() for line in file if line.endswith("kB\n")]
    return {row[0].removesuffix(":"): int(row[1]) * 1024 for row in rows}


def _call(name: str, *arguments: object) -> None:
    if getattr(_libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
