"""Exercise 7.1: from scores to weights, and from weights to the context."""

from __future__ import annotations

import numpy as np

from course_utils.checks.arrays import expect_arrays_close
from course_utils.checks.asserts import expect
from course_utils.checks.candidate import Candidate
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.gradients import DifferentiableCandidate
from course_utils.checks.lab_07_attention import oracles
from course_utils.checks.lab_07_attention.material import LAB, context_and_weights, draw, mask_of
from course_utils.checks.lab_07_attention.oracles import Array, Mask

attend = LAB.exercise(
    "7.1",
    name="attend",
    title="from scores to a weighted mean",
    points=3,
    difficulty=1,
    returns=(tuple, list),
    candidate=DifferentiableCandidate,
    reference="course_utils.checks.lab_07_attention.references:attend",
    uses=("keras", "tensorflow"),
    hints=(
        "Three steps: scores at padding become very negative, softmax over the S places, the weighted sum.",
        "ops.where(mask, scores, -1e9) keeps the scores of real places. Then ops.softmax(..., axis=-1).",
        "weights[:, :, None] is (B, S, 1), and times the states it is (B, S, D). Sum that over S, axis=1.",
    ),
)

FITS = "weights[:, :, None] is (B, S, 1): it fits states (B, S, D), and the sum runs over axis=1."
EXCEPTIONS = {
    "required broadcastable shapes": FITS,
    "ncompatible shapes": FITS,
    "could not be broadcast": FITS,
    "truth value": "A mask holds many values, so it is neither true nor false: ops.where(mask, ..., ...).",
}


def attended(
    candidate: Candidate, scores: Array, states: Array, mask: Mask | None = None
) -> tuple[Array, Array]:
    """The context and the weights that a call gives."""
    with exceptions_mean(known=EXCEPTIONS):
        got = candidate(scores, states) if mask is None else candidate(scores, states, mask)
    return context_and_weights(got, *states.shape)


def softmax(scores: Array, axis: int) -> Array:
    """Softmax over any axis, for likely mistakes."""
    exponentials = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=axis, keepdims=True))


def wrong_contexts(weights: Array, states: Array) -> dict[str, Array]:
    """A likely mistake in the weighted sum -> the context that it gives."""
    width = states.shape[1]
    return {
        "It is divided by S: the weights sum to 1 already, so their sum is the mean.": np.einsum(
            "bs,bsd->bd", weights, states
        )
        / width,
        "That is the plain sum of the states: each state counts with its weight.": states.sum(axis=1),
        "That is the plain mean of the states: each state counts with its weight.": states.mean(axis=1),
        "That is the state of the largest weight alone: the context is a mean of all.": states[
            np.arange(len(states)), weights.argmax(axis=1)
        ],
    }


def _wrong_on_paper(scores: Array, wanted: Array) -> dict[str, Array]:
    """A likely mistake with the softmax -> the weights (B, S) that it gives."""
    return {
        "The softmax runs over the sentences of the batch: axis=-1 are the S places.": softmax(scores, 0),
        "These are the scores themselves: the softmax is still to be taken.": scores,
        "The scores are divided by their sum: e^score, divided by the sum of these.": scores
        / scores.sum(axis=-1, keepdims=True),
        "e^score without its denominator: divide by the sum over the places.": 10 * wanted,
        "They are divided by S as well: they must sum to 1.": wanted / 3,
        "All places weigh the same, whatever their scores. Without a mask every place is real, and True is a "
        "real place, whose score stays.": np.full_like(wanted, 1 / 3),
        "Only the largest has a weight: the softmax leaves something to all.": wanted == 0.6,
        "A sigmoid looks at each score alone: the weights of a sentence must sum to 1.": 1
        / (1 + np.exp(-scores)),
        "The sign is wrong: a large score must give a large weight.": softmax(-scores, -1),
        "The scores are divided by the root of the width, which comes in lab 08: take them as they are.": softmax(
            scores / np.sqrt(5), -1
        ),
    }


@attend.check(
    hints=(
        "exp of each score, divided by the sum of these over the places of the same sentence: "
        "ops.softmax(scores, axis=-1).",
    )
)
def gives_the_weights_worked_out_on_paper(candidate, rng):
    """scores ln 6, ln 3 and ln 1 give weights 0.6, 0.3 and 0.1"""
    wanted = np.array([rng.permutation([0.6, 0.3, 0.1]) for _ in range(2)])
    scores, states = np.log(10 * wanted).astype("float32"), draw(rng, 2, 3, 5)
    _, weights = attended(candidate, scores, states)
    expect_arrays_close(
        weights,
        wanted,
        f"scores whose e^score are {' '.join(f'{10 * w:.0f}' for w in wanted[0])}: the weights must be their shares of 10",
        axes="(B, S)",
        cause="The weights are softmax(scores) over the places of a sentence, axis=-1.",
        mistakes=_wrong_on_paper(scores, wanted),
    )


@attend.check(hints=("The context is weight · state, summed over the places: axis 1 of the states.",))
def the_context_is_the_weighted_mean(candidate, rng):
    """the context is the mean of the states, each with its weight"""
    scores, states = draw(rng, 3, 7), draw(rng, 3, 7, 5)
    context, _ = attended(candidate, scores, states)
    wanted, weights = oracles.attend(scores, states)
    expect_arrays_close(
        context,
        wanted,
        "3 sentences of 7 places, states of width 5: the context must be the weighted mean of the states",
        axes="(B, D)",
        cause="weights[:, :, None] * states, summed over the places, axis=1.",
        mistakes=wrong_contexts(weights, states),
    )


