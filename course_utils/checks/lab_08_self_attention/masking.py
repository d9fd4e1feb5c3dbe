"""Exercise 8.3: padding mask, causal mask, and both."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from course_utils.checks.arrays import ARRAY, expect_arrays_close
from course_utils.checks.asserts import expect
from course_utils.checks.candidate import Candidate
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_08_self_attention import oracles
from course_utils.checks.lab_08_self_attention.material import LAB, REFERENCES
from course_utils.checks.lab_08_self_attention.oracles import Mask
from course_utils.checks.lab_08_self_attention.tracing import TracedCandidate

attention_mask = LAB.exercise(
    "8.3",
    name="attention_mask",
    title="padding mask, causal mask, and both",
    points=3,
    difficulty=2,
    returns=ARRAY,
    candidate=TracedCandidate,
    reference=f"{REFERENCES}:attention_mask",
    uses=("keras", "tensorflow"),
    hints=(
        "ops.not_equal(token_ids, 0)[:, None, None, :] is the padding mask, (B, 1, 1, S).",
        "places = ops.arange(S), and places[:, None] >= places[None, :] is the triangle, (S, S).",
        "if causal: mask = ops.logical_and(mask, triangle)",
    ),
)

SHAPE = (
    "Queries are the last axis but one, keys the last: (B, 1, 1, S) for padding, (1, 1, S, S) for the triangle. "
    "[:, None, None, :] puts two axes into the middle. S is token_ids.shape[1]."
)
GRAPH = (
    "fit calls it without numbers first, to build a graph of it, and NumPy finds none there: ops.not_equal and "
    "ops.logical_and can do without. (token_ids.shape is known in a graph, too.)"
)


def masked(candidate: Candidate, token_ids: np.ndarray, causal: bool) -> Mask:
    """The mask that a call gives, stretched to (B, 1, S, S)."""
    with exceptions_mean(known={"ncompatible shapes": SHAPE, "broadcast": SHAPE}):
        got = candidate(token_ids, causal)
    batch, length = token_ids.shape
    wanted = (batch, 1, length, length)
    problem = f"ids of shape {token_ids.shape}, causal={causal}:"
    expect(
        got.ndim == 4 and all(size in (1, full) for size, full in zip(got.shape, wanted, strict=True)),
        f"{problem} the mask has a shape that does not fit (B, H, S, S)",
        expected=f"{wanted}, or 1 where all are alike",
        got=f"shape {got.shape}",
        cause=SHAPE,
    )
    expect(
        got.dtype == bool,
        f"{problem} the mask must be of truth values",
        expected="bool",
        got=str(got.dtype),
        cause="A comparison gives bool, and ops.logical_and keeps it. (* and + make numbers.)",
    )
    return np.broadcast_to(got, wanted)


def expect_mask(
    candidate: Candidate,
    token_ids: np.ndarray,
    causal: bool,
    what: str,
    cause: str,
    mistakes: Mapping[str, Mask],
) -> None:
    """The right mask; a likely mistake's is named."""
    got = masked(candidate, token_ids, causal).astype(int)
    wanted = oracles.attention_mask(token_ids, causal)
    named = {name: np.broadcast_to(each, wanted.shape).astype(int) for name, each in mistakes.items()}
    expect_arrays_close(
        got,
        wanted.astype(int),
        f"{what} (shown as 0 and 1)",
        axes="(B, 1, S, S)",
        cause=cause,
        mistakes=named,
    )


def drawn_ids(rng: np.random.Generator, lengths: tuple[int, ...], width: int) -> np.ndarray:
    """Ids (B, S): padding from `lengths[b]` on."""
    real = np.arange(width) < np.array(lengths)[:, None]
    return np.where(real, rng.integers(2, 90, size=(len(lengths), width)), 0)


def _mistaken_paddings(ids: np.ndarray) -> dict[str, Mask]:
    """A likely mistake -> the mask that it gives."""
    real = ids != 0
    return {
        "The mask is the wrong way round: True may be looked at, and padding is False.": ~real[:, None, None],
        "Rows and columns are exchanged: padding may look, but nobody looks at padding. Keys are the last axis.": real[
            :, None, :, None
        ],
        "Rows of padding are forbidden too. It does no harm that padding looks: only columns count.": real[
            :, None, None
        ]
        & real[:, None, :, None],
        "Nothing is masked here: the padding mask belongs into every mask, causal or not.": np.ones(1, bool),
        "The future is forbidden here, and causal is False.": oracles.attention_mask(ids, True),
        "Only the future is forbidden, and causal is False: here padding is.": oracles.attention_mask(
            np.ones_like(ids), True
        ),
    }


