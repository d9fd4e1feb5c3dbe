"""Exercise 10.4: a learning rate that rises, then falls with the root of the steps."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array, expect_arrays_close
from course_utils.checks.asserts import expect
from course_utils.checks.candidate import Candidate
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_10_transformer_translation import oracles
from course_utils.checks.lab_10_transformer_translation.material import LAB, NUMBER, REFERENCES, Array

learning_rate = LAB.exercise(
    "10.4",
    name="learning_rate",
    title="first up, then down",
    points=3,
    difficulty=2,
    returns=NUMBER,
    reference=f"{REFERENCES}:learning_rate",
    uses=("keras", "tensorflow"),
    hints=(
        "Number the updates from 1: n = step + 1. Two curves, n / √n³ … the smaller of them counts: ops.minimum.",
        "The first curve is n ** -0.5, the second n * warmup ** -1.5. They meet at n = warmup.",
        "width ** -0.5 * ops.minimum(n ** -0.5, n * warmup ** -1.5).",
    ),
)

FORMULA = "width^-0.5 · min(n^-0.5, n · warmup^-1.5), with n = step + 1."
OTHER_WIDTH = "All are wrong by the same factor: it must be width^-0.5, of the width that is handed over."
GRAPH = (
    "step is a tensor, of one step or of many: Python's min and if cannot choose for each of them. "
    "ops.minimum(a, b) does."
)
EXCEPTIONS = {
    "ambiguous": GRAPH,
    "truth value": GRAPH,
    "non-scalar tensor": GRAPH,
    "Python scalars": GRAPH,
    "Python bool": GRAPH,
    "expected to be a float tensor but is a int": 'A whole number must become a fraction first: ops.cast(step, "float32").',
    "division by zero": "Keras counts from 0: before the first update step is 0, so n = step + 1.",
    "negative power": "Keras counts from 0: before the first update step is 0, so n = step + 1.",
}


def rates_of(candidate: Candidate, steps: list[int], width: int, warmup: int) -> Array:
    """The rates at these steps, asked one by one."""
    with exceptions_mean(known=EXCEPTIONS):
        rates = [candidate(step, width, warmup) for step in steps]
    numbers = [expect_array(np.asarray(rate), "each step must have a rate") for rate in rates]
    for rate in numbers:
        expect(rate.size == 1, "one step has one rate", expected="one number", got=f"shape {rate.shape}")
    return np.array([float(rate.reshape(())) for rate in numbers])


def beside_the_first(rates: Array) -> Array:
    """The rates divided by the first one, which a wrong answer may have made 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(rates / rates[0])


def curve(steps: Any, width: float, warmup: int) -> Array:
    """The right rates, by the loop."""
    return np.array([oracles.learning_rate(step, 1, warmup) for step in steps]) * width


@learning_rate.check(
    hints=(
        "Keras asks with step 0 before the first update. With n = 0 the rate would be 0, and 0 ** -0.5 divides by 0.",
    )
)
def the_first_update_counts_as_number_one(candidate, rng):
    """step 0 gives the small rate of update 1: neither 0 nor infinity"""
    width, warmup = 16, 4 * int(rng.integers(5, 25))
    got, high = rates_of(candidate, [0, warmup - 1], width, warmup)
    wanted = oracles.learning_rate(0, width, warmup)
    problem = f"step 0, width {width}, warmup {warmup}: the rate must be {wanted:.3g}"
    shown = f"{got:.6g}"
    one = "Keras counts from 0: n = step + 1."
    expect(bool(np.isfinite(got)), problem, expected=f"{wanted:.6g}", got=shown, cause=one)
    expect(
        got > 0, problem, expected="more than 0", got=shown, cause=f"The first update would do nothing. {one}"
    )
    expect(
        got < high / 3 or bool(np.isclose(got, wanted, rtol=1e-4)),
        problem,
        expected=f"{wanted:.6g}",
        got=shown,
        cause="It begins high: that is what the warm-up is there to avoid. The smaller of the two curves counts, "
        "and at first that is n · warmup^-1.5.",
    )
    expect(
        got < high / 3,
        f"width {width}, warmup {warmup}: the rates at the steps 0 and {warmup - 1}",
        expected=f"{wanted:.6g} and {oracles.learning_rate(warmup - 1, width, warmup):.6g}",
        got=f"{shown} and {high:.6g}",
        cause="The rate must depend on step: n = step + 1.",
    )


