"""Exercise 4.5: the loss of negative sampling."""

from __future__ import annotations

import math

import numpy as np

from course_utils.checks.arrays import ARRAY, expect_arrays_close, expect_shape
from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.gradients import DifferentiableCandidate
from course_utils.checks.lab_04_embeddings import oracles
from course_utils.checks.lab_04_embeddings.material import LAB, draw
from course_utils.checks.lab_04_embeddings.oracles import Array, sigmoid, softplus

negative_sampling_loss = LAB.exercise(
    "4.5",
    name="negative_sampling_loss",
    title="the loss of negative sampling",
    points=3,
    difficulty=2,
    returns=ARRAY,
    candidate=DifferentiableCandidate,
    reference="course_utils.models.skipgram:negative_sampling_loss",
    uses=("keras", "tensorflow"),
    hints=(
        "First the scores. The true one: ops.sum(centre * context, axis=-1), a number for each pair, (B,).",
        "For the false ones centre needs an axis in the middle: ops.expand_dims(centre, 1) is (B, 1, D). Times "
        "negatives, (B, N, D), and summed over the last axis, that is (B, N).",
        "-ln σ(x) is ops.softplus(-x). So: ops.softplus(-true) + ops.sum(ops.softplus(false), axis=-1).",
    ),
)

SHAPE_CAUSE = "One loss for each pair, (B,): sum over the negatives, and take no mean over the pairs."


def one_pair(true: float, *false: float) -> tuple[Array, Array, Array]:
    """Vectors of one pair with these scores."""
    centre, context = np.array([[1.0, 2.0]], "float32"), np.array([[true, 0.0]], "float32")
    return centre, context, np.array([[[0.0, score / 2] for score in false]], "float32")


@negative_sampling_loss.check(
    hints=(
        "The loss of the true pair is -ln σ(score), of each false one -ln σ(-score): mind the minus inside.",
        "With scores 1 and 2: -ln σ(1) - ln σ(-2) = 0.3133 + 2.1269.",
    )
)
def is_right_for_one_pair(candidate, rng):
    """for one pair and one negative it is the sum worked out by hand"""
    true, false = 1.0, 2.0
    got = candidate(*one_pair(true, false))
    problem = f"true score {true:g}, false score {false:g}: the loss must be -ln σ(1) - ln σ(-2) = 2.4402"
    expect_shape(got, (1,), problem, axes="(B,)", cause=SHAPE_CAUSE)
    expect_arrays_close(
        got,
        np.array([softplus(-true) + softplus(false)]),
        problem,
        cause="softplus(-true score) + softplus(false score); a score is the sum of the products, over axis -1.",
        mistakes={mistake: np.array([number]) for mistake, number in _likely(true, false).items()},
    )


def _likely(true: float, false: float) -> dict[str, float]:
    """Likely causes, and the loss that each would give for these two scores."""
    right = softplus(-true) + softplus(false)
    return {
        "The false score needs a minus: -ln σ(-score). As it is, the negatives are pulled in.": softplus(
            -true
        )
        + softplus(-false),
        "The signs are the wrong way round: the true pair should score high, the false one low.": softplus(
            true
        )
        + softplus(-false),
        "The negatives are put to the context word: they belong to the centre word.": softplus(-true)
        + softplus(0.0),
        "The negatives are not in it.": softplus(-true),
        "The true pair is not in it.": softplus(false),
        "It is the logarithm without the minus: a loss is positive.": -right,
        "These are the sigmoids: their logarithms are missing.": sigmoid(true) + sigmoid(-false),
        "These are the scores: the sigmoid and the logarithm are missing.": false - true,
        "These are cosines: a score is the dot product as it is.": softplus(-true / math.sqrt(5))
        + softplus(false / math.sqrt(5)),
        "That is log2: it must be the natural logarithm.": right / math.log(2),
        "That is a mean of the two: the paper's loss is their sum.": right / 2,
    }


