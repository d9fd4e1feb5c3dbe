"""The course's files as git's index holds them: what lies beside them in the folder never gets out."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

_KINDS = {"100644": False, "100755": True}  # git's modes of files; a link may lead anywhere


class NoRepository(Exception):
    """There is nothing to release from; says what there is instead."""


@dataclass(frozen=True)
class File:
    """A file's content, and whether it can be run."""

    content: bytes
    executable: bool = False


@dataclass(frozen=True)
class Repository:
    """What would be committed now.

    Attributes:
        files: path, with /, -> file.
        commit: the last commit's id.
        seconds: its time, since 1970.
        changed: paths that are not in the last commit as they are in the folder or in `files`.
    """

    files: dict[str, File]
    commit: str
    seconds: int
    changed: tuple[str, ...]


def read(root: Path) -> Repository:
    """The repository whose top folder is `root`.

    Raises:
        NoRepository: it is none, it has no commit yet, or git is not installed.
    """
    top = Path(_git(root, "rev-parse", "--show-toplevel").decode().strip())
    if top.resolve() != root.resolve():
        raise NoRepository(f"expected the top folder of the course's repository, {top}, got {root.resolve()}")
    commit, seconds = _git(root, "log", "-1", "--format=%H %ct").decode().split()
    status = _git(root, "status", "--porcelain", "--no-renames", "--untracked-files=all", "-z")
    changed = tuple(line[3:] for line in status.decode().split("\0") if line)
    return Repository(_indexed(root), commit, int(seconds), changed)


def _indexed(root: Path) -> dict[str, File]:
    entries = _git(root, "ls-files", "--stage", "-z").decode().split("\0")
    listed = [(entry.split("\t", 1)[1], *entry.split()[:2]) for entry in entries if entry]
    listed = [(path, mode, blob) for path, mode, blob in listed if mode in _KINDS]
    contents = _contents(root, [blob for _, _, blob in listed])
    return {
        path: File(content, _KINDS[mode]) for (path, mode, _), content in zip(listed, contents, strict=True)
    }


def _contents(root: Path, blobs: list[str]) -> list[bytes]:
    """Of each blob, in order: git answers with a line that ends in the size, the content and a line's end."""
    answer = _git(root, "cat-file", "--batch", given="\n".join(blobs).encode())
    contents, at = [], 0
    for _ in blobs:
        start = answer.index(b"\n", at) + 1
        at = start + int(answer[at:start].split()[-1])
        contents.append(answer[start:at])
        at += 1
    return contents


def _git(root: Path, *arguments: str, given: bytes = b"") -> bytes:
    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, input=given, capture_output=True, check=True)
    except FileNotFoundError as error:
        raise NoRepository("expected git, which knows the course's files: it is not installed") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()
        raise NoRepository(f"expected the course's git repository in {root.resolve()}: {said}") from error
    return done.stdout
