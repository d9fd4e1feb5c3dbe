"""What the checks of lab 04 share: the lab, and numbers drawn afresh."""

from __future__ import annotations

import numpy as np

from course_utils.checks.exercise import Lab
from course_utils.checks.lab_04_embeddings.oracles import Array

LAB = Lab("04", "embeddings")
LAB.reflection("4.a", "Why the network knows what the table of counts does not", 1)
LAB.reflection("4.b", "One vector for a word that is two things", 1)


def draw(rng: np.random.Generator, *shape: int) -> Array:
    """Numbers around 0, as vectors and weights are, in the 32 bits that Keras computes with."""
    return rng.normal(size=shape).astype("float32")
