"""The process that students' processes are forked from: TensorFlow and Keras are imported once.

Run by `sandbox` behind walls, as `python -m course_utils.grading.zygote WALLS ADDRESS LIMITS`. It runs no
operation of TensorFlow's, which would start threads that a fork leaves behind, and knows nothing
worth stealing.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from course_utils.grading import cgroups, child, walls, wire

# What the labs' cells import. None of it may make a tensor on being imported
PRELOADED = (
    "tensorflow",
    "keras",
    "matplotlib.pyplot",
    "course_utils.models.decoding",
    "course_utils.models.losses",
    "course_utils.models.transformer",
    "course_utils.models.translation",
    "course_utils.text.pipeline",
    "course_utils.text.world",
)
# 120 MB that TensorFlow Lite, TensorFlow's old Keras and Keras's editor of files load where they can, and do
# without where they cannot. Students may import them
DISPENSABLE = ("jax", "scipy", "IPython")
LOOKS = 0.1  # seconds between two looks at what the processes use
KEEPERS = (signal.SIGTERM, signal.SIGCHLD)  # signals that a keeper waits for


class Zygote:
    """Forks, watches and ends students' processes, as the judge says over `control`."""

    def __init__(self, control: socket.socket, limits: walls.Limits, kind: walls.Walls) -> None:
        self._control, self._limits, self._kind = control, limits, kind
        self._keepers: set[int] = set()  # each is the parent of one student's processes, and dies with them
        self._cages: dict[int, cgroups.Cage] = {}  # keeper -> the control group that its processes are in
        self._peaks: dict[int, int] = {}  # keeper -> the most memory seen in use by its processes, in bytes
        self._own = walls.used_by("self")
        self._forks = 0

    def run(self) -> None:
        """Until the judge hangs up."""
        self._control.sendall(b"r")
        while True:
            readable, _, _ = select.select([self._control], [], [], LOOKS)
            if readable and not self._obey(self._control.recv(16)):
                return
            self._watch()

    def _obey(self, order: bytes) -> bool:
        if order == b"fork":
            self._fork()
        elif order.startswith(b"kill"):
            keeper = int(order[4:])
            self._watch()
            self._end(keeper)
            self._control.sendall(b"%15d" % self._peaks.pop(keeper, 0))
        return bool(order)

    def _fork(self) -> None:
        threads = len(os.listdir("/proc/self/task"))
        assert threads == 1, f"expected one thread before a fork, found {threads}"
        ours, theirs = socket.socketpair()
        cage = self._new_cage()
        keeper = os.fork()
        if keeper == 0:
            ours.close()
            self._control.close()
            _keep(theirs, self._limits, self._kind, cage)
        theirs.close()
        self._keepers.add(keeper)
        if cage:
            self._cages[keeper] = cage
        socket.send_fds(self._control, [b"%15d" % keeper], [ours.fileno()])
        ours.close()

    def _end(self, keeper: int) -> None:
        if keeper in self._keepers:
            self._keepers.discard(keeper)
            os.kill(keeper, signal.SIGTERM)
            os.waitpid(keeper, 0)
            self._uncage(keeper)

    def _watch(self) -> None:
        """End those that use more than they may, where the kernel does not; collect those that have ended."""
        families = _families(self._keepers - self._cages.keys())
        for keeper in list(self._keepers):
            self._note(keeper, families.get(keeper))
            if keeper in families and self._is_too_much(families[keeper]):
                self._end(keeper)
            elif os.waitpid(keeper, os.WNOHANG)[0]:
                self._keepers.discard(keeper)
                self._uncage(keeper)

    def _is_too_much(self, family: dict[int, int]) -> bool:
        return (
            self._used(family) > self._limits.memory * walls.MEBIBYTE or len(family) > self._limits.processes
        )

    def _used(self, family: dict[int, int]) -> int:
        """Bytes that these processes have come to use since they were forked."""
        return sum(max(0, memory - self._own) for memory in family.values())

    def _note(self, keeper: int, family: dict[int, int] | None) -> None:
        """Remember the most memory in use: as the kernel counts it, or as the watch sees it."""
        used = self._cages[keeper].used() if family is None else self._used(family)
        self._peaks[keeper] = max(used, self._peaks.get(keeper, 0))

    def _new_cage(self) -> cgroups.Cage | None:
        """The next one's control group; None where there are none, and the watch alone must do."""
        group = Path(cgroups.FOLDER)
        if self._kind is not walls.Walls.BUBBLEWRAP or not group.is_dir():
            return None
        self._forks += 1
        memory = self._limits.memory + len(walls.FILLED) * self._limits.file  # what is in files counts here
        name = f"student-{self._forks}"
        return cgroups.Cage(group, name, memory * walls.MEBIBYTE, self._limits.processes + 1)

    def _uncage(self, keeper: int) -> None:
        if keeper in self._cages:
            self._note(keeper, None)
            self._cages.pop(keeper).remove()


