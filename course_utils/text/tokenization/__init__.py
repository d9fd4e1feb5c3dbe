"""Tokenizers: from text to ids and back. All have the same special ids and the same interface, `Tokenizer`.

| class | pieces | what comes back from `decode(encode(text))` |
|---|---|---|
| `WordTokenizer` | words, marks, clitics | lower-cased; what is not in the vocabulary is gone |
| `ByteBPE` | runs of bytes | the very same text, whatever it is |

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
from course_utils.text.tokenization.word_tokenizer import WordTokenizer

__all__ = [
    "END",
    "PAD",
    "SPECIAL",
    "START",
    "UNKNOWN",
    "ByteBPE",
    "Tokenizer",
    "TokenizerFileError",
    "WordTokenizer",
]
