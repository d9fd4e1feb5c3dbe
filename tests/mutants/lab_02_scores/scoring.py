"""Answers to exercise 2.1, sentence_score(words, word_scores, bias)."""

from __future__ import annotations

from collections import Counter

import numpy as np

from tests.mutants.lab_02_scores.bank import BANK


def known(words, word_scores):
    return [word_scores[word] for word in words if word in word_scores]


@BANK.mutant("2.1", rejected_by="adds_up_the_words", says=("must return a float", "print only shows"))
def prints_the_score(words, word_scores, bias):
    print(bias + sum(known(words, word_scores)))


@BANK.mutant("2.1", rejected_by="adds_up_the_words", says=("must return a float", "str"))
def returns_the_mood(words, word_scores, bias):
    return "happy" if bias + sum(known(words, word_scores)) > 0 else "sad"


@BANK.mutant("2.1", rejected_by="adds_up_the_words", says=("not its sign",))
def returns_the_sign(words, word_scores, bias):
    return float(np.sign(bias + sum(known(words, word_scores))))


@BANK.mutant("2.1", rejected_by="adds_up_the_words", says=("its mean",))
def takes_the_mean(words, word_scores, bias):
    return bias + sum(known(words, word_scores)) / max(len(words), 1)


@BANK.mutant("2.1", rejected_by="adds_up_the_words", says=("negative ones too",))
def adds_happy_words_only(words, word_scores, bias):
    return bias + sum(score for score in known(words, word_scores) if score > 0)


@BANK.mutant(
    "2.1", rejected_by="gives_words_without_a_score_nothing", says=("KeyError", ".get(key, default)")
)
def knows_every_word(words, word_scores, bias):
    return bias + sum(word_scores[word] for word in words)


@BANK.mutant("2.1", rejected_by="gives_words_without_a_score_nothing", says=("the others still count",))
def stops_at_an_unknown_word(words, word_scores, bias):
    total = bias
    for word in words:
        if word not in word_scores:
            break
        total += word_scores[word]
    return total


@BANK.mutant("2.1", rejected_by="gives_words_without_a_score_nothing", says=("compare whole words",))
def looks_for_letters(words, word_scores, bias):
    text = " ".join(words)
    return bias + sum(score * text.count(word) for word, score in word_scores.items())


@BANK.mutant("2.1", rejected_by="gives_words_without_a_score_nothing", says=("counts 0",))
def gives_unknown_words_one(words, word_scores, bias):
    return bias + sum(word_scores.get(word, 1) for word in words)


@BANK.mutant("2.1", rejected_by="adds_the_bias_once", says=("the bias, 0.5, is missing",))
def forgets_the_bias(words, word_scores, bias):
    return sum(known(words, word_scores))


@BANK.mutant("2.1", rejected_by="adds_the_bias_once", says=("7 times", "once a sentence"))
def adds_the_bias_to_every_word(words, word_scores, bias):
    return sum(word_scores.get(word, 0) + bias for word in words)


@BANK.mutant("2.1", rejected_by="adds_the_bias_once", says=("3 times", "once a sentence"))
def adds_the_bias_to_every_known_word(words, word_scores, bias):
    total = 0
    for word in words:
        if word in word_scores:
            total += word_scores[word] + bias
    return total


@BANK.mutant("2.1", rejected_by="adds_the_bias_once", says=("not taken away",))
def takes_the_bias_for_a_threshold(words, word_scores, bias):
    return sum(known(words, word_scores)) - bias


@BANK.mutant("2.1", rejected_by="counts_a_word_as_often_as_it_stands", says=("set", "once"))
def adds_up_a_set(words, word_scores, bias):
    return bias + sum(known(set(words), word_scores))


@BANK.mutant("2.1", rejected_by="counts_a_word_as_often_as_it_stands", says=("`if word in words`",))
def goes_over_the_table(words, word_scores, bias):
    return bias + sum(score for word, score in word_scores.items() if word in words)


@BANK.mutant("2.1", rejected_by="is_the_bias_for_no_words", says=("only the bias is left",))
def gives_nothing_for_no_words(words, word_scores, bias):
    return bias + sum(known(words, word_scores)) if words else 0


@BANK.mutant("2.1", rejected_by="equals_a_slow_sum", says=("those of the call",))
def rounds_the_scores(words, word_scores, bias):
    return bias + sum(round(score, 2) for score in known(words, word_scores))


@BANK.alternative("2.1")
def by_a_loop(words, word_scores, bias):
    total = bias
    for word in words:
        if word in word_scores:
            total += word_scores[word]
    return total


@BANK.alternative("2.1")
def by_counts(words, word_scores, bias):
    return np.sum([count * word_scores.get(word, 0) for word, count in Counter(words).items()]) + bias


@BANK.alternative("2.1")
def by_recursion(words, word_scores, bias):
    if not words:
        return bias
    return by_recursion(words[1:], word_scores, bias + word_scores.get(words[0], 0))
