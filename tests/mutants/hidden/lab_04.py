"""Lab 04, embeddings."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from course_utils.checks.lab_04_embeddings import oracles
from course_utils.models import skipgram, window
from tests.mutants import Bank

BANK = Bank()


@BANK.mutant("4.1", rejected_by="takes_any_ids", says=("other ids follow",))
def knows_the_end_by_heart(sentences, n, start_id, end_id):
    return window.windows(sentences, n, start_id, 1)


@BANK.mutant("4.2", rejected_by="has_any_sizes", says=("window_model(5, 2, 3, 2)",))
def reads_three_words(vocabulary_size, n, width, hidden):
    model = [
        layers.Input((3,), dtype="int32"),
        layers.Embedding(vocabulary_size + 1, width),
        layers.Flatten(),
        layers.Dense(hidden, activation="relu"),
        layers.Dense(vocabulary_size),
    ]
    return keras.Sequential(model)


@BANK.mutant(
    "4.3", rejected_by="keeps_neighbours_that_are_equally_near", says=("three words have one vector",)
)
def finds_words_by_their_cosine(vectors, words, word, k):
    own = words.index(word)
    found = {
        round(oracles.cosine(vectors[own], vectors[row]), 9): each
        for row, each in enumerate(words)
        if row != own
    }
    return [(found[cosine], cosine) for cosine in sorted(found, reverse=True)[:k]]


@BANK.mutant("4.4", rejected_by="pairs_a_long_text", says=("recursion",))
def pairs_by_recursion(sentence, window):
    if not sentence:
        return []
    first, *rest = sentence
    pairs = [pair for other in rest[:window] for pair in ((first, other), (other, first))]
    return pairs + pairs_by_recursion(rest, window)


@BANK.mutant("4.5", rejected_by="takes_many_negatives", says=("29 negatives",))
def takes_five_negatives(centre, context, negatives):
    return skipgram.negative_sampling_loss(centre, context, negatives[:, :5])


class StepsBySubtraction(skipgram.SkipGram):
    def train_step(self, data):
        centre, candidates = data
        with tf.GradientTape() as tape:
            losses = skipgram.negative_sampling_loss(
                self.centres(centre), self.contexts(candidates[:, 0]), self.contexts(candidates[:, 1:])
            )
            loss = ops.mean(losses)
        variables = self.trainable_variables
        for variable, gradient in zip(variables, tape.gradient(loss, variables), strict=True):
            step = self.optimizer.learning_rate * tf.convert_to_tensor(gradient)
            variable.assign(variable - step)
        self.mean_loss.update_state(loss)
        return {"loss": self.mean_loss.result()}


BANK.mutant("4.6", rejected_by="leaves_the_step_to_the_optimizer", says=("three steps with momentum",))(
    StepsBySubtraction
)


@BANK.mutant("4.7", rejected_by="takes_the_best_of_bad_answers", says=("point away",))
def puts_the_three_at_minus_one(vectors, words, a, b, c):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = [words.index(each) for each in (a, b, c)]
    scores = unit @ (unit[rows[1]] - unit[rows[0]] + unit[rows[2]])
    scores[rows] = -1
    return words[int(np.argmax(scores))]
