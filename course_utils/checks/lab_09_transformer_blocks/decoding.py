"""Exercise 9.7: the decoder block."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array, expect_arrays_close, expect_shape
from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_09_transformer_blocks.decoding_mistakes import (
    CROSS_ATTENTION,
    SELF_ATTENTION,
    SUBLAYERS,
)
from course_utils.checks.lab_09_transformer_blocks.decoding_plans import (
    Inputs,
    Plan,
    Weights,
    Written,
    planned,
)
from course_utils.checks.lab_09_transformer_blocks.material import (
    BUILT_TWICE,
    CUTS,
    HEADS,
    LAB,
    D,
    config,
    draw,
    give_weights,
)
from course_utils.checks.layers import LayerCandidate, LayerHandle

decoder_block = LAB.exercise(
    "9.7",
    name="DecoderBlock",
    title="a decoder block",
    points=4,
    difficulty=3,
    candidate=LayerCandidate,
    reference="course_utils.checks.lab_09_transformer_blocks.references:DecoderBlock",
    uses=("keras", "tensorflow"),
    hints=(
        "Three times before, sublayer, after: self-attention, cross-attention, feed-forward.",
        "Self-attention's mask is causal_mask(length) and, where there is one, target_mask: ops.logical_and(a, b).",
        "self.cross_attention(self.around_cross.before(x), memory, mask=memory_mask, training=training)",
    ),
)

FORM = "return x, self_weights, cross_weights"
FROM_DECODER = "Keys and values of cross-attention come from the memory, (B, S, D): self.cross_attention(inputs, memory, ...)."
PARTS = (
    "In __init__ make self.feed_forward, self.around_self, self.around_cross and self.around_feed_forward, "
    "in this order."
)
TWO = "An attention gives two things, outputs and weights."
EXCEPTIONS = {
    "has no attribute 'feed_forward'": PARTS,
    "has no attribute 'around_": PARTS,
    "values to unpack": TWO,
    "Shapes of all inputs must match": TWO,
    "already built": BUILT_TWICE,
    "truth value of an array": "Ask `if target_mask is not None`, and join two masks by ops.logical_and(a, b).",
    "AddV2": "x is (B, T, D), and what is added to it must be: T queries from the decoder, keys and values from "
    "the memory.",
    "missing a required argument: 'memory'": "Self-attention's memory is its query: self.self_attention(inputs, inputs, ...).",
    "missing 1 required positional argument: 'outputs'": "after needs both: self.around_self.after(x, outputs, training).",
    "NoneType": "target_mask and memory_mask may be None: ops.logical_and needs two masks, mask=None is allowed.",
    "None values not supported": "target_mask may be None: ops.logical_and only where there is one.",
    "required broadcastable shapes": "Self-attention's mask is (1, 1, T, T) and (B, 1, 1, T), cross-attention's (B, 1, 1, S).",
    "ncompatible shapes": "Self-attention's mask is (1, 1, T, T) and (B, 1, 1, T), cross-attention's (B, 1, 1, S).",
}


def built(candidate: Any, weights: Weights, **changes: Any) -> LayerHandle:
    """The student's block with these weights."""
    with exceptions_mean(known=EXCEPTIONS):
        block: LayerHandle = candidate(config(**changes))
        block.invoke("build", (None, None, D), (None, None, D))
    give_weights(
        block, weights.all, "The sizes come from config: FeedForward(config.hidden), Residual(config)."
    )
    return block


