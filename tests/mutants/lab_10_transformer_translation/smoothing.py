"""Answers to exercise 10.3, smoothed_loss(logits, targets, mask, smoothing=0.1)."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops

from tests.mutants.lab_10_transformer_translation.bank import BANK


def parts(logits, targets):
    """-ln P of the targets, and the mean of -ln P of all words, both (B, T)."""
    log_sum = ops.logsumexp(logits, axis=-1)
    return log_sum - taken(logits, targets), log_sum - ops.mean(logits, axis=-1)


def taken(logits, targets):
    return ops.take_along_axis(logits, ops.cast(targets, "int32")[..., None], axis=-1)[..., 0]


def over(mask, losses):
    return ops.sum(ops.where(mask, losses, 0.0)) / ops.sum(ops.cast(mask, "float32"))


def mutant(check, *says):
    return BANK.mutant("10.3", rejected_by=check, says=says)


PLAIN, SHARES, MEAN = (
    "without_smoothing_it_is_the_loss_of_lab_06",
    "shares_the_smoothing_among_all_words",
    "is_the_mean_of_the_tokens",
)
PADDING, LARGE, UNLIKELY, BACK = (
    "padding_does_not_count",
    "survives_large_logits",
    "tells_how_unlikely_a_word_is",
    "gradients_come_back",
)


@mutant(PLAIN, "sign is turned round")
def forgets_the_minus(logits, targets, mask, smoothing=0.1):
    target, every = parts(logits, targets)
    return -over(mask, (1 - smoothing) * target + smoothing * every)


@mutant(PLAIN, "logsumexp(logits) is missing")
def takes_logits_for_logarithms(logits, targets, mask, smoothing=0.1):
    every = -ops.mean(logits, axis=-1)
    return over(mask, (1 - smoothing) * -taken(logits, targets) + smoothing * every)


@mutant(PLAIN, "probability of the target")
def forgets_the_logarithm(logits, targets, mask, smoothing=0.1):
    target, every = parts(logits, targets)
    return over(mask, ops.exp(-(1 - smoothing) * target - smoothing * every))


@mutant(PLAIN, "two shares are exchanged")
def exchanges_the_shares(logits, targets, mask, smoothing=0.1):
    target, every = parts(logits, targets)
    return over(mask, smoothing * target + (1 - smoothing) * every)


@mutant(SHARES, "smoothing is left out")
def leaves_the_smoothing_out(logits, targets, mask, smoothing=0.1):
    return over(mask, parts(logits, targets)[0])


@mutant(SHARES, "other V - 1 words")
def shares_among_the_others(logits, targets, mask, smoothing=0.1):
    target, every = parts(logits, targets)
    size = logits.shape[-1]
    others = (size * every - target) / (size - 1)
    return over(mask, (1 - smoothing) * target + smoothing * others)


@mutant(SHARES, "own share of the smoothing is missing")
def leaves_the_target_out_of_the_mean(logits, targets, mask, smoothing=0.1):
    target, every = parts(logits, targets)
    size = logits.shape[-1]
    return over(mask, (1 - smoothing) * target + smoothing * (size * every - target) / size)


@mutant(SHARES, "mean over the words, not the sum")
def sums_over_the_words(logits, targets, mask, smoothing=0.1):
    target, every = parts(logits, targets)
    return over(mask, (1 - smoothing) * target + smoothing * every * logits.shape[-1])


@mutant(SHARES, "must keep 1 - ε")
def adds_the_smoothing(logits, targets, mask, smoothing=0.1):
    target, every = parts(logits, targets)
    return over(mask, target + smoothing * every)


@mutant(SHARES, "logsumexp belongs into both parts")
def forgets_logsumexp_in_the_second_part(logits, targets, mask, smoothing=0.1):
    target, _ = parts(logits, targets)
    return over(mask, (1 - smoothing) * target - smoothing * ops.mean(logits, axis=-1))


@mutant(SHARES, "part of all words is missing")
def only_scales_the_loss(logits, targets, mask, smoothing=0.1):
    return over(mask, (1 - smoothing) * parts(logits, targets)[0])


@mutant(MEAN, "divide by the number of real tokens")
def gives_the_sum(logits, targets, mask, smoothing=0.1):
    target, every = parts(logits, targets)
    return ops.sum(ops.where(mask, (1 - smoothing) * target + smoothing * every, 0.0))


@mutant(MEAN, "divided by the number of sentences")
def divides_by_the_sentences(logits, targets, mask, smoothing=0.1):
    target, every = parts(logits, targets)
    return ops.sum(ops.where(mask, (1 - smoothing) * target + smoothing * every, 0.0)) / len(targets)


@mutant(PADDING, "padding counts like real tokens")
def ignores_the_mask(logits, targets, mask, smoothing=0.1):
    target, every = parts(logits, targets)
    return ops.mean((1 - smoothing) * target + smoothing * every)


@mutant(PADDING, "still counted")
def divides_by_all_places(logits, targets, mask, smoothing=0.1):
    target, every = parts(logits, targets)
    return ops.mean(ops.where(mask, (1 - smoothing) * target + smoothing * every, 0.0))


@mutant(PADDING, "smoothing's part counts the padding")
def smooths_the_padding(logits, targets, mask, smoothing=0.1):
    target, every = parts(logits, targets)
    losses = (1 - smoothing) * ops.where(mask, target, 0.0) + smoothing * every
    return ops.sum(losses) / ops.sum(ops.cast(mask, "float32"))


@mutant(PADDING, "mean over all places")
def smooths_over_all_places(logits, targets, mask, smoothing=0.1):
    target, every = parts(logits, targets)
    return (1 - smoothing) * over(mask, target) + smoothing * ops.mean(every)


@mutant(PADDING, "mean of the sentences' means")
def averages_sentences(logits, targets, mask, smoothing=0.1):
    target, every = parts(logits, targets)
    losses = ops.where(mask, (1 - smoothing) * target + smoothing * every, 0.0)
    return ops.mean(ops.sum(losses, axis=1) / ops.sum(ops.cast(mask, "float32"), axis=1))


@mutant(LARGE, "infinite")
def sums_exponentials(logits, targets, mask, smoothing=0.1):
    log_sum = ops.log(ops.sum(ops.exp(logits), axis=-1))
    target, every = log_sum - taken(logits, targets), log_sum - ops.mean(logits, axis=-1)
    return over(mask, (1 - smoothing) * target + smoothing * every)


@mutant(BACK, "numpy's functions and float() cut")
def leaves_the_graph(logits, targets, mask, smoothing=0.1):
    logits = np.asarray(logits)
    target, every = parts(logits, targets)
    return over(mask, (1 - smoothing) * target + smoothing * every)


@mutant(BACK, "stop_gradient")
def stops_the_gradient_of_the_smoothing(logits, targets, mask, smoothing=0.1):
    target, every = parts(logits, targets)
    return over(mask, (1 - smoothing) * target + smoothing * ops.stop_gradient(every))


@mutant(PLAIN, "0.1 is written out")
def writes_the_smoothing_out(logits, targets, mask, smoothing=0.1):
    target, every = parts(logits, targets)
    return over(mask, 0.9 * target + 0.1 * every)


@mutant(PLAIN, "in bits")
def counts_in_bits(logits, targets, mask, smoothing=0.1):
    target, every = parts(logits, targets)
    return over(mask, (1 - smoothing) * target + smoothing * every) / float(np.log(2))


@mutant(SHARES, "ops.mean(logits, axis=-1)")
def sums_the_logits(logits, targets, mask, smoothing=0.1):
    log_sum, (target, _) = ops.logsumexp(logits, axis=-1), parts(logits, targets)
    return over(mask, (1 - smoothing) * target + smoothing * (log_sum - ops.sum(logits, axis=-1)))


@mutant(MEAN, "id of 0 tells nothing")
def makes_its_own_mask(logits, targets, mask, smoothing=0.1):
    target, every = parts(logits, targets)
    return over(ops.not_equal(targets, 0), (1 - smoothing) * target + smoothing * every)


@mutant(MEAN, "keep the first line")
def has_no_default(logits, targets, mask, smoothing):
    target, every = parts(logits, targets)
    return over(mask, (1 - smoothing) * target + smoothing * every)


@mutant(MEAN, "smoothing must be 0.1")
def does_not_smooth_by_default(logits, targets, mask, smoothing=0.0):
    target, every = parts(logits, targets)
    return over(mask, (1 - smoothing) * target + smoothing * every)


@mutant(MEAN, "over the whole batch")
def forgets_the_axis_of_logsumexp(logits, targets, mask, smoothing=0.1):
    of_all = (1 - smoothing) * taken(logits, targets) + smoothing * ops.mean(logits, axis=-1)
    return over(mask, ops.logsumexp(logits) - of_all)


@mutant(PADDING, "over the whole batch")
def forgets_the_axis_of_the_mean(logits, targets, mask, smoothing=0.1):
    log_sum, (target, _) = ops.logsumexp(logits, axis=-1), parts(logits, targets)
    return over(mask, (1 - smoothing) * target + smoothing * (log_sum - ops.mean(logits)))


@mutant(UNLIKELY, "log(p + 1e-9)")
def guards_the_logarithm(logits, targets, mask, smoothing=0.1):
    log_p = ops.log(ops.softmax(logits) + 1e-9)
    return over(mask, -(1 - smoothing) * taken(log_p, targets) - smoothing * ops.mean(log_p, axis=-1))


@mutant(BACK, "functions of keras.ops alone")
def computes_with_numpy(logits, targets, mask, smoothing=0.1):
    z = np.array(logits)
    log_sum = z.max(-1) + np.log(np.exp(z - z.max(-1, keepdims=True)).sum(-1))
    target = log_sum - np.take_along_axis(z, np.array(targets)[..., None], axis=-1)[..., 0]
    losses = (1 - smoothing) * target + smoothing * (log_sum - z.mean(-1))
    return (losses * np.array(mask)).sum() / np.array(mask).sum()


@BANK.alternative("10.3")
def with_the_loss_of_keras(logits, targets, mask, smoothing=0.1):
    wanted = ops.one_hot(ops.cast(targets, "int32"), logits.shape[-1])
    each = keras.losses.categorical_crossentropy(wanted, logits, from_logits=True, label_smoothing=smoothing)
    return over(mask, each)


@BANK.alternative("10.3")
def in_closed_form(logits, targets, mask, smoothing=0.1):
    target, every = parts(logits, targets)
    return over(mask, (1 - smoothing) * target + smoothing * every)


@BANK.alternative("10.3")
def with_smoothed_targets(logits, targets, mask, smoothing=0.1):
    size = logits.shape[-1]
    wanted = (1 - smoothing) * ops.one_hot(targets, size) + smoothing / size
    return over(mask, -ops.sum(wanted * ops.log_softmax(logits, axis=-1), axis=-1))


@BANK.alternative("10.3")
def with_two_means(logits, targets, mask, smoothing=0.1):
    nll = keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True)
    every = -ops.mean(ops.log_softmax(logits, axis=-1), axis=-1)
    real = ops.cast(mask, "float32")
    count = ops.sum(real)
    return (1 - smoothing) * ops.sum(nll * real) / count + smoothing * ops.sum(every * real) / count


@BANK.alternative("10.3")
def picks_the_real_tokens(logits, targets, mask, smoothing=0.1):
    target, every = parts(logits, targets)
    return ops.mean(((1 - smoothing) * target + smoothing * every)[mask])
