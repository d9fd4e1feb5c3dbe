"""Answers to exercise 7.2, class DotAttention."""

from __future__ import annotations

import math

import keras
import numpy as np
from keras import ops

from tests.mutants.lab_07_attention.bank import BANK
from tests.mutants.lab_07_attention.kinds import Right, add_shared_mutants


class RightDot(Right):
    """A right answer, whose scores the wrong ones replace."""

    def scores(self, query, keys):
        return ops.sum(query[:, None] * keys, axis=-1)


PRODUCTS, REACHES = "scores_are_products", "training_reaches_query_and_memory"


def mutant(*says, check=PRODUCTS):
    return BANK.mutant("7.2", rejected_by=check, says=says)


add_shared_mutants("7.2", RightDot, PRODUCTS, PRODUCTS, "Dot")


@mutant("averaged, not summed")
class AveragingTheProducts(RightDot):
    def scores(self, query, keys):
        return ops.mean(query[:, None] * keys, axis=-1)


@mutant("root of the width", "lab 08")
class ScalingTheProducts(RightDot):
    def scores(self, query, keys):
        return super().scores(query, keys) / math.sqrt(keys.shape[-1])


@mutant("query changes nothing")
class SummingTheStates(RightDot):
    def scores(self, query, keys):
        return ops.sum(keys, axis=-1)


@mutant("query changes nothing", "multiplies")
class AddingQueryAndState(RightDot):
    def scores(self, query, keys):
        return ops.sum(query[:, None] + keys, axis=-1)


@mutant("cosine")
class TakingTheCosine(RightDot):
    def scores(self, query, keys):
        lengths = ops.norm(query, axis=-1)[:, None] * ops.norm(keys, axis=-1)
        return super().scores(query, keys) / lengths


@mutant("query of the first one")
class AskingWithTheFirstQuery(RightDot):
    def scores(self, query, keys):
        return ops.matmul(keys, query[0])


@mutant("sign is wrong")
class TakingTheDistance(RightDot):
    def scores(self, query, keys):
        return -super().scores(query, keys)


@mutant("your line", "last but one")
class ForgettingTheAxis(RightDot):
    def scores(self, query, keys):
        return ops.sum(ops.matmul(query, keys), axis=-1)


@mutant("your line", "query[:, None]")
class MultiplyingWithoutPlaces(RightDot):
    def scores(self, query, keys):
        return ops.sum(query * keys, axis=-1)


@mutant("one number for each place", "not summed yet")
class LeavingTheWidth(RightDot):
    def scores(self, query, keys):
        return query[:, None] * keys


@mutant("one number for each place", "axis=-1 is the width")
class SummingOverThePlaces(RightDot):
    def scores(self, query, keys):
        return ops.sum(query[:, None] * keys, axis=1)


@mutant("one number for each place", "an axis of size 1 is left")
class LeavingAnAxis(RightDot):
    def scores(self, query, keys):
        return ops.matmul(keys, query[..., None])


@mutant("one number for each place", "axes are exchanged")
class ExchangingTheAxes(RightDot):
    def scores(self, query, keys):
        return ops.transpose(super().scores(query, keys))


@mutant("scores must give an array", "return missing")
class PrintingTheScores(RightDot):
    def scores(self, query, keys):
        print(super().scores(query, keys))


@mutant("softmax is taken twice")
class TakingTheSoftmax(RightDot):
    def scores(self, query, keys):
        return ops.softmax(super().scores(query, keys))


@mutant("first two numbers", "whole width")
class ForTheExampleOnly(RightDot):
    def scores(self, query, keys):
        return query[:, :1] * keys[..., 0] + query[:, 1:2] * keys[..., 1]


@mutant("has no weights")
class LearningAWeight(RightDot):
    def build(self, query_shape, memory_shape):
        self.factor = self.add_weight(shape=(query_shape[-1],), initializer="ones")

    def scores(self, query, keys):
        return super().scores(query * self.factor, keys)


@mutant("the query", "NumPy", check=REACHES)
class MultiplyingInNumPy(RightDot):
    def scores(self, query, keys):
        return np.einsum("bd,bsd->bs", query, keys)


@mutant("the query", "stop_gradient", check=REACHES)
class StoppingAtTheQuery(RightDot):
    def scores(self, query, keys):
        return super().scores(ops.stop_gradient(query), keys)


@mutant("the memory from the attention weights", check=REACHES)
class StoppingAtTheKeys(RightDot):
    def scores(self, query, keys):
        return super().scores(query, ops.stop_gradient(keys))


@BANK.alternative("7.2")
class PlaceByPlace(RightDot):
    def scores(self, query, keys):
        return ops.stack([ops.sum(query * keys[:, s], axis=-1) for s in range(keys.shape[1])], axis=1)


@BANK.alternative("7.2")
class ByAProductOfMatrices(RightDot):
    def scores(self, query, keys):
        return ops.squeeze(ops.matmul(keys, query[..., None]), axis=-1)


@BANK.alternative("7.2")
class ByEinsum(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.supports_masking = True

    def call(self, query, memory, mask=None, keys=None):
        scores = ops.einsum("bd,bsd->bs", query, memory)
        if mask is not None:
            scores = ops.where(mask, scores, -1e9)
        weights = ops.softmax(scores)
        return ops.einsum("bs,bsd->bd", weights, memory), weights
