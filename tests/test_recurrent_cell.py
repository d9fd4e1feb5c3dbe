"""The plain recurrent layers of lab 05, beside Keras's own and beside what follows from their equations."""

from __future__ import annotations

import math

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from course_utils.models import recurrent_cell
from course_utils.models.recurrent_cell import LSTM, LSTMCell

pytestmark = pytest.mark.slow  # loads TensorFlow

B, T, D, U, V = 3, 7, 5, 2, 11
MASK = np.arange(T) < np.array([[T], [4], [1]])


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def inputs(rng, *shape):
    return rng.normal(size=shape or (B, T, D)).astype("float32")


def keras_twin(layer, **options):
    """Keras's LSTM with the same weights."""
    twin = keras.layers.LSTM(U, **options)
    twin.build((B, T, D))
    twin.set_weights(layer.get_weights())
    return twin


# The plain network ------------------------------------------------------------------------------------------


def test_states_are_those_of_keras_simple_rnn(rng):
    x = inputs(rng)
    layer = keras.layers.SimpleRNN(U, return_sequences=True, bias_initializer="random_normal")
    outputs = np.asarray(layer(x))
    for sentence, wanted in zip(x, outputs, strict=True):
        states = recurrent_cell.rnn_states(sentence, *layer.get_weights())
        np.testing.assert_allclose(states, wanted, atol=1e-6)


def test_gradient_by_hand():
    states, recurrent = np.array([[0.9], [0.5], [-0.5]]), np.array([[-0.8]])
    factor = 0.8 * (1 - 0.25)
    np.testing.assert_allclose(
        recurrent_cell.gradient_norms(states, recurrent), [factor**2, factor, 1.0], rtol=1e-12
    )


def test_gradient_is_the_one_that_tensorflow_finds(rng):
    import tensorflow as tf

    kernel, recurrent, bias = inputs(rng, D, U), inputs(rng, U, U), inputs(rng, U)
    x = inputs(rng, T, D)
    states = recurrent_cell.rnn_states(x, kernel, recurrent, bias)
    with tf.GradientTape(persistent=True) as tape:
        h = tf.zeros((1, U))
        found = []
        for x_t in x:
            h = tf.tanh(x_t[None] @ kernel + h @ recurrent + bias)
            tape.watch(h)
            found.append(h)
        last = tf.reduce_sum(h)
    wanted = [float(tf.norm(tape.gradient(last, each))) for each in found]
    np.testing.assert_allclose(recurrent_cell.gradient_norms(states, recurrent), wanted, rtol=1e-4)


# The cell ---------------------------------------------------------------------------------------------------


def test_a_step_by_hand():
    bias = np.array([0.0, 1.0, 1.0, -1.0], "float32")
    h, c = recurrent_cell.lstm_step(
        np.ones((1, 1)), np.ones((1, 1)), np.full((1, 1), 0.5), np.zeros((1, 4)), np.zeros((1, 4)), bias
    )
    memory = 0.5 * math.tanh(1) + 0.5 / (1 + math.exp(-1))
    assert float(c[0, 0]) == pytest.approx(memory, abs=1e-6)
    assert float(h[0, 0]) == pytest.approx(math.tanh(memory) / (1 + math.e), abs=1e-6)


def test_the_cell_runs_in_keras_own_loop(rng):
    x = inputs(rng)
    ours = keras.layers.RNN(LSTMCell(U), return_sequences=True)
    outputs = ours(x, mask=MASK)
    np.testing.assert_allclose(outputs, keras_twin(ours, return_sequences=True)(x, mask=MASK), atol=1e-5)


def test_the_forget_gate_starts_open():
    cell = LSTMCell(3)
    cell.build((B, D))
    assert cell.get_weights()[2].tolist() == [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    assert [weight.shape for weight in cell.get_weights()] == [(D, 12), (3, 12), (12,)]


# The layer --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("return_sequences", [True, False])
def test_equals_keras_weight_for_weight_whatever_is_masked(return_sequences, rng):
    x, ours = inputs(rng), LSTM(U, return_sequences)
    ours(x)
    twin = keras_twin(ours, return_sequences=return_sequences)

    @given(st.lists(st.lists(st.booleans(), min_size=T, max_size=T), min_size=B, max_size=B).map(np.array))
    @settings(max_examples=23, deadline=None)
    def same(mask):
        np.testing.assert_allclose(ours(x, mask=mask), twin(x, mask=mask), atol=1e-5)

    same()


@pytest.mark.parametrize(("return_sequences", "masked"), [(True, True), (False, False)])
def test_only_a_sequence_keeps_its_mask(return_sequences, masked, rng):
    outputs = LSTM(U, return_sequences)(inputs(rng), mask=MASK)
    assert hasattr(outputs, "_keras_mask") == masked


def test_without_a_mask_every_step_counts(rng):
    x = inputs(rng)
    ours = LSTM(U, return_sequences=True)
    outputs = np.asarray(ours(x))
    assert outputs.shape == (B, T, U)
    np.testing.assert_allclose(outputs, keras_twin(ours, return_sequences=True)(x), atol=1e-5)


def test_what_stands_at_padding_changes_nothing(rng):
    x, ours = inputs(rng), LSTM(U, return_sequences=True)
    before = np.asarray(ours(x, mask=MASK))
    x[~MASK] = 99
    np.testing.assert_array_equal(ours(x, mask=MASK), before)


def test_gradients_are_those_of_keras(rng):
    import tensorflow as tf

    x, ours = inputs(rng), LSTM(U)
    ours(x)
    gradients = []
    for layer in (ours, keras_twin(ours)):
        with tf.GradientTape() as tape:
            loss = ops.sum(layer(x, mask=MASK) ** 2)
        gradients.append(tape.gradient(loss, [weight.value for weight in layer.trainable_weights]))
    for got, wanted in zip(*gradients, strict=True):
        np.testing.assert_allclose(got, wanted, atol=1e-5)


def test_a_saved_model_gives_the_same_outputs(rng, tmp_path):
    x, token_mask = keras.Input((None, D)), keras.Input((None,), dtype="bool")
    fixed = keras.Input((T, D))
    model = keras.Model(fixed, LSTM(U, return_sequences=True)(fixed))
    model.save(tmp_path / "model.keras")
    data = inputs(rng)
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.predict_on_batch(data), model.predict_on_batch(data))
    with pytest.raises(ValueError, match="number of steps"):
        LSTM(U)(x, mask=token_mask)
