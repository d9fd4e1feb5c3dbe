"""What checks assert. Each raises Rejected with what was expected, what came and the likely cause."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from course_utils.checks.describing import describe
from course_utils.checks.outcome import Rejected


def expect(holds: bool, problem: str, *, expected: str = "", got: Any = "", cause: str = "") -> None:
    """The property holds; `got` may be any value and is shown short."""
    if not holds:
        raise Rejected(
            problem, expected=expected, got=got if isinstance(got, str) else describe(got), cause=cause
        )


def expect_equal(got: Any, expected: Any, problem: str, *, cause: str = "") -> None:
    """Equal plain values (numbers, texts, lists, tuples)."""
    if got != expected:
        raise Rejected(problem, expected=describe(expected), got=describe(got), cause=cause)


def _show_entry(key: Any, count: float) -> str:
    return f"{describe(key)}: {count}"


def expect_same_counts(
    got: Mapping[Any, float],
    expected: Mapping[Any, float],
    problem: str,
    *,
    show: Callable[[Any, float], str] = _show_entry,
    cause: str = "",
) -> None:
    """The same counts; what is shown are the first few entries that differ, not two long tables.

    Args:
        show: an entry, its key and its count, as text.
    """
    got_counts = {key: count for key, count in dict(got).items() if count}
    wanted = dict(expected)
    different = [key for key in {**wanted, **got_counts} if got_counts.get(key, 0) != wanted.get(key, 0)]
    if different:
        shown = different[:3]
        raise Rejected(
            problem,
            expected=", ".join(show(key, wanted.get(key, 0)) for key in shown),
            got=", ".join(show(key, got_counts.get(key, 0)) for key in shown),
            cause=cause,
        )


def expect_close(
    got: float, expected: float, problem: str, *, tolerance: float = 1e-9, cause: str = ""
) -> None:
    """Two numbers equal within a relative `tolerance`; NaN and rounding are named as such."""
    number = float(got)
    if math.isnan(number):
        cause = "NaN comes from 0/0, or from infinity minus infinity." + (f" {cause}" if cause else "")
    elif any(number == round(expected, places) for places in range(2, 7)):
        cause = (
            f"{cause} Or was it rounded? Return the number as it is, and round only what is printed.".lstrip()
        )
    if not math.isclose(number, expected, rel_tol=tolerance, abs_tol=tolerance):
        wanted, shown = _told_apart(expected, number, 9)
        raise Rejected(problem, expected=wanted, got=shown, cause=cause)


def _told_apart(expected: float, got: float, digits: int) -> tuple[str, str]:
    """Both numbers with `digits` digits, or with as many more as it takes to see that they differ."""
    for places in range(digits, 18):
        texts = f"{expected:.{places}g}", f"{got:.{places}g}"
        if texts[0] != texts[1]:
            break
    return texts


def expect_sums_to_one(probabilities: Sequence[float], problem: str, *, cause: str = "") -> None:
    """Probabilities that are non-negative and sum to 1 (±1e-9, the rounding of a few hundred terms)."""
    if min(probabilities) < 0:
        raise Rejected(problem, expected="none below 0", got=f"{min(probabilities):.6g}", cause=cause)
    total = math.fsum(probabilities)
    if not math.isclose(total, 1, abs_tol=1e-9):
        raise Rejected(
            problem, expected="a sum of 1", got=f"a sum of {_told_apart(1, total, 6)[1]}", cause=cause
        )
