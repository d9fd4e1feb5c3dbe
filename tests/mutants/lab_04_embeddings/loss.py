"""Answers to exercise 4.5, negative_sampling_loss(centre, context, negatives)."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from keras import ops

from tests.mutants.lab_04_embeddings.bank import BANK


def mutant(check, *says):
    return BANK.mutant("4.5", rejected_by=check, says=says)


def true_score(centre, context):
    return ops.sum(centre * context, axis=-1)


def false_scores(centre, negatives):
    return ops.sum(ops.expand_dims(centre, 1) * negatives, axis=-1)


def loss_of(true, false):
    return ops.softplus(-true) + ops.sum(ops.softplus(false), axis=-1)


@mutant("is_right_for_one_pair", "the negatives are pulled in")
def pulls_the_negatives_in(centre, context, negatives):
    return loss_of(true_score(centre, context), -false_scores(centre, negatives))


@mutant("is_right_for_one_pair", "the wrong way round")
def pushes_the_true_one_away(centre, context, negatives):
    return loss_of(-true_score(centre, context), -false_scores(centre, negatives))


@mutant("is_right_for_one_pair", "the negatives are not in it")
def forgets_the_negatives(centre, context, negatives):
    return ops.softplus(-true_score(centre, context))


@mutant("is_right_for_one_pair", "the true pair is not in it")
def forgets_the_true_pair(centre, context, negatives):
    return ops.sum(ops.softplus(false_scores(centre, negatives)), axis=-1)


@mutant("is_right_for_one_pair", "without the minus")
def maximises(centre, context, negatives):
    return -loss_of(true_score(centre, context), false_scores(centre, negatives))


@mutant("is_right_for_one_pair", "logarithms are missing")
def takes_no_logarithm(centre, context, negatives):
    true, false = true_score(centre, context), false_scores(centre, negatives)
    return ops.sigmoid(true) + ops.sum(ops.sigmoid(-false), axis=-1)


@mutant("is_right_for_one_pair", "the scores")
def adds_up_scores(centre, context, negatives):
    return ops.sum(false_scores(centre, negatives), axis=-1) - true_score(centre, context)


@mutant("is_right_for_one_pair", "log2")
def takes_the_logarithm_of_base_2(centre, context, negatives):
    return loss_of(true_score(centre, context), false_scores(centre, negatives)) / np.log(2).astype("float32")


@mutant("is_right_for_one_pair", "shape ()", "no mean over the pairs")
def takes_the_mean_over_pairs(centre, context, negatives):
    return ops.mean(loss_of(true_score(centre, context), false_scores(centre, negatives)))


@mutant("is_right_for_one_pair", "shape (1, 1)", "one loss for each pair")
def keeps_the_negatives_apart(centre, context, negatives):
    true, false = true_score(centre, context), false_scores(centre, negatives)
    return ops.expand_dims(ops.softplus(-true), 1) + ops.softplus(false)


@mutant("is_right_for_one_pair", "mean of the two")
def averages_all_candidates(centre, context, negatives):
    loss = loss_of(true_score(centre, context), false_scores(centre, negatives))
    return loss / (1 + negatives.shape[1])


@mutant("is_right_for_one_pair", "sum of the products", "axis -1")
def multiplies_matrices(centre, context, negatives):
    return loss_of(ops.sum(centre + context, axis=-1), false_scores(centre, negatives))


@mutant("adds_up_the_negatives_of_each_pair", "averaged", "added up")
def averages_the_negatives(centre, context, negatives):
    true, false = true_score(centre, context), false_scores(centre, negatives)
    return ops.softplus(-true) + ops.mean(ops.softplus(false), axis=-1)


@mutant("is_right_for_one_pair", "belong to the centre word")
def puts_the_negatives_to_the_context(centre, context, negatives):
    return loss_of(true_score(centre, context), false_scores(context, negatives))


@mutant("adds_up_the_negatives_of_each_pair", "only the first negative")
def takes_the_first_negative_alone(centre, context, negatives):
    return loss_of(true_score(centre, context), false_scores(centre, negatives)[:, :1])


@mutant("is_right_for_one_pair", "these are cosines")
def takes_cosines(centre, context, negatives):
    centre, context, negatives = (ops.normalize(each, axis=-1) for each in (centre, context, negatives))
    return loss_of(true_score(centre, context), false_scores(centre, negatives))


@mutant("is_right_for_one_pair", "must return a NumPy array", "keras.ops.stack")
def gives_a_list_of_losses(centre, context, negatives):
    return list(loss_of(true_score(centre, context), false_scores(centre, negatives)))


@mutant("adds_up_the_negatives_of_each_pair", "put to its own negatives")
def turns_the_negatives_round(centre, context, negatives):
    return loss_of(true_score(centre, context), false_scores(centre, negatives[::-1]))


@mutant("adds_up_the_negatives_of_each_pair", "added up before softplus")
def adds_up_scores_before_the_sigmoid(centre, context, negatives):
    true, false = true_score(centre, context), false_scores(centre, negatives)
    return ops.softplus(-true) + ops.softplus(ops.sum(false, axis=-1))


@mutant("adds_up_the_negatives_of_each_pair", "your line", "an axis in the middle")
def lets_the_axes_clash(centre, context, negatives):
    return loss_of(true_score(centre, context), ops.sum(centre * negatives, axis=-1))


@mutant("stays_right_for_large_scores", "score -1000", "ops.softplus")
def takes_the_logarithm_of_the_sigmoid(centre, context, negatives):
    true, false = true_score(centre, context), false_scores(centre, negatives)
    return -ops.log(ops.sigmoid(true)) - ops.sum(ops.log(ops.sigmoid(-false)), axis=-1)


@mutant("stays_right_for_large_scores", "a small number added")
def adds_a_small_number(centre, context, negatives):
    true, false = true_score(centre, context), false_scores(centre, negatives)
    return -ops.log(ops.sigmoid(true) + 1e-9) - ops.sum(ops.log(ops.sigmoid(-false) + 1e-9), axis=-1)


@mutant("stays_right_for_large_scores", "a limit set")
def limits_the_scores(centre, context, negatives):
    true, false = true_score(centre, context), false_scores(centre, negatives)
    return loss_of(ops.clip(true, -30, 30), ops.clip(false, -30, 30))


@mutant("stays_right_for_large_scores", "score -1000")
def takes_log_of_one_plus_exp(centre, context, negatives):
    true, false = true_score(centre, context), false_scores(centre, negatives)
    return ops.log(1 + ops.exp(-true)) + ops.sum(ops.log(1 + ops.exp(false)), axis=-1)


@mutant("lets_gradients_through", "has none", "keras.ops")
def works_in_numpy(centre, context, negatives):
    centre, context, negatives = (np.asarray(each) for each in (centre, context, negatives))
    true, false = (centre * context).sum(-1), (centre[:, None] * negatives).sum(-1)
    return np.logaddexp(0, -true) + np.logaddexp(0, false).sum(-1)


@mutant("lets_gradients_through", "negatives", "has none")
def stops_at_the_negatives(centre, context, negatives):
    return loss_of(true_score(centre, context), false_scores(centre, ops.stop_gradient(negatives)))


@mutant("lets_gradients_through", "NaN")
def chooses_after_an_overflow(centre, context, negatives):
    def softplus(x):
        return ops.where(x > 30, x, ops.log(1 + ops.exp(x)))

    true, false = true_score(centre, context), false_scores(centre, negatives)
    return softplus(-true) + ops.sum(softplus(false), axis=-1)


@BANK.alternative("4.5")
def by_einsum(centre, context, negatives):
    true = ops.einsum("bd,bd->b", centre, context)
    false = ops.einsum("bd,bnd->bn", centre, negatives)
    return -(ops.log_sigmoid(true) + ops.sum(ops.log_sigmoid(-false), axis=1))


@BANK.alternative("4.5")
def by_tensorflow(centre, context, negatives):
    candidates = tf.concat([tf.expand_dims(context, 1), negatives], axis=1)
    scores = tf.linalg.matvec(candidates, centre)
    labels = tf.concat([tf.ones_like(scores[:, :1]), tf.zeros_like(scores[:, 1:])], axis=1)
    return tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=scores), axis=1)
