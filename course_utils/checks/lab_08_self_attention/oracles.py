"""Slow, obviously right versions of lab 08's answers, in NumPy loops over single numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Mask = NDArray[np.bool_]
Places = NDArray[np.integer]


def look_up(query: Array, keys: Array, values: Array, temperature: float) -> tuple[Array, Array]:
    """The mean of the values (N,) or (N, D) and the weights (N,), entry by entry."""
    scores = [math.fsum(float(q) * float(k) for q, k in zip(query, key, strict=True)) for key in keys]
    powers = [math.exp((score - max(scores)) / temperature) for score in scores]
    weights = np.array([power / math.fsum(powers) for power in powers])
    result = sum(weight * np.asarray(value, float) for weight, value in zip(weights, values, strict=True))
    return np.asarray(result), weights


def attention(
    query: Array, key: Array, value: Array, mask: Mask | None = None, scale: float | None = None
) -> tuple[Array, Array]:
    """Context (…, T, D) and weights (…, T, S), query by query; zeros where a query may look at nothing.

    Args:
        scale: what scores are divided by; the root of the width where it is None.
    """
    divisor = math.sqrt(query.shape[-1]) if scale is None else scale
    before, sizes = query.shape[:-2], (query.shape[-2], key.shape[-2])
    context, weights = np.zeros((*before, sizes[0], value.shape[-1])), np.zeros((*before, *sizes))
    allowed = np.broadcast_to(True if mask is None else mask, weights.shape)
    for index in np.ndindex(*before):
        for t in range(sizes[0]):
            open_to_t = [s for s in range(sizes[1]) if allowed[(*index, t, s)]]
            scores = {s: float(query[index][t].astype(float) @ key[index][s]) / divisor for s in open_to_t}
            powers = {s: math.exp(score - max(scores.values())) for s, score in scores.items()}
            for s, power in powers.items():
                weights[(*index, t, s)] = power / math.fsum(powers.values())
                context[(*index, t)] += weights[(*index, t, s)] * value[index][s]
    return context, weights


def attention_mask(token_ids: NDArray[np.integer], causal: bool) -> Mask:
    """(B, 1, S, S), place by place."""
    batch, length = token_ids.shape
    mask = np.zeros((batch, 1, length, length), bool)
    for b, t, s in np.ndindex(batch, length, length):
        mask[b, 0, t, s] = token_ids[b, s] != 0 and (s <= t or not causal)
    return mask


def split_heads(x: Array, heads: int) -> Array:
    """(B, T, H · K) -> (B, H, T, K), number by number."""
    batch, length, joined = x.shape
    width = joined // heads
    cut = np.zeros((batch, heads, length, width), x.dtype)
    for b, h, t, k in np.ndindex(*cut.shape):
        cut[b, h, t, k] = x[b, t, h * width + k]
    return cut


def multi_head(
    query: Array, memory: Array, weights: Sequence[Array], mask: Mask | None = None
) -> tuple[Array, Array]:
    """Outputs (B, T, D) and weights (B, H, T, S), head by head.

    Args:
        weights: kernel and bias of query, key, value and output, in this order.
    """
    query_kernel, query_bias, key_kernel, key_bias, value_kernel, value_bias, output_kernel, output_bias = (
        weights
    )
    heads = query_kernel.shape[1]
    outputs = np.zeros(query.shape) + output_bias
    looks = np.zeros((len(query), heads, query.shape[1], memory.shape[1]))
    for h in range(heads):
        context, looks[:, h] = attention(
            query @ query_kernel[:, h] + query_bias[h],
            memory @ key_kernel[:, h] + key_bias[h],
            memory @ value_kernel[:, h] + value_bias[h],
            None if mask is None else np.broadcast_to(mask, looks.shape)[:, h],
        )
        outputs = outputs + context @ output_kernel[h]
    return outputs, looks


def share_on_antecedent(weights: Array, pronouns: Sequence[int], antecedents: Sequence[int]) -> float:
    """How often a pronoun's largest weight is on its antecedent, sentence by sentence."""
    hits = 0
    for square, pronoun, antecedent in zip(weights, pronouns, antecedents, strict=True):
        row = [float(weight) for weight in square[pronoun]]
        hits += row.index(max(row)) == antecedent
    return hits / len(weights)
