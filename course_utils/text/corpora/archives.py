"""The bytes of a text, whether it lies plain, in a .gz or in a .zip. Nothing is ever unpacked to the disk."""

import gzip
import io
import re
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from course_utils.text.corpora.errors import ArchiveError, CorpusError

_KINDS = {".zip": ("a zip archive", b"PK\x03\x04"), ".gz": ("a gzip file", b"\x1f\x8b")}
_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
_TEXT_SUFFIXES = {".txt", ".tsv"}


def text_bytes(path: Path) -> bytes:
    """The text at `path`, unpacked in memory where it is a .gz, or a .zip that holds one .txt or .tsv.

    A member whose name begins with an underscore is a note of the publisher's, not the text.

    Raises:
        CorpusError: there is no such file, it is a folder, or it cannot be read.
        ArchiveError: the archive is damaged, escapes its folder, or does not hold exactly one text.
    """
    raw = _file_bytes(path)
    if raw.startswith(b"PK"):
        return _zip_text(raw, path)
    if raw.startswith(b"\x1f\x8b"):
        return _gunzip(raw, path)
    expect_kind(raw, path.suffix, path)
    return raw


def looks_like_html(start: bytes) -> bool:
    """Whether a file beginning so is a web page: what a network's sign-in page sends in place of any file."""
    return _HTML.match(start) is not None


def expect_kind(start: bytes, suffix: str, source: object) -> None:
    """Hold the first bytes of a file against its suffix.

    Raises:
        ArchiveError: it should be a .zip or .gz and is something else.
    """
    if suffix not in _KINDS:
        return
    kind, magic = _KINDS[suffix]
    if start.startswith(magic):
        return
    received = (
        "an HTML page"
        if looks_like_html(start)
        else f"one beginning {start[:12]!r}"
        if start
        else "an empty file"
    )
    raise ArchiveError(f"{source}: expected {kind} (a file beginning {magic!r}), received {received}.")


def _file_bytes(path: Path) -> bytes:
    if path.is_dir():
        raise CorpusError(f"{path}: expected a file, received a folder. Name the file in it.")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise CorpusError(
            f"{path}: expected a file, found nothing (looked in {path.parent.resolve()})."
        ) from None
    except OSError as error:
        raise CorpusError(f"{path}: expected a readable file, received: {error.strerror}.") from error


def _gunzip(raw: bytes, path: Path) -> bytes:
    try:
        return gzip.decompress(raw)
    except (EOFError, OSError, zlib.error) as error:
        raise ArchiveError(_damaged(path, "gzip file", raw, error)) from error


def _zip_text(raw: bytes, path: Path) -> bytes:
    # RuntimeError: a password; NotImplementedError, its subclass: an unknown compression.
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return archive.read(_only_text(archive.namelist(), path))
    except (zipfile.BadZipFile, EOFError, zlib.error, RuntimeError) as error:
        raise ArchiveError(_damaged(path, "zip archive", raw, error)) from error


def _damaged(path: Path, kind: str, raw: bytes, error: Exception) -> str:
    return (
        f"{path}: expected a whole {kind}, received {len(raw):,} bytes that do not unpack ({error}). "
        "It is probably cut short: delete it and get it again."
    )


def _only_text(members: list[str], path: Path) -> str:
    for member in members:
        if _escapes(member):
            raise ArchiveError(
                f"{path}: expected members inside the archive's own folder, received {member!r}."
            )
    texts = [name for name in members if _is_text(PurePosixPath(name))]
    if len(texts) != 1:
        raise ArchiveError(
            f"{path}: expected exactly one .txt or .tsv in the archive, received {texts or members}. "
            "Unpack it and name the file you mean."
        )
    return texts[0]


def _escapes(member: str) -> bool:
    path = PurePosixPath(member.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", member) is not None


def _is_text(member: PurePosixPath) -> bool:
    return member.suffix.lower() in _TEXT_SUFFIXES and not member.name.startswith(("_", "."))
