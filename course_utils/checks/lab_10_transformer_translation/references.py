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
from course_utils.models.multi_head import causal_mask, padding_mask
from course_utils.models.transformer import Transformer


class TranslationTransformer(Transformer):
    """The package's transformer, its call written out: the checks take the inherited one away."""

    def call(self, inputs, training=False):
        """Logits (B, T, V) from [source_ids (B, S), target_ids (B, T)]; target_ids begin with <s>."""
        source_ids, target_ids = inputs
        source_mask = padding_mask(source_ids)
        x = self.dropout(self.source_embedding(source_ids), training=training)
        memory, _ = self.encoder(x, mask=source_mask, training=training)
        target_mask = ops.logical_and(causal_mask(target_ids.shape[1]), padding_mask(target_ids))
        y = self.dropout(self.target_embedding(target_ids), training=training)
        y, _, _ = self.decoder(y, memory, self_mask=target_mask, memory_mask=source_mask, training=training)
        return ops.matmul(y, ops.transpose(self.target_embedding.table))


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
