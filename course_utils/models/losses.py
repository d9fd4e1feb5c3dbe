"""Loss and accuracy of padded batches: means over the real tokens, and over nothing else.

B batch, T length, V vocabulary. A padded batch and its sentences without padding give the same figures.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


def masked_loss(logits: Any, targets: Any, mask: Any) -> Any:
    """Mean of -ln P(target) over the real tokens of a batch, in nats; a scalar.

    Args:
        logits: (B, T, V).
        targets: ids (B, T).
        mask: (B, T), True = a real token.
    """
    losses = keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True)
    return _mean_where(mask, losses)


def smoothed_loss(logits: Any, targets: Any, mask: Any, smoothing: float = 0.1) -> Any:
    """Mean cross entropy over the real tokens with smoothed targets, in nats; a scalar.

    Of each target's probability the share ε = `smoothing` is spread evenly over all V words, its own too
    (Szegedy et al. 2016, *Rethinking the Inception architecture*, section 7). No such distribution is ever
    made: its cross entropy is (1 - ε) · -ln P(target) + ε · (ln Σ exp(logits) - mean of the logits).

    Other arguments as in `masked_loss`. Raises ValueError for a smoothing outside [0, 1).
    """
    if not 0 <= smoothing < 1:
        raise ValueError(f"expected a smoothing from 0 to below 1, received {smoothing!r}")
    losses = keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True)
    spread = ops.logsumexp(logits, axis=-1) - ops.mean(logits, axis=-1)
    return _mean_where(mask, (1 - smoothing) * losses + smoothing * spread)


def masked_accuracy(logits: Any, targets: Any, mask: Any) -> Any:
    """The share of the real tokens that have the greatest of their V logits; a scalar.

    Arguments as in `masked_loss`.
    """
    hits = ops.equal(ops.argmax(logits, axis=-1), ops.cast(targets, "int32"))
    return _mean_where(mask, ops.cast(hits, logits.dtype))


def _mean_where(mask: Any, values: Any) -> Any:
    real = ops.cast(mask, values.dtype)
    # where, not a product alone: what stands on padding may be infinite
    return ops.sum(ops.where(mask, values, 0.0)) / ops.sum(real)
