"""Exercise 1.4: perplexity."""

from __future__ import annotations

import math

import numpy as np

from course_utils.checks import oracles
from course_utils.checks.asserts import expect_close
from course_utils.checks.lab_01_ngrams.material import LAB
from course_utils.checks.outcome import Rejected

perplexity = LAB.exercise(
    "1.4",
    name="perplexity",
    title="perplexity",
    points=2,
    difficulty=1,
    returns=float,
    reference="course_utils.checks.oracles:perplexity",
    hints=(
        "A model that hesitates between 8 equally likely words at each step has a perplexity of 8.",
        "The log-probabilities are natural logarithms, at most 0. Take their mean.",
        "math.exp(-mean)",
    ),
)


@perplexity.check(hints=("Log-probabilities are negative: mind the sign before exp.",))
def equals_the_number_of_equal_choices(candidate, rng):
    """hesitating between V equally likely words gives a perplexity of V"""
    for size in (7, 2, 100):
        expect_close(
            candidate([-math.log(size)]),
            size,
            f"with {size} equally likely words the perplexity must be {size}",
            cause="exp of minus the mean. The numbers are logarithms already, natural ones, so e, not 2 or 10.",
        )


@perplexity.check(
    hints=("A sum grows with the text: divide by the number of tokens, len(log_probabilities).",)
)
def does_not_depend_on_length(candidate, rng):
    """a longer text of equal choices keeps its perplexity"""
    size = int(rng.integers(11, 99))
    for length in (2, 5, 13):
        expect_close(
            candidate([-math.log(size)] * length),
            size,
            f"with {length} words, each one of {size} equally likely ones, the perplexity must still be {size}",
            cause="Divide by the number of tokens, all of them, those that repeat too.",
        )


@perplexity.check(hints=("exp(mean of the logs), not the mean of the exps.",))
def averages_logarithms(candidate, rng):
    """the mean is taken of the logarithms, before exp"""
    expect_close(
        candidate([math.log(0.5), math.log(0.125)]),
        4.0,
        "probabilities 1/2 and 1/8 must give a perplexity of 4",
        cause="2 and 8 have the geometric mean 4. An arithmetic mean of 1/P would be 5, 1 / mean of P is 3.2, "
        "and 2 or 8 comes from the first or last word alone.",
    )


@perplexity.check(
    hints=(
        "A product of thousands of probabilities is smaller than any float: 0.0. A sum of logarithms is not.",
    )
)
def survives_a_long_text(candidate, rng):
    """a text of thousands of words has a perplexity too"""
    logs = [float(log) for log in np.log(rng.uniform(0.05, 0.5, size=5003))]
    try:
        got = candidate(logs)
    except Rejected as error:
        error.cause = UNDERFLOW
        raise
    expect_close(
        got, oracles.perplexity(logs), "a text of 5,003 words has another perplexity", cause=UNDERFLOW
    )


UNDERFLOW = (
    "The product of so many probabilities is 0.0 to a computer: add the logarithms instead, as they come."
)
