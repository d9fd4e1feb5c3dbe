"""The unigram model of the sentencepiece library."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import sentencepiece

from course_utils.text.tokenization.base import (
    END,
    PAD,
    SPECIAL,
    START,
    UNKNOWN,
    Tokenizer,
    check_text,
    check_vocabulary_size,
    checked_texts,
)

_SMALLEST = len(SPECIAL) + 256
_ERRORS = 2  # the level from which sentencepiece prints
_OPTIONS: dict[str, Any] = {
    "model_type": "unigram",
    "pad_id": PAD,
    "unk_id": UNKNOWN,
    "bos_id": START,
    "eos_id": END,
    "pad_piece": SPECIAL[PAD],
    "unk_piece": SPECIAL[UNKNOWN],
    "bos_piece": SPECIAL[START],
    "eos_piece": SPECIAL[END],
    "hard_vocab_limit": False,  # little text has fewer pieces
    "max_sentence_length": 1 << 30,  # bytes; longer texts are left out without a word
    "character_coverage": 1.0,
    "byte_fallback": True,
    "num_threads": 1,  # with another number the scores are others
    "shuffle_input_sentence": False,
    "minloglevel": _ERRORS,
}


@dataclass(frozen=True, repr=False)
class Unigram(Tokenizer):
    """Pieces of a unigram language model: the likeliest way to cut a text (Kudo, 2018), by sentencepiece.

    Nothing is normalised, and a character without a piece becomes its bytes, so that no text is unknown.
    `decode(encode(text)) == text` for every text without "▁" (U+2581), sentencepiece's own sign for a blank,
    which comes back as a blank. A text's first word is cut as if a blank stood before it.

    `model` is sentencepiece's own file of the model. Raises ValueError for anything else, and for a model
    with other special ids.
    """

    model: bytes

    def __post_init__(self) -> None:
        shown = tuple(map(self._processor.id_to_piece, range(min(len(SPECIAL), len(self._processor)))))
        if shown != SPECIAL:
            raise ValueError(f"expected a model with the ids 0 to 3 for {SPECIAL}, received {shown}")

    @classmethod
    def train(cls, texts: Iterable[str], vocabulary_size: int) -> Self:
        """Trained by sentencepiece, on one thread.

        Raises as every tokenizer does; ValueError too for texts without any character. The smallest
        vocabulary holds 256 bytes and every character of the texts.
        """
        check_vocabulary_size(vocabulary_size, _SMALLEST, "4 special ids and 256 bytes, then every character")
        texts = list(checked_texts(texts))
        if not any(map(str.strip, texts)):
            raise ValueError("expected texts to train on, received none, or only blanks")
        return cls(_trained(texts, vocabulary_size))

    def encode(self, text: str) -> list[int]:
        return self._processor.encode(check_text(text))

    def _decode(self, ids: list[int]) -> str:
        return self._processor.decode(ids)

    def _shown(self) -> Iterable[str]:
        return map(self._processor.id_to_piece, range(len(SPECIAL), len(self._processor)))

    def _state(self) -> dict[str, Any]:
        return {"model": base64.b64encode(self.model).decode("ascii")}

    @classmethod
    def _from_state(cls, state: dict[str, Any]) -> Self:
        return cls(base64.b64decode(state["model"], validate=True))

    @cached_property
    def _processor(self) -> sentencepiece.SentencePieceProcessor:
        processor = sentencepiece.SentencePieceProcessor()
        try:
            processor.LoadFromSerializedProto(self.model)
        except RuntimeError as error:
            raise ValueError(f"expected a model of sentencepiece, received {self.model[:20]!r}") from error
        return processor


def _trained(texts: list[str], vocabulary_size: int) -> bytes:
    model = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(texts),
            model_writer=model,
            vocab_size=vocabulary_size,
            normalizer=_normalizer(),
            **_OPTIONS,
        )
    except (RuntimeError, ValueError) as error:
        raise ValueError(
            f"expected a vocabulary_size with room for every character of the texts, "
            f"received {vocabulary_size} (sentencepiece: {error})"
        ) from error
    return model.getvalue()


def _normalizer() -> sentencepiece.SentencePieceNormalizer:
    """Leaves every text as it is.

    Its one rule does what happens to "▁" anyway. Without any, tensorflow-text would print a line about that
    for each model it loads.
    """
    sentencepiece.set_min_log_level(_ERRORS)  # it reports on its work otherwise
    return sentencepiece.SentencePieceNormalizer(norm_map=[("▁", " ")], remove_extra_whitespaces=False)
