"""Exercise 7.5: one step of a decoder that attends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array, expect_arrays_close, expect_shape
from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_05_lstm.oracles import Weights, lstm_step
from course_utils.checks.lab_07_attention import oracles
from course_utils.checks.lab_07_attention.material import LAB, draw, mask_of
from course_utils.checks.lab_07_attention.oracles import Array, Mask
from course_utils.checks.layers import LayerCandidate, LayerHandle

attention_cell = LAB.exercise(
    "7.5",
    name="AttentionCell",
    title="one step of a decoder that attends",
    points=4,
    difficulty=3,
    candidate=LayerCandidate,
    reference="course_utils.checks.lab_07_attention.references:AttentionCell",
    uses=("keras", "tensorflow"),
    hints=(
        "Three lines, in this order: attend, step, read out. Attention asks with the h that came in.",
        "context, weights = self.attention(h, memory, mask=mask). The cell reads "
        "ops.concatenate([vector, context], axis=-1).",
        "h, (_, c) = self.cell(..., [h, c]), and the output is self.readout(ops.concatenate([h, context], axis=-1)).",
    ),
)

B, E, U, S, D = 3, 2, 5, 7, 11
FORM = "return output, [h, c], weights"
WIDTHS = (
    "The cell reads [vector; context], E + D numbers, and the readout [h; context], U + D numbers: "
    "ops.concatenate([..., ...], axis=-1)."
)
EXCEPTIONS = {
    "ize-incompatible": WIDTHS,
    "ncompatible shapes": WIDTHS,
    "incompatible with the layer": WIDTHS,
    "expected axis -1": WIDTHS,
    "mismatch In[1]": WIDTHS,
    "values to unpack": "self.attention gives two things, context and weights; self.cell the output and "
    "the list of states: h, (_, c) = self.cell(...).",
}


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


def built(candidate: Any, weights: list[Array], rng: np.random.Generator) -> LayerHandle:
    """The student's cell with these weights."""
    cell: LayerHandle = candidate(U)
    step_of(cell, drawn_inputs(rng))
    cell.set_weights(weights)
    return cell


def step_of(cell: LayerHandle, inputs: Inputs) -> Step:
    """What a call gives, after making sure of its form."""
    with exceptions_mean(known=EXCEPTIONS):
        got = cell(inputs.vector, inputs.h, inputs.c, inputs.memory, mask=inputs.mask)
    problem = "call must return the output, the list of the new states, and the weights"
    for whole, size in ((got, 3), (got[1] if isinstance(got, tuple | list) and len(got) == 3 else None, 2)):
        expect(
            isinstance(whole, tuple | list) and len(whole) == size,
            problem,
            expected="(output, [h, c], weights)",
            got=got,
            cause=FORM,
        )
    output, (h, c), weights = got
    parts = [expect_array(part, problem) for part in (output, h, c, weights)]
    for part, name, shape, axes in zip(
        parts,
        ("output", "new h", "new c", "weights"),
        [(B, U)] * 3 + [(B, S)],
        ["(B, U)"] * 3 + ["(B, S)"],
        strict=True,
    ):
        expect_shape(part, shape, f"the {name} has another shape", axes=axes, cause=FORM)
    return Step(*parts)


@dataclass(frozen=True)
class Plan:
    """How a step may go: which parts it takes. The defaults are the right ones."""

    query: str = "h"
    fed: str = "context"
    read: str = "new"
    read_context: str = "context"


def planned(inputs: Inputs, weights: list[Array], plan: Plan = Plan()) -> Step:
    """The step, number by number, as `plan` says."""
    lstm = Weights(*weights[3:6])

    def asked(query: Array) -> tuple[Array, Array]:
        scores = oracles.additive_scores(query, inputs.memory, *weights[:3])
        return oracles.attend(scores, inputs.memory, inputs.mask)

    def stepped(context: Array) -> tuple[Array, Array]:
        return lstm_step(np.concatenate([inputs.vector, context], axis=1), inputs.h, inputs.c, lstm)

    nothing = np.zeros((B, D))
    mean = oracles.attend(np.zeros((B, S)), inputs.memory, inputs.mask)[0]
    queries = {"h": inputs.h, "c": inputs.c, "zeros": 0 * inputs.h, "new h": stepped(nothing)[0]}
    context, shares = asked(queries[plan.query])
    contexts = {
        "context": context,
        "nothing": nothing,
        "mean": mean,
        "last": inputs.memory[:, -1],
        "first": inputs.memory[:, 0],
    }
    h, c = stepped(contexts[plan.fed])
    shown = np.concatenate(
        [{"new": h, "old": inputs.h, "c": c}[plan.read], contexts[plan.read_context]], axis=1
    )
    return Step(np.tanh(shown @ weights[6] + weights[7]), h, c, shares)


