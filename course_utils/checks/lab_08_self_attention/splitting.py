"""Exercise 8.4: a row of numbers cut into heads."""

from __future__ import annotations

import numpy as np

from course_utils.checks.arrays import ARRAY, expect_arrays_close, expect_shape
from course_utils.checks.asserts import expect
from course_utils.checks.candidate import Candidate
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.gradients import DifferentiableCandidate
from course_utils.checks.lab_08_self_attention import oracles
from course_utils.checks.lab_08_self_attention.material import LAB, REFERENCES, draw
from course_utils.checks.lab_08_self_attention.oracles import Array

split_heads = LAB.exercise(
    "8.4",
    name="split_heads",
    title="cut into heads",
    points=2,
    difficulty=2,
    returns=ARRAY,
    candidate=DifferentiableCandidate,
    reference=f"{REFERENCES}:split_heads",
    uses=("keras", "tensorflow"),
    hints=(
        "Two steps: a reshape to (B, T, H, K), which cuts each row, and a transpose that exchanges T and H.",
        "The width of a head is x.shape[-1] // heads.",
        "ops.transpose(x, (0, 2, 1, 3))",
    ),
)

FORM = (
    "First ops.reshape to (B, T, H, K), with K = x.shape[-1] // heads; then ops.transpose(x, (0, 2, 1, 3))."
)

CUT = (
    "Use ops.reshape, ops.transpose, ops.stack: NumPy's functions, and arrays that are filled number by number, cut "
    "the way back, and so does ops.stop_gradient."
)


def cut(candidate: Candidate, x: Array, heads: int) -> Array:
    """What a call gives, of the right shape."""
    with exceptions_mean(FORM):
        got = candidate(x, heads)
    batch, length, joined = x.shape
    swapped = got.shape == (batch, length, heads, joined // heads)
    expect_shape(
        got,
        (batch, heads, length, joined // heads),
        f"x of shape {x.shape} cut into {heads} heads has another shape",
        axes="(B, H, T, K)",
        cause="The heads must stand before the places: a transpose of axes 1 and 2 is missing."
        if swapped and heads != length
        else FORM,
    )
    return np.asarray(got)


@split_heads.check(hints=("Cut first, then transpose: a reshape alone cannot change the order of numbers.",))
def each_word_is_cut(candidate, rng):
    """head h has, of each word, the h-th part of its numbers"""
    x = np.arange(2 * 5 * 6, dtype="float32").reshape(2, 5, 6) + float(rng.integers(100))
    for heads in (2, 3):
        wanted = oracles.split_heads(x, heads)
        expect_arrays_close(
            cut(candidate, x, heads),
            wanted,
            f"2 sentences of 5 words, 6 numbers each, numbered one after the other: {heads} heads",
            axes="(B, H, T, K)",
            cause=FORM,
            mistakes={
                "Reshaped straight to (B, H, T, K): that mixes words and heads. Cut to (B, T, H, K), then "
                "transpose.": x.reshape(wanted.shape),
                "Each head got every H-th number: a head is H numbers in a row. The cut is (H, K), not (K, H).": x.reshape(
                    2, 5, 6 // heads, heads
                ).transpose(0, 3, 1, 2),
                "The heads are in reverse order.": wanted[:, ::-1],
            },
        )


@split_heads.check(hints=("T = H hides an exchange of the two: both axes are of the same size then.",))
def heads_and_places_are_not_confused(candidate, rng):
    """with as many words as heads the heads still come first"""
    x = draw(rng, 2, 3, 6)
    wanted = oracles.split_heads(x, 3)
    expect_arrays_close(
        cut(candidate, x, 3),
        wanted,
        "3 words and 3 heads",
        axes="(B, H, T, K)",
        cause=FORM,
        mistakes={
            "The transpose is missing: axis 1 must be the heads, and axis 2 the places.": wanted.swapaxes(
                1, 2
            )
        },
    )


@split_heads.check(hints=("One head is the whole row, and there may be as many heads as numbers.",))
def any_number_of_heads(candidate, rng):
    """one head, or as many heads as numbers"""
    x = draw(rng, 1, 3, 5)
    for heads in (1, 5):
        expect_arrays_close(
            cut(candidate, x, heads),
            oracles.split_heads(x, heads),
            f"a row of 5 numbers cut into {heads} heads",
            axes="(B, H, T, K)",
            cause=FORM,
        )


@split_heads.check(hints=("ops.reshape and ops.transpose let a gradient through, and NumPy's do not.",))
def gradients_come_back(candidate, rng):
    """a gradient comes back through every head"""
    x = draw(rng, 2, 5, 6)
    with exceptions_mean(CUT):
        (gradient,) = candidate.gradients(x, heads=3)
    expect(
        gradient is not None,
        "a gradient must come back to x, or the kernels before it learn nothing",
        expected="a gradient",
        got="none",
        cause=CUT,
    )
    expect_arrays_close(
        gradient,
        np.ones_like(x),
        "each number of x stands once in the heads: the gradient of their sum is 1 for each",
        axes="(B, T, H · K)",
        cause="Is a part of it cut off? " + CUT,
    )
