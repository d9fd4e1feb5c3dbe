"""Answers to exercise 2.7, sample_words(words, probabilities, count, rng)."""

# ruff: noqa: B007, B905
from __future__ import annotations

import random

import numpy as np

from tests.mutants.lab_02_scores.bank import BANK

CERTAIN = "draws_what_is_certain"


def draw(words, probabilities, count, rng):
    return [str(word) for word in rng.choice(words, size=count, p=probabilities)]


@BANK.mutant("2.7", rejected_by=CERTAIN, says=("with count = 13", "draws one word only"))
def draws_one_word(words, probabilities, count, rng):
    return draw(words, probabilities, 1, rng)


@BANK.mutant("2.7", rejected_by=CERTAIN, says=("must return a list", "str"))
def returns_a_word(words, probabilities, count, rng):
    return str(rng.choice(words, p=probabilities))


@BANK.mutant("2.7", rejected_by=CERTAIN, says=("one of the words", "words[number]"))
def returns_numbers(words, probabilities, count, rng):
    return [int(number) for number in rng.choice(len(words), size=count, p=probabilities)]


@BANK.mutant("2.7", rejected_by=CERTAIN, says=("has probability 1", "no softmax here"))
def takes_the_softmax_again(words, probabilities, count, rng):
    powers = np.exp(probabilities)
    return draw(words, powers / powers.sum(), count, rng)


@BANK.mutant("2.7", rejected_by=CERTAIN, says=("has probability 1", "are the probabilities used"))
def forgets_the_probabilities(words, probabilities, count, rng):
    return [str(word) for word in rng.choice(words, size=count)]


@BANK.mutant("2.7", rejected_by=CERTAIN, says=("same order",))
def sorts_the_words(words, probabilities, count, rng):
    return draw(sorted(words), probabilities, count, rng)


@BANK.mutant("2.7", rejected_by=CERTAIN, says=("ValueError", "replace is False"))
def draws_no_word_twice(words, probabilities, count, rng):
    return [str(word) for word in rng.choice(words, size=count, p=probabilities, replace=False)]


@BANK.mutant("2.7", rejected_by="draws_from_the_generator_given", says=("same seed", "np.random.random"))
def draws_from_numpys_own_chance(words, probabilities, count, rng):
    return [str(word) for word in np.random.choice(words, size=count, p=probabilities)]


@BANK.mutant("2.7", rejected_by="draws_from_the_generator_given", says=("same seed", "the module random"))
def draws_from_the_random_module(words, probabilities, count, rng):
    return random.choices(words, weights=list(probabilities), k=count)


@BANK.mutant("2.7", rejected_by="draws_from_the_generator_given", says=("same seed",))
def makes_a_generator_without_a_seed(words, probabilities, count, rng):
    return draw(words, probabilities, count, np.random.default_rng())


@BANK.mutant("2.7", rejected_by="draws_from_the_generator_given", says=("different seeds", "default_rng(0)"))
def makes_a_generator_of_its_own(words, probabilities, count, rng):
    return draw(words, probabilities, count, np.random.default_rng(0))


@BANK.mutant("2.7", rejected_by="draws_anew_for_each_word", says=("all throws are alike", "likeliest"))
def takes_the_likeliest_word(words, probabilities, count, rng):
    return [words[int(np.argmax(probabilities))]] * count


@BANK.mutant("2.7", rejected_by="draws_anew_for_each_word", says=("once, before the loop",))
def repeats_one_draw(words, probabilities, count, rng):
    return draw(words, probabilities, 1, rng) * count


@BANK.mutant("2.7", rejected_by="draws_anew_for_each_word", says=("sorted",))
def sorts_what_it_drew(words, probabilities, count, rng):
    return sorted(draw(words, probabilities, count, rng))


@BANK.mutant("2.7", rejected_by="draws_by_the_probabilities", says=("begins where the last one's ended",))
def forgets_to_cumulate(words, probabilities, count, rng):
    drawn = []
    for _ in range(count):
        u = rng.random()
        reached = [word for word, p in zip(words, probabilities) if u < p]
        drawn.append(reached[0] if reached else words[-1])
    return drawn


@BANK.mutant("2.7", rejected_by=CERTAIN, says=("this is the next word",))
def compares_before_it_adds(words, probabilities, count, rng):
    drawn = []
    for _ in range(count):
        u, reached, chosen = rng.random(), 0.0, words[-1]
        for word, probability in zip(words, probabilities):
            if u < reached:
                chosen = word
                break
            reached += probability
        drawn.append(chosen)
    return drawn


@BANK.mutant("2.7", rejected_by=CERTAIN, says=("with count = 13", "stop at the word"))
def goes_on_after_the_word(words, probabilities, count, rng):
    edges = np.cumsum(probabilities)
    return [word for _ in range(count) for u in [rng.random()] for word, e in zip(words, edges) if u < e]


@BANK.mutant("2.7", rejected_by="draws_anew_for_each_word", says=("falls into no word's part",))
def finds_no_word_for_some_u(words, probabilities, count, rng):
    drawn = []
    for _ in range(count):
        u = rng.random()
        drawn.extend([word for word, probability in zip(words, probabilities) if u < probability][:1])
    return drawn


@BANK.mutant("2.7", rejected_by="leaves_the_shares_to_chance", says=("dealt out", "each word by itself"))
def deals_words_out(words, probabilities, count, rng):
    dealt = [word for word, p in zip(words, probabilities) for _ in range(round(p * count))]
    rng.shuffle(dealt)
    return (dealt + list(words) * count)[:count]


@BANK.mutant("2.7", rejected_by="draws_by_the_probabilities", says=("one u, drawn once",))
def draws_u_anew_for_each_part(words, probabilities, count, rng):
    edges = np.cumsum(probabilities)
    edges[-1] = 1
    return [next(word for word, edge in zip(words, edges) if rng.random() < edge) for _ in range(count)]


@BANK.alternative("2.7")
def by_choice(words, probabilities, count, rng):
    return [rng.choice(words, p=probabilities) for _ in range(count)]


@BANK.alternative("2.7")
def by_one_choice(words, probabilities, count, rng):
    return rng.choice(words, size=count, p=probabilities)


@BANK.alternative("2.7")
def by_walking(words, probabilities, count, rng):
    drawn = []
    for _ in range(count):
        u = rng.random()
        for word, probability in zip(words, probabilities):
            if u < probability:
                break
            u -= probability
        drawn.append(word)
    return drawn


@BANK.alternative("2.7")
def by_cumulated_probabilities(words, probabilities, count, rng):
    edges = np.cumsum(probabilities)
    return tuple(words[i] for i in np.searchsorted(edges, rng.random(count), side="right"))


@BANK.alternative("2.7")
def by_counts_and_a_shuffle(words, probabilities, count, rng):
    counts = rng.multinomial(count, probabilities)
    drawn = [word for word, times in zip(words, counts) for _ in range(times)]
    return [drawn[i] for i in rng.permutation(count)]
