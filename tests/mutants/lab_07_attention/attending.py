"""Answers to exercise 7.1, attend(scores, states, mask=None)."""

from __future__ import annotations

import numpy as np
from keras import ops

from tests.mutants.lab_07_attention.bank import BANK


def masked(scores, mask):
    return scores if mask is None else ops.where(mask, scores, -1e9)


def mean(weights, states):
    return ops.sum(weights[:, :, None] * states, axis=1)


def right(scores, states, mask=None):
    weights = ops.softmax(masked(scores, mask), axis=-1)
    return mean(weights, states), weights


def mutant(check, *says):
    return BANK.mutant("7.1", rejected_by=check, says=says)


PAPER, MEAN, ZERO = (
    "gives_the_weights_worked_out_on_paper",
    "the_context_is_the_weighted_mean",
    "padding_has_weight_zero",
)
MORE, ONE, LARGE, BACK = (
    "padding_changes_nothing",
    "one_real_place_is_copied",
    "survives_large_scores",
    "gradients_come_back",
)


@mutant(PAPER, "over the sentences of the batch", "axis=-1")
def takes_the_softmax_over_the_batch(scores, states, mask=None):
    weights = ops.softmax(masked(scores, mask), axis=0)
    return mean(weights, states), weights


@mutant(PAPER, "softmax is still to be taken")
def takes_scores_for_weights(scores, states, mask=None):
    return mean(scores, states), scores


@mutant(PAPER, "divided by their sum", "e^score")
def divides_the_scores_by_their_sum(scores, states, mask=None):
    weights = scores / ops.sum(scores, axis=-1, keepdims=True)
    return mean(weights, states), weights


@mutant(PAPER, "without its denominator")
def forgets_the_denominator(scores, states, mask=None):
    weights = ops.exp(masked(scores, mask))
    return mean(weights, states), weights


@mutant(PAPER, "divided by S")
def divides_by_the_places_too(scores, states, mask=None):
    weights = right(scores, states, mask)[1] / scores.shape[1]
    return mean(weights, states), weights


@mutant(PAPER, "shares of 10")
def takes_the_softmax_over_everything(scores, states, mask=None):
    weights = ops.exp(masked(scores, mask))
    weights = weights / ops.sum(weights)
    return mean(weights, states), weights


@mutant(PAPER, "context has another shape", "context first")
def returns_the_weights_first(scores, states, mask=None):
    return right(scores, states, mask)[::-1]


@mutant(PAPER, "must return a tuple or list")
def returns_the_context_only(scores, states, mask=None):
    return right(scores, states, mask)[0]


@mutant(PAPER, "your line", "it fits states (B, S, D)")
def multiplies_without_a_new_axis(scores, states, mask=None):
    weights = ops.softmax(masked(scores, mask), axis=-1)
    return ops.sum(weights * states, axis=1), weights


@mutant(PAPER, "your line", "neither true nor false")
def asks_whether_the_mask_is_true(scores, states, mask=None):
    mask = ops.ones_like(scores, dtype="bool") if mask is None else mask
    if mask:
        return right(scores, states, mask)
    return right(scores, states)


@mutant(PAPER, "context has another shape", "got: shape (2, 3)", "axis=1")
def sums_over_the_width(scores, states, mask=None):
    weights = ops.softmax(masked(scores, mask), axis=-1)
    return ops.sum(weights[:, :, None] * states, axis=2), weights


@mutant(PAPER, "not summed yet", "axis=1")
def weights_the_states_only(scores, states, mask=None):
    weights = right(scores, states, mask)[1]
    return weights[:, :, None] * states, weights


@mutant(PAPER, "got: shape (2, 1, 5)", "keepdims")
def keeps_the_summed_axis(scores, states, mask=None):
    weights = right(scores, states, mask)[1]
    return ops.matmul(weights[:, None], states), weights


@mutant(PAPER, "states of all sentences")
def mixes_the_sentences(scores, states, mask=None):
    weights = right(scores, states, mask)[1]
    return ops.matmul(weights, states), weights


