"""One step of a decoder that attends, number by number: the right one, and those that go another way."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from course_utils.checks.lab_05_lstm.oracles import Weights, lstm_step
from course_utils.checks.lab_07_attention import oracles
from course_utils.checks.lab_07_attention.material import draw, mask_of
from course_utils.checks.lab_07_attention.oracles import Array, Mask

B, E, U, S, D = 3, 2, 5, 7, 11


@dataclass(frozen=True)
class Inputs:
    """What one step gets."""

    vector: Array  # (B, E)
    h: Array  # (B, U)
    c: Array  # (B, U)
    memory: Array  # (B, S, D)
    mask: Mask  # (B, S)


@dataclass(frozen=True)
class Step:
    """What one step gives."""

    output: Array  # (B, U)
    h: Array  # (B, U)
    c: Array  # (B, U)
    weights: Array  # (B, S)


def drawn_inputs(rng: np.random.Generator) -> Inputs:
    """A step's inputs; the masks end at different places."""
    return Inputs(
        draw(rng, B, E), draw(rng, B, U), draw(rng, B, U), draw(rng, B, S, D), mask_of((7, 4, 2), S)
    )


def drawn_weights(rng: np.random.Generator) -> list[Array]:
    """Of the attention (3), the LSTM cell (3) and the readout (2)."""
    attention = [draw(rng, U, U), draw(rng, D, U), draw(rng, U)]
    cell = [draw(rng, E + D, 4 * U), draw(rng, U, 4 * U), draw(rng, 4 * U)]
    return [*attention, *cell, 0.3 * draw(rng, U + D, U), draw(rng, U)]


@dataclass(frozen=True)
class Plan:
    """How a step may go: which parts it takes. The defaults are the right ones."""

    query: str = "h"
    fed: str = "context"
    context_last: bool = True  # in what the cell reads
    states: str = "hc"
    read: str = "new"
    read_context: str = "context"
    read_context_last: bool = True


def planned(inputs: Inputs, weights: list[Array], plan: Plan = Plan()) -> Step:
    """The step, number by number, as `plan` says."""
    lstm, states = Weights(*weights[3:6]), {"h": inputs.h, "c": inputs.c}

    def asked(query: Array) -> tuple[Array, Array]:
        scores = oracles.additive_scores(query, inputs.memory, *weights[:3])
        return oracles.attend(scores, inputs.memory, inputs.mask)

    def stepped(context: Array) -> tuple[Array, Array]:
        read = _joined(inputs.vector, context, plan.context_last)
        return lstm_step(read, states[plan.states[0]], states[plan.states[1]], lstm)

    nothing = np.zeros((B, D))
    queries = {"h": inputs.h, "c": inputs.c, "zeros": 0 * inputs.h, "new h": stepped(nothing)[0]}
    context, shares = asked(queries[plan.query])
    contexts = {
        "context": context,
        "nothing": nothing,
        "mean": oracles.attend(np.zeros((B, S)), inputs.memory, inputs.mask)[0],
        "last": inputs.memory[:, -1],
        "first": inputs.memory[:, 0],
    }
    h, c = stepped(contexts[plan.fed])
    if plan.read_context == "second":
        contexts["second"], _ = asked(h)
    shown = _joined(
        {"new": h, "old": inputs.h, "c": c}[plan.read], contexts[plan.read_context], plan.read_context_last
    )
    return Step(np.tanh(shown @ weights[6] + weights[7]), h, c, shares)


def asked_again(inputs: Inputs, weights: list[Array]) -> Array:
    """The attention weights (B, S) of a second look, with the h that the right step has made."""
    again = replace(inputs, h=planned(inputs, weights).h)
    return planned(again, weights).weights


def _joined(first: Array, second: Array, in_order: bool) -> Array:
    return np.concatenate([first, second] if in_order else [second, first], axis=1)
