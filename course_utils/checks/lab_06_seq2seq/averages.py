"""Exercise 6.2: loss and accuracy of a whole test set, every real token counted once."""

from __future__ import annotations

import math
import numbers
from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array, expect_shape
from course_utils.checks.asserts import expect_close
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_06_seq2seq import oracles
from course_utils.checks.lab_06_seq2seq.material import LAB, REFERENCES, draw, expect_parts
from course_utils.checks.lab_06_seq2seq.oracles import Batch

loss_and_accuracy = LAB.exercise(
    "6.2",
    name="loss_and_accuracy",
    title="every real token counts once",
    points=2,
    difficulty=2,
    returns=tuple,
    reference=f"{REFERENCES}:loss_and_accuracy",
    uses=("keras", "tensorflow"),
    hints=(
        "Three sums over all batches: of the losses of real tokens, of the real tokens that were guessed right, and "
        "of the real tokens. Divide at the end, once.",
        "keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True) gives the losses (B, T); "
        "np.argmax(logits, axis=-1) == targets says where the guess is right.",
        "losses[mask] of NumPy arrays takes the losses at the places where the mask is True, and nothing else.",
    ),
)

FORM = "(loss, accuracy)"
EXCEPTIONS = {
    "same dtype": 'The mask holds True and False: ops.cast(mask, "float32") makes numbers of them, 1 and 0.',
    "rank (ndim)": "keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True): the ids first.",
    "division by zero": "Count the real tokens of each batch: the sum of its mask.",
    "must match exactly": "The batches have different B and T: go through them one by one, and add to the sums.",
}


def figures_of(candidate: Any, batches: list[Batch]) -> tuple[float, float]:
    """The loss and the accuracy that a call gives."""
    with exceptions_mean(known=EXCEPTIONS):
        got = candidate(batches)
    cause = "return two numbers: the loss and the accuracy over all batches."
    parts = expect_parts(got, 2, "the loss and the accuracy must come back", form=FORM, cause=cause)
    figures = []
    for part, name in zip(parts, ("loss", "accuracy"), strict=True):
        if not isinstance(part, numbers.Real):
            part = expect_array(part, f"the {name} must be a number", cause=cause)
            expect_shape(part, (), f"the {name} must be one number for all batches", cause=cause)
        figures.append(float(part))
    return figures[0], figures[1]


def expect_figures(
    got: tuple[float, float],
    wanted: tuple[float, float],
    problem: str,
    mistakes: dict[str, tuple[float, float]],
    cause: str = "Sum over the real tokens of all batches, then divide by how many they are.",
) -> None:
    """Both to six digits; a mistake that gives either number is named."""
    for at, name in enumerate(("loss", "accuracy")):
        named = (
            mistake
            for mistake, figures in mistakes.items()
            if math.isclose(figures[at], got[at], rel_tol=1e-5, abs_tol=1e-7)
        )
        expect_close(
            got[at],
            wanted[at],
            f"{problem}: the {name} must be {wanted[at]:.6g}",
            tolerance=1e-5,
            cause=next(named, cause),
        )


def draw_batch(rng: np.random.Generator, lengths: tuple[int, ...], words: int) -> Batch:
    """Logits of a model that is right about half of the time, and always sure of the padding."""
    mask = np.arange(max(lengths)) < np.array(lengths)[:, None]
    targets = np.where(mask, rng.integers(4, words, mask.shape), 0)
    told = np.where(rng.random(mask.shape) < 0.5, targets, rng.integers(4, words, mask.shape))
    told[0, :2] = targets[0, 0], 4 + (targets[0, 1] - 3) % (words - 4)  # one right, one wrong at least
    logits = draw(rng, *mask.shape, words) + 7 * np.eye(words, dtype="float32")[told]
    return np.where(mask[..., None], logits, 9 * np.eye(words, dtype="float32")[0]), targets, mask


@loss_and_accuracy.check(
    hints=("Take one token, its logits and its target, and work both numbers out by hand.",)
)
def is_right_for_one_token(candidate, rng):
    """of one token: minus the logarithm of its probability, and whether it is the likeliest"""
    # All logits are below 0, and their exponentials do not sum to 1: only a softmax makes these probabilities.
    probabilities, below = (0.3, 0.45, 0.25), 0.7
    logits = np.log(np.array([[probabilities]], "float32")) - np.float32(below)
    for target in (1, 2):
        wanted = -math.log(probabilities[target]), float(target == 1)
        expect_figures(
            figures_of(candidate, [(logits, np.array([[target]]), np.array([[True]]))]),
            wanted,
            f"probabilities 0.3, 0.45 and 0.25, target {target}",
            _mistaken(probabilities[target], wanted, below),
            "The loss is -ln of the target's probability; a hit, not a miss, is np.argmax(logits, axis=-1) == target.",
        )


