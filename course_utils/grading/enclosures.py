"""How the process that students' processes are forked from is walled off: what command starts it.

bubblewrap needs no rights and no set-up. A container does the same where an administrator forbids user
namespaces but runs podman or docker. Either shows the system's programs, Python and this package, read-only,
and nothing else; there is no network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path

from course_utils.grading import cgroups
from course_utils.grading.walls import CONTAINERS, CONTROL, SCRATCH, Limits, Walls

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
NAMESPACES = ("user-try", "ipc", "pid", "net", "uts")  # all but that of control groups
OF_CHECKOUT = ("solutions", "tests", ".git")  # a course that lies below /usr shows them otherwise
IMAGE = "attention-course-walls"  # empty: all that is seen in a container is this machine's
OF_ZYGOTE = 1_500  # MiB, with the files that it has mapped
WHAT_TO_INSTALL = {
    Walls.BUBBLEWRAP: "On Debian or Ubuntu: sudo apt install bubblewrap",
    Walls.PODMAN: "On Debian or Ubuntu: sudo apt install podman",
    Walls.DOCKER: "On Debian or Ubuntu: sudo apt install docker.io",
}


class NoSandbox(Exception):
    """This machine cannot wall student code off; says what to install or to allow."""


def program(walls: Walls) -> str:
    """The program that makes these walls, "" where none is needed.

    Raises:
        NoSandbox: it is not installed.
    """
    if walls is Walls.TRUSTED:
        return ""
    name = "bwrap" if walls is Walls.BUBBLEWRAP else str(walls)
    found = shutil.which(name)
    if found is None:
        raise NoSandbox(
            f"student code runs walled off by {walls}, and it is not installed. {WHAT_TO_INSTALL[walls]}"
        )
    return found


def prepare(walls: Walls) -> None:
    """What has to be there once before the first zygote: for a container, the image.

    Raises:
        NoSandbox: the program is not installed, or refuses.
    """
    engine = program(walls)
    if walls not in CONTAINERS or _run([engine, "image", "inspect", IMAGE]).returncode == 0:
        return
    nothing = BytesIO()
    tarfile.open(fileobj=nothing, mode="w").close()
    made = _run([engine, "import", "-", IMAGE], nothing.getvalue())
    if made.returncode != 0:
        raise NoSandbox(
            f"{walls} cannot make an image: {made.stderr.decode(errors='replace')[-1000:].strip()}"
        )


def command(walls: Walls, folder: Path, limits: Limits, covered: Sequence[Path] = ()) -> list[str]:
    """How the zygote is run.

    Args:
        folder: of this zygote alone; in a container its line to the judge is there.
        covered: folders to hide even where one of those that are shown holds them.

    Raises:
        NoSandbox: the program that makes the walls is not installed.
    """
    zygote = [sys.executable, "-m", "course_utils.grading.zygote", walls]
    if walls is Walls.TRUSTED:
        return zygote
    shown = [place for place in (*SYSTEM, sys.prefix, sys.base_prefix) if os.path.exists(place)]
    shown = list(dict.fromkeys(shown))
    hidden = _hiding(shown, (*covered, *(PACKAGE.parent / name for name in OF_CHECKOUT)))
    if walls is Walls.BUBBLEWRAP:
        caged = cgroups.prefix()
        return [*caged, program(walls), *_bubblewrap(shown, hidden, bool(caged)), *zygote]
    # podman would add folders that all students can write to
    shared = ["--read-only-tmpfs=false"] if walls is Walls.PODMAN else []
    return [program(walls), "run", *shared, *_container(shown, hidden, folder, limits), *zygote]


def environment(walls: Walls, folder: Path) -> dict[str, str] | None:
    """The environment to start the command with; None for this process's own: engines and systemd need it."""
    if walls is Walls.BUBBLEWRAP and not cgroups.prefix():
        return {}  # --clearenv leaves it in the memory of bubblewrap's own process, the parent of students'
    if walls is not Walls.TRUSTED:
        return None
    return {name: str(folder) if value == SCRATCH else value for name, value in ENVIRONMENT.items()} | {
        "PYTHONPATH": str(PACKAGE.parent)
    }


def _bubblewrap(shown: Iterable[str], hidden: Sequence[str], caged: bool) -> Iterator[str]:
    # In a namespace of control groups, the zygote could not move students' processes to theirs
    yield from (f"--unshare-{kind}" for kind in (NAMESPACES if caged else ("all",)))
    yield from ("--die-with-parent", "--new-session", "--clearenv")
    for place in shown:
        yield from ("--ro-bind", place, place)
    yield from ("--ro-bind", str(PACKAGE), "/course/course_utils")
    yield from ("--tmpfs", SCRATCH, "--proc", "/proc", "--dev", "/dev", "--chdir", SCRATCH)
    for place in hidden:
        yield from ("--tmpfs", place)
    # bubblewrap makes these in memory, and all students would share them
    for place in ("/", "/dev", *hidden):
        yield from ("--remount-ro", place)
    for name, value in ENVIRONMENT.items():
        yield from ("--setenv", name, value)


def _container(shown: Iterable[str], hidden: Sequence[str], folder: Path, limits: Limits) -> Iterator[str]:
    yield from ("--rm", "--network=none", "--read-only", "--user=0:0")
    # The zygote needs these to shut students' processes in, which have none
    yield "--cap-drop=ALL"
    yield from (f"--cap-add={name}" for name in ("SYS_ADMIN", "SETUID", "SETGID", "SETPCAP", "KILL"))
    for option in ("seccomp=unconfined", "apparmor=unconfined", "label=disable"):
        yield f"--security-opt={option}"
    yield f"--pids-limit={2 * limits.processes + 16}"
    yield f"--memory={2 * limits.memory + 4 * limits.file + OF_ZYGOTE}m"
    # The engine's own defaults may be beyond what this user may give
    yield from ("--ulimit=nofile=1024:1024", "--ulimit=nproc=16384:16384")
    for place in (*shown, f"{PACKAGE}:/course/course_utils"):
        yield f"--volume={place if ':' in place else f'{place}:{place}'}:ro"
    yield f"--volume={folder}:{CONTROL}"
    yield from (f"--tmpfs={place}:ro" for place in hidden)
    yield from (f"--tmpfs={SCRATCH}", f"--workdir={SCRATCH}")
    yield from (f"--env={name}={value}" for name, value in ENVIRONMENT.items())
    yield IMAGE


def _run(line: list[str], given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(line, input=given, capture_output=True, check=False)


def _hiding(shown: Iterable[str], folders: Iterable[Path]) -> list[str]:
    """Where those of the folders that there are would be seen, below places that are shown."""
    found = [folder.resolve() for folder in folders if folder.is_dir()]
    return [
        str(Path(place) / folder.relative_to(Path(place).resolve()))
        for place in dict.fromkeys(shown)
        for folder in found
        if folder.is_relative_to(Path(place).resolve())
    ]
