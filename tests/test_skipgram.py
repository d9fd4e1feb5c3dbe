"""Skip-gram: pairs, negatives, the loss, and one training step beside the same worked out by hand."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.models.skipgram import SkipGram, draw_negatives, negative_sampling_loss, skipgram_pairs

pytestmark = pytest.mark.slow  # loads TensorFlow

V, D, B, N = 7, 3, 11, 2


def test_pairs_of_a_sentence_as_written_down_on_paper():
    assert skipgram_pairs(["the", "bear", "ate"], 1) == [
        ("the", "bear"),
        ("bear", "the"),
        ("bear", "ate"),
        ("ate", "bear"),
    ]
    assert skipgram_pairs(["the"], 5) == skipgram_pairs([], 5) == []


@given(st.lists(st.integers(0, 4), max_size=9), st.integers(1, 4))
def test_pairs_are_all_the_places_within_the_window_each_both_ways(sentence, window):
    places = range(len(sentence))
    wanted = [(sentence[i], sentence[j]) for i in places for j in places if 0 < abs(i - j) <= window]
    assert skipgram_pairs(sentence, window) == wanted


def test_negatives_are_drawn_by_the_power_of_their_counts():
    counts = np.array([0, 1, 16, 0, 81])
    drawn = draw_negatives(np.random.default_rng(1), counts, (20_000, 2))
    shares = np.bincount(drawn.ravel(), minlength=5) / drawn.size
    assert shares == pytest.approx([0, 1 / 36, 8 / 36, 0, 27 / 36], abs=0.01)
    assert drawn.shape == (20_000, 2)
    assert drawn.dtype == np.int32


def test_negatives_of_power_0_leave_out_what_never_came():
    drawn = draw_negatives(np.random.default_rng(1), np.array([0, 5, 9]), (100,), power=0)
    assert set(drawn.tolist()) == {1, 2}


def test_negatives_need_a_count():
    with pytest.raises(ValueError, match="expected counts of which at least one is above 0, received none"):
        draw_negatives(np.random.default_rng(1), np.zeros(3), (2, 2))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def test_loss_is_that_of_the_paper_for_each_pair():
    rng = np.random.default_rng(2)
    centre, context, negatives = (rng.normal(size=size) for size in [(B, D), (B, D), (B, N, D)])
    wanted = []
    for b in range(B):
        loss = -np.log(sigmoid(centre[b] @ context[b]))
        loss -= sum(np.log(sigmoid(-centre[b] @ negatives[b, i])) for i in range(N))
        wanted.append(loss)
    assert np.asarray(negative_sampling_loss(centre, context, negatives)) == pytest.approx(wanted, abs=1e-5)


def test_loss_of_huge_scores_is_their_size_and_not_infinite():
    one, big = np.ones((1, 1)), np.full((1, 1), 1000.0)
    assert float(negative_sampling_loss(one, -big, -big[:, None])[0]) == pytest.approx(1000)
    assert float(negative_sampling_loss(one, big, big[:, None])[0]) == pytest.approx(1000)
    assert float(negative_sampling_loss(one, big, -big[:, None])[0]) == 0


def drawn_skipgram(rate):
    model = SkipGram(V, D)
    model.compile(keras.optimizers.SGD(rate))
    rng = np.random.default_rng(4)
    model.set_weights([rng.normal(size=(V, D)).astype("float32") for _ in range(2)])
    centres = rng.integers(0, V, size=B)
    return model, centres, rng.integers(0, V, size=(B, 1 + N))


def test_a_step_moves_both_tables_against_the_gradient_worked_out_by_hand():
    model, centres, candidates = drawn_skipgram(rate=0.5)
    words, contexts = (weight.astype(float) for weight in model.get_weights())
    word_slope, context_slope = np.zeros((V, D)), np.zeros((V, D))
    for centre, row in zip(centres, candidates, strict=True):
        for place, other in enumerate(row):
            # d/dscore of -ln σ(score) is σ(score) - 1; of -ln σ(-score) it is σ(score).
            slope = sigmoid(words[centre] @ contexts[other]) - (place == 0)
            word_slope[centre] += slope * contexts[other] / B
            context_slope[other] += slope * words[centre] / B
    model.train_step((centres, candidates))
    moved = model.get_weights()
    assert moved[0] == pytest.approx(words - 0.5 * word_slope, abs=1e-5)
    assert moved[1] == pytest.approx(contexts - 0.5 * context_slope, abs=1e-5)


def test_a_step_and_fit_tell_the_mean_loss():
    model, centres, candidates = drawn_skipgram(rate=0.0)
    words, contexts = model.get_weights()
    losses = negative_sampling_loss(words[centres], contexts[candidates[:, 0]], contexts[candidates[:, 1:]])
    wanted = float(np.mean(losses))
    assert float(model.train_step((centres, candidates))["loss"]) == pytest.approx(wanted, rel=1e-5)
    history = model.fit(centres, candidates, batch_size=B, epochs=2, verbose=0).history["loss"]
    assert history == pytest.approx([wanted] * 2, rel=1e-5)


def test_fit_with_labels_gives_the_same_vectors():
    """The same question put to Keras as one of true and false pairs."""
    model, centres, candidates = drawn_skipgram(rate=0.5)
    start = model.get_weights()
    centre_id = keras.Input((), dtype="int32")
    candidate_ids = keras.Input((1 + N,), dtype="int32")
    words, contexts = keras.layers.Embedding(V, D), keras.layers.Embedding(V, D)
    scores = keras.layers.Dot(axes=(2, 1))([contexts(candidate_ids), words(centre_id)])
    fitted = keras.Model([centre_id, candidate_ids], scores)
    fitted.compile(
        keras.optimizers.SGD(0.5),
        keras.losses.BinaryCrossentropy(from_logits=True),
        loss_weights=1.0 + N,  # the mean over 1 + N candidates -> their sum
    )
    fitted.set_weights(start if fitted.weights[0] is words.weights[0] else start[::-1])
    labels = np.zeros((B, 1 + N))
    labels[:, 0] = 1
    model.fit(centres, candidates, batch_size=5, epochs=3, shuffle=False, verbose=0)
    fitted.fit([centres, candidates], labels, batch_size=5, epochs=3, shuffle=False, verbose=0)
    assert words.get_weights()[0] == pytest.approx(model.get_weights()[0], abs=1e-5)
    assert contexts.get_weights()[0] == pytest.approx(model.get_weights()[1], abs=1e-5)
    assert not np.allclose(model.get_weights()[0], start[0], atol=0.01)


def test_call_looks_centres_up():
    model, centres, _ = drawn_skipgram(rate=0.0)
    assert np.array_equal(np.asarray(model(centres)), model.get_weights()[0][centres])