@mutant(PAPER, "weights have another shape", "product with the states alone")
def returns_the_weights_with_a_new_axis(scores, states, mask=None):
    weights = ops.softmax(masked(scores, mask), axis=-1)[:, :, None]
    return ops.sum(weights * states, axis=1), weights


@mutant(PAPER, "same, whatever their scores", "True is a real place")
def masks_what_is_real(scores, states, mask=None):
    mask = ops.ones_like(scores, dtype="bool") if mask is None else mask
    return right(ops.where(mask, -1e9, scores), states)


@mutant(PAPER, "only the largest")
def takes_the_largest_for_all(scores, states, mask=None):
    weights = ops.one_hot(ops.argmax(masked(scores, mask), axis=-1), scores.shape[1])
    return mean(weights, states), weights


@mutant(PAPER, "sigmoid", "sum to 1")
def takes_the_sigmoid(scores, states, mask=None):
    weights = ops.sigmoid(masked(scores, mask))
    return mean(weights, states), weights


@mutant(PAPER, "sign is wrong")
def turns_the_sign(scores, states, mask=None):
    return right(-1 * scores, states, mask)


@mutant(PAPER, "root of the width")
def scales_the_scores(scores, states, mask=None):
    return right(scores / states.shape[-1] ** 0.5, states, mask)


@mutant(MEAN, "divided by S")
def takes_the_mean_of_the_weighted(scores, states, mask=None):
    weights = right(scores, states, mask)[1]
    return ops.mean(weights[:, :, None] * states, axis=1), weights


@mutant(MEAN, "plain sum")
def sums_the_states(scores, states, mask=None):
    return ops.sum(states, axis=1), right(scores, states, mask)[1]


@mutant(MEAN, "plain mean")
def averages_the_states(scores, states, mask=None):
    return ops.mean(states, axis=1), right(scores, states, mask)[1]


@mutant(MEAN, "largest weight alone")
def takes_the_best_state(scores, states, mask=None):
    weights = right(scores, states, mask)[1]
    best = ops.one_hot(ops.argmax(weights, axis=-1), scores.shape[1])
    return mean(best, states), weights


@mutant(ZERO, "mask comes after the softmax")
def masks_after_the_softmax(scores, states, mask=None):
    weights = ops.softmax(scores, axis=-1)
    weights = weights if mask is None else weights * ops.cast(mask, "float32")
    return mean(weights, states), weights


@mutant(ZERO, "mask does nothing")
def ignores_the_mask(scores, states, mask=None):
    return right(scores, states)


@mutant(ZERO, "wrong way round")
def inverts_the_mask(scores, states, mask=None):
    scores = scores if mask is None else ops.where(mask, -1e9, scores)
    weights = ops.softmax(scores, axis=-1)
    return mean(weights, states), weights


@mutant(ZERO, "e^0 is 1")
def multiplies_the_scores_by_the_mask(scores, states, mask=None):
    return right(scores if mask is None else scores * ops.cast(mask, "float32"), states)


@mutant(ZERO, "as -1e9 is")
def writes_a_small_number(scores, states, mask=None):
    return right(scores if mask is None else ops.where(mask, scores, 1e-9), states)


@mutant(ZERO, "NaN", "infinity")
def multiplies_by_minus_infinity(scores, states, mask=None):
    if mask is not None:
        scores = scores + (1 - ops.cast(mask, "float32")) * -np.inf
    return right(scores, states)


@mutant(ZERO, "exactly 0", "e^-10 is not")
def masks_with_minus_ten(scores, states, mask=None):
    return right(scores if mask is None else ops.where(mask, scores, -10.0), states)


@mutant(ZERO, "softmax of the real places")
def masks_the_context_only(scores, states, mask=None):
    weights = ops.softmax(scores, axis=-1)
    real = 1.0 if mask is None else ops.cast(mask, "float32")
    return mean(weights * real, states), weights


