"""Tokens and their ids for the n-gram models."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

START = "<s>"
END = "</s>"
UNKNOWN = "<unk>"
UNKNOWN_ID = 0
END_ID = 1

Sentences = Sequence[Sequence[str]]
Ids = NDArray[np.int64]


class _WordIds(dict[str, int]):
    """Ids of the known words; any other token is `<unk>`, a sentence marker an error."""

    def __missing__(self, token: object) -> int:
        _check_token(token)
        return UNKNOWN_ID


@dataclass(frozen=True)
class Vocabulary:
    """The V tokens a model may predict, in the order of their ids: `<unk>`, `</s>`, then the words, sorted.

    `<s>` is never predicted; where a context needs an id for it, it is V, the first one after the words.
    """

    tokens: tuple[str, ...]

    @classmethod
    def from_sentences(cls, sentences: Sentences, min_count: int = 1) -> Vocabulary:
        """Every word that occurs at least `min_count` times in `sentences`.

        Raises TypeError for a string in place of a list, ValueError for an empty corpus, for `<s>` or `</s>`
        among the tokens and for `min_count` < 1.
        """
        check_sentences(sentences)
        check_positive(min_count, "min_count")
        words = _distinct(sentences, min_count)
        return cls((UNKNOWN, END, *sorted(words - {UNKNOWN})))

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def start_id(self) -> int:
        return len(self.tokens)

    @cached_property
    def _ids(self) -> _WordIds:
        ids = _WordIds(zip(self.tokens, range(len(self.tokens)), strict=True))
        del ids[END]  # it closes a sentence and never stands in one
        return ids

    def encode(self, words: Sequence[str]) -> Ids:
        """Ids of `words`, those outside the vocabulary becoming `<unk>`; ValueError for `<s>` and `</s>`."""
        try:
            return np.fromiter(map(self._ids.__getitem__, words), np.int64, len(words))
        except TypeError:  # a token that cannot be a key of a dict
            _check_tokens(words)
            raise

    def encode_sentences(self, sentences: Sentences) -> tuple[Ids, Ids]:
        """Ids of all sentences in one row, each closed by `</s>`, and the position where each starts.

        N tokens with their S closing marks: ids (N,), starts (S,). Raises as `from_sentences` does.
        """
        check_sentences(sentences)
        lengths = np.fromiter(map(len, sentences), np.int64, len(sentences))
        ends = np.cumsum(lengths + 1) - 1
        ids = np.full(ends[-1] + 1, END_ID)
        inside = np.ones(len(ids), bool)
        inside[ends] = False
        ids[inside] = self.encode(list(chain.from_iterable(sentences)))
        return ids, ends - lengths


def check_sentences(sentences: Sentences) -> None:
    """Raises TypeError unless `sentences` is a list of lists of tokens, ValueError when it is empty."""
    expected = "expected a list of sentences, each a list of tokens"
    if isinstance(sentences, str | bytes) or not isinstance(sentences, Sequence):
        raise TypeError(f"{expected}; received {type(sentences).__name__} {sentences!r:.60}")
    if not len(sentences):
        raise ValueError(f"{expected}; received an empty corpus")
    wrong = {kind for kind in set(map(type, sentences)) if not _is_token_list(kind)}
    for number, sentence in enumerate(sentences if wrong else ()):
        if type(sentence) in wrong:
            raise TypeError(f"{expected}; sentence {number} is {type(sentence).__name__} {sentence!r:.60}")


def check_positive(number: int, name: str) -> None:
    """Raises ValueError unless `number` is a whole number of at least 1."""
    if not isinstance(number, int | np.integer) or isinstance(number, bool) or number < 1:
        raise ValueError(f"expected {name} to be a whole number of at least 1, received {number!r}")


def _is_token_list(kind: type) -> bool:
    return issubclass(kind, Sequence) and not issubclass(kind, str | bytes)


def _distinct(sentences: Sentences, min_count: int) -> set[str]:
    try:
        words = set().union(*sentences)
    except TypeError:  # a token that cannot be a key of a dict
        _check_tokens(chain.from_iterable(sentences))
        raise
    _check_tokens(words)
    if min_count > 1:
        words = {word for word, n in Counter(chain.from_iterable(sentences)).items() if n >= min_count}
    return words


def _check_tokens(tokens: Iterable[object]) -> None:
    for token in tokens:
        _check_token(token)


def _check_token(token: object) -> None:
    if not isinstance(token, str):
        raise TypeError(f"expected every token to be a str, received {type(token).__name__} {token!r:.60}")
    if token in (START, END):
        raise ValueError(f"expected sentences without markers, which are added here; received {token!r}")
