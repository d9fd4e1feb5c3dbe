"""Answers to exercise 6.2, loss_and_accuracy(batches)."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops

from tests.mutants.lab_06_seq2seq.bank import BANK


def losses_of(logits, targets):
    return np.asarray(keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True))


def hits_of(logits, targets):
    return np.argmax(logits, axis=-1) == targets


def sums(batches):
    """The sum of losses, the hits and the tokens."""
    return (
        sum(losses_of(logits, targets)[mask].sum() for logits, targets, mask in batches),
        sum(hits_of(logits, targets)[mask].sum() for logits, targets, mask in batches),
        sum(mask.sum() for _, _, mask in batches),
    )


def mutant(check, *says):
    return BANK.mutant("6.2", rejected_by=check, says=says)


ONE, PADDED = "is_right_for_one_token", "padding_does_not_count"
WEIGHTS, NONSENSE = "a_batch_weighs_what_its_tokens_weigh", "whatever_stands_at_padding"


@mutant(ONE, "exchanged")
def exchanges_the_two(batches):
    loss, hits, tokens = sums(batches)
    return hits / tokens, loss / tokens


@mutant(ONE, "without from_logits=True")
def forgets_from_logits(batches):
    _, hits, tokens = sums(batches)
    loss = sum(
        np.asarray(keras.losses.sparse_categorical_crossentropy(targets, logits))[mask].sum()
        for logits, targets, mask in batches
    )
    return loss / tokens, hits / tokens


@mutant(ONE, "not percent")
def gives_percent(batches):
    loss, hits, tokens = sums(batches)
    return loss / tokens, 100 * hits / tokens


@mutant(ONE, "without the minus")
def forgets_the_minus(batches):
    loss, hits, tokens = sums(batches)
    return -loss / tokens, hits / tokens


@mutant(ONE, "in bits")
def takes_the_logarithm_to_base_2(batches):
    loss, hits, tokens = sums(batches)
    return loss / tokens / np.log(2), hits / tokens


@mutant(ONE, "That is the perplexity")
def gives_the_perplexity(batches):
    loss, hits, tokens = sums(batches)
    return np.exp(loss / tokens), hits / tokens


@mutant(ONE, "minus the logit", "softmax")
def forgets_the_softmax(batches):
    _, hits, tokens = sums(batches)
    chosen = [np.take_along_axis(logits, targets[..., None], -1)[mask] for logits, targets, mask in batches]
    return -sum(each.sum() for each in chosen) / tokens, hits / tokens


@mutant(ONE, "minus its logarithm")
def forgets_the_logarithm(batches):
    _, hits, tokens = sums(batches)
    losses = [losses_of(logits, targets)[mask] for logits, targets, mask in batches]
    return -sum(np.exp(-each).sum() for each in losses) / tokens, hits / tokens


@mutant(ONE, "over the words, axis=-1")
def takes_the_softmax_along_the_sentence(batches):
    _, hits, tokens = sums(batches)
    loss = 0.0
    for logits, targets, mask in batches:
        likely = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        loss -= np.log(np.take_along_axis(likely, targets[..., None], -1)[mask]).sum()
    return loss / tokens, hits / tokens


@mutant(ONE, "accuracy must be 1", "not a miss")
def gives_the_share_of_mistakes(batches):
    loss, hits, tokens = sums(batches)
    return loss / tokens, 1 - hits / tokens


@mutant(ONE, "accuracy must be 1", "np.argmax(logits, axis=-1)")
def calls_it_a_hit_above_one_half(batches):
    loss, _, tokens = sums(batches)
    losses = [losses_of(logits, targets)[mask] for logits, targets, mask in batches]
    return loss / tokens, sum((np.exp(-each) > 0.5).sum() for each in losses) / tokens


@mutant(ONE, "one number")
def gives_numbers_for_every_token(batches):
    logits, targets, mask = batches[0]
    return losses_of(logits, targets)[mask], hits_of(logits, targets)[mask]


@mutant(ONE, "must come back", "return two numbers")
def gives_the_counts_too(batches):
    loss, hits, tokens = sums(batches)
    return loss / tokens, hits / tokens, tokens


@mutant(ONE, "must return a tuple")
def forgets_the_accuracy(batches):
    loss, _, tokens = sums(batches)
    return float(loss / tokens)


@mutant(ONE, "accuracy must be 1")
def looks_for_the_likeliest_along_the_sentence(batches):
    loss, _, tokens = sums(batches)
    hits = sum((np.argmax(logits, axis=1).max() == targets + 1).sum() for logits, targets, mask in batches)
    return loss / tokens, hits / tokens


@mutant(PADDED, "over all 21 places")
def counts_the_padding(batches):
    return sum_over_everything(batches)


def sum_over_everything(batches):
    everywhere = [(logits, targets, np.ones_like(mask)) for logits, targets, mask in batches]
    loss, hits, tokens = sums(everywhere)
    return loss / tokens, hits / tokens


@mutant(PADDED, "still counted")
def divides_by_all_places(batches):
    loss, hits, _ = sums(batches)
    places = sum(mask.size for _, _, mask in batches)
    return loss / places, hits / places


@mutant(PADDED, "padding that was guessed right")
def counts_hits_on_padding(batches):
    loss, _, tokens = sums(batches)
    return loss / tokens, sum(hits_of(logits, targets).sum() for logits, targets, _ in batches) / tokens


@mutant(PADDED, "number of sentences")
def divides_by_the_sentences(batches):
    loss, hits, _ = sums(batches)
    sentences = sum(len(mask) for _, _, mask in batches)
    return loss / sentences, hits / sentences


@mutant(PADDED, "divided twice")
def adds_up_what_is_a_mean_already(batches):
    _, hits, tokens = sums(batches)
    mean = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    loss = sum(float(mean(targets[mask], logits[mask])) for logits, targets, mask in batches)
    return loss / tokens, hits / tokens


@mutant(PADDED, "Logits of 0 have a loss")
def makes_the_logits_of_padding_0(batches):
    emptied = [
        (np.where(mask[..., None], logits, np.float32(0)), targets, mask) for logits, targets, mask in batches
    ]
    _, hits, tokens = sums(emptied)
    return sum(losses_of(logits, targets).sum() for logits, targets, _ in emptied) / tokens, hits / tokens


@mutant(PADDED, "It is the sum")
def does_not_divide(batches):
    loss, hits, tokens = sums(batches)
    return (loss, hits) if tokens > 1 else (loss / tokens, hits / tokens)


@mutant(PADDED, "each token should")
def averages_sentence_by_sentence(batches):
    rows = [tuple(each[[row]] for each in batch) for batch in batches for row in range(len(batch[2]))]
    figures = [sums([row]) for row in rows]
    return (
        float(np.mean([loss / tokens for loss, _, tokens in figures])),
        float(np.mean([hits / tokens for _, hits, tokens in figures])),
    )


@mutant(PADDED, "whole sentences")
def counts_whole_sentences(batches):
    loss, _, tokens = sums(batches)
    right = [(hits_of(logits, targets) | ~mask).all(axis=1) for logits, targets, mask in batches]
    return loss / tokens, np.concatenate(right).mean()


@mutant(WEIGHTS, "mean of the batches' means")
def averages_the_means(batches):
    """The loss averaged as most training loops average it."""
    figures = [sums([batch]) for batch in batches]
    return (
        float(np.mean([loss / tokens for loss, _, tokens in figures])),
        float(np.mean([hits / tokens for _, hits, tokens in figures])),
    )


@mutant(WEIGHTS, "your line", "one by one")
def joins_the_batches(batches):
    logits, targets, mask = (np.concatenate(each) for each in zip(*batches, strict=True))
    loss, hits, tokens = sums([(logits, targets, mask)])
    return loss / tokens, hits / tokens


@mutant(WEIGHTS, "last batch alone")
def starts_anew_with_each_batch(batches):
    loss, hits, tokens = sums(batches[-1:])
    return loss / tokens, hits / tokens


@mutant(WEIGHTS, "inside the loop")
def returns_after_the_first_batch(batches):
    loss, hits, tokens = sums(batches[:1])
    return loss / tokens, hits / tokens


@mutant(WEIGHTS, "accuracy")
def averages_the_accuracy_alone(batches):
    loss, _, tokens = sums(batches)
    figures = [sums([batch]) for batch in batches]
    return loss / tokens, float(np.mean([hits / count for _, hits, count in figures]))


@mutant(NONSENSE, "NaN", "losses[mask]")
def multiplies_by_the_mask(batches):
    _, hits, tokens = sums(batches)
    loss = sum((losses_of(logits, targets) * mask).sum() for logits, targets, mask in batches)
    return loss / tokens, hits / tokens


@mutant(NONSENSE, "targets that are not 0", "do not ask the targets")
def asks_the_targets_what_is_real(batches):
    loss, hits, tokens = sums([(logits, targets, targets != 0) for logits, targets, _ in batches])
    return loss / tokens, hits / tokens


@BANK.alternative("6.2")
def by_choosing_the_real_places(batches):
    loss, hits, tokens = sums(batches)
    return loss / tokens, hits / tokens


@BANK.alternative("6.2")
def by_where_on_tensors(batches):
    loss = hits = tokens = 0.0
    for logits, targets, mask in batches:
        each = keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True)
        right = ops.equal(ops.argmax(logits, axis=-1), ops.cast(targets, "int32"))
        loss += ops.sum(ops.where(mask, each, 0.0))
        hits += ops.sum(ops.cast(ops.logical_and(right, mask), "float32"))
        tokens += ops.sum(ops.cast(mask, "float32"))
    return loss / tokens, hits / tokens


@BANK.alternative("6.2")
def by_going_through_every_place(batches):
    losses, hits = [], []
    for logits, targets, mask in batches:
        for place in zip(*np.nonzero(mask), strict=True):
            row, target = logits[place].astype(float), targets[place]
            losses.append(np.log(np.exp(row - row.max()).sum()) - (row - row.max())[target])
            hits.append(row[target] == row.max())
    return sum(losses) / len(losses), sum(hits) / len(hits)
