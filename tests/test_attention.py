"""Attention layers: their equations, and what holds whatever the weights."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from course_utils.models.attention import AdditiveAttention, DotAttention, GeneralAttention, masked_softmax
from course_utils.models.attention_decoder import AttentionDecoder

pytestmark = pytest.mark.slow  # loads TensorFlow

B, S, WIDTH, UNITS = 3, 7, 5, 11
KINDS = {"additive": lambda: AdditiveAttention(UNITS), "dot": DotAttention, "general": GeneralAttention}


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(2)


@pytest.fixture
def query(rng) -> np.ndarray:
    return rng.normal(size=(B, WIDTH)).astype(np.float32)


@pytest.fixture
def memory(rng) -> np.ndarray:
    return rng.normal(size=(B, S, WIDTH)).astype(np.float32)


@pytest.fixture
def mask() -> np.ndarray:
    return np.arange(S) < np.array([[7], [4], [1]])


@pytest.fixture(params=KINDS)
def attention(request, query, memory, rng):
    layer = KINDS[request.param]()
    layer(query, memory)
    layer.set_weights([rng.normal(size=each.shape) for each in layer.get_weights()])
    return layer


def called(layer, *inputs, **options) -> list[np.ndarray]:
    return [np.asarray(each) for each in layer(*inputs, **options)]


# Equations -------------------------------------------------------------------------------------------------


def test_additive_scores_are_bahdanaus(query, memory, mask):
    layer = AdditiveAttention(UNITS)
    _, weights = called(layer, query, memory, mask=mask)
    of_query, of_memory, vector = layer.get_weights()
    for row in range(B):
        states = memory[row][mask[row]]
        scores = [vector @ np.tanh(query[row] @ of_query + state @ of_memory) for state in states]
        assert np.allclose(weights[row][mask[row]], np.exp(scores) / np.exp(scores).sum(), atol=1e-6)


def test_dot_equals_general_with_the_identity(query, memory, mask):
    general = GeneralAttention()
    general(query, memory)
    general.set_weights([np.eye(WIDTH)])
    for ours, theirs in zip(
        called(general, query, memory, mask=mask),
        called(DotAttention(), query, memory, mask=mask),
        strict=True,
    ):
        assert np.allclose(ours, theirs, atol=1e-6)


def test_general_scores_take_two_widths(memory, rng):
    query = rng.normal(size=(B, 2)).astype(np.float32)
    layer = GeneralAttention()
    _, weights = called(layer, query, memory)
    (kernel,) = layer.get_weights()
    scores = np.einsum("bq,qd,bsd->bs", query, kernel, memory)
    assert np.allclose(weights, np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True), atol=1e-6)


def test_dot_refuses_two_widths(memory):
    with pytest.raises(ValueError, match="of one width, received 2 and 5; GeneralAttention takes two"):
        DotAttention()(np.zeros((B, 2), np.float32), memory)


def test_additive_with_a_zero_vector_is_uniform(query, memory, mask):
    layer = AdditiveAttention(UNITS)
    layer(query, memory)
    layer.vector.assign(np.zeros(UNITS))
    context, weights = called(layer, query, memory, mask=mask)
    assert np.allclose(weights, mask / mask.sum(axis=1, keepdims=True), atol=1e-6)
    assert np.allclose(context[1], memory[1, :4].mean(axis=0), atol=1e-6)


# Whatever the weights --------------------------------------------------------------------------------------


def test_weights_are_shares_of_the_real_places(attention, query, memory, mask):
    context, weights = called(attention, query, memory, mask=mask)
    assert context.shape == (B, WIDTH)
    assert weights.shape == (B, S)
    assert np.allclose(weights.sum(axis=1), 1, atol=1e-6)
    assert (weights[~mask] == 0).all()
    assert (weights[mask] > 0).all()


def test_padding_changes_no_output(attention, query, memory, mask):
    before = called(attention, query, memory, mask=mask)
    padding = ((0, 0), (0, 6))
    wider = np.pad(memory, (*padding, (0, 0)), constant_values=1e4)
    context, weights = called(attention, query, wider, mask=np.pad(mask, padding))
    assert np.allclose(context, before[0], atol=1e-5)
    assert np.allclose(weights[:, :S], before[1], atol=1e-6)


def test_one_token_gives_its_own_state(attention, query, memory, mask):
    assert np.allclose(called(attention, query, memory, mask=mask)[0][2], memory[2, 0], atol=1e-6)
    assert np.allclose(called(attention, query, memory[:, :1])[0], memory[:, 0], atol=1e-6)


def test_order_of_the_source_does_not_matter(attention, query, memory, mask, rng):
    order = rng.permutation(S)
    context, weights = called(attention, query, memory, mask=mask)
    other_context, other_weights = called(attention, query, memory[:, order], mask=mask[:, order])
    assert np.allclose(other_context, context, atol=1e-5)
    assert np.allclose(other_weights, weights[:, order], atol=1e-6)


def test_keys_made_beforehand_change_nothing(attention, query, memory, mask):
    expected = called(attention, query, memory, mask=mask)
    prepared = called(attention, query, memory, mask=mask, keys=attention.keys(memory))
    assert all(np.array_equal(*pair) for pair in zip(expected, prepared, strict=True))


@given(arrays.arrays(np.float32, (2, 5), elements=st.floats(-1e4, 1e4, width=32)), st.data())
def test_masked_softmax_for_any_scores(scores, data):
    mask = data.draw(arrays.arrays(np.bool_, (2, 5)))
    weights = np.asarray(masked_softmax(scores, mask))
    assert (weights[~mask] == 0).all()
    assert np.isfinite(weights).all()
    assert np.allclose(weights.sum(axis=1), mask.any(axis=1), atol=1e-5)


def test_half_precision_stays_finite(query, memory, mask):
    layer = DotAttention(dtype="float16")
    context, weights = layer(query * 50, memory * 50, mask=mask)
    assert weights.dtype == "float16"
    assert np.isfinite(np.asarray(context)).all()


def test_layers_are_made_anew_from_their_config(attention, query, memory, mask):
    copy = type(attention).from_config(attention.get_config())
    copy.build(query.shape, memory.shape)
    copy.set_weights(attention.get_weights())
    assert np.array_equal(copy(query, memory, mask=mask)[0], attention(query, memory, mask=mask)[0])


def test_no_units_are_refused():
    with pytest.raises(ValueError, match="units to be a whole number of at least 1, received 0"):
        AdditiveAttention(0)


# The decoder -----------------------------------------------------------------------------------------------


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def test_decoder_follows_its_equations(memory, mask, rng):
    embedded = rng.normal(size=(B, 2, 13)).astype(np.float32)
    state = [rng.normal(size=(B, UNITS)).astype(np.float32) for _ in range(2)]
    decoder = AttentionDecoder(UNITS, GeneralAttention())
    outputs, weights = called(decoder, embedded, memory, initial_state=state, mask=mask)
    kernel, bias = decoder.from_token.get_weights()
    (of_context,), (of_output,) = decoder.from_context.get_weights(), decoder.from_output.get_weights()
    readout, readout_bias = decoder.readout.get_weights()
    output, cell = state
    for place in range(2):
        context, expected_weights = called(decoder.attention, output, memory, mask=mask)
        sums = embedded[:, place] @ kernel + bias + context @ of_context + output @ of_output
        i, f, candidate, o = np.split(sums, 4, axis=1)
        cell = sigmoid(f + 1) * cell + sigmoid(i) * np.tanh(candidate)
        output = sigmoid(o) * np.tanh(cell)
        expected = np.tanh(np.concatenate([output, context], axis=1) @ readout + readout_bias)
        assert np.allclose(weights[:, place], expected_weights, atol=1e-5)
        assert np.allclose(outputs[:, place], expected, atol=1e-5)


def test_decoder_trains_every_weight(memory, mask, rng):
    import tensorflow as tf

    decoder = AttentionDecoder(UNITS, AdditiveAttention(3))
    embedded = rng.normal(size=(B, 4, 13)).astype(np.float32)
    with tf.GradientTape() as tape:
        outputs, _ = decoder(embedded, memory, mask=mask)
        loss = tf.reduce_sum(outputs**2)
    variables = [each.value for each in decoder.trainable_variables]
    assert len(variables) == 9
    for variable, slope in zip(decoder.trainable_variables, tape.gradient(loss, variables), strict=True):
        assert slope is not None, variable.path
        assert np.abs(slope).max() > 0, variable.path


def test_decoder_is_made_anew_with_its_attention():
    copy = AttentionDecoder.from_config(AttentionDecoder(UNITS, AdditiveAttention(3)).get_config())
    assert (copy.units, type(copy.attention), copy.attention.units) == (UNITS, AdditiveAttention, 3)


def test_nothing_of_a_mask_goes_on(query, memory, mask):
    features = keras.layers.Masking()(query[:, None])
    assert DotAttention().compute_mask(features, mask) == (None, None)
