"""Exercise 10.1: the share of real tokens that are guessed right."""

from __future__ import annotations

import numpy as np

from course_utils.checks.candidate import Candidate
from course_utils.checks.errors import exceptions_mean
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

masked_accuracy = LAB.exercise(
    "10.1",
    name="masked_accuracy",
    title="accuracy without the padding",
    points=2,
    difficulty=1,
    returns=NUMBER,
    reference="course_utils.models.losses:masked_accuracy",
    uses=("keras", "tensorflow"),
    hints=(
        "A guess is right where the largest of the V logits stands at the target: ops.argmax(logits, axis=-1).",
        "Two sums: of the hits at real places, and of the real places. Their quotient is the accuracy.",
        'real = ops.cast(mask, "float32"), and hits = ops.cast(guesses == targets, "float32") * real.',
    ),
)

LAST_AXIS = (
    "The guesses must be (B, T), as the targets are: argmax runs over the V words, the last axis, axis=-1."
)
EXCEPTIONS = {
    "bool": 'Sums want numbers: ops.cast(..., "float32") makes 1 and 0 of True and False.',
    "ncompatible shapes": LAST_AXIS,
    "broadcast": LAST_AXIS,
    "expected to be a": 'Both must be of one type: ops.cast(targets, "int32").',
}
CAUSE = "The hits at real places, divided by the number of real places."


def accuracy_of(candidate: Candidate, logits: Array, targets: Ids, mask: Mask) -> float:
    """What a call gives."""
    with exceptions_mean(known=EXCEPTIONS):
        return candidate(logits, targets, mask)


def draw_logits(rng: np.random.Generator, targets: Ids, hits: Mask, words: int) -> Array:
    """Logits (B, T, V) that are largest at the target where `hits`, and at another word elsewhere.

    The target then comes second: an answer that takes the least likely word must not hit it by chance.
    """
    others = (targets + rng.integers(1, words, targets.shape)) % words
    told = np.where(hits, targets, others)
    words_of = np.eye(words, dtype="float32")
    return draw(rng, *targets.shape, words) / 4 + 5 * words_of[told] + 2 * words_of[targets]


@masked_accuracy.check(hints=("Count on the fingers: in how many places is the target the likeliest word?",))
def is_the_share_of_hits(candidate, rng):
    """2 of 7 tokens guessed right give 2/7"""
    targets = rng.integers(4, 11, (1, 7))
    hits = rng.permutation([True] * 2 + [False] * 5)[None]
    logits = draw_logits(rng, targets, hits, 11)
    expect_number(
        accuracy_of(candidate, logits, targets, np.ones((1, 7), bool)),
        2 / 7,
        "7 real tokens, 2 of them guessed right",
        cause="A hit is where ops.argmax(logits, axis=-1) is the target. " + CAUSE,
        mistakes={
            "That is the number of hits: divide by the number of real tokens.": 2.0,
            "That is the share of misses.": 5 / 7,
            "It is a share from 0 to 1, not percent.": 200 / 7,
            "No guess is right here: argmax runs over the V words, which is the last axis, axis=-1. (Or does // cut the "
            "quotient off?)": 0.0,
        },
    )


@masked_accuracy.check(
    hints=(
        "Padding may be guessed right by chance. Neither may it be a hit, nor may it be counted below the line.",
        'ops.cast(mask, "float32") is 1 at real places and 0 elsewhere: multiply, then sum.',
    )
)
def padding_does_not_count(candidate, rng):
    """padding is neither a hit nor a place"""
    mask = mask_of((4,), 11)
    targets = np.where(mask, rng.integers(4, 13, mask.shape), 0)
    hits = np.where(mask, np.arange(11) == rng.integers(4), rng.permutation(11)[None] < 5)
    padded_hits = int((hits & ~mask).sum())
    expect_number(
        accuracy_of(candidate, draw_logits(rng, targets, hits, 13), targets, mask),
        1 / 4,
        "4 real tokens, 1 of them guessed right, and 7 places of padding",
        cause=CAUSE,
        mistakes={
            "The padding counts like real tokens: take the mask into both sums.": (1 + padded_hits) / 11,
            "The padding is no hit, but is still counted below the line: divide by the sum of the mask.": 1
            / 11,
            "Padding that is guessed right is a hit here: take the mask into the sum of hits, too.": (
                1 + padded_hits
            )
            / 4,
            "The mask is taken the wrong way round: True is a real token.": padded_hits / 7,
        },
    )


@masked_accuracy.check(
    hints=("Sum over the whole batch first, and divide once: a long sentence has more tokens to be right.",)
)
def every_token_counts_once(candidate, rng):
    """sentences of 7, 3 and 1 tokens: each token has the same weight"""
    mask = mask_of((7, 3, 1), 7)
    targets = np.where(mask, rng.integers(4, 13, mask.shape), 0)
    hits = np.zeros(mask.shape, bool)
    hits[0, rng.integers(7)] = hits[1, rng.integers(3)] = hits[2, 0] = True
    logits = draw_logits(rng, targets, hits, 13)
    expect_number(
        accuracy_of(candidate, logits, targets, mask),
        oracles.masked_accuracy(logits, targets, mask),
        "7, 3 and 1 real tokens, one of each sentence guessed right",
        cause=CAUSE,
        mistakes={
            "It is the mean of the sentences' accuracies: each token must weigh the same.": (
                1 / 7 + 1 / 3 + 1
            )
            / 3,
            "That is the share of sentences that are right as a whole: count tokens.": 1 / 3,
            "It is divided by the number of sentences: divide by the number of real tokens.": 1.0,
        },
    )


@masked_accuracy.check(hints=("Which places count is what mask says: an id of 0 tells nothing by itself.",))
def the_mask_says_what_counts(candidate, rng):
    """the mask alone decides what counts, whatever id stands there"""
    mask = mask_of((5, 3), 7)
    targets = rng.integers(4, 13, mask.shape)
    hits = mask & (np.arange(7) < [[2], [1]])
    logits = draw_logits(rng, targets, hits | ~mask, 13)
    expect_number(
        accuracy_of(candidate, logits, targets, mask),
        3 / 8,
        "8 places of 14 that count, 3 of them guessed right; ids other than 0 stand at the others, too",
        cause="Take the mask as it is handed over: it need not be targets != 0.",
    )
