"""What the attention layers of exercises 7.2 to 7.4 have in common: how they are built, called and padded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array, expect_arrays_close
from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.exercise import Exercise
from course_utils.checks.lab_07_attention import oracles
from course_utils.checks.lab_07_attention.material import context_and_weights, draw, mask_of
from course_utils.checks.lab_07_attention.oracles import Array, Mask
from course_utils.checks.layers import LayerHandle

B, S, D = 3, 5, 7
FITS = (
    "The query has no places: query[:, None] is (B, 1, ...), and fits what has S of them. One score for each "
    "place: (B, S)."
)
EXCEPTIONS = {
    "required broadcastable shapes": FITS,
    "ncompatible shapes": FITS,
    "ize-incompatible": "In a matrix product the last axis of the first is as long as the last but one of the second: "
    "compare with the shapes that the exercise gives.",
    "is not defined": "The layer's weights are its attributes, made in build: self.... = self.add_weight(...).",
    "In[0] mismatch In[1]": FITS,
}


@dataclass(frozen=True)
class Kind:
    """One kind of attention.

    Attributes:
        query: Q, width of the query.
        arguments: of the layer's making.
        shapes: of its weights.
        scores: the oracle, (query, memory, *weights) -> (B, S).
    """

    query: int
    arguments: tuple[int, ...]
    shapes: tuple[tuple[int, ...], ...]
    scores: Callable[..., Array]

    def built(self, candidate: Any, weights: list[Array]) -> LayerHandle:
        """The student's layer with these weights."""
        layer: LayerHandle = candidate(*self.arguments)
        self.called(layer, np.zeros((B, self.query), "float32"), np.zeros((B, S, D), "float32"))
        layer.set_weights(weights)
        return layer

    def called(
        self, layer: LayerHandle, query: Array, memory: Array, mask: Mask | None = None
    ) -> tuple[Array, Array]:
        """The context and the weights that a call gives."""
        with exceptions_mean(known=EXCEPTIONS):
            got = layer(query, memory) if mask is None else layer(query, memory, mask=mask)
        return context_and_weights(got, *memory.shape)

    def drawn_weights(self, rng: np.random.Generator) -> list[Array]:
        """Weights of the layer, at random."""
        return [draw(rng, *shape) for shape in self.shapes]

    def drawn_inputs(self, rng: np.random.Generator) -> tuple[Array, Array]:
        """A query (B, Q) and a memory (B, S, D)."""
        return draw(rng, B, self.query), draw(rng, B, S, D)


def expect_formula(
    kind: Kind,
    layer: LayerHandle,
    weights: list[Array],
    rng: np.random.Generator,
    cause: str,
    mistakes: Callable[[Array, Array], dict[str, Array]],
) -> None:
    """The weights are the softmax of the oracle's scores, and the context is the memory's mean with them.

    `mistakes` gives, for a query and a memory, the likely mistakes and the scores that they make.
    """
    query, memory = kind.drawn_inputs(rng)
    got_context, got_weights = kind.called(layer, query, memory)
    context, wanted = oracles.attend(kind.scores(query, memory, *weights), memory)
    named = {
        mistake: oracles.attend(scores, memory)[1] for mistake, scores in mistakes(query, memory).items()
    }
    expect_arrays_close(
        got_weights,
        wanted,
        f"{B} queries, {S} places: the weights must be the softmax of the scores",
        tolerance=1e-4,
        axes="(B, S)",
        cause=cause,
        mistakes=named,
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


HAND_ON = "Hand the mask on: attend(scores, memory, mask)."


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
    places = rng.integers(S, size=B)
    layer = kind.built(candidate, kind.drawn_weights(rng))
    context, _ = kind.called(layer, query, memory, np.arange(S) == places[:, None])
    expect_arrays_close(
        context,
        memory[np.arange(B), places],
        f"the real places are {', '.join(map(str, places))}, one in each sentence: the context must be that state",
        cause="The real place may be any one: the mask says which, not how many.",
    )


def expect_same_with_prepared_keys(kind: Kind, candidate: Any, rng: np.random.Generator, name: str) -> None:
    """`call` with what `keys` gave does what it does without."""
    weights = kind.drawn_weights(rng)
    layer = kind.built(candidate, weights)
    query, memory = kind.drawn_inputs(rng)
    cause = f"{name} stands in keys, once. scores takes the keys as they are."
    with exceptions_mean(cause, {"ize-incompatible": cause}):
        keys = expect_array(layer.invoke("keys", memory), "keys must return an array")
        got = layer(query, memory, keys=keys)
    found = context_and_weights(got, *memory.shape)
    wanted = oracles.attend(kind.scores(query, memory, *weights), memory)
    for part, right, what in zip(found, wanted, ("context", "weights"), strict=True):
        expect_arrays_close(
            part,
            right,
            f"keys(memory), worked out once and handed to call, must give the same {what}",
            tolerance=1e-4,
            cause=cause,
        )


def expect_gradients(kind: Kind, candidate: Any, rng: np.random.Generator, names: tuple[str, ...]) -> None:
    """A gradient arrives at each weight."""
    layer = kind.built(candidate, kind.drawn_weights(rng))
    expect(
        len(layer.trainable_shapes) == len(names),
        f"training must be able to change {', '.join(names)}",
        expected=f"{len(names)} trainable weights",
        got=f"{len(layer.trainable_shapes)}",
        cause="Keep add_weight's trainable=True, as it is without being said.",
    )
    query, memory = kind.drawn_inputs(rng)
    found = layer.gradients(query, memory)
    for gradient, name in zip(found, names, strict=True):
        expect(
            gradient is not None,
            f"a gradient must arrive at {name}",
            expected="a gradient",
            got="none",
            cause="Everything from the weights to the scores must be keras.ops: NumPy's functions and float() "
            "cut the way back.",
        )
