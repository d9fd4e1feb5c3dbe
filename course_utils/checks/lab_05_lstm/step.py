"""Exercise 5.3: one step of an LSTM."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array, expect_arrays_close
from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_05_lstm import oracles
from course_utils.checks.lab_05_lstm.material import GATES, LAB, draw, draw_weights
from course_utils.checks.lab_05_lstm.oracles import Array, Weights

SHUT, OPEN = -40.0, 40.0  # sums that make a gate 0 and 1 to within 10^-17
NO_BIAS = "The bias is missing from the sums."
NO_TANH_INSIDE = "The memory gets no tanh: that comes when it is shown, in h."

lstm_step = LAB.exercise(
    "5.3",
    name="lstm_step",
    title="one step of an LSTM",
    points=3,
    difficulty=2,
    returns=(tuple, list),
    reference="course_utils.models.recurrent_cell:lstm_step",
    uses=("keras",),
    hints=(
        "Four lines: all sums at once, the sums split into four, the new memory c, the new output h.",
        "The sums are those of the plain step, four times as wide: ops.matmul(x, kernel) + ops.matmul(h, "
        "recurrent_kernel) + bias. Then i, f, candidate, o = ops.split(sums, 4, axis=-1).",
        "c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(candidate), and then h from this new c.",
    ),
)


def step_of(candidate: Any, x: Array, h: Array, c: Array, weights: Weights) -> tuple[Array, Array]:
    """The new h and c, after making sure that there are two arrays."""
    got = candidate(x, h, c, *weights.as_list())
    expect(
        len(got) == 2,
        "it must return two arrays: the new h and the new c",
        expected="(h, c)",
        got=f"{len(got)} things",
    )
    parts = [expect_array(part, f"{name} must be an array") for part, name in zip(got, "hc", strict=True)]
    return parts[0], parts[1]


def gates_by_bias(*sums: float) -> Weights:
    """Weights of one input and one unit that see nothing: the four sums are the biases themselves."""
    return Weights(np.zeros((1, 4), "float32"), np.zeros((1, 4), "float32"), np.array(sums, "float32"))


def one(number: float) -> Array:
    """An array (1, 1)."""
    return np.array([[number]], "float32")


def expect_at_gates(
    candidate: Any,
    sums: tuple[float, float, float, float],
    memory: float,
    wanted: dict[str, float],
    problem: str,
    mistakes: dict[str, float],
) -> None:
    """With these four sums and this memory, the new h or c is as `wanted` says, {"c": 0.5}."""
    found = _mistake_in_the_sums(candidate)
    new_h, new_c = step_of(candidate, one(0.0), one(0.75), one(memory), gates_by_bias(*sums))
    for name, number in wanted.items():
        expect_arrays_close(
            {"h": new_h, "c": new_c}[name],
            one(number),
            problem,
            axes="(B, U)",
            cause=found or "c = i · tanh(candidate) + f · c, then h = o · tanh(c); i, f and o are sigmoids.",
            mistakes={} if found else {mistake: one(result) for mistake, result in mistakes.items()},
        )


def _mistake_in_the_sums(candidate: Any) -> str:
    """What to say of a step that is right but for its bias or the order of its gates; else ""."""
    weights, memory = gates_by_bias(0.3, 1.1, -0.7, -1.6), one(0.45)
    got = step_of(candidate, one(0.0), one(0.0), memory, weights)
    for mistake, changed in {**_other_orders(weights), NO_BIAS: gates_by_bias(0, 0, 0, 0)}.items():
        wrong = oracles.lstm_step(one(0.0), one(0.0), memory, changed)
        if all(np.shape(a) == b.shape and np.allclose(a, b) for a, b in zip(got, wrong, strict=True)):
            return mistake
    return ""


@lstm_step.check(hints=("With f open and i shut the memory stays: new c = 0 · tanh(...) + 1 · c.",))
def an_open_forget_gate_keeps_the_memory(candidate, rng):
    """with f = 1 and i = 0 the memory stays as it was"""
    memory, total = float(rng.uniform(0.3, 0.7)), float(rng.uniform(1, 2))
    half_open = 0.0  # or h would be 0 or tanh of the memory, which other mistakes give for c
    expect_at_gates(
        candidate,
        (SHUT, OPEN, total, half_open),
        memory,
        {"c": memory},
        f"i = 0 and f = 1: the memory {memory:.4f} must stay as it was",
        {
            "h comes first and c second: return h, c.": 0.5 * math.tanh(memory),
            "Gates are sigmoids, from 0 to 1: a tanh would be -1 where the gate is shut.": memory
            - math.tanh(total),
            "i and f are the sigmoids of their sums: the sums themselves are no gates.": OPEN * memory
            + SHUT * math.tanh(total),
            "The candidate must go through the gate i, i · tanh(candidate).": memory + math.tanh(total),
            "f is how much of the old memory stays, f · c, and i how much is written.": math.tanh(total),
            "The new memory is a sum: what f keeps plus what i writes.": 0.0,
            NO_TANH_INSIDE: math.tanh(memory),
        },
    )


@lstm_step.check(
    hints=("The candidate is what would be written: tanh, from -1 to 1. Only gates are sigmoids.",)
)
def an_open_input_gate_writes_the_candidate(candidate, rng):
    """with f = 0 and i = 1 the memory is tanh of the candidate's sum"""
    total = float(rng.uniform(-2, -1))
    expect_at_gates(
        candidate,
        (OPEN, SHUT, total, SHUT),
        0.5,
        {"c": math.tanh(total)},
        f"i = 1, f = 0 and the candidate's sum {total:.4f}: the new memory must be tanh of it",
        {
            "The candidate is no gate: tanh, not the sigmoid.": oracles.sigmoid(total),
            "The tanh of the candidate is missing.": total,
            "The old memory is still there: it must go through the gate f, f · c.": 0.5 + math.tanh(total),
            NO_TANH_INSIDE: math.tanh(math.tanh(total)),
            "The memory comes back as it was given: return the new h and the new c.": 0.5,
        },
    )


