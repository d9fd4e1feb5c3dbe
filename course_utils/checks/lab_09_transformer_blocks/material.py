"""What the checks of lab 09 share: the lab, configs of odd sizes, inputs drawn afresh."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array
from course_utils.checks.exercise import Lab
from course_utils.checks.lab_09_transformer_blocks.oracles import Array
from course_utils.checks.layers import LayerHandle
from course_utils.checks.outcome import Rejected
from course_utils.models.transformer_config import TransformerConfig

LAB = Lab("09", "transformer blocks")
LAB.reflection("9.a", "Why a mask that is forgotten makes the loss better", 1)
LAB.reflection("9.b", "Which languages need positions more", 1)

D, HEADS, HIDDEN = 6, 2, 11  # three places of the width a head
CUTS = "NumPy's functions, convert_to_numpy, stop_gradient and float() cut the way back: use keras.ops."
BUILT_TWICE = "One part stands in two places and is built twice: make a new one for each."


def config(**changes: Any) -> TransformerConfig:
    """A small transformer without dropout, with `changes`."""
    sizes = {"source_size": 23, "target_size": 29, "width": D, "heads": HEADS, "hidden": HIDDEN}
    return TransformerConfig(**{**sizes, "dropout": 0.0, **changes})


def draw(rng: np.random.Generator, *shape: int) -> Array:
    """Numbers around 0, in the 32 bits that Keras computes with."""
    return rng.normal(size=shape).astype("float32")


def draw_attention(rng: np.random.Generator) -> list[Array]:
    """The 8 weights of a MultiHeadAttention."""
    width = D // HEADS
    projection = [(D, HEADS, width), (HEADS, width)]
    return [draw(rng, *shape) for shape in (*projection * 3, (HEADS, width, D), (D,))]


def draw_feed_forward(rng: np.random.Generator) -> list[Array]:
    """The 4 weights of a feed-forward layer, so small that the residual stays to be seen."""
    return [0.5 * draw(rng, *shape) for shape in ((D, HIDDEN), (HIDDEN,), (HIDDEN, D), (D,))]


def draw_norm(rng: np.random.Generator) -> list[Array]:
    """Scale and shift of a layer norm."""
    return [1 + 0.5 * draw(rng, D), draw(rng, D)]


def given_back(value: Any, problem: str, cause: str = "") -> Array:
    """`value` as an array of numbers; where it is None, `return` is missing."""
    return expect_array(value, problem, cause="Is return missing?" if value is None else cause)


def give_weights(layer: LayerHandle, weights: list[Array], cause: str) -> None:
    """Set the layer's weights; where it has others, and nothing else explains it, that is the likely cause."""
    try:
        layer.set_weights(weights)
    except Rejected as error:
        error.cause = error.cause or cause
        raise