def called(block: LayerHandle, inputs: Inputs, **options: Any) -> Written:
    """What a call gives, after making sure of its form."""
    with exceptions_mean(known=EXCEPTIONS):
        got = block(
            inputs.x, inputs.memory, target_mask=inputs.target_mask, memory_mask=inputs.memory_mask, **options
        )
    problem = "call must return three arrays: x, the weights of self-attention, and those of cross-attention"
    expect(
        isinstance(got, tuple | list) and len(got) == 3,
        problem,
        expected="(x, self_weights, cross_weights)",
        got=got,
        cause=FORM,
    )
    x, own, cross = (expect_array(part, problem) for part in got)
    (batch, length, _), source = inputs.x.shape, inputs.memory.shape[1]
    for part, shape, name, axes in (
        (x, inputs.x.shape, "x", "(B, T, D)"),
        (own, (batch, HEADS, length, length), "weights of self-attention", "(B, H, T, T)"),
        (cross, (batch, HEADS, length, source), "weights of cross-attention", "(B, H, T, S)"),
    ):
        cause = FROM_DECODER if part is cross and np.shape(part) == own.shape else FORM
        expect_shape(part, shape, f"{name}: another shape", axes=axes, cause=cause)
    return Written(x, own, cross)


def expect_part(
    got: Written,
    inputs: Inputs,
    weights: Weights,
    part: str,
    problem: str,
    cause: str,
    plans: dict[str, Plan],
    norm: str = "pre",
) -> None:
    """One part of what came out is right; a likely mistake's numbers are named."""
    wanted = getattr(planned(inputs, weights, Plan(norm)), part)
    wrong = {} if np.allclose(getattr(got, part), wanted, atol=1e-3) else plans  # each takes its time
    expect_arrays_close(
        getattr(got, part),
        wanted,
        problem,
        tolerance=1e-3,
        cause=cause,
        mistakes={mistake: getattr(planned(inputs, weights, plan), part) for mistake, plan in wrong.items()},
    )


@decoder_block.check(hints=("return x, self_weights, cross_weights",))
def returns_x_and_both_weights(candidate, rng):
    """it returns x (B, T, D) and the weights of both attentions"""
    called(built(candidate, Weights.drawn(rng)), Inputs.drawn(rng))


@decoder_block.check(
    hints=(
        "causal_mask(length) is True where the key is not later than the query: hand it to self.self_attention.",
    )
)
def no_place_sees_a_later_one(candidate, rng):
    """another word changes nothing before it, by exactly 0"""
    inputs, block = Inputs.drawn(rng), built(candidate, Weights.drawn(rng))
    length = inputs.x.shape[1]
    for place in (length - 1, 2):
        changed = inputs.x.copy()
        changed[:, place:] = draw(rng, *changed[:, place:].shape)
        before, after = (called(block, inputs.with_x(x)).x[:, :place] for x in (inputs.x, changed))
        most = float(np.abs(after - before).max())
        expect(
            most == 0,
            f"other words from place {place} on: all places before {place} must stay exactly as they were",
            expected="a difference of exactly 0",
            got=f"up to {most:.3g}",
            cause="A place that sees what it must predict learns to copy it: causal_mask(length) goes into "
            "self.self_attention.",
        )


@decoder_block.check(
    hints=("The mask of self-attention: each place sees itself and all before it, and no padding.",)
)
def self_attention_sees_itself_and_what_was_before(candidate, rng):
    """self-attention's weights are those of the causal mask, without padding"""
    weights, inputs = Weights.drawn(rng), Inputs.drawn(rng, padded=True)
    got = called(built(candidate, weights), inputs)
    expect_part(
        got,
        inputs,
        weights,
        "self_weights",
        "the weights of self-attention must be those among the real places up to each one",
        "self.self_attention(inputs, inputs, mask=...) with inputs = self.around_self.before(x).",
        SELF_ATTENTION,
    )


@decoder_block.check(
    hints=(
        "Queries from the decoder, keys and values from memory: self.cross_attention(inputs, memory, ...).",
    )
)
def cross_attention_reads_the_memory(candidate, rng):
    """cross-attention asks with x and reads the memory, without its padding"""
    weights, inputs = Weights.drawn(rng), Inputs.drawn(rng, padded=True)
    got = called(built(candidate, weights), inputs)
    expect_part(
        got,
        inputs,
        weights,
        "cross_weights",
        "the weights of cross-attention must be those of the memory's real places",
        "self.cross_attention(self.around_cross.before(x), memory, mask=memory_mask, training=training)",
        CROSS_ATTENTION,
    )


