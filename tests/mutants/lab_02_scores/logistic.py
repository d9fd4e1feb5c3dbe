"""Answers to exercise 2.3, logistic_gradient(counts, labels, weights, bias)."""

# ruff: noqa: B905
from __future__ import annotations

import numpy as np

from tests.mutants.lab_02_scores.bank import BANK


def sigmoid(scores):
    return 1 / (1 + np.exp(-scores))


def errors(counts, labels, weights, bias):
    return sigmoid(counts @ weights + bias) - labels


SHAPES, PAPER = "has_the_shapes_of_weights_and_bias", "matches_two_sentences_on_paper"


@BANK.mutant("2.3", rejected_by=SHAPES, says=("must return a tuple", "NumPy array", "several things"))
def returns_the_weights_gradient_alone(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)
    return counts.T @ error / len(labels)


@BANK.mutant(
    "2.3", rejected_by=SHAPES, says=("gradient of the weights", "each sentence still stands by itself")
)
def keeps_the_sentences_apart(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)
    return counts * error[:, None], error.mean()


@BANK.mutant("2.3", rejected_by=SHAPES, says=("gradient of the bias", "mean over the sentences"))
def gives_the_bias_every_error(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)
    return counts.T @ error / len(labels), error


@BANK.mutant("2.3", rejected_by=SHAPES, says=("ValueError", "matmul"))
def forgets_to_transpose(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)
    return counts @ error / len(labels), error.mean()


@BANK.mutant("2.3", rejected_by=SHAPES, says=("argument weights must stay",))
def takes_a_step(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)
    weights -= 0.1 * counts.T @ error / len(labels)
    return weights, bias - 0.1 * error.mean()


@BANK.mutant("2.3", rejected_by=SHAPES, says=("must not be None",))
def leaves_the_bias_out(counts, labels, weights, bias):
    return counts.T @ errors(counts, labels, weights, bias) / len(labels), None


@BANK.mutant("2.3", rejected_by=PAPER, says=("the sign is the other way",))
def takes_label_minus_probability(counts, labels, weights, bias):
    error = -errors(counts, labels, weights, bias)
    return counts.T @ error / len(labels), error.mean()


@BANK.mutant("2.3", rejected_by=PAPER, says=("sum over the sentences", "divide by B"))
def adds_up_instead(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)
    return counts.T @ error, error.sum()


@BANK.mutant("2.3", rejected_by=PAPER, says=("divided by the number of words",))
def divides_by_the_words(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)
    return counts.T @ error / len(weights), error.mean()


@BANK.mutant("2.3", rejected_by=PAPER, says=("the labels are missing",))
def forgets_the_labels(counts, labels, weights, bias):
    error = sigmoid(counts @ weights + bias)
    return counts.T @ error / len(labels), error.mean()


@BANK.mutant("2.3", rejected_by=PAPER, says=("squared error",))
def differentiates_the_squared_error(counts, labels, weights, bias):
    p = sigmoid(counts @ weights + bias)
    error = (p - labels) * p * (1 - p)
    return counts.T @ error / len(labels), error.mean()


@BANK.mutant("2.3", rejected_by=PAPER, says=("made +1 and −1",))
def takes_labels_for_plus_and_minus_one(counts, labels, weights, bias):
    error = sigmoid(counts @ weights + bias) - (2 * labels - 1)
    return counts.T @ error / len(labels), error.mean()


@BANK.mutant("2.3", rejected_by=PAPER, says=("new weights", "the gradient itself"))
def returns_new_weights(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)
    return weights - counts.T @ error / len(labels), bias - error.mean()


@BANK.mutant("2.3", rejected_by=SHAPES, says=("gradient of the weights", "axis 0"))
def averages_over_the_words(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)
    return (counts * error[:, None]).mean(axis=1), error.mean()


@BANK.mutant("2.3", rejected_by=SHAPES, says=("comes first",))
def returns_the_bias_first(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)
    return error.mean(), counts.T @ error / len(labels)


@BANK.mutant("2.3", rejected_by=SHAPES, says=("gradient of the bias must be one number", "length 1"))
def returns_the_bias_in_brackets(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)[:, None]
    return (counts * error).mean(axis=0), error.mean(axis=0)


@BANK.mutant("2.3", rejected_by="knows_the_bias", says=("divided by 2", "len(labels)"))
def divides_by_the_two_of_the_example(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)
    return counts.T @ error / 2, error.mean()


