"""Exercise 10.3: the loss against smoothed targets, without ever making them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_arrays_close
from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.gradients import DifferentiableCandidate
from course_utils.checks.lab_10_transformer_translation import oracles
from course_utils.checks.lab_10_transformer_translation.material import (
    LAB,
    NUMBER,
    Array,
    Ids,
    Mask,
    draw,
    expect_number,
    mask_of,
)
from course_utils.checks.lab_10_transformer_translation.wrong_losses import (
    counting_padding,
    wrong_means,
    wrong_shares,
)

smoothed_loss = LAB.exercise(
    "10.3",
    name="smoothed_loss",
    title="a loss that is never quite sure",
    points=4,
    difficulty=2,
    returns=NUMBER,
    candidate=DifferentiableCandidate,
    reference="course_utils.models.losses:smoothed_loss",
    uses=("keras", "tensorflow"),
    hints=(
        "Three numbers for each token: log_sum = ops.logsumexp(logits, axis=-1), its target's logit, and the mean "
        "of its logits. log_sum minus a word's logit is -ln P of that word.",
        "losses = (1 - smoothing) * (log_sum - of_target) + smoothing * (log_sum - of_all), each of shape (B, T).",
        "ops.take_along_axis(logits, targets[..., None], axis=-1)[..., 0] takes the target's logit; the padding goes "
        "by ops.where(mask, losses, 0.0), and the sum is divided by the number of real tokens.",
    ),
)

EXCEPTIONS = {
    "broadcastable": "of_target, of_all and log_sum must all be (B, T): axis=-1 is the axis of the V words.",
    "ncompatible shapes": "of_target, of_all and log_sum must all be (B, T): axis=-1 is the axis of the V words.",
    "same number of dimensions": "targets[..., None] gives the ids an axis to take along: (B, T, 1).",
    "truth value": "A mask holds many values, so it is neither true nor false: ops.where(mask, losses, 0.0).",
    "EagerTensor": "In training the arguments are tensors, and NumPy would cut the gradient: functions of keras.ops alone.",
    "bool": 'Sums want numbers: ops.cast(mask, "float32") makes 1 and 0 of True and False.',
}


def loss_of(candidate: Any, logits: Array, targets: Ids, mask: Mask, *smoothing: float) -> Any:
    """What a call gives."""
    with exceptions_mean(known=EXCEPTIONS):
        return candidate(logits, targets, mask, *smoothing)


@smoothed_loss.check(hints=("-ln P of a word is ops.logsumexp(logits, axis=-1) minus the word's logit.",))
def without_smoothing_it_is_the_loss_of_lab_06(candidate, rng):
    """smoothing 0: minus the logarithm of the target's probability"""
    probabilities = np.array([0.5, 0.25, 0.125, 0.125])
    logits = np.log(probabilities)[None, None].astype("float32") + 3 * np.float32(rng.random())
    target = int(rng.integers(1, 3))
    mean = float(-np.log(probabilities).mean())
    wanted = -math.log(probabilities[target])
    logit = float(logits[0, 0, target])
    expect_number(
        loss_of(candidate, logits, np.array([[target]]), np.array([[True]]), 0.0),
        wanted,
        f"one token, probabilities 0.5, 0.25, 0.125 and 0.125, target {target}, smoothing 0",
        cause="-ln P(target) = logsumexp(logits) - the target's logit.",
        mistakes={
            "The sign is turned round: logsumexp minus the logit.": -wanted,
            "That is the probability of the target: the loss is minus its logarithm.": math.exp(-wanted),
            "That is the logit with a minus: logsumexp(logits) is missing, since logits are no logarithms of "
            "probabilities until they are normalised.": -logit,
            "The two shares are exchanged: 1 - smoothing is the target's.": mean,
            "0.1 is written out, but the smoothing is an argument.": 0.9 * wanted + 0.1 * mean,
            "That is in bits: the natural logarithm gives nats.": wanted / math.log(2),
            "The word with the largest logit counts here: it must be the target.": math.log(2),
        },
    )


@smoothed_loss.check(
    hints=(
        "The target has (1 - ε) + ε/V, each other word ε/V. In the closed form the mean over all V words does both.",
    )
)
def shares_the_smoothing_among_all_words(candidate, rng):
    """one token: 1 - ε for the target, and ε in equal shares for all V words"""
    logits, smoothing = draw(rng, 1, 1, 7), 0.3
    target = int(rng.integers(1, 7))
    wanted = oracles.token_loss(logits[0, 0], target, smoothing)
    expect_number(
        loss_of(candidate, logits, np.array([[target]]), np.array([[True]]), smoothing),
        wanted,
        "one token, 7 words, smoothing 0.3",
        cause="(1 - ε) · (logsumexp - target's logit) + ε · (logsumexp - mean of all logits).",
        mistakes=wrong_shares(logits[0, 0], target, smoothing),
    )


