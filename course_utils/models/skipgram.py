"""Skip-gram with negative sampling: vectors from the question which words stand near which.

T. Mikolov et al., Distributed representations of words and phrases and their compositionality, 2013.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops
from numpy.typing import NDArray

Ids = NDArray[np.int32]


def skipgram_pairs(sentence: Sequence[Any], window: int) -> list[tuple[Any, Any]]:
    """Each word of a sentence with each other word at most `window` places away: (centre, context)."""
    return [
        (centre, sentence[j])
        for i, centre in enumerate(sentence)
        for j in range(max(0, i - window), min(len(sentence), i + window + 1))
        if j != i
    ]


def draw_negatives(
    rng: np.random.Generator, counts: NDArray[np.integer], shape: tuple[int, ...], power: float = 0.75
) -> Ids:
    """Ids drawn in proportion to counts^power, counts (V,). The power 3/4 is that of Mikolov et al. (2013).

    Raises:
        ValueError: no count is above 0.
    """
    weights = np.asarray(counts, float) ** power * (np.asarray(counts) > 0)
    if not weights.sum() > 0:
        raise ValueError("expected counts of which at least one is above 0, received none")
    return rng.choice(len(weights), size=shape, p=weights / weights.sum()).astype(np.int32)


def negative_sampling_loss(centre: Any, context: Any, negatives: Any) -> Any:
    """-ln σ(centre · context) - Σ ln σ(-centre · negative), equation 4 of Mikolov et al. (2013).

    Vectors centre (B, D), context (B, D), negatives (B, N, D); the losses are (B,). -ln σ(x) is softplus(-x),
    which stays finite where the sigmoid rounds to 0.
    """
    true_scores = ops.sum(centre * context, axis=-1)
    false_scores = ops.sum(ops.expand_dims(centre, 1) * negatives, axis=-1)
    return ops.softplus(-true_scores) + ops.sum(ops.softplus(false_scores), axis=-1)


class SkipGram(keras.Model):
    """Two tables of V vectors of width D: of a word as the centre, and of a word near others.

    `fit(centres, candidates)` trains it: centres (M,), candidates (M, 1+N), in each row the true context
    first and then the negatives. TensorFlow only, for the sake of its GradientTape.
    """

    def __init__(self, vocabulary_size: int, width: int):
        super().__init__()
        self.centres = layers.Embedding(vocabulary_size, width, name="centres")
        self.contexts = layers.Embedding(vocabulary_size, width, name="contexts")
        self.centres.build()
        self.contexts.build()
        self.mean_loss = keras.metrics.Mean(name="loss")

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """What Keras sets back to zero at the start of each epoch."""
        return [self.mean_loss]

    def call(self, centre: Any) -> Any:
        """Ids (B,) -> their vectors as centres (B, D)."""
        return self.centres(centre)

    def train_step(self, data: Any) -> dict[str, Any]:
        """One step on a batch (centre (B,), candidates (B, 1+N)); gives the mean loss so far."""
        centre, candidates = data
        with tf.GradientTape() as tape:
            losses = negative_sampling_loss(
                self.centres(centre), self.contexts(candidates[:, 0]), self.contexts(candidates[:, 1:])
            )
            loss = ops.mean(losses)
        variables = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        self.mean_loss.update_state(loss)
        return {"loss": self.mean_loss.result()}
