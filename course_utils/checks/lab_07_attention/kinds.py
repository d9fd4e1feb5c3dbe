"""The attention layers of exercises 7.2 to 7.4: how they are built and called, and which part of one is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array, expect_shape
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_07_attention.material import RETURN_IS_MISSING, context_and_weights, draw
from course_utils.checks.lab_07_attention.oracles import Array, Mask
from course_utils.checks.layers import LayerHandle
from course_utils.checks.outcome import Rejected, Status

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
    "is not defined": "A method knows its own arguments and what stands in self: a weight is self.name, made in "
    "build with self.add_weight(...).",
    "has no attribute": "What stands in self must be made before: self.name = self.add_weight(...), in build.",
    "In[0] mismatch In[1]": FITS,
    "weak reference": RETURN_IS_MISSING,
}
SHAPE = "self.add_weight(shape=(..., ...)): a tuple of two numbers, the last ones of the two shapes that build gets."
BUILDING = {
    "initializer identifier": SHAPE,
    "to a shape": SHAPE,
    "positional argument": "Keep the line def build(self, query_shape, memory_shape): make the weights there.",
}
KEY_AXES = "(B, S, width of what is compared)"


@dataclass(frozen=True)
class Kind:
    """One kind of attention.

    Attributes:
        query: Q, width of the query.
        arguments: of the layer's making.
        shapes: of its weights.
        scores: the oracle, (query, memory, *weights) -> (B, S).
        keys: the keys' width, and the oracle, (memory, *weights) -> (B, S, that width).
        making: how the weights are made, in words.
        of_keys: what keys must be, in words.
    """

    query: int
    arguments: tuple[int, ...]
    shapes: tuple[tuple[int, ...], ...]
    scores: Callable[..., Array]
    keys: tuple[int, Callable[..., Array]]
    making: str
    of_keys: str

    def built(self, candidate: Any, weights: list[Array]) -> LayerHandle:
        """The student's layer with these weights."""
        layer: LayerHandle = candidate(*self.arguments)
        if not self.shapes:
            self.called(layer, *self.drawn_inputs(np.random.default_rng(0)))  # weights would be made here
        else:
            with exceptions_mean(known=BUILDING):
                layer.invoke("build", (B, self.query), (B, S, D))
        self._set_weights(layer, weights)
        return layer

    def _set_weights(self, layer: LayerHandle, weights: list[Array]) -> None:
        got, wanted = [each.shape for each in layer.weights], [each.shape for each in weights]
        try:
            layer.set_weights(weights)
        except Rejected as error:
            if got == [shape[::-1] for shape in wanted]:
                error.cause = f"Turned round: {self.making}"
            elif sorted(got) == sorted(wanted):
                error.cause += " (Those of layers inside come after the layer's own.)"
            else:
                error.cause = f"{error.cause} {self.making}" if not got else self.making
            raise

    def called(
        self, layer: LayerHandle, query: Array, memory: Array, mask: Mask | None = None
    ) -> tuple[Array, Array]:
        """The context and the weights that a call gives."""
        try:
            with exceptions_mean(known=EXCEPTIONS):
                got = layer(query, memory) if mask is None else layer(query, memory, mask=mask)
        except Rejected as error:
            if error.status is Status.ERRORED:
                self._expect_parts(layer, query, memory)
            raise
        return context_and_weights(got, *memory.shape)

    def _expect_parts(self, layer: LayerHandle, query: Array, memory: Array) -> None:
        """Where `keys` or `scores` give arrays of wrong shapes, that says more than where it ends in an exception."""
        try:
            scores = layer.invoke("scores", query, self.expect_keys(layer, memory))
        except Rejected as error:
            if error.status is Status.ERRORED:
                return
            raise
        shape = memory.shape[:2]
        scores = expect_array(
            scores, "scores must give an array", cause=RETURN_IS_MISSING if scores is None else ""
        )
        expect_shape(
            scores,
            shape,
            "scores must give one number for each place",
            axes="(B, S)",
            cause=_causes_of_scores(shape, self.keys[0]).get(scores.shape, ""),
        )

    def expect_keys(self, layer: LayerHandle, memory: Array) -> Array:
        """What `keys` gives, of the right shape."""
        with exceptions_mean(known=EXCEPTIONS):
            keys = layer.invoke("keys", memory)
        keys = expect_array(keys, "keys must give an array", cause=RETURN_IS_MISSING if keys is None else "")
        wanted = (*memory.shape[:2], self.keys[0])
        expect_shape(keys, wanted, "keys must give a row for each place", axes=KEY_AXES, cause=self.of_keys)
        return keys

    def drawn_weights(self, rng: np.random.Generator) -> list[Array]:
        """Weights of the layer, at random."""
        return [draw(rng, *shape) for shape in self.shapes]

    def drawn_inputs(self, rng: np.random.Generator) -> tuple[Array, Array]:
        """A query (B, Q) and a memory (B, S, D)."""
        return draw(rng, B, self.query), draw(rng, B, S, D)


def _causes_of_scores(shape: tuple[int, ...], width: int) -> dict[tuple[int, ...], str]:
    """The shape that scores have instead of `shape` -> the likely mistake."""
    return {
        (*shape, width): "The products are not summed yet: axis=-1 is the width.",
        (*shape, 1): "An axis of size 1 is left: take it away, as with [..., 0], or sum without keepdims.",
        shape[::-1]: "The axes are exchanged: a row for each sentence.",
        (shape[0], width): "The sum runs over the places: axis=-1 is the width.",
    }
