"""Slow, obviously right versions of lab 07's answers, in NumPy loops over single numbers."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Mask = NDArray[np.bool_]
Link = tuple[int, int]


def attend(scores: Array, states: Array, mask: Mask | None = None) -> tuple[Array, Array]:
    """Context (B, D) and weights (B, S) of scores (B, S) and states (B, S, D), real place by real place."""
    context, weights = np.zeros((len(states), states.shape[2])), np.zeros(scores.shape)
    for b, row in enumerate(scores):
        real = [s for s in range(len(row)) if mask is None or mask[b, s]]
        largest = max(float(row[s]) for s in real)
        total = math.fsum(math.exp(float(row[s]) - largest) for s in real)
        for s in real:
            weights[b, s] = math.exp(float(row[s]) - largest) / total
            for d in range(states.shape[2]):
                context[b, d] += weights[b, s] * float(states[b, s, d])
    return context, weights


def dot_scores(query: Array, memory: Array) -> Array:
    """query · state for each state: (B, D), (B, S, D) -> (B, S)."""
    scores = np.zeros(memory.shape[:2])
    for b, s in np.ndindex(*scores.shape):
        scores[b, s] = sum(float(query[b, d]) * float(memory[b, s, d]) for d in range(memory.shape[2]))
    return scores


def general_scores(query: Array, memory: Array, kernel: Array) -> Array:
    """query · (W state) for each state, W (Q, D): (B, Q), (B, S, D) -> (B, S)."""
    scores = np.zeros(memory.shape[:2])
    for b, s in np.ndindex(*scores.shape):
        for q, d in np.ndindex(*kernel.shape):
            scores[b, s] += float(query[b, q]) * float(kernel[q, d]) * float(memory[b, s, d])
    return scores


def additive_scores(
    query: Array, memory: Array, query_kernel: Array, memory_kernel: Array, vector: Array
) -> Array:
    """v · tanh(W query + U state), with W (Q, units), U (D, units), v (units,): -> (B, S)."""
    scores = np.zeros(memory.shape[:2])
    for b, s in np.ndindex(*scores.shape):
        for k in range(len(vector)):
            total = sum(float(query[b, q]) * float(query_kernel[q, k]) for q in range(query.shape[1]))
            total += sum(float(memory[b, s, d]) * float(memory_kernel[d, k]) for d in range(memory.shape[2]))
            scores[b, s] += float(vector[k]) * math.tanh(total)
    return scores


def alignment_error_rate(predicted: Sequence[Collection[Link]], gold: Sequence[Collection[Link]]) -> float:
    """1 - 2 |A ∩ G| / (|A| + |G|), counted link by link over all sentences."""
    common = ours = theirs = 0
    for links, truth in zip(predicted, gold, strict=True):
        for link in set(links):
            ours += 1
            common += link in truth
        theirs += len(set(truth))
    return 1 - 2 * common / (ours + theirs)