def _mistaken(
    probability: float, wanted: tuple[float, float], below: float
) -> dict[str, tuple[float, float]]:
    """A likely mistake with one token -> the loss and the accuracy that it gives; -1 for any other number."""
    loss, hit = wanted
    return {
        "Without from_logits=True Keras takes the logits for probabilities.": (math.log(3), 2.0),
        "The two are exchanged: the loss comes first.": (hit, loss),
        "It is a share from 0 to 1, not percent.": (-1.0, 100 * hit if hit else -1.0),
        "It is the logarithm without the minus.": (-loss, -1.0),
        "It is in bits: nats have the natural logarithm, np.log.": (loss / math.log(2), -1.0),
        "That is the perplexity: its logarithm is the loss.": (math.exp(loss), -1.0),
        "That is the probability: the loss is minus its logarithm.": (-probability, -1.0),
        "That is minus the logit: it takes a softmax to make logits probabilities.": (loss + below, -1.0),
        "The probability came out as 1: the softmax runs over the words, axis=-1.": (0.0, -1.0),
    }


@loss_and_accuracy.check(
    hints=("The mask is True at a real token. What is False must neither be summed nor counted.",)
)
def padding_does_not_count(candidate, rng):
    """a padded batch gives what its sentences give without padding"""
    batch = draw_batch(rng, (7, 4, 2), 11)
    wanted = oracles.loss_and_accuracy([batch])
    while round(wanted[1] * 13) == 7:  # 7 hits of 21 places are a third, as is one whole sentence of three
        batch = draw_batch(rng, (7, 4, 2), 11)
        wanted = oracles.loss_and_accuracy([batch])
    expect_figures(
        figures_of(candidate, [batch]),
        wanted,
        "3 sentences of 7, 4 and 2 tokens, padded to 7",
        _miscounted(batch, wanted),
    )


def _miscounted(batch: Batch, wanted: tuple[float, float]) -> dict[str, tuple[float, float]]:
    """A likely mistake -> the loss and the accuracy that it gives; -1 where it gives the right one."""
    logits, targets, mask = batch
    everything = oracles.loss_and_accuracy([(logits, targets, np.ones_like(mask))])
    rows = [(logits[[row]], targets[[row]], mask[[row]]) for row in range(len(mask))]
    alone = np.array([oracles.loss_and_accuracy([row]) for row in rows]).mean(axis=0)
    tokens, places, right = mask.sum(), mask.size, (logits.argmax(axis=-1) == targets) | ~mask
    emptied = wanted[0] + (places - tokens) / tokens * math.log(logits.shape[-1])
    return {
        "The padding counts: the mean is over all 21 places.": everything,
        "The padding adds nothing to the sum, but is still counted: divide by the number of real tokens.": tuple(
            figure * tokens / places for figure in wanted
        ),
        "Padding that was guessed right counts as a hit: take the mask into the sum of hits too.": (
            -1.0,
            everything[1] * places / tokens,
        ),
        "It is the sum: divide by the number of real tokens.": (wanted[0] * tokens, wanted[1] * tokens),
        "It is divided twice: Keras's mean is divided already.": (wanted[0] / tokens, wanted[1] / tokens),
        "Logits of 0 have a loss, too: leave the padding's losses out of the sum.": (emptied, -1.0),
        "It is divided by the number of sentences.": (wanted[0] * tokens / 3, wanted[1] * tokens / 3),
        "Each sentence has the same weight: each token should.": (alone[0], alone[1]),
        "That is the share of whole sentences that are right: count tokens.": (
            -1.0,
            float(right.all(axis=1).mean()),
        ),
    }


@loss_and_accuracy.check(
    hints=(
        "A batch of 2 tokens and one of 200: the mean of their two means gives each of the 2 the weight of 100.",
        "Keep the sums and the number of tokens while going through the batches; divide behind the loop.",
    )
)
def a_batch_weighs_what_its_tokens_weigh(candidate, rng):
    """over several batches every token has the same weight"""
    batches = [draw_batch(rng, lengths, 11) for lengths in ((7, 5, 3, 2), (2,), (3, 2))]
    alone = [oracles.loss_and_accuracy([batch]) for batch in batches]
    expect_figures(
        figures_of(candidate, batches),
        oracles.loss_and_accuracy(batches),
        "3 batches of 17, 2 and 5 real tokens",
        {
            "It is the mean of the batches' means: a token of a small batch then weighs more.": (
                float(np.mean([loss for loss, _ in alone])),
                float(np.mean([hits for _, hits in alone])),
            ),
            "That is the last batch alone: the sums must go on from batch to batch.": alone[-1],
            "That is the first batch alone: return stands inside the loop.": alone[0],
        },
    )


@loss_and_accuracy.check(
    hints=(
        "0 times infinity is NaN. losses[mask] or ops.where(mask, losses, 0.0) never looks at the padding.",
    )
)
def whatever_stands_at_padding(candidate, rng):
    """even an infinity or NaN at padding changes nothing, nor does a target there"""
    logits, targets, mask = batch = draw_batch(rng, (5, 2), 7)
    wanted = oracles.loss_and_accuracy([batch])
    for nonsense in (np.inf, -np.inf, np.nan):
        spoiled = np.where(mask[..., None], logits, np.float32(nonsense))
        expect_figures(
            figures_of(candidate, [(spoiled, targets, mask)]),
            wanted,
            f"logits that are {nonsense} at padding",
            {},
            "Choose the real tokens instead of multiplying by 0: losses[mask], or ops.where(mask, losses, 0.0).",
        )
    words = np.where(mask, targets, rng.integers(1, 7, mask.shape))
    expect_figures(
        figures_of(candidate, [(logits, words, mask)]),
        wanted,
        "targets that are not 0 at padding",
        {},
        "The mask alone says which tokens are real: do not ask the targets.",
    )
