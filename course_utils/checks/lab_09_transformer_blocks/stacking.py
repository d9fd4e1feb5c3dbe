"""Exercise 9.6: a stack of encoder blocks, and where the places come in."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_arrays_close, expect_shape
from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_09_transformer_blocks.encoding_plans import Weights
from course_utils.checks.lab_09_transformer_blocks.material import (
    BUILT_TWICE,
    CUTS,
    HEADS,
    LAB,
    D,
    config,
    draw,
    given_back,
)
from course_utils.checks.lab_09_transformer_blocks.oracles import Array, Mask
from course_utils.checks.lab_09_transformer_blocks.stacking_plans import (
    BLOCKS_MISTAKES,
    PLACES_MISTAKES,
    planned,
)
from course_utils.checks.layers import LayerCandidate, LayerHandle

stack = LAB.exercise(
    "9.6",
    name="Stack",
    title="blocks on blocks, and where the places go",
    points=1,
    difficulty=1,
    candidate=LayerCandidate,
    reference="course_utils.checks.lab_09_transformer_blocks.references:Stack",
    uses=("keras", "tensorflow"),
    hints=(
        "In __init__ a list of config.encoder_layers new blocks. In call one loop over them.",
        "Where must the places come in, so that no block is blind to order? Below all of them: before the loop.",
        "In the loop: x, weights = block(x, mask=mask, training=training), and every.append(weights).",
    ),
)

B, T, LAYERS = 2, 5, 3
FORM = "return x, every: x is (B, T, D), every a list with each block's weights."
BLOCKS = "self.blocks is a list of config.encoder_layers different blocks, each made by EncoderBlock(config)."
TWO = "A block gives two things: x, weights = block(x, mask=mask, training=training)."
EXCEPTIONS = {
    "already built": f"{BUILT_TWICE} {BLOCKS}",
    "has no attribute 'blocks'": f"In __init__ make self.blocks. {BLOCKS}",
    "values to unpack": TWO,
    "Shapes of all inputs must match": TWO,
    "'tuple' object": TWO,
    "'int' object is not iterable": "config.encoder_layers is a number: range(config.encoder_layers) counts so far.",
    "argument: 'memory_shape'": f"A decoder block wants a memory, and here there is none. {BLOCKS}",
    "argument: 'input_shape'": f"A class is no block yet: EncoderBlock(config) makes one. {BLOCKS}",
    "ncompatible shapes": "x is (B, T, D) and places (T, D): x + places fits as it is.",
}


def built(candidate: Any, blocks: list[Weights], **changes: Any) -> LayerHandle:
    """The student's stack with these weights."""
    with exceptions_mean(known=EXCEPTIONS):
        layer: LayerHandle = candidate(config(encoder_layers=len(blocks), **changes))
        layer.invoke("build", (None, None, D), (T, D))
    weights, found = [weight for block in blocks for weight in block.all], len(layer.weights)
    expect(
        found == len(weights),
        f"encoder_layers={len(blocks)}: a stack must have the weights of as many blocks",
        expected=f"{len(weights)} weights, {len(blocks[0].all)} for each block",
        got=f"{found} weights",
        cause=BLOCKS,
    )
    layer.set_weights(weights)
    return layer


def drawn(rng: np.random.Generator, layers: int = LAYERS) -> list[Weights]:
    """Each block's weights."""
    return [Weights.drawn(rng) for _ in range(layers)]


def called(
    layer: LayerHandle, x: Array, places: Array, mask: Mask | None = None, **options: Any
) -> tuple[Array, list[Array]]:
    """What a call gives, after making sure of its form."""
    with exceptions_mean(known=EXCEPTIONS):
        got = layer(x, places, mask=mask, **options)
    problem = "call must return x and a list of all blocks' weights"
    expect(
        isinstance(got, tuple | list) and len(got) == 2,
        problem,
        expected="(x, every)",
        got=got,
        cause=FORM,
    )
    outputs, every = given_back(got[0], problem), [given_back(each, problem, TWO) for each in got[1]]
    expect_shape(outputs, x.shape, "x must keep its shape", axes="(B, T, D)", cause=FORM)
    return outputs, every


