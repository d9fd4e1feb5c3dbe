"""What likely mistakes in exercise 10.3 give, so that a message can name them."""

from __future__ import annotations

import numpy as np

from course_utils.checks.lab_10_transformer_translation import oracles
from course_utils.checks.lab_10_transformer_translation.oracles import Array, Ids, Mask


def wrong_shares(logits: Array, target: int, smoothing: float) -> dict[str, float]:
    """A likely mistake with the shares -> the loss that it gives for one token's logits (V,)."""
    size, all_losses = len(logits), -np.log(oracles.softmax(logits))
    target_loss = float(all_losses[target])
    others = float(all_losses.sum()) - target_loss
    mean, kept = float(all_losses.mean()), 1 - smoothing
    return {
        "The smoothing is left out.": target_loss,
        "The smoothing is shared by the other V - 1 words: here all V have a share, the target too.": kept
        * target_loss
        + smoothing * others / (size - 1),
        "The target's own share of the smoothing is missing: the mean runs over all V words.": kept
        * target_loss
        + smoothing * others / size,
        "Every word has a share of ε, V times ε in all: take the mean over the words, not the sum.": kept
        * target_loss
        + smoothing * float(all_losses.sum()),
        "The target keeps all of its share, and the smoothing is added: it must keep 1 - ε.": target_loss
        + smoothing * mean,
        "The two shares are exchanged: 1 - ε is the target's.": smoothing * target_loss + kept * mean,
        "0.1 is written out, but the smoothing is an argument.": 0.9 * target_loss + 0.1 * mean,
        **_wrong_parts(logits, target, all_losses, smoothing),
    }


def _wrong_parts(logits: Array, target: int, all_losses: Array, smoothing: float) -> dict[str, float]:
    target_loss, mean, kept = float(all_losses[target]), float(all_losses.mean()), 1 - smoothing
    log_sum = target_loss + float(logits[target])
    return {
        "The mean of the words' losses has no share: smoothing times it.": kept * target_loss + mean,
        "logsumexp belongs into both parts: ε · (logsumexp - mean of the logits).": kept * target_loss
        - smoothing * float(logits.mean()),
        "The logits are summed, but their mean belongs there: ops.mean(logits, axis=-1).": kept * target_loss
        + smoothing * (log_sum - float(logits.sum())),
        "The part of all words is missing: ε times the mean of -ln P of all words.": kept * target_loss,
    }


def wrong_means(logits: Array, targets: Ids, smoothing: float) -> dict[str, float]:
    """A likely mistake with the mean over a batch (B, T, V) without padding -> the loss that it gives."""
    mask, (B, T, V) = np.ones(targets.shape, bool), logits.shape
    wanted = oracles.smoothed_loss(logits, targets, mask, smoothing)
    log_sums = np.log(np.exp(logits.astype(float)).sum(axis=-1))
    return {
        "That is the sum: divide by the number of real tokens.": B * T * wanted,
        "It is divided by the number of sentences: divide by the number of real tokens.": T * wanted,
        "It is divided by the length: divide by the number of real tokens.": B * wanted,
        "It is divided by V as well.": wanted / V,
        f"Without a fourth argument smoothing must be {smoothing}, as in the first line of the stub.": (
            oracles.smoothed_loss(logits, targets, mask, 0.0)
        ),
        "The mask says which tokens are real: an id of 0 tells nothing by itself.": oracles.smoothed_loss(
            logits, targets, targets != 0, smoothing
        ),
        "ops.logsumexp without an axis runs over the whole batch: axis=-1.": wanted
        + float(np.log(np.exp(log_sums).sum()) - log_sums.mean()),
    }


def _sums(logits: Array, targets: Ids, mask: Mask) -> tuple[float, float]:
    """Over the places of the mask: the sum of the targets' losses, and that of the means of all words' losses."""
    sums = [
        oracles.smoothed_loss(logits, targets, mask, smoothing) * int(mask.sum()) for smoothing in (0.0, 1.0)
    ]
    return sums[0], sums[1]


def counting_padding(logits: Array, targets: Ids, mask: Mask, smoothing: float) -> dict[str, float]:
    """A likely mistake with the mask -> the loss that it gives."""
    tokens, places, kept = int(mask.sum()), mask.size, 1 - smoothing
    target, every = _sums(logits, targets, mask)
    target_padded, every_padded = _sums(logits, targets, np.ones_like(mask))
    real_sum = kept * target + smoothing * every
    padded_sum = kept * target_padded + smoothing * every_padded
    return {
        "The padding counts like real tokens.": padded_sum / places,
        "The padding adds nothing to the sum, but is still counted: divide by the number of real tokens.": real_sum
        / places,
        "The smoothing's part counts the padding: the mask must take it out of both parts.": (
            kept * target + smoothing * every_padded
        )
        / tokens,
        "The smoothing's part is a mean over all places, the padding too.": kept * target / tokens
        + smoothing * every_padded / places,
        "The target's part counts the padding: the mask must take it out of both parts.": (
            kept * target_padded + smoothing * every
        )
        / tokens,
        "The padding is in the sum, and only left out below the line.": padded_sum / tokens,
        **_over_the_batch(logits, targets, mask, smoothing),
    }


def _over_the_batch(logits: Array, targets: Ids, mask: Mask, smoothing: float) -> dict[str, float]:
    rows = [oracles.smoothed_loss(logits[[b]], targets[[b]], mask[[b]], smoothing) for b in range(len(mask))]
    right = oracles.smoothed_loss(logits, targets, mask, smoothing)
    return {
        "The mean of the sentences' means gives the tokens of a short sentence more weight.": float(
            np.mean(rows)
        ),
        "The mean of the logits runs over the whole batch: ops.mean(logits, axis=-1), one for each token.": right
        + smoothing * float(logits[mask].mean() - logits.mean()),
    }
