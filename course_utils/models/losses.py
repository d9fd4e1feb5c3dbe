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
    made: its cross entropy is (1 - ε) · -ln P(target) + ε · (ln Σ exp(logits) - mean of the logits), which
    is ln Σ exp(logits) - (1 - ε) · the target's logit - ε · the mean.

    Other arguments as in `masked_loss`. Raises ValueError for a smoothing outside [0, 1).
    """
    if not 0 <= smoothing < 1:
        raise ValueError(f"expected a smoothing from 0 to below 1, received {smoothing!r}")
    # One pass over the logits; to gather the target's would cost a scatter on the way back
    is_target = ops.equal(ops.arange(logits.shape[-1]), ops.cast(targets, "int32")[..., None])
    share = smoothing / logits.shape[-1]
    weights = ops.cast(ops.where(is_target, 1 - smoothing + share, share), logits.dtype)
    average = ops.sum(weights * logits, axis=-1)
    return _mean_where(mask, ops.logsumexp(logits, axis=-1) - average)


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
