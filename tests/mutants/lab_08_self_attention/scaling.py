"""Answers to exercise 8.2, scaled_attention(query, key, value, mask=None)."""

from __future__ import annotations

import math

import numpy as np
from keras import ops

from tests.mutants.lab_08_self_attention.bank import BANK


def scored(query, key):
    return ops.matmul(query, ops.swapaxes(key, -1, -2)) / math.sqrt(query.shape[-1])


def softmax(scores, mask):
    if mask is None:
        return ops.softmax(scores, axis=-1)
    return ops.where(mask, ops.softmax(ops.where(mask, scores, -1e9), axis=-1), 0.0)


def right(query, key, value, mask=None):
    weights = softmax(scored(query, key), mask)
    return ops.matmul(weights, value), weights


def by_weights(weights, value):
    return ops.matmul(weights, value), weights


def mutant(check, *says):
    return BANK.mutant("8.2", rejected_by=check, says=says)


WEIGHTS, MEAN, AXES = (
    "weights_are_the_scaled_softmax",
    "the_context_is_the_mean_of_the_values",
    "any_number_of_axes_may_come_first",
)
ZERO, NOTHING, LARGE, BACK, MASKED, TRAINING = (
    "forbidden_places_have_weight_zero",
    "a_query_that_may_look_at_nothing_gets_zeros",
    "survives_large_scores",
    "gradients_come_back",
    "gradients_come_back_through_a_mask",
    "training_can_call_it",
)


@mutant(WEIGHTS, "scaling is missing")
def forgets_to_scale(query, key, value, mask=None):
    return by_weights(softmax(scored(query, key) * math.sqrt(query.shape[-1]), mask), value)


@mutant(WEIGHTS, "divided by the width", "its root")
def divides_by_the_width(query, key, value, mask=None):
    return by_weights(softmax(scored(query, key) / math.sqrt(query.shape[-1]), mask), value)


@mutant(WEIGHTS, "root of the number of keys")
def divides_by_the_root_of_the_length(query, key, value, mask=None):
    scores = scored(query, key) * math.sqrt(query.shape[-1] / key.shape[-2])
    return by_weights(softmax(scores, mask), value)


@mutant(WEIGHTS, "root of the value's width")
def divides_by_the_root_of_the_values_width(query, key, value, mask=None):
    scores = scored(query, key) * math.sqrt(query.shape[-1] / value.shape[-1])
    return by_weights(softmax(scores, mask), value)


@mutant(WEIGHTS, "root on paper")
def divides_by_two(query, key, value, mask=None):
    return by_weights(softmax(scored(query, key) * math.sqrt(query.shape[-1]) / 2, mask), value)


@mutant(WEIGHTS, "multiplied by the root")
def multiplies_by_the_root(query, key, value, mask=None):
    return by_weights(softmax(scored(query, key) * query.shape[-1], mask), value)


@mutant(WEIGHTS, "softmax runs over the queries", "axis=-1")
def takes_the_softmax_over_the_queries(query, key, value, mask=None):
    return by_weights(ops.softmax(scored(query, key), axis=-2), value)


@mutant(WEIGHTS, "softmax is scaled")
def scales_the_weights(query, key, value, mask=None):
    root = math.sqrt(query.shape[-1])
    return by_weights(softmax(scored(query, key) * root, mask) / root, value)


@mutant(WEIGHTS, "softmax is still to be taken")
def takes_scores_for_weights(query, key, value, mask=None):
    return by_weights(scored(query, key), value)


@mutant(WEIGHTS, "has another shape", "context first")
def returns_the_weights_first(query, key, value, mask=None):
    return right(query, key, value, mask)[::-1]


@mutant(WEIGHTS, "your line", "ops.swapaxes")
def forgets_to_exchange_the_axes(query, key, value, mask=None):
    scores = ops.matmul(query, key) / math.sqrt(query.shape[-1])
    return by_weights(softmax(scores, mask), value)


@mutant(MEAN, "number of keys")
def divides_the_context_too(query, key, value, mask=None):
    context, weights = right(query, key, value, mask)
    return context / key.shape[-2], weights


