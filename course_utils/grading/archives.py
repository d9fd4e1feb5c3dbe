"""Files as they come in: a notebook, a folder or a zip.

Whatever is made to harm (links, paths that lead elsewhere, devices, bombs) is refused by its name, and the
other files go on.
"""

from __future__ import annotations

import datetime
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from course_utils.grading.caps import Caps, Unreadable
from course_utils.grading.found import NOTEBOOK, ZIP, Allowance, Found, ignored, no_notebook
from course_utils.grading.zips import in_zip

LEVELS = 20  # of folders


def files(source: Path, caps: Caps = Caps()) -> Iterator[Found]:  # noqa: B008 — frozen
    """What has come in, one after another.

    Args:
        source: a notebook, a zip, or a folder of notebooks, zips and folders.

    Raises:
        Unreadable: there is no such file, or it is none of these.
    """
    if source.is_dir():
        yield from _in_folder(source, source, caps, Allowance(caps.files, caps.total_bytes))
    elif source.suffix.lower() == NOTEBOOK and source.is_file():
        yield read_file(source.resolve(), (source.name,), caps)
    elif source.suffix.lower() == ZIP and source.is_file():
        with source.open("rb") as file:
            yield from in_zip(file, (), None, caps, Allowance(caps.files, caps.total_bytes))
    else:
        raise Unreadable(f"expected a notebook, a folder or a zip, received {source}")


def _in_folder(folder: Path, top: Path, caps: Caps, allowance: Allowance) -> Iterator[Found]:
    try:
        entries = sorted(os.scandir(folder), key=lambda each: each.name)
    except OSError as error:
        yield Found(folder.relative_to(top).parts, refused=str(error))
        return
    for entry in entries:
        if ignored(entry.name):
            continue
        allowance.files -= 1
        if allowance.files < 0:
            raise Unreadable(f"expected at most {caps.files:,} files, received more")
        path = Path(entry.path)
        parts = path.relative_to(top).parts
        if entry.is_symlink():
            yield Found(parts, refused="expected a file, received a link")
        elif entry.is_dir() and len(parts) < LEVELS:
            yield from _in_folder(path, top, caps, allowance)
        else:
            yield from _one_of_folder(path, parts, caps)


def _one_of_folder(path: Path, parts: tuple[str, ...], caps: Caps) -> Iterator[Found]:
    suffix = path.suffix.lower()
    if suffix == NOTEBOOK:
        yield read_file(path, parts, caps)
    elif suffix == ZIP:
        try:
            with _opened(path) as file:
                at = _file_time(file)
                yield from in_zip(file, parts, at, caps, Allowance(caps.student_files, caps.student_bytes))
        except (Unreadable, OSError) as error:
            yield Found(parts, refused=str(error))
    else:
        yield no_notebook(parts)


def read_file(path: Path, parts: tuple[str, ...], caps: Caps) -> Found:
    """One file, or why it is refused: links are not followed."""
    try:
        with _opened(path) as file:
            content = file.read(caps.notebook_bytes + 1)
            if len(content) > caps.notebook_bytes:
                size = os.fstat(file.fileno()).st_size
                raise Unreadable(f"expected at most {caps.notebook_bytes:,} bytes, received {size:,}")
            return Found(parts, content, _file_time(file))
    except (Unreadable, OSError) as error:
        return Found(parts, refused=str(error))


def _opened(path: Path) -> IO[bytes]:
    """A file and nothing else: a pipe would never end, and a link may lead anywhere."""
    if not stat.S_ISREG(path.lstat().st_mode):
        raise Unreadable("expected a file, received a link, a pipe or a device")
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags), "rb")


def _file_time(file: IO[bytes]) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, datetime.UTC)
