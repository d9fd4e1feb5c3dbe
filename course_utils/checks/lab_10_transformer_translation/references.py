"""The package's own answers to lab 10: they stand in for an exercise that is not done yet.

B batch, T target length, S source length, V words of the target language, L layers, H heads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from keras import ops
from numpy.typing import NDArray

from course_utils.models import metrics


def learning_rate(step: Any, width: int, warmup: int) -> Any:
    """The rate of the update after `step` others, of any shape (Vaswani et al. 2017, equation 3)."""
    update = ops.cast(step, "float32") + 1
    return width**-0.5 * ops.minimum(update**-0.5, update * warmup**-1.5)


def average_weights(checkpoints: Sequence[Sequence[NDArray[Any]]]) -> list[NDArray[Any]]:
    """The mean of each weight over the checkpoints."""
    return [np.mean(versions, axis=0) for versions in zip(*checkpoints, strict=True)]


def head_error_rates(
    weights: NDArray[Any],
    source_lengths: Sequence[int],
    target_lengths: Sequence[int],
    gold: Sequence[metrics.Links],
) -> NDArray[Any]:
    """The alignment error rate of each head, (L, H), from its weights (L, B, H, T, S)."""

    def rate(layer: int, head: int) -> float:
        links = metrics.links(weights[layer, :, head], source_lengths, target_lengths)
        return metrics.alignment_error_rate(links, gold)

    return np.array(
        [[rate(layer, head) for head in range(weights.shape[2])] for layer in range(len(weights))]
    )
