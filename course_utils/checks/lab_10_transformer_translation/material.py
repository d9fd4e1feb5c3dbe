"""What the checks of lab 10 share: the lab, inputs drawn afresh, one number taken out of what comes back."""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from course_utils.checks.arrays import ARRAY, expect_shape
from course_utils.checks.asserts import expect_close
from course_utils.checks.exercise import Lab
from course_utils.checks.lab_10_transformer_translation.oracles import Array, Ids, Mask

LAB = Lab("10", "transformer translation")
LAB.reflection("10.a", "Why the transformer learns faster, and what it pays for that", 1)
LAB.reflection("10.b", "What a head that looks at the right word does and does not show", 1)

REFERENCES = "course_utils.checks.lab_10_transformer_translation.references"
NUMBER = (float, ARRAY)  # what a function that gives one number may return: a tensor is an array here

__all__ = ["LAB", "NUMBER", "REFERENCES", "Array", "Ids", "Mask"]


def draw(rng: np.random.Generator, *shape: int) -> Array:
    """Numbers around 0, in the 32 bits that Keras computes with."""
    return rng.normal(size=shape).astype("float32")


def mask_of(lengths: Sequence[int], width: int) -> Mask:
    """(B, T), True at the first `lengths[b]` places of each row."""
    return np.arange(width) < np.array(lengths)[:, None]


def expect_number(
    got: Any,
    wanted: float,
    problem: str,
    *,
    cause: str,
    mistakes: Mapping[str, float] | None = None,
    tolerance: float = 1e-5,
) -> None:
    """One number, this one; a mistake that gives the number that came is named."""
    if not isinstance(got, numbers.Real):
        expect_shape(got, (), f"{problem}: one number must come back", cause="Sum over sentences and places.")
    number = float(got)
    named = (
        mistake
        for mistake, value in (mistakes or {}).items()
        if math.isclose(value, number, rel_tol=tolerance, abs_tol=1e-9)
    )
    expect_close(number, wanted, problem, tolerance=tolerance, cause=next(named, cause))
