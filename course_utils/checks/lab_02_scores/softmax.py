"""Exercise 2.4: softmax."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks import arrays
from course_utils.checks.arrays import expect_arrays_close
from course_utils.checks.lab_02_scores import oracles
from course_utils.checks.lab_02_scores.material import LAB
from course_utils.checks.outcome import Rejected

softmax = LAB.exercise(
    "2.4",
    name="softmax",
    title="softmax, for scores of any size",
    points=2,
    difficulty=2,
    returns=arrays.ARRAY,
    reference="course_utils.models.linear:softmax",
    hints=(
        "np.exp(scores) raises e to each of them; divide by their sum.",
        "The sum runs over the last axis: sum(axis=-1, keepdims=True) keeps an axis of length 1 to divide by.",
        "Before the exp, subtract the largest score: scores - scores.max(axis=-1, keepdims=True).",
    ),
)

ENOUGH = 1e-6  # single precision, as Keras computes, is right as well
PAPER = np.array([1, 0, 4, -1])
POWERS = np.exp(PAPER)
MISTAKES_ON_PAPER = {
    "The largest score was subtracted above the line, and not below it: the same from all.": np.exp(PAPER - 4)
    / POWERS.sum(),
    "Score over sum: that is what failed above. Raise e to the scores first.": PAPER / PAPER.sum(),
    "These are e^score: divide them by their sum.": POWERS,
    "These are e^(score − largest): divide them by their sum.": np.exp(PAPER - 4),
    "That is the sigmoid, each score by itself: divide e^score by the sum of all.": 1 / (1 + 1 / POWERS),
    "That is 2^score: the base must be e, np.exp.": 2.0**PAPER / (2.0**PAPER).sum(),
    "The smallest score got the largest share: e^score, without a minus.": 1 / POWERS / (1 / POWERS).sum(),
    "These are the logarithms: return the probabilities.": np.log(POWERS / POWERS.sum()),
    "All or nothing: that is the argmax, softmax is soft.": (PAPER == 4).astype(float),
    "Whole numbers: was the result written into an array of integers? np.exp makes a new one of floats.": (
        np.zeros(4)
    ),
}


def probabilities_of(candidate: Any, scores: np.ndarray) -> np.ndarray:
    """What the candidate gives; NumPy's warnings are silent, since the numbers themselves tell."""
    with np.errstate(all="ignore"):
        result: np.ndarray = candidate(scores)
    return result


def slowly(scores: np.ndarray) -> np.ndarray:
    """Softmax of every row by the oracle; same shape."""
    rows = [oracles.softmax(list(row)) for row in scores.reshape(-1, scores.shape[-1])]
    return np.array(rows).reshape(scores.shape)


@softmax.check(
    hints=(
        "Two steps: e to the power of each score, np.exp(scores), then divide by the sum.",
        "0.05 + 0.02 + 0.93 + 0.01 is 1, but for the rounding.",
    )
)
def matches_the_four_scores_on_paper(candidate, rng):
    """(1, 0, 4, −1) become 0.05, 0.02, 0.93, 0.01"""
    expect_arrays_close(
        probabilities_of(candidate, PAPER),
        POWERS / POWERS.sum(),
        "the scores (1, 0, 4, −1) must become 0.0463, 0.0170, 0.9305, 0.0063",
        tolerance=ENOUGH,
        cause="e^score, divided by the sum of all four: np.exp(scores) / np.exp(scores).sum().",
        mistakes=MISTAKES_ON_PAPER,
    )


@softmax.check(
    hints=(
        "Each row has its own sum: sum over the last axis, axis=-1, with keepdims=True.",
        "Without keepdims=True, rows and sums do not line up in the division.",
    )
)
def works_row_by_row(candidate, rng):
    """of a table, each row becomes probabilities"""
    scores = rng.normal(size=(3, 5))
    powers = np.exp(scores)
    try:
        got = probabilities_of(candidate, scores)
    except Rejected as error:
        error.cause = (
            error.cause
            or "With two axes, sums and maxima need axis=-1, keepdims=True, to line up with the rows."
        )
        raise
    expect_arrays_close(
        got,
        slowly(scores),
        "each row of a table of shape (3, 5) must sum to 1 by itself",
        tolerance=ENOUGH,
        axes="(B, K)",
        cause="Sum over the last axis: axis=-1, keepdims=True.",
        mistakes={
            "The columns sum to 1: the sum must run over the last axis, axis=-1.": powers
            / powers.sum(axis=0),
            "The whole table sums to 1: each row needs its own sum, axis=-1, keepdims=True.": powers
            / powers.sum(),
        },
    )


@softmax.check(hints=("axis=-1 is the last axis, however many there are; axis=1 is the last of two only.",))
def works_over_the_last_axis(candidate, rng):
    """with three axes too, the last one sums to 1"""
    scores = rng.normal(size=(2, 3, 5))
    powers = np.exp(scores)
    expect_arrays_close(
        probabilities_of(candidate, scores),
        slowly(scores),
        "of shape (2, 3, 5), the 5 numbers of each row must sum to 1",
        tolerance=ENOUGH,
        cause="axis=-1 is the last axis, however many there are.",
        mistakes={
            "The sum runs over the middle axis: axis=-1 is the last one, however many there are.": (
                powers / powers.sum(axis=1, keepdims=True)
            ),
        },
    )


TOO_LARGE = "e^1000 is more than a computer can hold. Subtract the largest score of the row first: only differences count."


def expect_stable(candidate: Any, scores: list[int], cause: str) -> None:
    """Softmax of whole-number scores equals the oracle's, and the message shows the scores."""
    shown = "(" + ", ".join(map(str, scores)) + ")"
    try:
        got = probabilities_of(candidate, np.array(scores, float))
    except Rejected as error:
        error.problem = f"for the scores {shown}, {error.problem}"
        error.cause = cause
        raise
    expected = np.array(oracles.softmax(scores))
    expect_arrays_close(
        got, expected, f"the scores {shown} must give finite probabilities", tolerance=ENOUGH, cause=cause
    )


@softmax.check(hints=("Adding the same number to all scores changes nothing. So subtract the largest.",))
def stands_large_scores(candidate, rng):
    """scores of 1000 neither overflow nor are cut"""
    expect_stable(candidate, [1000, 999, 998], TOO_LARGE)
    expect_stable(candidate, [1000, -1000, 0], TOO_LARGE)


@softmax.check(hints=("Subtract the largest score always, not only when it is large.",))
def stands_very_negative_scores(candidate, rng):
    """scores of −1000 do not vanish"""
    cause = "e^−1000 is 0 for a computer, and 0/0 no number. Subtract the largest score, also where it is negative."
    expect_stable(candidate, [-1000, -1001, -1002], cause)


@softmax.check(hints=("scores.max() is the largest of the whole table: each row needs its own.",))
def stands_rows_far_apart(candidate, rng):
    """a row far below another one still becomes probabilities"""
    scores = np.array([[1000.0, 999.0], [-1000.0, -999.0]])
    expect_arrays_close(
        probabilities_of(candidate, scores),
        slowly(scores),
        "the rows (1000, 999) and (-1000, -999) must give finite probabilities",
        tolerance=ENOUGH,
        axes="(B, K)",
        cause="With the largest score of the whole table subtracted, every power of the lower row is 0. Subtract each row's "
        "own: scores.max(axis=-1, keepdims=True).",
    )
