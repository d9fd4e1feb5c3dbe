"""Perceptron, logistic and softmax regression: against mathematics, other libraries and the world's truth."""

import numpy as np
import pytest
import scipy.optimize
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_utils.models import linear
from course_utils.text.world import World

pytestmark = pytest.mark.slow  # loads TensorFlow

B, V, K = 11, 7, 3


@pytest.fixture
def rng():
    return np.random.default_rng(5)


@pytest.fixture(scope="module")
def moody():
    """Some of the world's sentences about feelings and opinions, and +1 or -1 for each."""
    records = [record for record in World(seed=3).sentences(3000) if record.sentiment_label]
    return [record.english for record in records], [
        1 if record.sentiment_label == "happy" else -1 for record in records
    ]


def test_a_score_is_the_bias_and_each_word_as_often_as_it_stands():
    scores = {"good": 2, "bad": -3}
    assert linear.sentence_score(["good", "good", "film", "bad"], scores, 0.5) == 1.5
    assert linear.sentence_score([], scores, 0.5) == 0.5


def test_the_worlds_own_scores_never_err(moody):
    truth = World().word_scores()
    for words, mood in zip(*moody, strict=True):
        assert mood * linear.sentence_score(words, truth, 0) > 0


def test_a_perceptron_step_by_step():
    sentences, labels = [["good", "film"], ["bad", "film"], ["film"], ["good", "film"]], [1, -1, -1, 1]
    # 0 is a mistake: good 1, film 1, bias 1. Then 2 is one: bad -1, film 0, bias 0. Then 0: film -1, bias -1.
    # Then 1 - 1 - 1: good 2, film 0, bias 0.
    assert linear.perceptron(sentences, labels, 1) == ({"good": 2, "film": 0, "bad": -1}, 0)
    assert linear.perceptron(sentences, labels, 0) == ({}, 0)


def test_a_word_that_stands_twice_moves_twice():
    assert linear.perceptron([["so", "so"]], [-1], 1) == ({"so": -2}, -1)


def test_a_perceptron_ends_without_mistakes_where_scores_exist(moody):
    sentences, moods = moody
    scores, bias = linear.perceptron(sentences, moods, 150)
    assert all(
        mood * linear.sentence_score(words, scores, bias) > 0
        for words, mood in zip(sentences, moods, strict=True)
    )


def test_a_perceptron_runs_in_a_circle_where_none_exist():
    negated = [["happy"], ["not", "happy"], ["sad"], ["not", "sad"]]
    for epochs in (1, 2, 100):
        assert linear.perceptron(negated, [1, -1, -1, 1], epochs) == ({"happy": 0, "not": 0, "sad": 0}, 0)


@pytest.mark.parametrize("labels", [[1, -1], [1, 0, -1]])
def test_labels_that_are_none_are_refused(labels):
    with pytest.raises(ValueError, match=r"expected 3 labels, each \+1 or -1, received \[1"):
        linear.perceptron([["a"], ["b"], ["c"]], labels, 1)


def test_words_are_counted_in_their_columns():
    counts = linear.count_matrix([["a", "b", "a"], [], ["c", "new"]], ["c", "a", "b"])
    assert counts.tolist() == [[0, 2, 1], [0, 0, 0], [1, 0, 0]]


@given(arrays(float, st.integers(1, 7), elements=st.floats(-1e6, 1e6)))
def test_sigmoid_is_scipys_and_stands_every_score(scores):
    np.testing.assert_allclose(linear.sigmoid(scores), scipy.special.expit(scores), rtol=1e-12, atol=1e-300)


def test_the_logistic_gradient_is_that_of_the_loss(rng):
    counts, labels = rng.integers(0, 3, (B, V)), rng.integers(0, 2, B)
    place = rng.normal(size=V + 1)

    def loss(place):
        return linear.logistic_loss(counts, labels, place[:-1], place[-1])

    gradient = np.append(*linear.logistic_gradient(counts, labels, place[:-1], place[-1]))
    numbers = scipy.optimize.approx_fprime(place, loss, 1e-7)
    np.testing.assert_allclose(gradient, numbers, atol=1e-6)


def test_the_logistic_loss_is_the_mean_surprise_and_stays_finite():
    counts, labels = np.array([[1.0], [3.0]]), np.array([1, 0])
    by_hand = -(np.log(1 / (1 + np.exp(-2))) + np.log(1 - 1 / (1 + np.exp(-6)))) / 2
    assert linear.logistic_loss(counts, labels, np.array([2.0]), 0.0) == pytest.approx(by_hand)
    assert linear.logistic_loss(counts, labels, np.array([1000.0]), 0.0) == pytest.approx(1500)


