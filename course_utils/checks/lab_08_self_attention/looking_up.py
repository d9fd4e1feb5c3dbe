"""Exercise 8.1: a table read with soft keys."""

from __future__ import annotations

import numpy as np

from course_utils.checks.arrays import expect_arrays_close, expect_shape
from course_utils.checks.candidate import Candidate
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_08_self_attention import oracles
from course_utils.checks.lab_08_self_attention.material import LAB, REFERENCES, two_arrays
from course_utils.checks.lab_08_self_attention.oracles import Array

look_up = LAB.exercise(
    "8.1",
    name="look_up",
    title="a soft look-up",
    points=2,
    difficulty=1,
    returns=object,  # two_arrays says what is missing, in the words of the exercise
    reference=f"{REFERENCES}:look_up",
    hints=(
        "Three lines: scores = keys @ query / temperature, their softmax, weights @ values.",
        "weights = np.exp(scores - scores.max()), divided by their own sum.",
    ),
)

FORM = "return result, weights: first the mean of the values."
SOFTMAX = "The weights are softmax(query · key / temperature) over the entries."
SHAPES = (
    "keys is (N, K) and query (K,): keys @ query is (N,). weights is (N,) and values (N,) or (N, D): "
    "weights @ values."
)


def looked_up(
    candidate: Candidate, query: Array, keys: Array, values: Array, temperature: float
) -> tuple[Array, Array]:
    """What a call gives, after making sure of its form."""
    with exceptions_mean(
        known=dict.fromkeys(("mismatch", "broadcast", "not aligned", "ncompatible shapes"), SHAPES)
    ):
        got = candidate(query, keys, values, temperature)
    result, weights = two_arrays(got, "the result and the weights", FORM)
    problem = f"{len(keys)} entries, values of shape {values.shape}: the {{}} has another shape"
    cause = FORM if weights.shape == values.shape[1:] else SHAPES
    expect_shape(weights, (len(keys),), problem.format("array of weights"), axes="(N,)", cause=cause)
    expect_shape(result, values.shape[1:], problem.format("result"), cause=cause)
    return result, weights


def softmax(scores: Array) -> Array:
    """For likely mistakes."""
    powers = np.exp(scores - scores.max())
    return np.asarray(powers / powers.sum())


def drawn_table(rng: np.random.Generator, entries: int) -> tuple[Array, Array]:
    """Keys (N, 7) of length 1, and prices (N,)."""
    keys = rng.normal(size=(entries, 7))
    return keys / np.linalg.norm(keys, axis=1, keepdims=True), rng.uniform(1, 9, size=entries)


def _mistaken_weights(query: Array, keys: Array, temperature: float) -> dict[str, Array]:
    """A likely mistake -> the weights that it gives on paper."""
    scores = keys @ query
    return {
        "The temperature is not in it: divide the scores by it before the softmax.": softmax(scores),
        "The scores are multiplied by the temperature: divide them by it.": softmax(scores * temperature),
        "e^score without its denominator: divide by the sum.": 3.0**scores,
        "e^(score - largest) without its denominator: divide by the sum.": 3.0 ** (scores - 2),
        "These are scores, divided by their sum: the weights are e^(score / temperature), divided by the sum of these.": scores
        / scores.sum(),
        "The weights themselves are divided by the temperature: it belongs to the scores.": softmax(scores)
        / temperature,
        "The scores are halved. Is it the cosine, or are they divided by the root of K, too? Here the temperature alone divides.": softmax(
            scores / 2 / temperature
        ),
        "query @ keys adds up along the wrong axis, over the entries: keys @ query.": softmax(
            query @ keys / temperature
        ),
        "All weight is on the best key, as in a dict: this look-up is soft.": np.eye(4)[scores.argmax()],
        "That compares by distance: the score is the product.": softmax(
            -((keys - query) ** 2).sum(axis=1) / temperature
        ),
    }


@look_up.check(hints=("e^(score / temperature) of each entry, divided by the sum of these.",))
def weights_are_those_on_paper(candidate, rng):
    """scores 2, 1, 1, 0 at temperature 1/ln 3 give weights 9/16, 3/16, 3/16, 1/16"""
    keys = np.array([[1, 0, 1, 0], [1, 0, 0, 1], [0, 1, 1, 0], [0, 1, 0, 1]], float)
    place, temperature = int(rng.integers(4)), float(1 / np.log(3))
    scores = keys @ keys[place]
    wanted = 3.0**scores / 16
    _, weights = looked_up(candidate, keys[place], keys, rng.uniform(1, 9, size=4), temperature)
    expect_arrays_close(
        weights,
        wanted,
        f"scores {scores.astype(int).tolist()} at temperature 1/ln 3: each point of score makes a weight three times as large",
        cause=SOFTMAX,
        mistakes=_mistaken_weights(keys[place], keys, temperature),
    )


