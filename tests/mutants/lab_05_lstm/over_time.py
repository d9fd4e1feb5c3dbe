"""Answers to exercise 5.5, class LSTM."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops

from course_utils.models.recurrent_cell import LSTMCell
from tests.mutants.lab_05_lstm.bank import BANK


class RightLSTM(keras.layers.Layer):
    """A right answer, whose parts the wrong ones replace."""

    def __init__(self, units, return_sequences=False, **options):
        super().__init__(**options)
        self.units = units
        self.return_sequences = return_sequences
        self.cell = LSTMCell(units)
        self.supports_masking = True

    def build(self, input_shape):
        self.cell.build((input_shape[0], input_shape[2]))

    def start(self, inputs):
        zeros = ops.zeros((ops.shape(inputs)[0], self.units))
        return zeros, zeros

    def masked(self, real, new, old):
        """The new h and c at a step where `real` (B, 1) tells the words from the padding."""
        return tuple(ops.where(real, a, b) for a, b in zip(new, old, strict=True))

    def run(self, inputs, mask):
        h, c = self.start(inputs)
        outputs = []
        for t in range(inputs.shape[1]):
            new = self.cell(inputs[:, t], [h, c])[1]
            h, c = new if mask is None else self.masked(mask[:, t, None], new, (h, c))
            outputs.append(h)
        return outputs

    def call(self, inputs, mask=None):
        outputs = self.run(inputs, mask)
        return ops.stack(outputs, axis=1) if self.return_sequences else outputs[-1]

    def get_config(self):
        return {**super().get_config(), "units": self.units, "return_sequences": self.return_sequences}


def mutant(check, *says):
    return BANK.mutant("5.5", rejected_by=check, says=says)


SHAPES, STEPS, AFRESH = (
    "gives_all_outputs_or_the_last",
    "equals_one_step_after_another",
    "starts_afresh_in_each_call",
)
PADDING, KERAS = "padding_changes_nothing", "equals_keras_on_masked_steps_too"


@mutant(SHAPES, "shape (3, 2)", "last output")
class AlwaysGivingAll(RightLSTM):
    def call(self, inputs, mask=None):
        return ops.stack(self.run(inputs, mask), axis=1)


@mutant(SHAPES, "shape (3, 5, 2)", "each step")
class AlwaysGivingTheLast(RightLSTM):
    def call(self, inputs, mask=None):
        return self.run(inputs, mask)[-1]


@mutant(SHAPES, "shape (5, 3, 2)", "another order")
class StackingStepsFirst(RightLSTM):
    def call(self, inputs, mask=None):
        return ops.stack(self.run(inputs, mask)) if self.return_sequences else self.run(inputs, mask)[-1]


@mutant(SHAPES, "one array", "list")
class GivingTheList(RightLSTM):
    def call(self, inputs, mask=None):
        return self.run(inputs, mask) if self.return_sequences else self.run(inputs, mask)[-1]


@mutant(SHAPES, "one array", "c is not returned")
class GivingTheStateToo(RightLSTM):
    def call(self, inputs, mask=None):
        h = super().call(inputs, mask)
        return h, h


@mutant(SHAPES, "shape (3, 10)", "(B, T, U)")
class JoiningTheOutputs(RightLSTM):
    def call(self, inputs, mask=None):
        outputs = self.run(inputs, mask)
        return ops.concatenate(outputs, axis=-1) if self.return_sequences else outputs[-1]


@mutant(SHAPES, "shape (3, 7, 2)")
class LoopingOverTheWidth(RightLSTM):
    def run(self, inputs, mask):
        width = inputs.shape[2]
        padded = ops.pad(inputs, [[0, 0], [0, width], [0, 0]])[:, :width]
        return super().run(padded, mask)


@mutant(SHAPES, "shape (5, 3, 2)")
class LoopingOverTheBatch(RightLSTM):
    def run(self, inputs, mask):
        return super().run(ops.transpose(inputs, (1, 0, 2)), mask)


@mutant(SHAPES, "your line", "None", "Ask `if mask is not None`")
class ForgettingThatThereMayBeNoMask(RightLSTM):
    def run(self, inputs, mask):
        h, c = self.start(inputs)
        outputs = []
        for t in range(inputs.shape[1]):
            h, c = self.masked(mask[:, t, None], self.cell(inputs[:, t], [h, c])[1], (h, c))
            outputs.append(h)
        return outputs


@mutant(SHAPES, "your line", "come out as one")
class UnpackingTheCellsAnswerAsHAndC(RightLSTM):
    def run(self, inputs, mask):
        h, c = self.start(inputs)
        outputs = []
        for t in range(inputs.shape[1]):
            h, c = self.cell(inputs[:, t], [h, c])
            outputs.append(h)
        return outputs


@mutant(SHAPES, "your line", "states go in as a list")
class HandingOverTheStatesOneByOne(RightLSTM):
    def run(self, inputs, mask):
        h, c = self.start(inputs)
        return [self.cell(inputs[:, t], h, c)[0] for t in range(inputs.shape[1])]


@mutant(SHAPES, "your line", "inputs[:, t]")
class TakingASentenceForAStep(RightLSTM):
    def run(self, inputs, mask):
        h, c = self.start(inputs)
        return [self.cell(inputs[t], [h, c])[0] for t in range(inputs.shape[1])]


@mutant(STEPS, "neither c")
class GivingTheMemoryForTheLast(RightLSTM):
    def call(self, inputs, mask=None):
        if self.return_sequences:
            return super().call(inputs, mask)
        h, c = self.start(inputs)
        for t in range(inputs.shape[1]):
            _, [h, c] = self.cell(inputs[:, t], [h, c])
        return c


@mutant(STEPS, "each step starts from zeros")
class LosingTheState(RightLSTM):
    def run(self, inputs, mask):
        h, c = self.start(inputs)
        return [self.cell(inputs[:, t], [h, c])[0] for t in range(inputs.shape[1])]


@mutant(STEPS, "Both h and c go on")
class LosingTheMemory(RightLSTM):
    def run(self, inputs, mask):
        h, c = self.start(inputs)
        outputs = []
        for t in range(inputs.shape[1]):
            h, _ = self.cell(inputs[:, t], [h, c])
            outputs.append(h)
        return outputs


@mutant(STEPS, "from its end, and the outputs stand in that order")
class ReadingBackwards(RightLSTM):
    def run(self, inputs, mask):
        return super().run(ops.flip(inputs, axis=1), mask)


@mutant(STEPS, "The output is h")
class GivingTheMemories(RightLSTM):
    def run(self, inputs, mask):
        h, c = self.start(inputs)
        outputs = []
        for t in range(inputs.shape[1]):
            _, (h, c) = self.cell(inputs[:, t], [h, c])
            outputs.append(c)
        return outputs


@mutant(STEPS, "both start at 0")
class StartingFromOnes(RightLSTM):
    def start(self, inputs):
        ones = ops.ones((ops.shape(inputs)[0], self.units))
        return ones, ones


@mutant(STEPS, "first output")
class GivingTheFirstForTheLast(RightLSTM):
    def call(self, inputs, mask=None):
        outputs = self.run(inputs, mask)
        return ops.stack(outputs, axis=1) if self.return_sequences else outputs[0]


@mutant(AFRESH, "calls with other sentences before", "zeros for h and c")
class KeepingTheStateBetweenCalls(RightLSTM):
    kept = None

    def start(self, inputs):
        if self.kept is None or len(self.kept[0]) != len(inputs):
            self.kept = super().start(inputs)
        return self.kept

    def run(self, inputs, mask):
        outputs = super().run(inputs, mask)
        self.kept = outputs[-1], outputs[-1]
        return outputs


@mutant(AFRESH, "your line", "zeros for h and c at its beginning")
class MakingTheZerosOnce(RightLSTM):
    def build(self, input_shape):
        super().build(input_shape)
        self.zeros = ops.zeros((input_shape[0], self.units))

    def start(self, inputs):
        return self.zeros, self.zeros


@mutant(SHAPES, "each step", "shape (3, 1, 2)")
class RememberingTheNumberOfSteps(RightLSTM):
    def build(self, input_shape):
        super().build(input_shape)
        self.steps = input_shape[1]

    def run(self, inputs, mask):
        if mask is not None:
            return super().run(inputs, mask)
        (h, c), outputs = self.start(inputs), []
        for t in range(self.steps):
            h, c = self.cell(inputs[:, t], [h, c])[1]
            outputs.append(h)
        return outputs


@mutant(PADDING, "mask does nothing")
class IgnoringTheMask(RightLSTM):
    def masked(self, real, new, old):
        return new


@mutant(PADDING, "True in the mask is a real token")
class TakingTrueForPadding(RightLSTM):
    def masked(self, real, new, old):
        return super().masked(real, old, new)


@mutant(PADDING, "set to 0")
class MultiplyingByTheMask(RightLSTM):
    def masked(self, real, new, old):
        return tuple(state * ops.cast(real, "float32") for state in new)


@mutant(PADDING, "last real step", "inputs are set to 0")
class MaskingTheInputs(RightLSTM):
    def run(self, inputs, mask):
        if mask is not None:
            inputs = inputs * ops.cast(mask[:, :, None], "float32")
        return super().run(inputs, None)


@mutant(PADDING, "set to 0")
class MaskingTheOutputsOnly(RightLSTM):
    def run(self, inputs, mask):
        outputs = super().run(inputs, None)
        if mask is None:
            return outputs
        return [output * ops.cast(mask[:, t, None], "float32") for t, output in enumerate(outputs)]


@mutant(KERAS, "h is kept and c is not")
class MaskingHOnly(RightLSTM):
    def masked(self, real, new, old):
        return ops.where(real, new[0], old[0]), new[1]


@mutant(PADDING, "both h and c")
class MaskingCOnly(RightLSTM):
    def masked(self, real, new, old):
        return new[0], ops.where(real, new[1], old[1])


@mutant(PADDING, "your line", "if mask is not None")
class AskingWhetherTheMaskIsTrue(RightLSTM):
    def run(self, inputs, mask):
        return super().run(inputs, mask if mask else None)


@mutant(KERAS, "taken before the mask")
class AppendingBeforeTheMask(RightLSTM):
    def run(self, inputs, mask):
        h, c = self.start(inputs)
        outputs = []
        for t in range(inputs.shape[1]):
            output, new = self.cell(inputs[:, t], [h, c])
            h, c = new if mask is None else self.masked(mask[:, t, None], new, (h, c))
            outputs.append(output)
        return outputs if mask is None or self.return_sequences else [h]


@mutant(KERAS, "must be the h that was kept")
class GivingZerosAtMaskedSteps(RightLSTM):
    def call(self, inputs, mask=None):
        outputs = self.run(inputs, mask)
        if not self.return_sequences:
            return outputs[-1]
        outputs = ops.stack(outputs, axis=1)
        return outputs if mask is None else ops.where(mask[:, :, None], outputs, 0.0)


@mutant(PADDING, "your line", "mask[:, t, None]")
class ForgettingTheLastAxis(RightLSTM):
    def masked(self, real, new, old):
        return super().masked(real[:, 0], new, old)


@mutant("training_reaches_every_weight", "0 of 3", "np.where")
class MaskingInNumPy(RightLSTM):
    def masked(self, real, new, old):
        return tuple(np.where(real, a, b) for a, b in zip(new, old, strict=True))


@mutant("can_be_made_anew", "LSTM", "could not be called")
class WithAConfigWithoutUnits(RightLSTM):
    def get_config(self):
        return super(RightLSTM, self).get_config()


@mutant("can_be_made_anew", "return_sequences=True", "shape")
class WithAConfigWithoutReturnSequences(RightLSTM):
    def get_config(self):
        return {**super(RightLSTM, self).get_config(), "units": self.units}


@BANK.alternative("5.5")
class ByArithmetic(keras.layers.Layer):
    def __init__(self, units, return_sequences=False, **options):
        super().__init__(**options)
        self.units, self.return_sequences = units, return_sequences
        self.cell = LSTMCell(units)
        self.supports_masking = True

    def build(self, input_shape):
        self.cell.build(input_shape[::2])

    def call(self, inputs, mask=None):
        state = [ops.zeros_like(inputs[:, 0, :1]) * ops.ones((1, self.units))] * 2
        real = ops.ones_like(inputs[:, :, :1]) if mask is None else ops.cast(mask, "float32")[:, :, None]
        outputs = ()
        for t, x in enumerate(ops.unstack(inputs, axis=1)):
            _, new = self.cell(x, state)
            state = [real[:, t] * a + (1 - real[:, t]) * b for a, b in zip(new, state, strict=True)]
            outputs += (state[0][:, None],)
        return ops.concatenate(outputs, axis=1) if self.return_sequences else state[0]


@BANK.alternative("5.5")
class ByKerasRNN(keras.layers.Layer):
    def __init__(self, units, return_sequences=False, **options):
        super().__init__(**options)
        self.rnn = keras.layers.RNN(LSTMCell(units), return_sequences=return_sequences)
        self.supports_masking = True

    def call(self, inputs, mask=None):
        return self.rnn(inputs, mask=mask)
