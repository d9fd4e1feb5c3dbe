"""A student's exception as a message: their own line, and what such an exception usually means."""

from __future__ import annotations

import linecache
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from course_utils.checks.outcome import Rejected, Status

PACKAGE_FOLDER = str(Path(__file__).parent.parent / "_")[:-1]  # ends in a separator
LIBRARY_FOLDERS = tuple(sysconfig.get_path(kind) for kind in ("stdlib", "purelib", "platlib"))
NO_FILES = ("<frozen", "<__array_function__", "<stringsource>")  # the last one is Cython's
LIKELY_CAUSES: tuple[tuple[type[BaseException], str, str], ...] = (
    (
        KeyError,
        "",
        "The table does not hold this key: ask with .get(key, default), or `if key in ...`, first.",
    ),
    (
        ZeroDivisionError,
        "",
        "What it divides by can be 0: in which case, and what should the answer be then?",
    ),
    (
        RecursionError,
        "",
        "The function calls itself without end: for which call is the answer known at once?",
    ),
    (IndexError, "only integers", "The index is not a whole number: which number belongs to this name?"),
    (
        IndexError,
        "of dimension",
        "There are fewer axes than that: axis=-1 is the last one, however many there are.",
    ),
    (IndexError, "", "There are fewer items than that: think of the shortest case."),
    (TypeError, "unhashable", "A list cannot be a key of a dict. A tuple can: tuple(...)."),
    (TypeError, "NoneType", "Something is None there: append, sort and shuffle, for example, return None."),
    (ValueError, "do not sum to 1", "p must sum to 1: divide each count by their total."),
    (ValueError, "math domain", "The logarithm of 0 or less does not exist: are these logarithms already?"),
    (
        AttributeError,
        "NoneType",
        "Something is None there: append, sort and shuffle, for example, return None.",
    ),
)


def student_error(name: str, error: BaseException) -> Rejected:
    """What the student's function raised, told as Rejected with status ERRORED."""
    line = student_line(error.__traceback__)
    described = f"{type(error).__name__}: {error}"
    if line is None and isinstance(error, TypeError):
        return Rejected(
            f"{name} could not be called with the arguments the exercise gives it",
            got=described,
            cause="Keep the first line of the function (its name and parameters) as it was.",
            status=Status.ERRORED,
        )
    return Rejected(
        f"{name} raised {described}", line=line or "", cause=_likely_cause(error), status=Status.ERRORED
    )


def _likely_cause(error: BaseException) -> str:
    return next(
        (cause for kind, text, cause in LIKELY_CAUSES if isinstance(error, kind) and text in str(error)), ""
    )


def student_line(traceback: TracebackType | None) -> str | None:
    """The last line of the student's own in a traceback: the one they can change."""
    found = None
    for frame, line_number in _frames(traceback):
        code = frame.f_code
        if is_students(code.co_filename):
            line = linecache.getline(code.co_filename, line_number, frame.f_globals).strip()
            found = f"line {line_number} of {code.co_name}: {line}"
    return found


def _frames(traceback: TracebackType | None) -> Iterator[tuple[Any, int]]:
    while traceback:
        yield traceback.tb_frame, traceback.tb_lineno
        traceback = traceback.tb_next


def is_students(filename: str) -> bool:
    """Whether code of this file is the student's: neither this package's nor a library's.

    Compiled libraries (Cython) name their sources by relative paths that lead nowhere here.
    """
    if filename.startswith((PACKAGE_FOLDER, *LIBRARY_FOLDERS, *NO_FILES)):
        return False
    return filename.startswith("<") or Path(filename).is_absolute() or bool(linecache.getlines(filename))
