"""Answers to exercise 4.6, class SkipGram with its train_step."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from course_utils.models.skipgram import negative_sampling_loss
from tests.mutants.lab_04_embeddings.bank import BANK


class RightModel(keras.Model):
    """A right answer, whose parts the wrong ones replace."""

    def __init__(self, vocabulary_size, width):
        super().__init__()
        self.centres = layers.Embedding(vocabulary_size, width)
        self.contexts = layers.Embedding(vocabulary_size, width)
        self.centres.build()
        self.contexts.build()
        self.mean_loss = keras.metrics.Mean(name="loss")

    @property
    def metrics(self):
        return [self.mean_loss]

    def call(self, centre):
        return self.centres(centre)

    def losses_of(self, centre, context, negatives):
        return negative_sampling_loss(self.centres(centre), self.contexts(context), self.contexts(negatives))

    def loss_of(self, centre, candidates):
        return ops.mean(self.losses_of(centre, candidates[:, 0], candidates[:, 1:]))

    def train_step(self, data):
        centre, candidates = data
        with tf.GradientTape() as tape:
            loss = self.loss_of(centre, candidates)
        self.learn(tape.gradient(loss, self.trainable_variables))
        return self.report(loss)

    def learn(self, gradients):
        self.optimizer.apply(gradients, self.trainable_variables)

    def report(self, loss):
        self.mean_loss.update_state(loss)
        return {"loss": self.mean_loss.result()}


def mutant(check, *says):
    return BANK.mutant("4.6", rejected_by=check, says=says)


@mutant("moves_both_tables", "stayed as it was", "the gradients alone change nothing")
class WithoutTheOptimizer(RightModel):
    def learn(self, gradients):
        pass


@mutant("moves_both_tables", "table contexts", "self.contexts")
class WithOneTable(RightModel):
    def losses_of(self, centre, context, negatives):
        return negative_sampling_loss(self.centres(centre), self.centres(context), self.centres(negatives))


@mutant("moves_both_tables", "table contexts", "train both")
class ThatTrainsTheCentresOnly(RightModel):
    def learn(self, gradients):
        self.optimizer.apply(gradients[:1], self.trainable_variables[:1])


@mutant("moves_both_tables", "the tape saw no way", "inside it")
class WithTheLossOutsideTheTape(RightModel):
    def train_step(self, data):
        centre, candidates = data
        loss = self.loss_of(centre, candidates)
        with tf.GradientTape() as tape:
            pass
        self.learn(tape.gradient(loss, self.trainable_variables))
        return self.report(loss)


@mutant("moves_both_tables", "the tape saw no way")
class WithVectorsLookedUpInNumPy(RightModel):
    def losses_of(self, centre, context, negatives):
        words, contexts = (np.asarray(table) for table in self.get_weights())
        return negative_sampling_loss(words[centre], contexts[context], contexts[negatives])


@mutant("moves_both_tables", "gives its gradients once", "one call")
class ThatAsksTheTapeTwice(RightModel):
    def train_step(self, data):
        centre, candidates = data
        with tf.GradientTape() as tape:
            loss = self.loss_of(centre, candidates)
        self.learn([tape.gradient(loss, variable) for variable in self.trainable_variables])
        return self.report(loss)


@mutant("moves_both_tables", "your line", "self.optimizer.apply")
class ThatSwapsGradientsAndVariables(RightModel):
    def learn(self, gradients):
        self.optimizer.apply(self.trainable_variables, [None, *gradients])


@mutant("tells_the_mean_loss", "that is the sum over the batch")
class WithTheSum(RightModel):
    def loss_of(self, centre, candidates):
        return ops.sum(self.losses_of(centre, candidates[:, 0], candidates[:, 1:]))


@mutant("tells_the_mean_loss", "the first of each row")
class ThatTakesTheLastForTheTrueOne(RightModel):
    def loss_of(self, centre, candidates):
        return ops.mean(self.losses_of(centre, candidates[:, -1], candidates[:, :-1]))


@mutant("tells_the_mean_loss", "wrong way round")
class WithTheTablesSwapped(RightModel):
    def losses_of(self, centre, context, negatives):
        return negative_sampling_loss(self.contexts(centre), self.centres(context), self.centres(negatives))


@mutant("tells_the_mean_loss", "all vectors come from self.centres")
class WithOneTableThatMovesBoth(RightModel):
    """Weight decay, say, would move the second table, too."""

    def losses_of(self, centre, context, negatives):
        return negative_sampling_loss(self.centres(centre), self.centres(context), self.centres(negatives))

    def learn(self, gradients):
        self.optimizer.apply(
            [gradients[0], ops.ones_like(self.trainable_variables[1])], self.trainable_variables
        )


@mutant("tells_the_mean_loss", "add them up")
class WithMeanNegatives(RightModel):
    def losses_of(self, centre, context, negatives):
        own, others = self.centres(centre), self.contexts(negatives)
        true = ops.sum(own * self.contexts(context), axis=-1)
        false = ops.sum(ops.expand_dims(own, 1) * others, axis=-1)
        return ops.softplus(-true) + ops.mean(ops.softplus(false), axis=-1)


@mutant("tells_the_mean_loss", "must return a dict", "the last line")
class ThatReturnsANumber(RightModel):
    def report(self, loss):
        return loss


@mutant("tells_the_mean_loss", "must return a dict")
class ThatReturnsNothing(RightModel):
    def report(self, loss):
        self.mean_loss.update_state(loss)


@mutant("goes_against_the_gradient", "up instead of down")
class ThatGoesUp(RightModel):
    def learn(self, gradients):
        self.optimizer.apply(
            [-1.0 * tf.convert_to_tensor(each) for each in gradients], self.trainable_variables
        )


@mutant("goes_against_the_gradient", "taken twice")
class ThatAppliesTwice(RightModel):
    def learn(self, gradients):
        super().learn(gradients)
        super().learn(gradients)


@mutant("goes_against_the_gradient", "mean inside the tape")
class WithGradientsOfTheSum(RightModel):
    def train_step(self, data):
        centre, candidates = data
        with tf.GradientTape() as tape:
            losses = self.losses_of(centre, candidates[:, 0], candidates[:, 1:])
        self.learn(tape.gradient(losses, self.trainable_variables))
        return self.report(ops.mean(losses))


@mutant("goes_against_the_gradient", "table contexts", "must be the gradient")
class ThatHoldsTheNegativesFast(RightModel):
    def losses_of(self, centre, context, negatives):
        others = ops.stop_gradient(self.contexts(negatives))
        return negative_sampling_loss(self.centres(centre), self.contexts(context), others)


@mutant("takes_a_second_step", "second step", "kept in self")
class ThatAddsUpGradients(RightModel):
    def learn(self, gradients):
        dense = [tf.convert_to_tensor(each) for each in gradients]
        before = getattr(self, "kept", [0.0, 0.0])
        self.kept = [a + b for a, b in zip(before, dense, strict=True)]
        super().learn(self.kept)


@BANK.alternative("4.6")
class WithApplyGradients(RightModel):
    def learn(self, gradients):
        self.optimizer.apply_gradients(zip(gradients, self.trainable_weights, strict=True))


@mutant("goes_against_the_gradient", "by self.optimizer", "learning rate")
class WithItsOwnStep(RightModel):
    def learn(self, gradients):
        for variable, gradient in zip(self.trainable_variables, gradients, strict=True):
            variable.assign_sub(0.01 * tf.convert_to_tensor(gradient))


@mutant("tells_the_mean_loss", "a minus before it")
class ThatMaximises(RightModel):
    def loss_of(self, centre, candidates):
        return -super().loss_of(centre, candidates)


@mutant("tells_the_mean_loss", "leave self.mean_loss.update_state(loss)")
class ThatReportsNothing(RightModel):
    def report(self, loss):
        return {"loss": self.mean_loss.result()}


@mutant("tells_the_mean_loss", "among the negatives")
class WithTheTrueOneAmongTheNegatives(RightModel):
    def loss_of(self, centre, candidates):
        return ops.mean(self.losses_of(centre, candidates[:, 0], candidates))


@mutant("tells_the_mean_loss", "the mean is over the pairs")
class WithTheMeanOverCandidates(RightModel):
    def loss_of(self, centre, candidates):
        return super().loss_of(centre, candidates) / candidates.shape[1]


@mutant("tells_the_mean_loss", "of all negatives")
class WithOneNegative(RightModel):
    def loss_of(self, centre, candidates):
        return super().loss_of(centre, candidates[:, :2])


@mutant("moves_both_tables", "your line", "look the ids up")
class WithTheLossOfIds(RightModel):
    def losses_of(self, centre, context, negatives):
        return ops.sum(centre[:, None, :] * negatives, axis=-1)


@mutant("lets_fit_use_it", "has no attribute 'numpy'", "graph", "your line")
class ThatWantsANumber(RightModel):
    def report(self, loss):
        super().report(loss)
        return {"loss": float(loss.numpy())}


@mutant("lets_fit_use_it", "len is not well defined", "ops.mean")
class ThatCountsThePairs(RightModel):
    def loss_of(self, centre, candidates):
        return ops.sum(self.losses_of(centre, candidates[:, 0], candidates[:, 1:])) / len(centre)


@BANK.alternative("4.6")
class WithOneLookUpAndItsOwnVariables(RightModel):
    def train_step(self, data):
        centre, candidates = data
        tables = [self.centres.embeddings, self.contexts.embeddings]
        with tf.GradientTape() as tape:
            found = ops.take(tables[1], candidates, axis=0)
            losses = negative_sampling_loss(ops.take(tables[0], centre, axis=0), found[:, 0], found[:, 1:])
            loss = ops.sum(losses) / ops.cast(ops.shape(centre)[0], "float32")
        gradients = tape.gradient(loss, [table.value for table in tables])
        self.optimizer.apply_gradients(list(zip(gradients, tables, strict=True)))
        return self.report(loss)
