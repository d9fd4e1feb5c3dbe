"""Answers to exercise 10.4, learning_rate(step, width, warmup)."""

from __future__ import annotations

import numpy as np
from keras import ops

from tests.mutants.lab_10_transformer_translation.bank import BANK


def updates(step):
    return ops.cast(step, "float32") + 1


def mutant(check, *says):
    return BANK.mutant("10.4", rejected_by=check, says=says)


FIRST, LINE, ROOT, HIGH, MANY = (
    "the_first_update_counts_as_number_one",
    "rises_along_a_line",
    "falls_with_the_root",
    "is_as_high_as_the_formula_says",
    "takes_many_steps_at_once",
)


@mutant(FIRST, "first update would do nothing", "n = step + 1")
def counts_from_zero(step, width, warmup):
    n = ops.cast(step, "float32")
    return width**-0.5 * ops.minimum(n**-0.5, n * warmup**-1.5)


@mutant(FIRST, "counts from 0")
def divides_by_zero(step, width, warmup):
    return width**-0.5 * min(step**-0.5, step * warmup**-1.5)


@mutant(FIRST, "smaller of the two curves")
def takes_the_larger(step, width, warmup):
    n = updates(step)
    return width**-0.5 * ops.maximum(n**-0.5, n * warmup**-1.5)


@mutant(FIRST, "warm-up is there to avoid")
def has_no_warm_up(step, width, warmup):
    return width**-0.5 * updates(step) ** -0.5


@mutant(FIRST, "warm-up is there to avoid")
def waits_at_the_top(step, width, warmup):
    return (width * ops.maximum(updates(step), warmup)) ** -0.5


@mutant(LINE, "rises with the root")
def rises_with_the_root(step, width, warmup):
    n = updates(step)
    return width**-0.5 * ops.minimum(n**-0.5, n**0.5 / warmup)


@mutant(LINE, "begins at update 2")
def counts_from_two(step, width, warmup):
    n = updates(step) + 1
    return width**-0.5 * ops.minimum(n**-0.5, n * warmup**-1.5)


@mutant(ROOT, "falls with n")
def falls_too_fast(step, width, warmup):
    n = updates(step)
    return (width * warmup) ** -0.5 * ops.minimum(warmup / n, n / warmup)


@mutant(ROOT, "stays where it was")
def stays_at_the_top(step, width, warmup):
    return (width * warmup) ** -0.5 * ops.minimum(1.0, updates(step) / warmup)


@mutant(ROOT, "goes on rising")
def goes_on_rising(step, width, warmup):
    return width**-0.5 * updates(step) * warmup**-1.5


@mutant(HIGH, "factor width^-0.5 is missing")
def forgets_the_width(step, width, warmup):
    n = updates(step)
    return ops.minimum(n**-0.5, n * warmup**-1.5)


@mutant(HIGH, "one divided by the root")
def multiplies_by_the_root_of_the_width(step, width, warmup):
    n = updates(step)
    return width**0.5 * ops.minimum(n**-0.5, n * warmup**-1.5)


@mutant(HIGH, "root is missing")
def divides_by_the_width(step, width, warmup):
    n = updates(step)
    return ops.minimum(n**-0.5, n * warmup**-1.5) / width


@mutant(HIGH, "peak is 1")
def has_a_peak_of_one(step, width, warmup):
    n = updates(step)
    return ops.minimum((n / warmup) ** -0.5, n / warmup)


@mutant(MANY, "ops.minimum(a, b) does")
def chooses_with_if(step, width, warmup):
    n = step + 1
    if n < warmup:
        return width**-0.5 * n * warmup**-1.5
    return (width * n) ** -0.5


@mutant(MANY, "ops.minimum(a, b) does")
def chooses_with_min(step, width, warmup):
    n = step + 1
    return width**-0.5 * min(n**-0.5, n * warmup**-1.5)


@mutant(FIRST, "must depend on step")
def numbers_the_updates_itself(step, width, warmup):
    n = np.arange(1, np.size(step) + 1)
    return width**-0.5 * np.minimum(n**-0.5, n * warmup**-1.5)


@mutant(HIGH, "of the width that is handed over")
def knows_one_width(step, width, warmup):
    n = updates(step)
    return 128**-0.5 * ops.minimum(n**-0.5, n * warmup**-1.5)


@mutant(ROOT, "they meet at n = warmup")
def knows_one_warm_up(step, width, warmup):
    n = updates(step)
    return width**-0.5 * ops.minimum(n**-0.5, n * 4000**-1.5)


@BANK.alternative("10.4")
def as_the_paper_writes_it(step, width, warmup):
    n = updates(step)
    return width**-0.5 * ops.minimum(n**-0.5, n * warmup**-1.5)


@BANK.alternative("10.4")
def with_where(step, width, warmup):
    n = updates(step)
    return ops.where(n < warmup, n / warmup * (width * warmup) ** -0.5, 1 / ops.sqrt(width * n))


@BANK.alternative("10.4")
def with_numpy(step, width, warmup):
    n = np.asarray(step, "float64") + 1
    return np.minimum(1 / np.sqrt(n), n / warmup**1.5) / np.sqrt(width)
