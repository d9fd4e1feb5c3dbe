"""Exercise 8.6: how often a pronoun looks at its antecedent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from course_utils.checks.asserts import expect_close
from course_utils.checks.candidate import Candidate
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_08_self_attention import oracles
from course_utils.checks.lab_08_self_attention.material import LAB, REFERENCES
from course_utils.checks.lab_08_self_attention.oracles import Array, Mask, Places

share_on_antecedent = LAB.exercise(
    "8.6",
    name="share_on_antecedent",
    title="does it look at the antecedent?",
    points=2,
    difficulty=1,
    returns=float,
    reference=f"{REFERENCES}:share_on_antecedent",
    hints=(
        "weights[np.arange(N), pronouns] picks of each sentence the pronoun's row: (N, S).",
        "argmax(axis=-1) of these is the place of the largest weight; compare with the antecedents.",
        "The mean of True and False is the share of True: float(np.mean(...)).",
    ),
)


def drawn_squares(rng: np.random.Generator, sentences: int, places: int) -> Array:
    """Weights (N, S, S), no two of a row alike, each row sums to 1."""
    powers = np.exp(rng.normal(size=(sentences, places, places)))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def mistaken_shares(weights: Array, pronouns: Places, antecedents: Places) -> dict[str, float]:
    """A likely mistake -> the number that it gives."""
    every = np.arange(len(weights))
    rows = weights[every, pronouns]
    hits = rows.argmax(axis=-1) == antecedents
    mistakes = {
        **_mistaken_rows(weights, pronouns, antecedents),
        **_miscounted(hits, weights.shape[-1]),
        "That is the mean weight on the antecedent: asked is how often it is the largest one.": rows[
            every, antecedents
        ].mean(),
        "That counts weights above one half: asked is the largest, whatever it is.": np.mean(
            rows[every, antecedents] > 0.5
        ),
        "The smallest weight is taken: argmax, not argmin.": np.mean(rows.argmin(axis=-1) == antecedents),
    }
    return {mistake: float(share) for mistake, share in mistakes.items()}


def _mistaken_rows(weights: Array, pronouns: Places, antecedents: Places) -> dict[str, Any]:
    """The share that comes out where the largest weight of something else is taken."""
    every, places = np.arange(len(weights)), weights.shape[-1]
    looks = {
        "The pronoun's column is taken, who looks at it: take its row, whom it looks at.": weights[
            every, :, pronouns
        ].argmax(axis=-1)
        == antecedents,
        "The antecedent's row is taken: asked is where the pronoun looks.": weights[
            every, antecedents
        ].argmax(axis=-1)
        == pronouns,
        "weights[:, pronouns] are the rows of all pronouns in every sentence: weights[np.arange(N), pronouns] picks of "
        "each its own.": weights[:, pronouns].argmax(axis=-1) == antecedents,
        "The first sentence's pronoun is taken for all: each has a place of its own.": weights[
            :, pronouns[0]
        ].argmax(axis=-1)
        == antecedents,
        "All rows are taken: asked is where the pronoun looks, its row alone.": weights.argmax(axis=-1)
        == antecedents[:, None],
        "The largest of the whole square is taken: asked is the pronoun's row.": weights.reshape(
            len(weights), -1
        ).argmax(axis=-1)
        == pronouns * places + antecedents,
    }
    return {mistake: found.mean() for mistake, found in looks.items()}


def _miscounted(hits: Mask, places: int) -> dict[str, Any]:
    """What comes out where the right rows are counted wrongly."""
    return {
        "That is a number of sentences: divide by how many there are.": hits.sum(),
        "That is per cent: asked is a share, from 0 to 1.": 100 * hits.mean(),
        "It is divided by the number of places: the share is that of sentences.": hits.sum() / places,
        "That is the share that does not look there.": 1 - hits.mean(),
        "That is the first sentence alone: is return inside the loop?": hits[0],
        "That is the first sentence alone, divided by all: is return inside the loop?": hits[0] / len(hits),
    }


def expect_share(
    candidate: Candidate,
    case: tuple[Array, Places, Places],
    problem: str,
    cause: str,
    mistakes: Mapping[str, float] | None = None,
) -> None:
    """The right share; a likely mistake's number is named."""
    weights, pronouns, antecedents = case
    with exceptions_mean("weights[np.arange(N), pronouns] is the pronoun's row of each sentence, (N, S)."):
        got = candidate(weights, pronouns, antecedents)
    wanted = oracles.share_on_antecedent(weights, list(pronouns), list(antecedents))
    named = (
        name
        for name, share in (mistakes or {}).items()
        if math.isclose(got, share, rel_tol=1e-6, abs_tol=1e-9)
    )
    expect_close(got, wanted, problem, tolerance=1e-6, cause=next(named, cause))  # single precision will do


