"""Answers to exercise 7.4, class AdditiveAttention."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops

from tests.mutants.lab_07_attention.bank import BANK
from tests.mutants.lab_07_attention.kinds import Right, add_shared_mutants


class RightAdditive(Right):
    """A right answer, whose parts the wrong ones replace."""

    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units

    def build(self, query_shape, memory_shape):
        self.w = self.add_weight(shape=(query_shape[-1], self.units))
        self.u = self.add_weight(shape=(memory_shape[-1], self.units))
        self.v = self.add_weight(shape=(self.units,), initializer="random_normal")

    def keys(self, memory):
        return ops.matmul(memory, self.u)

    def asked(self, query):
        return ops.matmul(query, self.w)[:, None]

    def scores(self, query, keys):
        return ops.sum(ops.tanh(self.asked(query) + keys) * self.v, axis=-1)

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def mutant(check, *says):
    return BANK.mutant("7.4", rejected_by=check, says=says)


HAS, COMPARE, ZERO_VECTOR = (
    "has_both_projections_and_a_vector",
    "scores_compare_query_and_state",
    "a_zero_vector_gives_equal_weights",
)
KEYS, REACHES, START, ANEW = (
    "keys_can_be_made_beforehand",
    "training_reaches_every_weight",
    "starts_at_random",
    "can_be_made_anew",
)
add_shared_mutants("7.4", RightAdditive, COMPARE, COMPARE, "Additive")


@mutant(HAS, "(2, 11), (7, 11), (11,)", "got: (7, 11), (2, 11), (11,)", "another order")
class WithTheMemorysMatrixFirst(RightAdditive):
    def build(self, query_shape, memory_shape):
        self.u = self.add_weight(shape=(memory_shape[-1], self.units))
        self.w = self.add_weight(shape=(query_shape[-1], self.units))
        self.v = self.add_weight(shape=(self.units,))


@mutant(HAS, "must have 3 weights", "got: (11,)")
class WithoutProjections(Right):
    """As keras.layers.AdditiveAttention: only a vector, so query and state must be as wide as it."""

    def __init__(self, units, **options):
        super().__init__(**options)

    def build(self, query_shape, memory_shape):
        self.v = self.add_weight(shape=(11,))

    def scores(self, query, keys):
        return ops.mean(query, axis=-1, keepdims=True) + ops.mean(keys, axis=-1) * ops.mean(self.v)


@mutant(HAS, "must have 3 weights", "got: (2, 11), (7, 11), (11, 1)", "v (units,)")
class WithAMatrixForV(RightAdditive):
    def build(self, query_shape, memory_shape):
        self.w = self.add_weight(shape=(query_shape[-1], self.units))
        self.u = self.add_weight(shape=(memory_shape[-1], self.units))
        self.v = self.add_weight(shape=(self.units, 1))

    def scores(self, query, keys):
        return ops.squeeze(ops.matmul(ops.tanh(self.asked(query) + keys), self.v), axis=-1)


@mutant(HAS, "must have 3 weights", "got: (2, 11), (11,), (7, 11), (11,), (11, 1)", "no biases")
class WithDenseLayers(Right):
    def __init__(self, units, **options):
        super().__init__(**options)
        self.parts = [
            keras.layers.Dense(units),
            keras.layers.Dense(units),
            keras.layers.Dense(1, use_bias=False),
        ]

    def build(self, query_shape, memory_shape):
        for part, width in zip(self.parts, (query_shape[-1], memory_shape[-1], 11), strict=True):
            part.build((None, width))

    def keys(self, memory):
        return self.parts[1](memory)

    def scores(self, query, keys):
        return ops.squeeze(self.parts[2](ops.tanh(self.parts[0](query)[:, None] + keys)), axis=-1)


@mutant(COMPARE, "your line", "fits")
class AddingWithoutAnAxis(RightAdditive):
    def asked(self, query):
        return ops.matmul(query, self.w)


@mutant(HAS, "got: (2, 6), (7, 6), (6,)", "self.units")
class WithTheUnitsOfTheExample(RightAdditive):
    def build(self, query_shape, memory_shape):
        self.w = self.add_weight(shape=(query_shape[-1], 6))
        self.u = self.add_weight(shape=(memory_shape[-1], 6))
        self.v = self.add_weight(shape=(6,))


@mutant(HAS, "another order", "layers inside")
class WithDenseLayersBeforeV(RightAdditive):
    """Made in the right order, and Keras lists a layer's own weights first."""

    def build(self, query_shape, memory_shape):
        self.parts = [keras.layers.Dense(self.units, use_bias=False) for _ in range(2)]
        for part, shape in zip(self.parts, (query_shape, memory_shape), strict=True):
            part.build(shape)
        self.v = self.add_weight(shape=(self.units,))


@mutant(HAS, "no weights", "add_weight")
class WithArraysForWeights(RightAdditive):
    def build(self, query_shape, memory_shape):
        self.w = np.ones((query_shape[-1], self.units), "float32")
        self.u = np.ones((memory_shape[-1], self.units), "float32")
        self.v = np.ones(self.units, "float32")


@mutant(COMPARE, "tanh is missing")
class WithoutTanh(RightAdditive):
    def scores(self, query, keys):
        return ops.sum((self.asked(query) + keys) * self.v, axis=-1)


@mutant(COMPARE, "v is missing")
class WithoutV(RightAdditive):
    def scores(self, query, keys):
        return ops.sum(ops.tanh(self.asked(query) + keys), axis=-1)


@mutant(COMPARE, "v stands inside the tanh")
class WithVInsideTheTanh(RightAdditive):
    def scores(self, query, keys):
        return ops.sum(ops.tanh((self.asked(query) + keys) * self.v), axis=-1)


