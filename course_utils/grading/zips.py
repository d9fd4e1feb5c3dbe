"""Zips of what students hand in: read in memory, never extracted, and believed nothing.

An entry that is made to harm is refused by its name, and the others go on.
"""

from __future__ import annotations

import datetime
import io
import os
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import IO

from course_utils.grading.caps import MEBIBYTE, Caps, Unreadable
from course_utils.grading.found import NOTEBOOK, ZIP, Allowance, Found, ignored, no_notebook

LONGEST_NAME = 255  # characters of a part of a path
# The format of zips (PKWARE, APPNOTE.TXT, 4.3): sizes in bytes, names and comments apart
LOCAL_HEADER, ENTRY, LOCATOR = 30, 46, 20
END, END_64 = struct.Struct("<12xL6x"), struct.Struct("<40xQ8x")  # of the directory; both give its size
LONGEST_END = END.size + 0xFFFF + LOCATOR + END_64.size
UNIX_TIME = 0x5455  # extra field: seconds since 1970, where the entry's own time is of an unknown time zone
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others unpack without a bound
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    ValueError,
    IndexError,
    EOFError,
)


def in_zip(
    file: IO[bytes],
    above: tuple[str, ...],
    at: datetime.datetime | None,
    caps: Caps,
    allowance: Allowance,
    nested: bool = False,
) -> Iterator[Found]:
    """What is in a zip.

    Args:
        above: the parts of its own path.
        at: when it was handed in, for a zip below another path; the times in it are its packer's word.
        nested: whether it came out of another zip.

    Raises:
        Unreadable: it is no zip, or one of too many files.
    """
    _refuse_many(file, allowance.files)
    try:
        archive = zipfile.ZipFile(file)
        entries = archive.infolist()
    except BROKEN as error:
        raise Unreadable(f"expected a zip, received what is none: {error}") from error
    with archive:
        overlapping = _overlapping(archive, entries)
        paths = [_parts(_name(info)) for info in entries]
        counts = Counter(paths)
        for info, path in zip(entries, paths, strict=True):
            if info.is_dir() or not path or (any(map(ignored, path)) and not _leads_away(info)):
                continue
            parts = (*above, *path)
            try:
                _refuse_harmful(info, path, counts[path], id(info) in overlapping)
                when = at if above else _entry_time(info)
                yield from _one_of_zip(archive, info, parts, when, caps, allowance, nested)
            except (Unreadable, OSError, *BROKEN) as error:
                yield Found(parts, refused=str(error))


def _one_of_zip(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    parts: tuple[str, ...],
    at: datetime.datetime | None,
    caps: Caps,
    allowance: Allowance,
    nested: bool,
) -> Iterator[Found]:
    suffix = os.path.splitext(parts[-1])[1].lower()
    if suffix == NOTEBOOK:
        yield Found(parts, _unpacked(archive, info, caps.notebook_bytes, caps, allowance), at)
    elif suffix == ZIP and nested:
        raise Unreadable("expected a notebook, received a zip within a zip within a zip")
    elif suffix == ZIP:
        inner = io.BytesIO(_unpacked(archive, info, caps.student_bytes, caps, allowance))
        theirs = Allowance(caps.student_files, caps.student_bytes)
        yield from in_zip(inner, parts, at, caps, theirs, nested=True)
    else:
        yield no_notebook(parts)