@learning_rate.check(
    hints=("Half of the way up, half of the height: before `warmup`, the rate is a straight line.",)
)
def rises_along_a_line(candidate, rng):
    """during the warm-up update n has n times the rate of update 1"""
    width, warmup = 9, int(rng.integers(40, 90))
    updates = np.array([1, 2, 5, 17, warmup // 2])
    got = rates_of(candidate, (updates - 1).tolist(), width, warmup)
    expect_arrays_close(
        beside_the_first(got),
        updates.astype(float),
        f"warmup {warmup}: the rates of the updates {', '.join(map(str, updates))}, divided by that of update 1",
        cause=f"n · warmup^-1.5 is a line through 0. {FORMULA}",
        mistakes={
            "It rises with the root: the second curve is n · warmup^-1.5, without a power of n.": updates
            ** 0.5,
            "It rises with the square of n: n stands once in the second curve.": updates**2.0,
            "It begins at update 2, not 1: n = step + 1.": (updates + 1) / 2,
        },
        tolerance=1e-4,
    )


@learning_rate.check(hints=("After the warm-up four times as many updates halve the rate.",))
def falls_with_the_root(candidate, rng):
    """after the warm-up: four times as many updates, half the rate"""
    width, warmup = 4, int(rng.integers(10, 40))
    updates = warmup * np.array([1, 4, 9, 100])
    got = rates_of(candidate, (updates - 1).tolist(), width, warmup)
    expect_arrays_close(
        beside_the_first(got),
        (updates / warmup) ** -0.5,
        f"warmup {warmup}: the rates of the updates {', '.join(map(str, updates))}, divided by the first of them",
        cause=f"After the warm-up it is n^-0.5. {FORMULA}",
        mistakes={
            "It falls with n: the root is missing, n ** -0.5.": warmup / updates,
            "It stays where it was: after the warm-up it must fall.": np.ones(4),
            "It goes on rising: the smaller of the two curves counts, and they meet at n = warmup.": updates
            / warmup,
        },
        tolerance=1e-4,
    )


@learning_rate.check(hints=("The greatest rate is that of update `warmup`: 1 / √(width · warmup).",))
def is_as_high_as_the_formula_says(candidate, rng):
    """the peak is 1 / √(width · warmup)"""
    width, warmup = int(rng.integers(3, 8)) ** 2, int(rng.integers(50, 150))
    steps = [0, warmup - 1, warmup, 3 * warmup]
    got = rates_of(candidate, steps, width, warmup)
    wanted = curve(steps, width**-0.5, warmup)
    expect_arrays_close(
        got,
        wanted,
        f"width {width}, warmup {warmup}: the rates at the steps {', '.join(map(str, steps))}",
        cause=OTHER_WIDTH if np.ptp(got / wanted) < 1e-3 * abs(got[0] / wanted[0]) else FORMULA,
        mistakes={
            "The factor width^-0.5 is missing.": curve(steps, 1, warmup),
            "The factor must be width^-0.5, one divided by the root: a wider model takes smaller steps.": curve(
                steps, width**0.5, warmup
            ),
            "The factor must be width^-0.5: the root is missing.": curve(steps, 1 / width, warmup),
            "The peak is 1 here: the curves are n^-0.5 and n · warmup^-1.5.": curve(
                steps, warmup**0.5, warmup
            ),
            "The peak is that of the formula without the width, times √warmup.": curve(
                steps, (warmup / width) ** 0.5, warmup
            ),
        },
        tolerance=1e-6,
    )


@learning_rate.check(
    hints=(
        "Keras hands over a tensor. ops.minimum chooses for each place; min and if want one truth.",
        'ops.cast(step, "float32") makes fractions of whole numbers: 3 ** -0.5 is no whole number.',
    )
)
def takes_many_steps_at_once(candidate, rng):
    """an array of steps gives an array of rates"""
    width, warmup = 25, int(rng.integers(10, 30))
    steps = np.arange(0, 97, 6)
    with exceptions_mean(known=EXCEPTIONS):
        got = expect_array(candidate(steps, width, warmup), "an array of steps must give an array of rates")
    expect_arrays_close(
        got,
        curve(steps.tolist(), width**-0.5, warmup),
        f"width {width}, warmup {warmup}: the rates at the steps 0, 6, 12 …",
        cause=GRAPH,
        tolerance=1e-6,
    )
