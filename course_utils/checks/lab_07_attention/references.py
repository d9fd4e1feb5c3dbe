"""What stands in where an exercise of lab 07 is not done; loads Keras, so only `references` by name."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from course_utils.models.attention import AdditiveAttention, masked_softmax


def attend(scores: Any, states: Any, mask: Any = None) -> tuple[Any, Any]:
    """The mean (B, D) of the states (B, S, D), weighted by the softmax of their scores (B, S), and the weights.

    Args:
        mask: (B, S), True = a real place; None where all are.
    """
    weights = masked_softmax(ops.convert_to_tensor(scores), mask)
    return ops.sum(weights[:, :, None] * states, axis=1), weights


class AttentionCell(keras.layers.Layer):
    """One step of a decoder that attends, with an LSTM cell of Keras.

    Args:
        units: U, width of the states, of the output and of what attention compares.
    """

    def __init__(self, units: int, **options: Any) -> None:
        super().__init__(**options)
        self.units = units
        self.attention = AdditiveAttention(units)
        self.cell = keras.layers.LSTMCell(units)
        self.readout = keras.layers.Dense(units, activation="tanh")
        self.supports_masking = True

    def build(self, vector_shape, memory_shape):
        """Make the weights for vectors (B, E) and memory (B, S, D)."""
        self.attention.build((None, self.units), memory_shape)
        self.cell.build((None, vector_shape[-1] + memory_shape[-1]))
        self.readout.build((None, self.units + memory_shape[-1]))

    def call(self, vector, h, c, memory, mask=None):
        """vector (B, E), states h and c (B, U), memory (B, S, D), mask (B, S) -> output (B, U), [h, c], weights."""
        context, weights = self.attention(h, memory, mask=mask)
        h, (_, c) = self.cell(ops.concatenate([vector, context], axis=-1), [h, c])
        return self.readout(ops.concatenate([h, context], axis=-1)), [h, c], weights