@mutant(MEAN, "best key alone")
def takes_the_best_value(query, key, value, mask=None):
    _, weights = right(query, key, value, mask)
    best = ops.one_hot(ops.argmax(weights, axis=-1), key.shape[-2])
    return ops.matmul(best, value), weights


@mutant(MEAN, "mean of the values")
def centres_the_context(query, key, value, mask=None):
    context, weights = right(query, key, value, mask)
    return context - ops.mean(context, axis=-1, keepdims=True), weights


@mutant(AXES, "last two")
def exchanges_axes_one_and_two(query, key, value, mask=None):
    """Right for (B, T, K), and for nothing else."""
    scores = ops.matmul(query, ops.transpose(key, (0, 2, 1))) / math.sqrt(query.shape[-1])
    return by_weights(softmax(scores, mask), value)


@mutant(AXES, "last two axes")
def takes_the_softmax_over_axis_two(query, key, value, mask=None):
    """With batch and heads in front, axis 2 are the queries."""
    scores = scored(query, key)
    return by_weights(ops.softmax(scores, axis=2 if len(scores.shape) > 2 else -1), value)


@mutant(ZERO, "mask does nothing")
def ignores_the_mask(query, key, value, mask=None):
    return right(query, key, value)


@mutant(ZERO, "mask comes after the softmax")
def masks_after_the_softmax(query, key, value, mask=None):
    weights = ops.softmax(scored(query, key), axis=-1)
    return by_weights(weights if mask is None else weights * ops.cast(mask, "float32"), value)


@mutant(ZERO, "wrong way round")
def inverts_the_mask(query, key, value, mask=None):
    scores = scored(query, key)
    return by_weights(ops.softmax(scores if mask is None else ops.where(mask, -1e9, scores), axis=-1), value)


@mutant(ZERO, "e^0 is 1")
def multiplies_the_scores_by_the_mask(query, key, value, mask=None):
    scores = scored(query, key)
    return by_weights(
        ops.softmax(scores if mask is None else scores * ops.cast(mask, "float32"), axis=-1), value
    )


@mutant(ZERO, "added as 0 and 1")
def adds_the_mask(query, key, value, mask=None):
    scores = scored(query, key)
    return by_weights(
        ops.softmax(scores if mask is None else scores + ops.cast(mask, "float32"), axis=-1), value
    )


@mutant(ZERO, "NaN", "0 times infinity")
def multiplies_by_minus_infinity(query, key, value, mask=None):
    scores = scored(query, key)
    if mask is not None:
        scores = scores + (1 - ops.cast(mask, "float32")) * -np.inf
    return by_weights(ops.softmax(scores, axis=-1), value)


@mutant(ZERO, "exactly 0", "e^-10 is not")
def masks_with_minus_ten(query, key, value, mask=None):
    scores = scored(query, key)
    scores = scores if mask is None else ops.where(mask, scores, ops.min(scores, axis=-1, keepdims=True) - 10)
    return by_weights(ops.softmax(scores, axis=-1), value)


@mutant(ZERO, "values that may be looked at")
def shows_the_mask_and_does_not_use_it(query, key, value, mask=None):
    return right(query, key, value)[0], right(query, key, value, mask)[1]


@mutant(NOTHING, "1/S each")
def shares_among_the_forbidden(query, key, value, mask=None):
    scores = scored(query, key)
    return by_weights(ops.softmax(scores if mask is None else ops.where(mask, scores, -1e9), axis=-1), value)


@mutant(NOTHING, "NaN")
def masks_with_minus_infinity(query, key, value, mask=None):
    scores = scored(query, key)
    return by_weights(
        ops.softmax(scores if mask is None else ops.where(mask, scores, -np.inf), axis=-1), value
    )


@mutant(LARGE, "subtract the largest score")
def writes_the_softmax_out(query, key, value, mask=None):
    powers = ops.exp(scored(query, key))
    powers = powers if mask is None else ops.where(mask, powers, 0.0)
    total = ops.sum(powers, axis=-1, keepdims=True)
    return by_weights(powers / ops.where(total > 0, total, 1.0), value)


