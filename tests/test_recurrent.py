"""The course's LSTM is Keras' own, in what it gives and in its gradients, whatever is masked."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_utils.models import recurrent
from course_utils.models.recurrent import LSTM
from tests.layer_contract import assert_layer_contract

pytestmark = pytest.mark.slow  # loads TensorFlow

BATCH, STEPS, WIDTH, UNITS = 5, 11, 3, 7
CLOSE = {"atol": 1e-5, "rtol": 1e-5}
RNG = np.random.default_rng(7)
INPUTS = RNG.normal(size=(BATCH, STEPS, WIDTH)).astype(np.float32)
STATE = [RNG.normal(size=(BATCH, UNITS)).astype(np.float32) for _ in range(2)]
FEW, MANY = np.array([[11], [7], [3], [1], [0]]), np.arange(STEPS)
MASKS = {
    "none": None,
    "right": MANY < FEW,
    "left": MANY >= FEW,
    "inner": (MANY < FEW) | (MANY >= 9),
    "every second": np.tile(MANY % 2 == 1, (BATCH, 1)),
    "all": np.ones((BATCH, STEPS), bool),
    "nothing real": np.zeros((BATCH, STEPS), bool),
}


@pytest.fixture(params=["unrolled", "by scan"])
def way(request, monkeypatch):
    """Both ways of computing it: for a known number of steps, and for any."""
    if request.param == "by scan":
        monkeypatch.setattr(recurrent, "LONGEST_UNROLLED", 0)
    return request.param


def twins(**options):
    """A layer of ours and one of Keras' with its weights."""
    ours, theirs = LSTM(UNITS, **options), keras.layers.LSTM(UNITS, **options)
    for layer in (ours, theirs):
        layer.build((None, None, WIDTH))
    weights = [RNG.normal(scale=0.7, size=weight.shape) for weight in ours.get_weights()]
    ours.set_weights(weights)
    theirs.set_weights(weights)
    return ours, theirs


def results(layer, inputs, mask, state):
    """Outputs and states, and the gradients of a loss in which all of them count, each differently."""
    inputs, *state = map(tf.Variable, [inputs, *(state or [])])
    with tf.GradientTape() as tape:
        given = layer(inputs, initial_state=state or None, mask=mask)
        weight = np.random.default_rng(11)
        loss = sum(tf.reduce_sum(each * weight.normal(size=each.shape)) for each in given)
    wanted = [inputs, *state, *(variable.value for variable in layer.trainable_variables)]
    return [*given, *tape.gradient(loss, wanted)]


def assert_alike(ours, theirs, mask, state=None):
    pairs = zip(results(ours, INPUTS, mask, state), results(theirs, INPUTS, mask, state), strict=True)
    for number, (here, there) in enumerate(pairs):
        assert np.allclose(here, there, **CLOSE), f"result {number} of (outputs, h, c, gradients)"


# As Keras' own ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mask", MASKS)
def test_outputs_states_and_gradients_are_those_of_keras(mask, way):
    assert_alike(*twins(return_sequences=True, return_state=True), MASKS[mask])


@pytest.mark.parametrize("mask", ["none", "all", "inner from the second step"])
def test_with_an_initial_state(mask, way):
    masks = {**MASKS, "inner from the second step": MASKS["inner"] | (MANY == 0)}
    assert_alike(*twins(return_sequences=True, return_state=True), masks[mask], STATE)


@given(mask=arrays(bool, (BATCH, STEPS)))
@settings(max_examples=25)
def test_any_mask(mask):
    assert_alike(*twins(return_sequences=True, return_state=True), mask)


@pytest.mark.parametrize("return_state", [False, True])
@pytest.mark.parametrize("return_sequences", [False, True])
def test_every_form_of_the_result(return_sequences, return_state):
    ours, theirs = twins(return_sequences=return_sequences, return_state=return_state)
    here, there = (layer(INPUTS, mask=MASKS["right"]) for layer in (ours, theirs))
    here, there = (each if return_state else [each] for each in (here, there))
    assert [each.shape for each in here] == [each.shape for each in there]
    assert all(np.allclose(one, other, **CLOSE) for one, other in zip(here, there, strict=True))


def test_the_batch_may_be_of_one(way):
    ours, theirs = twins(return_sequences=True)
    assert np.allclose(ours(INPUTS[:1]), theirs(INPUTS[:1]), **CLOSE)


def test_long_sequences_are_not_unrolled(monkeypatch):
    monkeypatch.setattr("course_utils.models.unrolled.lstm", None)
    ours, theirs = twins()
    inputs = RNG.normal(size=(2, 67, WIDTH)).astype(np.float32)
    assert np.allclose(ours(inputs), theirs(inputs), **CLOSE)


