"""Scores of words added up: perceptron, logistic regression, softmax regression. The fast versions of lab 02.

Glossary of shapes: B sentences, V words, K classes. `counts` (B, V) says how often each word stands in each
sentence; a sentence's score is `counts @ weights + bias`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Sentences = Sequence[Sequence[str]]


def sentence_score(words: Sequence[str], word_scores: Mapping[str, float], bias: float) -> float:
    """The bias plus the score of each word; a word without a score adds nothing."""
    return bias + sum(word_scores.get(word, 0) for word in words)


def perceptron(sentences: Sentences, labels: Sequence[int], epochs: int) -> tuple[dict[str, float], float]:
    """Word scores and bias by Rosenblatt's rule (1958), from zero, in the order given.

    A sentence on the wrong side of 0, or on it, adds its label to the bias and to the score of each of its
    words, as often as the word stands in it.

    Args:
        labels: +1 or -1 for each sentence.

    Raises:
        ValueError: not one label a sentence, or another label.
    """
    if len(sentences) != len(labels) or not set(labels) <= {-1, 1}:
        raise ValueError(f"expected {len(sentences)} labels, each +1 or -1, received {list(labels)!r:.80}")
    scores: dict[str, float] = {}
    bias = 0.0
    for _ in range(epochs):
        for words, label in zip(sentences, labels, strict=True):
            if label * sentence_score(words, scores, bias) <= 0:
                bias += label
                for word in words:
                    scores[word] = scores.get(word, 0) + label
    return scores, bias


def count_matrix(sentences: Sentences, words: Sequence[str]) -> Array:
    """How often each of V `words` stands in each of B sentences, (B, V); other words are left out."""
    column = {word: i for i, word in enumerate(words)}
    counts = np.zeros((len(sentences), len(words)))
    for row, sentence in enumerate(sentences):
        for word in sentence:
            if word in column:
                counts[row, column[word]] += 1
    return counts


def sigmoid(scores: ArrayLike) -> Array:
    """1 / (1 + e^-score), without overflow for any score."""
    return np.exp(-np.logaddexp(0.0, -np.asarray(scores, float)))


def logistic_loss(counts: Array, labels: ArrayLike, weights: Array, bias: float) -> float:
    """The mean of -ln P(label) over B sentences with labels 1 and 0: the cross-entropy, in nats."""
    signs = 2 * np.asarray(labels) - 1
    return float(np.logaddexp(0, -signs * (counts @ weights + bias)).mean())


def logistic_gradient(counts: Array, labels: ArrayLike, weights: Array, bias: float) -> tuple[Array, float]:
    """The gradient of `logistic_loss` with respect to the weights (V,) and to the bias."""
    error = sigmoid(counts @ weights + bias) - np.asarray(labels)
    return counts.T @ error / len(error), float(error.mean())


def softmax(scores: ArrayLike) -> Array:
    """e^score / sum of e^score over the last axis, without overflow for any score; same shape."""
    shifted = np.asarray(scores, float)
    shifted = shifted - shifted.max(axis=-1, keepdims=True)
    powers = np.exp(shifted)
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def softmax_gradient(
    counts: Array, labels: NDArray[np.int64], weights: Array, bias: Array
) -> tuple[Array, Array]:
    """The gradient of the mean of -ln P(label), P = softmax(counts @ weights + bias).

    Args:
        labels: (B,), each the number of a class, 0 to K-1.

    Returns:
        The gradients of the weights (V, K) and of the bias (K,).
    """
    error = softmax(counts @ weights + bias)
    error[np.arange(len(labels)), labels] -= 1
    return counts.T @ error / len(labels), error.mean(axis=0)


def confusion_matrix(
    true: Sequence[str], predicted: Sequence[str], classes: Sequence[str]
) -> NDArray[np.int64]:
    """How often each class (a row) was taken for each class (a column), (K, K), in the order of `classes`.

    Raises:
        ValueError: not one prediction for each true class, or a class that is not in `classes`.
    """
    if len(true) != len(predicted) or not {*true, *predicted} <= set(classes):
        raise ValueError(
            f"expected as many predictions as true classes, all of {list(classes)}, "
            f"received {len(true)} and {len(predicted)}: {sorted({*true, *predicted})!r:.80}"
        )
    number = {name: i for i, name in enumerate(classes)}
    matrix = np.zeros((len(classes), len(classes)), np.int64)
    for one, other in zip(true, predicted, strict=True):
        matrix[number[one], number[other]] += 1
    return matrix


def sample_words(
    words: Sequence[str], probabilities: ArrayLike, count: int, rng: np.random.Generator
) -> list[str]:
    """`count` independent draws of a word, by the cumulated probabilities, from `rng` alone."""
    edges = np.cumsum(probabilities, dtype=float)
    drawn = np.searchsorted(edges, rng.random(count) * edges[-1], side="right")
    return [words[i] for i in drawn]
