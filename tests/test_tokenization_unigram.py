"""Unigram: sentencepiece with our ids, and texts that come back."""

import io

import pytest
import sentencepiece
from hypothesis import given

from course_utils.text.tokenization import Unigram
from tests.texts import ANY_TEXT, AWKWARD, TRAINED_ON

TOKENIZER = Unigram.train(TRAINED_ON * 3, 350)


@given(ANY_TEXT)
def test_any_text_comes_back_with_blanks_for_their_sign(text: str) -> None:
    assert TOKENIZER.decode(TOKENIZER.encode(text)) == text.replace("▁", " ")


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_texts_come_back(text: str) -> None:
    assert TOKENIZER.decode(TOKENIZER.encode(text)) == text.replace("▁", " ")


@pytest.mark.slow
def test_every_character_comes_back() -> None:
    text = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF)
    assert TOKENIZER.decode(TOKENIZER.encode(text)) == text.replace("▁", " ")


@given(ANY_TEXT)
def test_nothing_is_unknown(text: str) -> None:
    assert "<unk>" not in TOKENIZER.pieces(text)


def test_a_blank_belongs_to_the_word_after_it() -> None:
    assert "".join(TOKENIZER.pieces("The bear ate.")) == "▁The▁bear▁ate."
    assert TOKENIZER.pieces("the the")[0] == TOKENIZER.pieces("the the")[1] == "▁the"


def test_characters_without_a_piece_become_bytes() -> None:
    assert TOKENIZER.pieces("☃") == ["▁", "<0xE2>", "<0x98>", "<0x83>"]


def test_the_ids_are_sentencepiece_s_own() -> None:
    processor = sentencepiece.SentencePieceProcessor(model_proto=TOKENIZER.model)
    assert (processor.pad_id(), processor.unk_id(), processor.bos_id(), processor.eos_id()) == (0, 1, 2, 3)
    assert all(processor.encode(text) == TOKENIZER.encode(text) for text in TRAINED_ON)


def test_long_texts_are_trained_on_too() -> None:
    assert "x" in Unigram.train(["the bear", "x" * 10_000], 300).vocabulary


def test_training_and_loading_print_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    Unigram.train(TRAINED_ON, 331).encode("the bear")
    assert capfd.readouterr() == ("", "")


def test_a_vocabulary_without_room_for_every_character() -> None:
    message = "room for every character of the texts, received 261 .sentencepiece: .*required_chars"
    with pytest.raises(ValueError, match=message):
        Unigram.train(["the bear"], 261)


@pytest.mark.parametrize("texts", [[], [""], [" \n", "\t"]])
def test_nothing_to_train_on(texts: list[str]) -> None:
    with pytest.raises(ValueError, match="expected texts to train on, received none, or only blanks"):
        Unigram.train(texts, 300)


def test_a_model_with_other_special_ids() -> None:
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TRAINED_ON), model_writer=model, vocab_size=70, minloglevel=2
    )
    with pytest.raises(ValueError, match=r"ids 0 to 3 for .'<pad>'.*received .'<unk>', '<s>', '</s>'"):
        Unigram(model.getvalue())


def test_what_is_no_model() -> None:
    for data in (b"", b"\0", b"model" * 100):
        with pytest.raises(ValueError, match="expected a model of sentencepiece, received b"):
            Unigram(data)
