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


def merged(symbols: list[Symbol], pair: tuple[Symbol, Symbol], product: Symbol) -> list[Symbol]:
    """The symbols with each occurrence of `pair`, from left to right, replaced by its product."""
    first, second = pair
    result: list[Symbol] = []
    at, last = 0, len(symbols) - 1
    while at <= last:
        if at < last and symbols[at] == first and symbols[at + 1] == second:
            result.append(product)
            at += 2
        else:
            result.append(symbols[at])
            at += 1
    return result


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
        for number in range(len(self.words)):
            self._add(number)
        self.heap = [(-count, pair) for pair, count in self.counts.items()]
        heapq.heapify(self.heap)

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
        product = self.join(*pair)
        touched: set[tuple[Symbol, Symbol]] = set()
        for number in self.places.pop(pair):
            self._remove(number)
            self.words[number] = merged(self.words[number], pair, product)
            touched.update(self._add(number))
        for each in touched:
            if product in each:  # only pairs with the new symbol can have become more frequent
                heapq.heappush(self.heap, (-self.counts[each], each))

    def _add(self, number: int) -> list[tuple[Symbol, Symbol]]:
        pairs = list(pairwise(self.words[number]))
        for pair in pairs:
            self.counts[pair] += self.times[number]
            self.places[pair].add(number)
        return pairs

    def _remove(self, number: int) -> None:
        for pair in pairwise(self.words[number]):
            self.counts[pair] -= self.times[number]