@mutant(COMPARE, "query changes nothing")
class WithoutTheQuery(RightAdditive):
    def scores(self, query, keys):
        return ops.sum(ops.tanh(keys) * self.v, axis=-1)


@mutant(COMPARE, "the one tanh")
class WithTwoTanhs(RightAdditive):
    def scores(self, query, keys):
        return ops.sum((ops.tanh(self.asked(query)) + ops.tanh(keys)) * self.v, axis=-1)


@mutant(COMPARE, "multiplied")
class Multiplying(RightAdditive):
    def scores(self, query, keys):
        return ops.sum(ops.tanh(self.asked(query) * keys) * self.v, axis=-1)


@mutant(COMPARE, "averaged")
class AveragingOverTheUnits(RightAdditive):
    def scores(self, query, keys):
        return ops.mean(ops.tanh(self.asked(query) + keys) * self.v, axis=-1)


@mutant(COMPARE, "sigmoid")
class WithASigmoid(RightAdditive):
    def scores(self, query, keys):
        return ops.sum(ops.sigmoid(self.asked(query) + keys) * self.v, axis=-1)


@mutant(COMPARE, "query of the first one")
class AskingWithTheFirstQuery(RightAdditive):
    def asked(self, query):
        return super().asked(query)[:1]


@mutant(COMPARE, "mean is of the memory")
class AveragingTheProjectedStates(RightAdditive):
    """The context is made of tanh(state), the score is right."""

    def attend(self, scores, memory, mask):
        return super().attend(scores, ops.tanh(memory), mask)


@mutant(COMPARE, "comes before v")
class WithATanhAroundAll(RightAdditive):
    def scores(self, query, keys):
        return ops.tanh(ops.sum((self.asked(query) + keys) * self.v, axis=-1))


@mutant(COMPARE, "one tanh, around the sum")
class WithATanhInKeys(RightAdditive):
    def keys(self, memory):
        return ops.tanh(super().keys(memory))


@mutant(COMPARE, "taken from the other")
class Subtracting(RightAdditive):
    def scores(self, query, keys):
        return super().scores(query, -keys)


@mutant(COMPARE, "relu")
class WithARelu(RightAdditive):
    def scores(self, query, keys):
        return ops.sum(ops.relu(self.asked(query) + keys) * self.v, axis=-1)


@mutant(COMPARE, "softmax is taken twice")
class TakingTheSoftmax(RightAdditive):
    def scores(self, query, keys):
        return ops.softmax(super().scores(query, keys))


@mutant(COMPARE, "one number for each place", "not summed yet")
class LeavingTheUnits(RightAdditive):
    def scores(self, query, keys):
        return ops.tanh(self.asked(query) + keys) * self.v


@mutant(ZERO_VECTOR, "v does not weight")
class AddingABias(RightAdditive):
    """Where v says nothing, the first place is preferred."""

    def scores(self, query, keys):
        scores = super().scores(query, keys)
        silent = ops.cast(ops.all(ops.equal(self.v, 0)), "float32")
        return scores + silent * ops.arange(keys.shape[1], dtype="float32")


@mutant(KEYS, "stands in keys, once")
class TakingKeysForTheMemory(RightAdditive):
    """Projects what it is handed once more."""

    def call(self, query, memory, mask=None, keys=None):
        square = self.u[: self.units, : self.units]
        keys = self.keys(memory) if keys is None else ops.matmul(keys[..., : square.shape[0]], square)
        return self.attend(self.scores(query, keys), memory, mask)


@mutant(KEYS, "a row for each place", "U stands in keys, once")
class ProjectingInScores(RightAdditive):
    """The same numbers, worked out anew for each query."""

    def keys(self, memory):
        return memory

    def scores(self, query, keys):
        return super().scores(query, RightAdditive.keys(self, keys))


@mutant(REACHES, "the query", "stop_gradient")
class StoppingAtTheQuery(RightAdditive):
    def asked(self, query):
        return super().asked(ops.stop_gradient(query))


@mutant(REACHES, "gradient must arrive at U", "NumPy")
class ProjectingInNumPy(RightAdditive):
    def keys(self, memory):
        return ops.convert_to_tensor(np.asarray(memory) @ np.asarray(self.u))


@mutant(REACHES, "trainable=True")
class WithAVectorThatStays(RightAdditive):
    def build(self, query_shape, memory_shape):
        super().build(query_shape, memory_shape)
        self.v.trainable = False


@mutant(START, "new v must be random", "0 everywhere")
class StartingFromZeros(RightAdditive):
    def build(self, query_shape, memory_shape):
        super().build(query_shape, memory_shape)
        self.v.assign(ops.zeros_like(self.v))


@mutant(START, "new W must be random", "stay alike")
class StartingFromOnes(RightAdditive):
    def build(self, query_shape, memory_shape):
        super().build(query_shape, memory_shape)
        self.w.assign(ops.ones_like(self.w))


@mutant(ANEW, "get_config must hold")
class WithAConfigWithoutUnits(RightAdditive):
    def get_config(self):
        return super(RightAdditive, self).get_config()


@mutant(ANEW, "units again")
class WithAConfigOfOneSize(RightAdditive):
    def get_config(self):
        return {**super().get_config(), "units": 13}


@BANK.alternative("7.4")
class ByEinsum(RightAdditive):
    def keys(self, memory):
        return ops.einsum("bsd,du->bsu", memory, self.u)

    def scores(self, query, keys):
        return ops.einsum("u,bsu->bs", self.v, ops.tanh(keys + ops.expand_dims(query @ self.w, 1)))


@BANK.alternative("7.4")
class ByAProductOfMatrices(RightAdditive):
    def scores(self, query, keys):
        return ops.matmul(ops.tanh(ops.expand_dims(query @ self.w, axis=1) + keys), self.v)
