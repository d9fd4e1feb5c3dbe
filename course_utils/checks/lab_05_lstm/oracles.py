"""Slow, obviously right versions of lab 05's answers, in NumPy loops over single numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Ids = NDArray[np.integer]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Weights:
    """Weights of an LSTM with D inputs and U units, laid out as Keras does."""

    kernel: Array  # (D, 4U)
    recurrent_kernel: Array  # (U, 4U)
    bias: Array  # (4U,)

    @property
    def units(self) -> int:
        """U."""
        return len(self.recurrent_kernel)

    def as_list(self) -> list[Array]:
        """In the order of `keras.layers.LSTM`."""
        return [self.kernel, self.recurrent_kernel, self.bias]

    def with_forget_bias_raised(self) -> Weights:
        """The same, with 1 added to the bias of the forget gate."""
        return replace(self, bias=self.bias + np.repeat([0, 1, 0, 0], self.units))


def sigmoid(x: float) -> float:
    """1 / (1 + e^-x)."""
    return 1 / (1 + math.exp(-x))


def rnn_states(x: Array, kernel: Array, recurrent_kernel: Array, bias: Array) -> Array:
    """The states (T, U) of a plain recurrent network over inputs (T, D), number by number."""
    units = len(bias)
    states = np.zeros((len(x) + 1, units))
    for t in range(len(x)):
        for j in range(units):
            total = float(bias[j])
            total += sum(float(x[t, k] * kernel[k, j]) for k in range(x.shape[1]))
            total += sum(float(states[t, k] * recurrent_kernel[k, j]) for k in range(units))
            states[t + 1, j] = math.tanh(total)
    return states[1:]


def gradient_norms(states: Array, recurrent_kernel: Array, nudge: float = 1e-5) -> Array:
    """For each state (T, U) the norm of the last state's sum's gradient, by nudging each number of the state.

    What the inputs add to each step follows from the states themselves, so the steps can be run again.
    """
    drive = np.arctanh(states[1:]) - states[:-1] @ recurrent_kernel

    def last_sum(t: int, state: Array) -> float:
        for addition in drive[t:]:
            state = np.tanh(addition + state @ recurrent_kernel)
        return float(state.sum())

    norms = []
    for t, state in enumerate(states):
        nudges = nudge * np.eye(len(state))
        slopes = [last_sum(t, state + each) - last_sum(t, state - each) for each in nudges]
        norms.append(math.hypot(*slopes) / (2 * nudge))
    return np.array(norms)


def lstm_step(x: Array, h: Array, c: Array, weights: Weights) -> tuple[Array, Array]:
    """One step for x (B, D), h and c (B, U): the new h and c, number by number."""
    new_h, new_c = np.zeros(h.shape), np.zeros(c.shape)
    for b, j in np.ndindex(*h.shape):
        i, f, candidate, o = (_gate_sum(x[b], h[b], weights, gate * weights.units + j) for gate in range(4))
        new_c[b, j] = sigmoid(f) * c[b, j] + sigmoid(i) * math.tanh(candidate)
        new_h[b, j] = sigmoid(o) * math.tanh(new_c[b, j])
    return new_h, new_c


def _gate_sum(x: Array, h: Array, weights: Weights, column: int) -> float:
    total = float(weights.bias[column])
    total += sum(float(x[k] * weights.kernel[k, column]) for k in range(len(x)))
    return total + sum(float(h[k] * weights.recurrent_kernel[k, column]) for k in range(len(h)))


def lstm_outputs(x: Array, weights: Weights, mask: Mask | None = None) -> Array:
    """Outputs (B, T, U) over inputs (B, T, D), one sentence after another.

    At a place where the mask (B, T) is False nothing happens: the state stays, the last output comes again.
    """
    outputs = np.zeros((*x.shape[:2], weights.units))
    for b, sentence in enumerate(x):
        h: Array = np.zeros((1, weights.units))
        c = h
        for t, word in enumerate(sentence):
            if mask is None or mask[b, t]:
                h, c = lstm_step(word[None], h, c, weights)
            outputs[b, t] = h[0]
    return outputs


def next_token_loss(logits: Array, targets: Ids, mask: Mask) -> float:
    """Mean of -ln P(target) over the places where the mask is True, each probability worked out alone."""
    losses = []
    for b, t in np.argwhere(mask):
        row = [float(logit) for logit in logits[b, t]]
        largest = max(row)
        log_total = largest + math.log(math.fsum(math.exp(logit - largest) for logit in row))
        losses.append(log_total - row[int(targets[b, t])])
    return math.fsum(losses) / len(losses)


def tempered(logits: Array, temperature: float) -> Array:
    """Probabilities proportional to e^(logit / temperature)."""
    largest = max(logits)
    weights = [math.exp((logit - largest) / temperature) for logit in logits]
    return np.array(weights) / math.fsum(weights)
