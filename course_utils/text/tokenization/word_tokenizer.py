"""The tokenizer of labs 01 and 02: words, marks and clitics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, Self

from course_utils.text.tokenization.base import (
    SPECIAL,
    UNKNOWN,
    Tokenizer,
    check_once,
    check_text,
    check_vocabulary_size,
    checked_texts,
)
from course_utils.text.tokenization.joining import joined
from course_utils.text.words import words


@dataclass(frozen=True, repr=False)
class WordTokenizer(Tokenizer):
    """Lower-cased words, marks and clitics ("doesn't" gives "does" and "n't"), as `text.words` has them.

    `known` are the words in the order of their ids; any other becomes `<unk>`. `decode` attaches marks and
    clitics as one writes English; capitals, and words that were unknown, don't come back.

    Raises ValueError for a known word twice, or one that `words` would never give.
    """

    known: tuple[str, ...]

    def __post_init__(self) -> None:
        check_once(self.known)
        for word in self.known:
            if words(check_text(word)) != [word]:
                raise ValueError(f"expected lower-cased words, marks and clitics, received {word!r}")

    @classmethod
    def train(cls, texts: Iterable[str], vocabulary_size: int) -> Self:
        """The most frequent words; of equally frequent ones those first in the order of their characters."""
        check_vocabulary_size(vocabulary_size, len(SPECIAL), "the special ids")
        counts = Counter(chain.from_iterable(map(words, checked_texts(texts))))
        ranked = sorted(counts, key=lambda word: (-counts[word], word))
        return cls(tuple(ranked[: vocabulary_size - len(SPECIAL)]))

    def encode(self, text: str) -> list[int]:
        return [self._ids.get(word, UNKNOWN) for word in words(check_text(text))]

    def _decode(self, ids: list[int]) -> str:
        return joined(self.known[number - len(SPECIAL)] for number in ids)

    def _shown(self) -> Iterable[str]:
        return self.known

    def _state(self) -> dict[str, Any]:
        return {"known": list(self.known)}

    @classmethod
    def _from_state(cls, state: dict[str, Any]) -> Self:
        return cls(tuple(state["known"]))

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {word: number for number, word in enumerate(self.known, len(SPECIAL))}
