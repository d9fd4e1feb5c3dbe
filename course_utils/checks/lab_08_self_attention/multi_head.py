"""Exercise 8.5: multi-head attention, weight for weight as Keras's."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_arrays_close, expect_shape
from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_08_self_attention import oracles
from course_utils.checks.lab_08_self_attention.material import LAB, REFERENCES, draw, two_arrays
from course_utils.checks.lab_08_self_attention.multi_head_mistakes import (
    wrong_outputs,
    wrong_projections,
    wrong_weights,
)
from course_utils.checks.lab_08_self_attention.oracles import Array, Mask
from course_utils.checks.layers import LayerCandidate, LayerHandle

multi_head_attention = LAB.exercise(
    "8.5",
    name="MultiHeadAttention",
    title="multi-head attention",
    points=5,
    difficulty=3,
    candidate=LayerCandidate,
    reference=f"{REFERENCES}:MultiHeadAttention",
    uses=("keras", "tensorflow"),
    hints=(
        "project: one product with the kernel as (D, H · K), plus the bias as (H · K,), then split_heads.",
        "call: project query, memory and memory with the three kernels, scaled_attention with the mask, then join.",
        'outputs = ops.einsum("bhtk,hkd->btd", contexts, self.output_kernel) + self.output_bias',
    ),
)

B, T, S, D, M, H, K = 2, 4, 5, 6, 10, 3, 7  # other numbers of heads than the lab shows
FORM = "return outputs, weights"
JOINED = (
    "The contexts (B, H, T, K) of the heads go through the output kernel and are summed: "
    'ops.einsum("bhtk,hkd->btd", contexts, self.output_kernel) + self.output_bias.'
)
SPLIT = "Queries, keys and values go into scaled_attention as self.project gives them, cut into heads: (B, H, ..., K)."
SIZES = (
    "Kernels are (D, H, K): ops.reshape(kernel, (-1, H · K)) makes one matrix (D, H · K) of it, and the bias (H, K) becomes "
    "(H · K,), cut by split_heads(..., self.heads). queries, keys and values are then (B, H, T or S, K)."
)
SOURCES = "Queries come from query, with the query's kernel and bias. Keys and values come from memory, each with its own."
OTHER_ORDER = {
    (B, S, H, K): "The heads must stand before the places: split_heads does that.",
    (B, K, S, H): "Cut into self.heads parts, not into self.head_width.",
}
TWO = "scaled_attention gives two things: contexts, weights = scaled_attention(...)."
OF_SIZES = ("ncompatible", "compatible batch dimensions", "broadcast", "mismatch", "ust be equal", "reshape")
IN_PROJECT = dict.fromkeys((*OF_SIZES, "insum"), SIZES)
IN_CALL = {
    "insum": JOINED,
    **dict.fromkeys(OF_SIZES, SOURCES),
    "values to unpack": TWO,
    "'tuple' object": TWO,
}


def drawn_weights(rng: np.random.Generator, memory_width: int = M) -> list[Array]:
    """Kernel and bias of query, key, value and output."""
    shapes = [(D, H, K), (H, K), (memory_width, H, K), (H, K), (memory_width, H, K), (H, K), (H, K, D), (D,)]
    return [draw(rng, *shape) / 2 for shape in shapes]


def built(candidate: Any, weights: list[Array]) -> LayerHandle:
    """The student's layer with these weights."""
    layer: LayerHandle = candidate(H, K)
    called(layer, np.zeros((B, T, D), "float32"), np.zeros((B, S, weights[2].shape[0]), "float32"))
    layer.set_weights(weights)
    return layer


