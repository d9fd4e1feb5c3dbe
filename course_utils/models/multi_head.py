"""Scaled dot-product attention, its masks, and attention with several heads.

Shapes: B batch, T queries, S keys, D model width, H heads, K width of a head. Masks are bool, True = may be
attended to; they are combined by `keras.ops.logical_and` and passed on explicitly.

The equations are those of Vaswani et al. 2017, *Attention is all you need*, section 3.2.
"""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

from course_utils.models.attention import masked_softmax
from course_utils.models.dropout import Dropout

PAD = 0


def padding_mask(token_ids: Any) -> Any:
    """True at real tokens: from ids (B, S) to (B, 1, 1, S), for all heads and all queries."""
    return ops.not_equal(token_ids, PAD)[:, None, None, :]


def causal_mask(length: Any) -> Any:
    """True where the key is not later than the query: (1, 1, T, T), the lower triangle."""
    places = ops.arange(length)
    return (places[:, None] >= places[None, :])[None, None]


def scaled_dot_product_attention(query: Any, key: Any, value: Any, mask: Any = None) -> tuple[Any, Any]:
    """softmax(query · keyᵀ / √K) · value (equation 1), and the weights that the softmax gave.

    Args:
        query: (…, T, K).
        key: (…, S, K).
        value: (…, S, K').
        mask: broadcasts to (…, T, S); None where every query may attend to every key.

    Returns:
        The context (…, T, K') and the weights (…, T, S). Weights are exactly 0 where the mask is False; a
        query that may attend to nothing has weights of 0, and a context of 0.
    """
    weights = attention_weights(query, key, mask)
    return ops.matmul(weights, value), weights


def attention_weights(query: Any, key: Any, mask: Any = None) -> Any:
    """How much each query attends to each key: (…, T, S). Arguments as above."""
    # The query is scaled, not the scores: it is smaller, by S / K
    query = query * (1 / math.sqrt(query.shape[-1]))
    return masked_softmax(ops.matmul(query, ops.swapaxes(key, -1, -2)), mask)


@keras.saving.register_keras_serializable(package="course_utils")
class MultiHeadAttention(keras.layers.Layer):
    """Attention by several heads at once, each with queries, keys and values of its own (section 3.2.2).

    Its weights are those of `keras.layers.MultiHeadAttention`, in the same order: kernel (D, H, K) and bias
    (H, K) of query, key and value, kernel (H, K, D) and bias (D,) of the output. They begin as those of a
    plain D × H·K layer would; Keras takes the three axes for a convolution and begins smaller.

    Args:
        heads: H.
        head_width: K.
        dropout: share of the weights that training leaves out of the context.
    """

    def __init__(self, heads: int, head_width: int, dropout: float = 0.0, **kwargs: Any) -> None:
        if heads < 1 or head_width < 1:
            raise ValueError(
                f"expected heads and head_width of at least 1, received {heads} and {head_width}"
            )
        super().__init__(**kwargs)
        self.supports_masking = True
        self.heads, self.head_width = heads, head_width
        self.dropout = Dropout(dropout)

    def build(self, query_shape: tuple[int | None, ...], memory_shape: Any = None) -> None:
        """Make the weights, for queries (B, T, D) and a memory (B, S, D); None for the queries themselves."""
        width, memory_width = query_shape[-1], (memory_shape or query_shape)[-1]
        self.query_kernel, self.query_bias = self._projection("query", width)
        self.key_kernel, self.key_bias = self._projection("key", memory_width)
        self.value_kernel, self.value_bias = self._projection("value", memory_width)
        self.output_kernel = self._kernel("output", (self.heads, self.head_width, width), rows=2)
        self.output_bias = self.add_weight(shape=(width,), initializer="zeros", name="output_bias")

    def _projection(self, name: str, width: int | None) -> tuple[Any, Any]:
        kernel = self._kernel(name, (width, self.heads, self.head_width), rows=1)
        shape = (self.heads, self.head_width)
        return kernel, self.add_weight(shape=shape, initializer="zeros", name=f"{name}_bias")

    def _kernel(self, name: str, shape: tuple[int | None, ...], rows: int) -> Any:
        """Weights of `shape` that begin as the matrix whose rows are its first axes (`rows` of them)."""
        matrix = math.prod(shape[:rows]), math.prod(shape[rows:])  # type: ignore[arg-type]
        glorot = keras.initializers.GlorotUniform()

        def initial(shape: Any, dtype: Any = None) -> Any:
            return ops.reshape(glorot(matrix, dtype), shape)

        return self.add_weight(shape=shape, initializer=initial, name=f"{name}_kernel")

    def call(self, query, memory, mask=None, training=False):
        """What the heads read from the memory (B, T, D), and their weights (B, H, T, S), before dropout.

        Args:
            query: (B, T, D); what each place looks from.
            memory: (B, S, D); what is looked at. For self-attention the same as the query.
            mask: broadcasts to (B, H, T, S); None where all may attend to all.
        """
        key, value = self.keys_values(memory)
        return self.attend(self.queries(query), key, value, mask=mask, training=training)

    def queries(self, query):
        """Each head's queries: (B, T, D) -> (B, H, T, K)."""
        return self._split(query, self.query_kernel, self.query_bias)

    def keys_values(self, memory):
        """Each head's keys and values: (B, S, D) -> two of (B, H, S, K). A decoder keeps them (a cache)."""
        key = self._split(memory, self.key_kernel, self.key_bias)
        return key, self._split(memory, self.value_kernel, self.value_bias)

    def attend(self, query, key, value, mask=None, training=False):
        """From (B, H, T, K) and two of (B, H, S, K) to outputs (B, T, D) and weights (B, H, T, S)."""
        weights = attention_weights(query, key, mask)
        context = ops.matmul(self.dropout(weights, training=training), value)  # (B, H, T, K)
        return self._join(context), weights

    def _split(self, x, kernel, bias):
        """One product for all heads, then the heads before the places: (B, T, D) -> (B, H, T, K)."""
        joined = self.heads * self.head_width
        projected = ops.matmul(x, ops.reshape(kernel, (-1, joined))) + ops.reshape(bias, (joined,))
        projected = ops.reshape(projected, (-1, ops.shape(x)[1], self.heads, self.head_width))
        return ops.transpose(projected, (0, 2, 1, 3))

    def _join(self, context):
        """The heads side by side again, and the last product: (B, H, T, K) -> (B, T, D)."""
        context = ops.transpose(context, (0, 2, 1, 3))
        joined = self.heads * self.head_width
        context = ops.reshape(context, (-1, ops.shape(context)[1], joined))
        return ops.matmul(context, ops.reshape(self.output_kernel, (joined, -1))) + self.output_bias

    def compute_mask(self, query, previous_mask=None):
        """No mask goes on unseen."""
        return None

    def get_config(self) -> dict[str, Any]:
        """What makes the layer anew."""
        sizes = {"heads": self.heads, "head_width": self.head_width, "dropout": self.dropout.rate}
        return {**super().get_config(), **sizes}
