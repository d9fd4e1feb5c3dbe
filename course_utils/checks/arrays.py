"""What checks assert about arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from course_utils.checks.describing import cause_of_list, describe, type_name, with_article
from course_utils.checks.outcome import Rejected
from course_utils.checks.tensors import plain

ARRAY = np.ndarray  # what an exercise declares as `returns` when its function gives an array or a tensor

SHOWN_ENTRIES = 6  # of a row of numbers that a message shows
MAYBE_ROUNDED = range(2, 6)
NUMBERS = "biuf"  # dtype.kind of truth values, whole numbers and fractions
OTHER_CONTENTS = {"U": "text", "S": "bytes", "O": "Python objects", "c": "complex numbers"}  # by dtype.kind
OBJECTS_CAUSE = "Is None among them, or are the rows of different lengths?"


def expect_array(value: Any, problem: str, *, cause: str = "") -> np.ndarray:
    """`value` as an array of numbers, for parts of a result (one of a tuple).

    Raises:
        Rejected: it is something else.
    """
    found = plain(value)
    if not isinstance(found, np.ndarray):
        raise Rejected(
            problem,
            expected="an array of numbers",
            got=f"{with_article(type_name(type(value)))}: {describe(value)}",
            cause=f"{cause_of_list(value)} {cause}".rstrip() if isinstance(value, list) else cause,
        )
    _reject_no_numbers(found, problem, cause)
    return found


def _reject_no_numbers(array: np.ndarray, problem: str, cause: str = "") -> None:
    if array.dtype.kind in NUMBERS:
        return
    kind = OTHER_CONTENTS.get(array.dtype.kind, str(array.dtype))
    raise Rejected(
        problem,
        expected="an array of numbers",
        got=f"an array of {kind}: {describe(array)}",
        cause=cause or (OBJECTS_CAUSE if array.dtype.kind == "O" else ""),
    )


def expect_shape(
    got: np.ndarray, expected: tuple[int, ...], problem: str, *, axes: str = "", cause: str = ""
) -> None:
    """The array has this shape.

    Args:
        axes: what the axes are, as in "(B, T, V)".
        cause: the likely mistake; a mere exchange or loss of axes is found out without it.
    """
    if np.shape(got) == expected:
        return
    raise Rejected(
        problem,
        expected=f"shape {expected}{f' = {axes}' if axes else ''}",
        got=f"shape {np.shape(got)}",
        cause=cause or _cause_of_shape(np.shape(got), expected),
    )


def _cause_of_shape(got: tuple[int, ...], expected: tuple[int, ...]) -> str:
    if sorted(got) == sorted(expected):
        return "The axes are all there, in another order."
    if len(got) == len(expected) - 1 and set(got) <= set(expected):
        return "An axis is gone: does a sum or a mean run over one too many, or one too early?"
    if len(got) > len(expected):
        return "There is an axis too many: is something missing that should sum over it?"
    return ""


def expect_arrays_close(
    got: np.ndarray,
    expected: np.ndarray,
    problem: str,
    *,
    tolerance: float = 1e-5,
    axes: str = "",
    cause: str = "",
    mistakes: Mapping[str, np.ndarray] | None = None,
) -> None:
    """Arrays of one shape, equal within `tolerance` (absolute for numbers below 1, relative above).

    Args:
        axes: what the axes are, as in "(B, T, V)".
        cause: the likely mistake where none of `mistakes` fits.
        mistakes: likely cause -> the array that this mistake would give.

    Raises:
        Rejected: another shape, other numbers, or no numbers at all.
    """
    _reject_no_numbers(np.asarray(got), problem)
    expect_shape(got, expected.shape, problem, axes=axes)
    wrong = ~_close(got, expected, tolerance)
    if not wrong.any():
        return
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    raise Rejected(
        problem,
        expected=_shown_around(expected, index),
        got=f"{_shown_around(got, index)} ({wrong.sum()} of {wrong.size} numbers differ)",
        cause=_cause_of_difference(got, expected, cause, mistakes or {}, tolerance),
    )


def _close(got: Any, expected: Any, tolerance: float) -> np.ndarray:
    return np.isclose(
        np.asarray(got, float), np.asarray(expected, float), rtol=tolerance, atol=tolerance, equal_nan=True
    )


def _cause_of_difference(
    got: np.ndarray, expected: np.ndarray, cause: str, mistakes: Mapping[str, np.ndarray], tolerance: float
) -> str:
    numbers = np.asarray(got, float)
    if np.isnan(numbers).any() and not np.isnan(expected).any():
        return f"NaN comes from 0/0, from infinity minus infinity, or from 0 times infinity. {cause}".rstrip()
    for mistake, array in mistakes.items():
        if np.shape(array) == numbers.shape and _close(numbers, array, tolerance).all():
            return mistake
    if any((numbers == np.round(np.asarray(expected, float), places)).all() for places in MAYBE_ROUNDED):
        return "Was it rounded? Return the numbers as they are, and round only what is printed."
    if (
        expected.size > 1
        and _close(np.sort(numbers, axis=None), np.sort(expected, axis=None), tolerance).all()
    ):
        return f"The numbers are all there, in other places. {cause}".rstrip()
    return cause


def _shown_around(array: np.ndarray, index: tuple[int, ...]) -> str:
    """The row that holds the entry at `index`, short, and where it is: "[2, 0, :] = [0.1 0.25 …]"."""
    if not index:
        return f"{float(array):.6g}"
    first = max(0, min(index[-1] - SHOWN_ENTRIES // 2, array.shape[-1] - SHOWN_ENTRIES))
    row = array[index[:-1]][first : first + SHOWN_ENTRIES]
    numbers = " ".join(f"{number:.5g}" for number in row)
    before, after = "… " * (first > 0), " …" * (first + SHOWN_ENTRIES < array.shape[-1])
    place = ", ".join(map(str, index[:-1])) + (", :" if len(index) > 1 else "")
    return f"{f'at [{place}] ' if place else ''}[{before}{numbers}{after}]"
