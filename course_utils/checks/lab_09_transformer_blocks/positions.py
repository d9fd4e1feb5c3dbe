"""Exercise 9.1: a vector for each place."""

from __future__ import annotations

import numpy as np

from course_utils.checks.arrays import ARRAY, expect_arrays_close, expect_shape
from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_09_transformer_blocks import oracles
from course_utils.checks.lab_09_transformer_blocks.material import LAB
from course_utils.checks.lab_09_transformer_blocks.oracles import Array

sinusoidal_positions = LAB.exercise(
    "9.1",
    name="sinusoidal_positions",
    title="a vector for each place",
    points=2,
    difficulty=2,
    returns=ARRAY,
    reference="course_utils.models.positions:sinusoidal_positions",
    hints=(
        "Make the angles first, an array (T, D/2): place t divided by 10000^(2i/D), for i = 0 … D/2 - 1.",
        "np.arange(length)[:, None] / 10000 ** (np.arange(0, width, 2) / width) is (T, D/2).",
        "positions = np.zeros((length, width)); positions[:, 0::2] = np.sin(angles); [:, 1::2] is for the cosines.",
    ),
)

FITS = "np.arange(length)[:, None] is (T, 1), the divisors are (D/2,): together (T, D/2). Even columns are [:, 0::2]."
EXCEPTIONS = {"could not be broadcast": FITS, "broadcast input array": FITS, "ncompatible shapes": FITS}
LENGTH, WIDTH = 7, 10
TOLERANCE = 1e-4


def made(candidate, length: int, width: int) -> Array:
    """The student's table, of the right shape."""
    with exceptions_mean(known=EXCEPTIONS):
        table: Array = candidate(length, width)
    expect_shape(table, (length, width), f"{length} places, {width} numbers each", axes="(T, D)")
    expect(
        table.dtype.kind == "f",
        "sines and cosines are fractions",
        expected="an array of fractions (float)",
        got=f"an array of whole numbers ({table.dtype})",
        cause="An array of whole numbers cuts off what stands behind the point: np.zeros((length, width)) "
        "without a type is one of fractions.",
    )
    return table


def halves(table: Array) -> Array:
    """All even columns, then all odd ones."""
    return np.concatenate([table[:, 0::2], table[:, 1::2]], axis=1)


def exchanged(table: Array) -> Array:
    """Sines and cosines in each other's columns."""
    return np.stack([table[:, 1::2], table[:, 0::2]], axis=-1).reshape(table.shape)


@sinusoidal_positions.check(hints=("A row for each of `length` places, from 0 to length - 1; D columns.",))
def has_a_row_for_each_place(candidate, rng):
    """it has a row for each place and a column for each number"""
    for length, width in ((LENGTH, WIDTH), (1, 2), (13, 6)):
        made(candidate, length, width)


@sinusoidal_positions.check(
    hints=("At place 0 every angle is 0. sin 0 = 0 goes into columns 0, 2, 4 …, cos 0 = 1 into 1, 3, 5 …",)
)
def place_0_is_0_1_0_1(candidate, rng):
    """the row of place 0 is 0, 1, 0, 1, …"""
    first = oracles.sinusoidal_positions(2, WIDTH)
    expect_arrays_close(
        made(candidate, LENGTH, WIDTH)[0],
        first[0],
        "the first row is that of place 0, where all angles are 0",
        cause="sin 0 = 0 on even columns, cos 0 = 1 on odd ones.",
        mistakes={
            "The sines come first and the cosines after them: they must alternate, [:, 0::2] and [:, 1::2].": halves(
                first
            )[0],
            "The cosines are on the even columns: the sines belong there.": exchanged(first)[0],
            "The first row is that of place 1: places count from 0.": first[1],
        },
    )