@stack.check(
    hints=("A list of config.encoder_layers blocks in __init__, and a list of their weights out of call.",)
)
def returns_x_and_each_blocks_weights(candidate, rng):
    """it returns x and the weights of each of its encoder_layers blocks"""
    for layers in (LAYERS, 1):
        _, every = called(built(candidate, drawn(rng, layers)), draw(rng, B, T, D), draw(rng, T, D))
        expect(
            len(every) == layers,
            f"encoder_layers={layers}: the list must have the weights of each block",
            expected=f"{layers} arrays (B, H, T, T)",
            got=f"{len(every)} arrays",
            cause="every.append(weights) in the loop, once for each block.",
        )
        for weights in every:
            expect_shape(weights, (B, HEADS, T, T), "each block's weights", axes="(B, H, T, T)", cause=FORM)


@stack.check(hints=("x + places, before the first block, and never again.",))
def places_come_in_below_the_first_block(candidate, rng):
    """the places are added once, below the first block"""
    blocks, x, places = drawn(rng), draw(rng, B, T, D), draw(rng, T, D)
    layer = built(candidate, blocks)
    got, wanted = called(layer, x, places)[0], called(layer, x + places, np.zeros_like(places))[0]
    wrong = {} if np.allclose(got, wanted, atol=1e-3) else PLACES_MISTAKES  # each takes its time
    expect_arrays_close(
        got,
        wanted,
        "words x at places must give what words x + places give where all places are 0",
        tolerance=1e-3,
        axes="(B, T, D)",
        cause="The places are added to the words once, before the first block reads them.",
        mistakes={mistake: planned(x, places, blocks, plan) for mistake, plan in wrong.items()},
    )


@stack.check(hints=("In the loop each block reads x and makes the new x.",))
def each_block_reads_what_the_one_below_has_made(candidate, rng):
    """each block reads what the block below it has made"""
    blocks, x, places = drawn(rng), draw(rng, B, T, D), draw(rng, T, D)
    got, wanted = called(built(candidate, blocks), x, places)[0], planned(x, places, blocks)
    wrong = {} if np.allclose(got, wanted, atol=1e-3) else BLOCKS_MISTAKES
    expect_arrays_close(
        got,
        wanted,
        f"{LAYERS} blocks: x must come out as the blocks leave it, one after the other",
        tolerance=1e-3,
        axes="(B, T, D)",
        cause="for block in self.blocks: x, weights = block(x, mask=mask, training=training). Nothing else.",
        mistakes={mistake: planned(x, places, blocks, plan) for mistake, plan in wrong.items()},
    )


@stack.check(hints=("Every block gets the mask: block(x, mask=mask, training=training).",))
def no_block_attends_to_padding(candidate, rng):
    """padding has a weight of 0 in every block"""
    mask = np.array([[True] * T, [True] * 3 + [False] * 2])[:, None, None]
    _, every = called(built(candidate, drawn(rng, 2)), draw(rng, B, T, D), draw(rng, T, D), mask)
    for number, weights in enumerate(every, start=1):
        most = float((weights * ~mask).max())
        expect(
            most == 0,
            f"block {number} of {len(every)}: the weights of padding must be exactly 0",
            expected="0",
            got=f"up to {most:.3g}",
            cause="Hand the mask to every block: block(x, mask=mask, training=training).",
        )


@stack.check(hints=("Hand training on as it comes, never training=True.",))
def dropout_waits_for_training(candidate, rng):
    """dropout changes nothing without training"""
    layer, x, places = built(candidate, drawn(rng, 2), dropout=0.5), draw(rng, B, T, D), draw(rng, T, D)
    expect_arrays_close(
        called(layer, x, places, training=False)[0],
        called(layer, x, places, training=False)[0],
        "training=False: two calls must give the same",
        cause="Dropout is on where nobody trains: hand training=training on, never training=True.",
    )


@stack.check(hints=("Everything from the words and the places to the top is keras.ops and layers.",))
def training_reaches_every_weight(candidate, rng):
    """a gradient arrives at every weight, and at the words and their places"""
    layer = built(candidate, drawn(rng, 2))
    with exceptions_mean(known=EXCEPTIONS):
        (of_x, of_places, *weights), *_ = layer.gradients_by_output(draw(rng, B, T, D), draw(rng, T, D))
    missing = sum(gradient is None for gradient in weights)
    lost = [name for name, gradient in (("words", of_x), ("places", of_places)) if gradient is None]
    expect(
        not lost and not missing,
        "training must be able to change every weight, and the vectors of words and places",
        expected="a gradient for each",
        got=f"none for the {' and the '.join(lost)}"
        if lost
        else f"none for {missing} of {len(weights)} weights",
        cause=CUTS,
    )