def _expect_x(candidate: Any, rng: np.random.Generator, norm: str) -> None:
    weights, inputs = Weights.drawn(rng), Inputs.drawn(rng, padded=True)
    got = called(built(candidate, weights, norm=norm), inputs)
    expect_part(
        got,
        inputs,
        weights,
        "x",
        f'norm="{norm}": x must come out as the three sublayers leave it',
        "before, sublayer, after: self-attention, cross-attention, feed-forward, each from the new x.",
        {mistake: replace(plan, norm=norm) for mistake, plan in SUBLAYERS.items()},
        norm,
    )


@decoder_block.check(hints=("Each step starts from the x that the step before has left.",))
def three_sublayers_one_after_the_other(candidate, rng):
    """x comes out as self-attention, cross-attention and the feed-forward layer leave it"""
    _expect_x(candidate, rng, "pre")


@decoder_block.check(hints=("before and after know which norm it is: nothing else in the block asks.",))
def works_with_post_norm(candidate, rng):
    """with post-norm, too"""
    _expect_x(candidate, rng, "post")


@decoder_block.check(hints=("Both masks may be None: then nothing is padding, and the causal mask stays.",))
def works_without_padding_masks(candidate, rng):
    """without padding masks it is still causal"""
    weights, inputs = Weights.drawn(rng), Inputs.drawn(rng).without_masks()
    got = called(built(candidate, weights), inputs)
    for part, name in (
        ("self_weights", "weights of self-attention"),
        ("cross_weights", "weights of cross-attention"),
    ):
        expect_part(
            got,
            inputs,
            weights,
            part,
            f"target_mask=None, memory_mask=None: the {name} must be those of unpadded sentences",
            "None means that nothing is padding; the causal mask is needed all the same.",
            {"The causal mask is missing where target_mask is None.": Plan(causal="none")},
        )


@decoder_block.check(hints=("Hand training on, to all three sublayers and all three after.",))
def dropout_waits_for_training(candidate, rng):
    """dropout changes nothing without training, and with it reaches all three sublayers"""
    weights, inputs = Weights.drawn(rng), Inputs.drawn(rng)
    block = built(candidate, weights, dropout=0.5)
    expect_arrays_close(
        called(block, inputs, training=False).x,
        called(block, inputs, training=False).x,
        "training=False: two calls must give the same",
        cause="Dropout is on where nobody trains: hand training=training on, never training=True.",
    )
    block.set_weights(weights.giving_1().all)
    added = np.round(called(block, inputs, training=True).x - inputs.x, 3)
    expect(
        bool(np.isin(added, (0, 2, 4, 6)).all()) and len(np.unique(added)) > 1,
        "training=True, dropout 0.5, sublayers that give 1 everywhere: after each of them half must be left out",
        expected="x + 0, x + 2, x + 4 or x + 6 everywhere",
        got="x + " + ", ".join(f"{number:g}" for number in np.unique(added)[:5]),
        cause="after(x, outputs, training) needs the third argument, or it takes training for False.",
    )


@decoder_block.check(hints=("Everything from x and the memory to the result is keras.ops and layers.",))
def training_reaches_every_weight(candidate, rng):
    """a gradient arrives at every weight, and at the memory"""
    inputs, block = Inputs.drawn(rng), built(candidate, Weights.drawn(rng))
    with exceptions_mean(known=EXCEPTIONS):
        (_, memory, *weights), *_ = block.gradients_by_output(inputs.x, inputs.memory)
    missing = sum(gradient is None for gradient in weights)
    expect(
        memory is not None and missing == 0,
        "training must be able to change every weight, and the encoder through the memory",
        expected="a gradient for each",
        got="none for the memory" if memory is None else f"none for {missing} of {len(weights)} weights",
        cause=CUTS,
    )