@sinusoidal_positions.check(hints=("Which place a row is for does not depend on how many rows there are.",))
def does_not_depend_on_the_length(candidate, rng):
    """a place has the same vector in a longer text"""
    expect_arrays_close(
        made(candidate, LENGTH, WIDTH),
        made(candidate, 3 * LENGTH, WIDTH)[:LENGTH],
        f"the first {LENGTH} rows of {3 * LENGTH} must be the {LENGTH} rows of {LENGTH}",
        tolerance=TOLERANCE,
        cause="The angle is the place itself times a number, not the place as a share of the length.",
    )


@sinusoidal_positions.check(hints=("10000^0 = 1: the first angle is the place itself, in radians.",))
def the_first_two_columns_turn_with_the_place(candidate, rng):
    """columns 0 and 1 are sin t and cos t"""
    places = np.arange(LENGTH)
    degrees = np.deg2rad(places)
    expect_arrays_close(
        made(candidate, LENGTH, WIDTH)[:, :2],
        np.stack([np.sin(places), np.cos(places)], axis=1),
        "columns 0 and 1 must be the sine and the cosine of the place, since 10000^0 = 1",
        tolerance=TOLERANCE,
        axes="(T, 2)",
        cause="In the first pair i = 0, and the angle is t / 10000^0 = t.",
        mistakes={
            "The angles are taken for degrees: np.sin takes radians, as they are.": np.stack(
                [np.sin(degrees), np.cos(degrees)], axis=1
            ),
            "Column 1 is not the cosine of the angle of column 0: both of a pair have one angle.": np.stack(
                [np.sin(places), np.cos(places / 10_000 ** (1 / WIDTH))], axis=1
            ),
            "The pairs are in the order of rising speed: the fastest, i = 0, comes first.": oracles.sinusoidal_positions(
                LENGTH, WIDTH
            )[:, -2:],
        },
    )


def _with_frequencies(divisors: Array) -> Array:
    """The table where columns 2i and 2i + 1 turn with place / divisors[i]."""
    return _turned(np.arange(LENGTH)[:, None] / divisors)


def _turned(angles: Array) -> Array:
    """Sines and cosines in turn."""
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(LENGTH, -1)


def _wrong_angles() -> dict[str, Array]:
    """A likely mistake -> the table that it gives."""
    pairs = np.arange(WIDTH // 2)
    return {
        "The exponent is i/D: it must be 2i/D.": _with_frequencies(10_000 ** (pairs / WIDTH)),
        "The exponent is 4i/D: the even columns are 2i already.": _with_frequencies(
            10_000 ** (4 * pairs / WIDTH)
        ),
        "The exponent is i/(D/2 - 1): it must be 2i/D.": _with_frequencies(
            10_000 ** (pairs / (WIDTH / 2 - 1))
        ),
        "1000 stands where 10000 should.": _with_frequencies(1_000 ** (2 * pairs / WIDTH)),
        "The place is multiplied by 10000^(2i/D): it must be divided.": _with_frequencies(
            10_000 ** (-2 * pairs / WIDTH)
        ),
        "All pairs turn alike: // rounds the exponent down to 0, / does not.": _with_frequencies(
            np.ones(WIDTH // 2)
        ),
        "The angles are rounded down: // does that, / does not.": _turned(
            np.arange(LENGTH)[:, None] // 10_000 ** (2 * pairs / WIDTH)
        ),
    }


@sinusoidal_positions.check(
    hints=("The divisors are 10000 ** (2i / D): with D = 4 they are 1 and 100, with D = 10 1, 6.3, 39.8, …",)
)
def each_pair_turns_more_slowly(candidate, rng):
    """columns 2i and 2i + 1 turn with t / 10000^(2i/D)"""
    expect_arrays_close(
        made(candidate, LENGTH, WIDTH),
        oracles.sinusoidal_positions(LENGTH, WIDTH),
        f"{LENGTH} places, D = {WIDTH}: columns 2i and 2i + 1 must be sine and cosine of t / 10000^(2i/D)",
        tolerance=TOLERANCE,
        axes="(T, D)",
        cause="angle = t / 10000 ** (2 * i / D), with i = 0 … D/2 - 1.",
        mistakes=_wrong_angles(),
    )
