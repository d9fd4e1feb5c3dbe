"""Counts of 1- to n-grams in NumPy arrays.

An m-gram is known by its number in the sorted list of all m-grams seen. The number of its first m-1 words
(its context) and the id of its last word chain into one integer, `context * V + word`, so the keys of any
order fit 64 bits.

Shapes: N tokens of the text, each sentence's `</s>` counted; V tokens in the vocabulary; U_m distinct
m-grams, where U_1 = V (the vocabulary, seen or not). The contexts of order m are numbered 0..U_{m-1}; the
last is the one made of `<s>` alone, and -1 is any context never seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from course_utils.models.vocabulary import END, END_ID, START, Ids, Sentences, Vocabulary, check_positive

NEVER_SEEN = -1


@dataclass(frozen=True)
class NGramTable:
    """The distinct n-grams of one order, sorted by context, then by last word; every array is (U,)."""

    keys: Ids  # context * V + word
    contexts: Ids
    words: Ids
    counts: Ids
    suffixes: Ids  # number of the n-gram without its first word, among those one shorter
    starts: NDArray[np.int16]  # how many <s> it begins with

    def __len__(self) -> int:
        return len(self.keys)


@dataclass(frozen=True)
class NGramCounts:
    """How often each 1- to `order`-gram occurs, in sentences led by order-1 `<s>` and closed by one `</s>`.

    So each token, `</s>` included, ends exactly one m-gram of every order m; `<s>` is only ever context.
    """

    vocabulary: Vocabulary
    tables: tuple[NGramTable, ...]

    @classmethod
    def from_sentences(
        cls, sentences: Sentences, order: int, vocabulary: Vocabulary | None = None
    ) -> NGramCounts:
        """Counts over `sentences`; words outside `vocabulary` (default: every word) count as `<unk>`.

        Raises TypeError for a string in place of a list of tokens, ValueError for an empty corpus, a marker
        among the tokens and an order below 1.
        """
        check_positive(order, "order")
        vocabulary = Vocabulary.from_sentences(sentences) if vocabulary is None else vocabulary
        words, sentence_starts = vocabulary.encode_sentences(sentences)
        lengths = np.diff(sentence_starts, append=len(words))
        before = np.arange(len(words)) - np.repeat(sentence_starts, lengths)
        tables = [_unigrams(words, len(vocabulary))]
        numbers = words
        for m in range(2, order + 1):
            contexts = _preceding(numbers, sentence_starts, len(tables[-1]))
            starts = np.maximum(m - 1 - before, 0).astype(np.int16)
            table, numbers = _table(contexts, words, numbers, starts, len(vocabulary))
            tables.append(table)
        return cls(vocabulary, tuple(tables))

    @property
    def order(self) -> int:
        return len(self.tables)

    def table(self, m: int) -> NGramTable:
        """The m-grams; ValueError outside 1..order."""
        if not 1 <= m <= self.order:
            raise ValueError(f"expected an order from 1 to {self.order}, received {m!r}")
        return self.tables[m - 1]

    def count(self, ngram: Sequence[str]) -> int:
        """How often `ngram` occurs; it may begin with `<s>`, one for each place before the sentence."""
        tokens = ngram[leading_starts(ngram) :]
        table = self.table(len(ngram))
        if not tokens:
            raise ValueError(f"expected an n-gram with a word after its {START}, received {ngram!r}")
        closed = tokens[-1] == END
        words = self.vocabulary.encode(tokens[: len(tokens) - closed])
        words = np.append(words, END_ID) if closed else words
        *_, (_, numbers) = list(self.chain(words, np.zeros(1, np.int64)))[: len(ngram)]
        return int(table.counts[numbers[-1]]) if numbers[-1] != NEVER_SEEN else 0

    def chain(self, words: Ids, sentence_starts: Ids) -> Iterator[tuple[Ids, Ids]]:
        """For each order, numbers of the context before and of the n-gram ending at each word, (N,) both."""
        yield np.zeros(len(words), np.int64), words
        numbers = words
        for shorter, table in zip(self.tables, self.tables[1:], strict=False):
            contexts = _preceding(numbers, sentence_starts, len(shorter))
            numbers = self._find(table, contexts, words)
            yield contexts, numbers

    def ngrams(self, m: int) -> Ids:
        """Token ids of every m-gram, (U_m, m), in the order of `table(m)`; `<s>` is `vocabulary.start_id`."""
        table = self.table(m)
        if m == 1:
            return table.words[:, None]
        start = np.full((1, m - 1), self.vocabulary.start_id)
        return np.hstack([np.vstack([self.ngrams(m - 1), start])[table.contexts], table.words[:, None]])

    def unseen_share(self, sentences: Sentences) -> NDArray[np.float64]:
        """For m = 1..order, the share of the m-grams in `sentences` (repeats counted) never seen."""
        words, starts = self.vocabulary.encode_sentences(sentences)
        unseen = [numbers == NEVER_SEEN for _, numbers in self.chain(words, starts)]
        unseen[0] = self.tables[0].counts[words] == 0  # unigrams are numbered whether seen or not
        return np.array([flags.mean() for flags in unseen])

    def _find(self, table: NGramTable, contexts: Ids, words: Ids) -> Ids:
        keys = contexts * len(self.vocabulary) + words  # negative, so in no table, after a context never seen
        in_order, by_key = sort_keys(keys)  # what is sorted is found three times faster: it lies in the cache
        places = np.empty_like(keys)
        places[by_key] = np.searchsorted(table.keys[:-1], in_order)  # past the end becomes the last place
        return np.where(table.keys[places] == keys, places, NEVER_SEEN)


def leading_starts(tokens: Sequence[str]) -> int:
    """How many `<s>` the tokens begin with; TypeError for a string in place of a list of tokens."""
    if isinstance(tokens, str) or not isinstance(tokens, Sequence):
        raise TypeError(f"expected a list of tokens, received {type(tokens).__name__} {tokens!r:.60}")
    return next((place for place, token in enumerate(tokens) if token != START), len(tokens))


def sort_keys(keys: Ids) -> tuple[Ids, Ids]:
    """The keys sorted, and the place where each of them was."""
    bits = len(keys).bit_length()
    largest = max(keys.max(), -keys.min())
    if largest < 2 ** (63 - bits):  # a key and its place fit one integer: thrice as fast as argsort
        packed = np.sort(keys << bits | np.arange(len(keys)))
        return packed >> bits, packed & (2**bits - 1)
    by_key = np.argsort(keys, kind="stable")
    return keys[by_key], by_key


def _preceding(numbers: Ids, sentence_starts: Ids, start_context: int) -> Ids:
    contexts = np.empty_like(numbers)
    contexts[1:] = numbers[:-1]
    contexts[sentence_starts] = start_context
    return contexts


def _unigrams(words: Ids, size: int) -> NGramTable:
    every, none = np.arange(size), np.zeros(size, np.int64)
    return NGramTable(every, none, every, np.bincount(words, minlength=size), none, none.astype(np.int16))


def _table(
    contexts: Ids, words: Ids, suffixes: Ids, starts: NDArray[np.int16], size: int
) -> tuple[NGramTable, Ids]:
    """The distinct n-grams of a text and, for each of its tokens, the number of the n-gram it ends."""
    keys, by_key = sort_keys(contexts * size + words)
    new = np.empty(len(keys), bool)
    new[0] = True
    np.not_equal(keys[1:], keys[:-1], out=new[1:])
    firsts = np.flatnonzero(new)
    where = by_key[firsts]
    numbers = np.empty_like(keys)
    numbers[by_key] = np.cumsum(new) - 1
    counts = np.diff(firsts, append=len(keys))
    return NGramTable(
        keys[firsts], contexts[where], words[where], counts, suffixes[where], starts[where]
    ), numbers
