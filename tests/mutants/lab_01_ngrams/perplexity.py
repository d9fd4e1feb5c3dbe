"""Answers to exercise 1.4, perplexity(log_probabilities)."""

from __future__ import annotations

import math

import numpy as np

from tests.mutants.lab_01_ngrams.bank import BANK


@BANK.mutant("1.4", rejected_by="equals_the_number_of_equal_choices", says=("must be 7", "minus"))
def forgets_the_minus(log_probabilities):
    return math.exp(sum(log_probabilities) / len(log_probabilities))


@BANK.mutant("1.4", rejected_by="equals_the_number_of_equal_choices", says=("must be 7", "e, not 2"))
def takes_base_two(log_probabilities):
    return 2 ** (-sum(log_probabilities) / len(log_probabilities))


@BANK.mutant("1.4", rejected_by="equals_the_number_of_equal_choices", says=("must be 7", "e, not 2 or 10"))
def takes_base_ten(log_probabilities):
    return 10 ** (-np.mean(log_probabilities))


@BANK.mutant("1.4", rejected_by="equals_the_number_of_equal_choices", says=("must be 7", "exp"))
def forgets_exp(log_probabilities):
    return -sum(log_probabilities) / len(log_probabilities)


@BANK.mutant(
    "1.4", rejected_by="equals_the_number_of_equal_choices", says=("ValueError", "your line", "already")
)
def takes_the_logarithm_again(log_probabilities):
    return math.exp(-sum(math.log(p) for p in log_probabilities) / len(log_probabilities))


@BANK.mutant(
    "1.4", rejected_by="equals_the_number_of_equal_choices", says=("must return a float", "NumPy array")
)
def forgets_to_average(log_probabilities):
    return np.exp(-np.asarray(log_probabilities))


@BANK.mutant("1.4", rejected_by="equals_the_number_of_equal_choices", says=("must return a float", "None"))
def prints_the_perplexity(log_probabilities):
    print(math.exp(-np.mean(log_probabilities)))


@BANK.mutant("1.4", rejected_by="equals_the_number_of_equal_choices", says=("TypeError", "your line"))
def negates_the_list(log_probabilities):
    return math.exp(sum(-log_probabilities) / len(log_probabilities))


@BANK.mutant("1.4", rejected_by="equals_the_number_of_equal_choices", says=("ZeroDivisionError", "can be 0"))
def divides_by_one_less(log_probabilities):
    return math.exp(-sum(log_probabilities) / (len(log_probabilities) - 1))


@BANK.mutant("1.4", rejected_by="does_not_depend_on_length", says=("must still be", "number of tokens"))
def forgets_to_divide(log_probabilities):
    return math.exp(-sum(log_probabilities))


@BANK.mutant("1.4", rejected_by="does_not_depend_on_length", says=("must still be", "those that repeat"))
def divides_by_the_different_ones(log_probabilities):
    return math.exp(-sum(log_probabilities) / len(set(log_probabilities)))


@BANK.mutant(
    "1.4", rejected_by="averages_logarithms", says=("must give a perplexity of 4", "5", "arithmetic")
)
def averages_inverse_probabilities(log_probabilities):
    return sum(math.exp(-log) for log in log_probabilities) / len(log_probabilities)


@BANK.mutant("1.4", rejected_by="averages_logarithms", says=("must give a perplexity of 4", "3.2"))
def averages_probabilities(log_probabilities):
    return len(log_probabilities) / sum(math.exp(log) for log in log_probabilities)


@BANK.mutant("1.4", rejected_by="averages_logarithms", says=("must give a perplexity of 4", "last"))
def returns_inside_the_loop(log_probabilities):
    total = 0.0
    for log in log_probabilities:
        total += log
        return math.exp(-total)


@BANK.mutant("1.4", rejected_by="survives_a_long_text", says=("0.0", "add the logarithms", "your line"))
def multiplies_probabilities(log_probabilities):
    product = math.prod(math.exp(log) for log in log_probabilities)
    return product ** (-1 / len(log_probabilities))


@BANK.mutant("1.4", rejected_by="survives_a_long_text", says=("inf", "add the logarithms"))
def multiplies_probabilities_in_numpy(log_probabilities):
    with np.errstate(divide="ignore"):
        return np.prod(np.exp(log_probabilities)) ** (-1 / len(log_probabilities))


@BANK.mutant("1.4", rejected_by="survives_a_long_text", says=("rounded",))
def rounds_the_perplexity(log_probabilities):
    return round(math.exp(-sum(log_probabilities) / len(log_probabilities)), 2)


@BANK.alternative("1.4")
def by_numpy(log_probabilities):
    return np.exp(-np.mean(log_probabilities))


@BANK.alternative("1.4")
def by_a_running_mean(log_probabilities):
    mean = 0.0
    for i, log in enumerate(log_probabilities, start=1):
        mean += (log - mean) / i
    return 1 / math.exp(mean)


@BANK.alternative("1.4")
def by_roots(log_probabilities):
    return math.prod(math.exp(-log / len(log_probabilities)) for log in log_probabilities)


@BANK.alternative("1.4")
def by_bits(log_probabilities):
    bits = -sum(log / math.log(2) for log in log_probabilities) / len(log_probabilities)
    return 2**bits
