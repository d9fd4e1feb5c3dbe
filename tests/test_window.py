"""The window language model: windows, the network's layout, its hidden layer and its probabilities."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.models.vocabulary import END_ID, Vocabulary
from course_utils.models.window import hidden_layer, log_probabilities, window_model, windows

START, END = 11, 1
SENTENCES = st.lists(st.lists(st.integers(2, 10), max_size=6), min_size=1, max_size=5)


def test_windows_of_a_sentence_as_written_down_on_paper():
    contexts, following = windows([[5, 7, 3]], 3, START, END)
    assert contexts.tolist() == [[11, 11], [11, 5], [5, 7], [7, 3]]
    assert following.tolist() == [5, 7, 3, 1]


@given(SENTENCES, st.integers(2, 7))
def test_each_token_and_each_end_stands_after_what_came_before_it_in_its_own_sentence(sentences, n):
    contexts, following = windows(sentences, n, START, END)
    closed = [[*sentence, END] for sentence in sentences]
    assert contexts.shape == (sum(map(len, closed)), n - 1)
    assert following.tolist() == [id for sentence in closed for id in sentence]
    before = [sentence[:i] for sentence in closed for i in range(len(sentence))]
    for context, history in zip(contexts.tolist(), before, strict=True):
        kept = history[-(n - 1) :]
        assert context == [START] * (n - 1 - len(kept)) + kept


def test_windows_take_the_ids_of_a_vocabulary():
    vocabulary = Vocabulary.from_sentences([["the", "bear", "ate"]])
    ids = [vocabulary.encode(["the", "bear"])]
    contexts, following = windows(ids, 2, vocabulary.start_id, END_ID)
    assert contexts.dtype == following.dtype == np.int32
    assert [vocabulary.tokens[id] for id in following] == ["the", "bear", "</s>"]


def test_windows_without_context_are_refused():
    with pytest.raises(ValueError, match="expected n of at least 2, one word of context, received 1"):
        windows([[5]], 1, START, END)


def drawn_model(vocabulary_size=7, n=4, width=5, hidden=3):
    model = window_model(vocabulary_size, n, width, hidden)
    rng = np.random.default_rng(3)
    weights = [rng.normal(size=weight.shape).astype("float32") for weight in model.get_weights()]
    model.set_weights(weights)
    contexts = rng.integers(0, vocabulary_size + 1, size=(11, n - 1))
    return model, weights, contexts, rng.integers(0, vocabulary_size, size=11)


def test_window_model_has_a_row_for_the_start_token_and_these_weights():
    model, weights, _, _ = drawn_model()
    assert [weight.shape for weight in weights] == [(8, 5), (15, 3), (3,), (3, 7), (7,)]
    assert model.count_params() == 8 * 5 + 15 * 3 + 3 + 3 * 7 + 7


def test_window_model_computes_what_a_loop_over_numbers_does():
    model, (table, kernel, bias, last_kernel, last_bias), contexts, _ = drawn_model()
    logits = np.asarray(model(contexts))
    assert logits.shape == (11, 7)
    for context, row in zip(contexts, logits, strict=True):
        side_by_side = [number for id in context for number in table[id]]
        hidden = [
            max(0.0, float(bias[j]) + sum(x * float(kernel[i, j]) for i, x in enumerate(side_by_side)))
            for j in range(3)
        ]
        for word in range(7):
            wanted = float(last_bias[word]) + sum(
                h * float(last_kernel[j, word]) for j, h in enumerate(hidden)
            )
            assert row[word] == pytest.approx(wanted, abs=1e-4)


def test_hidden_layer_is_the_models_last_layer_but_one():
    model, weights, contexts, _ = drawn_model()
    inner = keras.Model(model.inputs[0], model.layers[-2].output)
    assert np.allclose(hidden_layer(weights, contexts), np.asarray(inner(contexts)), atol=1e-5)


@pytest.mark.parametrize("batch_size", [2, 11, 4096])
def test_log_probabilities_are_those_of_a_softmax_whatever_the_batches(batch_size):
    model, _, contexts, following = drawn_model()
    odds = np.exp(np.asarray(model(contexts), np.float64))
    wanted = np.log(odds[np.arange(11), following] / odds.sum(axis=1))
    assert np.allclose(log_probabilities(model, contexts, following, batch_size), wanted, atol=1e-6)


def test_log_probabilities_survive_logits_that_exp_does_not():
    model, weights, contexts, following = drawn_model()
    model.set_weights([*weights[:3], weights[3] * 1e4, weights[4]])
    found = log_probabilities(model, contexts, following)
    assert np.isfinite(found).all()
    assert (found <= 0).all()
    assert found.min() < -1000


def test_window_model_is_saved_and_loaded_with_its_answers(tmp_path):
    model, _, contexts, _ = drawn_model()
    model.save(tmp_path / "window.keras")
    loaded = keras.models.load_model(tmp_path / "window.keras")
    assert np.array_equal(np.asarray(loaded(contexts)), np.asarray(model(contexts)))
