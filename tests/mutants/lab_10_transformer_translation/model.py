"""Answers to exercise 10.2, the call of TranslationTransformer."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops

from course_utils.models.multi_head import causal_mask, padding_mask
from course_utils.models.transformer import Transformer
from tests.mutants.lab_10_transformer_translation.bank import BANK


def mutant(check, *says):
    return BANK.mutant("10.2", rejected_by=check, says=says)


LATER, BEHIND, FRONT, EQUAL = (
    "sees_no_later_word",
    "padding_of_the_source_changes_nothing",
    "padding_in_front_changes_nothing",
    "equals_the_trusted_transformer",
)


class Steps(Transformer):
    """The right call in steps, so that a mutant can change one of them."""

    def encoder_mask(self, source_ids):
        return padding_mask(source_ids)

    def memory_mask(self, source_ids):
        return padding_mask(source_ids)

    def self_mask(self, target_ids):
        return ops.logical_and(causal_mask(target_ids.shape[1]), padding_mask(target_ids))

    def embedded(self, embedding, ids, training):
        return self.dropout(embedding(ids), training=training)

    def remembered(self, embedded, mask, training):
        return self.encoder(embedded, mask=mask, training=training)[0]

    def written(self, target_ids):
        return target_ids

    def to_logits(self, x):
        return ops.matmul(x, ops.transpose(self.target_embedding.table))

    def call(self, inputs, training=False):
        source_ids, target_ids = inputs
        x = self.embedded(self.source_embedding, source_ids, training)
        memory = self.remembered(x, self.encoder_mask(source_ids), training)
        target_ids = self.written(target_ids)
        y = self.embedded(self.target_embedding, target_ids, training)
        masks = {"self_mask": self.self_mask(target_ids), "memory_mask": self.memory_mask(source_ids)}
        y, _, _ = self.decoder(y, memory, training=training, **masks)
        return self.to_logits(y)


@mutant(LATER, "must hold causal_mask")
class SeesTheFuture(Steps):
    def self_mask(self, target_ids):
        return padding_mask(target_ids)


@mutant(LATER, "must hold causal_mask")
class TurnsTheTriangleRound(Steps):
    def self_mask(self, target_ids):
        return ops.logical_and(ops.swapaxes(causal_mask(target_ids.shape[1]), 2, 3), padding_mask(target_ids))


@mutant(LATER, "begins with <s> already")
class ShiftsOnceMore(Steps):
    def written(self, target_ids):
        return ops.concatenate([ops.full_like(target_ids[:, :1], 2), target_ids[:, :-1]], axis=1)


@mutant(LATER, "transposed table")
class GivesVectors(Steps):
    def to_logits(self, x):
        return x


@mutant(LATER, "english table")
class TakesTheSourceTable(Steps):
    def to_logits(self, x):
        return ops.matmul(x, ops.transpose(self.source_embedding.table))


@mutant(LATER, "encoder gives two things")
class KeepsTheWeightsToo(Steps):
    def remembered(self, embedded, mask, training):
        memory, _, _ = self.encoder(embedded, mask=mask, training=training)
        return memory


@mutant(LATER, "encoder gives two things")
class HandsTheWeightsOn(Steps):
    def remembered(self, embedded, mask, training):
        return self.encoder(embedded, mask=mask, training=training)


@mutant(LATER, "training=training, not training=True")
class AlwaysTrains(Steps):
    def call(self, inputs, training=False):
        return super().call(inputs, training=True)


@mutant(LATER, "ops.logical_and joins")
class AddsTheMasks(Steps):
    def self_mask(self, target_ids):
        return causal_mask(target_ids.shape[1]) + padding_mask(target_ids)


@mutant(LATER, "by these names", "self_mask")
class TakesOtherNames(Steps):
    def remembered(self, embedded, mask, training):
        return self.encoder(embedded, source_mask=mask, training=training)[0]


@mutant(LATER, "call is what you write")
class InheritsTheCall(Transformer):
    pass


@mutant(LATER, "call is what you write")
class AsksTheBase(Transformer):
    def call(self, inputs, training=False):
        return super().call(inputs, training=training)


@mutant(LATER, "must keep its base")
class ForgetsTheBase(keras.Model):
    def call(self, inputs, training=False):
        return inputs


@mutant(BEHIND, "encoder sees the padding")
class EncoderSeesPadding(Steps):
    def encoder_mask(self, source_ids):
        return None


@mutant(BEHIND, "decoder sees the padding of the memory")
class DecoderSeesPadding(Steps):
    def memory_mask(self, source_ids):
        return None


@mutant(FRONT, "self_mask needs padding_mask")
class HasTheTriangleAlone(Steps):
    def self_mask(self, target_ids):
        return causal_mask(target_ids.shape[1])


@mutant(FRONT, "counted from the padding")
class CountsFromThePadding(Steps):
    def embedded(self, embedding, ids, training):
        places = ops.broadcast_to(ops.arange(ids.shape[1]), ops.shape(ids))
        return self.dropout(embedding.at(ids, places), training=training)


@mutant(EQUAL, "must read what the encoder makes")
class SkipsTheEncoder(Steps):
    def remembered(self, embedded, mask, training):
        return embedded


@mutant(EQUAL, "have no places")
class ForgetsThePlaces(Steps):
    def embedded(self, embedding, ids, training):
        vectors = ops.take(embedding.table, ids, axis=0) * self.config.width**0.5
        return self.dropout(vectors, training=training)


@mutant(EQUAL, "rows of the tables alone")
class LooksRowsUp(Steps):
    def embedded(self, embedding, ids, training):
        return self.dropout(ops.take(embedding.table, ids, axis=0), training=training)


@mutant(EQUAL, "multiply by √d already")
class MultipliesAgain(Steps):
    def embedded(self, embedding, ids, training):
        return self.dropout(embedding(ids) * self.config.width**0.5, training=training)


@mutant(EQUAL, "does not see its own word")
class HidesTheOwnWord(Steps):
    def self_mask(self, target_ids):
        earlier = np.tril(np.ones((target_ids.shape[1],) * 2, bool), -1)[None, None]
        return ops.logical_and(earlier, padding_mask(target_ids))


@mutant(EQUAL, "only the decoder must not")
class EncodesCausally(Steps):
    def encoder_mask(self, source_ids):
        return self.self_mask(source_ids)


@mutant(EQUAL, "without a softmax")
class GivesProbabilities(Steps):
    def to_logits(self, x):
        return ops.softmax(super().to_logits(x), axis=-1)


@mutant(EQUAL, "divided by √d")
class ScalesTheLogits(Steps):
    def to_logits(self, x):
        return super().to_logits(x) / self.config.width**0.5


@BANK.alternative("10.2")
class InSteps(Steps):
    pass


@BANK.alternative("10.2")
class LeavesTrainingToKeras(Transformer):
    """Keras hands an outer call's training on to the layers that are called inside."""

    def call(self, inputs, training=False):
        source_ids, target_ids = inputs
        mask = padding_mask(source_ids)
        memory, _ = self.encoder(self.dropout(self.source_embedding(source_ids)), mask=mask)
        seen = ops.cast(causal_mask(target_ids.shape[1]), "int32") * ops.cast(
            padding_mask(target_ids), "int32"
        )
        x = self.dropout(self.target_embedding(target_ids))
        x, _, _ = self.decoder(x, memory, self_mask=ops.cast(seen, "bool"), memory_mask=mask)
        return ops.dot(x, ops.transpose(self.target_embedding.table))


