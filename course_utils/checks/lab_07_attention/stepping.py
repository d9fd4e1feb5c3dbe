"""Exercise 7.5: one step of a decoder that attends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array, expect_arrays_close, expect_shape
from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_07_attention.material import LAB, RETURN_IS_MISSING, expect_gradient
from course_utils.checks.lab_07_attention.oracles import Array
from course_utils.checks.lab_07_attention.step_mistakes import (
    Mistakes,
    other_looks,
    other_readouts,
    other_steps,
)
from course_utils.checks.lab_07_attention.steps import (
    B,
    D,
    E,
    Inputs,
    Plan,
    S,
    Step,
    U,
    drawn_inputs,
    drawn_weights,
    planned,
)
from course_utils.checks.layers import LayerCandidate, LayerHandle
from course_utils.checks.outcome import Rejected

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

FORM = "return output, [h, c], weights"
LOOK = (
    "self.attention(h, memory, mask=mask) asks with h, (B, U), and gives context and weights, in this order."
)
STEP = (
    "self.cell reads [vector; context], E + D numbers: ops.concatenate([vector, context], axis=-1). (The context is "
    "the first that self.attention gives.)"
)
READ = "self.readout reads [h; context], U + D numbers: ops.concatenate([h, context], axis=-1)."
WIDTHS = (
    "The cell reads [vector; context], E + D numbers, and the readout [h; context], U + D numbers: "
    "ops.concatenate([..., ...], axis=-1)."
)
EXCEPTIONS = {
    "ConcatOp": "axis=-1 puts two rows one behind the other; axis=0 would put more sentences below.",
    "multiple values for argument": "The cell takes its states as one list: self.cell(inputs, [h, c]).",
    "values to unpack": "self.attention gives two things, context and weights; self.cell the output and "
    "the list of states: h, (_, c) = self.cell(...).",
    "weak reference": RETURN_IS_MISSING,
    "has no attribute": "The parts that __init__ has made are self.attention, self.cell and self.readout.",
    "is not defined": "call knows its own arguments, and what stands in self: self.attention, self.cell, self.readout.",
    **dict.fromkeys(
        (
            "ize-incompatible",
            "ncompatible shapes",
            "incompatible with the layer",
            "expected axis -1",
            "mismatch In[1]",
        ),
        WIDTHS,
    ),
}


def built(candidate: Any, weights: list[Array]) -> LayerHandle:
    """The student's cell with these weights."""
    cell: LayerHandle = candidate(U)
    cell.invoke("build", (B, E), (B, S, D))
    cell.set_weights(weights)
    return cell


def step_of(cell: LayerHandle, inputs: Inputs) -> Step:
    """What a call gives, after making sure of its form."""
    try:
        with exceptions_mean(known=EXCEPTIONS):
            got = cell(inputs.vector, inputs.h, inputs.c, inputs.memory, mask=inputs.mask)
    except Rejected as error:
        if error.cause == WIDTHS:  # the line tells which of the parts it is
            parts = {"self.attention(": LOOK, "self.cell(": STEP, "self.readout(": READ}
            error.cause = next((cause for part, cause in parts.items() if part in error.line), WIDTHS)
        raise
    return _step_in_parts(got)


def _step_in_parts(got: Any) -> Step:
    problem = "call must return the output, the list of the new states, and the weights"
    for whole, size in ((got, 3), (got[1] if isinstance(got, tuple | list) and len(got) == 3 else None, 2)):
        expect(
            isinstance(whole, tuple | list) and len(whole) == size,
            problem,
            expected="(output, [h, c], weights)",
            got=got,
            cause=f"{RETURN_IS_MISSING} {FORM}" if got is None else FORM,
        )
    output, (h, c), weights = got
    parts = [expect_array(part, problem) for part in (output, h, c, weights)]
    names = ("output has", "new h has", "new c has", "weights have")
    for part, name, columns in zip(parts, names, ("U", "U", "U", "S"), strict=True):
        shape = (B, {"U": U, "S": S}[columns])
        expect_shape(part, shape, f"the {name} another shape", axes=f"(B, {columns})", cause=FORM)
    return Step(*parts)


