"""A student's exception as a message: their own line, and what such an exception usually means."""

from __future__ import annotations

import linecache
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from course_utils.checks.outcome import Rejected, Status

PACKAGE_FOLDER = str(Path(__file__).parent.parent / "_")[:-1]  # ends in a separator
LIBRARY_FOLDERS = tuple(sysconfig.get_path(kind) for kind in ("stdlib", "purelib", "platlib"))
NO_FILES = ("<frozen", "<__array_function__", "<stringsource>")  # the last one is Cython's
REWRITTEN = "__autograph_generated_file"  # TensorFlow's own version of a function given to a dataset's map
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
    (
        UnicodeDecodeError,
        "",
        "These bytes are no whole characters: join all pieces first, and decode once. (errors='replace' puts "
        "a mark where that cannot be.)",
    ),
    (IndexError, "only integers", "The index is not a whole number: which number belongs to this name?"),
    (
        IndexError,
        "of dimension",
        "There are fewer axes than that: axis=-1 is the last one, however many there are.",
    ),
    (
        IndexError,
        "too many indices",
        "The array has fewer axes than there are indices between the brackets: print its shape.",
    ),
    (IndexError, "", "There are fewer items than that: think of the shortest case."),
    (TypeError, "unhashable", "A list cannot be a key of a dict. A tuple can: tuple(...)."),
    (
        TypeError,
        "can be converted to Python scalars",
        "float, int and what comes from math take a single number, and this is an array: np.exp, ops.exp and "
        "so on take arrays.",
    ),
    (TypeError, "NoneType", "Something is None there: append, sort and shuffle, for example, return None."),
    (ValueError, "do not sum to 1", "p must sum to 1: divide each count by their total."),
    (ValueError, "math domain", "The logarithm of 0 or less does not exist: are these logarithms already?"),
    (
        Exception,
        "is not in [0,",  # TensorFlow, of a look-up
        "An id is looked up for which the table has no row: how many rows must it have?",
    ),
    (
        Exception,
        "Matrix size-incompatible",  # TensorFlow
        "A matrix product needs the last axis of the first as long as the last but one of the second. Number "
        "by number it is a * b.",
    ),
    (
        ValueError,
        "is incompatible with the layer",  # Keras
        "Compare the two shapes: what is the size that differs, in the terms of the exercise?",
    ),
    (
        AttributeError,
        "object has no attribute 'numpy'",
        "fit runs the code without numbers first, to build a graph of it: .numpy(), float(...) and NumPy "
        "find none there.",
    ),
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


@contextmanager
def exceptions_mean(cause: str = "", known: Mapping[str, str] | None = None) -> Iterator[None]:
    """An exception in the student's code that nobody has explained yet gets this likely cause.

    Args:
        known: words of an exception -> its likely cause in this exercise, which goes before every other.
    """
    try:
        yield
    except Rejected as error:
        if error.status is Status.ERRORED:
            described = f"{error.problem} {error.got}"
            fits = (meaning for words, meaning in (known or {}).items() if words in described)
            error.cause = next(fits, error.cause or cause)
        raise


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
    if filename.startswith((PACKAGE_FOLDER, *LIBRARY_FOLDERS, *NO_FILES)) or REWRITTEN in filename:
        return False
    return filename.startswith("<") or Path(filename).is_absolute() or bool(linecache.getlines(filename))
