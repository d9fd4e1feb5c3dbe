"""Slow, obviously right versions of lab 04's answers, one number after another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Vector = Sequence[float] | Array
Ids = NDArray[np.integer]


def windows(
    sentences: Sequence[Sequence[int]], n: int, start_id: int, end_id: int
) -> tuple[list[list[int]], list[int]]:
    """What comes next at each place of each sentence, the end too, and the n-1 ids before it."""
    contexts, following = [], []
    for sentence in sentences:
        window = [start_id] * (n - 1)
        for id in (*sentence, end_id):
            contexts.append(window)
            following.append(id)
            window = [*window, id][1:]
    return contexts, following


def logits(context: Sequence[int], weights: Sequence[Array]) -> list[float]:
    """Of each word after one context, by a window model with these five weights."""
    table, kernel, bias, last_kernel, last_bias = weights
    inputs = [float(number) for id in context for number in table[id]]
    hidden = [max(0.0, _weighted(inputs, kernel, j) + float(bias[j])) for j in range(len(bias))]
    return [_weighted(hidden, last_kernel, word) + float(last_bias[word]) for word in range(len(last_bias))]


def _weighted(numbers: Sequence[float], kernel: Array, column: int) -> float:
    return math.fsum(number * float(kernel[i, column]) for i, number in enumerate(numbers))


def skipgram_pairs(sentence: Sequence[Any], window: int) -> list[tuple[Any, Any]]:
    """(centre, context) for each two different places at most `window` apart."""
    pairs = []
    for i in range(len(sentence)):
        for j in range(len(sentence)):
            if i != j and abs(i - j) <= window:
                pairs.append((sentence[i], sentence[j]))
    return pairs


def dot(a: Vector, b: Vector) -> float:
    """The sum of a_i · b_i."""
    return math.fsum(float(x) * float(y) for x, y in zip(a, b, strict=True))


def softplus(x: float) -> float:
    """ln(1 + e^x), which is -ln σ(-x), without an overflow."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def sigmoid(x: float) -> float:
    """1 / (1 + e^-x), without an overflow."""
    return math.exp(-softplus(-x))


def negative_sampling_loss(centre: Array, context: Array, negatives: Array) -> Array:
    """-ln σ(true score) - Σ ln σ(-false score) for each pair: (B,)."""
    losses = []
    for own, true, false in zip(centre, context, negatives, strict=True):
        losses.append(softplus(-dot(own, true)) + math.fsum(softplus(dot(own, each)) for each in false))
    return np.array(losses)


def skipgram_slopes(words: Array, contexts: Array, centres: Ids, candidates: Ids) -> tuple[Array, Array]:
    """The gradient of the mean loss by each table (V, D), pair by pair and candidate by candidate.

    A score x adds -ln σ(x) to the loss where it is that of the true context, whose slope is σ(x) - 1, and
    -ln σ(-x) where it is a negative's, whose slope is σ(x).
    """
    of_words, of_contexts = np.zeros(words.shape), np.zeros(contexts.shape)
    for centre, row in zip(centres, candidates, strict=True):
        for place, other in enumerate(row):
            slope = sigmoid(dot(words[centre], contexts[other])) - (1 if place == 0 else 0)
            of_words[centre] += slope * contexts[other] / len(centres)
            of_contexts[other] += slope * words[centre] / len(centres)
    return of_words, of_contexts


def cosine(a: Vector, b: Vector) -> float:
    """dot(a, b) / (|a| · |b|)."""
    return dot(a, b) / math.sqrt(dot(a, a) * dot(b, b))


def nearest_neighbours(vectors: Array, words: Sequence[str], word: str, k: int) -> list[tuple[str, float]]:
    """The k other words of largest cosine, the nearest first."""
    own = vectors[list(words).index(word)]
    found = [
        (cosine(own, vector), other) for other, vector in zip(words, vectors, strict=True) if other != word
    ]
    return [(other, number) for number, other in sorted(found, reverse=True)[:k]]


def unit(vector: Vector) -> Array:
    """The vector made 1 long."""
    length = math.sqrt(dot(vector, vector))
    return np.array([float(number) / length for number in vector])


def analogy_scores(vectors: Array, words: Sequence[str], a: str, b: str, c: str) -> dict[str, float]:
    """Cosine of b - a + c, each made 1 long, with each other word."""
    made = {word: unit(vector) for word, vector in zip(words, vectors, strict=True)}
    target = made[b] - made[a] + made[c]
    return {word: cosine(target, vector) for word, vector in made.items() if word not in (a, b, c)}


def analogy(vectors: Array, words: Sequence[str], a: str, b: str, c: str) -> str:
    """The word of the largest score."""
    scores = analogy_scores(vectors, words, a, b, c)
    return max(scores, key=lambda word: scores[word])