def drawn_case(rng: np.random.Generator, hits: int, misses: int) -> tuple[Array, Places, Places]:
    """Weights and places such that so many pronouns look at their antecedent; all look at a place before them."""
    sentences, places = hits + misses, 11
    weights = drawn_squares(rng, sentences, places)
    every, pronouns = np.arange(sentences), rng.integers(3, places, size=sentences)
    weights[every, pronouns] *= np.where(np.arange(places) < pronouns[:, None], 1, 0.01)
    best = weights[every, pronouns].argmax(axis=-1)
    antecedents = np.where(every < hits, best, (best + rng.integers(1, 3)) % pronouns)
    order = rng.permutation(sentences)
    return weights[order], pronouns[order], antecedents[order]


@share_on_antecedent.check(hints=("Of each sentence one row, that of the pronoun, and its argmax.",))
def counts_the_largest_weights(candidate, rng):
    """40 of 64 pronouns look at their antecedent: 0.625"""
    mistakes: dict[str, float] = {}
    while len(set(mistakes.values())) < 15:  # until each of them gives a number of its own
        case = drawn_case(rng, hits=40, misses=24)
        mistakes = mistaken_shares(*case)
    expect_share(
        candidate,
        case,
        "64 sentences, in 40 of them the largest weight of the pronoun's row is on the antecedent",
        "The row is weights[n, pronouns[n]], and its argmax must be antecedents[n].",
        mistakes,
    )


@share_on_antecedent.check(hints=("The largest of the whole row, whatever is at the other places.",))
def all_places_compete(candidate, rng):
    """the antecedent must beat all places: those after the pronoun and the pronoun itself, too"""
    places = 5
    weights = np.full((3, places, places), 0.1)
    pronouns, antecedents = np.array([2, 2, 3]), np.array([0, 1, 0])
    for sentence, best in enumerate((4, 2, 0)):  # after the pronoun, the pronoun itself, the antecedent
        weights[sentence, pronouns[sentence]] = 0.05
        weights[sentence, pronouns[sentence], antecedents[sentence]] = 0.3
        weights[sentence, pronouns[sentence], best] = 0.55
    order = rng.permutation(3)
    expect_share(
        candidate,
        (weights[order], pronouns[order], antecedents[order]),
        "the largest weight is after the pronoun, on the pronoun itself, and on the antecedent: 1 of 3",
        "The argmax runs over the whole row: a weight above some limit, or the largest of the places before, is not asked.",
    )


@share_on_antecedent.check(hints=("All of them: 1. None of them: 0. One sentence alone: one of the two.",))
def knows_all_and_none(candidate, rng):
    """1.0 if all look at it, 0.0 if none does"""
    for hits, misses in ((7, 0), (0, 7), (1, 0)):
        expect_share(
            candidate,
            drawn_case(rng, hits, misses),
            f"{hits} of {hits + misses} pronouns look at their antecedent",
            "The mean over all sentences of whether it is the largest.",
        )
