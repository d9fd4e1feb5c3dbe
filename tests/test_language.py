"""Keras language models: what they read and predict, exact perplexity, drawing words, writing sentences."""

from __future__ import annotations

import math

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.models import language
from course_utils.models.recurrent import LSTM
from course_utils.models.vocabulary import Vocabulary

pytestmark = pytest.mark.slow  # loads TensorFlow

WORDS = ("ate", "bear", "fish", "slept", "the")
VOCABULARY = Vocabulary(("<unk>", "</s>", *WORDS))
SENTENCES = st.lists(st.lists(st.sampled_from([*WORDS, "new"]), max_size=11), min_size=1, max_size=13)


@pytest.fixture(scope="module")
def bigram():
    """Logits from the current token alone, so that every probability can be looked up."""
    token_ids, mask = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="bool")
    table = keras.layers.Embedding(len(VOCABULARY) + 1, len(VOCABULARY))
    return keras.Model([token_ids, mask], table(token_ids))


@pytest.fixture(scope="module")
def recurrent():
    """A model with a memory, of random weights far from 0."""
    token_ids, mask = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="bool")
    vectors = keras.layers.Embedding(len(VOCABULARY) + 1, 3)(token_ids)
    states = LSTM(5, return_sequences=True)(vectors, mask=mask)
    model = keras.Model([token_ids, mask], keras.layers.Dense(len(VOCABULARY))(states))
    rng = np.random.default_rng(7)
    model.set_weights([rng.normal(scale=1.5, size=weight.shape) for weight in model.get_weights()])
    return model


def probabilities(model) -> np.ndarray:
    """P[previous, next] of the bigram model, given logits that are far from all alike."""
    table = np.random.default_rng(11).normal(scale=2, size=(8, 7)).astype(np.float32)
    model.set_weights([table])
    return np.exp(table) / np.exp(table).sum(axis=1, keepdims=True)


# Input and targets ------------------------------------------------------------------------------------------


def test_shifted_by_hand():
    inputs, targets, mask = language.shifted(VOCABULARY, [["the", "bear", "ate"], [], ["new"]])
    assert inputs.tolist() == [[7, 6, 3, 2], [7, 0, 0, 0], [7, 0, 0, 0]]
    assert targets.tolist() == [[6, 3, 2, 1], [1, 0, 0, 0], [0, 1, 0, 0]]
    assert mask.tolist() == [[True] * 4, [True, False, False, False], [True, True, False, False]]


@given(SENTENCES)
def test_shifted_reads_each_target_one_place_later(sentences):
    inputs, targets, mask = language.shifted(VOCABULARY, sentences)
    for sentence, read, asked, real in zip(sentences, inputs, targets, mask, strict=True):
        ids = VOCABULARY.encode(sentence).tolist()
        assert real.sum() == len(ids) + 1
        assert read[real].tolist() == [VOCABULARY.start_id, *ids]
        assert asked[real].tolist() == [*ids, 1]
        assert not read[~real].any()
        assert not asked[~real].any()


# Perplexity -------------------------------------------------------------------------------------------------


def by_hand(sentences, p) -> float:
    logs = []
    for sentence in sentences:
        previous = VOCABULARY.start_id
        for token_id in [*VOCABULARY.encode(sentence).tolist(), 1]:
            logs.append(math.log(p[previous, token_id]))
            previous = token_id
    return math.exp(-sum(logs) / len(logs))


@pytest.mark.parametrize("batch_size", [1, 3, 64])
def test_perplexity_is_that_of_every_token_counted_once(bigram, batch_size):
    """0 to 18 words: lengths below, at and above the padded ones, and batches left unfilled."""
    rng = np.random.default_rng(7)
    sentences = [rng.choice([*WORDS, "new"], size=n).tolist() for n in range(19)]
    expected = by_hand(sentences, probabilities(bigram))
    assert language.perplexity(bigram, VOCABULARY, sentences, batch_size) == pytest.approx(expected, rel=1e-5)


def test_perplexity_of_a_model_that_knows_nothing_is_the_size_of_the_vocabulary(bigram):
    bigram.set_weights([np.full((8, 7), 1000.0)])
    assert language.perplexity(bigram, VOCABULARY, [["the"], ["bear", "ate"]]) == pytest.approx(7)


def test_perplexity_of_a_model_with_a_memory_is_that_of_each_sentence_alone(recurrent):
    """Neither the padding nor the neighbours in a batch may count."""
    rng = np.random.default_rng(7)
    sentences = [rng.choice(WORDS, size=n).tolist() for n in range(13)]
    logs = []
    for sentence in sentences:
        inputs, targets, mask = language.shifted(VOCABULARY, [sentence])
        p = keras.ops.softmax(recurrent([inputs, mask]))
        logs += np.log(np.take_along_axis(np.asarray(p), targets[..., None], axis=-1)).ravel().tolist()
    expected = math.exp(-sum(logs) / len(logs))
    assert language.perplexity(recurrent, VOCABULARY, sentences, 5) == pytest.approx(expected, rel=1e-4)


# Writing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_sample_draws_as_often_as_the_softmax_says(temperature):
    rng, logits = np.random.default_rng(7), np.array([1.0, 0.0, 3.0, -1.0])
    drawn = np.bincount([language.sample(logits, temperature, rng) for _ in range(4999)], minlength=4)
    expected = np.exp(logits / temperature) / np.exp(logits / temperature).sum()
    assert np.allclose(drawn / 4999, expected, atol=0.03)


def test_sample_bears_any_size_of_logit():
    rng = np.random.default_rng(7)
    assert {language.sample(np.array([-1e4, 1e4, 0]), 1.0, rng) for _ in range(11)} == {1}
    assert {language.sample(np.array([0, 1, 0.5]), 1e-3, rng) for _ in range(11)} == {1}


@pytest.mark.parametrize("wrong", [0, -1.0, math.nan])
def test_sample_needs_a_temperature_above_zero(wrong):
    with pytest.raises(ValueError, match=f"expected a temperature above 0, received {wrong!r}"):
        language.sample(np.zeros(3), wrong, np.random.default_rng(7))


def test_generate_follows_the_model_and_stops_at_the_end_token(bigram):
    likely = {7: 6, 6: 3, 3: 2, 2: 1}  # <s> the bear ate </s>
    bigram.set_weights([np.array([50.0 * (np.arange(7) == likely.get(i, 0)) for i in range(8)])])
    rng = np.random.default_rng(7)
    assert language.generate(bigram, VOCABULARY, rng, 1.0, 11) == ["the", "bear", "ate"]
    assert language.generate(bigram, VOCABULARY, rng, 1.0, 2) == ["the", "bear"]


def test_generate_reads_what_it_has_written(recurrent):
    """Each word is drawn after all those before it and nothing else."""
    here, there = np.random.default_rng(11), np.random.default_rng(11)
    written = language.generate(recurrent, VOCABULARY, here, 1.0, 13)
    assert len(set(written)) > 2
    for known, word in enumerate(written):
        inputs, _, mask = language.shifted(VOCABULARY, [written[:known]])
        logits = np.asarray(recurrent([inputs, mask]))[0, known]
        assert VOCABULARY.tokens[language.sample(logits, 1.0, there)] == word


def test_generate_is_a_function_of_the_generator(bigram):
    bigram.set_weights([np.zeros((8, 7))])
    written = [language.generate(bigram, VOCABULARY, np.random.default_rng(n), 1.0, 13) for n in (1, 1, 2)]
    assert written[0] == written[1] != written[2]