@mutant(MORE, "context must be those of the 2 places alone")
def sums_all_states_beyond_the_mask(scores, states, mask=None):
    context, weights = right(scores, states, mask)
    return context + (0 if mask is None else 1e-3 * ops.sum(states[:, 2:], axis=1)), weights


@mutant(MORE, "number of places")
def penalises_by_too_little(scores, states, mask=None):
    """Enough for scores around 0, and too little where padding scores high."""
    if mask is None:
        return right(scores, states)
    real = ops.cast(mask, "float32")
    weights = ops.softmax(scores - 17 * (1 - real), axis=-1) * real
    return mean(weights, states), weights


@mutant(ONE, "not how many")
def counts_the_real_places(scores, states, mask=None):
    if mask is None:
        return right(scores, states)
    lengths = ops.sum(ops.cast(mask, "int32"), axis=-1, keepdims=True)
    return right(scores, states, ops.arange(scores.shape[1]) < lengths)


@mutant(LARGE, "e^1000")
def writes_the_softmax_out(scores, states, mask=None):
    real = 1.0 if mask is None else ops.cast(mask, "float32")
    exponentials = ops.exp(ops.convert_to_tensor(scores)) * real
    weights = exponentials / ops.sum(exponentials, axis=-1, keepdims=True)
    return mean(weights, states), weights


@mutant(LARGE, "-1e9 is low enough")
def masks_with_too_little(scores, states, mask=None):
    return right(scores if mask is None else ops.where(mask, scores, -500.0), states)


@mutant(BACK, "scores", "NumPy")
def computes_in_numpy(scores, states, mask=None):
    scores = np.asarray(scores)
    scores = scores if mask is None else np.where(mask, scores, -1e9)
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return (weights[:, :, None] * np.asarray(states)).sum(axis=1), weights


@mutant(BACK, "scores")
def stops_at_the_weights(scores, states, mask=None):
    _, weights = right(scores, states, mask)
    weights = np.asarray(weights)
    return mean(weights, states), weights


@mutant(BACK, "scores from the context", "stop_gradient")
def stops_before_the_context(scores, states, mask=None):
    """The weights that come back would be learned from, and nothing learns from them."""
    weights = right(scores, states, mask)[1]
    return mean(ops.stop_gradient(weights), states), weights


@BANK.alternative("7.1")
def sentence_by_sentence(scores, states, mask=None):
    rows, contexts = [], []
    for b in range(scores.shape[0]):
        row = ops.softmax(scores[b] if mask is None else ops.where(mask[b], scores[b], -1e9))
        rows.append(row)
        contexts.append(sum(row[s] * states[b, s] for s in range(scores.shape[1])))
    return ops.stack(contexts), ops.stack(rows)


@BANK.alternative("7.1")
def by_products_of_matrices(scores, states, mask=None):
    scores = ops.convert_to_tensor(scores)
    if mask is not None:
        scores = scores - 1e9 * ops.cast(ops.logical_not(mask), "float32")
    weights = ops.softmax(scores)
    return ops.squeeze(ops.matmul(weights[:, None], states), axis=1), weights


@BANK.alternative("7.1")
def by_hand_with_the_largest_subtracted(scores, states, mask=None):
    mask = ops.ones_like(scores, dtype="bool") if mask is None else mask
    scores = ops.where(mask, scores, -np.inf)
    exponentials = ops.exp(scores - ops.max(scores, axis=1, keepdims=True))
    weights = exponentials / ops.sum(exponentials, axis=1, keepdims=True)
    return [ops.einsum("bs,bsd->bd", weights, states), weights]


@BANK.alternative("7.1")
def mended_after_the_softmax(scores, states, mask=None):
    weights = ops.softmax(scores, axis=-1)
    if mask is not None:
        weights = weights * ops.cast(mask, "float32")
        weights = weights / ops.sum(weights, axis=-1, keepdims=True)
    return ops.sum(ops.expand_dims(weights, -1) * states, axis=1), weights
