"""What the checks of lab 05 share: the lab, weights and inputs drawn afresh."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np

from course_utils.checks.exercise import Lab
from course_utils.checks.lab_05_lstm.oracles import Array, Weights
from course_utils.checks.outcome import Rejected, Status

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


@contextmanager
def exceptions_mean(cause: str = "", known: Mapping[str, str] | None = None) -> Iterator[None]:
    """An exception in the student's code that nobody has explained yet gets this likely cause.

    Args:
        known: words of an exception -> its likely cause in this exercise, which goes before every other.
    """
    try:
        yield
    except Rejected as error:
        if error.status is Status.ERRORED:
            described = f"{error.problem} {error.got}"
            fits = (meaning for words, meaning in (known or {}).items() if words in described)
            error.cause = next(fits, error.cause or cause)
        raise
