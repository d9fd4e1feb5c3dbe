"""Recurrent networks as plainly as they can be written: the equations of lab 05, one step at a time.

B batch, T steps, D input width, U state width, V vocabulary. `models.recurrent` holds the fast LSTM layer.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

Array = NDArray[np.floating]


def rnn_states(x: Array, kernel: Array, recurrent_kernel: Array, bias: Array) -> Array:
    """The states (T, U) of a plain recurrent network, h_t = tanh(x_t W + h_{t-1} R + b) (Elman 1990).

    Args:
        x: inputs (T, D); the state before the first is zero.
        kernel: W (D, U).
        recurrent_kernel: R (U, U).
        bias: b (U,).
    """
    h = np.zeros_like(bias)
    states = []
    for x_t in x:
        h = np.tanh(x_t @ kernel + h @ recurrent_kernel + bias)
        states.append(h)
    return np.stack(states)


def gradient_norms(states: Array, recurrent_kernel: Array) -> Array:
    """How strongly the last state's sum depends on each state: norms (T,) of its gradient, by hand.

    One step back multiplies by the slope of tanh, 1 - h², and by Rᵀ (Hochreiter 1991; Bengio et al. 1994).

    Args:
        states: as `rnn_states` gives them, (T, U).
        recurrent_kernel: R (U, U).
    """
    gradient = np.ones_like(states[-1])
    norms = [np.linalg.norm(gradient)]
    for h in states[:0:-1]:
        gradient = recurrent_kernel @ (gradient * (1 - h**2))
        norms.append(np.linalg.norm(gradient))
    return np.array(norms[::-1])


def lstm_step(x: Any, h: Any, c: Any, kernel: Any, recurrent_kernel: Any, bias: Any) -> tuple[Any, Any]:
    """One step of an LSTM: the new output h and the new memory c, both (B, U).

    Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000. The weights' columns are
    those of the gates i and f, the candidate, and the gate o, as in Keras.

    Args:
        x: inputs (B, D).
        h: the last output (B, U).
        c: the memory (B, U).
        kernel: (D, 4U).
        recurrent_kernel: (U, 4U).
        bias: (4U,).
    """
    sums = ops.matmul(x, kernel) + ops.matmul(h, recurrent_kernel) + bias
    i, f, candidate, o = ops.split(sums, 4, axis=-1)
    c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(candidate)
    return ops.sigmoid(o) * ops.tanh(c), c


@keras.saving.register_keras_serializable("course_utils.recurrent_cell")
class LSTMCell(keras.layers.Layer):
    """`lstm_step` with weights of its own; `keras.layers.RNN` takes it for a cell.

    The forget gate's bias starts at 1, so that a new network keeps its memory (Gers et al. 2000;
    Jozefowicz et al. 2015).
    """

    def __init__(self, units: int, **options: Any) -> None:
        super().__init__(**options)
        self.units = units
        self.state_size = [units, units]

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the weights; `input_shape` is (B, D)."""
        self.kernel = self.add_weight(shape=(input_shape[-1], 4 * self.units), initializer="glorot_uniform")
        self.recurrent_kernel = self.add_weight(shape=(self.units, 4 * self.units), initializer="orthogonal")
        self.bias = self.add_weight(shape=(4 * self.units,), initializer=_forget_bias_one)

    def call(self, inputs: Any, states: list[Any]) -> tuple[Any, list[Any]]:
        """Inputs (B, D), states [h, c] of (B, U) -> the output h, and the new states [h, c]."""
        h, c = states
        h, c = lstm_step(inputs, h, c, self.kernel, self.recurrent_kernel, self.bias)
        return h, [h, c]

    def get_config(self) -> dict[str, Any]:
        """What makes the layer anew."""
        return {**super().get_config(), "units": self.units}


def _forget_bias_one(shape: tuple[int, ...], dtype: Any = None) -> Any:
    return ops.repeat(ops.convert_to_tensor([0, 1, 0, 0], dtype), shape[0] // 4)


@keras.saving.register_keras_serializable("course_utils.recurrent_cell")
class LSTM(keras.layers.Layer):
    """An `LSTMCell` run over time; a masked step keeps the state and repeats the output before it."""

    def __init__(self, units: int, return_sequences: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.units = units
        self.return_sequences = return_sequences
        self.cell = LSTMCell(units)
        self.supports_masking = True  # or Keras warns of every mask

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Build the cell; `input_shape` is (B, T, D).

        Raises:
            ValueError: T is not known, and the steps cannot be written out one by one.
        """
        if input_shape[1] is None:
            raise ValueError(
                f"expected a known number of steps T, received the shape (B, T, D) = {input_shape}"
            )
        self.cell.build((input_shape[0], input_shape[2]))

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Inputs (B, T, D), mask (B, T), True = a real token -> outputs (B, T, U), or the last one (B, U)."""
        h = c = ops.zeros((ops.shape(inputs)[0], self.units), self.compute_dtype)
        outputs = []
        for t in range(inputs.shape[1]):
            _, (new_h, new_c) = self.cell(inputs[:, t], [h, c])
            if mask is not None:
                real = mask[:, t, None]
                new_h, new_c = ops.where(real, new_h, h), ops.where(real, new_c, c)
            h, c = new_h, new_c
            outputs.append(h)
        return ops.stack(outputs, axis=1) if self.return_sequences else h

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """The mask of the outputs: none where only the last one is given."""
        return previous_mask if self.return_sequences else None

    def get_config(self) -> dict[str, Any]:
        """What makes the layer anew."""
        return {**super().get_config(), "units": self.units, "return_sequences": self.return_sequences}
