"""The translators: what padding may not change, one step at a time as all at once, saving, greedy search."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from course_utils.models.attention import AdditiveAttention, DotAttention, GeneralAttention
from course_utils.models.decoding import greedy, translate
from course_utils.models.translation import AttentionTranslator, EncoderDecoder
from course_utils.text.tokenization.base import END, PAD, START

pytestmark = pytest.mark.slow  # loads TensorFlow

SOURCE_SIZE, TARGET_SIZE, UNITS, EMBEDDING = 19, 23, 14, 11
KINDS = {
    "encoder-decoder": EncoderDecoder,
    "additive": lambda *sizes, **options: AttentionTranslator(*sizes, AdditiveAttention(7), **options),
    "dot": lambda *sizes, **options: AttentionTranslator(*sizes, DotAttention(), **options),
    "general": lambda *sizes, **options: AttentionTranslator(*sizes, GeneralAttention(), **options),
}


@pytest.fixture(params=KINDS)
def model(request):
    keras.utils.set_random_seed(3)
    model = KINDS[request.param](SOURCE_SIZE, TARGET_SIZE, UNITS, embedding=EMBEDDING)
    model.build(None)
    rng = np.random.default_rng(5)
    model.set_weights([rng.normal(0, 0.7, each.shape) for each in model.get_weights()])
    return model


@pytest.fixture
def sources() -> np.ndarray:
    return np.array([[5, 7, 11, 13, END], [17, 4, END, PAD, PAD], [8, END, PAD, PAD, PAD]], np.int32)


@pytest.fixture
def targets() -> np.ndarray:
    return np.random.default_rng(1).integers(4, TARGET_SIZE, (3, 7)).astype(np.int32)


def padded(ids: np.ndarray, places: int) -> np.ndarray:
    return np.pad(ids, ((0, 0), (0, places)))


def test_padding_of_the_source_changes_no_logit(model, sources, targets):
    expected = np.asarray(model([sources, targets]))
    assert expected.shape == (3, 7, TARGET_SIZE)
    assert np.allclose(model([padded(sources, 6), targets]), expected, atol=1e-5)
    alone = np.asarray(model([sources[2:, :2], targets[2:]]))
    assert np.allclose(alone, expected[2:], atol=1e-5)


def test_one_step_at_a_time_gives_the_logits_of_all_at_once(model, sources, targets):
    together = np.asarray(model([sources, targets]))
    state = model.encode(sources)
    for place in range(targets.shape[1]):
        logits, state = model.step(targets[:, place], state)
        assert np.allclose(logits, together[:, place], atol=1e-5), place


def test_every_word_of_the_source_counts(model, sources, targets):
    before = np.asarray(model([sources, targets]))[0, -1]
    for place in range(4):
        other = sources.copy()
        other[0, place] = 6
        assert np.abs(np.asarray(model([other, targets]))[0, -1] - before).max() > 1e-4, place


def test_a_loaded_model_gives_the_same_translations(model, sources, targets, tmp_path):
    expected = np.asarray(model([sources, targets]))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert np.array_equal(loaded([sources, targets]), expected)
    assert np.array_equal(greedy(loaded, sources, 9), greedy(model, sources, 9))
    assert loaded.sizes == model.sizes


def test_lengths_that_are_not_known_beforehand_change_nothing(model, sources, targets):
    expected = np.asarray(model([sources, targets]))
    inputs = [keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")]
    assert np.allclose(
        keras.Model(inputs, model(inputs)).predict([sources, targets], verbose=0), expected, atol=1e-5
    )


def test_dropout_is_for_training_alone(sources, targets):
    model = EncoderDecoder(SOURCE_SIZE, TARGET_SIZE, UNITS, dropout=0.5)
    model([sources, targets])
    calm = [np.asarray(model([sources, targets])) for _ in range(2)]
    wild = [np.asarray(model([sources, targets], training=True)) for _ in range(2)]
    assert np.array_equal(*calm)
    assert not np.allclose(*wild)


def test_alignments_are_shares_of_the_source(sources, targets):
    for kind in ("additive", "dot", "general"):
        model = KINDS[kind](SOURCE_SIZE, TARGET_SIZE, UNITS)
        weights = np.asarray(model.alignments(sources, targets))
        assert weights.shape == (3, 7, 5)
        assert np.allclose(weights.sum(axis=-1), 1, atol=1e-6)
        assert not weights[sources[:, None].repeat(7, axis=1) == PAD].any()


def test_an_odd_number_of_units_cannot_be_halved():
    with pytest.raises(ValueError, match="even number of units, half for each direction, received 13"):
        AttentionTranslator(SOURCE_SIZE, TARGET_SIZE, 13)


# Greedy decoding -------------------------------------------------------------------------------------------


def by_hand(model, source: np.ndarray, max_length: int) -> list[int]:
    """One sentence, without batch or padding: the whole translation so far goes through the model again."""
    tokens = [START]
    while len(tokens) <= max_length and tokens[-1] != END:
        logits = np.asarray(model([source[None], np.array([tokens])]))[0, -1]
        tokens.append(int(logits.argmax()))
    return tokens[1:]


def talkative(model) -> None:
    """Make the end likely enough that some translations end by themselves, at different lengths."""
    bias = np.zeros(TARGET_SIZE)
    bias[END], bias[PAD] = 1.5, -50
    model.to_logits.bias.assign(bias)


def test_greedy_is_the_likeliest_token_again_and_again(model, sources):
    talkative(model)
    tokens = greedy(model, sources, 11)
    expected = [by_hand(model, row[row != PAD], 11) for row in sources]
    assert tokens.shape[1] == max(map(len, expected)), "it goes on until all have ended and no longer"
    for row, translation in zip(tokens.tolist(), expected, strict=True):
        assert row == translation + [PAD] * (len(row) - len(translation))


def test_translations_come_in_order_whatever_their_company(model):
    talkative(model)
    rng = np.random.default_rng(7)
    sentences = [rng.integers(4, SOURCE_SIZE, length).tolist() for length in (3, 17, 1, 5, 0, 11)]
    alone = [by_hand(model, np.array([*sentence, END]), 13) for sentence in sentences]
    expected = [tokens[:-1] if tokens[-1] == END else tokens for tokens in alone]
    for batch_size in (2, 5, 256):
        assert translate(model, sentences, 13, batch_size) == expected


def test_a_length_below_one_is_refused(model, sources):
    with pytest.raises(ValueError, match="max_length to be at least 1, received 0"):
        greedy(model, sources, 0)
