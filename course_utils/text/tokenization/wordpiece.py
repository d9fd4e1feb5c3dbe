"""WordPiece: from the left, always the longest piece that the vocabulary has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
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
from course_utils.text.tokenization.characters import blank_characters, word_characters
from course_utils.text.tokenization.joining import joined
from course_utils.text.tokenization.memory import Memory
from course_utils.text.tokenization.merges import learn_merges

INSIDE = "##"  # begins each piece that goes on a word
LONGEST_WORD = 100  # bytes of UTF-8, tensorflow-text's own bound
# What stands without blanks between words: well-known, o'clock and tom's (not: the dogs' bone), 10:30, 4,990.
_TIGHT = re.compile(
    r"""(?<=\w)\ -\ (?=\w) | (?<=[^\Ws])\ ['’]\ (?=\w) | (?<=s)\ ['’]\ (?=(?:s|m|re|ve|ll|d)\b)
      | (?<=\d)\ [.:]\ (?=\d) | (?<=\d)\ ,\ (?=\d{3}\b)""",
    re.VERBOSE,
)


@dataclass(frozen=True, repr=False)
class WordPiece(Tokenizer):
    """Longest match first (Schuster & Nakajima, 2012; Wu et al., 2016).

    A text is cut at blanks, and each mark stands alone. Of each word the longest piece it begins with is
    taken, then of the rest, whose pieces begin with "##". Where none fits, and where a word has more than 100
    bytes, the whole word is `<unk>`. Capitals are kept.

    `known` are the pieces in the order of their ids. `decode` attaches marks as one writes English; what was
    unknown is gone, and so are the blanks that a writer chose freely.

    Raises ValueError for a piece twice, or one that is neither part of a word nor a single mark.
    """

    known: tuple[str, ...]

    def __post_init__(self) -> None:
        check_once(self.known)
        for piece in self.known:
            part = check_text(piece).removeprefix(INSIDE)
            if words_and_marks(part) != [part]:
                raise ValueError(f'expected parts of words ("##" before those inside), received {piece!r}')

    @classmethod
    def train(cls, texts: Iterable[str], vocabulary_size: int) -> Self:
        """Every character seen, as it was seen at the start of a word or inside, then the products of merges.

        Merges of the most frequent pair, as in byte-pair encoding, here of characters; of equally frequent
        pairs the smaller. (The papers merge what raises the likelihood most, and publish no code for it.) So
        no word of `texts` is unknown unless it is too long. Raises as every tokenizer does; the smallest
        vocabulary holds all those characters.
        """
        counts = Counter(chain.from_iterable(map(words_and_marks, checked_texts(texts))))
        words = {_letters(word): count for word, count in counts.items()}
        alphabet = sorted(set().union(*words))
        reason = f"{len(SPECIAL)} special ids and {len(alphabet)} characters, at a word's start or inside"
        check_vocabulary_size(vocabulary_size, len(SPECIAL) + len(alphabet), reason)
        merges = learn_merges(words, vocabulary_size - len(SPECIAL) - len(alphabet), _join)
        return cls((*alphabet, *(_join(left, right) for left, right in merges)))

    def encode(self, text: str) -> list[int]:
        words = words_and_marks(check_text(text))
        return list(chain.from_iterable(map(self._memory.__getitem__, words)))

    def _decode(self, ids: list[int]) -> str:
        text = " ".join(self.known[number - len(SPECIAL)] for number in ids)
        words = text.replace(f" {INSIDE}", "").removeprefix(INSIDE)
        return joined(_TIGHT.sub(lambda match: match.group().strip(), words).split(" "))

    def _shown(self) -> Iterable[str]:
        return self.known

    def _state(self) -> dict[str, Any]:
        return {"known": list(self.known)}

    @classmethod
    def _from_state(cls, state: dict[str, Any]) -> Self:
        return cls(tuple(state["known"]))

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {piece: number for number, piece in enumerate(self.known, len(SPECIAL))}

    @cached_property
    def _memory(self) -> Memory:
        return Memory(self._ids_of)

    def _ids_of(self, word: str) -> list[int]:
        """The ids of the longest pieces from the left, or that of `<unk>` alone."""
        if len(word.encode()) > LONGEST_WORD:
            return [UNKNOWN]
        ids: list[int] = []
        start = 0
        while start < len(word):
            before = INSIDE if start else ""
            end = next((e for e in range(len(word), start, -1) if before + word[start:e] in self._ids), None)
            if end is None:
                return [UNKNOWN]
            ids.append(self._ids[before + word[start:end]])
            start = end
        return ids


def words_and_marks(text: str) -> list[str]:
    """Runs of letters, digits and their marks; every other character that is no blank stands alone."""
    return _cutter().findall(text)


@cache
def _cutter() -> re.Pattern[str]:
    return re.compile(f"[{word_characters()}]+|[^{blank_characters()}]")


def _letters(word: str) -> tuple[str, ...]:
    return (word[0], *(INSIDE + character for character in word[1:]))


def _join(left: str, right: str) -> str:
    return left + right.removeprefix(INSIDE)
