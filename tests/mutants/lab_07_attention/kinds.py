"""Right layers of exercises 7.2 to 7.4, and how each of them can go wrong with the mask or with its result."""

from __future__ import annotations

import keras
from keras import ops

from tests.mutants.lab_07_attention.attending import right as attend
from tests.mutants.lab_07_attention.bank import BANK


class Right(keras.layers.Layer):
    """What the right answers share; the wrong ones replace a part."""

    def __init__(self, **options):
        super().__init__(**options)
        self.supports_masking = True

    def keys(self, memory):
        return memory

    def attend(self, scores, memory, mask):
        return attend(scores, memory, mask)

    def call(self, query, memory, mask=None, keys=None):
        keys = self.keys(memory) if keys is None else keys
        return self.attend(self.scores(query, keys), memory, mask)


class IgnoringTheMask:
    def attend(self, scores, memory, mask):
        return attend(scores, memory)


class MaskingAfterTheSoftmax:
    def attend(self, scores, memory, mask):
        _, weights = attend(scores, memory)
        weights = weights if mask is None else weights * ops.cast(mask, "float32")
        return ops.einsum("bs,bsd->bd", weights, memory), weights


class InvertingTheMask:
    def attend(self, scores, memory, mask):
        return attend(scores, memory, None if mask is None else ops.logical_not(mask))


class SeeingThePadding:
    def attend(self, scores, memory, mask):
        context, weights = attend(scores, memory, mask)
        outside = 0.0 if mask is None else 1 - ops.cast(mask, "float32")[..., None]
        return context + 1e-2 * ops.sum(outside * memory, axis=1), weights


class CountingTheRealPlaces:
    def attend(self, scores, memory, mask):
        if mask is None:
            return attend(scores, memory)
        lengths = ops.sum(ops.cast(mask, "int32"), axis=-1, keepdims=True)
        return attend(scores, memory, ops.arange(memory.shape[1]) < lengths)


class ReturningTheContextOnly:
    def attend(self, scores, memory, mask):
        return attend(scores, memory, mask)[0]


class ReturningTheWeightsFirst:
    def attend(self, scores, memory, mask):
        return attend(scores, memory, mask)[::-1]


class AveragingTheStates:
    def attend(self, scores, memory, mask):
        return ops.mean(memory, axis=1), attend(scores, memory, mask)[1]


ZERO, MORE = "padding_has_weight_zero", "padding_changes_nothing"


def add_shared_mutants(exercise: str, right: type, formula: str, first: str, kind: str) -> None:
    """Add those wrong answers that are the same for every kind.

    Args:
        formula: the check that compares with the formula.
        first: the first check that calls the layer.
        kind: ends the names of the wrong answers.
    """
    table = (
        (IgnoringTheMask, ZERO, ("mask does nothing", "attend(scores, memory, mask)")),
        (MaskingAfterTheSoftmax, ZERO, ("mask comes after the softmax",)),
        (InvertingTheMask, ZERO, ("real places", "hand the mask on")),
        (SeeingThePadding, MORE, ("2 places alone",)),
        (CountingTheRealPlaces, MORE, ("not how many",)),
        (ReturningTheContextOnly, first, ("two arrays", "context, weights")),
        (ReturningTheWeightsFirst, first, ("context first",)),
        (AveragingTheStates, formula, ("mean of the memory's states",)),
    )
    for part, check, says in table:
        answer = type(f"{part.__name__}In{kind}", (part, right), {})
        BANK.mutant(exercise, rejected_by=check, says=says)(answer)
