"""The zip that a student hands in: the notebook, and a manifest that says whose and which it is.

Its format: one `*.ipynb`, and `manifest.json` with format (1), student (null where unknown), lab ("08"),
sha256 (of the notebook's bytes), packed_at (ISO 8601, UTC), course (version, commit) and packages (name ->
version). A grader needs the notebook alone.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import platform
import re
import zipfile
import zlib
from copy import deepcopy
from importlib.metadata import PackageNotFoundError, version
from itertools import count
from pathlib import Path
from typing import Any

from course_utils.submission.reading import NoSubmission, Notebook
from course_utils.submission.released import released

FORMAT = 1
LARGEST = 20 * 1024 * 1024  # bytes of a notebook; graders take three times that
LARGE_OUTPUT = 1024 * 1024  # bytes of one cell's outputs, in which no figure of the labs comes near
HARMLESS = 50  # times its packed size
PACKAGES = ("keras", "numpy", "tensorflow", "tensorflow-text")
STUDENT = re.compile(r"[^\W_][\w.@+-]{0,63}")  # letters of any alphabet; it becomes part of a file's name


def large_outputs(notebook: Notebook) -> dict[int, int]:
    """Bytes of the outputs of each cell that has printed far too much, by the cell's number from 1."""
    sizes = {
        number: len(json.dumps(cell.get("outputs", [])))
        for number, cell in enumerate(notebook.raw["cells"], 1)
    }
    return {number: size for number, size in sizes.items() if size > LARGE_OUTPUT}


def without(notebook: Notebook, cells: dict[int, int]) -> bytes:
    """The notebook's bytes without the outputs of these cells, by their numbers."""
    raw = deepcopy(notebook.raw)
    for number in cells:
        raw["cells"][number - 1]["outputs"] = []
    return (json.dumps(raw, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass")


def pack(notebook: Notebook, content: bytes, student: str | None, at: datetime.datetime) -> bytes:
    """The zip to hand in; `content` is the notebook's, with or without its outputs.

    Raises:
        NoSubmission: the notebook is larger than graders take.
    """
    if len(content) > LARGEST:
        raise NoSubmission(
            f"expected at most {LARGEST / 1e6:.0f} MB, this notebook has {len(content) / 1e6:.1f} MB. In "
            "JupyterLab: Edit, Clear Outputs of All Cells, save, and try again"
        )
    whole = io.BytesIO()
    # What packs too well looks like a zip bomb to graders.
    tight = len(content) > HARMLESS * len(zlib.compress(content))
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        method = zipfile.ZIP_STORED if tight else zipfile.ZIP_DEFLATED
        archive.writestr(f"{lab_name(notebook)}.ipynb", content, method)
        archive.writestr("manifest.json", json.dumps(manifest(notebook, content, student, at), indent=1))
    return whole.getvalue()


def manifest(
    notebook: Notebook, content: bytes, student: str | None, at: datetime.datetime
) -> dict[str, Any]:
    """What the zip says of itself; see the module for its fields."""
    course = released()
    return {
        "format": FORMAT,
        "student": student,
        "lab": notebook.lab.id,
        "sha256": hashlib.sha256(content).hexdigest(),
        "packed_at": at.astimezone(datetime.UTC).isoformat(timespec="seconds"),
        "course": {"version": course.version, "commit": course.commit},
        "packages": {"python": platform.python_version(), **_versions()},
    }


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # tensorflow-text is not there for Windows
            found[name] = ""
    return found


def lab_name(notebook: Notebook) -> str:
    """The lab's own name, as 08_self_attention, whatever the student's file is called."""
    return released().lab(notebook.lab.id)[0]


def checked_student(student: str) -> str:
    """The student's id, without spaces around; raises NoSubmission where it cannot be one."""
    student = student.strip()
    if not STUDENT.fullmatch(student):
        raise NoSubmission(
            f"expected your id, of letters, digits and . _ @ + - (64 at most), got {student!r}"
        )
    return student


def write(content: bytes, notebook: Notebook, student: str | None, out: Path | None) -> Path:
    """Write the zip and give back its path; one from before is never overwritten.

    Raises:
        NoSubmission: there is a file at `out` already, or no folder for it.
    """
    if out is not None:
        return _write_new(out, content)
    stem = "_".join([*([student] if student else []), lab_name(notebook)])
    for number in count(1):
        path = Path(f"{stem}.zip" if number == 1 else f"{stem}-{number}.zip")
        if not path.exists():
            return _write_new(path, content)
    raise AssertionError("count ends")


def _write_new(path: Path, content: bytes) -> Path:
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise NoSubmission(f"there is a file {path} already: name another with --out") from error
    except FileNotFoundError as error:
        raise NoSubmission(f"expected a folder for {path}, there is none") from error
    except OSError:
        path.unlink(missing_ok=True)  # half a zip would pass for a whole one
        raise
    return path