def _families(keepers: set[int]) -> dict[int, dict[int, int]]:
    """Keeper -> its descendants, each with its memory."""
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError, IndexError):  # it has just ended
            parents[int(name)] = int(Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()[1])
    families: dict[int, dict[int, int]] = {keeper: {} for keeper in keepers}
    for process in parents:
        ancestor = process
        while ancestor in parents and ancestor not in families:
            ancestor = parents[ancestor]
        if ancestor in families and ancestor != process:
            with suppress(OSError):
                families[ancestor][process] = walls.used_by(process)
    return families


def _keep(
    connection: socket.socket, limits: walls.Limits, kind: walls.Walls, cage: cgroups.Cage | None
) -> None:
    """In the keeper: fork the first process of new namespaces, and end when it ends or when told to.

    Nothing is left of a student's processes when the keeper has ended: the kernel ends all of a namespace
    with its first process.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, KEEPERS)
    try:
        walls.die_with_parent()
        if cage:
            cage.enter()
        walls.separate(kind)
        student = os.fork()
    except Exception as error:
        _say_why_not(connection, error)
    if student == 0:
        _become_student(connection, limits, kind)
    connection.close()
    signal.sigwait(KEEPERS)
    os.kill(student, signal.SIGKILL)  # it can call off its death signal, and ignore all others
    if kind is walls.Walls.TRUSTED:  # there is no namespace that ends with it
        with suppress(ProcessLookupError):
            os.killpg(student, signal.SIGKILL)
    os.waitpid(student, 0)
    os._exit(0)


def _become_student(connection: socket.socket, limits: walls.Limits, kind: walls.Walls) -> None:
    """Never returns. What the judge hears first is "", or why there are no walls."""
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, KEEPERS)
        os.setsid()  # signals to process group 0 would reach all of us
        walls.shut_in(limits, kind)
        nothing = os.open("/dev/null", os.O_RDWR)
        for standard in range(3):
            os.dup2(nothing, standard)
        os.closerange(3, connection.fileno())
        os.closerange(connection.fileno() + 1, 4096)
    except Exception as error:
        _say_why_not(connection, error)
    try:
        wire.send(connection, "")
        child.Session(connection).serve()
    except (wire.Closed, wire.Malformed):
        pass
    finally:
        os._exit(0)


def _say_why_not(connection: socket.socket, error: Exception) -> NoReturn:
    with suppress(wire.Closed):
        wire.send(connection, f"{type(error).__name__}: {error}")
    os._exit(1)


def _connected(address: str) -> socket.socket:
    """By an inherited descriptor, or in a container by a socket's name."""
    if address.isdigit():
        return socket.socket(fileno=int(address))
    control = socket.socket(socket.AF_UNIX)
    control.connect(f"{walls.CONTROL}/{address}")
    return control


def _preload() -> None:
    for module in DISPENSABLE:
        sys.modules[module] = None  # type: ignore[assignment]
    for module in PRELOADED:
        importlib.import_module(module)
    for module in DISPENSABLE:
        del sys.modules[module]


def main() -> None:
    """Import what students will need, then fork on demand."""
    kind, address, limits = sys.argv[1:]
    control = _connected(address)
    _preload()
    Zygote(control, walls.Limits(**json.loads(limits)), walls.Walls(kind)).run()


if __name__ == "__main__":
    main()
