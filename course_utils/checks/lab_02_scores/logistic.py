"""Exercise 2.3: the gradient of logistic regression."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_arrays_close
from course_utils.checks.asserts import expect_close
from course_utils.checks.lab_02_scores import oracles
from course_utils.checks.lab_02_scores.material import LAB, read_gradients

logistic_gradient = LAB.exercise(
    "2.3",
    name="logistic_gradient",
    title="the gradient by hand",
    points=3,
    difficulty=3,
    returns=tuple,
    reference="course_utils.models.linear:logistic_gradient",
    hints=(
        "One number a sentence first: its score, counts @ weights + bias, of shape (B,).",
        "Then its probability, 1 / (1 + np.exp(-scores)), and its error, probability - label.",
        "A word's gradient adds up, over the sentences, error times count, divided by B: counts.T @ error / B.",
        "The bias is like a word that stands once in every sentence: its gradient is the mean error.",
    ),
)

# "I am happy" and "I am sad", over the words I, am, happy, sad.
PAPER = np.array([[1, 1, 1, 0], [1, 1, 0, 1]])
LABELS = np.array([1, 0])
ENOUGH = 1e-6  # single precision, as Keras computes, is right as well
LN3 = math.log(3)  # the score whose probability is 0.75


def gradients_of(
    candidate: Any, counts: np.ndarray, labels: np.ndarray, weights: np.ndarray, bias: float
) -> tuple[np.ndarray, float]:
    """What the candidate gives, in the right shapes."""
    result = candidate(counts, labels, weights, bias)
    of_weights, of_bias = read_gradients(result, (counts.shape[1],), (), ("(V,)", ""))
    return of_weights, float(of_bias)


@logistic_gradient.check(
    hints=(
        "counts.T @ error adds up over the sentences and leaves one number a word, (V,).",
        "error.mean() is one number.",
    )
)
def has_the_shapes_of_weights_and_bias(candidate, rng):
    """one number a word, and one for the bias"""
    counts = rng.integers(0, 3, size=(7, 5))
    gradients_of(candidate, counts, rng.integers(0, 2, size=7), np.zeros(5), 0.0)


@logistic_gradient.check(
    hints=("At the start each probability is 0.5: the errors are 0.5 − 1 and 0.5 − 0.",),
)
def matches_two_sentences_on_paper(candidate, rng):
    """from zero: happy −0.25, sad +0.25, the other words and the bias 0"""
    of_weights, of_bias = gradients_of(candidate, PAPER, LABELS, np.zeros(4), 0.0)
    expected = np.array([0, 0, -0.25, 0.25])
    expect_arrays_close(
        of_weights,
        expected,
        "'I am happy' (1) and 'I am sad' (0), all scores 0: the gradient must be 0, 0, −0.25, 0.25",
        tolerance=ENOUGH,
        cause="Each word adds up error times count over both sentences, divided by 2, the number of sentences.",
        mistakes={
            "The sign is the other way: the error is probability − label. (Or are these new weights? Return the "
            "gradient itself.)": -expected,
            "The labels were made +1 and −1, as for the perceptron: here they are 1 and 0, as given.": PAPER.T
            @ [-0.25, 0.75],
            "That is the sum over the sentences: the loss is their mean, so divide by B.": 2 * expected,
            "That is divided by the number of words: divide by the number of sentences, B.": expected / 2,
            "The error was taken of the score itself, or of a probability rounded to 0 or 1: take it of the sigmoid, as "
            "it is.": PAPER.T @ [-0.5, 0],
            "The probability was rounded to 1, as a perceptron decides: keep it as it is.": PAPER.T
            @ [0, 0.5],
            "The labels are missing: the error is probability − label.": PAPER.T @ [0.25, 0.25],
            "That is the gradient of the squared error: for the logarithm the error is probability − label, "
            "without p·(1 − p).": expected / 4,
        },
    )
    expect_close(of_bias, 0, "the errors −0.5 and 0.5 must give the bias a gradient of 0", cause=MEAN_ERROR)


MEAN_ERROR = "The bias's gradient is the mean of probability − label over the sentences."


@logistic_gradient.check(hints=("The sigmoid makes a probability of a score: 1 / (1 + np.exp(-scores)).",))
def turns_scores_into_probabilities(candidate, rng):
    """the error is taken between probability and label, and a word that stands twice counts twice"""
    counts, weights = np.array([[2, 0, 1], [0, 0, 0]]), np.array([0.0, 5.0, LN3])
    of_weights, _ = gradients_of(candidate, counts, np.array([0, 0]), weights, 0.0)
    expected = np.array([0.75, 0, 0.375])
    expect_arrays_close(
        of_weights,
        expected,
        "a score of ln 3 is a probability of 0.75, the label is 0, and the first word stands there twice",
        tolerance=ENOUGH,
        cause="The error is sigmoid(counts @ weights + bias) − label, 0.75 here; each word adds error times count.",
        mistakes={
            "That is e^score / (1 + ...) the wrong way round: 1 / (1 + e^−score), mind the minus.": expected
            / 3,
            "A word that stands twice adds its error twice: multiply by the count.": np.array(
                [0.375, 0, 0.375]
            ),
            "The weights were not used.": expected / 1.5,
        },
    )


@logistic_gradient.check(hints=("The bias is added to each sentence's score.",))
def knows_the_bias(candidate, rng):
    """the bias is part of the score, and its gradient is the mean error"""
    counts = np.array([[1, 0], [0, 1], [0, 1], [1, 1]])
    of_weights, of_bias = gradients_of(candidate, counts, np.array([0, 0, 0, 1]), np.zeros(2), LN3)
    wanted = "weights of 0 and a bias of ln 3 make each probability 0.75: with the labels 0, 0, 0, 1 "
    expect_arrays_close(
        of_weights,
        np.array([0.125, 0.3125]),
        f"{wanted}the words' gradients must be 0.125 and 0.3125",
        tolerance=ENOUGH,
        cause="Is the bias added to the scores, counts @ weights + bias?",
        mistakes={
            "That is divided by 2: divide by the number of sentences of the call, B = len(labels).": np.array(
                [0.25, 0.625]
            )
        },
    )
    causes = {
        2: "That is the sum of the errors: take their mean.",
        0.21875: "That is the mean of the words' gradients.",
    }
    expect_close(
        of_bias,
        0.5,
        f"{wanted}the bias's gradient must be 0.5",
        cause=causes.get(round(of_bias, 6), MEAN_ERROR),
    )


@logistic_gradient.check()
def equals_finite_differences(candidate, rng):
    """nudging each weight, and the bias, moves the loss as the gradient says"""
    counts, labels = rng.integers(0, 3, size=(7, 5)), rng.integers(0, 2, size=7)
    weights, bias = rng.normal(size=5), rng.normal(size=1)
    got = gradients_of(candidate, counts, labels, weights, float(bias[0]))
    for name, gradient, expected in (
        (
            "weights",
            got[0],
            oracles.finite_differences(lambda w: oracles.logistic_loss(counts, labels, w, bias[0]), weights),
        ),
        (
            "bias",
            np.array([got[1]]),
            oracles.finite_differences(lambda b: oracles.logistic_loss(counts, labels, weights, b[0]), bias),
        ),
    ):
        expect_arrays_close(
            gradient,
            expected,
            f"seven random sentences: the gradient of the {name} must tell how the mean loss changes",
            tolerance=ENOUGH,
            cause="Work on paper with these few sentences: is every one of them in the mean, once?",
        )
