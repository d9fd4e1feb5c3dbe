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
add_shared_mutants("7.3", RightGeneral, IDENTITY, IDENTITY, "General")


@mutant(ONE, "(2, 7)", "got: (7, 2)", "turned round")
class WithAMatrixTurnedRound(RightGeneral):
    def build(self, query_shape, memory_shape):
        self.kernel = self.add_weight(shape=(memory_shape[-1], query_shape[-1]))

    def keys(self, memory):
        return ops.matmul(memory, self.kernel)


@mutant(ONE, "(2, 7)", "one weight")
class WithABias(RightGeneral):
    def build(self, query_shape, memory_shape):
        super().build(query_shape, memory_shape)
        self.bias = self.add_weight(shape=(query_shape[-1],))


@mutant(ONE, "no weights", "add_weight")
class WithAnArrayForAWeight(RightGeneral):
    def build(self, query_shape, memory_shape):
        self.kernel = np.ones((query_shape[-1], memory_shape[-1]), "float32")


@mutant(IDENTITY, "your line", "a weight is self.name")
class ForgettingSelf(RightGeneral):
    def keys(self, memory):
        return ops.matmul(memory, ops.transpose(kernel))  # noqa: F821


@mutant(THROUGH, "transpose it")
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


@mutant(ONE, "your line", "a tuple of two numbers")
class WithoutATuple(RightGeneral):
    def build(self, query_shape, memory_shape):
        self.kernel = self.add_weight(query_shape[-1], memory_shape[-1])


@mutant(ONE, "your line", "a tuple of two numbers")
class WithWholeShapes(RightGeneral):
    def build(self, query_shape, memory_shape):
        self.kernel = self.add_weight(shape=(query_shape, memory_shape))


@mutant(ONE, "build(self, query_shape, memory_shape)")
class BuildingFromOneShape(RightGeneral):
    def build(self, query_shape):
        self.kernel = self.add_weight(shape=(query_shape[-1], query_shape[-1]))


@mutant(ONE, "got: (4, 4)", "query_shape[-1]")
class WithTheSizesOfTheExample(RightGeneral):
    def build(self, query_shape, memory_shape):
        self.kernel = self.add_weight(shape=(4, 4))


@mutant(IDENTITY, "keys must give an array", "return missing")
class ReturningNoKeys(RightGeneral):
    def keys(self, memory):
        super().keys(memory)


@mutant(IDENTITY, "root of the width")
class ScalingTheProducts(RightGeneral):
    def scores(self, query, keys):
        return super().scores(query, keys) / keys.shape[-1] ** 0.5


@mutant(IDENTITY, "memory of the call before")
class KeepingTheFirstKeys(RightGeneral):
    def keys(self, memory):
        if not hasattr(self, "kept"):
            self.kept = super().keys(memory)
        return self.kept


@mutant(THROUGH, "there twice")
class ProjectingQueryAndMemory(RightGeneral):
    def scores(self, query, keys):
        return super().scores(ops.matmul(query, self.kernel), keys)


@mutant(THROUGH, "the mean is of the memory")
class AveragingTheKeys(RightGeneral):
    def call(self, query, memory, mask=None, keys=None):
        keys = self.keys(memory) if keys is None else keys
        return self.attend(self.scores(query, keys), keys, mask)


@mutant(KEYS, "a row for each place", "W stands in keys, once")
class ProjectingTheQuery(RightGeneral):
    """(query W) · state is the same number, worked out anew for each query."""

    def keys(self, memory):
        return memory

    def scores(self, query, keys):
        return ops.einsum("bd,bsd->bs", ops.matmul(query, self.kernel), keys)


@mutant(KEYS, "are not used")
class MakingTheKeysAnew(RightGeneral):
    def call(self, query, memory, mask=None, keys=None):
        return super().call(query, memory, mask)


@mutant(REACHES, "the query")
class StoppingAtTheQuery(RightGeneral):
    def scores(self, query, keys):
        return super().scores(ops.stop_gradient(query), keys)


@mutant(REACHES, "the memory from the attention weights")
class StoppingAtTheMemory(RightGeneral):
    def keys(self, memory):
        return super().keys(ops.stop_gradient(memory))


@BANK.alternative("7.3")
class WithANameOfItsOwn(RightGeneral):
    def build(self, query_shape, memory_shape):
        self.w = self.add_weight(
            shape=(query_shape[-1], memory_shape[-1]), initializer="orthogonal", name="w"
        )
        self.built = True

    def keys(self, memory):
        return memory @ ops.transpose(self.w)

    def scores(self, query, keys):
        return ops.matmul(keys, query[:, :, None])[:, :, 0]


@BANK.alternative("7.3")
class ByEinsum(RightGeneral):
    def keys(self, memory):
        return ops.einsum("qd,bsd->bsq", self.kernel, memory)

    def scores(self, query, keys):
        return ops.einsum("bq,bsq->bs", query, keys)
