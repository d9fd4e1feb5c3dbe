"""Starts the process that students' processes are forked from, walled off as `enclosures` says."""

from __future__ import annotations

import dataclasses
import json
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from course_utils.grading import enclosures, wire
from course_utils.grading.enclosures import NoSandbox
from course_utils.grading.remote import Line
from course_utils.grading.walls import CONTAINERS, LINE, Limits, Walls

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


class Child:
    """One student's process."""

    def __init__(self, line: Line, number: int, connection: socket.socket) -> None:
        self.line, self.number = line, number
        self._connection = connection

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


class _Line:
    """Our end of a zygote's line, and what the zygote is told to find its own by.

    A descriptor is inherited, or, where the zygote is in a container, it comes by a socket in a folder that
    both see.
    """

    def __init__(self, folder: Path, in_container: bool) -> None:
        self.passed: list[int] = []
        if in_container:
            self._ours = socket.socket(socket.AF_UNIX)
            self._ours.bind(str(folder / LINE))
            self._ours.listen(1)
            self.address, self._theirs = LINE, None
        else:
            self._ours, self._theirs = socket.socketpair()
            self.address = str(self._theirs.fileno())
            self.passed = [self._theirs.fileno()]

    def __enter__(self) -> _Line:
        return self

    def __exit__(self, *_: object) -> None:
        if self._theirs:
            self._theirs.close()

    def answered(self, process: subprocess.Popen[str]) -> socket.socket:
        """Our end, when the zygote has found its own.

        Raises:
            NoSandbox: it has ended before, or did not come.
        """
        if self._theirs:
            return self._ours
        with self._ours:
            self._ours.settimeout(0.1)
            end = time.monotonic() + START_SECONDS
            while process.poll() is None and time.monotonic() < end:
                with suppress(TimeoutError):
                    return self._ours.accept()[0]
        process.kill()
        raise _refused(process.communicate()[1][-1000:].strip())


class Sandbox:
    """One zygote; use it as a context.

    Args:
        covered: folders that students must not see, wherever they lie.
        walls: what walls it off.

    Raises:
        NoSandbox: what makes the walls is missing, or the machine does not let it work.
    """

    def __init__(
        self,
        limits: Limits = Limits(),  # noqa: B008 — frozen
        covered: Sequence[Path] = (),
        walls: Walls = Walls.BUBBLEWRAP,
    ) -> None:
        self.limits, self.walls, self._covered = limits, walls, covered
        self._ends = ExitStack()  # of all that one start has made

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
            except BaseException:
                self._stop()
                raise
            else:
                return
        raise _refused(f"it was killed {STARTS} times as it started: {last}")

    def _start_once(self) -> None:
        temporary = tempfile.TemporaryDirectory(prefix="course-grade-", ignore_cleanup_errors=True)
        folder = Path(self._ends.enter_context(temporary))
        command = enclosures.command(self.walls, folder, self.limits, self._covered)
        with _Line(folder, in_container=self.walls in CONTAINERS) as line:
            self._process = subprocess.Popen(
                [*command, line.address, json.dumps(dataclasses.asdict(self.limits))],
                pass_fds=line.passed,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                cwd=folder if self.walls is Walls.TRUSTED else None,
                env=enclosures.environment(self.walls, folder),
            )
            self._ends.callback(_end, self._process)
            self._control = self._ends.enter_context(line.answered(self._process))
        self._control.settimeout(START_SECONDS)
        if self._control.recv(1) != b"r":
            _, errors = self._process.communicate()
            if self._process.returncode in KILLED:
                raise ConnectionError("its process was killed")
            raise _refused(errors[-1000:].strip())

    def _stop(self) -> None:
        self._ends.close()

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


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    if process.stderr:
        process.stderr.close()


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
