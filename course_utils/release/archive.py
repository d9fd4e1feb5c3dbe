"""Zip archives that are the same to the byte whenever, and wherever, they are made of the same files."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

from course_utils.release.repository import File

_UNIX = 3
_REGULAR = 0o100000
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # a zip's own


def packed(files: Mapping[str, File], seconds: int) -> bytes:
    """A zip of `files`, path -> file, in the order of their paths, all of the same time (since 1970)."""
    at = max(time.gmtime(seconds)[:6], _EARLIEST)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, at)
            entry.create_system = _UNIX  # else it would say on which system it was made
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (_REGULAR | (0o755 if files[path].executable else 0o644)) << 16
            archive.writestr(entry, files[path].content)
    return whole.getvalue()


def replace(path: Path, content: bytes) -> None:
    """Write a file in one step: a full disk leaves what was there before."""
    temporary = path.with_name(f"{path.name}.part")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
