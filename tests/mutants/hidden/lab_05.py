"""Lab 05, LSTM."""

from __future__ import annotations

import numpy as np
from keras import ops

from course_utils.models import losses, recurrent_cell
from tests.mutants import Bank

BANK = Bank()


@BANK.mutant("5.1", rejected_by="reads_whole_numbers", says=("inputs of whole numbers",))
def keeps_states_as_the_inputs_are(x, kernel, recurrent_kernel, bias):
    states, h = np.zeros((len(x), len(bias)), dtype=x.dtype), np.zeros(len(bias))
    for t, x_t in enumerate(x):
        h = states[t] = np.tanh(x_t @ kernel + h @ recurrent_kernel + bias)
    return states


@BANK.mutant("5.2", rejected_by="goes_back_over_any_number_of_states", says=("at least one array",))
def stacks_the_slopes(states, recurrent_kernel):
    jacobians = np.stack([recurrent_kernel * (1 - state**2) for state in states[1:]])
    gradient, norms = np.ones(states.shape[1]), [np.sqrt(states.shape[1])]
    for jacobian in jacobians[::-1]:
        gradient = jacobian @ gradient
        norms.append(np.linalg.norm(gradient))
    return np.array(norms[::-1])


@BANK.mutant("5.3", rejected_by="stands_large_sums", says=("another memory", "NaN"))
def writes_the_functions_out(x, h, c, kernel, recurrent_kernel, bias):
    def sigmoid(sums):
        return ops.exp(sums) / (1 + ops.exp(sums))

    sums = ops.matmul(x, kernel) + ops.matmul(h, recurrent_kernel) + bias
    i, f, candidate, o = ops.split(sums, 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * ops.tanh(candidate)
    return sigmoid(o) * ops.tanh(c), c


class WeightsOfTheClass(recurrent_cell.LSTMCell):
    def build(self, input_shape):
        super().build(input_shape)
        WeightsOfTheClass.latest = self.kernel, self.recurrent_kernel, self.bias

    def call(self, inputs, states):
        h, c = recurrent_cell.lstm_step(inputs, *states, *self.latest)
        return h, [h, c]


BANK.mutant("5.4", rejected_by="has_weights_of_its_own", says=("two cells with weights of their own",))(
    WeightsOfTheClass
)


class CountsRealSteps(recurrent_cell.LSTM):
    def call(self, inputs, mask=None):
        if self.return_sequences or mask is None:
            return super().call(inputs, mask=mask)
        self.return_sequences = True
        outputs = super().call(inputs, mask=mask)
        self.return_sequences = False
        last = ops.sum(ops.cast(mask, "int32"), axis=1) - 1
        return ops.squeeze(ops.take_along_axis(outputs, last[:, None, None], axis=1), axis=1)


BANK.mutant("5.5", rejected_by="gives_the_last_output_behind_any_padding", says=("other last outputs",))(
    CountsRealSteps
)


@BANK.mutant("5.6", rejected_by="goes_by_the_mask_alone", says=("another loss",))
def takes_as_many_as_are_real(logits, targets, mask):
    lengths = ops.sum(ops.cast(mask, "int32"), axis=1, keepdims=True)
    return losses.masked_loss(logits, targets, ops.arange(mask.shape[1])[None] < lengths)


@BANK.mutant("5.7", rejected_by="draws_any_of_thousands", says=("nearly all different",))
def draws_from_the_hundred_likeliest(logits, temperature, rng):
    likeliest = np.argsort(logits)[-101:]
    scaled = logits[likeliest] / temperature
    weights = np.exp(scaled - scaled.max())
    return int(rng.choice(likeliest, p=weights / weights.sum()))
