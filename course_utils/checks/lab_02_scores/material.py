"""What the checks of lab 02 share: the lab, drawn sentences, reading what a gradient function gives."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array, expect_shape
from course_utils.checks.asserts import expect
from course_utils.checks.describing import describe, with_article
from course_utils.checks.exercise import Lab

LAB = Lab("02", "scores and softmax")
LAB.reflection("2.a", "Scores that were never weighed against each other", 1)
LAB.reflection("2.b", "What a sum of scores cannot say", 1)

WORDS = ("the", "film", "was", "great", "boring", "but", "dinner", "awful", "good")


def draw_sentences(rng: np.random.Generator, count: int) -> list[list[str]]:
    """Short sentences over a few words, some of which stand in one sentence twice."""
    return [[str(word) for word in rng.choice(WORDS, size=rng.integers(1, 8))] for _ in range(count)]


def read_pair(result: Any, first: str, second: str) -> tuple[Any, Any]:
    """The two parts of a result.

    Args:
        first: what the first part must be, in words; so does `second`.
    """
    expect(
        len(result) == 2,
        "two things must come back",
        expected=f"({first}, {second})",
        got=f"{len(result)} things: {describe(result)}",
        cause="End with one return and both after it, with a comma between them.",
    )
    return result[0], result[1]


def read_gradients(
    result: Any, weights_shape: tuple[int, ...], bias_shape: tuple[int, ...], axes: tuple[str, str]
) -> tuple[np.ndarray, np.ndarray]:
    """The gradients of weights and bias as arrays of the shapes that weights and bias have.

    Args:
        axes: what the axes of weights and bias are, such as ("(V, K)", "(K,)").
    """
    of_weights, of_bias = read_pair(result, "the weights' gradient", "the bias's gradient")
    parts = []
    for name, part, shape, each in (
        ("weights", of_weights, weights_shape, axes[0]),
        ("bias", of_bias, bias_shape, axes[1]),
    ):
        expect(
            part is not None,
            f"the gradient of the {name} must not be None",
            expected=f"an array of shape {shape}" if shape else "a number",
            got="None",
        )
        plain = isinstance(part, int | float | list | tuple)
        found = np.array(part, float) if plain else expect_array(part, f"the {name}'s gradient: numbers")
        expect_shape(
            found,
            shape,
            f"the gradient of the {name} must have the shape of the {name}"
            if shape
            else f"the gradient of the {name} must be one number, as the {name} is",
            axes=each,
            cause=_cause_of_gradient_shape(name, found.shape, shape),
        )
        parts.append(found.astype(float))
    return parts[0], parts[1]


def _cause_of_gradient_shape(name: str, got: tuple[int, ...], shape: tuple[int, ...]) -> str:
    if got == (*shape, 1):
        return "An axis of length 1 is too many: is each error one number, and the result of a sum not put in brackets?"
    if name == "bias" and len(got) == len(shape) + 1:
        return "There is one error for each sentence: take their mean over the sentences, axis 0."
    if len(got) == len(shape) + 1:
        return "Each sentence still stands by itself: add them up. counts.T @ error does both at once."
    if name == "weights" and got == shape[::-1] and len(shape) > 1:
        return "Rows and columns are exchanged: counts.T @ error, not error.T @ counts."
    if name == "weights" and len(got) < len(shape):
        return "The weights' gradient comes first, the bias's second; add up over the sentences only."
    if len(got) == len(shape) > 0:
        return "Add up over the sentences, not over the words or classes: the sentences are axis 0 of counts and error."
    return ""


def a_number(value: Any, problem: str) -> float:
    """`value`, after making sure that it is one number."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        expect(
            isinstance(value, np.ndarray) and value.shape == () and value.dtype.kind in "iuf",
            problem,
            expected="a number",
            got=f"{with_article(type(value).__name__)}: {describe(value)}",
        )
    return float(value)
