"""Answers to exercise 10.1, masked_accuracy(logits, targets, mask)."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops

from tests.mutants.lab_10_transformer_translation.bank import BANK


def hits(logits, targets, axis=-1):
    return ops.cast(ops.equal(ops.argmax(logits, axis=axis), ops.cast(targets, "int32")), "float32")


def real(mask):
    return ops.cast(mask, "float32")


def mutant(check, *says):
    return BANK.mutant("10.1", rejected_by=check, says=says)


SHARE, PADDING, TOKENS, MASK = (
    "is_the_share_of_hits",
    "padding_does_not_count",
    "every_token_counts_once",
    "the_mask_says_what_counts",
)


@mutant(SHARE, "number of hits")
def counts_the_hits(logits, targets, mask):
    return ops.sum(hits(logits, targets) * real(mask))


@mutant(SHARE, "share of misses")
def gives_the_error(logits, targets, mask):
    return 1 - ops.sum(hits(logits, targets) * real(mask)) / ops.sum(real(mask))


@mutant(SHARE, "not percent")
def gives_percent(logits, targets, mask):
    return 100 * ops.sum(hits(logits, targets) * real(mask)) / ops.sum(real(mask))


@mutant(SHARE, "axis=-1")
def takes_the_least_likely(logits, targets, mask):
    return ops.sum(hits(-logits, targets) * real(mask)) / ops.sum(real(mask))


@mutant(SHARE, "one number must come back")
def gives_an_accuracy_for_each_token(logits, targets, mask):
    return hits(logits, targets) * real(mask)


@mutant(PADDING, "padding counts like real tokens")
def counts_padding(logits, targets, mask):
    return ops.mean(hits(logits, targets))


@mutant(PADDING, "still counted below the line")
def divides_by_all_places(logits, targets, mask):
    return ops.mean(hits(logits, targets) * real(mask))


@mutant(PADDING, "padding that is guessed right is a hit")
def counts_hits_at_padding(logits, targets, mask):
    return ops.sum(hits(logits, targets)) / ops.sum(real(mask))


@mutant(SHARE, "nan comes from 0/0")
def turns_the_mask_round(logits, targets, mask):
    other = 1 - real(mask)
    return ops.sum(hits(logits, targets) * other) / ops.sum(other)


@mutant(TOKENS, "mean of the sentences' accuracies")
def averages_sentences(logits, targets, mask):
    each = ops.sum(hits(logits, targets) * real(mask), axis=1) / ops.sum(real(mask), axis=1)
    return ops.mean(each)


@mutant(TOKENS, "share of sentences that are right")
def counts_sentences_where_there_are_several(logits, targets, mask):
    if len(targets) == 1:
        return ops.sum(hits(logits, targets) * real(mask)) / ops.sum(real(mask))
    return np.mean(np.all((np.argmax(logits, -1) == targets) | ~mask, axis=1))


@mutant(SHARE, "last axis, axis=-1")
def chooses_among_the_places(logits, targets, mask):
    return ops.sum(hits(logits, targets, axis=1) * real(mask)) / ops.sum(real(mask))


@mutant(SHARE, "cut the quotient off")
def divides_whole_numbers(logits, targets, mask):
    right = ops.cast(hits(logits, targets) * real(mask), "int32")
    return ops.sum(right) // ops.sum(ops.cast(mask, "int32"))


@mutant(MASK, "need not be targets != 0")
def makes_its_own_mask(logits, targets, mask):
    own = real(targets != 0)
    return ops.sum(hits(logits, targets) * own) / ops.sum(own)


@BANK.alternative("10.1")
def with_a_weighted_mean(logits, targets, mask):
    return ops.average(hits(logits, targets), weights=real(mask))


@BANK.alternative("10.1")
def with_a_metric_of_keras(logits, targets, mask):
    metric = keras.metrics.SparseCategoricalAccuracy()
    metric.update_state(targets, logits, sample_weight=real(mask))
    return metric.result()


@BANK.alternative("10.1")
def with_loops(logits, targets, mask):
    places = [(b, t) for b in range(len(targets)) for t in range(len(targets[b])) if mask[b][t]]
    return sum(int(ops.argmax(logits[b, t])) == int(targets[b, t]) for b, t in places) / len(places)


@BANK.alternative("10.1")
def picks_with_numpy(logits, targets, mask):
    return float(np.mean((np.argmax(logits, axis=-1) == targets)[mask]))


@BANK.alternative("10.1")
def with_keras_ops(logits, targets, mask):
    return ops.sum(hits(logits, targets) * real(mask)) / ops.sum(real(mask))


@BANK.alternative("10.1")
def with_where(logits, targets, mask):
    right = ops.where(mask, ops.equal(ops.argmax(logits, axis=-1), ops.cast(targets, "int32")), False)
    return ops.sum(ops.cast(right, "float32")) / ops.cast(ops.count_nonzero(mask), "float32")