@negative_sampling_loss.check(
    hints=(
        "Over the negatives: ops.sum(..., axis=-1), not a mean.",
        "Each centre meets its own negatives: ops.expand_dims(centre, 1) times negatives, (B, 1, D) · (B, N, D).",
    )
)
def adds_up_the_negatives_of_each_pair(candidate, rng):
    """each pair has its own loss, in which its negatives add up"""
    for pairs, negatives in ((5, 3), (2, 2), (3, 1)):
        # Short vectors: a score of ±10 would be the next check's business
        vectors = [draw(rng, *shape) / 2 for shape in ((pairs, 7), (pairs, 7), (pairs, negatives, 7))]
        wanted = oracles.negative_sampling_loss(*vectors)
        with exceptions_mean(CLASH):
            got = candidate(*vectors)
        problem = f"{pairs} pairs with {negatives} negatives each: there must be {pairs} losses"
        expect_shape(got, (pairs,), problem, axes="(B,)", cause=SHAPE_CAUSE)
        expect_arrays_close(
            got,
            wanted,
            problem + ", equal to slow ones",
            axes="(B,)",
            cause="Is the sum of the products taken over the last axis, and each centre put to its own negatives?",
            mistakes=_likely_sums(*vectors),
        )


def _likely_sums(centre: Array, context: Array, negatives: Array) -> dict[str, Array]:
    """Likely causes, and the losses that each would give."""
    true, first = (oracles.negative_sampling_loss(centre, context, negatives[:, :n]) for n in (0, 1))
    mean = true + (oracles.negative_sampling_loss(centre, context, negatives) - true) / negatives.shape[1]
    added = oracles.negative_sampling_loss(centre, context, negatives.sum(axis=1, keepdims=True))
    return {
        "The negatives are averaged: their losses must be added up.": mean,
        "The scores of the negatives are added up before softplus: each negative has a loss of its own.": added,
        "Only the first negative is in it.": first,
    }


CLASH = (
    "centre is (B, D) and negatives (B, N, D): give centre an axis in the middle, ops.expand_dims(centre, 1)."
)


@negative_sampling_loss.check(
    hints=(
        "σ(-1000) is 0.0 to a computer, and its logarithm infinite. ops.softplus never takes that way.",
        "-ln σ(x) = softplus(-x), also for large x.",
    )
)
def stays_right_for_large_scores(candidate, rng):
    """it is right for scores of a thousand, too"""
    for true, false in ((-1000.0, 0.0), (0.0, 1000.0), (1000.0, -1000.0), (-50.0, 90.0)):
        expect_arrays_close(
            candidate(*one_pair(true, false)),
            np.array([softplus(-true) + softplus(false)]),
            f"true score {true:g}, false score {false:g}: the loss must be {softplus(-true) + softplus(false):.6g}",
            cause="The sigmoid of a large negative number is 0 to a computer. A small number added, or a limit set, "
            "hides that and gives a wrong loss. ops.softplus(-x) is -ln σ(x) for any x.",
        )


@negative_sampling_loss.check(
    hints=("Write it with keras.ops alone: NumPy's functions give arrays, in which no gradient is left.",)
)
def lets_gradients_through(candidate, rng):
    """training can find out how each vector must move"""
    for scale in (1, 300):
        vectors = [scale**0.5 * draw(rng, *shape) for shape in ((5, 7), (5, 7), (5, 3, 7))]
        found = candidate.gradients(*vectors)
        for got, wanted, name in zip(
            found, _slopes(*vectors), ("centre", "context", "negatives"), strict=True
        ):
            expect(
                got is not None,
                f"the loss must have a gradient with respect to {name}, and has none",
                expected="a gradient",
                got="None",
                cause="A NumPy function in between cuts it off, and so does stop_gradient: use keras.ops for every "
                "step.",
            )
            expect_arrays_close(
                got,
                wanted,
                f"the gradient with respect to {name} must be that of the slow loss",
                tolerance=1e-3,
                cause="Is something rounded, cut off or stopped on the way?",
            )


def _slopes(centre: Array, context: Array, negatives: Array) -> tuple[Array, Array, Array]:
    """By hand: the slope of -ln σ(x) is σ(x) - 1, that of -ln σ(-x) is σ(x)."""
    of_centre, of_context, of_negatives = (np.zeros(each.shape) for each in (centre, context, negatives))
    for b, own in enumerate(centre):
        slope = sigmoid(oracles.dot(own, context[b])) - 1
        of_centre[b] += slope * context[b]
        of_context[b] = slope * own
        for i, negative in enumerate(negatives[b]):
            slope = sigmoid(oracles.dot(own, negative))
            of_centre[b] += slope * negative
            of_negatives[b, i] = slope * own
    return of_centre, of_context, of_negatives