def _refuse_many(file: IO[bytes], most: int) -> None:
    """By the size of the directory: an entry takes 600 bytes of memory as soon as the zip is opened."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - LONGEST_END))
    end = file.read()
    bare = end[-END.size :]
    place = len(end) - END.size if bare[:4] == b"PK\5\6" and bare[-2:] == b"\0\0" else end.rfind(b"PK\5\6")
    if place < 0 or place + END.size > len(end):
        raise Unreadable("expected a zip, received what is none")
    (directory,) = END.unpack_from(end, place)
    if end[max(0, place - LOCATOR) :][:4] == b"PK\6\7" and place >= LOCATOR + END_64.size:
        (directory,) = END_64.unpack_from(end, place - LOCATOR - END_64.size)
    if directory > most * ENTRY:
        raise Unreadable(f"expected a zip of at most {most:,} files, received more")


def _name(info: zipfile.ZipInfo) -> str:
    """An entry's name; many packers write UTF-8 without saying so."""
    name = info.orig_filename
    if not info.flag_bits & 0x800 and not name.isascii():
        try:
            return name.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return name


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part for part in name.split("/") if part not in ("", "."))


def _leads_away(info: zipfile.ZipInfo) -> bool:
    """Whether a path is none below the zip, on this system or on another."""
    name = info.orig_filename.replace("\\", "/")
    return name != info.orig_filename or name[:1] == "/" or name[1:2] == ":" or ".." in name.split("/")


def _refuse_harmful(info: zipfile.ZipInfo, parts: tuple[str, ...], count: int, overlaps: bool) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    reasons = {
        "a path that leads out of the zip": _leads_away(info),
        "a name with NUL": "\0" in info.orig_filename,
        f"a name of more than {LONGEST_NAME} characters": max(map(len, parts)) > LONGEST_NAME,
        "a link": kind == stat.S_IFLNK,
        "a device or pipe": kind not in (0, stat.S_IFREG, stat.S_IFLNK, stat.S_IFDIR),
        "an encrypted one": info.flag_bits & 0x1,
        "one packed by a method that has no bound": info.compress_type not in METHODS,
        f"{count} files of this name": count > 1,
        "files that overlap, as in a zip bomb": overlaps,
    }
    for received, holds in reasons.items():
        if holds:
            raise Unreadable(f"expected a file, received {received}")


def _overlapping(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> set[int]:
    """The entries, by id(), that share bytes with others or with the directory at the end."""
    found: set[int] = set()
    ordered = sorted(entries, key=lambda info: info.header_offset)
    ends = [info.header_offset for info in ordered[1:]] + [archive.start_dir]
    for place, (info, end) in enumerate(zip(ordered, ends, strict=True)):
        if info.header_offset + LOCAL_HEADER + len(info.orig_filename) + info.compress_size > end:
            found |= {id(each) for each in ordered[place : place + 2]}
    return found


def _unpacked(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int, caps: Caps, allowance: Allowance
) -> bytes:
    """An entry's bytes, counted while they are read: what a zip says of their number is the packer's word."""
    packed = max(MEBIBYTE, caps.expansion * info.compress_size)
    limit = min(most, packed, allowance.bytes)
    content = b""
    if info.file_size <= limit:
        with archive.open(info) as file:
            content = file.read(limit + 1)
    allowance.bytes -= len(content)
    if info.file_size <= limit and len(content) <= limit:
        return content
    if limit == most:
        raise Unreadable(f"expected at most {most:,} bytes, received {info.file_size:,} or more")
    if limit == packed:
        raise Unreadable(
            f"expected at most {caps.expansion} times its packed size, received more: a zip bomb"
        )
    raise Unreadable("expected less in all, received more than is read of one zip")


def _entry_time(info: zipfile.ZipInfo) -> datetime.datetime | None:
    """When an entry was packed; None where the packer has put nothing there."""
    seconds = _unix_time(info.extra)
    try:
        if seconds is not None:
            return datetime.datetime.fromtimestamp(seconds, datetime.UTC)
        packed = datetime.datetime(*info.date_time)
        return None if packed.year == 1980 else packed.astimezone()  # of no time zone: taken for ours
    except (ValueError, OverflowError, OSError):
        return None


def _unix_time(extra: bytes) -> int | None:
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        if kind == UNIX_TIME and length >= 5 and len(extra) >= 9 and extra[4] & 1:
            return int(struct.unpack_from("<i", extra, 5)[0])
        extra = extra[4 + length :]
    return None
