"""What stands in where an exercise of lab 08 is not done; loads Keras, so only by name."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops

from course_utils.models import multi_head
from course_utils.models.multi_head import causal_mask, padding_mask


def look_up(query: Any, keys: Any, values: Any, temperature: float) -> tuple[Any, Any]:
    """The mean of the values (N,) or (N, D), weighted by the softmax of query · key / temperature, and the weights.

    Args:
        query: (K,).
        keys: (N, K).
        temperature: above 0.
    """
    scores = np.asarray(keys) @ np.asarray(query) / temperature
    exponentials = np.exp(scores - scores.max())
    weights = exponentials / exponentials.sum()
    return weights @ np.asarray(values), weights


def attention_mask(token_ids: Any, causal: bool = False) -> Any:
    """True where a place may be looked at: (B, 1, 1, S), or (B, 1, S, S) where the future is forbidden too."""
    mask = padding_mask(token_ids)
    return ops.logical_and(mask, causal_mask(token_ids.shape[1])) if causal else mask


def split_heads(x: Any, heads: int) -> Any:
    """(B, T, H · K) -> (B, H, T, K)."""
    length, width = x.shape[1], x.shape[2] // heads
    return ops.transpose(ops.reshape(x, (-1, length, heads, width)), (0, 2, 1, 3))


class MultiHeadAttention(multi_head.MultiHeadAttention):
    """The package's layer, with the projection under the name that the exercise gives it."""

    def project(self, x: Any, kernel: Any, bias: Any) -> Any:
        """x (B, S, D), kernel (D, H, K), bias (H, K) -> (B, H, S, K)."""
        joined = self.heads * self.head_width
        projected = ops.matmul(x, ops.reshape(kernel, (-1, joined))) + ops.reshape(bias, (joined,))
        return split_heads(projected, self.heads)

    def queries(self, query: Any) -> Any:
        """(B, T, D) -> (B, H, T, K)."""
        return self.project(query, self.query_kernel, self.query_bias)

    def keys_values(self, memory: Any) -> tuple[Any, Any]:
        """(B, S, D) -> two of (B, H, S, K)."""
        key = self.project(memory, self.key_kernel, self.key_bias)
        return key, self.project(memory, self.value_kernel, self.value_bias)


def share_on_antecedent(weights: Any, pronouns: Any, antecedents: Any) -> float:
    """How often the largest weight (N, S, S) in a pronoun's row is on its antecedent; places are (N,)."""
    found = np.argmax(np.asarray(weights)[np.arange(len(weights)), pronouns], axis=-1)
    return float(np.mean(found == np.asarray(antecedents)))