@mutant(LARGE, "around 100")
def masks_with_minus_fifty(query, key, value, mask=None):
    """Enough for small scores, and too little where all others are lower still."""
    scores = scored(query, key)
    if mask is None:
        return by_weights(ops.softmax(scores, axis=-1), value)
    weights = ops.softmax(ops.where(mask, scores, -50.0), axis=-1)
    return by_weights(ops.where(mask, weights, 0.0), value)


@mutant(BACK, "come back to the query", "NumPy")
def scores_in_numpy(query, key, value, mask=None):
    query, key = ops.convert_to_numpy(query), ops.convert_to_numpy(key)
    return by_weights(softmax(ops.convert_to_tensor(scored(query, key)), mask), value)


@mutant(BACK, "come back to the value")
def averages_in_numpy(query, key, value, mask=None):
    _, weights = right(query, key, value, mask)
    return ops.matmul(weights, ops.convert_to_numpy(value)), weights


@mutant(BACK, "come back to the query", "stop_gradient")
def takes_the_weights_as_given(query, key, value, mask=None):
    return by_weights(ops.stop_gradient(right(query, key, value, mask)[1]), value)


@mutant(MASKED, "gradient of the query", "too late")
def repairs_what_is_not_a_number(query, key, value, mask=None):
    """The weights are right, and where a softmax had nothing left its gradient is not a number."""
    scores = scored(query, key)
    if mask is not None:
        scores = scores + ops.where(mask, 0.0, -np.inf)
    weights = ops.softmax(scores, axis=-1)
    return by_weights(ops.where(ops.isnan(weights), 0.0, weights), value)


@mutant(MASKED, "your line", "ops.cast(mask")
def reckons_with_truth_values(query, key, value, mask=None):
    """NumPy does, and tensors do not."""
    scores = scored(query, key)
    if mask is None:
        return by_weights(ops.softmax(scores, axis=-1), value)
    weights = ops.softmax(scores + (1 - mask) * -1e9, axis=-1)
    return by_weights(weights * mask, value)


@mutant(MASKED, "gradient of the query", "cut off")
def learns_without_a_mask_alone(query, key, value, mask=None):
    weights = right(query, key, value, mask)[1]
    return by_weights(weights if mask is None else ops.stop_gradient(weights), value)


@mutant(TRAINING, "your line", "without numbers first", "ops.where")
def asks_whether_a_row_is_empty(query, key, value, mask=None):
    if mask is None or ops.all(ops.any(mask, axis=-1)):
        return right(query, key, value, mask)
    return right(query, key, value, mask)


@mutant(AXES, "your line", "any number of axes")
def takes_four_axes_for_granted(query, key, value, mask=None):
    if query.ndim != 3:
        _, _, _, width = query.shape
        query = query * math.sqrt(query.shape[-1] / width)
    return right(query, key, value, mask)


@BANK.alternative("8.2")
def by_einsum(query, key, value, mask=None):
    weights = softmax(ops.einsum("...tk,...sk->...ts", query / math.sqrt(query.shape[-1]), key), mask)
    return ops.einsum("...ts,...sd->...td", weights, value), weights


@BANK.alternative("8.2")
def masks_with_minus_infinity_and_zeros(query, key, value, mask=None):
    """Both times by where, which keeps what is not a number out of the gradients, too."""
    scores = scored(query, key)
    if mask is None:
        return by_weights(ops.softmax(scores, axis=-1), value)
    return by_weights(ops.where(mask, ops.softmax(ops.where(mask, scores, -np.inf), axis=-1), 0.0), value)


@BANK.alternative("8.2")
def adds_a_large_negative_number(query, key, value, mask=None):
    scores = scored(query, key)
    if mask is None:
        return by_weights(ops.softmax(scores, axis=-1), value)
    real = ops.cast(mask, "float32")
    weights = ops.softmax(scores + (1 - real) * -1e9, axis=-1) * real
    return [ops.matmul(weights, value), weights]
