"""Learning the merges of byte-pair encoding (Sennrich et al., 2016), fast.

Counting every pair anew after each merge takes a pass over all the text. Here each distinct word is kept once
with its count, and a merge touches only the words that hold the pair.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Generic, TypeVar

Symbol = TypeVar("Symbol", bound=bytes | str)
FEWEST = 2  # a pair seen once would spend an id on one place in the text


def learn_merges(
    words: Mapping[tuple[Symbol, ...], int],
    count: int,
    join: Callable[[Symbol, Symbol], Symbol],
) -> list[tuple[Symbol, Symbol]]:
    """Up to `count` merges of the pair of neighbours that is most frequent at the time.

    `words` maps words, as tuples of symbols, to their counts; pairs never cross from one word to the next.
    Among equally frequent pairs the smaller one is merged, as Python compares tuples. Fewer than `count`
    merges come back when no pair is left that occurs at least twice.
    """
    corpus = _Corpus(words, join)
    merges: list[tuple[Symbol, Symbol]] = []
    while len(merges) < count and (pair := corpus.most_frequent()):
        merges.append(pair)
        corpus.merge(pair)
    return merges


class _Corpus(Generic[Symbol]):
    """Words under merging, with the counts of their pairs and a heap of them, the most frequent on top."""

    def __init__(
        self, words: Mapping[tuple[Symbol, ...], int], join: Callable[[Symbol, Symbol], Symbol]
    ) -> None:
        self.join = join
        self.words = [list(word) for word in words]
        self.times = list(words.values())
        self.counts: Counter[tuple[Symbol, Symbol]] = Counter()
        self.places: defaultdict[tuple[Symbol, Symbol], set[int]] = defaultdict(set)
        self.fresh: set[tuple[Symbol, Symbol]] = set()  # pairs counted up since the last merge
        for number, word in enumerate(self.words):
            for pair in pairwise(word):
                self._count(pair, number, self.times[number])
        self.heap = [(-count, pair) for pair, count in self.counts.items()]
        heapq.heapify(self.heap)
        self.fresh.clear()

    def most_frequent(self) -> tuple[Symbol, Symbol] | None:
        """The pair to merge next; None when no pair is frequent enough."""
        while self.heap:
            entry, pair = self.heap[0]
            count = self.counts.get(pair, 0)
            if count == -entry:
                return pair if count >= FEWEST else None
            # Counts that fell were not pushed, to keep the heap small: put right what comes to the top.
            heapq.heapreplace(self.heap, (-count, pair)) if count else heapq.heappop(self.heap)
        return None

    def merge(self, pair: tuple[Symbol, Symbol]) -> None:
        """Replaces every occurrence of the pair, from left to right, and counts what that changes."""
        product = self.join(*pair)
        for number in self.places.pop(pair):
            self._merge_in_word(number, pair, product)
        del self.counts[pair]
        # Only pairs with the new symbol can have become more frequent. Each is in the heap once.
        for each in self.fresh:
            heapq.heappush(self.heap, (-self.counts[each], each))
        self.fresh.clear()

    def _merge_in_word(self, number: int, pair: tuple[Symbol, Symbol], product: Symbol) -> None:
        word, times = self.words[number], self.times[number]
        first, second = pair
        at = _find(word, pair, 0)
        while at >= 0:
            word[at : at + 2] = [product]
            if at > 0:
                self.counts[word[at - 1], first] -= times
                self._count((word[at - 1], product), number, times)
            if at + 1 < len(word):
                self.counts[second, word[at + 1]] -= times
                self._count((product, word[at + 1]), number, times)
            at = _find(word, pair, at + 1)

    def _count(self, pair: tuple[Symbol, Symbol], number: int, times: int) -> None:
        self.counts[pair] += times
        self.places[pair].add(number)
        self.fresh.add(pair)


def _find(word: list[Symbol], pair: tuple[Symbol, Symbol], start: int) -> int:
    """Where the pair first occurs from `start` on, -1 where it doesn't."""
    first, second = pair
    for at in range(start, len(word) - 1):
        if word[at] == first and word[at + 1] == second:
            return at
    return -1
