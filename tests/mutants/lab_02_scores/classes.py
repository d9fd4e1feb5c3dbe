"""Answers to exercise 2.5, softmax_gradient(counts, labels, weights, bias)."""

# ruff: noqa: B905
from __future__ import annotations

import numpy as np

from tests.mutants.lab_02_scores.bank import BANK


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def errors(counts, labels, weights, bias):
    return softmax(counts @ weights + bias) - np.eye(len(bias))[labels]


SHAPES, PAPER, MEAN = (
    "has_the_shapes_of_weights_and_bias",
    "matches_one_sentence_on_paper",
    "is_a_mean_over_the_sentences",
)


@BANK.mutant("2.5", rejected_by=SHAPES, says=("gradient of the weights", "rows and columns are exchanged"))
def exchanges_rows_and_columns(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)
    return error.T @ counts / len(labels), error.mean(axis=0)


@BANK.mutant("2.5", rejected_by=SHAPES, says=("gradient of the bias", "shape ()"))
def gives_all_classes_one_bias(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)
    return counts.T @ error / len(labels), error.mean()


@BANK.mutant("2.5", rejected_by=SHAPES, says=("gradient of the bias", "axis 0"))
def gives_the_bias_every_error(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)
    return counts.T @ error / len(labels), error


@BANK.mutant("2.5", rejected_by=SHAPES, says=("broadcast", "one-hot rows", "len(bias)"))
def takes_labels_for_one_hot(counts, labels, weights, bias):
    error = softmax(counts @ weights + bias) - labels
    return counts.T @ error / len(labels), error.mean(axis=0)


@BANK.mutant("2.5", rejected_by=SHAPES, says=("must return a tuple",))
def returns_the_weights_gradient_alone(counts, labels, weights, bias):
    return counts.T @ errors(counts, labels, weights, bias) / len(labels)


@BANK.mutant("2.5", rejected_by=PAPER, says=("the sign is the other way",))
def takes_one_hot_minus_probabilities(counts, labels, weights, bias):
    error = -errors(counts, labels, weights, bias)
    return counts.T @ error / len(labels), error.mean(axis=0)


@BANK.mutant("2.5", rejected_by=PAPER, says=("the labels are missing",))
def forgets_the_labels(counts, labels, weights, bias):
    error = softmax(counts @ weights + bias)
    return counts.T @ error / len(labels), error.mean(axis=0)


@BANK.mutant("2.5", rejected_by=PAPER, says=("from every class", "np.arange(B)"))
def takes_one_from_every_class(counts, labels, weights, bias):
    error = softmax(counts @ weights + bias)
    error[range(len(labels))] -= 1
    return counts.T @ error / len(labels), error.mean(axis=0)


@BANK.mutant("2.5", rejected_by=PAPER, says=("over the sentences", "over the classes"))
def runs_softmax_over_the_sentences(counts, labels, weights, bias):
    error = softmax(counts @ weights + bias, axis=0) - np.eye(len(bias))[labels]
    return counts.T @ error / len(labels), error.mean(axis=0)


@BANK.mutant("2.5", rejected_by=PAPER, says=("less 1 at the sentence's own class",))
def learns_like_a_perceptron(counts, labels, weights, bias):
    identity = np.eye(len(bias))
    error = identity[(counts @ weights + bias).argmax(axis=-1)] - identity[labels]
    return counts.T @ error / len(labels), error.mean(axis=0)


@BANK.mutant("2.5", rejected_by=PAPER, says=("that is the sigmoid",))
def gives_each_class_a_sigmoid(counts, labels, weights, bias):
    error = 1 / (1 + np.exp(-(counts @ weights + bias))) - np.eye(len(bias))[labels]
    return counts.T @ error / len(labels), error.mean(axis=0)


@BANK.mutant("2.5", rejected_by=PAPER, says=("softmax makes probabilities of them first",))
def takes_scores_for_probabilities(counts, labels, weights, bias):
    error = counts @ weights + bias - np.eye(len(bias))[labels]
    return counts.T @ error / len(labels), error.mean(axis=0)


@BANK.mutant("2.5", rejected_by=PAPER, says=("only the true class has an error",))
def has_errors_for_the_true_class_only(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias) * np.eye(len(bias))[labels]
    return counts.T @ error / len(labels), error.mean(axis=0)


@BANK.mutant("2.5", rejected_by=PAPER, says=("by the number of classes too",))
def averages_over_the_classes_too(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)
    return counts.T @ error / error.size, error.mean(axis=0)