ON_JAX = """
import json, sys
import jax, keras, numpy as np
from course_utils.models.recurrent import LSTM

rng = np.random.default_rng(7)
inputs = rng.normal(size=(5, 11, 3)).astype("float32")
masks = {"none": None, "random": rng.random((5, 11)) < 0.6, "left": np.arange(11) >= np.arange(5)[:, None]}
layers = [make(7, return_sequences=True, return_state=True) for make in (LSTM, keras.layers.LSTM)]
for layer in layers:
    layer.build(inputs.shape)
layers[1].set_weights(layers[0].get_weights())
far = {}
for name, mask in masks.items():
    def loss(weights, inputs, layer):
        others = [variable.value for variable in layer.non_trainable_variables]
        given, _ = layer.stateless_call(weights, others, inputs, mask=mask)
        return sum((keras.ops.sin(each) * (1 + number)).sum() for number, each in enumerate(given)), given
    found = []
    for layer in layers:
        weights = [variable.value for variable in layer.trainable_variables]
        slope = jax.jit(jax.grad(loss, argnums=(0, 1), has_aux=True), static_argnums=2)
        found.append(jax.tree.leaves(slope(weights, inputs, layer)))
    pairs = zip(*found, strict=True)
    far[name] = max(float((abs(ours - theirs) / (1 + abs(theirs))).max()) for ours, theirs in pairs)
json.dump([keras.backend.backend(), far], sys.stdout)
"""


@pytest.mark.slow
def test_on_jax_too():
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    done = subprocess.run(
        [sys.executable, "-c", ON_JAX], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    backend, far = json.loads(done.stdout)
    assert backend == "jax"
    assert set(far) == {"none", "random", "left"}
    assert all(each < 1e-5 for each in far.values()), far


# Of itself --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("return_sequences", [False, True])
def test_contract(return_sequences, tmp_path):
    def make(**options):
        return LSTM(UNITS, return_sequences=return_sequences, **options)

    assert_layer_contract(make, INPUTS, MASKS["inner"], tmp_path, keeps_mask=return_sequences)


def test_one_step_by_hand():
    """One unit that sees 1: all gates sigmoid(0.5), the candidate tanh(0.5)."""
    layer = LSTM(1, return_state=True)
    layer.build((1, 1, 1))
    layer.set_weights([np.full((1, 4), 0.5), np.zeros((1, 4)), np.zeros(4)])
    gate, candidate = 0.62246, 0.46212
    cell = gate * candidate
    output, h, c = layer(np.ones((1, 1, 1)))
    assert np.allclose(
        [output, h, c], [[[gate * np.tanh(cell)]], [[gate * np.tanh(cell)]], [[cell]]], atol=1e-5
    )


def test_new_weights_are_as_in_keras():
    """The forget gates open; a recurrent kernel that neither shrinks nor blows up what goes through it."""
    layer = LSTM(UNITS)
    layer.build((None, None, WIDTH))
    kernel, recurrent_kernel, bias = layer.get_weights()
    assert np.array_equal(bias, [0] * UNITS + [1] * UNITS + [0] * 2 * UNITS)
    assert np.allclose(recurrent_kernel @ recurrent_kernel.T, np.eye(UNITS), atol=1e-5)
    assert 0 < np.abs(kernel).max() <= np.sqrt(6 / (WIDTH + 4 * UNITS)), "Glorot and Bengio 2010"


def test_padding_changes_nothing(way):
    layer = LSTM(UNITS, return_sequences=True, return_state=True)
    padded = np.concatenate([INPUTS, np.full((BATCH, 2, WIDTH), 1e3, np.float32)], axis=1)
    here, there = layer(INPUTS), layer(padded, mask=np.arange(STEPS + 2) < np.full((BATCH, 1), STEPS))
    assert np.allclose(there[0][:, :STEPS], here[0], **CLOSE)
    assert all(np.allclose(one, other, **CLOSE) for one, other in zip(here[1:], there[1:], strict=True))


@given(st.integers(0, STEPS - 1))
@settings(max_examples=11)
def test_a_later_input_leaves_earlier_outputs_alone(changed):
    layer = LSTM(UNITS, return_sequences=True)
    other = INPUTS.copy()
    other[:, changed] += 1
    same = np.isclose(layer(INPUTS), layer(other), **CLOSE).all(axis=(0, 2))
    assert same.tolist() == [True] * changed + [False] * (STEPS - changed)


def test_skipped_steps_before_the_first_real_one_give_the_initial_output(way):
    outputs = LSTM(UNITS, return_sequences=True)(INPUTS, initial_state=STATE, mask=MASKS["nothing real"])
    assert np.array_equal(outputs, np.repeat(STATE[0][:, None], STEPS, axis=1))


def test_reading_on_from_a_state_is_reading_at_once(way):
    layer = LSTM(UNITS, return_sequences=True, return_state=True)
    whole, *_ = layer(INPUTS)
    first, *state = layer(INPUTS[:, :4])
    then, *_ = layer(INPUTS[:, 4:], initial_state=state)
    assert np.allclose(np.concatenate([first, then], axis=1), whole, **CLOSE)


@pytest.mark.parametrize("wrong", [0, -7, 2.0, "7"])
def test_units_are_counted(wrong):
    with pytest.raises(ValueError, match=f"whole number of at least 1, received {wrong!r}"):
        LSTM(wrong)
