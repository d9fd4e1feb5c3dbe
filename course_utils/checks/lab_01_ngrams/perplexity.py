"""Exercise 1.4: perplexity."""

from __future__ import annotations

import numpy as np

from course_utils.checks import oracles
from course_utils.checks.asserts import expect_close
from course_utils.checks.lab_01_ngrams.material import LAB

perplexity = LAB.exercise(
    "1.4",
    name="perplexity",
    title="perplexity",
    points=2,
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
            candidate(
                [float(-np.log(size))] * 5,
            ),
            size,
            f"with {size} equally likely words at each step the perplexity must be {size}",
            cause="exp of minus the mean; the logarithms are natural ones, so e, not 2 or 10.",
        )


@perplexity.check(hints=("A sum grows with the text: divide by the number of tokens.",))
def does_not_depend_on_length(candidate, rng):
    """saying the same text twice changes nothing"""
    logs = [float(log) for log in np.log(rng.uniform(0.05, 1, size=7))]
    cause = "Divide by the number of tokens."
    expect_close(
        candidate(logs * 2),
        oracles.perplexity(logs),
        "twice the same text must keep its perplexity",
        cause=cause,
    )


@perplexity.check(hints=("exp(mean of the logs), not the mean of the exps.",))
def averages_logarithms(candidate, rng):
    """the mean is taken of the logarithms, before exp"""
    logs = [float(log) for log in np.log([0.5, 0.125])]
    expect_close(
        candidate(logs),
        4.0,
        "probabilities 1/2 and 1/8 must give a perplexity of 4",
        cause="2 and 8 have the geometric mean 4; an arithmetic mean of 1/P would be 5, and 1 / mean of P is 3.2.",
    )
