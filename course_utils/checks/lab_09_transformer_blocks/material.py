"""What the checks of lab 09 share: the lab, configs of odd sizes, inputs drawn afresh."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks.exercise import Lab
from course_utils.checks.lab_09_transformer_blocks.oracles import Array
from course_utils.models.transformer_config import TransformerConfig

LAB = Lab("09", "transformer blocks")
LAB.reflection("9.a", "Why a mask that is forgotten makes the loss better", 1)
LAB.reflection("9.b", "Which languages need positions more", 1)

D, HEADS, HIDDEN = 6, 2, 11  # three places of the width a head


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