@BANK.alternative("10.2")
class InOnePiece(Transformer):
    def call(self, inputs, training=False):
        source_ids, target_ids = inputs
        source_mask = padding_mask(source_ids)
        x = self.dropout(self.source_embedding(source_ids), training=training)
        memory, _ = self.encoder(x, mask=source_mask, training=training)
        target_mask = ops.logical_and(causal_mask(target_ids.shape[1]), padding_mask(target_ids))
        x = self.dropout(self.target_embedding(target_ids), training=training)
        x, _, _ = self.decoder(x, memory, self_mask=target_mask, memory_mask=source_mask, training=training)
        return ops.matmul(x, ops.transpose(self.target_embedding.table))


@BANK.alternative("10.2")
class WithEinsumAndOwnMasks(Transformer):
    def call(self, inputs, training=False):
        source_ids, target_ids = inputs
        places = ops.arange(target_ids.shape[1])
        seen = (places[None, :] <= places[:, None]) & (target_ids != 0)[:, None, None, :]
        real = (source_ids != 0)[:, None, None, :]
        memory = self.encoder(
            self.dropout(self.source_embedding(source_ids), training=training), mask=real, training=training
        )[0]
        x = self.decoder(
            self.dropout(self.target_embedding(target_ids), training=training),
            memory,
            self_mask=seen,
            memory_mask=real,
            training=training,
        )[0]
        return ops.einsum("btd,vd->btv", x, self.target_embedding.table)
