"""Answers to exercise 7.5, class AttentionCell."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops

from course_utils.models.attention import AdditiveAttention
from tests.mutants.lab_07_attention.bank import BANK


class RightCell(keras.layers.Layer):
    """A right answer, whose parts the wrong ones replace."""

    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units
        self.attention = AdditiveAttention(units)
        self.cell = keras.layers.LSTMCell(units)
        self.readout = keras.layers.Dense(units, activation="tanh")
        self.supports_masking = True

    def build(self, vector_shape, memory_shape):
        self.attention.build((None, self.units), memory_shape)
        self.cell.build((None, vector_shape[-1] + memory_shape[-1]))
        self.readout.build((None, self.units + memory_shape[-1]))

    def asked(self, vector, h, c, memory, mask):
        return self.attention(h, memory, mask=mask)

    def fed(self, context, memory):
        return context

    def stepped(self, vector, context, h, c):
        h, (_, c) = self.cell(ops.concatenate([vector, context], axis=-1), [h, c])
        return h, c

    def shown(self, before, h, c, context):
        return self.readout(ops.concatenate([h, context], axis=-1))

    def call(self, vector, h, c, memory, mask=None):
        context, weights = self.asked(vector, h, c, memory, mask)
        before = h
        h, c = self.stepped(vector, self.fed(context, memory), h, c)
        return self.shown(before, h, c, context), [h, c], weights


def mutant(check, *says):
    return BANK.mutant("7.5", rejected_by=check, says=says)


FORM, ASKS, FEEDS = (
    "returns_output_states_and_weights",
    "attends_with_the_state_before_the_step",
    "the_context_goes_into_the_cell",
)
SHOWS, FORGETS, REACHES = (
    "the_output_sees_state_and_context",
    "keeps_nothing_from_call_to_call",
    "training_reaches_every_part",
)


@mutant(FORM, "return output, [h, c], weights")
class ReturningTheOutputOnly(RightCell):
    def call(self, vector, h, c, memory, mask=None):
        return super().call(vector, h, c, memory, mask)[0]


@mutant(FORM, "return output, [h, c], weights")
class ReturningTheStatesOneByOne(RightCell):
    def call(self, vector, h, c, memory, mask=None):
        output, (h, c), weights = super().call(vector, h, c, memory, mask)
        return output, h, c, weights


@mutant(FORM, "weights have another shape", "return output, [h, c], weights")
class ReturningTheContext(RightCell):
    def call(self, vector, h, c, memory, mask=None):
        output, states, _ = super().call(vector, h, c, memory, mask)
        return output, states, self.asked(vector, h, c, memory, mask)[0]


@mutant(FORM, "your line", "[vector; context]")
class SteppingWithoutTheContext(RightCell):
    def stepped(self, vector, context, h, c):
        h, (_, c) = self.cell(vector, [h, c])
        return h, c


@mutant(FORM, "your line", "[h; context]")
class ReadingOutTheStateAlone(RightCell):
    def shown(self, before, h, c, context):
        return self.readout(h)


@mutant(FORM, "your line", "two things")
class TakingAttentionForOneThing(RightCell):
    def call(self, vector, h, c, memory, mask=None):
        context, weights, _ = self.attention(h, memory, mask=mask)
        return context, [h, c], weights


@mutant(FORM, "return output, [h, c], weights")
class ReturningWhatTheCellGives(RightCell):
    def call(self, vector, h, c, memory, mask=None):
        context, weights = self.attention(h, memory, mask=mask)
        h, states = self.cell(ops.concatenate([vector, context], axis=-1), [h, c])
        return self.readout(ops.concatenate([h, context], axis=-1)), [h, *states], weights


@mutant(ASKS, "new h", "before the step")
class AskingWithTheNewState(RightCell):
    """As in Luong et al. 2015, without input feeding."""

    def asked(self, vector, h, c, memory, mask):
        nothing = ops.zeros((vector.shape[0], memory.shape[2]))
        h, _ = self.cell(ops.concatenate([vector, nothing], axis=-1), [h, c])
        return self.attention(h, memory, mask=mask)


@mutant(ASKS, "memory c")
class AskingWithTheMemory(RightCell):
    def asked(self, vector, h, c, memory, mask):
        return self.attention(c, memory, mask=mask)


@mutant(ASKS, "asks with zeros")
class AskingWithNothing(RightCell):
    def asked(self, vector, h, c, memory, mask):
        return self.attention(ops.zeros_like(h), memory, mask=mask)


@mutant(ASKS, "padding must be 0", "mask=mask")
class AskingWithoutTheMask(RightCell):
    def asked(self, vector, h, c, memory, mask):
        return self.attention(h, memory)


@mutant(ASKS, "second look", "before the step")
class AskingAfterTheStep(RightCell):
    """Steps with the context of the old state, and attends once more with the new one."""

    def call(self, vector, h, c, memory, mask=None):
        output, (h, c), _ = super().call(vector, h, c, memory, mask)
        return output, [h, c], self.attention(h, memory, mask=mask)[1]


@mutant(FEEDS, "zeros stand in its place")
class FeedingZeros(RightCell):
    def fed(self, context, memory):
        return ops.zeros_like(context)


@mutant(FEEDS, "last state of the memory")
class FeedingTheLastState(RightCell):
    def fed(self, context, memory):
        return ops.convert_to_tensor(memory)[:, -1]


@mutant(FEEDS, "first state of the memory")
class FeedingTheFirstState(RightCell):
    def fed(self, context, memory):
        return ops.convert_to_tensor(memory)[:, 0]


@mutant(FEEDS, "plain mean of the memory")
class FeedingTheMean(RightCell):
    """Of the real places."""

    def call(self, vector, h, c, memory, mask=None):
        self.mask = mask
        return super().call(vector, h, c, memory, mask)

    def fed(self, context, memory):
        real = ops.cast(self.mask, "float32")[..., None]
        return ops.sum(real * memory, axis=1) / ops.sum(real, axis=1)


@mutant(FEEDS, "is given [c, h]")
class ExchangingTheStates(RightCell):
    def stepped(self, vector, context, h, c):
        return super().stepped(vector, context, c, h)


@mutant(FEEDS, "context comes before the vector")
class PuttingTheContextFirst(RightCell):
    def stepped(self, vector, context, h, c):
        return super().stepped(context, vector, h, c)


@mutant(SHOWS, "h itself")
class ShowingTheState(RightCell):
    def shown(self, before, h, c, context):
        return h


@mutant(SHOWS, "old h")
class ShowingTheOldState(RightCell):
    def shown(self, before, h, c, context):
        return super().shown(before, before, c, context)


@mutant(SHOWS, "take the new h")
class ShowingTheMemory(RightCell):
    def shown(self, before, h, c, context):
        return super().shown(before, c, c, context)


@mutant(SHOWS, "missing from the readout")
class ShowingNoContext(RightCell):
    def shown(self, before, h, c, context):
        return super().shown(before, h, c, ops.zeros_like(context))


@mutant(SHOWS, "context comes before h")
class ShowingTheContextFirst(RightCell):
    def shown(self, before, h, c, context):
        return self.readout(ops.concatenate([context, h], axis=-1))


@mutant(FORGETS, "kept in self")
class KeepingTheContext(RightCell):
    """Right in the first call, which is all that the checks before make."""

    calls = 0

    def fed(self, context, memory):
        self.calls += 1
        if self.calls == 1:
            self.kept = ops.convert_to_numpy(context)
        return context if self.calls < 2 else ops.convert_to_tensor(self.kept)


@mutant(FORM, "your line", "asks with h")
class AskingWithTheVector(RightCell):
    def asked(self, vector, h, c, memory, mask):
        return self.attention(vector, memory, mask=mask)


@mutant(FORM, "your line", "context is the first")
class TakingTheWeightsFirst(RightCell):
    def asked(self, vector, h, c, memory, mask):
        return super().asked(vector, h, c, memory, mask)[::-1]


@mutant(FORM, "your line", "axis=-1")
class PuttingTheContextBelow(RightCell):
    def stepped(self, vector, context, h, c):
        h, (_, c) = self.cell(ops.concatenate([vector, context], axis=0), [h, c])
        return h, c


@mutant(FORM, "your line", "one list")
class HandingTheStatesOverOneByOne(RightCell):
    def stepped(self, vector, context, h, c):
        h, (_, c) = self.cell(ops.concatenate([vector, context], axis=-1), h, c)
        return h, c


@mutant(FORM, "return missing")
class PrintingTheStep(RightCell):
    def call(self, vector, h, c, memory, mask=None):
        print(super().call(vector, h, c, memory, mask))


@mutant(FEEDS, "as [c, h]")
class ReturningTheMemoryFirst(RightCell):
    def call(self, vector, h, c, memory, mask=None):
        output, states, weights = super().call(vector, h, c, memory, mask)
        return output, states[::-1], weights


@mutant(FEEDS, "the h that came in", "new ones")
class ReturningTheOldStates(RightCell):
    def call(self, vector, h, c, memory, mask=None):
        output, _, weights = super().call(vector, h, c, memory, mask)
        return output, [h, c], weights


@mutant(FEEDS, "output of the readout")
class ReturningTheOutputForTheState(RightCell):
    def call(self, vector, h, c, memory, mask=None):
        output, (_, c), weights = super().call(vector, h, c, memory, mask)
        return output, [output, c], weights


@mutant(SHOWS, "one look")
class LookingTwice(RightCell):
    """The weights that come back are those of the first look."""

    def call(self, vector, h, c, memory, mask=None):
        _, (h, c), weights = super().call(vector, h, c, memory, mask)
        context, _ = self.attention(h, memory, mask=mask)
        return self.shown(None, h, c, context), [h, c], weights


@mutant(SHOWS, "has its own")
class TakingTheTanhTwice(RightCell):
    def shown(self, before, h, c, context):
        return ops.tanh(super().shown(before, h, c, context))


@mutant(REACHES, "argument memory from the output", "stop_gradient")
class StoppingAtTheContext(RightCell):
    def fed(self, context, memory):
        return ops.stop_gradient(context)

    def shown(self, before, h, c, context):
        return super().shown(before, h, c, ops.stop_gradient(context))


@mutant(REACHES, "argument vector from the output")
class StoppingAtTheVector(RightCell):
    def stepped(self, vector, context, h, c):
        return super().stepped(ops.stop_gradient(vector), context, h, c)


@mutant(REACHES, "argument h from the output")
class StoppingAtTheStates(RightCell):
    def call(self, vector, h, c, memory, mask=None):
        return super().call(vector, ops.stop_gradient(h), ops.stop_gradient(c), memory, mask)


@mutant(REACHES, "argument h from the attention weights")
class StoppingAtTheQuery(RightCell):
    def asked(self, vector, h, c, memory, mask):
        return super().asked(vector, ops.stop_gradient(h), c, memory, mask)


@mutant(REACHES, "from the new h")
class ReturningStatesOfNumPy(RightCell):
    def call(self, vector, h, c, memory, mask=None):
        output, states, weights = super().call(vector, h, c, memory, mask)
        return output, [ops.convert_to_numpy(state) for state in states], weights


@mutant(REACHES, "from the output", "NumPy")
class ReadingOutInNumPy(RightCell):
    def shown(self, before, h, c, context):
        kernel, bias = self.readout.get_weights()
        return np.tanh(np.concatenate([h, context], axis=-1) @ kernel + bias)


@mutant(REACHES, "weights of self.readout from the output")
class ReadingOutWithWeightsThatStay(RightCell):
    def shown(self, before, h, c, context):
        kernel, bias = self.readout.get_weights()
        return ops.tanh(ops.matmul(ops.concatenate([h, context], axis=-1), kernel) + bias)


@BANK.alternative("7.5")
class ByTheWeightsThemselves(RightCell):
    def stepped(self, vector, context, h, c):
        inputs = ops.concatenate([vector, context], axis=-1)
        sums = (
            ops.matmul(inputs, self.cell.kernel) + ops.matmul(h, self.cell.recurrent_kernel) + self.cell.bias
        )
        i, f, candidate, o = ops.split(sums, 4, axis=-1)
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(candidate)
        return ops.sigmoid(o) * ops.tanh(c), c


@BANK.alternative("7.5")
class InOneGo(RightCell):
    def call(self, vector, h, c, memory, mask=None):
        context, weights = self.attention(query=h, memory=memory, mask=mask)
        _, states = self.cell(ops.hstack([vector, context]), (h, c))
        return self.readout(ops.hstack([states[0], context])), tuple(states), weights
