"""The same ids inside a TensorFlow graph, by tensorflow-text: for `tf.data` and for models that take text."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING

from course_utils.text.tokenization.base import SPECIAL, UNKNOWN, Tokenizer
from course_utils.text.tokenization.characters import blank_characters, word_characters
from course_utils.text.tokenization.unigram import Unigram
from course_utils.text.tokenization.wordpiece import INSIDE, LONGEST_WORD, WordPiece

if TYPE_CHECKING:
    import tensorflow as tf

Encoder = Callable[["tf.Tensor"], "tf.RaggedTensor"]


def in_graph(tokenizer: Tokenizer) -> Encoder:
    """A function of texts (B,), UTF-8, that gives their ids (B, None), int32, as `tokenizer.encode` does.

    It has TensorFlow operations only, so that `tf.data` runs it on many threads, and a saved model holds it.
    There is one for WordPiece and Unigram.

    Raises TypeError for another tokenizer, ImportError where tensorflow-text is not installed.
    """
    if isinstance(tokenizer, WordPiece):
        return _wordpiece(tokenizer, _tensorflow_text())
    if isinstance(tokenizer, Unigram):
        return _unigram(tokenizer, _tensorflow_text())
    raise TypeError(
        f"expected a WordPiece or a Unigram, which tensorflow-text can run, received {tokenizer!r}; "
        f"encode the texts with its own .encode before they go into tf.data"
    )


def _wordpiece(tokenizer: WordPiece, text: ModuleType) -> Encoder:
    import tensorflow as tf

    pieces = text.FastWordpieceTokenizer(
        vocab=list(tokenizer.vocabulary),
        suffix_indicator=INSIDE,
        max_bytes_per_word=LONGEST_WORD,
        unknown_token=SPECIAL[UNKNOWN],
        token_out_type=tf.int32,
        no_pretokenization=True,
    )
    no_word, mark = f"[^{word_characters()}]", f"[^{word_characters()}{blank_characters()}]"

    def encode(texts: tf.Tensor) -> tf.RaggedTensor:
        whole = tf.strings.regex_replace(texts, r"\x00", " ")  # regex_split would stop reading there
        return pieces.tokenize(text.regex_split(whole, no_word, mark)).merge_dims(-2, -1)

    return encode


def _unigram(tokenizer: Unigram, text: ModuleType) -> Encoder:
    import tensorflow as tf

    return text.SentencepieceTokenizer(model=tokenizer.model, out_type=tf.int32).tokenize


def _tensorflow_text() -> ModuleType:
    try:
        import tensorflow_text
    except ImportError as error:
        raise ImportError(
            "expected tensorflow-text, which has no Windows version, and could not import it; "
            "encode the texts with the tokenizer's own .encode, which gives the same ids"
        ) from error
    return tensorflow_text
