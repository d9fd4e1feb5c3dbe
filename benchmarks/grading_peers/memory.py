"""What grading's processes take of the memory, by /proc, while it runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

MODULE = b"course_utils.grading.zygote"
LOOKS = 0.2  # seconds between two


@dataclass
class Peaks:
    """Bytes at most: resident of a zygote, in no file of that, and of one child beside it.

    What a child shares with the zygote that it was forked from is the zygote's; it is not there twice.
    """

    zygote: int = 0
    anonymous: int = 0
    child: int = 0


@contextmanager
def watched() -> Iterator[Peaks]:
    """Look at all zygotes and their children until the block ends."""
    peaks, over = Peaks(), threading.Event()
    watcher = threading.Thread(target=_watch, args=(peaks, over))
    watcher.start()
    try:
        yield peaks
    finally:
        over.set()
        watcher.join()


def _watch(peaks: Peaks, over: threading.Event) -> None:
    while not over.is_set():
        family = dict(_family())
        for process, parent in family.items():
            if parent in family:
                own = _private(process)
                # Once the zygote has ended, all that they shared is the child's
                if all(_of("status", zygote, "VmRSS") for zygote in _above(process, family)):
                    peaks.child = max(peaks.child, own)
            else:
                peaks.zygote = max(peaks.zygote, _of("status", process, "VmRSS"))
                peaks.anonymous = max(peaks.anonymous, _of("status", process, "RssAnon"))
        time.sleep(LOOKS)


def _above(process: int, family: dict[int, int]) -> Iterator[int]:
    """Those of the family that a process comes from."""
    while (process := family[process]) in family:
        yield process


def _family() -> Iterator[tuple[int, int]]:
    """(process, its parent) of all that run the zygote's module: forks keep its command line."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (folder / "cmdline").read_bytes().split(b"\0")
            if MODULE in command and b"bwrap" not in command[0]:
                parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
                yield int(folder.name), int(parent)


def _private(process: int) -> int:
    return sum(_of("smaps_rollup", process, f"Private_{kind}") for kind in ("Clean", "Dirty"))


def _of(file: str, process: int, name: str) -> int:
    """A row of a process's file, in bytes; 0 once it has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/{file}").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    return 0