@lstm_step.check(hints=("h = ops.sigmoid(o) * ops.tanh(c), with the new c, after the line that makes it.",))
def the_output_gate_shows_the_new_memory(candidate, rng):
    """with o = 1 the output is tanh of the new memory, with o = 0 it is 0"""
    old, total = 0.25, float(rng.uniform(0.4, 0.8))
    new = old + math.tanh(total)
    expect_at_gates(
        candidate,
        (OPEN, OPEN, total, OPEN),
        old,
        {"h": math.tanh(new)},
        f"all gates 1: the memory grows from {old} to {new:.4f}, and the output must be tanh of {new:.4f}",
        {
            "It shows the old memory: h is made from the new c.": math.tanh(old),
            "The tanh of the memory is missing: h = o · tanh(c).": new,
            "The sigmoid goes around o alone; the memory gets a tanh.": oracles.sigmoid(new),
            "f and 1 - i are two gates: the memory goes through f.": math.tanh(math.tanh(total)),
        },
    )
    expect_at_gates(
        candidate,
        (OPEN, OPEN, total, SHUT),
        old,
        {"h": 0.0},
        "with o = 0 the output must be 0, whatever the memory holds",
        {"o is missing: h = o · tanh(c).": math.tanh(new)},
    )


@lstm_step.check(
    hints=(
        "At a sum of 0 a gate is half open: the sigmoid of 0 is 0.5.",
        "Three sigmoids (i, f, o) and two tanhs (the candidate, the new c).",
    )
)
def gates_open_gradually(candidate, rng):
    """a gate is a sigmoid: half open at a sum of 0"""
    sums, memory = (0.0, 1.0, 1.0, -1.0), 0.5
    new_h, new_c = oracles.lstm_step(one(0.0), one(0.0), one(memory), gates_by_bias(*sums))
    expect_at_gates(
        candidate,
        sums,
        memory,
        {"c": float(new_c[0, 0]), "h": float(new_h[0, 0])},
        f"sums 0, 1, 1 and -1 of i, f, candidate and o, and a memory of {memory}: "
        f"the new c must be {new_c[0, 0]:.4f} and the new h {new_h[0, 0]:.4f}",
        {
            "The sigmoid is 1 / (1 + e^-sum): 0.5, 0.731 and 0.269 here. Gates that are only open or shut "
            "cannot be learned.": 0.5 * 1 + 1 * math.tanh(1),
            "1 is added to the sum of f: it is what the bias starts from, no part of the step.": 0.5
            * oracles.sigmoid(2)
            + 0.5 * math.tanh(1),
        },
    )


@lstm_step.check(
    hints=(
        "The sums are ops.matmul(x, kernel) + ops.matmul(h, recurrent_kernel) + bias, all three.",
        "ops.split(sums, 4, axis=-1) cuts the sums into four blocks of U: i, f, the candidate, o.",
    )
)
def equals_the_loop_over_single_numbers(candidate, rng):
    """for wider inputs and states every number is right, in each row of the batch"""
    weights = draw_weights(rng, inputs=5, units=7)
    x, h, c = draw(rng, 3, 5), draw(rng, 3, 7), draw(rng, 3, 7)
    cause = "The four sums of x and h through their kernels, plus the bias, in four blocks of U columns (axis=-1)."
    with exceptions_mean(cause):
        got = step_of(candidate, x, h, c, weights)
    wanted = oracles.lstm_step(x, h, c, weights)
    for part, name in enumerate("hc"):
        expect_arrays_close(
            got[part],
            wanted[part],
            f"3 rows, 5 inputs, 7 units: every number of the new {name} must be right",
            axes="(B, U)",
            cause=cause,
            mistakes={
                "The sums are made with the last output h, not with the memory c.": oracles.lstm_step(
                    x, c, c, weights
                )[part],
                **{
                    mistake: oracles.lstm_step(x, h, c, changed)[part]
                    for mistake, changed in _wrong_sums(weights).items()
                },
            },
        )


def _wrong_sums(weights: Weights) -> dict[str, Weights]:
    """Likely mistakes in the sums, as the right step with other weights."""
    kernel, recurrent, bias = weights.as_list()
    every_fourth = np.arange(4 * weights.units).reshape(weights.units, 4).T.ravel()
    return {
        NO_BIAS: Weights(kernel, recurrent, 0 * bias),
        "The last output is missing from the sums: ops.matmul(h, recurrent_kernel).": Weights(
            kernel, 0 * recurrent, bias
        ),
        "The input is missing from the sums: ops.matmul(x, kernel).": Weights(0 * kernel, recurrent, bias),
        "Each gate takes every fourth column. The gates are four blocks of U columns each.": _columns(
            weights, every_fourth
        ),
    }


def _other_orders(weights: Weights) -> dict[str, Weights]:
    """Taking the four blocks in another order, as the right step with exchanged columns."""
    blocks = np.arange(4 * weights.units).reshape(4, weights.units)
    orders = [order for order in itertools.permutations(range(4)) if order != (0, 1, 2, 3)]
    return {
        f"The four sums are taken as {', '.join(GATES[k] for k in order)}. "
        f"The order is i, f, candidate, o.": _columns(weights, blocks[np.argsort(order)].ravel())
        for order in orders
    }


def _columns(weights: Weights, order: oracles.Ids) -> Weights:
    return Weights(weights.kernel[:, order], weights.recurrent_kernel[:, order], weights.bias[order])
