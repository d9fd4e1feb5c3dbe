"""What the checks of exercises 7.2 to 7.4 have in common: the formula, padding, prepared keys, gradients."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_arrays_close
from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.exercise import Exercise
from course_utils.checks.lab_07_attention import oracles
from course_utils.checks.lab_07_attention.kinds import KEY_AXES, B, D, Kind, S
from course_utils.checks.lab_07_attention.material import context_and_weights, draw, expect_gradient, mask_of
from course_utils.checks.lab_07_attention.oracles import Array
from course_utils.checks.layers import LayerHandle

EARLIER = "These are the scores of the memory of the call before: keep nothing of a call in self."
HAND_ON = "Hand the mask on: attend(scores, memory, mask)."


def _common_mistakes(scores: Array, memory: Array, width: int) -> dict[str, Array]:
    """Mistakes of every kind -> the weights that they give."""
    weights = oracles.attend(scores, memory)[1]
    return {
        "The softmax is taken twice: scores hands over plain scores, attend takes their softmax.": (
            oracles.attend(weights, memory)[1]
        ),
        "The scores are divided by the root of the width. That is scaled attention, and comes in lab 08.": (
            oracles.attend(scores / math.sqrt(width), memory)[1]
        ),
        "The sign is wrong: a state that fits must score high.": oracles.attend(-scores, memory)[1],
    }


def expect_formula(
    kind: Kind,
    layer: LayerHandle,
    weights: list[Array],
    rng: np.random.Generator,
    cause: str,
    mistakes: Callable[[Array, Array], dict[str, Array]],
    problem: str = f"{B} queries, {S} places: the weights must be the softmax of the scores",
) -> None:
    """The weights are the softmax of the oracle's scores, and the context is the memory's mean with them.

    `mistakes` gives, for a query and a memory, the likely mistakes and the scores that they make.
    """
    (_, before), (query, memory) = kind.drawn_inputs(rng), kind.drawn_inputs(rng)
    kind.called(layer, query, before)
    got_context, got_weights = kind.called(layer, query, memory)
    scores = kind.scores(query, memory, *weights)
    context, wanted = oracles.attend(scores, memory)
    named = {mistake: oracles.attend(each, memory)[1] for mistake, each in mistakes(query, memory).items()}
    earlier = oracles.attend(kind.scores(query, before, *weights), memory)[1]
    expect_arrays_close(
        got_weights,
        wanted,
        problem,
        tolerance=1e-4,
        axes="(B, S)",
        cause=cause,
        mistakes={**named, **_common_mistakes(scores, memory, kind.keys[0]), EARLIER: earlier},
    )
    expect_arrays_close(
        got_context,
        context,
        "the context must be the mean of the memory's states with these weights",
        tolerance=1e-4,
        axes="(B, D)",
        cause="attend(scores, memory, mask): the keys are for the scores alone, the mean is of the memory.",
    )


def add_padding_checks(exercise: Exercise, kind: Kind) -> None:
    """What padding may not do, whatever the scores."""

    @exercise.check(hints=("call hands the mask on to attend, which does the rest.",))
    def padding_has_weight_zero(candidate, rng):
        """weights sum to 1 over the real places and are exactly 0 on padding"""
        _expect_no_weight_on_padding(kind, candidate, rng)

    @exercise.check(hints=("Which places are real is in the mask alone, and no other place may count.",))
    def padding_changes_nothing(candidate, rng):
        """more padding changes nothing; one real place is copied"""
        _expect_context_without_padding(kind, candidate, rng)
        _expect_copy_of_one_place(kind, candidate, rng)


def _expect_no_weight_on_padding(kind: Kind, candidate: Any, rng: np.random.Generator) -> None:
    weights = kind.drawn_weights(rng)
    query, memory = kind.drawn_inputs(rng)
    mask = mask_of((5, 3, 2), S)
    _, got = kind.called(kind.built(candidate, weights), query, memory, mask)
    scores = kind.scores(query, memory, *weights)
    everywhere = oracles.attend(scores, memory)[1]
    expect_arrays_close(
        got,
        oracles.attend(scores, memory, mask)[1],
        "sentences of 5, 3 and 2 real places: the weights must be the softmax over the real places",
        tolerance=1e-4,
        axes="(B, S)",
        cause=HAND_ON,
        mistakes={
            f"The mask does nothing here. {HAND_ON}": everywhere,
            "The mask comes after the softmax: what padding got is missing from the sum.": everywhere * mask,
        },
    )
    most = np.abs(got[~mask]).max()
    expect(
        most == 0, "the weights on padding must be exactly 0", expected="0", got=f"{most:.3g}", cause=HAND_ON
    )


def _expect_context_without_padding(kind: Kind, candidate: Any, rng: np.random.Generator) -> None:
    weights = kind.drawn_weights(rng)
    query, memory = kind.drawn_inputs(rng)
    real = memory[:, :2]
    filled = np.concatenate([real, 3 * draw(rng, B, 11, D)], axis=1)
    context, _ = kind.called(kind.built(candidate, weights), query, filled, mask_of((2, 2, 2), 13))
    expect_arrays_close(
        context,
        oracles.attend(kind.scores(query, real, *weights), real)[0],
        "2 real places and 11 padded ones: the context must be that of the 2 places alone",
        tolerance=1e-4,
        cause="Nothing of a padded place may reach the scores of others or the context.",
    )


def _expect_copy_of_one_place(kind: Kind, candidate: Any, rng: np.random.Generator) -> None:
    query, memory = kind.drawn_inputs(rng)
    places = rng.permutation(S)[:B]  # not all the first: to count the real places would do
    layer = kind.built(candidate, kind.drawn_weights(rng))
    context, _ = kind.called(layer, query, memory, np.arange(S) == places[:, None])
    expect_arrays_close(
        context,
        memory[np.arange(B), places],
        f"the real places are {', '.join(map(str, places))}, one in each sentence: the context must be that state",
        cause="The real place may be any one: the mask says which, not how many.",
    )


def expect_prepared_keys_are_used(kind: Kind, candidate: Any, rng: np.random.Generator) -> None:
    """`keys` does its part of the work, and `call` takes the keys that it is handed."""
    weights = kind.drawn_weights(rng)
    layer = kind.built(candidate, weights)
    query, memory = kind.drawn_inputs(rng)
    _, other = kind.drawn_inputs(rng)
    keys = kind.expect_keys(layer, other)
    problem = "keys(memory) must be worked out for each state, (B, S, D)"
    expect_arrays_close(
        keys, kind.keys[1](other, *weights), problem, tolerance=1e-4, axes=KEY_AXES, cause=kind.of_keys
    )
    with exceptions_mean(kind.of_keys, {"ize-incompatible": kind.of_keys}):
        got = layer(query, memory, keys=keys)
    _, found = context_and_weights(got, *memory.shape)
    by_own = oracles.attend(kind.scores(query, memory, *weights), memory)[1]
    expect_arrays_close(
        found,
        oracles.attend(kind.scores(query, other, *weights), memory)[1],
        "keys worked out before and handed to call must be those that are compared",
        tolerance=1e-4,
        axes="(B, S)",
        cause=kind.of_keys,
        mistakes={"The keys that call was handed are not used: it makes its own of the memory.": by_own},
    )


def expect_gradients(kind: Kind, candidate: Any, rng: np.random.Generator, names: tuple[str, ...]) -> None:
    """A gradient arrives at query, memory and each weight, from the context and from the weights."""
    layer = kind.built(candidate, kind.drawn_weights(rng))
    expect(
        len(layer.trainable_shapes) == len(names),
        f"training must be able to change {', '.join(names)}",
        expected=f"{len(names)} trainable weights",
        got=f"{len(layer.trainable_shapes)}",
        cause="Keep add_weight's trainable=True, as it is without being said.",
    )
    found = layer.gradients_by_output(*kind.drawn_inputs(rng))
    for output, gradients in zip(("context", "attention weights"), found, strict=True):
        for gradient, name in zip(gradients, ("the query", "the memory", *names), strict=True):
            expect_gradient(gradient, output, name)
