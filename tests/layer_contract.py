"""What every layer of the course must do, whatever it computes; for the tests of one layer to call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

Make = Callable[..., keras.layers.Layer]


def assert_layer_contract(
    make: Make, inputs: np.ndarray, mask: np.ndarray, folder: Any, keeps_mask: bool
) -> None:
    """`make(**options)` gives a new layer, called as layer(inputs, mask=mask); `folder` is a tmp_path."""
    _serialises(make(), inputs, mask)
    _works_in_a_saved_model(make(), inputs, mask, folder / "model.keras")
    _trains_every_weight(make(), inputs, mask)
    assert make(dtype="float16")(inputs, mask=mask).dtype == "float16"
    layer = make()
    layer.build(inputs.shape)
    assert (layer.compute_mask(inputs, mask) is mask) == keeps_mask, "the mask goes on exactly where it fits"


def _serialises(layer: keras.layers.Layer, inputs: np.ndarray, mask: np.ndarray) -> None:
    expected = np.asarray(layer(inputs, mask=mask))
    copy = type(layer).from_config(layer.get_config())
    assert copy.get_config() == layer.get_config()
    copy.build(inputs.shape)
    copy.set_weights(layer.get_weights())
    assert np.array_equal(copy(inputs, mask=mask), expected)


def _works_in_a_saved_model(
    layer: keras.layers.Layer, inputs: np.ndarray, mask: np.ndarray, path: Any
) -> None:
    """Sizes that vary are unknown there; the loaded model says what the layer says."""
    features, real = keras.Input((None, inputs.shape[-1])), keras.Input((None,), dtype="bool")
    model = keras.Model([features, real], layer(features, mask=real))
    model.save(path)
    loaded = keras.saving.load_model(path)
    for again in (model, loaded):
        assert np.allclose(again.predict([inputs, mask], verbose=0), layer(inputs, mask=mask), atol=1e-5)


def _trains_every_weight(layer: keras.layers.Layer, inputs: np.ndarray, mask: np.ndarray) -> None:
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(layer(inputs, mask=mask)))
    variables = [variable.value for variable in layer.trainable_variables]
    assert variables
    for variable, slope in zip(variables, tape.gradient(loss, variables), strict=True):
        assert slope is not None, f"no gradient for {variable.name}"
        assert np.any(slope), f"a gradient of zero for {variable.name}"
