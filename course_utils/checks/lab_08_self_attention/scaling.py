"""Exercise 8.2: scaled dot-product attention."""

from __future__ import annotations

import math

import numpy as np

from course_utils.checks.arrays import expect_arrays_close, expect_shape
from course_utils.checks.asserts import expect
from course_utils.checks.candidate import Candidate
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_08_self_attention import oracles
from course_utils.checks.lab_08_self_attention.material import LAB, draw, two_arrays
from course_utils.checks.lab_08_self_attention.oracles import Array, Mask
from course_utils.checks.lab_08_self_attention.tracing import TracedCandidate

scaled_attention = LAB.exercise(
    "8.2",
    name="scaled_attention",
    title="scaled dot-product attention",
    points=4,
    difficulty=2,
    returns=object,  # two_arrays says what is missing, in the words of the exercise
    candidate=TracedCandidate,
    reference="course_utils.models.multi_head:scaled_dot_product_attention",
    uses=("keras", "tensorflow"),
    hints=(
        "Four steps: scores, mask, softmax, mean of the values. Scores are query · key transposed / root of K.",
        "ops.matmul(query, ops.swapaxes(key, -1, -2)) / math.sqrt(query.shape[-1]), then ops.where(mask, scores, -1e9).",
        "After ops.softmax(..., axis=-1), a second ops.where(mask, weights, 0.0) is for rows that are wholly masked.",
    ),
)

T, S, K, D = 3, 5, 7, 11
BOTH = "Return both, the context first: return context, weights."
FITS = (
    "query is (…, T, K) and key (…, S, K): ops.swapaxes(key, -1, -2) is (…, K, S), and ops.matmul gives scores "
    "(…, T, S). weights (…, T, S) times value (…, S, D) is (…, T, D)."
)
EXCEPTIONS = {
    "ncompatible shapes": FITS,
    "mismatch": FITS,
    "broadcast": FITS,
    "ize-incompatible": FITS,
    "compatible batch": FITS,
    "(None)": "mask may be None, and nothing is masked then: ask `mask is None` first.",
    "NoneType": "mask may be None, and nothing is masked then: ask `mask is None` first.",
    "out of bounds": "axis=-1 and axis=-2 are the last two, however many axes there are: ops.swapaxes(key, -1, -2).",
    "transpose expects a vector": "ops.transpose wants all axes; ops.swapaxes(key, -1, -2) exchanges the last two of however many.",
    "values to unpack": "There may be any number of axes before the last two: only query.shape[-1], K, is needed here.",
    "object has no attribute": "A tensor has no methods as NumPy's arrays have them: ops.max(x, axis=-1), ops.softmax(x, axis=-1).",
    "truth value": "A mask holds many values, so it is neither true nor false: ask `mask is None`, then ops.where(mask, ..., ...).",
}


def attended(
    candidate: Candidate, query: Array, key: Array, value: Array, mask: Mask | None = None
) -> tuple[Array, Array]:
    """The context and the weights that a call gives."""
    with exceptions_mean(known=EXCEPTIONS):
        got = candidate(query, key, value) if mask is None else candidate(query, key, value, mask)
    context, weights = two_arrays(got, "the context and the weights", BOTH)
    wanted = (*query.shape[:-1], value.shape[-1]), (*query.shape[:-1], key.shape[-2])
    exchanged = (context.shape, weights.shape) == wanted[::-1]
    problem = f"query {query.shape}, key {key.shape}, value {value.shape}: the {{}} has another shape"
    for part, name, shape, axes in zip(
        (context, weights), ("context", "weights"), wanted, ("(…, T, D)", "(…, T, S)"), strict=True
    ):
        expect_shape(part, shape, problem.format(name), axes=axes, cause=BOTH if exchanged else FITS)
    return context, weights


def softmax(scores: Array, axis: int = -1) -> Array:
    """For likely mistakes."""
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis=axis, keepdims=True))


def drawn(rng: np.random.Generator, *before: int) -> tuple[Array, Array, Array]:
    """Query, key and value, with these axes before the places."""
    return draw(rng, *before, T, K), draw(rng, *before, S, K), draw(rng, *before, S, D)