@attention_mask.check(hints=("A column of the square is a key: all columns of padding are False.",))
def nobody_looks_at_padding(candidate, rng):
    """keys at padding are False for every query, all others True"""
    ids = drawn_ids(rng, (5, 3, 2), 5)
    expect_mask(
        candidate,
        ids,
        False,
        "sentences of 5, 3 and 2 words: the columns of padding must be False, and all else True",
        "ops.not_equal(token_ids, 0)[:, None, None, :]",
        _mistaken_paddings(ids),
    )


@attention_mask.check(hints=("Query t sees keys 0 to t: places[:, None] >= places[None, :].",))
def nobody_looks_ahead(candidate, rng):
    """with causal=True a query sees itself and what comes before it"""
    ids = drawn_ids(rng, (5, 5), 5)
    triangle = np.tri(5, dtype=bool)
    expect_mask(
        candidate,
        ids,
        True,
        "no padding, causal=True: query t must see the keys 0 to t",
        "places[:, None] >= places[None, :]: rows are queries, columns keys.",
        {
            "The triangle is off by one: a place does not see itself. >=, not >.": np.tri(
                5, k=-1, dtype=bool
            ),
            "The triangle is off by one: each place sees the next one.": np.tri(5, k=1, dtype=bool),
            "The triangle is the wrong way round: this one sees the future alone.": triangle.T,
            "The triangle is the wrong way round: what is False should be True.": ~triangle,
            "causal=True changes nothing here: the future must be forbidden.": np.ones(1, bool),
            "Only the place itself is seen.": np.eye(5, dtype=bool),
        },
    )


@attention_mask.check(hints=("Real AND not in the future: ops.logical_and.",))
def both_masks_hold_at_once(candidate, rng):
    """with causal=True padding stays forbidden, also where it stands on the left"""
    for ids in (drawn_ids(rng, (5, 3, 2), 5), drawn_ids(rng, (5, 3, 2), 5)[:, ::-1].copy()):
        real, triangle = (ids != 0)[:, None, None], np.tri(5, dtype=bool)
        expect_mask(
            candidate,
            ids,
            True,
            "sentences of 5, 3 and 2 words, causal=True: what may be seen is real and not in the future",
            "ops.logical_and(padding mask, triangle)",
            {
                "The padding is forgotten: with causal=True it must stay forbidden.": triangle,
                "The future is forgotten: with causal=True it must be forbidden.": real,
                "That is one or the other: a place must be real AND not in the future.": real | triangle,
                "Rows and columns of the padding are exchanged.": np.swapaxes(real, -1, -2) & triangle,
                "The first places count as real, as many as there are words: padding may stand on the left. Real is "
                "where the id is not 0.": (np.arange(5) < real.sum(axis=-1, keepdims=True)) & triangle,
                "Each place sees itself, padding too: nobody looks at padding, be its row without any True.": real
                & triangle
                | np.eye(5, dtype=bool),
            },
        )


@attention_mask.check(hints=("Padding is where the id is 0, wherever that is; any other id is a word.",))
def goes_by_the_ids_alone(candidate, rng):
    """padding is where the id is 0: in the middle, at the beginning, or nowhere"""
    width = int(rng.integers(6, 9))
    ids = rng.integers(0, 3, size=(3, width))
    ids[0], ids[1, :2], ids[2, :5] = 1, 0, (2, 0, 1, 0, 2)
    for causal in (False, True):
        expect_mask(
            candidate,
            ids,
            causal,
            f"ids of 0, 1 and 2 in any order, causal={causal}",
            "A place is real where its id is not 0: neither its place nor the number of zeros counts.",
            {
                "Id 1 is taken for padding: only 0 is.": (ids > 1)[:, None, None]
                & (np.tri(width, dtype=bool) if causal else True)
            },
        )


@attention_mask.check(
    hints=("ops in place of np: while fit builds its graph there are no numbers for NumPy.",)
)
def training_can_call_it(candidate, rng):
    """it works in a graph, as fit builds one of section 7's model"""
    ids = drawn_ids(rng, (5, 3, 2), 5)
    for causal in (False, True):
        with exceptions_mean(GRAPH):
            got = candidate.in_a_graph(ids, causal=causal)
        expect(
            np.array_equal(np.broadcast_to(got, (3, 1, 5, 5)), oracles.attention_mask(ids, causal)),
            f"causal={causal}: in a graph the mask must be the same as outside",
            expected="the mask of these ids",
            got=got,
            cause="The mask must be made of token_ids in each call.",
        )
