"""Answers to exercise 10.2 that show in training alone."""

from __future__ import annotations

import numpy as np
from keras import ops

from tests.mutants.lab_10_transformer_translation.model import Steps, mutant

LEARNS, DROPS = "every_weight_learns", "leaves_numbers_out_in_training"


@mutant(LEARNS, "way back")
class CutsTheEncoderOff(Steps):
    def remembered(self, embedded, mask, training):
        return ops.stop_gradient(super().remembered(embedded, mask, training))


@mutant(LEARNS, "way back")
class LeavesTheGraph(Steps):
    def remembered(self, embedded, mask, training):
        return np.asarray(super().remembered(embedded, mask, training))


@mutant(LEARNS, "as embedding and in the logits")
class CopiesTheTable(Steps):
    def to_logits(self, x):
        return ops.matmul(x, ops.convert_to_numpy(self.target_embedding.table).T)


@mutant(LEARNS, "as embedding and in the logits")
class EmbedsACopy(Steps):
    def embedded(self, embedding, ids, training):
        vectors = embedding(ids)
        if embedding is self.target_embedding:
            vectors = ops.stop_gradient(vectors)
        return self.dropout(vectors, training=training)


@mutant(DROPS, "none left out at the source's embedding, the encoder, the target's embedding, the decoder")
class NeverDropsOut(Steps):
    def call(self, inputs, training=False):
        return super().call(inputs, training=False)


@mutant(DROPS, "none left out at the source's embedding, the target's embedding")
class ForgetsDropout(Steps):
    def embedded(self, embedding, ids, training):
        return embedding(ids)


@mutant(DROPS, "none left out at the target's embedding")
class DropsOutOfTheSourceAlone(Steps):
    def embedded(self, embedding, ids, training):
        vectors = embedding(ids)
        return self.dropout(vectors, training=training) if embedding is self.source_embedding else vectors


@mutant(DROPS, "none left out at the encoder")
class NeverTrainsTheEncoder(Steps):
    def remembered(self, embedded, mask, training):
        return super().remembered(embedded, mask, False)
