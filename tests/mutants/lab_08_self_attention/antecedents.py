"""Answers to exercise 8.6, share_on_antecedent(weights, pronouns, antecedents)."""

from __future__ import annotations

import numpy as np

from tests.mutants.lab_08_self_attention.bank import BANK


def rows(weights, pronouns):
    return weights[np.arange(len(weights)), pronouns]


def mutant(check, *says):
    return BANK.mutant("8.6", rejected_by=check, says=says)


LARGEST, COMPETE, ENDS = "counts_the_largest_weights", "all_places_compete", "knows_all_and_none"


@mutant(LARGEST, "mean weight on the antecedent")
def averages_the_weight(weights, pronouns, antecedents):
    return float(np.mean(weights[np.arange(len(weights)), pronouns, antecedents]))


@mutant(LARGEST, "pronoun's column")
def takes_the_column(weights, pronouns, antecedents):
    columns = weights[np.arange(len(weights)), :, pronouns]
    return float(np.mean(columns.argmax(axis=-1) == antecedents))


@mutant(LARGEST, "antecedent's row")
def starts_from_the_antecedent(weights, pronouns, antecedents):
    return float(np.mean(rows(weights, antecedents).argmax(axis=-1) == pronouns))


@mutant(LARGEST, "number of sentences")
def counts_sentences(weights, pronouns, antecedents):
    return float(np.sum(rows(weights, pronouns).argmax(axis=-1) == antecedents))


@mutant(LARGEST, "per cent")
def gives_per_cent(weights, pronouns, antecedents):
    return 100 * float(np.mean(rows(weights, pronouns).argmax(axis=-1) == antecedents))


@mutant(LARGEST, "number of places")
def divides_by_the_places(weights, pronouns, antecedents):
    return float(np.sum(rows(weights, pronouns).argmax(axis=-1) == antecedents) / weights.shape[1])


@mutant(LARGEST, "first sentence alone", "inside the loop")
def returns_from_within_the_loop(weights, pronouns, antecedents):
    hits = 0
    for square, pronoun, antecedent in zip(weights, pronouns, antecedents, strict=True):
        hits += square[pronoun].argmax() == antecedent
        return float(hits / len(weights))


@mutant(LARGEST, "first sentence alone", "inside the loop")
def answers_for_the_first(weights, pronouns, antecedents):
    for square, pronoun, antecedent in zip(weights, pronouns, antecedents, strict=True):
        return float(square[pronoun].argmax() == antecedent)


@mutant(LARGEST, "all rows are taken")
def takes_all_rows(weights, pronouns, antecedents):
    return float(np.mean(weights.argmax(axis=-1) == antecedents[:, None]))


@mutant(LARGEST, "above one half")
def asks_for_more_than_half(weights, pronouns, antecedents):
    return float(np.mean(weights[np.arange(len(weights)), pronouns, antecedents] > 0.5))


@mutant(LARGEST, "first sentence's pronoun")
def takes_one_place_for_all(weights, pronouns, antecedents):
    return float(np.mean(weights[:, pronouns[0]].argmax(axis=-1) == antecedents))


@mutant(LARGEST, "whole square")
def takes_the_largest_of_the_square(weights, pronouns, antecedents):
    hits = 0
    for square, pronoun, antecedent in zip(weights, pronouns, antecedents, strict=True):
        hits += square.argmax() == np.ravel_multi_index((pronoun, antecedent), square.shape)
    return float(hits / len(weights))


@mutant(LARGEST, "does not look there")
def counts_the_misses(weights, pronouns, antecedents):
    return float(np.mean(rows(weights, pronouns).argmax(axis=-1) != antecedents))


@mutant(LARGEST, "smallest weight")
def takes_the_smallest(weights, pronouns, antecedents):
    return float(np.mean(rows(weights, pronouns).argmin(axis=-1) == antecedents))


@mutant(LARGEST, "your line", "(N, S)")
def picks_all_rows(weights, pronouns, antecedents):
    """The rows of all pronouns in every sentence."""
    looks = weights[:, pronouns]
    return float(np.mean(looks.reshape(len(weights), -1).argmax(axis=-1)[None] == antecedents[:-1]))


@mutant(LARGEST, "rows of all pronouns")
def picks_all_rows_of_each(weights, pronouns, antecedents):
    return float(np.mean(weights[:, pronouns].argmax(axis=-1) == antecedents))


@mutant(LARGEST, "must return")
def returns_a_row_of_truths(weights, pronouns, antecedents):
    return rows(weights, pronouns).argmax(axis=-1) == antecedents


@mutant(COMPETE, "whole row")
def looks_only_at_what_came_before(weights, pronouns, antecedents):
    hits = 0
    for square, pronoun, antecedent in zip(weights, pronouns, antecedents, strict=True):
        hits += square[pronoun, :pronoun].argmax() == antecedent
    return float(hits / len(weights))


@mutant(COMPETE, "whole row")
def leaves_the_pronoun_out(weights, pronouns, antecedents):
    looks = np.array(rows(weights, pronouns))
    looks[np.arange(len(looks)), pronouns] = 0
    return float(np.mean(looks.argmax(axis=-1) == antecedents))


@mutant(ENDS, "your line", "fewer items")
def reads_the_count_of_true(weights, pronouns, antecedents):
    """There is no count of True, or none of False, where all are alike."""
    hits = rows(weights, pronouns).argmax(axis=-1) == antecedents
    return float(np.unique(hits, return_counts=True)[1][1] / len(hits))


@BANK.alternative("8.6")
def sentence_by_sentence(weights, pronouns, antecedents):
    hits = [
        int(np.argmax(square[p])) == a for square, p, a in zip(weights, pronouns, antecedents, strict=True)
    ]
    return sum(hits) / len(hits)


@BANK.alternative("8.6")
def in_single_precision(weights, pronouns, antecedents):
    return np.mean((rows(weights, pronouns).argmax(axis=-1) == antecedents).astype("float32"))


@BANK.alternative("8.6")
def by_the_largest_weight(weights, pronouns, antecedents):
    looks = np.take_along_axis(weights, np.asarray(pronouns)[:, None, None], axis=1)[:, 0]
    on_it = np.take_along_axis(looks, np.asarray(antecedents)[:, None], axis=1)[:, 0]
    return float(np.mean(on_it >= looks.max(axis=-1)))
