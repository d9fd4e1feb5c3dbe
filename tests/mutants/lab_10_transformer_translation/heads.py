"""Answers to exercise 10.6, head_error_rates(weights, source_lengths, target_lengths, gold)."""

from __future__ import annotations

import numpy as np

from course_utils.models import metrics
from tests.mutants.lab_10_transformer_translation.bank import BANK


def by_head(weights, rate):
    return np.array(
        [[rate(layer, head) for head in range(weights.shape[2])] for layer in range(len(weights))]
    )


def mutant(check, *says):
    return BANK.mutant("10.6", rejected_by=check, says=says)


PERFECT, TOGETHER, PADDING = (
    "a_perfect_head_has_rate_zero",
    "all_sentences_count_together",
    "padding_is_not_linked",
)


@mutant(PERFECT, "1 minus it")
def gives_the_agreement(weights, source_lengths, target_lengths, gold):
    def rate(layer, head):
        links = metrics.links(weights[layer, :, head], source_lengths, target_lengths)
        return 1 - metrics.alignment_error_rate(links, gold)

    return by_head(weights, rate)


@mutant(PERFECT, "one rate for each layer")
def averages_the_heads(weights, source_lengths, target_lengths, gold):
    means = weights.mean(axis=2)
    return np.array(
        [
            metrics.alignment_error_rate(metrics.links(each, source_lengths, target_lengths), gold)
            for each in means
        ]
    )


@mutant(PERFECT, "row a layer, a column a head")
def exchanges_layers_and_heads(weights, source_lengths, target_lengths, gold):
    def rate(layer, head):
        links = metrics.links(weights[layer, :, head], source_lengths, target_lengths)
        return metrics.alignment_error_rate(links, gold)

    return by_head(weights, rate).T


@mutant(PERFECT, "(B, T, S)")
def takes_the_head_for_the_sentence(weights, source_lengths, target_lengths, gold):
    def rate(layer, head):
        links = metrics.links(weights[layer, head], source_lengths, target_lengths)
        return metrics.alignment_error_rate(links, gold)

    return by_head(weights, rate)


@mutant(PERFECT, "source first")
def exchanges_the_lengths(weights, source_lengths, target_lengths, gold):
    def rate(layer, head):
        links = metrics.links(weights[layer, :, head], target_lengths, source_lengths)
        return metrics.alignment_error_rate(links, gold)

    return by_head(weights, rate)


@mutant(PERFECT, "is return missing")
def gives_nothing_back(weights, source_lengths, target_lengths, gold):
    by_head(weights, lambda layer, head: 0.0)


@mutant(PERFECT, "in one row")
def forgets_the_rows(weights, source_lengths, target_lengths, gold):
    def rate(layer, head):
        links = metrics.links(weights[layer, :, head], source_lengths, target_lengths)
        return metrics.alignment_error_rate(links, gold)

    return by_head(weights, rate).ravel()


@mutant(PERFECT, "ever filled in")
def leaves_zeros(weights, source_lengths, target_lengths, gold):
    return np.zeros((weights.shape[0], weights.shape[2]))


@mutant(PERFECT, "return stand inside the loop")
def returns_inside_the_loop(weights, source_lengths, target_lengths, gold):
    rates = np.zeros((weights.shape[0], weights.shape[2]))
    for layer in range(len(rates)):
        for head in range(weights.shape[2]):
            links = metrics.links(weights[layer, :, head], source_lengths, target_lengths)
            rates[layer, head] = metrics.alignment_error_rate(links, gold)
        return rates


@mutant(PERFECT, "all heads of a layer have one rate")
def gives_all_heads_their_mean(weights, source_lengths, target_lengths, gold):
    def rate(layer, head):
        links = metrics.links(weights[layer].mean(axis=1), source_lengths, target_lengths)
        return metrics.alignment_error_rate(links, gold)

    return by_head(weights, rate)


@mutant(TOGETHER, "here the largest weight counts")
def links_by_share(weights, source_lengths, target_lengths, gold):
    def rate(layer, head):
        shares = metrics.shares(weights[layer, :, head], source_lengths, target_lengths)
        return metrics.alignment_error_rate(metrics.links(shares, source_lengths, target_lengths), gold)

    return by_head(weights, rate)


@mutant(TOGETHER, "how many of its links are true")
def measures_precision(weights, source_lengths, target_lengths, gold):
    def rate(layer, head):
        links = metrics.links(weights[layer, :, head], source_lengths, target_lengths)
        return 1 - sum(len(a & g) for a, g in zip(links, gold, strict=True)) / sum(map(len, links))

    return by_head(weights, rate)


@mutant(TOGETHER, "how many of the true links")
def measures_recall(weights, source_lengths, target_lengths, gold):
    def rate(layer, head):
        links = metrics.links(weights[layer, :, head], source_lengths, target_lengths)
        return 1 - sum(len(a & g) for a, g in zip(links, gold, strict=True)) / sum(map(len, gold))

    return by_head(weights, rate)


@mutant(TOGETHER, "whole numbers")
def has_room_for_whole_numbers(weights, source_lengths, target_lengths, gold):
    def rate(layer, head):
        links = metrics.links(weights[layer, :, head], source_lengths, target_lengths)
        return metrics.alignment_error_rate(links, gold)

    return by_head(weights, rate).astype(int)


@mutant(TOGETHER, "all sentences to metrics.alignment_error_rate at once")
def averages_the_sentences_rates(weights, source_lengths, target_lengths, gold):
    def rate(layer, head):
        links = metrics.links(weights[layer, :, head], source_lengths, target_lengths)
        return np.mean([metrics.alignment_error_rate([a], [b]) for a, b in zip(links, gold, strict=True)])

    return by_head(weights, rate)


@mutant(PADDING, "padding is linked, too")
def links_the_padding(weights, source_lengths, target_lengths, gold):
    n_sentences, n_targets, n_sources = len(gold), *weights.shape[3:]

    def rate(layer, head):
        links = metrics.links(weights[layer, :, head], [n_sources] * n_sentences, [n_targets] * n_sentences)
        return metrics.alignment_error_rate(links, gold)

    return by_head(weights, rate)


@BANK.alternative("10.6")
def with_a_comprehension(weights, source_lengths, target_lengths, gold):
    return np.array(
        [
            [
                metrics.alignment_error_rate(metrics.links(head, source_lengths, target_lengths), gold)
                for head in np.moveaxis(layer, 1, 0)
            ]
            for layer in weights
        ]
    )


@BANK.alternative("10.6")
def with_two_loops(weights, source_lengths, target_lengths, gold):
    rates = np.zeros((weights.shape[0], weights.shape[2]))
    for layer in range(weights.shape[0]):
        for head in range(weights.shape[2]):
            links = metrics.links(weights[layer, :, head], source_lengths, target_lengths)
            rates[layer, head] = metrics.alignment_error_rate(links, gold)
    return rates