def _mistaken_weights(query: Array, key: Array) -> dict[str, Array]:
    """A likely mistake -> the weights that it gives."""
    products = query @ key.swapaxes(-1, -2)
    return {
        "The scaling is missing: divide the scores by the root of the width before the softmax.": softmax(
            products
        ),
        "The scores are divided by the width: it must be its root.": softmax(products / K),
        "The scores are divided by the root of the number of keys: it must be that of the width.": softmax(
            products / math.sqrt(S)
        ),
        "The scores are divided by the root of the value's width: it must be that of query and key.": softmax(
            products / math.sqrt(D)
        ),
        "The scores are divided by 2, the root on paper: the width is that of this query, query.shape[-1].": softmax(
            products / 2
        ),
        "The scores are multiplied by the root of the width: divide by it.": softmax(products * math.sqrt(K)),
        "The softmax runs over the queries: each query shares its weight among the keys, axis=-1.": softmax(
            products / math.sqrt(K), -2
        ),
        "The softmax is scaled, and not the scores: divide before it.": softmax(products) / math.sqrt(K),
        "These are the scores: the softmax is still to be taken.": products / math.sqrt(K),
        "The softmax runs over the batch: each query shares its weight among the keys, axis=-1.": softmax(
            products / math.sqrt(K), 0
        ),
    }


@scaled_attention.check(
    hints=("Divide by math.sqrt(query.shape[-1]); then the softmax over the keys, the last axis.",)
)
def weights_are_the_scaled_softmax(candidate, rng):
    """weights are softmax(query · key / root of K), each row over the keys"""
    query, key, value = drawn(rng, 2)
    _, weights = attended(candidate, query, key, value)
    expect_arrays_close(
        weights,
        oracles.attention(query, key, value)[1],
        f"{T} queries, {S} keys of width {K}: the weights must be softmax(query · key / √{K})",
        axes="(B, T, S)",
        cause="ops.softmax(scores / math.sqrt(K), axis=-1)",
        mistakes=_mistaken_weights(query, key),
    )


@scaled_attention.check(hints=("ops.matmul(weights, value): (…, T, S) times (…, S, D).",))
def the_context_is_the_mean_of_the_values(candidate, rng):
    """the context is the mean of the values with these weights"""
    query, key, value = drawn(rng, 2)
    context, _ = attended(candidate, query, key, value)
    wanted, weights = oracles.attention(query, key, value)
    best = np.take_along_axis(value, weights.argmax(axis=-1)[..., None], axis=1)
    expect_arrays_close(
        context,
        wanted,
        "the context must be the mean of the values, each with its weight",
        axes="(B, T, D)",
        cause="ops.matmul(weights, value)",
        mistakes={
            "It is divided by the number of keys: the weights sum to 1 already.": wanted / S,
            "That is the value of the best key alone: it is the mean of all, each with its weight.": best,
        },
    )


@scaled_attention.check(
    hints=("axis=-1 and axis=-2 are the last two, however many there are. axis=1 and axis=2 are not.",)
)
def any_number_of_axes_may_come_first(candidate, rng):
    """it works without a batch, and with batch and heads"""
    for before in ((), (2, 3)):
        query, key, value = drawn(rng, *before)
        got = attended(candidate, query, key, value)
        for part, right, name in zip(
            got, oracles.attention(query, key, value), ("context", "weights"), strict=True
        ):
            expect_arrays_close(
                part,
                right,
                f"query of shape {query.shape}: the {name} must be worked out along the last two axes",
                cause="ops.swapaxes(key, -1, -2), softmax over axis=-1, and ops.matmul keep what comes first.",
            )


def _wrong_weights(scores: Array, mask: Mask) -> dict[str, Array]:
    """A likely mistake with the mask -> the weights that it gives."""
    everywhere = softmax(scores)
    return {
        "The mask does nothing here.": everywhere,
        "The mask comes after the softmax: what the forbidden places got is missing from the sum. Mask the scores "
        "first.": everywhere * mask,
        "The mask is taken the wrong way round: True may be looked at.": softmax(
            np.where(mask, -1e9, scores)
        ),
        "The scores at forbidden places are 0, or a number near 0, and e^0 is 1: they must become very negative, as -1e9 is.": softmax(
            scores * mask
        ),
        "The mask is added as 0 and 1: where it is False the score must become very negative.": softmax(
            scores + mask
        ),
    }