@BANK.mutant("2.5", rejected_by=PAPER, says=("multiply by the count",))
def asks_only_whether_a_word_is_there(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)
    return (counts > 0).T @ error / len(labels), error.mean(axis=0)


@BANK.mutant("2.5", rejected_by=PAPER, says=("without the counts",))
def averages_the_words_for_the_bias(counts, labels, weights, bias):
    gradient = counts.T @ errors(counts, labels, weights, bias) / len(labels)
    return gradient, gradient.mean(axis=0)


@BANK.mutant("2.5", rejected_by=PAPER, says=("not the largest label + 1",))
def counts_classes_by_the_labels(counts, labels, weights, bias):
    error = softmax(counts @ weights + bias) - np.eye(labels.max() + 1)[labels]
    return counts.T @ error / len(labels), error.mean(axis=0)


@BANK.mutant("2.5", rejected_by="takes_the_number_of_classes_from_the_call", says=("not always 3",))
def has_three_classes(counts, labels, weights, bias):
    error = softmax(counts @ weights + bias) - np.eye(3)[labels]
    return counts.T @ error / len(labels), error.mean(axis=0)


@BANK.mutant("2.5", rejected_by="stands_large_scores", says=("use your softmax of 2.4",))
def takes_powers_as_they_are(counts, labels, weights, bias):
    powers = np.exp(counts @ weights + bias)
    error = powers / powers.sum(axis=-1, keepdims=True) - np.eye(len(bias))[labels]
    return counts.T @ error / len(labels), error.mean(axis=0)


@BANK.mutant("2.5", rejected_by=MEAN, says=("sum to 1 by itself",))
def makes_one_softmax_of_all_sentences(counts, labels, weights, bias):
    error = softmax(counts @ weights + bias, axis=None) - np.eye(len(bias))[labels]
    return counts.T @ error / len(labels), error.mean(axis=0)


@BANK.mutant("2.5", rejected_by=MEAN, says=("gradient of the weights", "that is the sum"))
def adds_up_instead(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)
    return counts.T @ error, error.sum(axis=0)


@BANK.mutant("2.5", rejected_by=MEAN, says=("gradient of the bias", "that is the sum"))
def adds_up_for_the_bias(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)
    return counts.T @ error / len(labels), error.sum(axis=0)


@BANK.mutant("2.5", rejected_by="equals_finite_differences", says=("weights and bias both",))
def forgets_the_bias(counts, labels, weights, bias):
    error = softmax(counts @ weights) - np.eye(len(bias))[labels]
    return counts.T @ error / len(labels), error.mean(axis=0)


@BANK.mutant("2.5", rejected_by="equals_finite_differences", says=("np.arange(B) and labels together",))
def takes_one_from_every_sentences_classes(counts, labels, weights, bias):
    error = softmax(counts @ weights + bias)
    error[:, labels] -= 1
    return counts.T @ error / len(labels), error.mean(axis=0)


@BANK.alternative("2.5")
def by_loops(counts, labels, weights, bias):
    of_weights, of_bias = np.zeros(weights.shape), np.zeros(bias.shape)
    for sentence, label in zip(counts, labels):
        error = softmax(sentence @ weights + bias)
        error[label] -= 1
        of_weights += np.outer(sentence, error) / len(labels)
        of_bias += error / len(labels)
    return of_weights, of_bias


@BANK.alternative("2.5")
def by_keras_in_single_precision(counts, labels, weights, bias):
    from keras import ops

    table, weights = ops.cast(counts, "float32"), ops.cast(weights, "float32")
    shares = ops.softmax(ops.matmul(table, weights) + ops.cast(bias, "float32"))
    error = shares - ops.one_hot(labels, len(bias))
    return ops.matmul(ops.transpose(table), error) / len(labels), ops.mean(error, axis=0)


@BANK.alternative("2.5")
def by_einsum(counts, labels, weights, bias):
    one_hot = (labels[:, None] == np.arange(len(bias))).astype(float)
    error = softmax(counts @ weights + bias) - one_hot
    return np.einsum("bv,bk->vk", counts, error) / len(labels), error.sum(axis=0) / len(labels)


@BANK.alternative("2.5")
def class_by_class(counts, labels, weights, bias):
    shares = softmax(counts @ weights + bias)
    columns = [counts.T @ (shares[:, k] - (labels == k)) / len(labels) for k in range(len(bias))]
    return np.stack(columns, axis=1), [np.mean(shares[:, k] - (labels == k)) for k in range(len(bias))]