def called(layer: LayerHandle, query: Array, memory: Array, mask: Mask | None = None) -> tuple[Array, Array]:
    """Outputs and weights of a call, of the right shapes."""
    with exceptions_mean(known=IN_CALL):
        got = layer(query, memory) if mask is None else layer(query, memory, mask=mask)
    outputs, weights = two_arrays(got, "the outputs and the weights", FORM)
    problem = f"query {query.shape}, memory {memory.shape}, {H} heads of width {K}: {{}} have another shape"
    exchanged = outputs.ndim == 4 and weights.ndim == 3
    for part, name, shape, axes, cause in (
        (outputs, "outputs", query.shape, "(B, T, D)", JOINED),
        (weights, "weights", (len(query), H, query.shape[1], memory.shape[1]), "(B, H, T, S)", SPLIT),
    ):
        expect_shape(part, shape, problem.format(name), axes=axes, cause=FORM if exchanged else cause)
    return outputs, weights


@multi_head_attention.check(
    hints=("x times the kernel as one matrix, plus the bias as one row, then split_heads.",)
)
def project_gives_each_head_its_part(candidate, rng):
    """project gives head h: x · kernel[:, h] + bias[h]"""
    layer = candidate(H, K)
    x, kernel, bias = draw(rng, B, S, M), draw(rng, M, H, K), draw(rng, H, K)
    with exceptions_mean(known=IN_PROJECT):
        got = np.asarray(layer.invoke("project", x, kernel, bias))
    problem = f"project of x {x.shape}, kernel {kernel.shape}, bias {bias.shape}"
    cause = OTHER_ORDER.get(got.shape, SIZES)
    expect_shape(got, (B, H, S, K), f"{problem} has another shape", axes="(B, H, S, K)", cause=cause)
    expect_arrays_close(
        got,
        np.einsum("bsd,dhk->bhsk", x, kernel) + bias[:, None],
        f"{problem}: head h must get x · kernel[:, h] + bias[h]",
        tolerance=1e-4,
        axes="(B, H, S, K)",
        cause=SIZES,
        mistakes={name: wrong(x) for name, wrong in wrong_projections(kernel, bias).items()},
    )


@multi_head_attention.check(
    hints=("Queries from query, keys from memory, each with its own kernel and bias; then scaled_attention.",)
)
def each_head_compares_with_its_own_maps(candidate, rng):
    """the weights of head h come from its own queries and keys"""
    for memory_width in (M, D):
        parts = drawn_weights(rng, memory_width)
        query, memory = draw(rng, B, T, D), draw(rng, B, S, memory_width)
        _, got = called(built(candidate, parts), query, memory)
        expect_arrays_close(
            got,
            oracles.multi_head(query, memory, parts)[1],
            f"{T} queries, {S} places of memory: the weights of each head must be softmax(queries · keys / √K)",
            tolerance=1e-4,
            axes="(B, H, T, S)",
            cause="scaled_attention(queries, keys, values, mask), each from self.project with its own kernel and bias.",
            mistakes=wrong_weights(query, memory, parts),
        )


@multi_head_attention.check(
    hints=('ops.einsum("bhtk,hkd->btd", contexts, self.output_kernel) + self.output_bias',)
)
def outputs_join_the_heads(candidate, rng):
    """the outputs are the heads' contexts, each through its part of the output kernel, summed"""
    parts = drawn_weights(rng)
    query, memory = draw(rng, B, T, D), draw(rng, B, S, M)
    got, _ = called(built(candidate, parts), query, memory)
    expect_arrays_close(
        got,
        oracles.multi_head(query, memory, parts)[0],
        "the outputs must be the sum over heads of context · output kernel, plus the output bias",
        tolerance=1e-4,
        axes="(B, T, D)",
        cause='ops.einsum("bhtk,hkd->btd", contexts, self.output_kernel) + self.output_bias',
        mistakes=wrong_outputs(query, memory, parts),
    )


