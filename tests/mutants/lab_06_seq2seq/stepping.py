"""Wrong answers to exercise 6.4 whose step goes wrong."""

from __future__ import annotations

from keras import ops

from tests.mutants.lab_06_seq2seq.encoder_decoder import STEP, STEPS, RightEncoderDecoder, mutant


@mutant(STEP, "starts from zeros")
class ForgettingTheStateInStep(RightEncoderDecoder):
    def step(self, token_ids, state):
        return super().step(token_ids, None)


@mutant(STEP, "shape (3, 1, 13)", "outputs[:, 0]")
class KeepingTheAxisOfTime(RightEncoderDecoder):
    def step(self, token_ids, state):
        vectors = self.target_embedding(token_ids)[:, None]
        outputs, h, c = self.decoder(vectors, initial_state=state)
        return self.to_logits(outputs), (h, c)


@mutant(STEP, "logits and the new state", "return (logits, (h, c))")
class GivingTheLogitsAlone(RightEncoderDecoder):
    def step(self, token_ids, state):
        return super().step(token_ids, state)[0]


@mutant(STEP, "logits and the new state", "return (logits, (h, c))")
class GivingThreeThings(RightEncoderDecoder):
    def step(self, token_ids, state):
        logits, (h, c) = super().step(token_ids, state)
        return logits, h, c


@mutant(STEP, "the new state", "pair (h, c)")
class GivingHForTheState(RightEncoderDecoder):
    def step(self, token_ids, state):
        logits, (h, _) = super().step(token_ids, state)
        return logits, h[0]


@mutant(STEP, "your line", "[:, None]")
class ForgettingTheAxisOfTime(RightEncoderDecoder):
    def step(self, token_ids, state):
        outputs, h, c = self.decoder(self.target_embedding(token_ids), initial_state=state)
        return self.to_logits(outputs[:, 0]), (h, c)


@mutant(STEPS, "state of before")
class GivingTheOldState(RightEncoderDecoder):
    def step(self, token_ids, state):
        return super().step(token_ids, state)[0], state


@mutant(STEPS, "exchanged")
class GivingTheStateExchanged(RightEncoderDecoder):
    def step(self, token_ids, state):
        logits, (h, c) = super().step(token_ids, state)
        return logits, (c, h)


@mutant(STEP, "step gives logits")
class SteppingToProbabilities(RightEncoderDecoder):
    def step(self, token_ids, state):
        logits, state = super().step(token_ids, state)
        return ops.softmax(logits), state


@mutant(STEP, "among the source's vectors")
class SteppingWithTheSourcesTable(RightEncoderDecoder):
    def step(self, token_ids, state):
        outputs, h, c = self.decoder(self.encoder.embedding(token_ids)[:, None], initial_state=state)
        return self.to_logits(outputs[:, 0]), (h, c)


@mutant(STEP, "greedy chooses")
class ChoosingInStep(RightEncoderDecoder):
    def step(self, token_ids, state):
        logits, state = super().step(token_ids, state)
        return ops.argmax(logits, axis=-1), state


@mutant(STEP, "in the middle")
class TakingTheBatchForTime(RightEncoderDecoder):
    def step(self, token_ids, state):
        outputs, h, c = self.decoder(self.target_embedding(token_ids)[None], initial_state=state)
        return self.to_logits(outputs[0]), (h, c)


@mutant(STEP, "An axis is missing")
class CallingInStep(RightEncoderDecoder):
    def step(self, token_ids, state):
        return self.call([token_ids, token_ids]), state


@mutant(STEPS, "h again")
class GivingHTwice(RightEncoderDecoder):
    def step(self, token_ids, state):
        logits, (h, _) = super().step(token_ids, state)
        return logits, (h, h)
