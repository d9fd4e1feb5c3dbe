"""What stands in where an exercise of lab 09 is not done; loads Keras, so only by name."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from course_utils.models import transformer_blocks
from course_utils.models.multi_head import causal_mask
from course_utils.models.transformer_config import TransformerConfig


def layer_norm(x: Any, scale: Any, shift: Any, epsilon: float = 1e-5) -> Any:
    """Each row of the last axis with mean 0 and variance 1, then scaled and shifted (Ba et al. 2016)."""
    mean, variance = ops.moments(x, axes=-1, keepdims=True)
    return scale * (x - mean) * ops.rsqrt(variance + epsilon) + shift


class Stack(keras.layers.Layer):
    """Encoder blocks, one on the other; the places come in below the first."""

    def __init__(self, config: TransformerConfig, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.blocks = [transformer_blocks.EncoderBlock(config) for _ in range(config.encoder_layers)]

    def build(self, x_shape, places_shape):
        """Make the weights for x (B, T, D)."""
        for block in self.blocks:
            block.build(x_shape)

    def call(self, x, places, mask=None, training=False):
        """x (B, T, D), places (T, D) and mask (B, 1, 1, T) -> x and a list of weights (B, H, T, T)."""
        x, every = x + places, []
        for block in self.blocks:
            x, weights = block(x, mask=mask, training=training)
            every.append(weights)
        return x, every


class DecoderBlock(transformer_blocks.DecoderBlock):
    """The package's block, which is handed its causal mask; here it makes it."""

    def call(self, x, memory, target_mask=None, memory_mask=None, training=False):
        """x (B, T, D), memory (B, S, D), masks (B, 1, 1, T) and (B, 1, 1, S) -> x, self weights, cross weights."""
        mask = causal_mask(ops.shape(x)[1])
        if target_mask is not None:
            mask = ops.logical_and(mask, target_mask)
        return super().call(x, memory, mask, memory_mask, training)