def expect_part(
    got: Step,
    inputs: Inputs,
    weights: list[Array],
    part: str,
    problem: str,
    cause: str,
    mistakes: dict[str, Plan],
) -> None:
    """One part of the step is right; a likely mistake's numbers are named."""
    expect_arrays_close(
        getattr(got, part),
        getattr(planned(inputs, weights), part),
        problem,
        tolerance=1e-4,
        cause=cause,
        mistakes={
            mistake: getattr(planned(inputs, weights, plan), part) for mistake, plan in mistakes.items()
        },
    )


@attention_cell.check(hints=("return output, [h, c], weights: three things, the states in a list.",))
def returns_output_states_and_weights(candidate, rng):
    """it returns the output, the new states [h, c], and the weights"""
    built(candidate, drawn_weights(rng), rng)


@attention_cell.check(
    hints=("The query is the h that call was given, before the cell makes a new one of it.",)
)
def attends_with_the_state_before_the_step(candidate, rng):
    """attention asks with the state before the step"""
    weights, inputs = drawn_weights(rng), drawn_inputs(rng)
    got = step_of(built(candidate, weights, rng), inputs)
    unmasked = planned(replace(inputs, mask=np.ones((B, S), bool)), weights).weights
    if np.allclose(got.weights, unmasked, atol=1e-5):
        expect_arrays_close(
            got.weights,
            planned(inputs, weights).weights,
            "the weights on padding must be 0",
            cause="Hand the mask on: self.attention(h, memory, mask=mask).",
        )
    expect_part(
        got,
        inputs,
        weights,
        "weights",
        "the weights must be those that self.attention gives for the h that came in",
        "context, weights = self.attention(h, memory, mask=mask), before the cell's step.",
        {
            "Attention asks with the new h, after a step without context: it comes before the step.": Plan(
                query="new h"
            ),
            "Attention asks with the memory c: the query is h.": Plan(query="c"),
            "Attention asks with zeros: the query is the h that came in.": Plan(query="zeros"),
        },
    )


@attention_cell.check(
    hints=("The cell's input is [vector; context], in this order, and its states are [h, c].",)
)
def the_context_goes_into_the_cell(candidate, rng):
    """the cell steps from [h, c] with the vector and the context"""
    weights, inputs = drawn_weights(rng), drawn_inputs(rng)
    got = step_of(built(candidate, weights, rng), inputs)
    for part, name in (("h", "new h"), ("c", "new c")):
        expect_part(
            got,
            inputs,
            weights,
            part,
            f"the {name} must be that of one step with [vector; context]",
            "h, (_, c) = self.cell(ops.concatenate([vector, context], axis=-1), [h, c])",
            {
                "The context does not get into the cell: zeros stand in its place.": Plan(fed="nothing"),
                "The plain mean of the memory goes into the cell: it must be the context.": Plan(fed="mean"),
                "The last state of the memory goes into the cell: it must be the context.": Plan(fed="last"),
                "The first state of the memory goes into the cell: it must be the context.": Plan(
                    fed="first"
                ),
            },
        )


@attention_cell.check(
    hints=("The readout sees the new h and the context: [h; context], after the cell's step.",)
)
def the_output_sees_state_and_context(candidate, rng):
    """the output is read out of the new state and the context"""
    weights, inputs = drawn_weights(rng), drawn_inputs(rng)
    got = step_of(built(candidate, weights, rng), inputs)
    expect_arrays_close(
        got.output,
        planned(inputs, weights).output,
        "the output must be self.readout of [new h; context]",
        tolerance=1e-4,
        axes="(B, U)",
        cause="self.readout(ops.concatenate([h, context], axis=-1)), after the cell has made the new h.",
        mistakes={
            "That is h itself: it must go through self.readout, with the context.": planned(
                inputs, weights
            ).h,
            **{
                mistake: planned(inputs, weights, plan).output
                for mistake, plan in {
                    "It is read out of the old h: take the new one.": Plan(read="old"),
                    "It is read out of c: take the new h.": Plan(read="c"),
                    "The context is missing from the readout: zeros stand in its place.": Plan(
                        read_context="nothing"
                    ),
                }.items()
            },
        },
    )


@attention_cell.check(
    hints=("Everything that changes from step to step goes in and comes out: keep nothing in self.",)
)
def keeps_nothing_from_call_to_call(candidate, rng):
    """a second step knows nothing of the first but what it is given"""
    weights = drawn_weights(rng)
    cell = built(candidate, weights, rng)
    for _ in range(2):
        inputs = drawn_inputs(rng)
        got = step_of(cell, inputs)
        for part in ("weights", "h", "c", "output"):
            expect_part(
                got,
                inputs,
                weights,
                part,
                f"the {part} of a later call must be worked out from what that call is given",
                "Is something kept in self from the call before?",
                {},
            )
