"""An LSTM over whole sequences for TensorFlow on a processor: unrolled, in two halves, with its own gradient.

TensorFlow spends about as long on a step's small operations, one after the other, as on its products. So the
batch goes through in two halves that do not wait for each other, one to a core. The inputs' product is taken
for all steps at once, before the loop; the products that give the gradients of the weights, which
differentiation would make one small product a step, after it.

Shapes: B batch, T steps, I inputs, U units. Gates stand side by side in the order i, f, o, c: the three
sigmoids are one operation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import tensorflow as tf

Pair = tuple[tf.Tensor, tf.Tensor]


class _Step(NamedTuple):
    """What the way back needs of one step."""

    gates: tf.Tensor  # (B, 3U): i, f, o
    candidate: tf.Tensor  # (B, U), as all that follow
    cell_before: tf.Tensor
    cell_tanh: tf.Tensor
    cell: tf.Tensor
    output: tf.Tensor
    real: tf.Tensor | None  # (B, 1), None where there is no mask


def lstm(inputs: tf.Tensor, mask: tf.Tensor | None, state: Pair, weights: Sequence[tf.Tensor]) -> Pair:
    """All outputs (B, T, U) and the last cell state (B, U).

    Args:
        inputs: (B, T, I), T known before the graph runs.
        mask: (B, T), False where a step is skipped: output and state stay; or None.
        state: output and cell state (B, U) before the first step.
        weights: kernel (I, 4U), recurrent kernel (U, 4U) and bias (4U,) in Keras' order i, f, c, o.
    """
    reordered = [_sigmoids_first(each) for each in weights]
    middle = tf.shape(inputs)[0] // 2
    halves = []
    for rows in (slice(None, middle), slice(middle, None)):
        read = _reader(None if mask is None else mask[rows, :, None])
        halves.append(read(inputs[rows], state[0][rows], state[1][rows], *reordered))
    outputs, cells = zip(*halves, strict=True)
    return tf.concat(outputs, axis=0), tf.concat(cells, axis=0)


def _sigmoids_first(weights: tf.Tensor) -> tf.Tensor:
    """Columns i, f, c, o to i, f, o, c."""
    i, f, c, o = tf.split(weights, 4, axis=-1)
    return tf.concat([i, f, o, c], axis=-1)


def _reader(mask: tf.Tensor | None) -> Callable[..., Pair]:
    """Reads one half's sequences; a function of all that has a gradient, which mask (B, T, 1) has not."""

    @tf.custom_gradient
    def read(inputs, output, cell, kernel, recurrent_kernel, bias):
        flat = tf.reshape(inputs, (-1, inputs.shape[-1]))
        sums = tf.nn.bias_add(tf.matmul(flat, kernel), bias)
        summands = tf.unstack(tf.reshape(sums, (-1, inputs.shape[1], bias.shape[0])), axis=1)
        real = [None] * len(summands) if mask is None else tf.unstack(mask, axis=1)
        steps = _forward(summands, real, output, cell, recurrent_kernel)
        outputs = tf.stack([step.output for step in steps], axis=1)

        def gradient(d_outputs, d_cell):
            d_sums, d_output, d_cell = _backward(steps, d_outputs, d_cell, recurrent_kernel)
            d_sums = tf.reshape(d_sums, (-1, bias.shape[0]))
            d_inputs = tf.reshape(tf.matmul(d_sums, kernel, transpose_b=True), tf.shape(inputs))
            d_kernel = tf.matmul(flat, d_sums, transpose_a=True)
            before = tf.concat([output[:, None], outputs[:, :-1]], axis=1)
            before = tf.reshape(before, (-1, recurrent_kernel.shape[0]))
            d_recurrent_kernel = tf.matmul(before, d_sums, transpose_a=True)
            return d_inputs, d_output, d_cell, d_kernel, d_recurrent_kernel, tf.reduce_sum(d_sums, axis=0)

        return (outputs, steps[-1].cell), gradient

    return read


def _forward(summands, real, output, cell, recurrent_kernel) -> list[_Step]:
    """The steps one after the other; `summands` are the inputs' part of the gates' sums, T times (B, 4U)."""
    units = recurrent_kernel.shape[0]
    steps = []
    for summand, is_real in zip(summands, real, strict=True):
        sums = summand + tf.matmul(output, recurrent_kernel)
        sigmoids, candidate = tf.split(sums, [3 * units, units], axis=1)
        gates, candidate = tf.sigmoid(sigmoids), tf.tanh(candidate)
        i, f, o = tf.split(gates, 3, axis=1)
        cell_before, output_before = cell, output
        cell = f * cell + i * candidate
        cell_tanh = tf.tanh(cell)
        output = o * cell_tanh
        if is_real is not None:
            cell = tf.where(is_real, cell, cell_before)
            output = tf.where(is_real, output, output_before)
        steps.append(_Step(gates, candidate, cell_before, cell_tanh, cell, output, is_real))
    return steps


def _backward(steps: list[_Step], d_outputs, d_cell, recurrent_kernel):
    """Gradients of the gates' sums (B, T, 4U) and of the state before the first step, from last to first.

    What hangs on no later step is in `_slopes` and need not wait for one.
    """
    d_output = tf.zeros_like(d_cell)
    d_sums = []
    for step, arriving in zip(reversed(steps), reversed(tf.unstack(d_outputs, axis=1)), strict=True):
        of_sums, of_output, of_cell = _slopes(step)
        d_output = d_output + arriving
        d_cell = d_cell + d_output * of_output
        d_sums.append(tf.concat([d_cell, d_cell, d_output, d_cell], axis=1) * of_sums)
        d_skipped = None if step.real is None else tf.where(step.real, tf.zeros_like(d_output), d_output)
        d_output = tf.matmul(d_sums[-1], recurrent_kernel, transpose_b=True)
        d_output = d_output if d_skipped is None else d_output + d_skipped
        d_cell = d_cell * of_cell
    return tf.stack(d_sums[::-1], axis=1), d_output, d_cell


def _slopes(step: _Step):
    """Slopes of cell and output by the sums (B, 4U), of output by cell, of cell by the cell before.

    A step that was skipped has the slopes of one with its input gate shut and its forget gate open.
    """
    i, f, o = tf.split(step.gates, 3, axis=1)
    inner = tf.concat([step.candidate, step.cell_before, step.cell_tanh], axis=1)
    of_gates = tf.raw_ops.SigmoidGrad(y=step.gates, dy=inner)
    of_sums = tf.concat([of_gates, tf.raw_ops.TanhGrad(y=step.candidate, dy=i)], axis=1)
    of_output = tf.raw_ops.TanhGrad(y=step.cell_tanh, dy=o)
    if step.real is None:
        return of_sums, of_output, f
    return (
        tf.where(step.real, of_sums, tf.zeros_like(of_sums)),
        tf.where(step.real, of_output, tf.zeros_like(of_output)),
        tf.where(step.real, f, tf.ones_like(f)),
    )
