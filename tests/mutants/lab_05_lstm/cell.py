"""Answers to exercise 5.4, class LSTMCell."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops

from tests.mutants.lab_05_lstm.bank import BANK
from tests.mutants.lab_05_lstm.step import finished, sums_of


class RightCell(keras.layers.Layer):
    """A right answer, whose parts the wrong ones replace."""

    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], 4 * self.units))
        self.recurrent_kernel = self.add_weight(shape=(self.units, 4 * self.units), initializer="orthogonal")
        self.bias = self.add_weight(shape=(4 * self.units,), initializer="zeros")
        self.bias.assign(self.first_bias())

    def first_bias(self):
        return np.repeat([0.0, 1.0, 0.0, 0.0], self.units)

    def step(self, x, h, c):
        return finished(*sums_of(x, h, self.kernel, self.recurrent_kernel, self.bias), c)

    def call(self, inputs, states):
        h, c = self.step(inputs, *states)
        return h, [h, c]

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def mutant(check, *says):
    return BANK.mutant("5.4", rejected_by=check, says=says)


@mutant("has_the_weights_of_keras", "(5, 28), (7, 28), (28,)", "got: (5, 28), (7, 28)")
class WithoutBias(RightCell):
    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], 4 * self.units))
        self.recurrent_kernel = self.add_weight(shape=(self.units, 4 * self.units))
        self.bias = np.repeat([0.0, 1.0, 0.0, 0.0], self.units).astype("float32")


@mutant("has_the_weights_of_keras", "(5, 7), (5, 7)")
class WithAKernelAGate(RightCell):
    def build(self, input_shape):
        kernels = [self.add_weight(shape=(input_shape[-1], self.units)) for _ in range(4)]
        recurrent_kernels = [self.add_weight(shape=(self.units, self.units)) for _ in range(4)]
        biases = [self.add_weight(shape=(self.units,)) for _ in range(4)]
        self.parts = kernels, recurrent_kernels, biases

    def step(self, x, h, c):
        kernel, recurrent_kernel, bias = (ops.concatenate(part, axis=-1) for part in self.parts)
        return finished(*sums_of(x, h, kernel, recurrent_kernel, bias), c)


@mutant("has_the_weights_of_keras", "no weights", "add_weight")
class WithArraysForWeights(RightCell):
    def build(self, input_shape):
        rng = np.random.default_rng()
        self.kernel = rng.normal(size=(input_shape[-1], 4 * self.units)).astype("float32")
        self.recurrent_kernel = rng.normal(size=(self.units, 4 * self.units)).astype("float32")
        self.bias = self.first_bias().astype("float32")


@mutant("has_the_weights_of_keras", "another order")
class WithTheBiasFirst(RightCell):
    def build(self, input_shape):
        self.bias = self.add_weight(shape=(4 * self.units,))
        self.kernel = self.add_weight(shape=(input_shape[-1], 4 * self.units))
        self.recurrent_kernel = self.add_weight(shape=(self.units, 4 * self.units))


@mutant("has_the_weights_of_keras", "(7, 5)")
class WithRowsForUnits(RightCell):
    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(self.units, input_shape[-1]))
        self.recurrent_kernel = self.add_weight(shape=(self.units, self.units))
        self.bias = self.add_weight(shape=(self.units,))

    def step(self, x, h, c):
        return h + ops.tanh(ops.matmul(x, ops.transpose(self.kernel))), c


@mutant("has_the_weights_of_keras", "your line", "build")
class WithWeightsMadeInCall(RightCell):
    def build(self, input_shape):
        pass

    def call(self, inputs, states):
        super().build(inputs.shape)
        return super().call(inputs, states)


@mutant("has_the_weights_of_keras", "all three", "trainable")
class WithABiasThatStays(RightCell):
    def build(self, input_shape):
        super().build(input_shape)
        self.bias.trainable = False


@mutant("has_the_weights_of_keras", "must have 3 weights", "(1, 28)")
class WithAFixedInputWidth(RightCell):
    def build(self, input_shape):
        super().build((1,))

    def step(self, x, h, c):
        return super().step(x[:, :1], h, c)


@mutant("returns_the_output_and_the_states", "(h, [h, c])")
class ReturningTheOutputOnly(RightCell):
    def call(self, inputs, states):
        return self.step(inputs, *states)[0]


@mutant("returns_the_output_and_the_states", "(h, [h, c])", "new states h and c in a list")
class ReturningHAndC(RightCell):
    def call(self, inputs, states):
        return self.step(inputs, *states)


@mutant("returns_the_output_and_the_states", "(h, [h, c])")
class ReturningThreeThings(RightCell):
    def call(self, inputs, states):
        h, c = self.step(inputs, *states)
        return h, h, c


@mutant("has_the_weights_of_keras", "your line", "input_shape[-1]")
class TakingTheBatchForTheWidth(RightCell):
    def build(self, input_shape):
        super().build(input_shape[:1])


@mutant("has_the_weights_of_keras", "your line", "input_shape[-1]")
class TakingTheShapeForTheWidth(RightCell):
    def build(self, input_shape):
        super().build([input_shape])


@mutant("has_the_weights_of_keras", "your line", "(D, 4U)")
class WithOneGateOnly(RightCell):
    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units))
        self.recurrent_kernel = self.add_weight(shape=(self.units, self.units))
        self.bias = self.add_weight(shape=(self.units,))


@mutant("has_the_weights_of_keras", "your line", "self.bias.assign(")
class SettingAPartOfTheBias(RightCell):
    def build(self, input_shape):
        super().build(input_shape)
        self.bias[self.units : 2 * self.units] = 1


@mutant("has_the_weights_of_keras", "your line", "self.kernel")
class ForgettingSelf(RightCell):
    def step(self, x, h, c):
        return finished(*sums_of(x, h, kernel, recurrent_kernel, bias), c)  # noqa: F821


@mutant("has_the_weights_of_keras", "your line", "the list [h, c]")
class HandingOverTheListOfStates(RightCell):
    def call(self, inputs, states):
        h, c = self.step(inputs, states)
        return h, [h, c]


@mutant("returns_the_output_and_the_states", "states that come back must be new", "lstm_step gives")
class ReturningTheOldStates(RightCell):
    def call(self, inputs, states):
        return self.step(inputs, *states)[0], states


@mutant("returns_the_output_and_the_states", "states are [c, h]")
class ReturningCFirst(RightCell):
    def call(self, inputs, states):
        h, c = self.step(inputs, *states)
        return h, [c, h]


@mutant("takes_the_step", "bias stays 0 and 1", "self.bias = ...")
class ReplacingTheBias(RightCell):
    def build(self, input_shape):
        super().build(input_shape)
        self.bias = ops.convert_to_tensor(self.first_bias(), dtype="float32")


@mutant("takes_the_step", "bias stays 0 and 1", "nor in call")
class AssigningTheBiasInCall(RightCell):
    def call(self, inputs, states):
        self.bias.assign(self.first_bias())
        return super().call(inputs, states)


@mutant("starts_with_an_open_forget_gate", "is a copy")
class SettingACopyOfTheBias(RightCell):
    def build(self, input_shape):
        super().build(input_shape)
        self.bias.assign(0 * self.bias)
        ops.convert_to_numpy(self.bias).copy()[self.units : 2 * self.units] = 1


@mutant("starts_with_different_units", "right angles", "orthogonal")
class ForgettingToMakeItOrthogonal(RightCell):
    def build(self, input_shape):
        super().build(input_shape)
        self.recurrent_kernel.assign(keras.random.normal(self.recurrent_kernel.shape))


@mutant("returns_the_output_and_the_states", "output of an LSTM is its new h")
class ReturningTheMemoryAsOutput(RightCell):
    def call(self, inputs, states):
        h, c = self.step(inputs, *states)
        return c, [h, c]


@mutant("takes_the_step", "new h", "h first")
class TakingCFirst(RightCell):
    def call(self, inputs, states):
        c, h = states
        h, c = self.step(inputs, h, c)
        return h, [h, c]


@mutant("takes_the_step", "starts from zeros")
class StartingFromZeros(RightCell):
    def call(self, inputs, states):
        return super().call(inputs, [ops.zeros_like(state) for state in states])


@mutant("takes_the_step", "in a second call", "kept from earlier calls")
class KeepingItsOwnState(RightCell):
    kept = None

    def call(self, inputs, states):
        if self.kept is None or self.kept[0].shape != states[0].shape:
            self.kept = states
        h, c = self.step(inputs, *self.kept)
        self.kept = [ops.convert_to_numpy(h), ops.convert_to_numpy(c)]
        return h, [h, c]


@mutant("takes_the_step", "added in each call")
class AddingTheOneInEachCall(RightCell):
    def first_bias(self):
        return np.zeros(4 * self.units)

    def step(self, x, h, c):
        bias = self.bias + np.repeat([0.0, 1.0, 0.0, 0.0], self.units).astype("float32")
        return finished(*sums_of(x, h, self.kernel, self.recurrent_kernel, bias), c)


@mutant("takes_the_step", "must be that of lstm_step")
class ReturningTheStatesExchanged(RightCell):
    def call(self, inputs, states):
        h, _ = self.step(inputs, *states)
        return h, [h, h]


@mutant("starts_with_an_open_forget_gate", "All are 0", "halve")
class WithABiasOfZeros(RightCell):
    def first_bias(self):
        return np.zeros(4 * self.units)


@mutant("starts_with_an_open_forget_gate", "All are 1")
class WithABiasOfOnes(RightCell):
    def first_bias(self):
        return np.ones(4 * self.units)


@mutant("starts_with_an_open_forget_gate", "ops.repeat")
class WithOnesInTurn(RightCell):
    def first_bias(self):
        return np.tile([0.0, 1.0, 0.0, 0.0], self.units)


@mutant("starts_with_an_open_forget_gate", "block of i")
class WithOnesForTheInputGate(RightCell):
    def first_bias(self):
        return np.repeat([1.0, 0.0, 0.0, 0.0], self.units)


@mutant("starts_with_different_units", "recurrent_kernel must start as random", "stay alike")
class WithAKernelOfZeros(RightCell):
    def build(self, input_shape):
        super().build(input_shape)
        self.recurrent_kernel.assign(ops.zeros_like(self.recurrent_kernel))


@mutant("starts_with_different_units", "drawn anew", "fixed seed")
class WithAFixedSeed(RightCell):
    def build(self, input_shape):
        super().build(input_shape)
        self.kernel.assign(keras.random.normal(self.kernel.shape, seed=7))


@mutant("training_reaches_every_weight", "at the kernel", "NumPy", "lstm_step too")
class ComputingInNumPy(RightCell):
    def step(self, x, h, c):
        kernel, recurrent_kernel, bias = map(np.asarray, (self.kernel, self.recurrent_kernel, self.bias))
        return finished(*sums_of(x, h, kernel, recurrent_kernel, bias), c)


@mutant("can_be_made_anew", "LSTMCell", "get_config must hold")
class WithAConfigWithoutUnits(RightCell):
    def get_config(self):
        return super(RightCell, self).get_config()


@mutant("can_be_made_anew", "units again", "your line")
class WithAConfigOfOneSize(RightCell):
    def __init__(self, units=1, **options):
        super().__init__(units, **options)

    def get_config(self):
        return super(RightCell, self).get_config()


@BANK.alternative("5.4")
class ByAnInitializer(keras.layers.Layer):
    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units
        self.state_size = [units, units]

    def build(self, input_shape):
        units = self.units
        self.w = self.add_weight(
            name="w", shape=(input_shape[-1], 4 * units), initializer=keras.initializers.HeNormal()
        )
        self.r = self.add_weight(name="r", shape=(units, 4 * units), initializer="orthogonal")
        self.b = self.add_weight(name="b", shape=(4 * units,), initializer=self.open_forget_gate)
        self.built = True

    def open_forget_gate(self, shape, dtype=None):
        zeros = ops.zeros(self.units, dtype)
        return ops.concatenate([zeros, zeros + 1, zeros, zeros])

    def call(self, inputs, states, training=None):
        h, c = finished(*sums_of(inputs, states[0], self.w, self.r, self.b), states[1])
        return h, (h, c)


@BANK.alternative("5.4")
class FromKeras(keras.layers.LSTMCell):
    """Nobody is meant to hand this in, and it is right."""