def _expect_weights_at(temperature: float, got: Array, wanted: Array, scores: Array) -> None:
    expect_arrays_close(
        got,
        wanted,
        f"temperature {temperature:.3g}: the weights must be softmax(query · key / temperature)",
        cause=SOFTMAX,
        mistakes={
            "These are powers of 3, which is right at the temperature on paper alone: np.exp(scores / temperature).": softmax(
                scores * np.log(3)
            )
        },
    )


@look_up.check(hints=("Each value times its weight, summed: weights @ values.",))
def the_result_is_the_weighted_mean(candidate, rng):
    """the result is the mean of the values with these weights"""
    keys, prices = drawn_table(rng, 5)
    query, temperature = rng.normal(size=7), float(rng.uniform(0.5, 2))
    for values in (prices, rng.normal(size=(5, 3))):
        result, got = looked_up(candidate, query, keys, values, temperature)
        wanted, weights = oracles.look_up(query, keys, values, temperature)
        _expect_weights_at(temperature, got, weights, keys @ query)
        expect_arrays_close(
            result,
            wanted,
            f"5 entries, values of shape {values.shape}: the result must be the weighted mean of the values",
            cause="weights @ values",
            mistakes={
                "That is the plain mean of the values.": values.mean(axis=0),
                "That is the value of the best key alone: it is the mean of all, each with its weight.": values[
                    weights.argmax()
                ],
                "It is divided by the number of entries: the weights sum to 1 already.": wanted / 5,
            },
        )


@look_up.check(hints=("The keys stay as they are, of whatever length: query · key, not the cosine.",))
def scores_are_products(candidate, rng):
    """a longer key scores higher: the score is the product, not the cosine"""
    keys = rng.normal(size=(5, 3)) * np.array([[1], [2], [3], [0.5], [1]])
    query, values = rng.normal(size=3), rng.uniform(1, 9, size=5)
    _, weights = looked_up(candidate, query, keys, values, 1.5)
    lengths = np.linalg.norm(keys, axis=1) * np.linalg.norm(query)
    distances = ((keys - query) ** 2).sum(axis=1)
    expect_arrays_close(
        weights,
        oracles.look_up(query, keys, values, 1.5)[1],
        "keys of different lengths: the weights must be the softmax of query · key / temperature",
        cause="The score is query · key, summed over the K numbers.",
        mistakes={
            "That is the cosine: the lengths of query and key count here.": softmax(
                keys @ query / lengths / 1.5
            ),
            "That compares by distance: the score is the product.": softmax(-distances / 1.5),
            "The scores are divided by the root of K as well: here the temperature alone divides.": softmax(
                keys @ query / 1.5 / np.sqrt(3)
            ),
        },
    )


@look_up.check(
    hints=("e^1000 is infinite: subtract the largest score before np.exp, np.exp(scores - scores.max()).",)
)
def becomes_a_dict(candidate, rng):
    """at a temperature near 0 it is a dict"""
    keys, prices = drawn_table(rng, 11)
    place = int(rng.integers(11))
    for temperature in (1e-4, 1e-6):
        result, weights = looked_up(candidate, keys[place], keys, prices, temperature)
        problem = f"the query is key {place}, the temperature {temperature:g}:"
        cause = (
            "scores / temperature is large: subtract the largest of these quotients before np.exp. What is the "
            "same for all drops out."
        )
        expect_arrays_close(
            weights, np.eye(11)[place], f"{problem} that entry must have all the weight", cause=cause
        )
        expect_arrays_close(result, prices[place], f"{problem} its value must come out as it is", cause=cause)


@look_up.check(hints=("Scores divided by a large temperature are all near 0, and e^0 = 1.",))
def becomes_a_mean(candidate, rng):
    """at a very high temperature it is the plain mean"""
    keys, prices = drawn_table(rng, 5)
    query = rng.normal(size=7)
    result, weights = looked_up(candidate, query, keys, prices, 1e9)
    expect_arrays_close(
        weights,
        np.full(5, 0.2),
        "temperature 10⁹: all five weights must be 1/5",
        cause="Nothing but the scores may differ.",
    )
    expect_arrays_close(
        result, np.asarray(prices.mean()), "temperature 10⁹: the mean of the values must come out"
    )
