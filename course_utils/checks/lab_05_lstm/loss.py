"""Exercise 5.6: the loss of a batch, padding left out."""

from __future__ import annotations

import math

import numpy as np

from course_utils.checks.arrays import ARRAY, expect_shape
from course_utils.checks.asserts import expect_close
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_05_lstm import oracles
from course_utils.checks.lab_05_lstm.material import LAB, draw
from course_utils.checks.lab_05_lstm.oracles import Array, Ids, Mask

next_token_loss = LAB.exercise(
    "5.6",
    name="next_token_loss",
    title="a loss that leaves out the padding",
    points=2,
    difficulty=2,
    returns=(float, ARRAY),
    reference="course_utils.models.losses:masked_loss",
    uses=("keras", "tensorflow"),
    hints=(
        "First a loss for each place, (B, T). Then the sum of those at real tokens, divided by how many these are.",
        "keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True) gives the losses (B, T).",
        'real = ops.cast(mask, "float32"); ops.sum(losses * real) / ops.sum(real)',
    ),
)


BOTH_LOGITS_AND_IDS = "keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True): the ids first, then the logits."
EXCEPTIONS = {
    "same dtype": 'The mask holds True and False: ops.cast(mask, "float32") makes numbers of them, 1 and 0.',
    "rank (ndim)": BOTH_LOGITS_AND_IDS,
}

OF_THREE = {
    "That is the likeliest token's loss: look up the target's.": math.log(2),
    "That is ln 3, as of three equal ones: without from_logits=True Keras takes the logits for "
    "probabilities.": math.log(3),
    "The target's id is taken as the column: count from 0.": math.log(1 / 0.375),
}  # a likely mistake -> its loss at probabilities 0.5, 0.125 and 0.375, the second one asked for


def loss_of(candidate, logits: Array, targets: Ids, mask: Mask) -> float:
    """The one number that a call gives."""
    with exceptions_mean(known=EXCEPTIONS):
        got = np.asarray(candidate(logits, targets, mask))
    expect_shape(
        got,
        (),
        "the loss must be one number for the whole batch",
        cause="Sum over all places, of all sentences: ops.sum without an axis.",
    )
    return float(got)


def expect_loss(got: float, wanted: float, problem: str, cause: str, mistakes: dict[str, float]) -> None:
    """The right loss to six digits; a likely mistake's number is named."""
    named = (mistake for mistake, loss in mistakes.items() if math.isclose(got, loss, rel_tol=1e-5))
    expect_close(got, wanted, problem, tolerance=1e-5, cause=next(named, cause))


@next_token_loss.check(
    hints=("from_logits=True: the numbers are logits, and the softmax is still to be taken.",)
)
def is_minus_the_logarithm_of_the_probability(candidate, rng):
    """at one place it is minus the logarithm of the target's probability"""
    for size in (2, 7):
        equal, target = np.full((1, 1, size), -1.5, "float32"), np.array([[1]])
        expect_loss(
            loss_of(candidate, equal, target, np.array([[True]])),
            math.log(size),
            f"{size} equal logits: each token has probability 1/{size}, so the loss must be ln {size}",
            "It is minus the natural logarithm of the softmax at the target, where the mask is True.",
            {
                "It is the logarithm without the minus.": -math.log(size),
                "That is log2: it must be the natural logarithm.": math.log2(size),
                "That is the logit itself: the softmax is missing.": 1.5,
                "That is the probability: its logarithm is missing.": 1 / size,
            },
        )
    logits = np.log(np.array([[[0.5, 0.125, 0.375]]], "float32"))
    expect_loss(
        loss_of(candidate, logits, np.array([[1]]), np.array([[True]])),
        math.log(8),
        "probabilities 0.5, 0.125 and 0.375, and the second token is right: the loss must be ln 8",
        "P(target) is the softmax of the logits at the target's id.",
        OF_THREE,
    )


@next_token_loss.check(
    hints=(
        'ops.cast(mask, "float32") is 1 at a word and 0 at padding: times that, a loss at padding is 0.',
        "Divide the sum of what is left by the number of real tokens, which is a sum, too.",
    )
)
def padding_does_not_count(candidate, rng):
    """what stands at padding changes nothing, and padding is not counted"""
    mask = np.arange(7) < np.array([[7], [4], [1]])
    targets = rng.integers(5, size=(3, 7))
    targets[0, 0] = 0  # a word like any other, though padding has this id too
    sure = np.eye(5, dtype="float32")[targets] * 9  # at padding the model seems to know the answer
    unsure = draw(rng, 3, 7, 5)
    for logits in (unsure, np.where(mask[..., None], unsure, sure)):
        losses = _losses(logits, targets)
        expect_loss(
            loss_of(candidate, logits, targets, mask),
            oracles.next_token_loss(logits, targets, mask),
            "3 sentences of 7, 4 and 1 tokens, padded to 7: the loss must be the mean over these 12 tokens",
            "Sum over the real tokens, divided by their number.",
            _mistaken(losses, mask, targets),
        )


def _mistaken(losses: Array, mask: Mask, targets: Ids) -> dict[str, float]:
    """A likely mistake -> the loss that it gives."""
    each = (losses * mask).sum(axis=1) / mask.sum(axis=1)
    return {
        "It is the mean over all 21 places: the padding counts.": float(losses.mean()),
        "The padding is 0 in the sum, and still counted: divide by the 12 real tokens, not by 21 places.": float(
            (losses * mask).mean()
        ),
        "It takes the padding and leaves out the words: True is a real token.": float(losses[~mask].mean()),
        "It is the sum: divide by the number of real tokens.": float(losses[mask].sum()),
        "It is divided by the number of sentences: divide by that of real tokens.": float(
            losses[mask].sum() / 3
        ),
        "Each sentence has the same weight there. Each token should: one sum over all, then divide.": float(
            each.mean()
        ),
        "It leaves out the places of id 0 and nothing else: what is padding is said by the mask.": float(
            losses[targets != 0].mean()
        ),
        "It leaves out words of id 0, besides the padding: an id is no sign of padding, the mask says it.": float(
            losses[mask & (targets != 0)].mean()
        ),
    }


def _losses(logits: Array, targets: Ids) -> Array:
    """Each place's loss (B, T)."""
    everywhere = np.ones((1, 1), bool)
    return np.array(
        [
            [
                oracles.next_token_loss(row[None, None], np.array([[id]]), everywhere)
                for row, id in zip(rows, ids, strict=True)
            ]
            for rows, ids in zip(logits, targets, strict=True)
        ]
    )


@next_token_loss.check(
    hints=(
        "exp(1000) is infinite, and the logarithm of a softmax of 0 is too. With from_logits=True, Keras never "
        "takes either.",
    )
)
def stays_finite(candidate, rng):
    """large logits give the right loss, neither infinite nor NaN"""
    logits = np.array([[[1000.0, 0.0, 0.0], [-1000.0, -1000.0, -1000.0]]], "float32")
    for targets, wanted in (([[0, 2]], math.log(3) / 2), ([[1, 2]], (1000 + math.log(3)) / 2)):
        expect_close(
            loss_of(candidate, logits, np.array(targets), np.array([[True, True]])),
            wanted,
            f"logits (1000, 0, 0) and (-1000, -1000, -1000), targets {targets[0]}: the loss must be {wanted:.4f}",
            tolerance=1e-5,
            cause="Leave the softmax to the loss, from_logits=True: written out, e^1000 is infinite and "
            "e^-1000 is 0.",
        )
