"""Answers to exercise 7.2, class DotAttention."""

from __future__ import annotations

import math

import keras
from keras import ops

from tests.mutants.lab_07_attention.bank import BANK
from tests.mutants.lab_07_attention.kinds import Right, add_shared_mutants


class RightDot(Right):
    """A right answer, whose scores the wrong ones replace."""

    def scores(self, query, keys):
        return ops.sum(query[:, None] * keys, axis=-1)


def mutant(*says):
    return BANK.mutant("7.2", rejected_by="scores_are_products", says=says)


add_shared_mutants("7.2", RightDot, "scores_are_products", "scores_are_products", "Dot")


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
