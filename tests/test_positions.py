"""Positions: the equation, and that only real tokens are counted."""

from __future__ import annotations

import math

import keras
import numpy as np
import pytest

from course_utils.models.positions import PositionalEmbedding, sinusoidal_positions
from course_utils.models.transformer_config import TransformerConfig

pytestmark = pytest.mark.slow  # loads TensorFlow


def config(**changes) -> TransformerConfig:
    return TransformerConfig(
        **{"source_size": 19, "target_size": 23, "width": 6, "heads": 3, "longest": 7, **changes}
    )


def test_sines_on_even_and_cosines_on_odd_columns():
    found = sinusoidal_positions(11, 6)
    assert found.dtype == np.float32
    for place in range(11):
        for i in range(3):
            angle = place / 10_000 ** (2 * i / 6)
            assert found[place, 2 * i] == pytest.approx(math.sin(angle), abs=1e-6)
            assert found[place, 2 * i + 1] == pytest.approx(math.cos(angle), abs=1e-6)


def test_a_step_is_the_same_rotation_everywhere():
    places = sinusoidal_positions(40, 8)
    near = np.sum(places[5:] * places[:-5], axis=1)
    assert np.allclose(near, near[0], atol=1e-5)


@pytest.mark.parametrize(("length", "width"), [(0, 4), (3, 5), (3, 0)])
def test_impossible_sizes_are_refused(length, width):
    with pytest.raises(ValueError, match=f"an even width of at least 2, received {length} and {width}"):
        sinusoidal_positions(length, width)


@pytest.mark.parametrize("positions", ["sinusoidal", "learned"])
def test_token_and_place_are_added(positions):
    layer = PositionalEmbedding(19, config(positions=positions))
    found = np.asarray(layer(np.array([[5, 4, 5]])))
    tokens, places = np.asarray(layer.table), np.asarray(layer.places)
    assert np.allclose(found[0], math.sqrt(6) * tokens[[5, 4, 5]] + places[:3], atol=1e-6)
    assert len(layer.trainable_variables) == (2 if positions == "learned" else 1)


def test_padding_is_not_counted_wherever_it_stands():
    layer = PositionalEmbedding(19, config())
    plain = np.asarray(layer(np.array([[5, 4, 5]])))
    assert np.allclose(np.asarray(layer(np.array([[0, 0, 5, 4, 5, 0]])))[:, 2:5], plain, atol=1e-6)


def test_tokens_begin_as_large_as_places():
    keras.utils.set_random_seed(1)
    layer = PositionalEmbedding(997, config(width=64, heads=4, longest=29, positions="learned"))
    layer.build()
    assert np.var(layer.table) * 64 == pytest.approx(1, rel=0.05)
    assert np.mean(sinusoidal_positions(29, 64) ** 2) == pytest.approx(0.5)
    assert np.mean(np.square(layer.places)) == pytest.approx(0.5, rel=0.1)


def test_too_many_tokens_are_refused():
    with pytest.raises(ValueError, match="at most 7 tokens, the config's longest, received 8"):
        PositionalEmbedding(19, config())(np.ones((2, 8), np.int32))


def test_made_anew_from_its_config():
    layer = PositionalEmbedding(19, config(positions="learned"))
    copy = PositionalEmbedding.from_config(layer.get_config())
    assert (copy.size, copy.config) == (19, config(positions="learned"))
