"""Answers to exercise 9.2, class FeedForward."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops

from tests.mutants.lab_09_transformer_blocks.bank import BANK


class Right(keras.layers.Layer):
    """A right answer, whose parts the wrong ones replace."""

    def __init__(self, hidden, **options):
        super().__init__(**options)
        self.hidden = hidden

    def build(self, input_shape):
        width = input_shape[-1]
        self.first = self.add_weight(shape=(width, self.hidden))
        self.first_bias = self.add_weight(shape=(self.hidden,), initializer="zeros")
        self.second = self.add_weight(shape=(self.hidden, width))
        self.second_bias = self.add_weight(shape=(width,), initializer="zeros")

    def widened(self, x):
        return ops.matmul(x, self.first) + self.first_bias

    def narrowed(self, inner):
        return ops.matmul(inner, self.second) + self.second_bias

    def call(self, x):
        return self.narrowed(ops.relu(self.widened(x)))


def mutant(check, *says):
    return BANK.mutant("9.2", rejected_by=check, says=says)


FORM, OWN, FORMULA, STARTS, REACHES = (
    "has_two_matrices_and_two_biases",
    "each_place_is_worked_out_on_its_own",
    "is_a_relu_between_two_layers",
    "matrices_start_at_random_and_biases_at_0",
    "training_reaches_every_weight",
)


@mutant(FORM, "4 weights")
class WithoutBiases(Right):
    def build(self, input_shape):
        self.first = self.add_weight(shape=(input_shape[-1], self.hidden))
        self.second = self.add_weight(shape=(self.hidden, input_shape[-1]))

    def call(self, x):
        return ops.matmul(ops.relu(ops.matmul(x, self.first)), self.second)


@mutant(FORM, "another order")
class WithTheBiasesLast(Right):
    def build(self, input_shape):
        width = input_shape[-1]
        self.first = self.add_weight(shape=(width, self.hidden))
        self.second = self.add_weight(shape=(self.hidden, width))
        self.first_bias = self.add_weight(shape=(self.hidden,), initializer="zeros")
        self.second_bias = self.add_weight(shape=(width,), initializer="zeros")


@mutant(FORM, "weights of these shapes")
class AsWideAsTheInput(Right):
    def __init__(self, hidden, **options):
        super().__init__(6, **options)


@mutant(FORM, "shape of x", "back to D")
class StayingWide(Right):
    def narrowed(self, inner):
        return inner


@mutant(FORM, "your line", "attributes")
class ForgettingSelf(Right):
    def widened(self, x):
        return ops.matmul(x, first) + self.first_bias  # noqa: F821


@mutant(FORM, "return missing")
class ForgettingReturn(Right):
    def call(self, x):
        super().call(x)


@mutant(FORM, "hidden is self.hidden")
class FourTimesAsWide(Right):
    def build(self, input_shape):
        self.hidden = 4 * input_shape[-1]
        super().build(input_shape)


@mutant(FORM, "the last of input_shape")
class TakingTheLengthForTheWidth(Right):
    def build(self, input_shape):
        super().build((None, None, input_shape[1]))


@mutant(FORM, "once, and not in call")
class MakingTheWeightsInCall(Right):
    def build(self, input_shape):
        pass

    def call(self, x):
        Right.build(self, x.shape)
        return super().call(x)


@mutant(FORM, "a tuple, too")
class GivingABiasANumberForAShape(Right):
    def build(self, input_shape):
        self.first = self.add_weight(shape=(input_shape[-1], self.hidden))
        self.first_bias = self.add_weight(shape=self.hidden, initializer="zeros")


def without_weights():
    class FeedForward(Right):  # the name is in the message
        def build(self, input_shape):
            self.first = self.add_weight(shape=(input_shape[-1], self.hidden))

    return FeedForward


mutant(FORM, "made in build")(without_weights())


@mutant(OWN, "Only attention carries")
class AddingTheMeanOfThePlaces(Right):
    def call(self, x):
        return super().call(x) + ops.mean(x, axis=1, keepdims=True)


@mutant(OWN, "Only attention carries")
class WithASoftmaxOverThePlaces(Right):
    def call(self, x):
        return self.narrowed(ops.softmax(self.widened(x), axis=1))


@mutant(OWN, "worked out from x")
class GivingZeros(Right):
    def call(self, x):
        return ops.zeros_like(super().call(x))


@mutant(FORMULA, "relu is missing", "one product")
class WithoutAnActivation(Right):
    def call(self, x):
        return self.narrowed(self.widened(x))


@mutant(FORMULA, "second relu")
class WithAReluAtTheEnd(Right):
    def call(self, x):
        return ops.relu(super().call(x))


@mutant(FORMULA, "stands between the two")
class WithTheReluAfterBoth(Right):
    def call(self, x):
        return ops.relu(self.narrowed(self.widened(x)))


@mutant(FORMULA, "b1 is missing")
class WithoutTheFirstBias(Right):
    def widened(self, x):
        return ops.matmul(x, self.first)


@mutant(FORMULA, "added after the relu")
class WithTheBiasAfterTheRelu(Right):
    def call(self, x):
        return self.narrowed(ops.relu(ops.matmul(x, self.first)) + self.first_bias)


@mutant(FORMULA, "b2 is missing")
class WithoutTheSecondBias(Right):
    def narrowed(self, inner):
        return ops.matmul(inner, self.second)


@mutant(FORMULA, "tanh")
class WithATanh(Right):
    def call(self, x):
        return self.narrowed(ops.tanh(self.widened(x)))


@mutant(FORMULA, "residual connection is not part")
class AddingX(Right):
    def call(self, x):
        return x + super().call(x)


@mutant(STARTS, "W1 must be different numbers", "0 everywhere")
class StartingAt0(Right):
    def add_weight(self, **options):
        return super().add_weight(**{**options, "initializer": "zeros"})


@mutant(STARTS, "b1 must be 0 everywhere", "zeros")
class WithBiasesAtRandom(Right):
    def add_weight(self, **options):
        return super().add_weight(**{**options, "initializer": "random_normal"})


@mutant(REACHES, "all four weights")
class WithBiasesThatStay(Right):
    def build(self, input_shape):
        super().build(input_shape)
        self.first_bias.trainable = self.second_bias.trainable = False


@mutant(REACHES, "NumPy")
class InNumPy(Right):
    def widened(self, x):
        return ops.convert_to_tensor(np.asarray(x) @ np.asarray(self.first) + np.asarray(self.first_bias))


@mutant(REACHES, "at W1", "stop_gradient")
class StoppingTheGradient(Right):
    def widened(self, x):
        return ops.stop_gradient(super().widened(x))


@BANK.alternative("9.2")
class OfDenseLayers(keras.layers.Layer):
    def __init__(self, hidden, **options):
        super().__init__(**options)
        self.inner = keras.layers.Dense(hidden, activation="relu")

    def build(self, input_shape):
        self.outer = keras.layers.Dense(input_shape[-1])
        self.inner.build(input_shape)
        self.outer.build((*input_shape[:-1], self.inner.units))

    def call(self, x):
        return self.outer(self.inner(x))


@BANK.alternative("9.2")
class ByEinsum(Right):
    def call(self, x):
        inner = ops.einsum("btd,dh->bth", x, self.first) + self.first_bias
        return ops.einsum("bth,hd->btd", ops.maximum(inner, 0), self.second) + self.second_bias


@BANK.alternative("9.2")
class OfTwoLayers(keras.layers.Layer):
    """Which make their weights when they are called."""

    def __init__(self, hidden, **options):
        super().__init__(**options)
        self.inner = keras.layers.Dense(hidden, activation="relu")

    def build(self, input_shape):
        self.outer = keras.layers.Dense(input_shape[-1])

    def call(self, x):
        return self.outer(self.inner(x))
