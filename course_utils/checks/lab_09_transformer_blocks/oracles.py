"""Slow, obviously right versions of lab 09's answers, in NumPy and place by place."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from course_utils.models.transformer_config import TransformerConfig

Array = NDArray[np.floating]
Mask = NDArray[np.bool_]
EPSILON = 1e-5


def sinusoidal_positions(length: int, width: int) -> Array:
    """(T, D): sin(t / 10000^(2i/D)) in column 2i, the cosine in column 2i + 1."""
    table = np.zeros((length, width))
    for t in range(length):
        for i in range(width // 2):
            angle = t / 10_000 ** (2 * i / width)
            table[t, 2 * i], table[t, 2 * i + 1] = math.sin(angle), math.cos(angle)
    return table


def feed_forward(x: Array, first: Array, first_bias: Array, second: Array, second_bias: Array) -> Array:
    """max(0, x W1 + b1) W2 + b2 of every place: (B, T, D) -> (B, T, D)."""
    outputs = np.zeros_like(x, dtype=float)
    for b, t in np.ndindex(*x.shape[:2]):
        hidden = [max(0.0, float(x[b, t] @ first[:, k] + first_bias[k])) for k in range(len(first_bias))]
        outputs[b, t] = np.array(hidden) @ second + second_bias
    return outputs


def layer_norm(x: Array, scale: Array, shift: Array) -> Array:
    """Each place of (B, T, D) on its own: mean 0, variance 1, then scale and shift."""
    outputs = np.zeros_like(x, dtype=float)
    for b, t in np.ndindex(*x.shape[:2]):
        numbers = [float(number) for number in x[b, t]]
        mean = math.fsum(numbers) / len(numbers)
        variance = math.fsum((number - mean) ** 2 for number in numbers) / len(numbers)
        for d, number in enumerate(numbers):
            outputs[b, t, d] = scale[d] * (number - mean) / math.sqrt(variance + EPSILON) + shift[d]
    return outputs


def attention(
    query: Array, memory: Array, weights: Sequence[Array], mask: Mask | None = None
) -> tuple[Array, Array]:
    """Several heads, head by head and place by place: outputs (B, T, D), weights (B, H, T, S).

    Args:
        weights: kernel and bias of query, key, value and output, as in `models.multi_head`.
        mask: broadcasts to (B, 1, T, S); True = may be attended to.
    """
    wq, bq, wk, bk, wv, bv, wo, bo = weights
    batch, length, source, heads = len(query), query.shape[1], memory.shape[1], wq.shape[1]
    allowed = np.broadcast_to(True if mask is None else mask, (batch, 1, length, source))
    outputs, shares = np.zeros((batch, length, wo.shape[2])), np.zeros((batch, heads, length, source))
    for b, h, t in np.ndindex(batch, heads, length):
        q = query[b, t] @ wq[:, h] + bq[h]
        keys, values = memory[b] @ wk[:, h] + bk[h], memory[b] @ wv[:, h] + bv[h]
        shares[b, h, t] = _softmax(keys @ q / math.sqrt(len(q)), allowed[b, 0, t])
        outputs[b, t] += (shares[b, h, t] @ values) @ wo[h]
    return outputs + bo, shares


def _softmax(scores: Array, allowed: Mask) -> Array:
    exponentials = np.where(allowed, np.exp(scores - scores.max()), 0.0)
    total = exponentials.sum()
    return np.asarray(exponentials / total if total else exponentials)


def count_parameters(config: TransformerConfig) -> int:
    """The numbers in a list of all shapes."""
    d, hidden = config.width, config.hidden
    norm: list[tuple[int, ...]] = [(d,), (d,)]
    attention_layer: list[tuple[int, ...]] = [(d, d), (d,)] * 4
    feed: list[tuple[int, ...]] = [(d, hidden), (hidden,), (hidden, d), (d,)]
    shapes: list[tuple[int, ...]] = [(config.source_size, d), (config.target_size, d)]
    for _ in range(config.encoder_layers):
        shapes += attention_layer + feed + norm * 2
    for _ in range(config.decoder_layers):
        shapes += attention_layer * 2 + feed + norm * 3
    shapes += norm * 2 * (config.norm == "pre")
    shapes += [(config.longest, d)] * 2 * (config.positions == "learned")
    shapes += [(config.target_size, d)] * (not config.tied)
    return sum(math.prod(shape) for shape in shapes)
