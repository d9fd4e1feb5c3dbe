"""The blocks on their own; what holds for whole transformers is in test_transformer."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.models.multi_head import causal_mask
from course_utils.models.transformer import Decoder, Encoder
from course_utils.models.transformer_blocks import DecoderBlock, EncoderBlock, FeedForward
from course_utils.models.transformer_config import TransformerConfig

pytestmark = pytest.mark.slow  # loads TensorFlow

B, T, S, WIDTH, HEADS = 2, 5, 7, 6, 3
CONFIG = TransformerConfig(19, 23, width=WIDTH, heads=HEADS, hidden=11, dropout=0.0)


@pytest.fixture
def x() -> np.ndarray:
    return np.random.default_rng(3).normal(size=(B, T, WIDTH)).astype(np.float32)


@pytest.fixture
def memory() -> np.ndarray:
    return np.random.default_rng(5).normal(size=(B, S, WIDTH)).astype(np.float32)


def test_feed_forward_is_built_by_its_first_call(x):
    layer = FeedForward(11)
    assert layer(x).shape == x.shape
    assert [weight.shape for weight in layer.weights] == [(WIDTH, 11), (11,), (11, WIDTH), (WIDTH,)]


@pytest.mark.parametrize("mask", [None, np.ones((B, 1, 1, T), bool)], ids=["no mask", "a mask"])
def test_encoder_block_is_built_by_its_first_call(x, mask):
    outputs, weights = EncoderBlock(CONFIG)(x, mask=mask)
    assert outputs.shape == x.shape
    assert weights.shape == (B, HEADS, T, T)


@pytest.mark.parametrize("masked", [False, True])
def test_decoder_block_is_built_by_its_first_call(x, memory, masked):
    masks = {"self_mask": causal_mask(T), "memory_mask": np.ones((B, 1, 1, S), bool)} if masked else {}
    outputs, self_weights, cross_weights = DecoderBlock(CONFIG)(x, memory, **masks)
    assert outputs.shape == x.shape
    assert self_weights.shape == (B, HEADS, T, T)
    assert cross_weights.shape == (B, HEADS, T, S)


def test_a_block_built_by_its_first_call_has_the_weights_of_one_built_by_hand(x, memory):
    called, built = DecoderBlock(CONFIG), DecoderBlock(CONFIG)
    called(x, memory)
    built.build(x.shape, memory.shape)
    assert [weight.shape for weight in called.weights] == [weight.shape for weight in built.weights]
    built.set_weights(called.get_weights())
    for of_called, of_built in zip(called(x, memory), built(x, memory), strict=True):
        np.testing.assert_array_equal(of_called, of_built)


def test_decoder_block_reads_a_memory_of_another_width(x):
    block = DecoderBlock(CONFIG)
    block(x, np.zeros((B, S, 13), np.float32))
    assert block.cross_attention.key_kernel.shape == (13, HEADS, WIDTH // HEADS)


def test_stacks_are_built_by_their_first_call(x, memory):
    outputs, weights = Encoder(CONFIG)(x)
    assert outputs.shape == x.shape
    assert len(weights) == CONFIG.encoder_layers
    outputs, _, cross_weights = Decoder(CONFIG)(x, memory)
    assert outputs.shape == x.shape
    assert cross_weights[-1].shape == (B, HEADS, T, S)
