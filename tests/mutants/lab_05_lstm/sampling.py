"""Answers to exercise 5.7, sample(logits, temperature, rng)."""

from __future__ import annotations

import random

import numpy as np
from scipy.special import log_softmax, softmax

from tests.mutants.lab_05_lstm.bank import BANK


def mutant(check, *says):
    return BANK.mutant("5.7", rejected_by=check, says=says)


AT_ONE, COOLS = "draws_in_proportion_at_temperature_one", "cools_and_heats"
CHANCE, NEAR_ZERO = "chance_comes_from_rng", "survives_a_temperature_near_zero"


@mutant(AT_ONE, "np.argmax", "rng.choice")
def takes_the_likeliest(logits, temperature, rng):
    return int(np.argmax(logits / temperature))


@mutant(AT_ONE, "fixed seed")
def makes_a_generator_with_a_fixed_seed(logits, temperature, rng):
    return int(np.random.default_rng(0).choice(len(logits), p=softmax(logits / temperature)))


@mutant(AT_ONE, "drawn alike")
def draws_all_alike(logits, temperature, rng):
    return int(rng.choice(len(logits)))


@mutant(AT_ONE, "signs are wrong")
def turns_the_signs(logits, temperature, rng):
    return int(rng.choice(len(logits), p=softmax(-logits / temperature)))


@mutant(AT_ONE, "must return an int", "NumPy array")
def returns_the_probabilities(logits, temperature, rng):
    return softmax(logits / temperature)


@mutant(AT_ONE, "must return an int", "float")
def returns_a_logit(logits, temperature, rng):
    return float(rng.choice(logits, p=softmax(logits / temperature)))


@mutant(AT_ONE, "must return an int", "shape (1,)")
def draws_a_list_of_one(logits, temperature, rng):
    return rng.choice(len(logits), size=1, p=softmax(logits / temperature))


@mutant(AT_ONE, "from 0 to 2", "3", "0 to V - 1")
def counts_from_one(logits, temperature, rng):
    return int(rng.choice(len(logits), p=softmax(logits / temperature))) + 1


@mutant(AT_ONE, "sum to 1", "your line", "by their sum")
def forgets_to_normalise(logits, temperature, rng):
    return int(rng.choice(len(logits), p=2 * np.exp(logits / temperature)))


@mutant(AT_ONE, "non-negative", "your line")
def takes_logits_for_probabilities(logits, temperature, rng):
    return int(rng.choice(len(logits), p=logits / logits.sum() - 1))


@mutant(COOLS, "it multiplies here")
def multiplies_by_the_temperature(logits, temperature, rng):
    return int(rng.choice(len(logits), p=softmax(logits * temperature)))


@mutant(COOLS, "temperature changes nothing")
def ignores_the_temperature(logits, temperature, rng):
    return int(rng.choice(len(logits), p=softmax(logits)))


@mutant(COOLS, "before the softmax", "normalising")
def divides_the_probabilities(logits, temperature, rng):
    p = softmax(logits) / temperature
    return int(rng.choice(len(logits), p=p / p.sum()))


@mutant(COOLS, "twice")
def divides_twice(logits, temperature, rng):
    return int(rng.choice(len(logits), p=softmax(logits / temperature**2)))


@mutant(COOLS, "it multiplies here")
def raises_probabilities_to_the_temperature(logits, temperature, rng):
    p = softmax(logits) ** temperature
    return int(rng.choice(len(logits), p=p / p.sum()))


@mutant(CHANCE, "same seed", "np.random.choice")
def draws_from_global_chance(logits, temperature, rng):
    return int(np.random.choice(len(logits), p=softmax(logits / temperature)))


@mutant(CHANCE, "same seed", "default_rng()")
def makes_a_new_generator(logits, temperature, rng):
    return int(np.random.default_rng().choice(len(logits), p=softmax(logits / temperature)))


@mutant(CHANCE, "same seed")
def draws_from_the_random_module(logits, temperature, rng):
    return random.choices(range(len(logits)), softmax(logits / temperature))[0]


@mutant(NEAR_ZERO, "your line", "Subtract the largest")
def writes_out_the_softmax(logits, temperature, rng):
    with np.errstate(all="ignore"):
        weights = np.exp(logits / temperature)
        return int(rng.choice(len(logits), p=weights / weights.sum()))


@mutant(NEAR_ZERO, "your line", "of logits / temperature")
def raises_probabilities_to_a_power(logits, temperature, rng):
    with np.errstate(all="ignore"):
        p = softmax(logits) ** (1 / temperature)
        return int(rng.choice(len(logits), p=p / p.sum()))


@mutant(NEAR_ZERO, "must always be drawn")
def never_goes_below_a_tenth(logits, temperature, rng):
    return int(rng.choice(len(logits), p=softmax(logits / max(temperature, 0.1))))


@mutant(NEAR_ZERO, "Subtract the largest")
def goes_on_with_what_is_infinite(logits, temperature, rng):
    with np.errstate(all="ignore"):
        weights = np.nan_to_num(np.exp(logits / temperature), posinf=1e300)
        total = weights.sum()
        return int(rng.choice(len(logits), p=weights / total if np.isfinite(total) and total else None))


@BANK.alternative("5.7")
def by_choice(logits, temperature, rng):
    scaled = logits / temperature
    weights = np.exp(scaled - scaled.max())
    return rng.choice(len(logits), p=weights / weights.sum())


@BANK.alternative("5.7")
def by_gumbel_noise(logits, temperature, rng):
    return int(np.argmax(logits / temperature + rng.gumbel(size=len(logits))))


@BANK.alternative("5.7")
def by_the_cumulative_distribution(logits, temperature, rng):
    shares = np.cumsum(np.exp(log_softmax(logits / temperature)))
    return int(np.searchsorted(shares, rng.uniform(0, shares[-1])))


@BANK.alternative("5.7")
def by_drawing_one_of_many(logits, temperature, rng):
    return int(rng.multinomial(1, softmax((logits - logits.max()) / temperature)).argmax())
