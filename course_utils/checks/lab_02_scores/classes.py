"""Exercise 2.5: the gradient of softmax regression."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_arrays_close
from course_utils.checks.lab_02_scores import oracles
from course_utils.checks.lab_02_scores.material import LAB, read_gradients

softmax_gradient = LAB.exercise(
    "2.5",
    name="softmax_gradient",
    title="the gradient for several classes",
    points=2,
    difficulty=3,
    returns=tuple,
    reference="course_utils.models.linear:softmax_gradient",
    hints=(
        "As in 2.3, with one column a class: scores, probabilities and errors have the shape (B, K).",
        "np.eye(K)[labels] has a row for each sentence, with 1 at its own class and 0 elsewhere.",
        "error = softmax(counts @ weights + bias) - np.eye(K)[labels]; then counts.T @ error / B, and the mean of error "
        "over the sentences.",
    ),
)

AXES = ("(V, K)", "(K,)")


def gradients_of(
    candidate: Any, counts: np.ndarray, labels: np.ndarray, weights: np.ndarray, bias: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What the candidate gives, in the right shapes."""
    return read_gradients(candidate(counts, labels, weights, bias), weights.shape, bias.shape, AXES)


@softmax_gradient.check(
    hints=(
        "counts.T has shape (V, B) and error (B, K): counts.T @ error has the shape of the weights, (V, K).",
    )
)
def has_the_shapes_of_weights_and_bias(candidate, rng):
    """a number for each word and class, and one for each class"""
    counts = rng.integers(0, 3, size=(11, 5))
    gradients_of(candidate, counts, rng.integers(0, 3, size=11), np.zeros((5, 3)), np.zeros(3))


@softmax_gradient.check(
    hints=("At the start each of three classes has 1/3: its own class has the error 1/3 − 1.",)
)
def matches_one_sentence_on_paper(candidate, rng):
    """from zero, each wrong class gets 1/3 and the right one 1/3 − 1, times the count"""
    counts = np.array([[1, 2]])
    of_weights, of_bias = gradients_of(candidate, counts, np.array([1]), np.zeros((2, 3)), np.zeros(3))
    error = np.array([1, -2, 1]) / 3
    expected = np.outer([1, 2], error)
    expect_arrays_close(
        of_weights,
        expected,
        "one sentence of class 1, all scores 0: its errors are 1/3, 1/3 − 1, 1/3, times each word's count",
        tolerance=1e-9,
        axes="(V, K)",
        cause="error is the probabilities less 1 at the sentence's own class.",
        mistakes={
            "The sign is the other way: the error is probabilities − one-hot.": -expected,
            "The labels are missing: take 1 away at each sentence's own class.": np.outer([1, 2], [1, 1, 1])
            / 3,
            "1 was taken away from every class: only from the sentence's own, error[np.arange(B), labels] -= 1.": (
                np.outer([1, 2], [-2, -2, -2]) / 3
            ),
            "Softmax ran over the sentences: over the classes, the last axis.": np.outer([1, 2], [1, 0, 1]),
        },
    )
    expect_arrays_close(
        of_bias, error, "the bias's gradient must be the errors themselves", tolerance=1e-9, axes="(K,)"
    )


@softmax_gradient.check(hints=("The loss is a mean over the sentences: divide by B in both gradients.",))
def is_a_mean_over_the_sentences(candidate, rng):
    """giving every sentence twice changes nothing"""
    counts, labels = rng.integers(0, 3, size=(5, 7)), rng.integers(0, 3, size=5)
    weights, bias = rng.normal(size=(7, 3)), rng.normal(size=3)
    once = gradients_of(candidate, counts, labels, weights, bias)
    twice = gradients_of(candidate, np.tile(counts, (2, 1)), np.tile(labels, 2), weights, bias)
    for name, got, expected, axes in zip(("weights", "bias"), twice, once, AXES, strict=True):
        expect_arrays_close(
            got,
            expected,
            f"the loss is a mean: the same five sentences given twice must leave the gradient of the {name} as it was",
            tolerance=1e-9,
            axes=axes,
            cause="Divide by the number of sentences, in both gradients.",
            mistakes={"It doubled: that is the sum. Divide by the number of sentences.": 2 * expected},
        )


@softmax_gradient.check()
def equals_finite_differences(candidate, rng):
    """nudging each weight, and each bias, moves the loss as the gradient says"""
    counts, labels = rng.integers(0, 3, size=(7, 5)), rng.permutation([0, 1, 2, 0, 1, 2, 2])
    weights, bias = rng.normal(size=(5, 3)), rng.normal(size=3)
    got = gradients_of(candidate, counts, labels, weights, bias)
    wanted = (
        oracles.finite_differences(lambda w: oracles.softmax_loss(counts, labels, w, bias), weights),
        oracles.finite_differences(lambda b: oracles.softmax_loss(counts, labels, weights, b), bias),
    )
    for name, gradient, expected, axes in zip(("weights", "bias"), got, wanted, AXES, strict=True):
        expect_arrays_close(
            gradient,
            expected,
            f"seven random sentences: the gradient of the {name} must tell how the mean loss changes",
            tolerance=1e-7,
            axes=axes,
            cause="Do weights and bias both go into the scores, softmax over the classes, and is 1 taken away at each "
            "sentence's own class, np.arange(B) and labels together?",
        )
