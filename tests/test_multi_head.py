"""Attention with several heads: its equations, its masks, and Keras's own layer with the same weights."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.models.multi_head import (
    MultiHeadAttention,
    causal_mask,
    padding_mask,
    scaled_dot_product_attention,
)

pytestmark = pytest.mark.slow  # loads TensorFlow

B, T, S, H, K, D = 2, 5, 7, 3, 4, 11


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(2)


def normal(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.normal(size=shape).astype(np.float32)


def by_hand(query, key, value, mask):
    """Two loops and a softmax."""
    contexts, every = np.zeros((len(query), value.shape[1])), np.zeros((len(query), len(key)))
    for t, one in enumerate(query):
        allowed = [s for s in range(len(key)) if mask[t, s]]
        powers = {s: np.exp(one @ key[s] / np.sqrt(len(one))) for s in allowed}
        for s in allowed:
            every[t, s] = powers[s] / sum(powers.values())
            contexts[t] += every[t, s] * value[s]
    return contexts, every


# Scaled dot-product attention -----------------------------------------------------------------------------


def test_attention_is_that_of_the_loops(rng):
    query, key, value = normal(rng, T, K), normal(rng, S, K), normal(rng, S, 13)
    mask = rng.random((T, S)) < 0.6
    context, weights = scaled_dot_product_attention(query, key, value, mask)
    for ours, theirs in zip((context, weights), by_hand(query, key, value, mask), strict=True):
        assert np.allclose(ours, theirs, atol=1e-6)
    assert (np.asarray(weights)[~mask] == 0).all()


@given(st.integers(0, 2**32 - 1))
def test_each_row_is_a_distribution_over_what_the_mask_leaves(seed):
    rng = np.random.default_rng(seed)
    mask = rng.random((B, H, T, S)) < rng.random()
    query, key = 30 * normal(rng, B, H, T, K), 30 * normal(rng, B, H, S, K)
    context, weights = scaled_dot_product_attention(query, key, normal(rng, B, H, S, K), mask)
    assert np.allclose(np.sum(weights, axis=-1), mask.any(axis=-1), atol=1e-5)
    assert (np.asarray(weights)[~mask] == 0).all()
    assert (np.asarray(context)[~mask.any(axis=-1)] == 0).all()


def test_scores_of_random_vectors_have_a_variance_of_one_whatever_their_width(rng):
    query, key = normal(rng, 211, 97), normal(rng, 223, 97)
    _, weights = scaled_dot_product_attention(query, key, key)
    scores = np.log(np.asarray(weights))
    assert np.var(scores - scores.mean(axis=1, keepdims=True)) == pytest.approx(1, abs=0.1)


def test_masks():
    assert np.asarray(causal_mask(3)).tolist() == [[[[1, 0, 0], [1, 1, 0], [1, 1, 1]]]]
    mask = np.asarray(padding_mask(np.array([[5, 3, 0], [4, 0, 0]])))
    assert mask.dtype == bool
    assert mask.tolist() == [[[[1, 1, 0]]], [[[1, 0, 0]]]]
    together = np.asarray(keras.ops.logical_and(causal_mask(3), mask))
    assert together.shape == (2, 1, 3, 3)
    assert together[1, 0].tolist() == [[1, 0, 0]] * 3


# Several heads ---------------------------------------------------------------------------------------------


def twins(rng, memory_width: int = D):
    """Ours and Keras's with the same random weights."""
    ours, theirs = MultiHeadAttention(H, K), keras.layers.MultiHeadAttention(H, K)
    query, memory = np.zeros((B, T, D), np.float32), np.zeros((B, S, memory_width), np.float32)
    ours(query, memory)
    theirs(query, memory)
    ours.set_weights([rng.normal(0, 0.4, each.shape) for each in theirs.get_weights()])
    theirs.set_weights(ours.get_weights())
    return ours, theirs


MASKS = {
    "none": lambda rng: None,
    "padding": lambda rng: np.broadcast_to(np.arange(S) < np.array([S, 3])[:, None, None], (B, T, S)),
    "causal": lambda rng: np.broadcast_to(np.tri(T, S, dtype=bool), (B, T, S)),
    "random": lambda rng: (rng.random((B, T, S)) < 0.5) | (np.arange(S) == 2),
}


