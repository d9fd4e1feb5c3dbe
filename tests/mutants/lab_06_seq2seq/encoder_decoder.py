"""Answers to exercise 6.4, class EncoderDecoder."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops

from course_utils.checks.lab_06_seq2seq.references import Encoder
from course_utils.models import recurrent
from tests.mutants.lab_06_seq2seq.bank import BANK


class RightEncoderDecoder(keras.Model):
    """A right answer, whose parts the wrong ones replace."""

    def __init__(self, source_size, target_size, units, embedding=64, **options):
        super().__init__(**options)
        self.encoder = Encoder(source_size, units, embedding)
        self.target_embedding = keras.layers.Embedding(target_size, embedding)
        self.decoder = recurrent.LSTM(units, return_sequences=True, return_state=True)
        self.to_logits = keras.layers.Dense(target_size)

    def build(self, input_shape=None):
        self.encoder.build()
        self.target_embedding.build((None, None))
        self.decoder.build((None, None, self.target_embedding.output_dim))
        self.to_logits.build((None, None, self.decoder.units))

    def encode(self, source_ids):
        return self.encoder(source_ids)

    def handed_over(self, state):
        """What the decoder starts from."""
        return state

    def call(self, inputs):
        source_ids, decoder_input = inputs
        state = self.handed_over(self.encode(source_ids))
        outputs, _, _ = self.decoder(self.target_embedding(decoder_input), initial_state=state)
        return self.to_logits(outputs)

    def step(self, token_ids, state):
        vectors = self.target_embedding(token_ids)[:, None]
        outputs, h, c = self.decoder(vectors, initial_state=state)
        return self.to_logits(outputs[:, 0]), (h, c)


def mutant(check, *says):
    return BANK.mutant("6.4", rejected_by=check, says=says)


LOGITS, STARTS, STEP, STEPS, GRADIENTS = (
    "gives_logits_for_every_place",
    "starts_from_the_encoders_state",
    "one_step_is_a_call_of_one_token",
    "steps_give_what_a_call_gives",
    "training_reaches_the_encoder",
)


@mutant(STARTS, "starts from zeros", "the source is lost")
class HandingOverNothing(RightEncoderDecoder):
    def handed_over(self, state):
        return tuple(ops.zeros_like(each) for each in state)


@mutant(STARTS, "exchanged on the way")
class HandingOverExchanged(RightEncoderDecoder):
    def handed_over(self, state):
        h, c = state
        return c, h


@mutant(STARTS, "twice")
class HandingOverHTwice(RightEncoderDecoder):
    def handed_over(self, state):
        return state[0], state[0]


@mutant(STARTS, "c is not handed over")
class HandingOverHAlone(RightEncoderDecoder):
    def handed_over(self, state):
        return state[0], ops.zeros_like(state[0])


@mutant(STARTS, "probabilities")
class GivingProbabilities(RightEncoderDecoder):
    def call(self, inputs):
        return ops.softmax(super().call(inputs))


@mutant(LOGITS, "(2, 5, 3)", "self.to_logits comes last")
class ForgettingTheLastLayer(RightEncoderDecoder):
    def call(self, inputs):
        source_ids, decoder_input = inputs
        state = self.encode(source_ids)
        return self.decoder(self.target_embedding(decoder_input), initial_state=state)[0]


@mutant(LOGITS, "(2, 13)", "Only the last output")
class UsingTheLastOutputAlone(RightEncoderDecoder):
    def call(self, inputs):
        source_ids, decoder_input = inputs
        state = self.encode(source_ids)
        _, h, _ = self.decoder(self.target_embedding(decoder_input), initial_state=state)
        return self.to_logits(h)


@mutant(LOGITS, "so must its encoder", "that __init__ is given")
class ForgettingTheSizeOfVectors(RightEncoderDecoder):
    def __init__(self, source_size, target_size, units, embedding=64, **options):
        super().__init__(source_size, target_size, units, embedding, **options)
        self.encoder = Encoder(source_size, units)


@mutant(LOGITS, "must be 3 numbers wide", "in this order")
class ExchangingTheSizes(RightEncoderDecoder):
    def __init__(self, source_size, target_size, units, embedding=64, **options):
        super().__init__(source_size, target_size, units, embedding, **options)
        self.encoder = Encoder(source_size, embedding, units)


@mutant(LOGITS, "a layer with its sizes")
class TakingTheClassForALayer(RightEncoderDecoder):
    def __init__(self, source_size, target_size, units, embedding=64, **options):
        super().__init__(source_size, target_size, units, embedding, **options)
        self.encoder = Encoder


@mutant(LOGITS, "your line", "takes the first")
class GivingEverythingToTheLastLayer(RightEncoderDecoder):
    def call(self, inputs):
        source_ids, decoder_input = inputs
        vectors = self.target_embedding(decoder_input)
        return self.to_logits(self.decoder(vectors, initial_state=self.encode(source_ids)))


@mutant(STARTS, "only the first does")
class StartingAnewAtEachPlace(RightEncoderDecoder):
    def call(self, inputs):
        source_ids, decoder_input = inputs
        state = self.encode(source_ids)
        logits = [self.step(decoder_input[:, t], state)[0] for t in range(decoder_input.shape[1])]
        return ops.stack(logits, axis=1)


@mutant(LOGITS, "(2, 7, 13)", "not the source")
class DecodingTheSource(RightEncoderDecoder):
    def call(self, inputs):
        source_ids, _ = inputs
        return super().call([source_ids, source_ids])


@mutant(STARTS, "3 pairs")
class ReadingTheWrongSide(RightEncoderDecoder):
    def call(self, inputs):
        _, decoder_input = inputs
        return super().call([ops.minimum(decoder_input, 10), decoder_input])


@mutant(LOGITS, "logits and nothing else", "no state is asked for")
class GivingTheStateToo(RightEncoderDecoder):
    def call(self, inputs):
        source_ids, decoder_input = inputs
        state = self.encode(source_ids)
        outputs, h, c = self.decoder(self.target_embedding(decoder_input), initial_state=state)
        return self.to_logits(outputs), (h, c)


@mutant(LOGITS, "your line", "three things")
class UnpackingTheOutputsAlone(RightEncoderDecoder):
    def call(self, inputs):
        source_ids, decoder_input = inputs
        outputs, _state = self.decoder(
            self.target_embedding(decoder_input), initial_state=self.encode(source_ids)
        )
        return self.to_logits(outputs)


@mutant(GRADIENTS, "of 10", "stop_gradient")
class CuttingTheEncoderOff(RightEncoderDecoder):
    def handed_over(self, state):
        return tuple(ops.stop_gradient(each) for each in state)


@mutant(GRADIENTS, "of 10")
class HandingOverArrays(RightEncoderDecoder):
    def handed_over(self, state):
        return tuple(ops.convert_to_tensor(np.array(each)) for each in state)


@BANK.alternative("6.4")
class WithLSTMOfKeras(RightEncoderDecoder):
    def __init__(self, source_size, target_size, units, embedding=64, **options):
        keras.Model.__init__(self, **options)
        self.encoder = Encoder(source_size, units, embedding)
        self.target_embedding = keras.layers.Embedding(target_size, embedding)
        self.decoder = keras.layers.LSTM(units, return_sequences=True, return_state=True)
        self.to_logits = keras.layers.Dense(target_size)

    def step(self, token_ids, state):
        outputs, *state = self.decoder(
            ops.expand_dims(self.target_embedding(token_ids), 1), initial_state=list(state)
        )
        return self.to_logits(outputs)[:, -1], state


@BANK.alternative("6.4")
class ByStepsAlone(RightEncoderDecoder):
    def call(self, inputs):
        source_ids, decoder_input = inputs
        state, logits = self.encode(source_ids), []
        for t in range(decoder_input.shape[1]):
            each, state = self.step(decoder_input[:, t], state)
            logits.append(each)
        return ops.stack(logits, axis=1)


@BANK.alternative("6.4")
class SharingTheDecoding(RightEncoderDecoder):
    def decode(self, token_ids, state):
        outputs, h, c = self.decoder(self.target_embedding(token_ids), initial_state=state)
        return self.to_logits(outputs), (h, c)

    def call(self, inputs):
        return self.decode(inputs[1], self.encode(inputs[0]))[0]

    def step(self, token_ids, state):
        logits, state = self.decode(token_ids[:, None], state)
        return logits[:, 0], state
