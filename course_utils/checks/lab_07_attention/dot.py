"""Exercise 7.2: attention by the product of query and state."""

from __future__ import annotations

import numpy as np

from course_utils.checks.lab_07_attention import oracles
from course_utils.checks.lab_07_attention.kind_checks import (
    add_padding_checks,
    expect_formula,
    expect_gradients,
)
from course_utils.checks.lab_07_attention.kinds import D, Kind
from course_utils.checks.lab_07_attention.material import LAB
from course_utils.checks.lab_07_attention.oracles import Array
from course_utils.checks.layers import LayerCandidate

dot_attention = LAB.exercise(
    "7.2",
    name="DotAttention",
    title="attention by the product of query and state",
    points=2,
    difficulty=1,
    candidate=LayerCandidate,
    reference="course_utils.models.attention:DotAttention",
    uses=("keras", "tensorflow"),
    hints=(
        "For each place: query number times state number, summed over the width.",
        "query[:, None] is (B, 1, D) and fits the keys (B, S, D). Multiply, and sum over the last axis.",
        "ops.sum(query[:, None] * keys, axis=-1)",
    ),
)
DOT = Kind(
    D,
    (),
    (),
    oracles.dot_scores,
    (D, lambda memory: memory),
    making="Dot attention has no weights: nothing is learned in it.",
    of_keys="keys gives the states as they are: return memory.",
)


@dot_attention.check(
    hints=("One number for each place: the sum over the width, axis=-1, of the products number by number.",)
)
def scores_are_products(candidate, rng):
    """the score of a place is the product of query and state, summed over the width"""
    expect_formula(
        DOT,
        DOT.built(candidate, []),
        [],
        rng,
        "The score is the sum over the width of query · state: ops.sum(query[:, None] * keys, axis=-1).",
        _mistakes,
    )


def _mistakes(query: Array, memory: Array) -> dict[str, Array]:
    """A likely mistake -> the scores that it gives."""
    return {
        "The products are averaged, not summed: every score is divided by the width.": oracles.dot_scores(
            query, memory
        )
        / D,
        "The query changes nothing here: it multiplies each state, number by number.": memory.sum(axis=-1),
        "That is the cosine: the lengths of query and state count here.": oracles.dot_scores(query, memory)
        / (np.linalg.norm(query, axis=-1)[:, None] * np.linalg.norm(memory, axis=-1)),
        "All sentences are scored by the query of the first one: each has its own.": oracles.dot_scores(
            np.repeat(query[:1], len(query), axis=0), memory
        ),
        "Only the first two numbers of query and state are multiplied: the sum is over the whole width.": (
            oracles.dot_scores(query[:, :2], memory[..., :2])
        ),
    }


add_padding_checks(dot_attention, DOT)


@dot_attention.check(
    hints=("All that scores does with query and keys must be keras.ops, or +, * and so on.",)
)
def training_reaches_query_and_memory(candidate, rng):
    """a gradient arrives at the query and at the memory"""
    expect_gradients(DOT, candidate, rng, ())
