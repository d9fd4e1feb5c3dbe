"""Exercise 10.5: one model made of several checkpoints."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array, expect_arrays_close, expect_shape
from course_utils.checks.asserts import expect, expect_equal
from course_utils.checks.candidate import Candidate
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_10_transformer_translation import oracles
from course_utils.checks.lab_10_transformer_translation.material import LAB, REFERENCES, Array, draw

average_weights = LAB.exercise(
    "10.5",
    name="average_weights",
    title="the mean of several checkpoints",
    points=2,
    difficulty=1,
    returns=list,
    reference=f"{REFERENCES}:average_weights",
    hints=(
        "A model's weights are a list of arrays of different shapes. The first array of the average is the mean of the "
        "checkpoints' first arrays, and so on.",
        "zip(*checkpoints) goes through the weights: each time it gives that weight of every checkpoint.",
        "[np.mean(versions, axis=0) for versions in zip(*checkpoints)]",
    ),
)

SHAPES = ((2, 3), (5,), (1, 7, 2))
ZIP = "The weights have different shapes, so they cannot be one array: take each one by itself, as with zip(*checkpoints)."
AXIS = (
    "The mean runs over the checkpoints alone: axis=0 of the versions of a weight, which keeps its own axes."
)
EXCEPTIONS = {"inhomogeneous": ZIP, "could not be broadcast": ZIP, "unsupported operand": ZIP}


def averaged(candidate: Candidate, checkpoints: list[list[Array]]) -> list[Array]:
    """The list that a call gives, as long as it must be and of arrays."""
    with exceptions_mean(known=EXCEPTIONS):
        got = candidate(checkpoints)
    wanted = len(checkpoints[0])
    expect_equal(
        len(got),
        wanted,
        f"{len(checkpoints)} checkpoints of {wanted} weights each: the average must have {wanted} weights",
        cause="The mean runs over the checkpoints; zip(*checkpoints) goes through the weights.",
    )
    problem = "each weight of the average must be an array"
    return [expect_array(each, problem, cause="" if isinstance(each, list) else AXIS) for each in got]


def drawn_checkpoints(rng: np.random.Generator, count: int) -> list[list[Array]]:
    """`count` checkpoints of a model with weights of three shapes."""
    return [[draw(rng, *shape) for shape in SHAPES] for _ in range(count)]


def expect_average(
    got: list[Array], checkpoints: list[list[Array]], mistakes: dict[str, list[Array]], problem: str
) -> None:
    """Each weight is the mean of the checkpoints'."""
    for at, (ours, wanted) in enumerate(zip(got, oracles.average_weights(checkpoints), strict=True)):
        expect_shape(ours, wanted.shape, f"weight {at} must keep its shape", cause=_cause_of_shape(ours))
        expect_arrays_close(
            ours,
            wanted,
            f"{problem}: weight {at} of the average",
            cause="Sum the weight over the checkpoints, and divide by their number.",
            mistakes={
                **{mistake: wrong[at] for mistake, wrong in mistakes.items()},
                "The fractions are cut off: leave the arrays' type as it is.": np.trunc(wanted),
                "It is rounded: round only what is printed.": np.round(wanted, 3),
            },
        )


def _cause_of_shape(ours: Array) -> str:
    if ours.shape in SHAPES:
        return "The average must have the checkpoints' order of weights."
    return AXIS


@average_weights.check(hints=("(2 + 4) / 2 = 3: the mean of two checkpoints of one number each.",))
def is_halfway_between_two(candidate, rng):
    """of two checkpoints: halfway between them"""
    low = float(rng.integers(1, 9))
    checkpoints = [[np.array([low])], [np.array([low + 4])]]
    got = averaged(candidate, checkpoints)
    expect_average(
        got,
        checkpoints,
        {
            "That is the sum: divide by the number of checkpoints.": [np.array([2 * low + 4])],
            "That is the last checkpoint alone.": [np.array([low + 4])],
            "That is the first checkpoint alone.": [np.array([low])],
            "That is the geometric mean: the sum, divided by the number.": [
                np.array([(low * low + 4 * low) ** 0.5])
            ],
        },
        f"two checkpoints, {low:g} and {low + 4:g}",
    )


@average_weights.check(hints=("The first weight has shape (2, 3), and so has its average.",))
def each_weight_keeps_its_shape(candidate, rng):
    """weights of several shapes are averaged each by itself"""
    checkpoints = drawn_checkpoints(rng, 2)
    got = averaged(candidate, checkpoints)
    expect_average(got, checkpoints, {}, "two checkpoints with weights of shapes (2, 3), (5,) and (1, 7, 2)")


def _uneven(checkpoints: list[list[Array]]) -> dict[str, list[Array]]:
    """A likely mistake with several checkpoints -> its weights."""

    def mixed(shares: list[float]) -> list[Array]:
        return [
            sum(share * each for share, each in zip(shares, weights, strict=True))
            for weights in zip(*checkpoints, strict=True)
        ]

    return {
        "Halfway to the next one, again and again, gives the last checkpoint half of the weight: sum first, divide "
        "once.": mixed([1 / 16, 1 / 16, 1 / 8, 1 / 4, 1 / 2]),
        "Only the first and the last are in it: all checkpoints count.": mixed([0.5, 0, 0, 0, 0.5]),
        "It is divided by 2, whatever the number of checkpoints.": mixed([0.5] * 5),
        "The last two alone are in it: all checkpoints count.": mixed([0, 0, 0, 0.5, 0.5]),
        "The last four alone are in it: all checkpoints count.": mixed([0, 0.25, 0.25, 0.25, 0.25]),
        "Divided by one less than the number of checkpoints.": mixed([0.25] * 5),
        "It is the median.": [np.median(weights, axis=0) for weights in zip(*checkpoints, strict=True)],
    }


@average_weights.check(hints=("Five checkpoints: each has a fifth.",))
def all_checkpoints_weigh_the_same(candidate, rng):
    """each of five checkpoints has a share of one fifth, and one alone is its own average"""
    checkpoints = drawn_checkpoints(rng, 5)
    expect_average(averaged(candidate, checkpoints), checkpoints, _uneven(checkpoints), "five checkpoints")
    alone = drawn_checkpoints(rng, 1)
    expect_average(averaged(candidate, alone), alone, {}, "one checkpoint")


@average_weights.check(
    hints=("A list that holds the checkpoint's own arrays changes with it: make new ones, as np.mean does.",)
)
def keeps_its_digits(candidate, rng):
    """small differences between large weights survive"""
    checkpoints: list[list[Any]] = [
        [np.array([1000.0, -3000.0]) + rng.integers(-64, 65, 2) / 256] for _ in range(4)
    ]
    got = averaged(candidate, checkpoints)
    wanted = oracles.average_weights(checkpoints)
    error = float(np.abs(got[0] - wanted[0]).max()) if got[0].shape == wanted[0].shape else np.inf
    expect(
        error < 1e-3,
        "weights around 1000 that differ by less than 1 must be averaged to three digits behind the point",
        expected=f"{wanted[0]}",
        got=f"{got[0]}",
        cause="Whole numbers and 16-bit numbers hold too few digits: leave the arrays' type as it is.",
    )