@pytest.mark.parametrize("kind", MASKS)
@pytest.mark.parametrize("memory_width", [D, 13])
def test_equals_keras(kind, memory_width, rng):
    ours, theirs = twins(rng, memory_width)
    query, memory, mask = normal(rng, B, T, D), normal(rng, B, S, memory_width), MASKS[kind](rng)
    found = ours(query, memory, mask=None if mask is None else mask[:, None])
    expected = theirs(query, memory, attention_mask=mask, return_attention_scores=True)
    for one, other in zip(found, expected, strict=True):
        assert np.allclose(one, other, atol=1e-5)


def test_equals_keras_in_self_attention_and_its_gradients(rng):
    import tensorflow as tf

    ours, theirs = twins(rng)
    query, mask, slopes = tf.constant(normal(rng, B, T, D)), np.tri(T, dtype=bool)[None], []
    for run in (
        lambda: ours(query, query, mask=mask[:, None])[0],
        lambda: theirs(query, query, attention_mask=mask),
    ):
        with tf.GradientTape() as tape:
            tape.watch(query)
            loss = tf.reduce_sum(tf.sin(run()))
        layer = ours if not slopes else theirs
        slopes.append(tape.gradient(loss, [query, *(each.value for each in layer.trainable_variables)]))
    assert len(slopes[0]) == 9
    for one, other in zip(*slopes, strict=True):
        assert np.allclose(one, other, atol=1e-5)


def test_heads_that_are_one_equal_plain_attention(rng):
    layer = MultiHeadAttention(1, D)
    query, memory = normal(rng, B, T, D), normal(rng, B, S, D)
    layer(query, memory)
    identity = [np.eye(D).reshape(D, 1, D), np.zeros((1, D))]
    layer.set_weights([*identity * 3, np.eye(D).reshape(1, D, D), np.zeros(D)])
    outputs, weights = layer(query, memory)
    expected, expected_weights = scaled_dot_product_attention(query, memory, memory)
    assert np.allclose(outputs, expected, atol=1e-5)
    assert np.allclose(np.asarray(weights)[:, 0], expected_weights, atol=1e-6)


def test_a_wholly_masked_row_reads_nothing_and_has_gradients_that_are_numbers(rng):
    import tensorflow as tf

    ours, _ = twins(rng)
    query, memory = tf.constant(normal(rng, B, T, D)), tf.constant(1e4 * normal(rng, B, S, D))
    with tf.GradientTape() as tape:
        tape.watch([query, memory])
        outputs, weights = ours(query, memory, mask=np.zeros((B, 1, T, S), bool))
        loss = tf.reduce_sum(outputs**2) + tf.reduce_sum(weights)
    assert np.allclose(outputs, np.asarray(ours.output_bias), atol=1e-6)
    assert (np.asarray(weights) == 0).all()
    for slope in tape.gradient(loss, [query, memory, ours.query_kernel.value, ours.value_kernel.value]):
        assert np.isfinite(slope).all()


def test_dropout_is_for_training_alone_and_leaves_the_weights_shown_whole(rng):
    layer = MultiHeadAttention(H, K, dropout=0.5)
    query = normal(rng, B, T, D)
    calm, _ = layer(query, query)
    assert np.array_equal(layer(query, query)[0], calm)
    outputs, weights = layer(query, query, training=True)
    assert not np.allclose(outputs, calm)
    assert np.allclose(np.sum(weights, axis=-1), 1, atol=1e-5)


def test_kernels_begin_as_those_of_a_matrix():
    """Uniform with the variance 2 / (rows + columns) (Glorot & Bengio 2010)."""
    layer = MultiHeadAttention(8, 16)
    layer.build((None, None, 120))
    for kernel in (layer.query_kernel, layer.key_kernel, layer.value_kernel, layer.output_kernel):
        assert np.var(kernel) == pytest.approx(2 / (120 + 128), rel=0.05)
    assert not np.allclose(layer.query_kernel, layer.key_kernel)


def test_made_anew_from_its_config(rng):
    ours, _ = twins(rng)
    copy = MultiHeadAttention.from_config(ours.get_config())
    assert (copy.heads, copy.head_width, copy.dropout.rate) == (H, K, 0.0)
    copy.build((B, T, D))
    copy.set_weights(ours.get_weights())
    query = normal(rng, B, T, D)
    assert np.array_equal(copy(query, query)[0], ours(query, query)[0])


def test_no_heads_are_refused():
    with pytest.raises(ValueError, match="heads and head_width of at least 1, received 0 and 4"):
        MultiHeadAttention(0, 4)
