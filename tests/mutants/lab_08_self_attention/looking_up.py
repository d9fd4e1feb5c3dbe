"""Answers to exercise 8.1, look_up(query, keys, values, temperature)."""

from __future__ import annotations

import math

import numpy as np

from tests.mutants.lab_08_self_attention.bank import BANK


def softmax(scores):
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


def read(weights, values):
    return weights @ values, weights


def mutant(check, *says):
    return BANK.mutant("8.1", rejected_by=check, says=says)


PAPER, MEAN, PRODUCTS = (
    "weights_are_those_on_paper",
    "the_result_is_the_weighted_mean",
    "scores_are_products",
)
DICT, FLAT = "becomes_a_dict", "becomes_a_mean"


@mutant(PAPER, "temperature is not in it")
def forgets_the_temperature(query, keys, values, temperature):
    return read(softmax(keys @ query), values)


@mutant(PAPER, "divide them by it")
def multiplies_by_the_temperature(query, keys, values, temperature):
    return read(softmax(keys @ query * temperature), values)


@mutant(PAPER, "without its denominator")
def forgets_the_denominator(query, keys, values, temperature):
    return read(np.exp(keys @ query / temperature), values)


@mutant(PAPER, "without its denominator")
def forgets_the_denominator_of_small_numbers(query, keys, values, temperature):
    scores = keys @ query / temperature
    return read(np.exp(scores - scores.max()), values)


@mutant(PAPER, "divided by their sum")
def divides_the_scores_by_their_sum(query, keys, values, temperature):
    scores = keys @ query / temperature
    return read(scores / scores.sum(), values)


@mutant(PAPER, "belongs to the scores")
def divides_the_weights_by_the_temperature(query, keys, values, temperature):
    return read(softmax(keys @ query) / temperature, values)


@mutant(PAPER, "as in a dict")
def is_a_dict(query, keys, values, temperature):
    return read(np.eye(len(keys))[np.argmax(keys @ query)], values)


@mutant(PAPER, "first the mean of the values")
def returns_the_result_alone(query, keys, values, temperature):
    return tuple(read(softmax(keys @ query / temperature), values)[:1])


@mutant(PAPER, "must return two arrays", "return result, weights")
def returns_no_tuple(query, keys, values, temperature):
    return read(softmax(keys @ query / temperature), values)[0]


@mutant(PAPER, "first the mean of the values")
def returns_the_weights_first(query, keys, values, temperature):
    return read(softmax(keys @ query / temperature), values)[::-1]


@mutant(PAPER, "wrong axis")
def multiplies_query_by_keys(query, keys, values, temperature):
    """Goes through on paper, where there are as many entries as numbers in a key."""
    return read(softmax(query @ keys / temperature), values)


@mutant(PAPER, "your line", "keys @ query is (N,)")
def multiplies_from_the_wrong_side(query, keys, values, temperature):
    scores = np.tile(query, 2) @ keys / temperature
    return read(softmax(scores), values)


@mutant(PAPER, "compares by distance")
def compares_by_squared_distance(query, keys, values, temperature):
    return read(softmax(-((keys - query) ** 2).sum(axis=1) / temperature), values)


@mutant(MEAN, "powers of 3", "np.exp(scores / temperature)")
def takes_the_three_from_the_paper(query, keys, values, temperature):
    powers = 3.0 ** (keys @ query)
    return read(powers / powers.sum(), values)


@mutant(MEAN, "plain mean of the values")
def averages_the_values(query, keys, values, temperature):
    return np.mean(values, axis=0), softmax(keys @ query / temperature)


@mutant(MEAN, "value of the best key alone")
def takes_the_best_value(query, keys, values, temperature):
    weights = softmax(keys @ query / temperature)
    return values[np.argmax(weights)], weights


@mutant(MEAN, "number of entries")
def divides_by_the_entries(query, keys, values, temperature):
    weights = softmax(keys @ query / temperature)
    return weights @ values / len(values), weights


@mutant(MEAN, "has another shape")
def sums_over_everything(query, keys, values, temperature):
    """Right where each value is a number, and not where it is a row."""
    weights = softmax(keys @ query / temperature)
    return np.sum(weights @ values), weights


@mutant(PAPER, "cosine")
def compares_by_the_cosine(query, keys, values, temperature):
    lengths = np.linalg.norm(keys, axis=1) * np.linalg.norm(query)
    return read(softmax(keys @ query / lengths / temperature), values)


@mutant(PRODUCTS, "query · key")
def makes_the_keys_equally_long(query, keys, values, temperature):
    """The same on paper, where they are."""
    lengths = np.linalg.norm(keys, axis=1, keepdims=True)
    return read(softmax(keys / lengths * lengths.mean() @ query / temperature), values)


@mutant(PRODUCTS, "query · key")
def compares_by_distance(query, keys, values, temperature):
    """The same as long as all keys are equally long."""
    return read(softmax(-((keys - query) ** 2).sum(axis=1) / 2 / temperature), values)


@mutant(DICT, "infinity", "subtract the largest of these")
def takes_e_to_a_large_power(query, keys, values, temperature):
    with np.errstate(all="ignore"):
        powers = np.exp(keys @ query / temperature)
        return read(powers / powers.sum(), values)


@mutant(DICT, "must have all the weight")
def cuts_the_scores_off(query, keys, values, temperature):
    """Against infinity, and so that all large scores are the same."""
    return read(softmax(np.clip(keys @ query / temperature, -60, 60)), values)


@mutant(DICT, "must have all the weight")
def keeps_the_temperature_up(query, keys, values, temperature):
    return read(softmax(keys @ query / max(temperature, 0.2)), values)


@mutant(FLAT, "all five weights must be 1/5")
def keeps_the_temperature_down(query, keys, values, temperature):
    return read(softmax(keys @ query / min(temperature, 5)), values)


@BANK.alternative("8.1")
def number_by_number(query, keys, values, temperature):
    scores = [sum(q * k for q, k in zip(query, key, strict=True)) / temperature for key in keys]
    powers = [math.exp(score - max(scores)) for score in scores]
    weights = [power / sum(powers) for power in powers]
    return sum(weight * value for weight, value in zip(weights, values, strict=True)), np.array(weights)


@BANK.alternative("8.1")
def in_single_precision(query, keys, values, temperature):
    query, keys, values = (each.astype("float32") for each in (query, keys, values))
    return read(softmax(keys @ query / np.float32(temperature)), values)


@BANK.alternative("8.1")
def by_logarithms(query, keys, values, temperature):
    scores = np.einsum("nk,k->n", keys, query) / temperature
    weights = np.exp(scores - np.logaddexp.reduce(scores))
    return [np.einsum("n,n...->...", weights, values), weights]
