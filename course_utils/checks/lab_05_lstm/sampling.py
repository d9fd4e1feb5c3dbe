"""Exercise 5.7: drawing a word with a temperature."""

from __future__ import annotations

import math

import numpy as np

from course_utils.checks.asserts import expect
from course_utils.checks.describing import describe
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_05_lstm import oracles
from course_utils.checks.lab_05_lstm.material import LAB
from course_utils.checks.lab_05_lstm.oracles import Array
from course_utils.checks.outcome import Rejected

sample = LAB.exercise(
    "5.7",
    name="sample",
    title="draw a word with a temperature",
    points=2,
    difficulty=1,
    returns=int,
    reference="course_utils.models.language:sample",
    hints=(
        "Divide the logits by the temperature, take the softmax, draw.",
        "The softmax is the same when the largest logit is subtracted from all: then no exp gets too large.",
        "rng.choice(len(probabilities), p=probabilities) draws an id.",
    ),
)

DRAWS = 1600  # shares that the mistakes below give are told apart by 4 standard deviations


def draws(candidate, logits: Array, temperature: float, rng: np.random.Generator, count: int) -> list[int]:
    """Ids that so many independent generators draw, after making sure that they are ids."""
    offset = int(rng.integers(1_000_000))
    with exceptions_mean(known={"do not sum to 1": "p must sum to 1: divide the weights by their sum."}):
        ids = [
            int(candidate(logits, temperature, np.random.default_rng(offset + seed))) for seed in range(count)
        ]
    outside = [id for id in ids if not 0 <= id < len(logits)]
    expect(
        not outside,
        f"with {len(logits)} logits it must return an id from 0 to {len(logits) - 1}",
        expected=f"0 to {len(logits) - 1}",
        got=outside[:1],
        cause="The ids of V tokens are 0 to V - 1.",
    )
    return ids


def expect_share(share: float, wanted: float, problem: str, mistakes: dict[str, float]) -> None:
    """The share of one id among DRAWS draws, within seven standard deviations: a failure in 10^8 or rarer."""
    nearest = min(mistakes, key=lambda mistake: abs(share - mistakes[mistake]))
    fits = abs(share - mistakes[nearest]) <= _margin(mistakes[nearest])
    expect(
        abs(share - wanted) < _margin(wanted),
        problem,
        expected=f"about {wanted:.2f}",
        got=f"{share:.2f}",
        cause=nearest if fits else "The probabilities are the softmax of logits / temperature.",
    )


def _margin(share: float) -> float:
    return 7 * math.sqrt(share * (1 - share) / DRAWS)


@sample.check(hints=("Draw with p=probabilities. The likeliest id alone would be np.argmax.",))
def draws_in_proportion_at_temperature_one(candidate, rng):
    """at temperature 1 the probabilities are the softmax of the logits"""
    logits = np.log(np.array([0.1, 0.7, 0.2]))
    share = draws(candidate, logits, 1.0, rng, DRAWS).count(1) / DRAWS
    expect_share(
        share,
        0.7,
        "logits that are the logarithms of 0.1, 0.7 and 0.2: id 1 must be drawn in about 70 % of cases",
        {
            "The same id each time: np.argmax always takes the likeliest, and a generator made in the function "
            "with a fixed seed always draws the same. Draw with rng.choice(..., p=...).": float(round(share)),
            "All ids are drawn alike: p=probabilities is missing.": 1 / 3,
            "The signs are wrong: the least likely id is drawn most.": 1 / (1 + 7 + 3.5),
        },
    )


@sample.check(hints=("logits / temperature, before the softmax.",))
def cools_and_heats(candidate, rng):
    """a low temperature sharpens the choice, a high one flattens it"""
    for temperature, likelier in ((0.3, 0.65), (3.0, 0.9)):  # where the mistakes give other shares by far
        logits = np.log(np.array([likelier, 1 - likelier]))
        share = draws(candidate, logits, temperature, rng, DRAWS).count(0) / DRAWS
        wanted = oracles.tempered(logits, temperature)[0]
        expect_share(
            share,
            float(wanted),
            f"logits ln {likelier:g} and ln {1 - likelier:.1g} at temperature {temperature:.2g}: id 0 must be drawn in about {wanted:.0%} of cases",
            {
                "Divide by the temperature: it multiplies here.": float(
                    oracles.tempered(logits, 1 / temperature)[0]
                ),
                "The temperature changes nothing: it must divide the logits before the softmax. Probabilities "
                "that are divided by it are the same again after normalising.": likelier,
                "The logits are divided by the temperature twice.": float(
                    oracles.tempered(logits, temperature**2)[0]
                ),
            },
        )


@sample.check(hints=("Draw from rng, which is given: not from np.random, and not from a new generator.",))
def chance_comes_from_rng(candidate, rng):
    """the same seed gives the same id, other seeds others"""
    logits, seeds = np.zeros(101), rng.integers(1_000_000, size=13)
    drawn = [int(candidate(logits, 1.0, np.random.default_rng(seed))) for seed in seeds]
    again = [int(candidate(logits, 1.0, np.random.default_rng(seed))) for seed in seeds]
    expect(
        drawn == again,
        "generators of the same seed must draw the same id",
        expected="the same id twice",
        got=next((f"{a} and then {b}" for a, b in zip(drawn, again, strict=True) if a != b), ""),
        cause="Draw with rng.choice: np.random.choice and a new default_rng() do not know its seed.",
    )
    expect(
        len(set(drawn)) > 1,  # 13 times the same of 101 equal ones: once in 10^24 times
        "generators of different seeds must draw different ids",
        expected="several ids of 101 equally likely ones",
        got=f"13 times {drawn[0]}",
        cause="Draw with rng, the generator that is given.",
    )


@sample.check(
    hints=(
        "Subtract the largest number before exp: np.exp(x - x.max()) is at most 1.",
        "Divide by the temperature first, then subtract the largest.",
    )
)
def survives_a_temperature_near_zero(candidate, rng):
    """near 0 it takes the largest logit, also where e^logit would be infinite or 0"""
    many = [0.05, *[0.0] * 99]  # the likeliest of them has 0.01, and 0.01 to the power of 1000 is 0
    first = int(rng.integers(3))
    lists = ([3.0, 1.0, 2.0], [-998.0, -999.0, -1000.0], [900.0, 500.0, 899.0], many)
    for largest, numbers in enumerate(lists, start=first):  # the largest stands elsewhere in each
        largest %= len(numbers)
        logits = numbers[1:]
        logits.insert(largest, numbers[0])
        try:
            drawn = draws(candidate, np.array(logits), 0.001, rng, 13)
        except Rejected as error:
            error.cause = OVERFLOW
            raise
        expect(
            set(drawn) == {largest},
            f"logits {describe(logits, 40)} at temperature 0.001: id {largest} must always be drawn",
            expected=f"id {largest}",
            got=f"ids {sorted(set(drawn))}",
            cause=OVERFLOW,
        )


OVERFLOW = "e^1000 is infinite and e^-1000 is 0 to a computer. Subtract the largest of logits / temperature before exp."
