"""Likely mistakes of exercise 8.5, and what each of them computes.

Shapes: queries (B, T, D), memory (B, S, M), H heads of width K; the parts are kernel and bias of query, key,
value and output.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_utils.checks.lab_08_self_attention import oracles
from course_utils.checks.lab_08_self_attention.oracles import Array


def wrong_projections(kernel: Array, bias: Array) -> dict[str, Callable[[Array], Array]]:
    """A likely mistake -> what it makes of x instead of (B, H, S, K)."""
    heads, width = bias.shape

    def straight(x: Array) -> Array:
        joined = x @ kernel.reshape(len(kernel), -1) + bias.reshape(-1)
        return np.asarray(joined.reshape(len(x), heads, x.shape[1], width))

    def interleaved(x: Array) -> Array:
        joined = x @ kernel.reshape(len(kernel), -1) + bias.reshape(-1)
        return np.asarray(joined.reshape(len(x), x.shape[1], width, heads).transpose(0, 3, 1, 2))

    return {
        "Reshaped straight to (B, H, S, K): that mixes words and heads. split_heads cuts first and then "
        "transposes.": straight,
        "Each head got every H-th number: a head is K numbers in a row.": interleaved,
        "The bias is missing.": lambda x: np.einsum("bsd,dhk->bhsk", x, kernel),
    }


def wrong_weights(query: Array, memory: Array, parts: list[Array]) -> dict[str, Array]:
    """A likely mistake in the scores -> the weights that it gives."""
    queries, keys, values = (
        np.einsum("bsd,dhk->bhsk", x, kernel) + bias[:, None]
        for x, kernel, bias in ((query, *parts[0:2]), (memory, *parts[2:4]), (memory, *parts[4:6]))
    )
    return {
        "The scores are not scaled: scaled_attention divides by the root of the head's width.": oracles.attention(
            queries, keys, values, scale=1
        )[1],
        "The scores are divided by the root of H · K: heads are compared in K numbers each.": oracles.attention(
            queries, keys, values, scale=parts[1].size ** 0.5
        )[1],
        "The scores are divided by the root of the model's width D: it must be that of a head, K.": oracles.attention(
            queries, keys, values, scale=query.shape[-1] ** 0.5
        )[1],
        "The values' kernel stands where the keys' should.": oracles.attention(queries, values, values)[1],
    }


def wrong_outputs(query: Array, memory: Array, parts: list[Array]) -> dict[str, Array]:
    """A likely mistake after the weights -> the outputs that it gives."""
    _, weights = oracles.multi_head(query, memory, parts)
    values = np.einsum("bsd,dhk->bhsk", memory, parts[4]) + parts[5][:, None]
    contexts = weights @ values
    kernel, bias = parts[6], parts[7]
    wanted = np.einsum("bhtk,hkd->btd", contexts, kernel) + bias
    keys = np.einsum("bsd,dhk->bhsk", memory, parts[2]) + parts[3][:, None]
    side_by_side = contexts.reshape(len(query), query.shape[1], -1) @ kernel.reshape(-1, len(bias)) + bias
    return {
        "The heads are averaged: each has its own part of the output kernel, and these are summed.": (
            wanted - bias
        )
        / len(kernel)
        + bias,
        **_wrong_additions(wanted, query, bias, len(kernel)),
        "Only the first head gets into the outputs.": contexts[:, 0] @ kernel[0] + bias,
        "The keys are read: the mean is of the values.": np.einsum("bhtk,hkd->btd", weights @ keys, kernel)
        + bias,
        "The contexts are reshaped without transposing back: (B, H, T, K) must become (B, T, H, K) before the "
        "heads are put side by side.": side_by_side,
        "All heads use the first one's part of the output kernel.": np.einsum(
            "bhtk,kd->btd", contexts, kernel[0]
        )
        + bias,
    }


def _wrong_additions(wanted: Array, query: Array, bias: Array, heads: int) -> dict[str, Array]:
    """The outputs where too much is added to the heads' sum, or too little."""
    return {
        "The output bias is missing.": wanted - bias,
        "The output bias is added once for each head: add it once, after the sum.": wanted
        + (heads - 1) * bias,
        "The query is added to the outputs: they are only what has been read.": wanted + query,
    }