def test_keras_has_the_same_logistic_gradient(rng):
    import keras
    import tensorflow as tf

    counts, labels = rng.integers(0, 3, (B, V)).astype("float32"), rng.integers(0, 2, B)
    model = keras.Sequential([keras.Input((V,)), keras.layers.Dense(1)])
    model.set_weights([rng.normal(size=(V, 1)), rng.normal(size=1)])
    with tf.GradientTape() as tape:
        loss = keras.losses.BinaryCrossentropy(from_logits=True)(labels[:, None], model(counts))
    of_weights, of_bias = tape.gradient(loss, model.trainable_weights)
    weights, bias = model.get_weights()
    expected = linear.logistic_gradient(counts, labels, weights[:, 0], bias[0])
    np.testing.assert_allclose(of_weights[:, 0], expected[0], atol=1e-6)
    np.testing.assert_allclose(of_bias[0], expected[1], atol=1e-6)
    assert float(loss) == pytest.approx(
        linear.logistic_loss(counts, labels, weights[:, 0], float(bias[0])), rel=1e-5
    )


scores_of_any_size = arrays(
    float, st.tuples(st.integers(1, 3), st.integers(1, 5)), elements=st.floats(-1e4, 1e4)
)


@given(scores_of_any_size)
def test_softmax_gives_probabilities_that_only_hang_on_differences(scores):
    probabilities = linear.softmax(scores)
    assert probabilities.shape == scores.shape
    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=-1), 1, rtol=1e-12)
    np.testing.assert_allclose(probabilities, scipy.special.softmax(scores, axis=-1), rtol=1e-9, atol=1e-300)
    np.testing.assert_allclose(linear.softmax(scores + 4096.0), probabilities, rtol=1e-6, atol=1e-12)


def test_softmax_of_the_four_scores_on_paper():
    assert linear.softmax([1, 0, 4, -1]).round(2).tolist() == [0.05, 0.02, 0.93, 0.01]
    assert linear.softmax([1000, -1000]).tolist() == [1, 0]
    assert linear.softmax(np.zeros((2, 3, 5))).tolist() == np.full((2, 3, 5), 0.2).tolist()


def test_softmax_leaves_its_argument_alone():
    scores = np.array([1.0, 3.0])
    linear.softmax(scores)
    assert scores.tolist() == [1, 3]


def test_the_softmax_gradient_is_that_of_kerass_loss(rng):
    import keras
    import tensorflow as tf

    counts, labels = rng.integers(0, 3, (B, V)).astype(float), rng.integers(0, K, B)
    weights, bias = tf.Variable(rng.normal(size=(V, K))), tf.Variable(rng.normal(size=K))
    with tf.GradientTape() as tape:
        losses = keras.losses.SparseCategoricalCrossentropy(from_logits=True, dtype="float64")
        loss = losses(labels, counts @ weights + bias)
    expected = tape.gradient(loss, [weights, bias])
    got = linear.softmax_gradient(counts, labels, weights.numpy(), bias.numpy())
    for each, wanted, shape in zip(got, expected, [(V, K), (K,)], strict=True):
        assert each.shape == shape
        np.testing.assert_allclose(each, wanted, atol=1e-7)


def test_confusion_has_true_classes_in_rows_in_the_order_given():
    matrix = linear.confusion_matrix(["b", "b", "b", "a"], ["c", "c", "b", "a"], ["c", "b", "a"])
    assert matrix.tolist() == [[0, 0, 0], [2, 1, 0], [0, 0, 1]]


@pytest.mark.parametrize(("true", "predicted"), [(["a"], ["a", "a"]), (["d"], ["a"]), (["a"], ["d"])])
def test_classes_that_do_not_fit_are_refused(true, predicted):
    with pytest.raises(
        ValueError, match=r"expected as many predictions as true classes, all of \['a', 'b'\]"
    ):
        linear.confusion_matrix(true, predicted, ["a", "b"])


def test_draws_follow_the_probabilities_and_nothing_else():
    words, probabilities = ["bear", "fish", "fox", "owl"], [0.2, 0.0, 0.7, 0.1]
    drawn = linear.sample_words(words, probabilities, 10_000, np.random.default_rng(2))
    for word, probability in zip(words, probabilities, strict=True):
        assert drawn.count(word) / 10_000 == pytest.approx(probability, abs=0.02)
    assert drawn == linear.sample_words(words, probabilities, 10_000, np.random.default_rng(2))
    assert drawn != linear.sample_words(words, probabilities, 10_000, np.random.default_rng(3))


def test_a_sum_that_rounding_leaves_below_one_still_draws_a_word():
    class Highest:
        """A generator whose every number is the largest there is."""

        def random(self, count):
            return np.full(count, np.nextafter(1, 0))

    probabilities = np.float32([0.1] * 10)  # as a network gives them
    drawn = linear.sample_words(list("abcdefghij"), probabilities * np.float32(0.9999), 3, Highest())
    assert drawn == ["j"] * 3
