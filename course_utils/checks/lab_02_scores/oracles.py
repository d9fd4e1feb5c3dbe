"""Slow and obviously right: loops over sentences, words and classes, and gradients by finite differences."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

NUDGE = 1e-5  # the error of a central difference is about its square; rounding adds about 1e-16 / NUDGE


def logistic_loss(counts: np.ndarray, labels: Sequence[int], weights: np.ndarray, bias: float) -> float:
    """The mean of -ln P(label), one sentence and one word after the other."""
    losses = []
    for sentence, label in zip(counts, labels, strict=True):
        score = bias + sum(count * weight for count, weight in zip(sentence, weights, strict=True))
        against = -score if label == 1 else score
        losses.append(math.log(1 + math.exp(against)))  # -ln P, P = 1 / (1 + e^against)
    return sum(losses) / len(losses)


def softmax_loss(counts: np.ndarray, labels: Sequence[int], weights: np.ndarray, bias: np.ndarray) -> float:
    """The mean of -ln P(label), one sentence after the other."""
    losses = []
    for sentence, label in zip(counts, labels, strict=True):
        scores = [
            bias[k] + sum(count * weights[v, k] for v, count in enumerate(sentence)) for k in range(len(bias))
        ]
        losses.append(-math.log(softmax(scores)[label]))
    return sum(losses) / len(losses)


def softmax(scores: Sequence[float]) -> list[float]:
    """e^score / sum; each share as 1 / (sum of e^difference), so that no large power is taken alone."""
    return [1 / math.fsum(power(other - score) for other in scores) for score in scores]


def power(exponent: float) -> float:
    """e^exponent; infinity where it is too large."""
    return math.exp(exponent) if exponent < 700 else math.inf


def finite_differences(loss: Callable[[np.ndarray], float], at: np.ndarray) -> np.ndarray:
    """The gradient of `loss` by nudging each number up and down, in the shape of `at`."""
    gradient = np.zeros(at.shape)
    for index in np.ndindex(at.shape):
        nudge = np.zeros(at.shape)
        nudge[index] = NUDGE
        gradient[index] = (loss(at + nudge) - loss(at - nudge)) / (2 * NUDGE)
    return gradient


def perceptron(
    sentences: Sequence[Sequence[str]], labels: Sequence[int], epochs: int
) -> tuple[dict[str, float], float]:
    """Every word starts at 0; on a mistake each word and the bias move by the label (Rosenblatt 1958)."""
    scores = {word: 0.0 for words in sentences for word in words}
    bias = 0.0
    for i in list(range(len(sentences))) * epochs:
        total = bias
        for word in sentences[i]:
            total = total + scores[word]
        right = (total > 0 and labels[i] == 1) or (total < 0 and labels[i] == -1)
        if not right:
            bias = bias + labels[i]
            for word in sentences[i]:
                scores[word] = scores[word] + labels[i]
    return scores, bias