@multi_head_attention.check(hints=("Hand the mask on: scaled_attention(queries, keys, values, mask).",))
def the_mask_holds_for_every_head(candidate, rng):
    """weights are exactly 0 where the mask is False, in every head"""
    parts = drawn_weights(rng, D)
    x = draw(rng, B, S, D)
    padding = (np.arange(S) < np.array([[5], [2]]))[:, None, None]
    causal = np.tri(S, dtype=bool)[None, None]
    layer = built(candidate, parts)
    for mask, what in (
        (padding, "padding, (B, 1, 1, S)"),
        (causal, "the future, (1, 1, T, T)"),
        (padding & causal, "both, (B, 1, T, T)"),
    ):
        outputs, weights = called(layer, x, x, mask)
        wanted = oracles.multi_head(x, x, parts, mask)
        free = oracles.multi_head(x, x, parts)[1]
        for part, right, name in zip((weights, outputs), wanted[::-1], ("weights", "outputs"), strict=True):
            expect_arrays_close(
                part,
                right,
                f"a mask that forbids {what}: the {name} must be those of the places that are left",
                tolerance=1e-4,
                cause="Hand the mask on as it is: scaled_attention(queries, keys, values, mask).",
                mistakes={
                    "The mask does nothing here: hand it on to scaled_attention.": free,
                    "The mask comes after the softmax.": free * mask,
                },
            )


@multi_head_attention.check(hints=("The mask may be all False in a row: nothing is read, the bias is left.",))
def a_query_that_may_look_at_nothing_reads_nothing(candidate, rng):
    """a place that may look at nothing gets the output bias and nothing else"""
    parts = drawn_weights(rng, D)
    x = draw(rng, B, S, D)
    mask = np.tri(S, dtype=bool)[None, None] & (np.arange(S) >= 2)  # padding on the left
    outputs, weights = called(built(candidate, parts), x, x, mask)
    expect(
        not np.isnan(outputs).any() and np.allclose(weights[:, :, :2], 0),
        "padding on the left, causal: places 0 and 1 may look at nothing, and their weights must be 0",
        expected="0",
        got=str(np.round(weights[0, 0, 0], 3)),
        cause="A wholly masked row has weights of 0, not NaN and not 1/S: see exercise 8.2.",
    )
    expect_arrays_close(
        outputs[:, :2],
        np.broadcast_to(parts[7], (B, 2, D)),
        "what a place reads that may look at nothing must be the output bias",
        tolerance=1e-4,
        cause="Weights of 0 give a context of 0, and 0 times the output kernel is 0.",
    )


@multi_head_attention.check(hints=("Everything from the weights to the outputs is keras.ops.",))
def training_reaches_every_weight(candidate, rng):
    """a gradient arrives at every kernel and every bias"""
    layer = built(candidate, drawn_weights(rng))
    names = [
        f"the {name}'s {part}" for name in ("query", "key", "value", "output") for part in ("kernel", "bias")
    ]
    gradients = layer.gradients(draw(rng, B, T, D), draw(rng, B, S, M))
    for gradient, name in zip(gradients, names, strict=True):
        expect(
            gradient is not None,
            f"a gradient must arrive at {name}",
            expected="a gradient",
            got="none",
            cause="Everything must be keras.ops, in split_heads and scaled_attention too: NumPy's functions cut the way "
            "back, and so does ops.stop_gradient.",
        )


@multi_head_attention.check(
    hints=('get_config holds what __init__ needs: "heads" and "head_width", as it was given.',)
)
def can_be_made_anew(candidate, rng):
    """a saved layer can be made anew from its configuration"""
    heads, width = (int(n) for n in rng.choice(np.arange(2, 7), size=2, replace=False))
    missing = "get_config must hold heads and head_width, as it was given."
    with exceptions_mean(missing, {"required positional argument": missing}):
        again = candidate(heads, width).rebuilt()
        again(draw(rng, B, T, D), draw(rng, B, S, M))
    shapes = [weight.shape for weight in again.weights]
    expect(
        shapes[:1] == [(D, heads, width)],
        f"made anew from the configuration of MultiHeadAttention({heads}, {width}) it must have these sizes again",
        expected=f"a query kernel of shape {(D, heads, width)}",
        got=str(shapes[:1]),
        cause='get_config must hold "heads" and "head_width".',
    )
