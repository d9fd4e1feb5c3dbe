"""Attention as in recurrent translation: a query, one of many states, and how much of each state to read.

B batch, S source length, Q width of the query, D width of the memory's states. `attention_scores` (B, S) say
how well each state fits the query, `attention_weights` are their softmax over the source, the context (B, D)
is the mean of the states with these weights. Only the scores differ from kind to kind.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


def masked_softmax(scores: Any, mask: Any = None) -> Any:
    """Softmax over the last axis, among the places where `mask` is True; exactly 0 elsewhere.

    Args:
        scores: (…, S).
        mask: of the same shape, or one that broadcasts to it; None where every place counts. Where no
            place counts, all weights are 0.
    """
    # Keras's own softmax warns of one place alone, and has no mask
    real = ops.ones_like(scores) if mask is None else ops.cast(mask, scores.dtype)
    lowest = -3e4 if scores.dtype == "float16" else -1e9
    scores = ops.where(real > 0, scores, lowest)
    exponentials = ops.exp(scores - ops.max(scores, axis=-1, keepdims=True)) * real
    return exponentials / ops.maximum(ops.sum(exponentials, axis=-1, keepdims=True), 1e-7)


class _Attention(keras.layers.Layer):
    """What all kinds share; a kind says what its keys are and how a query scores them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def keys(self, memory: Any) -> Any:
        """What queries are compared with (B, S, …): the part of the scores that needs no query."""
        return memory

    def scores(self, query: Any, keys: Any) -> Any:
        """The scores (B, S) of queries (B, Q)."""
        raise NotImplementedError

    def call(self, query, memory, mask=None, keys=None):
        """The context (B, D) and the attention weights (B, S).

        Args:
            query: (B, Q).
            memory: (B, S, D).
            mask: (B, S), True = may be attended to; None where all may.
            keys: what `keys(memory)` gave, where many queries ask the same memory.
        """
        scores = self.scores(query, self.keys(memory) if keys is None else keys)
        weights = masked_softmax(scores, mask)
        return ops.squeeze(ops.matmul(weights[:, None], memory), axis=1), weights

    def compute_mask(self, query, previous_mask=None):
        """The source's mask ends here."""
        return None, None


@keras.saving.register_keras_serializable(package="course_utils")
class AdditiveAttention(_Attention):
    """score = v · tanh(W query + U state) (Bahdanau et al. 2015, *Neural machine translation by jointly
    learning to align and translate*, appendix A.1.2).

    Both projections are learned; `keras.layers.AdditiveAttention` has neither. Weights in order: W (Q,
    units), U (D, units), v (units,).

    Args:
        units: width of what is compared.
    """

    def __init__(self, units: int, **kwargs: Any) -> None:
        if not isinstance(units, int) or units < 1:
            raise ValueError(f"expected units to be a whole number of at least 1, received {units!r}")
        super().__init__(**kwargs)
        self.units = units

    def build(self, query_shape: tuple[int | None, ...], memory_shape: tuple[int | None, ...]) -> None:
        self.query_kernel = self.add_weight(shape=(query_shape[-1], self.units), name="query_kernel")
        self.memory_kernel = self.add_weight(shape=(memory_shape[-1], self.units), name="memory_kernel")
        self.vector = self.add_weight(shape=(self.units,), initializer="random_normal", name="vector")

    def keys(self, memory: Any) -> Any:
        """U state: (B, S, units)."""
        return ops.matmul(memory, self.memory_kernel)

    def scores(self, query: Any, keys: Any) -> Any:
        projected = ops.matmul(query, self.query_kernel)[:, None]
        return ops.sum(ops.tanh(projected + keys) * self.vector, axis=-1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.units}


@keras.saving.register_keras_serializable(package="course_utils")
class DotAttention(_Attention):
    """score = query · state, for states as wide as the query (Luong et al. 2015, *Effective approaches to
    attention-based neural machine translation*, section 3.1). No weights.
    """

    def build(self, query_shape: tuple[int | None, ...], memory_shape: tuple[int | None, ...]) -> None:
        if query_shape[-1] != memory_shape[-1]:
            raise ValueError(
                f"expected query and memory of one width, received {query_shape[-1]} and {memory_shape[-1]}; "
                "GeneralAttention takes two"
            )

    def scores(self, query: Any, keys: Any) -> Any:
        return ops.squeeze(ops.matmul(keys, query[..., None]), axis=-1)


@keras.saving.register_keras_serializable(package="course_utils")
class GeneralAttention(_Attention):
    """score = query · (W state), with a learned W (Luong et al. 2015, section 3.1). Weight: W (Q, D)."""

    def build(self, query_shape: tuple[int | None, ...], memory_shape: tuple[int | None, ...]) -> None:
        self.kernel = self.add_weight(shape=(query_shape[-1], memory_shape[-1]), name="kernel")

    def keys(self, memory: Any) -> Any:
        """W state: (B, S, Q)."""
        return ops.matmul(memory, ops.transpose(self.kernel))

    scores = DotAttention.scores