def _wrong_weights(scores: Array, mask: Mask) -> dict[str, Array]:
    """A likely mistake with the mask -> the weights that it gives."""
    all_places = softmax(scores, -1)
    outside = softmax(np.where(mask, -1e9, scores), -1)
    return {
        "The mask comes after the softmax: what padding got is missing from the sum. Mask the scores "
        "first.": all_places * mask,
        "The mask does nothing here.": all_places,
        "The mask is taken the wrong way round: True is a real place.": outside,
        "The scores at padding are 0, or a number near 0, and e^0 is 1: they must become very negative, as -1e9 is.": softmax(
            scores * mask, -1
        ),
    }


@attend.check(
    hints=(
        "Before the softmax: where the mask is False, a score of -1e9. e^-1e9 is exactly 0 to a computer.",
    )
)
def padding_has_weight_zero(candidate, rng):
    """weights sum to 1 over the real places, and are exactly 0 on padding"""
    scores, states = draw(rng, 3, 7) - 1.5, draw(rng, 3, 7, 5)
    mask = mask_of((7, 4, 2), 7)
    _, weights = attended(candidate, scores, states, mask)
    wanted = oracles.attend(scores, states, mask)[1]
    small = np.abs(weights[~mask]).max()
    expect(
        not 0 < small < 1e-3,
        "the weights on padding must be exactly 0",
        expected="0",
        got=f"{small:.3g}",
        cause="-1e9 is negative enough: e^-1e9 is exactly 0. e^-10 is not.",
    )
    expect_arrays_close(
        weights,
        wanted,
        "sentences of 7, 4 and 2 real places: the weights must be the softmax of the real places' scores",
        axes="(B, S)",
        cause="Where the mask is False the score becomes very negative, before the softmax.",
        mistakes=_wrong_weights(scores, mask),
    )


@attend.check(
    hints=("Nothing at a padded place may count: neither its score, nor its state, nor that it is there.",)
)
def padding_changes_nothing(candidate, rng):
    """more padding changes neither context nor weights"""
    scores, states = draw(rng, 3, 2), draw(rng, 3, 2, 5)
    wanted = oracles.attend(scores, states)
    for more in (3, 11):
        longer = np.concatenate([scores, 9 + draw(rng, 3, more)], axis=1)
        filled = np.concatenate([states, 9 + draw(rng, 3, more, 5)], axis=1)
        got = attended(candidate, longer, filled, mask_of((2, 2, 2), 2 + more))
        for part, name, right in zip(got, ("context", "weights"), wanted, strict=True):
            expect_arrays_close(
                part[:, : right.shape[1]],
                right,
                f"2 real places and {more} padded ones: the {name} must be those of the 2 places alone",
                cause="Neither the number of places nor what stands on padding may count.",
            )


@attend.check(hints=("One real place has all the weight: its state is the context.",))
def one_real_place_is_copied(candidate, rng):
    """with one real place the context is that place's state"""
    states, places = draw(rng, 3, 7, 5), rng.permutation(7)[:3]  # not all the first
    mask = np.arange(7) == places[:, None]
    context, _ = attended(candidate, draw(rng, 3, 7), states, mask)
    expect_arrays_close(
        context,
        states[np.arange(3), places],
        f"the real places are {', '.join(map(str, places))}, one in each sentence: the context must be that state",
        axes="(B, D)",
        cause="The real place may be any one: the mask says which, not how many.",
    )


@attend.check(
    hints=(
        "e^1000 is infinite. ops.softmax subtracts the largest score first; if you write it out, so must you.",
    )
)
def survives_large_scores(candidate, rng):
    """large scores give weights too"""
    scores = np.array([[1000, 999, 998], [-1000, -999, -998]], "float32")
    states = draw(rng, 2, 3, 5)
    for mask in (None, mask_of((3, 2), 3)):
        _, weights = attended(candidate, scores, states, mask)
        expect_arrays_close(
            weights,
            oracles.attend(scores, states, mask)[1],
            "scores of 1000 and of -1000: the weights must be the softmax all the same",
            axes="(B, S)",
            cause="e^1000 is infinite and e^-1000 is 0 to a computer: ops.softmax, or subtract the largest "
            "score before exp.",
            mistakes={
                "What stands at padding is more than a score of -1000: -1e9 is low enough.": np.array(
                    [oracles.attend(scores, states)[1][0], [0, 0, 1]]
                )
            },
        )


@attend.check(hints=("All functions must be those of ops: np.where and np.exp cut the way back.",))
def gradients_come_back(candidate, rng):
    """a gradient comes back to the scores and to the states"""
    arrays = draw(rng, 3, 5), draw(rng, 3, 5, 5)  # D = S: context and weights can be summed in one go
    for gradient, name in zip(candidate.gradients(*arrays), ("scores", "states"), strict=True):
        expect(
            gradient is not None and bool(np.abs(gradient).max() > 1e-5),  # the weights' own sum is always 1
            f"a gradient must come back to the {name} from the context, or nothing is learned",
            expected="a gradient",
            got="none",
            cause="Use ops.softmax, ops.where, ops.sum: NumPy's functions and stop_gradient cut the way back.",
        )