def expect_part(
    got: Step,
    inputs: Inputs,
    weights: list[Array],
    part: str,
    problem: str,
    cause: str,
    mistakes: Mistakes,
) -> None:
    """One part of the step is right; a likely mistake's numbers are named, those of a plan or those given."""
    found, right = getattr(got, part), getattr(planned(inputs, weights), part)
    if np.allclose(found, right, rtol=1e-5, atol=1e-5):
        return  # the steps that go another way take their time
    given = {mistake: how for mistake, how in mistakes.items() if not isinstance(how, Plan)}
    worked_out = {
        mistake: getattr(planned(inputs, weights, how), part)
        for mistake, how in mistakes.items()
        if isinstance(how, Plan)
    }
    expect_arrays_close(found, right, problem, tolerance=1e-4, cause=cause, mistakes={**given, **worked_out})


@attention_cell.check(hints=("return output, [h, c], weights: three things, the states in a list.",))
def returns_output_states_and_weights(candidate, rng):
    """it returns the output, the new states [h, c], and the weights"""
    step_of(built(candidate, drawn_weights(rng)), drawn_inputs(rng))


@attention_cell.check(
    hints=("The query is the h that call was given, before the cell makes a new one of it.",)
)
def attends_with_the_state_before_the_step(candidate, rng):
    """attention asks with the state before the step"""
    weights, inputs = drawn_weights(rng), drawn_inputs(rng)
    got = step_of(built(candidate, weights), inputs)
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
        "self.attention asks with the h that call was given, and looks into the memory, before the cell's step.",
        other_looks(inputs, weights),
    )


@attention_cell.check(
    hints=("The cell's input is [vector; context], in this order, and its states are [h, c].",)
)
def the_context_goes_into_the_cell(candidate, rng):
    """the cell steps from [h, c] with the vector and the context"""
    weights, inputs = drawn_weights(rng), drawn_inputs(rng)
    got = step_of(built(candidate, weights), inputs)
    for part in ("h", "c"):
        expect_part(
            got,
            inputs,
            weights,
            part,
            f"the new {part} must be that of one step with [vector; context]",
            "self.cell gets [vector; context], in this order, and the list [h, c]; it gives h, and the list of both.",
            other_steps(inputs, weights, part),
        )


@attention_cell.check(
    hints=("The readout sees the new h and the context: [h; context], after the cell's step.",)
)
def the_output_sees_state_and_context(candidate, rng):
    """the output is read out of the new state and the context"""
    weights, inputs = drawn_weights(rng), drawn_inputs(rng)
    got = step_of(built(candidate, weights), inputs)
    expect_part(
        got,
        inputs,
        weights,
        "output",
        "the output must be self.readout of [new h; context]",
        "self.readout reads the new h and the context, one behind the other.",
        other_readouts(inputs, weights),
    )


@attention_cell.check(
    hints=("Everything that changes from step to step goes in and comes out: keep nothing in self.",)
)
def keeps_nothing_from_call_to_call(candidate, rng):
    """a second step knows nothing of the first but what it is given"""
    weights = drawn_weights(rng)
    cell = built(candidate, weights)
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


REACHED = {  # output -> what must get a gradient from it: arguments, and how many of the weights, as they are made
    "output": (("vector", "h", "c", "memory"), 8),
    "new h": (("vector", "h", "c", "memory"), 6),
    "new c": (("vector", "h", "c", "memory"), 6),
    "attention weights": (("h", "memory"), 3),
}
WEIGHTS = ["W", "U", "v", "self.cell", "self.cell", "self.cell", "self.readout", "self.readout"]


@attention_cell.check(
    hints=(
        "Everything from the arguments to the results is keras.ops, self.attention, self.cell, self.readout.",
    )
)
def training_reaches_every_part(candidate, rng):
    """a gradient arrives at the arguments and at all weights, from each result"""
    weights, inputs = drawn_weights(rng), drawn_inputs(rng)
    cell = built(candidate, weights)
    arguments = (inputs.vector, inputs.h, inputs.c, inputs.memory)
    found = cell.gradients_by_output(*arguments, mask=inputs.mask)
    for (output, (names, n_weights)), gradients in zip(REACHED.items(), found, strict=True):
        by_name = dict(zip(("vector", "h", "c", "memory"), gradients[:4], strict=True))
        for name in names:
            expect_gradient(by_name[name], output, f"the argument {name}")
        for gradient, name in zip(gradients[4 : 4 + n_weights], WEIGHTS, strict=False):
            expect_gradient(gradient, output, f"the weights of {name}")
