"""Answers to exercise 7.3, class GeneralAttention."""

from __future__ import annotations

import numpy as np
from keras import ops

from tests.mutants.lab_07_attention.bank import BANK
from tests.mutants.lab_07_attention.kinds import Right, add_shared_mutants


class RightGeneral(Right):
    """A right answer, whose parts the wrong ones replace."""

    def build(self, query_shape, memory_shape):
        self.kernel = self.add_weight(shape=(query_shape[-1], memory_shape[-1]))

    def keys(self, memory):
        return ops.matmul(memory, ops.transpose(self.kernel))

    def scores(self, query, keys):
        return ops.sum(query[:, None] * keys, axis=-1)


def mutant(check, *says):
    return BANK.mutant("7.3", rejected_by=check, says=says)


ONE, IDENTITY, THROUGH = "has_one_matrix", "the_identity_gives_dot", "scores_are_products_through_the_matrix"
KEYS, REACHES = "keys_can_be_made_beforehand", "training_reaches_the_matrix"
add_shared_mutants("7.3", RightGeneral, THROUGH, ONE, "General")


@mutant(ONE, "(2, 7)", "got: (7, 2)")
class WithAMatrixTurnedRound(RightGeneral):
    def build(self, query_shape, memory_shape):
        self.kernel = self.add_weight(shape=(memory_shape[-1], query_shape[-1]))

    def keys(self, memory):
        return ops.matmul(memory, self.kernel)


@mutant(ONE, "must have 1 weights", "(2, 7)")
class WithABias(RightGeneral):
    def build(self, query_shape, memory_shape):
        super().build(query_shape, memory_shape)
        self.bias = self.add_weight(shape=(query_shape[-1],))


@mutant(ONE, "no weights", "add_weight")
class WithAnArrayForAWeight(RightGeneral):
    def build(self, query_shape, memory_shape):
        self.kernel = np.ones((query_shape[-1], memory_shape[-1]), "float32")


@mutant(ONE, "your line", "attributes")
class ForgettingSelf(RightGeneral):
    def keys(self, memory):
        return ops.matmul(memory, ops.transpose(kernel))  # noqa: F821


@mutant(ONE, "your line", "last but one")
class WithoutTransposing(RightGeneral):
    def keys(self, memory):
        return ops.matmul(memory, self.kernel)


@mutant(IDENTITY, "tanh has come in")
class WithATanh(RightGeneral):
    def scores(self, query, keys):
        return super().scores(query, ops.tanh(keys))


@mutant(IDENTITY, "averaged")
class AveragingTheProducts(RightGeneral):
    def scores(self, query, keys):
        return ops.mean(query[:, None] * keys, axis=-1)


@mutant(IDENTITY, "weights must be those of dot attention")
class AddingTheQuery(RightGeneral):
    def scores(self, query, keys):
        return ops.sum(query[:, None] + keys, axis=-1)


@mutant(THROUGH, "transpose it")
class TransposingWhereItFits(RightGeneral):
    """Only a square matrix can be turned round unnoticed."""

    def keys(self, memory):
        square = self.kernel.shape[0] == self.kernel.shape[1]
        return ops.matmul(memory, self.kernel if square else ops.transpose(self.kernel))


@mutant(THROUGH, "not in the scores")
class LeavingTheMatrixOut(RightGeneral):
    def keys(self, memory):
        square = self.kernel.shape[0] == self.kernel.shape[1]
        return memory if square else super().keys(memory)


@mutant(KEYS, "stands in keys, once")
class ProjectingInScores(RightGeneral):
    def keys(self, memory):
        return memory

    def scores(self, query, keys):
        return super().scores(query, RightGeneral.keys(self, keys))

    def call(self, query, memory, mask=None, keys=None):
        if keys is not None:
            keys = RightGeneral.keys(self, keys)
        return super().call(query, memory, mask, keys)


@mutant(REACHES, "gradient must arrive at W", "NumPy")
class ProjectingInNumPy(RightGeneral):
    def keys(self, memory):
        return ops.convert_to_tensor(np.asarray(memory) @ np.asarray(self.kernel).T)


@mutant(REACHES, "trainable=True")
class WithAMatrixThatStays(RightGeneral):
    def build(self, query_shape, memory_shape):
        super().build(query_shape, memory_shape)
        self.kernel.trainable = False


@BANK.alternative("7.3")
class ProjectingTheQuery(RightGeneral):
    """(query W) · state is the same number; the keys are then the memory itself."""

    def keys(self, memory):
        return memory

    def scores(self, query, keys):
        return ops.einsum("bd,bsd->bs", ops.matmul(query, self.kernel), keys)


@BANK.alternative("7.3")
class ByEinsum(RightGeneral):
    def keys(self, memory):
        return ops.einsum("qd,bsd->bsq", self.kernel, memory)

    def scores(self, query, keys):
        return ops.einsum("bq,bsq->bs", query, keys)
