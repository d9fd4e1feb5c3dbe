"""The course's LSTM layer: takes the place, and the weights, of `keras.layers.LSTM`.

With x the input, h the output before and c the cell state before (Hochreiter and Schmidhuber, *Long
short-term memory*, 1997; with the forget gate of Gers, Schmidhuber and Cummins, *Learning to forget*, 2000):

    i, f, o = sigmoid(x W + h R + b)    g = tanh(x W + h R + b)    c' = f * c + i * g    h' = o * tanh(c')

each of i, f, g and o with a quarter of the columns of W, R and b. The products x W are taken for all steps at
once. On TensorFlow, where the number of steps is known beforehand, `models.unrolled` does the rest.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

LONGEST_UNROLLED = 64  # steps; the graph of more takes longer to make than it saves


@keras.saving.register_keras_serializable(package="course_utils")
class LSTM(keras.layers.Layer):
    """Long short-term memory over sequences (B, T, I), with the weights of `keras.layers.LSTM`.

    They are kernel (I, 4U), recurrent_kernel (U, 4U) and bias (4U,), the gates in the order i, f, c, o. The
    forget gates' bias starts at 1.

    Args:
        units: U, the width of output and cell state.
        return_sequences: give the output after every step (B, T, U), not after the last one alone (B, U).
        return_state: give the last output and the last cell state too, each (B, U).
    """

    def __init__(
        self, units: int, return_sequences: bool = False, return_state: bool = False, **kwargs: Any
    ) -> None:
        if not isinstance(units, int) or units < 1:
            raise ValueError(f"expected units to be a whole number of at least 1, received {units!r}")
        super().__init__(**kwargs)
        self.units = units
        self.return_sequences = return_sequences
        self.return_state = return_state
        self.supports_masking = True

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        columns = 4 * self.units
        self.kernel = self.add_weight(shape=(input_shape[-1], columns), name="kernel")
        self.recurrent_kernel = self.add_weight(
            shape=(self.units, columns), initializer="orthogonal", name="recurrent_kernel"
        )
        self.bias = self.add_weight(shape=(columns,), initializer=_one_to_forget_gates, name="bias")

    def call(self, inputs, initial_state=None, mask=None):
        """Read the sequences.

        Args:
            inputs: (B, T, I).
            initial_state: output and cell state (B, U) before the first step; zeros for None.
            mask: (B, T), False where a step is skipped: its output and state are those before it. (Before the
                first real step that is the initial output; Keras on TensorFlow gives zeros there.)
        """
        if initial_state is None:
            initial_state = 2 * (ops.zeros((ops.shape(inputs)[0], self.units), dtype=inputs.dtype),)
        if mask is not None:
            mask = ops.cast(mask, "bool")
        weights = [ops.convert_to_tensor(each) for each in (self.kernel, self.recurrent_kernel, self.bias)]
        outputs, cell = _read(inputs, mask, tuple(initial_state), weights)
        result = outputs if self.return_sequences else outputs[:, -1]
        return (result, outputs[:, -1], cell) if self.return_state else result

    def compute_mask(self, inputs, previous_mask=None):
        """The mask goes on with the output of every step; the last output has none."""
        kept = previous_mask if self.return_sequences else None
        return (kept, None, None) if self.return_state else kept

    def get_config(self) -> dict[str, Any]:
        own = {
            "units": self.units,
            "return_sequences": self.return_sequences,
            "return_state": self.return_state,
        }
        return {**super().get_config(), **own}


def _one_to_forget_gates(shape, dtype=None):
    gate = ops.arange(shape[0]) // (shape[0] // 4)
    return ops.cast(gate == 1, dtype)


def _read(inputs, mask, state, weights):
    """Outputs (B, T, U) and the last cell state (B, U), in the quickest way there is here."""
    steps = inputs.shape[1]
    if keras.backend.backend() == "tensorflow" and steps is not None and steps <= LONGEST_UNROLLED:
        from course_utils.models import unrolled

        return unrolled.lstm(inputs, mask, state, weights)
    return _scan(inputs, mask, state, weights)


def _scan(inputs, mask, state, weights):
    """The same, step by step, for any backend and any number of steps."""
    kernel, recurrent_kernel, bias = weights
    sums = ops.swapaxes(ops.matmul(inputs, kernel) + bias, 0, 1)
    real = ops.ones(ops.shape(sums)[:2], "bool") if mask is None else ops.swapaxes(mask, 0, 1)

    def step(before, now):
        (output, cell), (summand, is_real) = before, now
        i, f, c, o = ops.split(summand + ops.matmul(output, recurrent_kernel), 4, axis=-1)
        cell_after = ops.sigmoid(f) * cell + ops.sigmoid(i) * ops.tanh(c)
        output_after = ops.sigmoid(o) * ops.tanh(cell_after)
        return ops.where(is_real, output_after, output), ops.where(is_real, cell_after, cell)

    outputs, cells = _states(step, state, (sums, real[..., None]))
    return ops.swapaxes(outputs, 0, 1), cells[-1]


def step_by_step(step, state, sequence):
    """The states after each step over `sequence` (B, T, …), each part of them (B, T, …).

    Args:
        step: from the state before and what the sequence has there (B, …) to the state after.
        state: a tuple of tensors (B, …), before the first step.
        sequence: written out step by step where T is known and not too long, else a loop of the backend.
    """
    if sequence.shape[1] is None or sequence.shape[1] > LONGEST_UNROLLED:
        states = _states(step, state, ops.swapaxes(sequence, 0, 1))
        return tuple(ops.swapaxes(each, 0, 1) for each in states)
    states = []
    for now in ops.unstack(sequence, axis=1):
        state = step(state, now)
        states.append(state)
    return tuple(ops.stack(each, axis=1) for each in zip(*states, strict=True))


def _states(step, state, sequences):
    """The states (T, B, U) after each step over `sequences` (T, B, …)."""
    if keras.backend.backend() == "tensorflow":  # where ops.scan needs to know T beforehand
        import tensorflow as tf

        return tf.scan(step, sequences, state)
    return ops.scan(lambda before, now: 2 * (step(before, now),), state, sequences)[1]
