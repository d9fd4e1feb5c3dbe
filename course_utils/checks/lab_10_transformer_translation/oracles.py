"""Slow, obviously right versions of lab 10's answers, one token after another."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Ids = NDArray[np.integer]
Mask = NDArray[np.bool_]
Links = set[tuple[int, int]]


def masked_accuracy(logits: Array, targets: Ids, mask: Mask) -> float:
    """The share of real tokens whose logit is the largest of the V."""
    hits = [int(np.argmax(logits[b, t])) == targets[b, t] for b, t in np.argwhere(mask)]
    return sum(hits) / len(hits)


def softmax(logits: Array) -> Array:
    """The probabilities of one token's logits (V,)."""
    exponentials = np.exp(np.asarray(logits, np.float64) - np.max(logits))
    return np.asarray(exponentials / exponentials.sum())


def smoothed_target(target: int, size: int, smoothing: float) -> Array:
    """The probabilities (V,) that the model is to reach: 1 - ε for the target, and ε shared by all V."""
    wanted = np.full(size, smoothing / size)
    wanted[target] += 1 - smoothing
    return wanted


def token_loss(logits: Array, target: int, smoothing: float) -> float:
    """The cross-entropy, in nats, of one token's logits (V,) and its smoothed target."""
    log_probabilities = np.log(softmax(logits))
    return float(-np.sum(smoothed_target(target, len(logits), smoothing) * log_probabilities))


def smoothed_loss(logits: Array, targets: Ids, mask: Mask, smoothing: float) -> float:
    """The mean of the real tokens' losses."""
    losses = [token_loss(logits[b, t], int(targets[b, t]), smoothing) for b, t in np.argwhere(mask)]
    return float(np.mean(losses))


def smoothed_loss_gradient(logits: Array, targets: Ids, mask: Mask, smoothing: float) -> Array:
    """Probabilities minus smoothed targets, at real tokens, divided by their number; (B, T, V)."""
    gradient = np.zeros(logits.shape)
    for b, t in np.argwhere(mask):
        wanted = smoothed_target(int(targets[b, t]), logits.shape[-1], smoothing)
        gradient[b, t] = (softmax(logits[b, t]) - wanted) / mask.sum()
    return gradient


def learning_rate(step: int, width: int, warmup: int) -> float:
    """Vaswani et al. 2017, equation 3, for the update after `step` others."""
    update = step + 1
    if update <= warmup:
        return update / warmup / math.sqrt(width * warmup)
    return 1 / math.sqrt(width * update)


def average_weights(checkpoints: Sequence[Sequence[Array]]) -> list[Array]:
    """The mean of each weight over the checkpoints, number by number."""
    averages: list[Array] = []
    for at, first in enumerate(checkpoints[0]):
        average = np.zeros(first.shape)
        for place in np.ndindex(first.shape):
            average[place] = math.fsum(checkpoint[at][place] for checkpoint in checkpoints) / len(checkpoints)
        averages.append(average)
    return averages


def head_error_rates(
    weights: Array, source_lengths: Sequence[int], target_lengths: Sequence[int], gold: Sequence[Links]
) -> Array:
    """1 - 2 |A ∩ G| / (|A| + |G|) of the largest weights of each head, (L, H)."""
    common, ours, theirs = head_links(weights, source_lengths, target_lengths, gold)
    return np.asarray(1 - 2 * common / (ours + theirs))


def head_links(
    weights: Array, source_lengths: Sequence[int], target_lengths: Sequence[int], gold: Sequence[Links]
) -> Array:
    """|A ∩ G|, |A| and |G|: the links (A) of each head's largest weights and the true ones (G); (3, L, H)."""
    n_layers, _, n_heads = weights.shape[:3]
    counts = np.zeros((3, n_layers, n_heads))
    for layer in range(n_layers):
        for head in range(n_heads):
            for sentence, theirs in enumerate(gold):
                ours = set()
                for target in range(target_lengths[sentence]):
                    source = int(np.argmax(weights[layer, sentence, head, target]))
                    if source < source_lengths[sentence]:
                        ours.add((source, target))
                counts[:, layer, head] += len(ours & theirs), len(ours), len(theirs)
    return counts
