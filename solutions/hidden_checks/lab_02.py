"""Hidden checks of lab 02, scores and softmax."""

import numpy as np

from course_utils.checks.arrays import expect_arrays_close
from course_utils.checks.asserts import expect, expect_close, expect_equal
from course_utils.checks.lab_02_scores import oracles
from course_utils.checks.lab_02_scores.classes import gradients_of as softmax_gradients
from course_utils.checks.lab_02_scores.learning import expect_learned, learned
from course_utils.checks.lab_02_scores.logistic import gradients_of as logistic_gradients
from course_utils.checks.lab_02_scores.softmax import probabilities_of, slowly
from course_utils.grading.hidden import exercise


@exercise("2.1").check()
def takes_words_as_they_are_written(candidate, rng):
    """'US' and 'us' are two words, and a mark has a score like a word"""
    scores = {"US": 2.0, "us": -1.0, "!": 0.5, "don't": -3.0}
    words = ["US", "Us", "us", "!", "!", "don't", "dont"]
    expect_close(candidate(words, scores, 0.25), -0.75, f"the score of {' '.join(words)!r} is another")


@exercise("2.2").check()
def learns_from_sentences_of_any_length(candidate, rng):
    """a sentence without words moves the bias, a long one all of its words"""
    words = [f"word{number}" for number in range(31)]
    sentences = [[str(word) for word in rng.choice(words, size=size)] for size in (0, 53, 1, 0, 17, 2, 0)]
    labels = [int(label) for label in rng.choice([1, -1], size=len(sentences))]
    labels[:4] = [-1, 1, -1, 1]
    for epochs in (1, 5):
        found, wanted = learned(candidate, sentences, labels, epochs), oracles.perceptron(sentences, labels, epochs)
        expect_learned(found, *wanted, f"after {epochs} epochs the scores are others", "")


@exercise("2.3").check()
def takes_one_sentence_and_one_word(candidate, rng):
    """a batch of one sentence has a gradient, and so has a vocabulary of one word"""
    for shape in ((1, 1), (1, 5), (7, 1), (53, 3)):
        counts, labels = rng.integers(0, 4, size=shape), rng.integers(0, 2, size=shape[0])
        weights, bias = rng.normal(size=shape[1]), float(rng.normal())
        of_weights, of_bias = logistic_gradients(candidate, counts, labels, weights, bias)
        errors = 1 / (1 + np.exp(-(counts * weights).sum(axis=1) - bias)) - labels
        expected = (errors[:, None] * counts).mean(axis=0)
        expect_arrays_close(of_weights, expected, f"counts of shape {shape}: another gradient of the weights")
        expect_close(of_bias, errors.mean(), f"counts of shape {shape}: another gradient of the bias", tolerance=1e-6)


@exercise("2.4").check()
def takes_scores_of_any_shape(candidate, rng):
    """axes of length 1 stay, and there may be four of them"""
    for shape in ((1,), (1, 1), (5, 1), (1, 7), (2, 1, 3, 5)):
        scores = rng.normal(size=shape)
        expect_arrays_close(probabilities_of(candidate, scores), slowly(scores), f"scores of shape {shape}")


@exercise("2.5").check()
def stands_sentences_far_apart(candidate, rng):
    """scores may be large in one sentence and very negative in another"""
    counts, labels = np.eye(2, dtype=int), np.array([1, 0])
    weights = np.array([[1000.0, 999.0, 998.0], [-1000.0, -999.0, -1001.0]])
    got, _ = softmax_gradients(candidate, counts, labels, weights, np.zeros(3))
    expected = np.array([oracles.softmax(row) for row in weights])
    expected[[0, 1], labels] -= 1
    expect_arrays_close(got, expected / 2, "two sentences with scores near 1000 and -1000: another gradient")


@exercise("2.6").check()
def counts_as_many_as_there_are(candidate, rng):
    """an entry may grow large, and the classes may be many"""
    classes = [f"class {number}" for number in rng.permutation(13)]
    true, predicted = [*[classes[3]] * 70_001, classes[12]], [*[classes[5]] * 70_001, classes[0]]
    expected = np.zeros((13, 13))
    expected[3, 5], expected[12, 0] = 70_001, 1
    expect_arrays_close(candidate(true, predicted, classes), expected, "70,002 e-mails of 13 classes")


@exercise("2.7").check()
def draws_from_many_seldom_words(candidate, rng):
    """of 257 equally likely words any may be drawn"""
    words = [f"word{number}" for number in range(257)]
    got = list(candidate(words, np.full(257, 1 / 257), 3_000, np.random.default_rng(int(rng.integers(10**6)))))
    expect_equal(len(got), 3_000, "3,000 words were asked for")
    kinds = len({str(word) for word in got} & set(words))
    # 257 · (1 - 1/257)^3000 = 0.002 words are missing on average; seven of them once in 10^19 times
    expect(kinds > 250, "of 257 words nearly all must come in 3,000 draws", expected="257", got=kinds)
