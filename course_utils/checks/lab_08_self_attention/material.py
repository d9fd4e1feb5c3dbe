"""What the checks of lab 08 share: the lab, inputs drawn afresh, two results taken apart."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array
from course_utils.checks.asserts import expect
from course_utils.checks.exercise import Lab
from course_utils.checks.lab_08_self_attention.oracles import Array

LAB = Lab("08", "self-attention")
LAB.reflection("8.a", "Why one look cannot find out what it means", 1)
LAB.reflection("8.b", "Right words from attention that looks elsewhere", 1)

REFERENCES = "course_utils.checks.lab_08_self_attention.references"


def draw(rng: np.random.Generator, *shape: int) -> Array:
    """Numbers around 0, in the 32 bits that Keras computes with."""
    return rng.normal(size=shape).astype("float32")


def two_arrays(got: Any, names: str, cause: str) -> tuple[Array, Array]:
    """Both arrays of a result.

    Args:
        names: what they are, as in "the context and the weights".
    """
    problem = f"it must return two arrays, {names}"
    expect(
        isinstance(got, tuple | list) and len(got) == 2,
        problem,
        expected=f"two arrays: {names}",
        got=got,
        cause=cause,
    )
    first, second = (expect_array(_numbers(part), problem, cause=cause) for part in got)
    return first, second


def _numbers(part: Any) -> Any:
    """A single number, of NumPy's or of Python's, is an array without axes."""
    single = isinstance(part, numbers.Real) and not isinstance(part, bool)
    return np.asarray(part, float) if single else part
