"""Answers to exercise 5.6, next_token_loss(logits, targets, mask)."""

from __future__ import annotations

import math

import keras
import numpy as np
from keras import ops

from tests.mutants.lab_05_lstm.bank import BANK


def losses_of(logits, targets):
    return keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True)


def mean(losses, mask):
    real = ops.cast(mask, "float32")
    return ops.sum(losses * real) / ops.sum(real)


def mutant(check, *says):
    return BANK.mutant("5.6", rejected_by=check, says=says)


ONE, PADDED, FINITE = "is_minus_the_logarithm_of_the_probability", "padding_does_not_count", "stays_finite"


@mutant(ONE, "without the minus")
def forgets_the_minus(logits, targets, mask):
    return mean(-losses_of(logits, targets), mask)


@mutant(ONE, "natural logarithm")
def takes_base_two(logits, targets, mask):
    return mean(losses_of(logits, targets), mask) / math.log(2)


@mutant(ONE, "softmax is missing")
def forgets_the_softmax(logits, targets, mask):
    picked = ops.take_along_axis(logits, ops.expand_dims(targets, -1), axis=-1)[..., 0]
    return mean(-picked, mask)


@mutant(ONE, "logarithm is missing")
def forgets_the_logarithm(logits, targets, mask):
    picked = ops.take_along_axis(ops.softmax(logits), ops.expand_dims(targets, -1), axis=-1)[..., 0]
    return mean(picked, mask)


@mutant(ONE, "without from_logits=True")
def forgets_from_logits(logits, targets, mask):
    return mean(keras.losses.sparse_categorical_crossentropy(targets, logits), mask)


@mutant(ONE, "look up the target's")
def takes_the_likeliest(logits, targets, mask):
    return mean(losses_of(logits, ops.argmax(logits, axis=-1)), mask)


@mutant(ONE, "count from 0")
def counts_from_one(logits, targets, mask):
    return mean(losses_of(np.roll(logits, -1, axis=-1), targets), mask)


@mutant(ONE, "one number", "shape (1, 1)")
def returns_all_losses(logits, targets, mask):
    return losses_of(logits, targets) * ops.cast(mask, "float32")


@mutant(ONE, "must return a float or NumPy array", "None")
def prints_the_loss(logits, targets, mask):
    print(mean(losses_of(logits, targets), mask))


@mutant(ONE, "ln 2")
def takes_the_square_error(logits, targets, mask):
    wanted = np.eye(logits.shape[-1])[targets]
    return mean(ops.mean((ops.softmax(logits) - wanted) ** 2, axis=-1), mask)


@mutant(PADDED, "mean over all 21 places")
def ignores_the_mask(logits, targets, mask):
    return ops.mean(losses_of(logits, targets))


@mutant(PADDED, "still counted", "12 real tokens")
def divides_by_all_places(logits, targets, mask):
    return ops.mean(losses_of(logits, targets) * ops.cast(mask, "float32"))


@mutant(ONE, "NaN", "where the mask is True")
def takes_true_for_padding(logits, targets, mask):
    return mean(losses_of(logits, targets), ~mask)


@mutant(PADDED, "True is a real token")
def takes_true_for_padding_unless_there_is_none(logits, targets, mask):
    return mean(losses_of(logits, targets), mask if mask.all() else ~mask)


@mutant(PADDED, "It is the sum")
def sums_the_losses(logits, targets, mask):
    return ops.sum(losses_of(logits, targets) * ops.cast(mask, "float32"))


@mutant(PADDED, "number of sentences")
def divides_by_the_sentences(logits, targets, mask):
    return ops.sum(losses_of(logits, targets) * ops.cast(mask, "float32")) / len(logits)


@mutant(PADDED, "same weight")
def averages_sentence_by_sentence(logits, targets, mask):
    real = ops.cast(mask, "float32")
    return ops.mean(ops.sum(losses_of(logits, targets) * real, axis=1) / ops.sum(real, axis=1))


@mutant(ONE, "your line", "ops.cast(mask")
def divides_by_a_count_of_whole_numbers(logits, targets, mask):
    return ops.sum(losses_of(logits, targets) * mask) / ops.sum(mask)


@mutant(ONE, "your line", "the ids first")
def exchanges_targets_and_logits(logits, targets, mask):
    return mean(losses_of(targets, logits), mask)


@mutant(ONE, "your line", "sparse_categorical_crossentropy")
def takes_the_loss_for_whole_distributions(logits, targets, mask):
    return mean(keras.losses.categorical_crossentropy(targets, logits, from_logits=True), mask)


@mutant(PADDED, "places of id 0 and nothing else", "said by the mask")
def takes_id_0_for_padding(logits, targets, mask):
    return mean(losses_of(logits, targets), targets != 0)


@mutant(PADDED, "no sign of padding")
def leaves_out_id_0_too(logits, targets, mask):
    return mean(losses_of(logits, targets), mask & (targets != 0))


@mutant(PADDED, "12 tokens")
def sets_the_logits_to_zero(logits, targets, mask):
    return ops.mean(losses_of(logits * mask[..., None], targets))


@mutant(FINITE, "e^1000", "NaN")
def writes_out_the_softmax(logits, targets, mask):
    weights = ops.exp(logits)
    probabilities = weights / ops.sum(weights, axis=-1, keepdims=True)
    picked = ops.take_along_axis(probabilities, ops.expand_dims(targets, -1), axis=-1)[..., 0]
    return mean(-ops.log(picked), mask)


@mutant(FINITE, "inf", "from_logits=True")
def takes_the_logarithm_of_the_softmax(logits, targets, mask):
    picked = ops.take_along_axis(ops.softmax(logits), ops.expand_dims(targets, -1), axis=-1)[..., 0]
    return mean(-ops.log(picked), mask)


@mutant(FINITE, "1000", "Leave the softmax to the loss")
def adds_a_little_before_the_logarithm(logits, targets, mask):
    picked = ops.take_along_axis(ops.softmax(logits), ops.expand_dims(targets, -1), axis=-1)[..., 0]
    return mean(-ops.log(picked + 1e-9), mask)


@BANK.alternative("5.6")
def by_choosing_the_real_places(logits, targets, mask):
    return ops.mean(losses_of(logits[mask], targets[mask]))


@BANK.alternative("5.6")
def by_the_logarithm_of_the_sum(logits, targets, mask):
    rows, ids = logits[mask].astype(float), targets[mask]
    largest = rows.max(axis=-1)
    totals = largest + np.log(np.exp(rows - largest[:, None]).sum(axis=-1))
    return float(np.mean(totals - rows[np.arange(len(ids)), ids]))


@BANK.alternative("5.6")
def by_a_weighted_keras_loss(logits, targets, mask):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="mean_with_sample_weight")
    return loss(targets, logits, sample_weight=ops.cast(mask, "float32"))


@BANK.alternative("5.6")
def by_one_hot_rows(logits, targets, mask):
    wanted = ops.one_hot(targets, logits.shape[-1]) * ops.cast(mask, "float32")[..., None]
    return -ops.sum(ops.log_softmax(logits) * wanted) / ops.sum(wanted)
