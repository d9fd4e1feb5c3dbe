"""Answers to exercise 8.3, attention_mask(token_ids, causal=False)."""

from __future__ import annotations

import numpy as np
from keras import ops

from tests.mutants.lab_08_self_attention.bank import BANK


def padding(token_ids):
    return ops.not_equal(token_ids, 0)[:, None, None, :]


def triangle(token_ids):
    places = ops.arange(token_ids.shape[1])
    return places[:, None] >= places[None, :]


def combined(token_ids, causal, of_padding=padding, of_future=triangle):
    mask = of_padding(token_ids)
    return ops.logical_and(mask, of_future(token_ids)) if causal else mask


def mutant(check, *says):
    return BANK.mutant("8.3", rejected_by=check, says=says)


PADDING, AHEAD, BOTH, IDS, TRAINING = (
    "nobody_looks_at_padding",
    "nobody_looks_ahead",
    "both_masks_hold_at_once",
    "goes_by_the_ids_alone",
    "training_can_call_it",
)


@mutant(PADDING, "wrong way round")
def inverts_the_padding(token_ids, causal=False):
    return combined(token_ids, causal, lambda ids: ops.equal(ids, 0)[:, None, None, :])


@mutant(PADDING, "rows and columns are exchanged")
def masks_the_queries(token_ids, causal=False):
    return combined(token_ids, causal, lambda ids: ops.not_equal(ids, 0)[:, None, :, None])


@mutant(PADDING, "rows of padding are forbidden too")
def masks_queries_and_keys(token_ids, causal=False):
    real = ops.not_equal(token_ids, 0)
    return combined(token_ids, causal, lambda ids: real[:, None, None, :] & real[:, None, :, None])


@mutant(PADDING, "nothing is masked")
def masks_no_padding(token_ids, causal=False):
    return combined(token_ids, causal, lambda ids: ops.ones_like(padding(ids)))


@mutant(PADDING, "future is forbidden here")
def is_always_causal(token_ids, causal=False):
    return combined(token_ids, True)


@mutant(PADDING, "does not fit", "(B, 1, 1, S)")
def forgets_the_axes(token_ids, causal=False):
    return ops.not_equal(token_ids, 0)


@mutant(PADDING, "does not fit")
def puts_both_axes_at_the_end(token_ids, causal=False):
    return ops.not_equal(token_ids, 0)[:, :, None, None]


@mutant(PADDING, "must be of truth values", "bool")
def gives_numbers(token_ids, causal=False):
    return ops.cast(combined(token_ids, causal), "float32")


@mutant(AHEAD, "does not see itself")
def leaves_itself_out(token_ids, causal=False):
    return combined(token_ids, causal, of_future=lambda ids: ~ops.transpose(triangle(ids)))


@mutant(AHEAD, "sees the next one")
def sees_one_ahead(token_ids, causal=False):
    places = ops.arange(token_ids.shape[1])
    return combined(token_ids, causal, of_future=lambda ids: places[:, None] + 1 >= places[None, :])


@mutant(AHEAD, "sees the future alone")
def exchanges_queries_and_keys(token_ids, causal=False):
    return combined(token_ids, causal, of_future=lambda ids: ops.transpose(triangle(ids)))


@mutant(AHEAD, "what is False should be True")
def inverts_the_triangle(token_ids, causal=False):
    return combined(token_ids, causal, of_future=lambda ids: ~triangle(ids))


@mutant(AHEAD, "changes nothing")
def ignores_causal(token_ids, causal=False):
    return padding(token_ids)


@mutant(BOTH, "padding is forgotten")
def forgets_the_padding_when_causal(token_ids, causal=False):
    return triangle(token_ids)[None, None] if causal else padding(token_ids)


@mutant(AHEAD, "changes nothing")
def takes_one_or_the_other(token_ids, causal=False):
    """Where there is no padding, everything is one or the other."""
    mask = padding(token_ids)
    return ops.logical_or(mask, triangle(token_ids)) if causal else mask


@mutant(BOTH, "real and not in the future", "stand on the left")
def adds_padding_only_on_the_right(token_ids, causal=False):
    """Counts the real words, and lets each query see so many from the left."""
    if not causal:
        return padding(token_ids)
    lengths = ops.sum(ops.cast(ops.not_equal(token_ids, 0), "int32"), axis=1)[:, None, None, None]
    return ops.logical_and(ops.arange(token_ids.shape[1]) < lengths, triangle(token_ids))


@mutant(BOTH, "each place sees itself")
def lets_each_place_see_itself(token_ids, causal=False):
    """So that no row is without any True."""
    itself = ops.eye(token_ids.shape[1], dtype="bool")
    return ops.logical_or(combined(token_ids, causal), itself) if causal else padding(token_ids)


@mutant(AHEAD, "your line", "token_ids.shape[1]")
def takes_the_batch_for_the_length(token_ids, causal=False):
    places = ops.arange(len(token_ids))
    return combined(token_ids, causal, of_future=lambda ids: places[:, None] >= places[None, :])


@mutant(BOTH, "rows and columns of the padding")
def masks_the_queries_when_causal(token_ids, causal=False):
    mask = padding(token_ids)
    return ops.logical_and(ops.swapaxes(mask, -1, -2), triangle(token_ids)) if causal else mask


@mutant(IDS, "Id 1 is taken for padding")
def takes_the_end_for_padding(token_ids, causal=False):
    return combined(token_ids, causal, lambda ids: ops.greater(ids, 1)[:, None, None, :])


@mutant(IDS, "neither its place")
def thinks_the_first_zero_ends_the_sentence(token_ids, causal=False):
    """Right where padding stands on the right or on the left, wrong for a zero in the middle."""
    real = ops.convert_to_numpy(token_ids) != 0
    from_left = np.cumsum(~real, axis=1) == 0
    from_right = np.cumsum(~real[:, ::-1], axis=1)[:, ::-1] == 0
    mask = from_left | from_right
    return combined(token_ids, causal, lambda ids: ops.convert_to_tensor(mask)[:, None, None, :])


@mutant(TRAINING, "your line", "without numbers first", "ops.not_equal")
def works_in_numpy(token_ids, causal=False):
    length = token_ids.shape[1]
    everywhere = np.tri(length, dtype=bool) if causal else np.ones((length, length), bool)
    return (np.asarray(token_ids) != 0)[:, None, None, :] & everywhere[None, None]


@mutant(TRAINING, "your line", "without numbers first")
def asks_the_numbers(token_ids, causal=False):
    """Saves itself the mask where there is no padding."""
    if causal and not ops.any(ops.equal(token_ids, 0)):
        return triangle(token_ids)[None, None]
    return combined(token_ids, causal)


@BANK.alternative("8.3")
def of_the_full_shape(token_ids, causal=False):
    """The triangle hangs on sizes alone, so that it may be NumPy's."""
    length = token_ids.shape[1]
    everywhere = np.tri(length, dtype=bool) if causal else np.ones((length, length), bool)
    return ops.logical_and(padding(token_ids), everywhere[None, None])


@BANK.alternative("8.3")
def by_tril(token_ids, causal=False):
    mask = ops.cast(token_ids, "bool")[:, None, None, :]
    length = token_ids.shape[1]
    return mask & ops.cast(ops.tril(ops.ones((length, length))), "bool") if causal else mask
