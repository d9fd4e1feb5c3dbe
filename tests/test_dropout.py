"""Dropout: the share, the scale, and numbers that know nothing of each other."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_utils.models.dropout import Dropout, random_numbers

pytestmark = pytest.mark.slow  # loads TensorFlow

ONES = np.ones((31, 37, 89), np.float32)
DEVIATION = 1 / np.sqrt(ONES.size)  # of the mean of as many independent values of variance 1


def left_out(layer: keras.layers.Layer) -> np.ndarray:
    return np.asarray(layer(ONES, training=True)) == 0


@pytest.mark.parametrize("rate", [0.1, 0.2, 0.5, 0.9])
def test_the_share_is_the_rate_and_the_mean_stays(rate):
    outputs = np.asarray(Dropout(rate)(ONES, training=True))
    assert np.mean(outputs == 0) == pytest.approx(rate, abs=6 * DEVIATION * np.sqrt(rate * (1 - rate)))
    assert np.allclose(outputs[outputs != 0], 1 / (1 - rate))


def test_places_calls_and_layers_are_independent():
    first, second = Dropout(0.5), Dropout(0.5)
    masks = [left_out(first), left_out(first), left_out(second)]
    pairs = [(masks[0], masks[1]), (masks[0], masks[2])]
    pairs += [(masks[0], np.roll(masks[0], step, axis)) for axis in range(3) for step in (1, 2, 4)]
    for one, other in pairs:
        assert np.mean(one == other) == pytest.approx(0.5, abs=6 * DEVIATION / 2)


def test_every_bit_is_set_half_of_the_time():
    numbers = np.asarray(random_numbers(100_000, np.array([7, 11], np.uint32)))
    assert numbers.dtype == np.uint32
    for bit in range(32):
        assert np.mean(numbers >> bit & 1) == pytest.approx(0.5, abs=6 * 0.5 / np.sqrt(100_000)), bit
    assert len(np.unique(numbers)) == 100_000


def test_keys_that_are_neighbours_give_other_numbers():
    keys = [np.array(key, np.uint32) for key in ([7, 11], [7, 12], [8, 11], [11, 7])]
    found = [set(np.asarray(random_numbers(1000, key)).tolist()) for key in keys]
    for number, one in enumerate(found):
        assert all(len(one & other) < 5 for other in found[:number])


def test_a_seed_gives_the_same_choice_again():
    def choice():
        keras.utils.set_random_seed(3)
        return left_out(Dropout(0.3))

    assert np.array_equal(choice(), choice())


@pytest.mark.parametrize("jit_compile", [False, True])
def test_gradients_pass_where_values_do(jit_compile):
    layer, x = Dropout(0.3), tf.Variable(ONES)

    @tf.function(jit_compile=jit_compile)
    def run():
        with tf.GradientTape() as tape:
            outputs = layer(x, training=True)
        return outputs, tape.gradient(outputs, x)

    outputs, slopes = run()
    assert np.allclose(slopes, outputs, atol=1e-6)
    assert not np.array_equal(outputs, run()[0])


def test_outside_training_and_without_a_rate_nothing_is_left_out():
    assert Dropout(0.3)(ONES) is ONES or np.array_equal(Dropout(0.3)(ONES), ONES)
    assert np.array_equal(Dropout(0.0)(ONES, training=True), ONES)


def test_made_anew_from_its_config_and_refuses_a_rate_of_one():
    assert Dropout.from_config(Dropout(0.3).get_config()).rate == 0.3
    with pytest.raises(ValueError, match="a rate from 0 to below 1, received 1"):
        Dropout(1)


ON_JAX = """
import json, sys
import jax, keras, numpy as np
from course_utils.models.dropout import Dropout, random_numbers

layer = Dropout(0.3)
def run(seeds, x):
    outputs, after = layer.stateless_call([], seeds, x, training=True)
    return outputs, after
outputs, after = jax.jit(run)([each.value for each in layer.non_trainable_variables], np.ones((41, 43)))
share, moved = float((outputs == 0).mean()), bool((after[0] != layer.non_trainable_variables[0].value).any())
numbers = np.asarray(random_numbers(5, np.array([3, 9], np.uint32))).tolist()
json.dump([keras.backend.backend(), share, moved, numbers], sys.stdout)
"""


def test_on_jax_too():
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    command = [sys.executable, "-c", ON_JAX]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    backend, share, moved, numbers = json.loads(done.stdout)
    assert (backend, moved) == ("jax", True)
    assert share == pytest.approx(0.3, abs=6 * np.sqrt(0.3 * 0.7 / (41 * 43)))
    assert numbers == np.asarray(random_numbers(5, np.array([3, 9], np.uint32))).tolist()
