"""Answers to exercise 6.3, class Encoder."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops

from course_utils.models import recurrent
from course_utils.text.tokenization import END, PAD
from tests.mutants.lab_06_seq2seq.bank import BANK


class RightEncoder(keras.layers.Layer):
    """A right answer, whose parts the wrong ones replace."""

    def __init__(self, source_size, units, embedding=64, **options):
        super().__init__(**options)
        self.embedding = keras.layers.Embedding(source_size, embedding)
        self.lstm = recurrent.LSTM(units, return_state=True)

    def build(self, input_shape=None):
        self.embedding.build((None, None))
        self.lstm.build((None, None, self.embedding.output_dim))

    def mask(self, source_ids):
        return ops.not_equal(source_ids, PAD)

    def read(self, source_ids):
        """The last output, h and c."""
        return self.lstm(self.embedding(source_ids), mask=self.mask(source_ids))

    def call(self, source_ids):
        _, h, c = self.read(source_ids)
        return h, c


def mutant(check, *says):
    return BANK.mutant("6.3", rejected_by=check, says=says)


STATES, READS, PADDING, GRADIENTS, COMPILED = (
    "hands_over_both_states",
    "reads_word_after_word",
    "padding_changes_nothing",
    "training_reaches_every_weight",
    "can_be_compiled",
)


@mutant(PADDING, "state after the padded last step", "needs the mask")
class ReadingThePadding(RightEncoder):
    def mask(self, source_ids):
        return None


@mutant(READS, "Nothing was read", "False at padding")
class TakingTrueForPadding(RightEncoder):
    def mask(self, source_ids):
        return ops.equal(source_ids, PAD)


@mutant(READS, "END is left out")
class LeavingOutTheEnd(RightEncoder):
    def mask(self, source_ids):
        return ops.logical_and(ops.not_equal(source_ids, PAD), ops.not_equal(source_ids, END))


@mutant(READS, "unknown word")
class LeavingOutUnknownWords(RightEncoder):
    def mask(self, source_ids):
        return source_ids > 1


@mutant(STATES, "your line", "name the mask")
class GivingTheMaskForAState(RightEncoder):
    def read(self, source_ids):
        return self.lstm(self.embedding(source_ids), self.mask(source_ids))


@mutant(STATES, "your line", "(B, S)")
class MaskingTheNumbersOfAVector(RightEncoder):
    def read(self, source_ids):
        vectors = self.embedding(source_ids)
        return self.lstm(vectors, mask=ops.not_equal(vectors, 0))


@mutant(STATES, "your line", "self.embedding(source_ids)")
class ReadingTheIdsThemselves(RightEncoder):
    def read(self, source_ids):
        return self.lstm(source_ids, mask=self.mask(source_ids))


@mutant(COMPILED, "your line", "keras.ops")
class MakingTheMaskWithNumPy(RightEncoder):
    def mask(self, source_ids):
        return np.array(source_ids) != PAD


@mutant(COMPILED, "your line", "len(...)")
class GoingThroughTheRows(RightEncoder):
    def call(self, source_ids):
        states = []
        for row in range(len(source_ids)):
            words = source_ids[row][source_ids[row] != PAD]
            states.append(self.lstm(self.embedding(words[None]))[1:])
        return tuple(ops.concatenate(each) for each in zip(*states, strict=True))


@mutant(PADDING, "a step is still a step")
class EmptyingThePadding(RightEncoder):
    def read(self, source_ids):
        real = ops.cast(self.mask(source_ids), "float32")
        return self.lstm(self.embedding(source_ids) * real[:, :, None])


@mutant(READS, "exchanged")
class ExchangingTheStates(RightEncoder):
    def call(self, source_ids):
        _, h, c = self.read(source_ids)
        return c, h


@mutant(READS, "Both are h")
class TakingTheFirstTwo(RightEncoder):
    def call(self, source_ids):
        output, h, _ = self.read(source_ids)
        return output, h


@mutant(STATES, "the output h and the memory c", "return h, c")
class HandingOverEverything(RightEncoder):
    def call(self, source_ids):
        return self.read(source_ids)


@mutant(STATES, "the output h and the memory c")
class HandingOverTheOutputAlone(RightEncoder):
    def call(self, source_ids):
        return self.read(source_ids)[0]


@mutant(STATES, "your line", "three things")
class UnpackingTwo(RightEncoder):
    def call(self, source_ids):
        h, c = self.read(source_ids)
        return h, c


@mutant(STATES, "your line", "self.embedding(source_ids)")
class ForgettingTheEmbedding(RightEncoder):
    def read(self, source_ids):
        return self.lstm(ops.cast(source_ids, "float32"), mask=self.mask(source_ids))


@mutant(STATES, "7 rows of 3", "(3, 7)")
class TransposingTheStates(RightEncoder):
    def call(self, source_ids):
        _, h, c = self.read(source_ids)
        return ops.transpose(h), ops.transpose(c)


@mutant(READS, "backwards")
class ReadingBackwards(RightEncoder):
    def read(self, source_ids):
        return super().read(ops.flip(source_ids, axis=1))


@mutant(PADDING, "those of each sentence alone")
class ScalingByTheShareOfWords(RightEncoder):
    def call(self, source_ids):
        _, h, c = self.read(source_ids)
        share = ops.mean(ops.cast(self.mask(source_ids), "float32"), axis=1)[:, None]
        return h * share, c * share


@mutant(GRADIENTS, "of 4", "keras.ops")
class LeavingForNumPy(RightEncoder):
    def call(self, source_ids):
        _, h, c = self.read(source_ids)
        return ops.convert_to_tensor(np.array(h)), ops.convert_to_tensor(np.array(c))


@mutant(GRADIENTS, "3 of 4")
class FreezingTheVectors(RightEncoder):
    def read(self, source_ids):
        return self.lstm(ops.stop_gradient(self.embedding(source_ids)), mask=self.mask(source_ids))


@BANK.alternative("6.3")
class WithLSTMOfKeras(keras.layers.Layer):
    def __init__(self, source_size, units, embedding=64, **options):
        super().__init__(**options)
        self.embedding = keras.layers.Embedding(source_size, embedding, mask_zero=True)
        self.lstm = keras.layers.LSTM(units, return_state=True)

    def call(self, source_ids):
        vectors = self.embedding(source_ids)
        return tuple(self.lstm(vectors, mask=self.embedding.compute_mask(source_ids))[1:])


@BANK.alternative("6.3")
class WithLengths(RightEncoder):
    def mask(self, source_ids):
        lengths = ops.sum(ops.cast(source_ids > PAD, "int32"), axis=1)
        return ops.arange(ops.shape(source_ids)[1])[None] < lengths[:, None]


@BANK.alternative("6.3")
class StepByStep(RightEncoder):
    def read(self, source_ids):
        vectors, h, c = self.embedding(source_ids), None, None
        for t in range(source_ids.shape[1]):
            state = None if h is None else [h, c]
            _, new_h, new_c = self.lstm(vectors[:, t : t + 1], initial_state=state)
            real = ops.not_equal(source_ids[:, t, None], PAD)
            h, c = (new_h, new_c) if h is None else (ops.where(real, new_h, h), ops.where(real, new_c, c))
        return h, h, c


@BANK.alternative("6.3")
class WithAMaskOfNumbers(RightEncoder):
    def mask(self, source_ids):
        return ops.cast(ops.cast(source_ids, "bool"), "int32")
