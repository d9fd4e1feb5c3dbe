"""What the checks of lab 06 share: the lab, and what they draw."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array
from course_utils.checks.asserts import expect
from course_utils.checks.exercise import Lab
from course_utils.checks.lab_05_lstm.oracles import Array, Ids, Mask, Weights

LAB = Lab("06", "sequence to sequence")
LAB.reflection("6.a", "What teacher forcing never shows the decoder", 1)
LAB.reflection("6.b", "A wider state, or a source read backwards", 1)

REFERENCES = "course_utils.checks.lab_06_seq2seq.references"
FIRST_WORD = 4  # ids below it are <pad>, <unk>, <s> and </s>

__all__ = ["FIRST_WORD", "LAB", "REFERENCES", "Array", "Ids", "Mask", "Weights"]


def draw(rng: np.random.Generator, *shape: int) -> Array:
    """Numbers around 0, as weights and logits are, in the 32 bits that Keras computes with."""
    return rng.normal(size=shape).astype("float32")


def draw_lstm(rng: np.random.Generator, inputs: int, units: int) -> Weights:
    """Weights of an LSTM with this many inputs and units."""
    return Weights(draw(rng, inputs, 4 * units), draw(rng, units, 4 * units), draw(rng, 4 * units))


def draw_sentences(rng: np.random.Generator, lengths: tuple[int, ...], size: int) -> list[list[int]]:
    """Sentences of word ids, from FIRST_WORD to `size` - 1, of these lengths."""
    return [rng.integers(FIRST_WORD, size, length).tolist() for length in lengths]


def padded(rows: list[list[int]], length: int | None = None) -> Ids:
    """The rows, filled up with padding, id 0, to the longest or to `length`: (B, length) of int32."""
    width = length or max(map(len, rows))
    return np.array([row + [0] * (width - len(row)) for row in rows], "int32").reshape(len(rows), width)


def expect_parts(got: Any, count: int, problem: str, *, form: str, cause: str) -> list[Any]:
    """A tuple or list of `count` parts."""
    expect(isinstance(got, tuple | list) and len(got) == count, problem, expected=form, got=got, cause=cause)
    return list(got)


def expect_state(got: Any, problem: str, *, cause: str) -> tuple[Array, Array]:
    """A decoder's state: two arrays, h and c."""
    parts = expect_parts(got, 2, problem, form="(h, c)", cause=cause)
    h, c = (expect_array(part, problem, cause=cause) for part in parts)
    return h, c
