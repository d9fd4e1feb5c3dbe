"""What the checks of lab 07 share: the lab, inputs drawn afresh, what comes back taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array, expect_shape
from course_utils.checks.asserts import expect
from course_utils.checks.exercise import Lab
from course_utils.checks.lab_07_attention.oracles import Array, Mask

LAB = Lab("07", "attention")
LAB.reflection("7.a", "What attention does that a wider state does not", 1)
LAB.reflection("7.b", "Whether attention weights are an explanation", 1)

BOTH = "Return both, the context first: return context, weights."


def draw(rng: np.random.Generator, *shape: int) -> Array:
    """Numbers around 0, in the 32 bits that Keras computes with."""
    return rng.normal(size=shape).astype("float32")


def mask_of(lengths: Sequence[int], width: int) -> Mask:
    """(B, S), True at the first `lengths[b]` places of each row."""
    return np.arange(width) < np.array(lengths)[:, None]


def context_and_weights(got: Any, batch: int, source: int, width: int) -> tuple[Array, Array]:
    """The context (B, D) and the weights (B, S), after making sure of their form."""
    problem = "it must return two arrays, the context and the weights"
    expect(
        isinstance(got, tuple | list) and len(got) == 2,
        problem,
        expected="(context, weights)",
        got=got,
        cause=BOTH,
    )
    context, weights = (expect_array(part, problem) for part in got)
    exchanged = (context.shape, weights.shape) == ((batch, source), (batch, width)) != ((batch, width),) * 2
    sizes = f"{batch} sentences of {source} places, states of width {width}"
    for part, name, shape, axes in (
        (context, "context", (batch, width), "(B, D)"),
        (weights, "weights", (batch, source), "(B, S)"),
    ):
        expect_shape(part, shape, f"{sizes}: the {name} has another shape", axes=axes, cause=BOTH * exchanged)
    return context, weights