@scaled_attention.check(
    hints=("Before the softmax: ops.where(mask, scores, -1e9). e^-1e9 is exactly 0 to a computer.",)
)
def forbidden_places_have_weight_zero(candidate, rng):
    """weights are exactly 0 where the mask is False, and sum to 1 over the rest"""
    query, key, value = drawn(rng, 2, 3)
    query -= 1.5 * key.mean(axis=-2, keepdims=True)  # scores not around 0
    mask = rng.random((2, 1, T, S)) < 0.5
    mask[..., 0], mask[..., -1] = True, False
    context, weights = attended(candidate, query, key, value, mask)
    wanted = oracles.attention(query, key, value, mask)
    _expect_zeros(weights[~np.broadcast_to(mask, weights.shape)])
    expect_arrays_close(
        weights,
        wanted[1],
        "a mask (2, 1, T, S) for 2 sentences and 3 heads: the weights must be the softmax among the places that are True",
        axes="(B, H, T, S)",
        cause="Where the mask is False the score becomes very negative, before the softmax.",
        mistakes=_wrong_weights(query @ key.swapaxes(-1, -2) / math.sqrt(K), mask),
    )
    expect_arrays_close(
        context,
        wanted[0],
        "the context must be the mean of the values that may be looked at",
        axes="(B, H, T, D)",
        cause="The weights with the mask in them, times the values.",
    )


def _expect_zeros(weights: Array) -> None:
    """No small number where a place is forbidden."""
    small = np.abs(weights).max()
    expect(
        not 0 < small < 1e-3,
        "the weights where the mask is False must be exactly 0",
        expected="0",
        got=f"{small:.3g}",
        cause="-1e9 is negative enough: e^-1e9 is exactly 0. e^-10 is not.",
    )


@scaled_attention.check(
    hints=("After the softmax once more: ops.where(mask, weights, 0.0) makes a wholly masked row 0.",)
)
def a_query_that_may_look_at_nothing_gets_zeros(candidate, rng):
    """a row that is wholly masked has weights of 0 and a context of 0"""
    query, key, value = drawn(rng, 2)
    mask = np.ones((2, T, S), bool)
    mask[0, 1] = mask[1, 2] = False
    got = attended(candidate, query, key, value, mask)
    for part, right, name in zip(
        got, oracles.attention(query, key, value, mask), ("context", "weights"), strict=True
    ):
        equal = np.allclose(got[1][0, 1], 1 / S)
        expect_arrays_close(
            part,
            right,
            f"query 1 of sentence 0 may look at nothing: its {name} must be 0",
            cause="If all scores are -1e9 the softmax shares equally among the forbidden places: 1/S each. Make them 0 "
            "after it, ops.where(mask, weights, 0.0)."
            if equal
            else "Weights of a wholly masked row are 0, and other rows stay as they are.",
        )


@scaled_attention.check(
    hints=("ops.softmax subtracts the largest score first; if you write it out, so must you.",)
)
def survives_large_scores(candidate, rng):
    """large scores give weights too"""
    query, key, value = (100 * each for each in drawn(rng, 2))
    mask = np.ones((2, T, S), bool)
    mask[:, :, -1] = False
    cases = (
        (query, key, None),
        (-np.abs(query), np.abs(key), mask),
    )  # all scores of the second are below -1000
    for asked, known, given in cases:
        _, weights = attended(candidate, asked, known, value, given)
        expect_arrays_close(
            weights,
            oracles.attention(asked, known, value, given)[1],
            "queries and keys around 100: the weights must be the softmax all the same",
            tolerance=1e-3,
            axes="(B, T, S)",
            cause="e^1000 is infinite to a computer: ops.softmax, or subtract the largest score before exp. "
            "And what is forbidden must stay below all scores: -1e9.",
        )
