"""What the checks of lab 05 share: the lab, weights and inputs drawn afresh."""

from __future__ import annotations

import numpy as np

from course_utils.checks.exercise import Lab
from course_utils.checks.lab_05_lstm.oracles import Array, Weights

LAB = Lab("05", "LSTM")
LAB.reflection("5.a", "Why an addition where the plain network multiplies", 1)
LAB.reflection("5.b", "What a state of fixed width cannot hold", 1)

GATES = ("i", "f", "candidate", "o")


def draw(rng: np.random.Generator, *shape: int) -> Array:
    """Numbers around 0, as weights and inputs are, in the 32 bits that Keras computes with."""
    return rng.normal(size=shape).astype("float32")


def draw_weights(rng: np.random.Generator, inputs: int, units: int) -> Weights:
    """Weights of an LSTM with this many inputs and units."""
    return Weights(draw(rng, inputs, 4 * units), draw(rng, units, 4 * units), draw(rng, 4 * units))
