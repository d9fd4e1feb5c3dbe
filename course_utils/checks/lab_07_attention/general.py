"""Exercise 7.3: attention by the product of query and state, with a matrix between them."""

from __future__ import annotations

import numpy as np

from course_utils.checks.lab_07_attention import oracles
from course_utils.checks.lab_07_attention.kind_checks import (
    add_padding_checks,
    expect_formula,
    expect_gradients,
    expect_prepared_keys_are_used,
)
from course_utils.checks.lab_07_attention.kinds import B, D, Kind, S
from course_utils.checks.lab_07_attention.material import LAB
from course_utils.checks.layers import LayerCandidate

general_attention = LAB.exercise(
    "7.3",
    name="GeneralAttention",
    title="a matrix between query and state",
    points=3,
    difficulty=2,
    candidate=LayerCandidate,
    reference="course_utils.models.attention:GeneralAttention",
    uses=("keras", "tensorflow"),
    hints=(
        "build makes one weight, W of shape (Q, D). keys makes W state of every state, and the scores are those of 7.2.",
        "W state for a row: state times W transposed. ops.matmul(memory, ops.transpose(self.kernel)) is (B, S, Q).",
        "scores as in 7.2: ops.sum(query[:, None] * keys, axis=-1).",
    ),
)


def kind_of(query: int) -> Kind:
    """General attention for queries of this width."""
    return Kind(
        query,
        (),
        ((query, D),),
        oracles.general_scores,
        (query, lambda memory, kernel: memory @ kernel.T),
        making="build makes one weight, W of shape (Q, D): Q is query_shape[-1], D is memory_shape[-1].",
        of_keys="W stands in keys, once: W state for each state. scores takes the keys as they are.",
    )


GENERAL, SQUARE = kind_of(2), kind_of(D)


@general_attention.check(
    hints=("self.kernel = self.add_weight(shape=(Q, D)): the last sizes of the two shapes that build gets.",)
)
def has_one_matrix(candidate, rng):
    """it has one weight, a matrix (Q, D)"""
    for kind in (GENERAL, kind_of(11)):
        kind.built(candidate, kind.drawn_weights(rng))


@general_attention.check(hints=("With W the identity, W state is the state itself.",))
def the_identity_gives_dot(candidate, rng):
    """with the identity for W it is dot attention"""
    identity = [np.eye(D, dtype="float32")]
    expect_formula(
        SQUARE,
        SQUARE.built(candidate, identity),
        identity,
        rng,
        "keys: W state for each state. scores: the sum of query · key over the width.",
        lambda query, memory: {
            "A tanh has come in: the score is a plain product here.": oracles.dot_scores(
                query, np.tanh(memory)
            ),
            "The products are averaged, not summed.": oracles.dot_scores(query, memory) / D,
            "The query counts alone: all places get one score.": np.zeros((B, S)),
        },
        problem=f"W = identity, {B} queries, {S} places: the weights must be those of dot attention",
    )


@general_attention.check(
    hints=(
        "W is (Q, D): times a state, D numbers, it gives Q numbers. For rows that is memory @ W transposed.",
    )
)
def scores_are_products_through_the_matrix(candidate, rng):
    """the score of a place is query · (W state)"""
    weights = SQUARE.drawn_weights(rng)
    expect_formula(
        SQUARE,
        SQUARE.built(candidate, weights),
        weights,
        rng,
        "The score is query · (W state): keys = ops.matmul(memory, ops.transpose(self.kernel)).",
        lambda query, memory: {
            "The matrix is the wrong way round: transpose it, as it stands to the left of the state.": (
                oracles.general_scores(query, memory, weights[0].T)
            ),
            "W is not in the scores: that is dot attention.": oracles.dot_scores(query, memory),
            "W is there twice.": oracles.general_scores(query, memory, weights[0] @ weights[0]),
            "A tanh has come in: the score is a plain product here.": oracles.dot_scores(
                query, np.tanh(memory @ weights[0].T)
            ),
        },
    )
    narrow = GENERAL.drawn_weights(rng)
    expect_formula(
        GENERAL, GENERAL.built(candidate, narrow), narrow, rng, "Here Q is 2 and D is 7.", lambda *_: {}
    )


add_padding_checks(general_attention, GENERAL)


@general_attention.check(
    hints=("The matrix belongs into keys, which many queries share. scores gets the keys, finished.",)
)
def keys_can_be_made_beforehand(candidate, rng):
    """keys are W state, made once and handed over"""
    expect_prepared_keys_are_used(GENERAL, candidate, rng)


@general_attention.check(hints=("Everything from self.kernel to the scores is keras.ops.",))
def training_reaches_the_matrix(candidate, rng):
    """a gradient arrives at W, the query and the memory"""
    expect_gradients(GENERAL, candidate, rng, ("W",))