@BANK.mutant("2.3", rejected_by=PAPER, says=("of the score itself", "take it of the sigmoid"))
def takes_scores_for_probabilities(counts, labels, weights, bias):
    error = counts @ weights + bias - labels
    return counts.T @ error / len(labels), error.mean()


@BANK.mutant("2.3", rejected_by="turns_scores_into_probabilities", says=("mind the minus",))
def forgets_the_minus(counts, labels, weights, bias):
    error = 1 / (1 + np.exp(counts @ weights + bias)) - labels
    return counts.T @ error / len(labels), error.mean()


@BANK.mutant("2.3", rejected_by="turns_scores_into_probabilities", says=("multiply by the count",))
def asks_only_whether_a_word_is_there(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)
    return (counts > 0).T @ error / len(labels), error.mean()


@BANK.mutant("2.3", rejected_by=PAPER, says=("rounded to 0 or 1", "as it is"))
def rounds_the_probabilities(counts, labels, weights, bias):
    error = np.round(sigmoid(counts @ weights + bias)) - labels
    return counts.T @ error / len(labels), error.mean()


@BANK.mutant("2.3", rejected_by=PAPER, says=("rounded to 1", "as a perceptron decides"))
def decides_first(counts, labels, weights, bias):
    error = (counts @ weights + bias >= 0) - labels
    return counts.T @ error / len(labels), error.mean()


@BANK.mutant("2.3", rejected_by="turns_scores_into_probabilities", says=("the weights were not used",))
def forgets_the_weights(counts, labels, weights, bias):
    error = np.full(len(labels), sigmoid(bias)) - labels
    return counts.T @ error / len(labels), error.mean()


@BANK.mutant("2.3", rejected_by="knows_the_bias", says=("is the bias added",))
def forgets_the_bias(counts, labels, weights, bias):
    error = sigmoid(counts @ weights) - labels
    return counts.T @ error / len(labels), error.mean()


@BANK.mutant("2.3", rejected_by="knows_the_bias", says=("sum of the errors", "mean"))
def adds_up_for_the_bias(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)
    return counts.T @ error / len(labels), error.sum()


@BANK.mutant("2.3", rejected_by="knows_the_bias", says=("mean of the words' gradients",))
def averages_the_words_for_the_bias(counts, labels, weights, bias):
    gradient = counts.T @ errors(counts, labels, weights, bias) / len(labels)
    return gradient, gradient.mean()


@BANK.mutant("2.3", rejected_by="equals_finite_differences", says=("every one of them in the mean",))
def looks_at_four_sentences(counts, labels, weights, bias):
    error = errors(counts[:4], labels[:4], weights, bias)
    return counts[:4].T @ error / len(error), error.mean()


@BANK.mutant("2.3", rejected_by="equals_finite_differences", says=("rounded",))
def rounds_the_gradient(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)
    return np.round(counts.T @ error / len(labels), 4), round(error.mean(), 4)


@BANK.alternative("2.3")
def by_loops(counts, labels, weights, bias):
    of_weights, of_bias = np.zeros(len(weights)), 0.0
    for sentence, label in zip(counts, labels):
        error = sigmoid(sentence @ weights + bias) - label
        of_bias += error / len(labels)
        for word, count in enumerate(sentence):
            of_weights[word] += error * count / len(labels)
    return of_weights, of_bias


@BANK.alternative("2.3")
def by_keras_in_single_precision(counts, labels, weights, bias):
    from keras import ops

    table, weights = ops.cast(counts, "float32"), ops.cast(weights, "float32")
    error = ops.sigmoid(ops.matmul(table, weights) + bias) - ops.cast(labels, "float32")
    return ops.mean(error[:, None] * table, axis=0), ops.mean(error)


@BANK.alternative("2.3")
def by_broadcasting(counts, labels, weights, bias):
    error = errors(counts, labels, weights, bias)
    return (counts * error[:, None]).mean(axis=0), np.mean(error)


@BANK.alternative("2.3")
def with_the_bias_as_a_word(counts, labels, weights, bias):
    every = np.hstack([counts, np.ones((len(counts), 1))])
    p = 0.5 * (1 + np.tanh((every @ np.append(weights, bias)) / 2))
    gradient = np.einsum("bv,b->v", every, p - labels) / len(counts)
    return gradient[:-1], gradient[-1]
