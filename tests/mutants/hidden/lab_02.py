"""Lab 02, scores and softmax."""

from __future__ import annotations

import numpy as np

from course_utils.checks.lab_02_scores import oracles
from course_utils.models import linear
from tests.mutants import Bank

BANK = Bank()


@BANK.mutant("2.1", rejected_by="takes_words_as_they_are_written", says=("is another",))
def writes_everything_small(words, word_scores, bias):
    return linear.sentence_score([word.lower() for word in words], word_scores, bias)


@BANK.mutant("2.2", rejected_by="learns_from_sentences_of_any_length", says=("the scores are others",))
def leaves_out_empty_sentences(sentences, labels, epochs):
    pairs = [pair for pair in zip(sentences, labels, strict=True) if pair[0]]
    return oracles.perceptron([words for words, _ in pairs], [label for _, label in pairs], epochs)


@BANK.mutant("2.3", rejected_by="takes_one_sentence_and_one_word", says=("must have the shape",))
def drops_axes_of_length_one(counts, labels, weights, bias):
    of_weights, of_bias = linear.logistic_gradient(counts, labels, weights, bias)
    return np.squeeze(of_weights), of_bias


@BANK.mutant("2.4", rejected_by="takes_scores_of_any_shape", says=("scores of shape (1,",))
def gives_scores_without_their_axis_of_one(scores):
    return np.squeeze(linear.softmax(scores))


@BANK.mutant("2.5", rejected_by="stands_sentences_far_apart", says=("near 1000 and -1000",))
def subtracts_the_largest_score_of_all(counts, labels, weights, bias):
    scores = counts @ weights + bias
    powers = np.exp(scores - scores.max())
    error = powers / powers.sum(axis=-1, keepdims=True)
    error[np.arange(len(labels)), labels] -= 1
    return counts.T @ error / len(labels), error.mean(axis=0)


@BANK.mutant("2.6", rejected_by="counts_as_many_as_there_are", says=("70,002",))
def counts_in_sixteen_bits(true, predicted, classes):
    matrix = np.zeros((len(classes), len(classes)), np.uint16)
    for row, column in zip(true, predicted, strict=True):
        matrix[classes.index(row), classes.index(column)] += 1
    return matrix


@BANK.mutant("2.7", rejected_by="draws_from_many_seldom_words", says=("sample_words raised",))
def draws_from_an_urn_of_a_hundred(words, probabilities, count, rng):
    urn = [word for word, p in zip(words, probabilities, strict=True) for _ in range(round(100 * p))]
    return [urn[int(rng.integers(len(urn)))] for _ in range(count)]
