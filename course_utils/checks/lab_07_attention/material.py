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

RETURN_IS_MISSING = "It gives nothing back: is return missing?"
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
        cause=f"{RETURN_IS_MISSING} {BOTH}" if got is None else BOTH,
    )
    context, weights = (expect_array(part, problem) for part in got)
    exchanged = (context.shape, weights.shape) == ((batch, source), (batch, width)) != ((batch, width),) * 2
    sizes = f"{batch} sentences of {source} places, states of width {width}"
    causes = _causes_of_shapes(batch, source, width)
    for part, name, shape, axes in (
        (context, "context has", (batch, width), "(B, D)"),
        (weights, "weights have", (batch, source), "(B, S)"),
    ):
        cause = BOTH if exchanged else causes.get((name[0], part.shape), "")
        expect_shape(part, shape, f"{sizes}: the {name} another shape", axes=axes, cause=cause)
    return context, weights


def _causes_of_shapes(batch: int, source: int, width: int) -> dict[tuple[str, tuple[int, ...]], str]:
    """The first letter of what has a wrong shape, and this shape -> the likely mistake."""
    return {
        ("c", (batch, source, width)): "The weighted states are not summed yet: their places are axis=1.",
        ("c", (batch, source)): "The sum runs over the width of the states: their places are axis=1.",
        (
            "c",
            (batch, 1, width),
        ): "An axis of one place is left: sum without keepdims, or take it away with [:, 0].",
        ("c", (batch, batch, width)): "Each sentence's weights have met the states of all sentences: the "
        "sentences must stay apart, as in weights[:, :, None] * states.",
        (
            "w",
            (batch, source, 1),
        ): "[:, :, None] is for the product with the states alone: the weights come back "
        "as they were before, (B, S).",
    }


def expect_gradient(gradient: Array | None, output: str, name: str) -> None:
    """What training follows from an output back to what has this name is there, and is not 0 everywhere."""
    expect(
        gradient is not None and bool(np.any(gradient)),
        f"a gradient must arrive at {name} from the {output}, or nothing is learned there",
        expected="a gradient",
        got="none",
        cause="All on the way must be keras.ops and the layer's own parts: NumPy's functions, float() and "
        "stop_gradient cut the way back.",
    )