@smoothed_loss.check(
    hints=("Every token of the batch has the same weight: sum all losses, then divide once.",)
)
def is_the_mean_of_the_tokens(candidate, rng):
    """over a batch without padding: the mean over all its tokens"""
    logits, targets = draw(rng, 3, 5, 7), rng.integers(7, size=(3, 5))
    mask, targets[0, 0] = np.ones((3, 5), bool), 0
    wanted = oracles.smoothed_loss(logits, targets, mask, 0.1)
    expect_number(
        loss_of(candidate, logits, targets, mask),
        wanted,
        "3 sentences of 5 real tokens; smoothing is not handed over, so it is 0.1",
        cause="One loss for each token, then their mean.",
        mistakes=wrong_means(logits, targets, 0.1),
    )


@smoothed_loss.check(
    hints=(
        "First one loss (B, T) of both parts together. Then ops.where(mask, losses, 0.0), its sum, and below the line "
        "the number of True in the mask.",
    )
)
def padding_does_not_count(candidate, rng):
    """padding counts in neither part, nor below the line"""
    mask = mask_of((7, 4, 2), 7)
    logits, targets = 2 * draw(rng, 3, 7, 5), np.where(mask, rng.integers(1, 5, mask.shape), 0)
    expect_number(
        loss_of(candidate, logits, targets, mask, 0.2),
        oracles.smoothed_loss(logits, targets, mask, 0.2),
        "3 sentences of 7, 4 and 2 tokens, padded to 7",
        cause="The mask must take the padding out of the sum and out of the number of tokens.",
        mistakes=counting_padding(logits, targets, mask, 0.2),
    )


@smoothed_loss.check(
    hints=("e^1000 is infinite. ops.logsumexp takes the largest logit out first, and so never sees it.",)
)
def survives_large_logits(candidate, rng):
    """logits around 1000 give a finite loss"""
    small, targets = draw(rng, 2, 3, 5), rng.integers(5, size=(2, 3))
    mask = mask_of((3, 2), 3)
    got = float(loss_of(candidate, np.round(small * 64) / 64 + 1000, targets, mask, 0.1))
    expect(
        math.isfinite(got),
        "logits of about 1000 must give a finite loss",
        expected="a number",
        got=f"{got}",
        cause="ops.exp(1000) is infinite: ops.logsumexp, or ops.log_softmax, goes round that.",
    )
    wanted = oracles.smoothed_loss(np.round(small * 64) / 64, targets, mask, 0.1)
    expect_number(
        got,
        wanted,
        "adding 1000 to all logits must change nothing",
        cause="Use ops.logsumexp.",
        tolerance=1e-3,
    )


@smoothed_loss.check(
    hints=("logsumexp(z) - z_word stays right when the probability itself is too small to be written down.",)
)
def tells_how_unlikely_a_word_is(candidate, rng):
    """a word that is nearly impossible costs as much as its logit says"""
    margin = float(rng.integers(40, 60))
    logits = np.array([[[margin, 0.0, 0.0, 0.0]]], "float32")
    expect_number(
        loss_of(candidate, logits, np.array([[2]]), np.array([[True]]), 0.1),
        0.9 * margin + 0.1 * margin * 3 / 4,
        f"one token, logits {margin:g}, 0, 0 and 0, target 2",
        cause="Its probability is so small that a number added to it, as in log(p + 1e-9), hides it: -ln P is "
        "ops.logsumexp(logits, axis=-1) minus the logit.",
        tolerance=1e-4,
    )


@smoothed_loss.check(hints=("Only functions of keras.ops let a gradient through: NumPy and float() cut it.",))
def gradients_come_back(candidate, rng):
    """the gradient is probability minus smoothed target, and 0 at padding"""
    mask = mask_of((3, 2), 3)
    logits, targets = draw(rng, 2, 3, 5), np.where(mask, rng.integers(1, 5, mask.shape), 0)
    with exceptions_mean(known=EXCEPTIONS):
        gradient, *_ = candidate.gradients(logits, targets, mask, np.float32(0.1))
    expect(
        gradient is not None,
        "a gradient must come back to the logits, or nothing is learned",
        expected="a gradient",
        got="none",
        cause="All on the way must be keras.ops: NumPy's functions and float() cut the way back.",
    )
    expect_arrays_close(
        gradient,
        oracles.smoothed_loss_gradient(logits, targets, mask, 0.1),
        "the gradient of the loss for the logits",
        axes="(B, T, V)",
        cause="Everything that depends on the logits must stay in the graph: no stop_gradient, no NumPy.",
    )
