"""A decoder that attends to the source before each of its steps."""

from __future__ import annotations

from typing import Any, NamedTuple

import keras
from keras import ops

from course_utils.models.recurrent import step_by_step


class Source(NamedTuple):
    """What a decoder attends to; it stays the same while a translation grows."""

    memory: Any  # the encoder's states (B, S, D)
    keys: Any  # what the attention layer makes of them, once for all steps
    mask: Any  # (B, S), True = may be attended to


@keras.saving.register_keras_serializable(package="course_utils")
class AttentionDecoder(keras.layers.Layer):
    """An LSTM that looks at the source before each step (Bahdanau et al. 2015, appendix A.2.2).

    With s the output before and y the vector of the last token: the context is what `attention` reads for the
    query s; the cell goes from s to s' with [y; context]; the decoder's output is tanh(W [s'; context])
    (Luong et al. 2015, equation 5). That the context goes into the cell too (Luong et al. call it input
    feeding) tells the decoder what it has read already.

    Args:
        units: U, width of state and output.
        attention: a layer as in `models.attention`.
    """

    def __init__(self, units: int, attention: keras.layers.Layer, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units
        self.attention = attention
        self.from_token = keras.layers.Dense(4 * units)
        self.from_context = keras.layers.Dense(4 * units, use_bias=False)
        self.from_output = keras.layers.Dense(4 * units, use_bias=False, kernel_initializer="orthogonal")
        self.readout = keras.layers.Dense(units, activation="tanh")

    def build(self, embedded_shape, memory_shape) -> None:
        """Make the weights for embedded (B, T, E) and memory (B, S, D)."""
        if not self.attention.built:  # one that comes from a file is
            self.attention.build((None, self.units), memory_shape)
        self.from_token.build((None, embedded_shape[-1]))
        self.from_context.build((None, memory_shape[-1]))
        self.from_output.build((None, self.units))
        self.readout.build((None, self.units + memory_shape[-1]))

    def call(self, embedded, memory, initial_state=None, mask=None):
        """The outputs (B, T, U) and the attention weights (B, T, S) over a whole translation.

        Args:
            embedded: the tokens' vectors (B, T, E).
            memory: the encoder's states (B, S, D).
            initial_state: output and cell state (B, U) before the first step; zeros for None.
            mask: (B, S), True = may be attended to; None where all may.
        """
        nothing = ops.zeros((ops.shape(embedded)[0], self.units), embedded.dtype)
        output, cell = (nothing, nothing) if initial_state is None else initial_state
        source = self.source(memory, mask)

        def step(before, from_token):
            output, cell, _, _ = before
            return self._step(from_token, output, cell, source)

        start = (output, cell, nothing, ops.zeros_like(memory[:, :, 0]))
        _, _, readouts, weights = step_by_step(step, start, self.from_token(embedded))
        return readouts, weights

    def source(self, memory, mask=None) -> Source:
        """The source as `step` takes it."""
        return Source(memory, self.attention.keys(memory), mask)

    def step(self, embedded, state, source: Source):
        """One step: vectors (B, E), output and cell state (B, U) -> output (B, U), weights (B, S), state."""
        output, cell = state
        output, cell, readout, weights = self._step(self.from_token(embedded), output, cell, source)
        return readout, weights, (output, cell)

    def _step(self, from_token, output, cell, source: Source):
        context, weights = self.attention(output, source.memory, mask=source.mask, keys=source.keys)
        sums = from_token + self.from_context(context) + self.from_output(output)
        i, f, candidate, o = ops.split(sums, 4, axis=-1)
        # 1 more: a new decoder keeps its memory (Gers et al. 2000)
        cell = ops.sigmoid(f + 1) * cell + ops.sigmoid(i) * ops.tanh(candidate)
        output = ops.sigmoid(o) * ops.tanh(cell)
        readout = self.readout(ops.concatenate([output, context], axis=-1))
        return output, cell, readout, weights

    def compute_mask(self, embedded, previous_mask=None):
        """The source's mask ends here."""
        return None, None

    def get_config(self) -> dict[str, Any]:
        """What makes the layer anew, its attention too."""
        attention = keras.saving.serialize_keras_object(self.attention)
        return {**super().get_config(), "units": self.units, "attention": attention}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> AttentionDecoder:
        """The layer that `get_config` describes."""
        attention = keras.saving.deserialize_keras_object(config.pop("attention"))
        return cls(attention=attention, **config)
