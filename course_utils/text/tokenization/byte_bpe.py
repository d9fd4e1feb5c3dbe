"""Byte-pair encoding of bytes: pieces of any text there is, and nothing is ever unknown."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from operator import add
from typing import Any, Self

from course_utils.text.tokenization.base import (
    SPECIAL,
    Tokenizer,
    check_text,
    check_vocabulary_size,
    checked_texts,
)
from course_utils.text.tokenization.memory import Memory
from course_utils.text.tokenization.merges import learn_merges

Pair = tuple[bytes, bytes]
_BYTES = tuple(bytes([value]) for value in range(256))
_FIRST_MERGE = len(SPECIAL) + len(_BYTES)
# Merges stay within one of these: an English clitic, a word, a number or a row of marks with the blank before
# it, or blanks. Every character is in exactly one.
_STRETCH = re.compile(r"'(?:[smdt]|ll|re|ve)| ?[^\W\d_]+| ?\d+| ?[^\s\w]+| ?_+|\s+(?!\S)|\s+")


@dataclass(frozen=True, repr=False)
class ByteBPE(Tokenizer):
    """Byte-level byte-pair encoding (Sennrich et al., 2016; of bytes: Radford et al., 2019).

    A text is its UTF-8 bytes. `merges` says which two neighbouring pieces become one, in the order in which
    they are applied; each merge adds one piece. After the special ids come the 256 bytes, then the pieces of
    the merges. No merge crosses the stretches that a text is cut into first: words, numbers, rows of marks, a
    blank going with what follows it (nearly as in GPT-2; Python's classes of characters differ a little).

    `decode(encode(text)) == text` for every text. In `vocabulary` a blank is shown as "▁", and a byte that is
    not part of a printable character as, for example, "<0xC3>".

    Raises ValueError for a merge of a piece that is not there yet, or that gives one there is already.
    """

    merges: tuple[Pair, ...]

    def __post_init__(self) -> None:
        known = set(_BYTES)
        for number, (left, right) in enumerate(self.merges):
            if left not in known or right not in known:
                raise ValueError(f"expected merge {number} to join known pieces, received {(left, right)}")
            if left + right in known:
                raise ValueError(f"expected merge {number} to give a new piece, received {(left, right)}")
            known.add(left + right)

    @classmethod
    def train(cls, texts: Iterable[str], vocabulary_size: int) -> Self:
        """Merges the most frequent pair until the vocabulary is full or no pair occurs twice.

        Of equally frequent pairs the smaller is merged: first pieces are compared byte by byte, then second
        ones. Raises as every tokenizer does; the smallest vocabulary has 260 ids.
        """
        check_vocabulary_size(vocabulary_size, _FIRST_MERGE, "4 special ids and 256 bytes")
        stretches = Counter(chain.from_iterable(map(_STRETCH.findall, checked_texts(texts))))
        words = {_bytes_of(stretch): count for stretch, count in stretches.items()}
        return cls(tuple(learn_merges(words, vocabulary_size - _FIRST_MERGE, add)))

    def encode(self, text: str) -> list[int]:
        stretches = _STRETCH.findall(check_text(text))
        return list(chain.from_iterable(map(self._memory.__getitem__, stretches)))

    def _decode(self, ids: list[int]) -> str:
        """Ids that end within a character, which only a model can produce, give U+FFFD there."""
        return b"".join(self._pieces[number - len(SPECIAL)] for number in ids).decode(errors="replace")

    def _shown(self) -> list[str]:
        return list(map(_readable, self._pieces))

    def _state(self) -> dict[str, Any]:
        """Merges as pairs of ids, which JSON can hold."""
        return {"merges": [[self._ids[left], self._ids[right]] for left, right in self.merges]}

    @classmethod
    def _from_state(cls, state: dict[str, Any]) -> Self:
        pieces = dict(enumerate(_BYTES, len(SPECIAL)))
        merges = []
        for left, right in state["merges"]:
            merges.append((pieces[left], pieces[right]))
            pieces[len(SPECIAL) + len(pieces)] = pieces[left] + pieces[right]
        return cls(tuple(merges))

    @cached_property
    def _pieces(self) -> tuple[bytes, ...]:
        return (*_BYTES, *(left + right for left, right in self.merges))

    @cached_property
    def _ids(self) -> dict[bytes, int]:
        return {piece: number for number, piece in enumerate(self._pieces, len(SPECIAL))}

    @cached_property
    def _products(self) -> dict[tuple[int, int], int]:
        ids = self._ids
        return {(ids[left], ids[right]): ids[left + right] for left, right in self.merges}

    @cached_property
    def _memory(self) -> Memory:
        return Memory(self._ids_of)

    def _ids_of(self, stretch: str) -> list[int]:
        return _apply(self._products, [byte + len(SPECIAL) for byte in stretch.encode()])


def _apply(products: dict[tuple[int, int], int], ids: list[int]) -> list[int]:
    """Merges in the order in which they were learned, each from left to right.

    A later merge has the greater product, so the product is the rank. The heap keeps the time for n ids at
    n log n, which a "word" of a million letters needs; `after` links each id that is left to the next one.
    """
    waiting = [(products[pair], at) for at, pair in enumerate(pairwise(ids)) if pair in products]
    heapq.heapify(waiting)
    end = len(ids)
    before, after = list(range(-1, end - 1)), list(range(1, end + 1))
    left: list[int | None] = list(ids)  # None where an id has gone into the one before it

    def wait(at: int, following: int) -> None:
        product = products.get((left[at], left[following]))  # type: ignore[arg-type]
        if product is not None:
            heapq.heappush(waiting, (product, at))

    while waiting:
        product, at = heapq.heappop(waiting)
        following = after[at]
        if following == end or products.get((left[at], left[following])) != product:  # type: ignore[arg-type]
            continue  # one of the two has been merged with its other neighbour
        left[at], left[following] = product, None
        after[at] = after[following]
        if after[at] < end:
            before[after[at]] = at
            wait(at, after[at])
        if before[at] >= 0:
            wait(before[at], at)
    return [each for each in left if each is not None]


def _bytes_of(stretch: str) -> tuple[bytes, ...]:
    return tuple(_BYTES[value] for value in stretch.encode())


def _readable(piece: bytes) -> str:
    """The piece as text, what cannot be printed as the numbers of its bytes."""
    return "".join(map(_readable_character, piece.decode(errors="surrogateescape")))


def _readable_character(character: str) -> str:
    if character == " ":
        return "▁"
    if character.isprintable():
        return character
    return "".join(f"<0x{value:02X}>" for value in character.encode(errors="surrogateescape"))
