"""Answers to exercise 2.4, softmax(scores)."""

from __future__ import annotations

import math

import numpy as np
import scipy.special

from tests.mutants.lab_02_scores.bank import BANK

PAPER = "matches_the_four_scores_on_paper"


def rightly(scores):
    powers = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


@BANK.mutant("2.4", rejected_by=PAPER, says=("score over sum", "e to the scores first"))
def divides_the_scores(scores):
    return scores / scores.sum(axis=-1, keepdims=True)


@BANK.mutant("2.4", rejected_by=PAPER, says=("divide them by their sum",))
def forgets_to_divide(scores):
    return np.exp(scores)


@BANK.mutant("2.4", rejected_by=PAPER, says=("largest", "divide them by their sum"))
def shifts_and_forgets_to_divide(scores):
    return np.exp(scores - scores.max(axis=-1, keepdims=True))


@BANK.mutant("2.4", rejected_by=PAPER, says=("sigmoid",))
def takes_the_sigmoid(scores):
    return 1 / (1 + np.exp(-scores))


@BANK.mutant("2.4", rejected_by=PAPER, says=("base must be e",))
def takes_powers_of_two(scores):
    powers = np.exp2(scores)
    return powers / powers.sum(axis=-1, keepdims=True)


@BANK.mutant("2.4", rejected_by=PAPER, says=("without a minus",))
def turns_the_scores_round(scores):
    return rightly(-scores)


@BANK.mutant("2.4", rejected_by=PAPER, says=("logarithms",))
def stays_with_logarithms(scores):
    return np.log(rightly(scores))


@BANK.mutant("2.4", rejected_by=PAPER, says=("argmax",))
def takes_the_largest(scores):
    return (scores == scores.max(axis=-1, keepdims=True)).astype(float)


@BANK.mutant("2.4", rejected_by=PAPER, says=("array of integers",))
def fills_an_array_like_the_scores(scores):
    result = np.zeros_like(scores)
    result[...] = rightly(scores)
    return result


@BANK.mutant("2.4", rejected_by=PAPER, says=("argument scores must stay", "x = x - ..."))
def shifts_the_callers_scores(scores):
    scores -= scores.max(axis=-1, keepdims=True)
    return np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)


@BANK.mutant("2.4", rejected_by=PAPER, says=("rounded",))
def rounds_the_probabilities(scores):
    return np.round(rightly(scores), 2)


@BANK.mutant("2.4", rejected_by=PAPER, says=("must return a", "list"))
def returns_a_list(scores):
    return list(rightly(scores))


@BANK.mutant("2.4", rejected_by="works_row_by_row", says=("the columns sum to 1", "axis=-1"))
def sums_over_the_first_axis(scores):
    powers = np.exp(scores - scores.max(axis=0))
    return powers / powers.sum(axis=0)


@BANK.mutant("2.4", rejected_by="matches_the_four_scores_on_paper", says=("not below it",))
def shifts_above_the_line_only(scores):
    return np.exp(scores - scores.max(axis=-1, keepdims=True)) / np.exp(scores).sum(axis=-1, keepdims=True)


@BANK.mutant(
    "2.4", rejected_by="matches_the_four_scores_on_paper", says=("AxisError", "axis=-1 is the last one")
)
def names_axis_one(scores):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@BANK.mutant("2.4", rejected_by="works_row_by_row", says=("whole table sums to 1",))
def sums_over_everything(scores):
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


@BANK.mutant("2.4", rejected_by="works_row_by_row", says=("broadcast", "keepdims=True"))
def drops_the_axis(scores):
    powers = np.exp(scores - scores.max())
    return powers / powers.sum(axis=-1)


@BANK.mutant("2.4", rejected_by="works_over_the_last_axis", says=("middle axis", "axis=-1"))
def sums_over_axis_one(scores):
    axis = min(1, scores.ndim - 1)
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


@BANK.mutant("2.4", rejected_by="works_over_the_last_axis", says=("another order",))
def moves_the_last_axis_to_the_front(scores):
    return rightly(scores) if scores.ndim < 3 else np.moveaxis(rightly(scores), -1, 0)


@BANK.mutant("2.4", rejected_by="stands_large_scores", says=("(1000, 999, 998)", "NaN", "largest score"))
def is_not_shifted(scores):
    powers = np.exp(scores)
    return powers / powers.sum(axis=-1, keepdims=True)


@BANK.mutant("2.4", rejected_by="stands_large_scores", says=("OverflowError", "subtract the largest"))
def takes_one_power_after_the_other(scores):
    if scores.ndim > 1:
        return np.array([takes_one_power_after_the_other(row) for row in scores])
    powers = [math.exp(score) for score in scores]
    return np.array(powers) / sum(powers)


@BANK.mutant("2.4", rejected_by="stands_large_scores", says=("(1000, 999, 998)", "subtract the largest"))
def cuts_the_scores(scores):
    powers = np.exp(np.clip(scores, -700, 700))
    return powers / powers.sum(axis=-1, keepdims=True)


@BANK.mutant("2.4", rejected_by="stands_large_scores", says=("(1000, -1000, 0)", "NaN"))
def subtracts_the_mean(scores):
    powers = np.exp(scores - scores.mean(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


@BANK.mutant("2.4", rejected_by="stands_very_negative_scores", says=("e^−1000 is 0", "negative"))
def shifts_only_what_is_large(scores):
    largest = np.maximum(scores.max(axis=-1, keepdims=True), 0)
    powers = np.exp(scores - largest)
    return powers / powers.sum(axis=-1, keepdims=True)


@BANK.alternative("2.4")
def by_scipy(scores):
    return scipy.special.softmax(scores, axis=-1)


@BANK.alternative("2.4")
def by_the_logarithm_of_the_sum(scores):
    return np.exp(scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True))


@BANK.mutant("2.4", rejected_by="stands_rows_far_apart", says=("each row's own",))
def with_the_largest_score_of_all(scores):
    powers = np.exp(scores - scores.max())
    return powers / powers.sum(axis=-1)[..., np.newaxis]


@BANK.alternative("2.4")
def row_by_row(scores):
    if scores.ndim > 1:
        return np.stack([row_by_row(row) for row in scores])
    powers = [math.exp(score - max(scores)) for score in scores]
    return np.array([power / sum(powers) for power in powers])


@BANK.alternative("2.4")
def by_keras(scores):
    import keras

    return keras.ops.softmax(scores.astype(float), axis=-1)


@BANK.alternative("2.4")
def by_keras_in_single_precision(scores):
    import keras

    return keras.ops.softmax(keras.ops.convert_to_tensor(scores, "float32"))
