"""Answers to exercise 8.4, split_heads(x, heads)."""

from __future__ import annotations

import numpy as np
from keras import ops

from tests.mutants.lab_08_self_attention.bank import BANK


def right(x, heads):
    batch, length, width = x.shape
    return ops.transpose(ops.reshape(x, (batch, length, heads, width // heads)), (0, 2, 1, 3))


def mutant(check, *says):
    return BANK.mutant("8.4", rejected_by=check, says=says)


CUT, CONFUSED, ANY, BACK = (
    "each_word_is_cut",
    "heads_and_places_are_not_confused",
    "any_number_of_heads",
    "gradients_come_back",
)


@mutant(CUT, "mixes words and heads")
def reshapes_straight(x, heads):
    batch, length, width = x.shape
    return ops.reshape(x, (batch, heads, length, width // heads))


@mutant(CUT, "every H-th number")
def deals_the_numbers_out(x, heads):
    batch, length, width = x.shape
    return ops.transpose(ops.reshape(x, (batch, length, width // heads, heads)), (0, 3, 1, 2))


@mutant(CUT, "transpose of axes 1 and 2 is missing")
def forgets_the_transpose(x, heads):
    batch, length, width = x.shape
    return ops.reshape(x, (batch, length, heads, width // heads))


@mutant(CUT, "in other places", "ops.transpose(x, (0, 2, 1, 3))")
def puts_the_heads_first(x, heads):
    return ops.swapaxes(right(x, heads), 0, 1)


@mutant(CUT, "has another shape")
def exchanges_places_and_width(x, heads):
    return ops.swapaxes(right(x, heads), -1, -2)


@mutant(CUT, "your line", "x.shape[-1] // heads")
def takes_the_heads_for_the_width(x, heads):
    batch, length, width = x.shape
    return ops.transpose(ops.reshape(x, (batch, length, heads, width)), (0, 2, 1, 3))


@mutant(CUT, "reverse order")
def reverses_the_heads(x, heads):
    return ops.flip(right(x, heads), axis=1)


@mutant(CONFUSED, "transpose is missing")
def transposes_only_where_the_shape_tells(x, heads):
    return right(x, heads) if x.shape[1] != heads else ops.swapaxes(right(x, heads), 1, 2)


@mutant(ANY, "your line")
def takes_all_sizes_for_even(x, heads):
    """Written for one size."""
    batch, length, _ = x.shape
    return ops.transpose(ops.reshape(x, (batch, length, heads, 6 // heads)), (0, 2, 1, 3))


@mutant(ANY, "has another shape")
def leaves_one_head_out(x, heads):
    return right(x, heads) if heads > 1 else x


@BANK.alternative("8.4")
def puts_parts_one_upon_another(x, heads):
    return ops.stack(ops.split(ops.convert_to_tensor(x), heads, axis=-1), axis=1)


@BANK.alternative("8.4")
def slice_by_slice(x, heads):
    width = x.shape[-1] // heads
    return ops.stack([x[..., h * width : (h + 1) * width] for h in range(heads)], axis=1)


@mutant(BACK, "a gradient must come back to x", "NumPy's functions")
def in_numpy(x, heads):
    x = np.asarray(x)
    return x.reshape(*x.shape[:2], heads, -1).swapaxes(1, 2)


@mutant(BACK, "a gradient must come back to x", "number by number")
def fills_an_array(x, heads):
    batch, length, joined = x.shape
    width = joined // heads
    cut = np.zeros((batch, heads, length, width), "float32")
    for head in range(heads):
        cut[:, head] = x[:, :, head * width : (head + 1) * width]
    return ops.convert_to_tensor(cut)


@mutant(BACK, "a gradient must come back to x", "stop_gradient")
def stops_the_gradient(x, heads):
    return right(ops.stop_gradient(x), heads)


@mutant(BACK, "is 1 for each", "cut off")
def lets_the_first_head_learn(x, heads):
    cut = right(x, heads)
    return ops.concatenate([cut[:, :1], ops.stop_gradient(cut[:, 1:])], axis=1)
