"""Exercise 2.5: the gradient of softmax regression."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_arrays_close
from course_utils.checks.lab_02_scores import oracles
from course_utils.checks.lab_02_scores.material import LAB, read_gradients
from course_utils.checks.outcome import Rejected

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

ENOUGH = 1e-6  # single precision, as Keras computes, is right as well
CLASSES = (
    "error has the shape (B, K), and so have the one-hot rows, np.eye(K)[labels]: K is the number of classes of the call, "
    "len(bias), not always 3, and not the largest label + 1."
)
AXES = ("(V, K)", "(K,)")


def gradients_of(
    candidate: Any, counts: np.ndarray, labels: np.ndarray, weights: np.ndarray, bias: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What the candidate gives, in the right shapes."""
    try:
        with np.errstate(all="ignore"):  # the numbers themselves tell
            result = candidate(counts, labels, weights, bias)
    except Rejected as error:
        if "broadcast" in error.problem or "out of bounds" in error.problem:
            error.cause = CLASSES
        raise
    return read_gradients(result, weights.shape, bias.shape, AXES)


@softmax_gradient.check(
    hints=(
        "counts.T has shape (V, B) and error (B, K): counts.T @ error has the shape of the weights, (V, K).",
    )
)
def has_the_shapes_of_weights_and_bias(candidate, rng):
    """a number for each word and class, and one for each class"""
    counts = rng.integers(0, 3, size=(11, 5))
    labels = rng.permutation(
        np.arange(11) % 3
    )  # each class is there: the next checks are about those that are not
    gradients_of(candidate, counts, labels, np.zeros((5, 3)), np.zeros(3))


THIRD = 1 / 3
ON_PAPER = np.array([THIRD, THIRD - 1, THIRD])
WRONG_ERRORS: dict[str, Any] = {  # what each mistake makes of the error on paper
    "The sign is the other way: the error is probabilities − one-hot.": -ON_PAPER,
    "The labels are missing: take 1 away at each sentence's own class.": [THIRD, THIRD, THIRD],
    "1 was taken away from every class: only from the sentence's own, error[np.arange(B), labels] -= 1.": ON_PAPER
    - [1, 0, 1],
    "That is the sigmoid, each class by itself: softmax, so that the classes share one sum.": [
        0.5,
        -0.5,
        0.5,
    ],
    "The error was taken of the scores: softmax makes probabilities of them first.": [0, -1, 0],
    "Only the true class has an error there: the others' are their probabilities.": [0, THIRD - 1, 0],
    "That is divided by the number of classes too: divide by the number of sentences only.": ON_PAPER / 3,
    "Softmax ran over the sentences: over the classes, the last axis.": [1, 0, 1],
}


@softmax_gradient.check(
    hints=("At the start each of three classes has 1/3: its own class has the error 1/3 − 1.",)
)
def matches_one_sentence_on_paper(candidate, rng):
    """from zero, each wrong class gets 1/3 and the right one 1/3 − 1, times the count"""
    counts = np.array([1, 2])
    got = gradients_of(candidate, counts[None], np.array([1]), np.zeros((2, 3)), np.zeros(3))
    expect_arrays_close(
        got[0],
        np.outer(counts, ON_PAPER),
        "one sentence of class 1, all scores 0: its errors are 1/3, 1/3 − 1, 1/3, times each word's count",
        tolerance=ENOUGH,
        axes="(V, K)",
        cause="error is the probabilities less 1 at the sentence's own class.",
        mistakes={cause: np.outer(counts, error) for cause, error in WRONG_ERRORS.items()}
        | {
            "A word that stands twice adds its error twice: multiply by the count.": np.outer(
                [1, 1], ON_PAPER
            )
        },
    )
    expect_arrays_close(
        got[1],
        ON_PAPER,
        "the bias's gradient must be the errors themselves",
        tolerance=ENOUGH,
        axes="(K,)",
        cause="It is the mean of the errors over the sentences, without the counts.",
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
            tolerance=ENOUGH,
            axes=axes,
            cause="Divide by the number of sentences, in both gradients. Does the softmax of each sentence sum to 1 by "
            "itself?",
            mistakes={"It doubled: that is the sum. Divide by the number of sentences.": 2 * expected},
        )


@softmax_gradient.check(hints=("K is len(bias), or weights.shape[1].",))
def takes_the_number_of_classes_from_the_call(candidate, rng):
    """with five classes, some of which no sentence has, each has its column"""
    counts = np.array([[1, 2]])
    of_weights, _ = gradients_of(candidate, counts, np.array([1]), np.zeros((2, 5)), np.zeros(5))
    expect_arrays_close(
        of_weights,
        np.outer([1, 2], [0.2, -0.8, 0.2, 0.2, 0.2]),
        "one sentence of class 1 of five, all scores 0: its errors are 1/5 − 1 for class 1 and 1/5 for the others",
        tolerance=ENOUGH,
        axes="(V, K)",
        cause=CLASSES,
    )


@softmax_gradient.check(hints=("The softmax of exercise 2.4 stands large scores: use it.",))
def stands_large_scores(candidate, rng):
    """scores of 1000 do not overflow"""
    weights = np.array([[1000.0, 999.0, 998.0]])
    of_weights, _ = gradients_of(candidate, np.array([[1]]), np.array([0]), weights, np.zeros(3))
    expect_arrays_close(
        of_weights,
        np.array([oracles.softmax(weights[0])]) - [1, 0, 0],
        "one word with the weights 1000, 999 and 998, the class 0: the gradient of the weights must be finite",
        tolerance=ENOUGH,
        axes="(V, K)",
        cause="e^1000 is more than a computer can hold: use your softmax of 2.4, which subtracts the largest score.",
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
            tolerance=ENOUGH,
            axes=axes,
            cause="Do weights and bias both go into the scores, softmax over the classes, and is 1 taken away at each "
            "sentence's own class, np.arange(B) and labels together?",
        )
