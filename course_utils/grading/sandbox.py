"""Starts the process that students' processes are forked from, walled off by bubblewrap."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from course_utils.grading import wire
from course_utils.grading.remote import Line
from course_utils.grading.walls import SCRATCH, Limits

PACKAGE = Path(__file__).parents[1]
SYSTEM = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/alternatives",
    "/sys/devices/system/cpu",
)
ENVIRONMENT = {
    "HOME": SCRATCH,
    "TMPDIR": SCRATCH,
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONPATH": "/course",
    "PYTHONSAFEPATH": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "2",  # threads count as processes, of which a student has few
    "TF_NUM_INTRAOP_THREADS": "2",
    "TF_NUM_INTEROP_THREADS": "2",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "KERAS_HOME": SCRATCH,
    "MPLCONFIGDIR": SCRATCH,
    "MPLBACKEND": "agg",
}
OF_CHECKOUT = ("solutions", "tests", ".git")  # a course that lies below /usr shows them otherwise
START_SECONDS = 120
STARTS = 3  # the machine may be short of memory, and kill what has just begun
KILLED = (-signal.SIGKILL, 128 + signal.SIGKILL)  # bubblewrap itself, and what it runs
WHAT_TO_ALLOW = """\
It needs Linux 5.10 on x86_64 or aarch64, and user namespaces for ordinary users. Where they are switched off:
  Ubuntu 24.04:     sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0
  Debian:           sudo sysctl -w kernel.unprivileged_userns_clone=1
  Red Hat, others:  sudo sysctl -w user.max_user_namespaces=10000
  in a container:   start it with --security-opt seccomp=unconfined --security-opt apparmor=unconfined
                    --security-opt systempaths=unconfined"""


class NoSandbox(Exception):
    """This machine cannot wall student code off; says what to install or to allow."""


class Child:
    """One student's process."""

    def __init__(self, line: Line, number: int, connection: socket.socket) -> None:
        self.line, self.number = line, number
        self._connection = connection

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


class Sandbox:
    """One zygote; use it as a context.

    Args:
        covered: folders that students must not see, wherever they lie.

    Raises:
        NoSandbox: bubblewrap is missing, or the machine does not let it work.
    """

    def __init__(self, limits: Limits = Limits(), covered: Sequence[Path] = ()) -> None:  # noqa: B008 — frozen
        self.limits, self._covered = limits, covered

    def __enter__(self) -> Sandbox:
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def fork(self) -> Child:
        """A new student's process, which has run nothing yet."""
        for _ in range(STARTS):
            try:
                return self._forked()
            except OSError:  # the zygote is gone; nothing of a student's work was in it
                self._stop()
                self._start()
        raise _refused(f"{STARTS} processes ended before they were walled off")

    def end(self, child: Child) -> int:
        """Kill a student's process, and all that it has started; the most memory seen in use, in bytes."""
        child.close()
        with suppress(OSError, ValueError):  # gone with the zygote
            self._control.sendall(b"kill%d" % child.number)
            return int(self._control.recv(15))
        return 0

    def _start(self) -> None:
        """Start the zygote, and try its inner walls: the machine may allow the outer ones alone."""
        for _ in range(STARTS):
            try:
                self._start_once()
                self.end(self._forked())
            except OSError as error:
                self._stop()
                last = error
            else:
                return
        raise _refused(f"it was killed {STARTS} times as it started: {last}")

    def _start_once(self) -> None:
        self._control, theirs = socket.socketpair()
        arguments = [str(theirs.fileno()), json.dumps(dataclasses.asdict(self.limits))]
        with theirs:
            self._process = subprocess.Popen(
                [*walled_command(self._covered), *arguments],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
        self._control.settimeout(START_SECONDS)
        if self._control.recv(1) != b"r":
            _, errors = self._process.communicate()
            if self._process.returncode in KILLED:
                raise ConnectionError("its process was killed")
            raise _refused(errors[-1000:].strip())

    def _stop(self) -> None:
        self._control.close()
        self._process.kill()
        self._process.communicate()

    def _forked(self) -> Child:
        self._control.sendall(b"fork")
        number, descriptors, _, _ = socket.recv_fds(self._control, 15, 1)
        if not descriptors:
            raise ConnectionError("the zygote has ended")
        connection = socket.socket(fileno=descriptors[0])
        child = Child(Line(connection), int(number), connection)
        if problem := _problem_of_walls(connection):
            self.end(child)
            raise _refused(problem)
        return child


def _problem_of_walls(connection: socket.socket) -> str:
    """The first message of a student's process, sent before anything of the student's has run.

    Raises:
        ConnectionError: the process ended without one.
    """
    connection.settimeout(START_SECONDS)
    try:
        problem = wire.receive(connection)
    except (wire.Closed, wire.Malformed) as error:
        raise ConnectionError(f"its process ended before it was walled off: {error}") from error
    connection.settimeout(None)
    return str(problem)


def _refused(why: str) -> NoSandbox:
    return NoSandbox(f"student code could not be walled off: {why}\n{WHAT_TO_ALLOW}")


def walled_command(covered: Sequence[Path] = ()) -> list[str]:
    """How bubblewrap runs the zygote: no network, no file but the system's, Python's and the package's.

    Args:
        covered: folders to hide even where one of those holds them.

    Raises:
        NoSandbox: bubblewrap is not installed.
    """
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None:
        raise NoSandbox(
            "student code runs walled off by bubblewrap, and it is not installed. "
            "On Debian or Ubuntu: sudo apt install bubblewrap"
        )
    shown = [place for place in (*SYSTEM, sys.prefix, sys.base_prefix) if os.path.exists(place)]
    command = [bubblewrap, "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
    for place in dict.fromkeys(shown):
        command += ["--ro-bind", place, place]
    command += ["--ro-bind", str(PACKAGE), "/course/course_utils"]
    command += ["--tmpfs", SCRATCH, "--proc", "/proc", "--dev", "/dev", "--chdir", SCRATCH]
    hiding = _hiding(shown, (*covered, *(PACKAGE.parent / name for name in OF_CHECKOUT)))
    for place in hiding:
        command += ["--tmpfs", place]
    for place in (
        "/",
        "/dev",
        *hiding,
    ):  # bubblewrap makes these in memory, and all students would share them
        command += ["--remount-ro", place]
    for name, value in ENVIRONMENT.items():
        command += ["--setenv", name, value]
    return [*command, sys.executable, "-m", "course_utils.grading.zygote"]


def _hiding(shown: Iterable[str], folders: Iterable[Path]) -> list[str]:
    """Where those of the folders that there are would be seen, below places that are shown."""
    found = [folder.resolve() for folder in folders if folder.is_dir()]
    return [
        str(Path(place) / folder.relative_to(Path(place).resolve()))
        for place in dict.fromkeys(shown)
        for folder in found
        if folder.is_relative_to(Path(place).resolve())
    ]
