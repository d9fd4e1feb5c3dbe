"""Tokenizers: from text to ids and back. All have the same special ids and the same interface, `Tokenizer`.

| class | pieces | what comes back from `decode(encode(text))` |
|---|---|---|
| `WordTokenizer` | words, marks, clitics | lower-cased; what is not in the vocabulary is gone |
| `ByteBPE` | runs of bytes | the very same text, whatever it is |
| `WordPiece` | parts of words, marks | blanks and what is not in the vocabulary may differ |
| `Unigram` | parts of words with their blank, bytes | the same text, "▁" excepted |

`graph.in_graph` gives the same ids inside a TensorFlow graph, for the last two.

Importing this loads no TensorFlow.
"""

from course_utils.text.tokenization.base import (
    END,
    PAD,
    SPECIAL,
    START,
    UNKNOWN,
    Tokenizer,
    TokenizerFileError,
)
from course_utils.text.tokenization.byte_bpe import ByteBPE
from course_utils.text.tokenization.graph import in_graph
from course_utils.text.tokenization.unigram import Unigram
from course_utils.text.tokenization.word_tokenizer import WordTokenizer
from course_utils.text.tokenization.wordpiece import WordPiece

__all__ = [
    "END",
    "PAD",
    "SPECIAL",
    "START",
    "UNKNOWN",
    "ByteBPE",
    "Tokenizer",
    "TokenizerFileError",
    "Unigram",
    "WordPiece",
    "WordTokenizer",
    "in_graph",
]
