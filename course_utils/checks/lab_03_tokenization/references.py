"""What stands in where an exercise of lab 03 is not done: plain code with the students' signatures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, AnyStr

from course_utils.text.tokenization import END, START

if TYPE_CHECKING:
    import tensorflow as tf

Pair = tuple[bytes, bytes]

_CLITIC = r"(?:n't|'(?:s|m|re|ve|ll|d))\b"
_BEFORE_CLITIC = re.compile(rf"(?<=\w)(?={_CLITIC})")
_TOKEN = re.compile(rf"{_CLITIC}|\w+(?:['-]\w+)*|[^\w\s]")


def split_words(text: str) -> list[str]:
    """Words, clitics and punctuation marks: "I don't." -> ["I", "do", "n't", "."]."""
    return _TOKEN.findall(_BEFORE_CLITIC.sub(" ", text.replace("’", "'")))


def count_pairs(words: Mapping[tuple[AnyStr, ...], int]) -> Counter[tuple[AnyStr, AnyStr]]:
    """How often each two symbols stand side by side, over all words as often as these came."""
    pairs: Counter[tuple[AnyStr, AnyStr]] = Counter()
    for symbols, count in words.items():
        for left, right in pairwise(symbols):
            pairs[left, right] += count
    return pairs


def merge_pair(symbols: Sequence[AnyStr], pair: tuple[AnyStr, AnyStr]) -> tuple[AnyStr, ...]:
    """The symbols with every occurrence of the pair, from left to right, made into one."""
    merged: list[AnyStr] = []
    at = 0
    while at < len(symbols):
        found = tuple(symbols[at : at + 2]) == tuple(pair)
        merged.append(pair[0] + pair[1] if found else symbols[at])
        at += 2 if found else 1
    return tuple(merged)


def learn_bpe(word_counts: Mapping[str, int], n_merges: int) -> list[Pair]:
    """Byte-pair encoding (Sennrich et al. 2016): the most frequent pair, again and again.

    Of pairs that came equally often the smallest is taken. Fewer merges when no pair is left.
    """
    words: dict[tuple[bytes, ...], int] = {_bytes_of(word): count for word, count in word_counts.items()}
    merges: list[Pair] = []
    while len(merges) < n_merges:
        pairs = count_pairs(words)
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        words = {merge_pair(symbols, best): count for symbols, count in words.items()}
    return merges


def apply_bpe(word: str, merges: Sequence[Pair]) -> list[bytes]:
    """The pieces of a word: its bytes, after the merges in the order in which they were learned."""
    symbols = _bytes_of(word)
    for pair in merges:
        symbols = merge_pair(symbols, pair)
    return list(symbols)


def longest_match(word: str, vocabulary: Collection[str]) -> list[str]:
    """WordPiece (Schuster & Nakajima 2012): the longest piece that fits, again and again; or ["<unk>"]."""
    pieces: list[str] = []
    at = 0
    while at < len(word):
        end = len(word)
        while end > at and _piece(word, at, end) not in vocabulary:
            end -= 1
        if end == at:
            return ["<unk>"]
        pieces.append(_piece(word, at, end))
        at = end
    return pieces


def make_batches(
    sentences: Sequence[Sequence[int]], batch_size: int, boundaries: Sequence[int], seed: int
) -> tf.data.Dataset:
    """Batches (B, T) of sentences of like length, within START and END, padded with 0, shuffled each pass."""
    import tensorflow as tf

    dataset = tf.data.Dataset.from_tensor_slices(tf.ragged.constant(sentences, tf.int32, ragged_rank=1))
    dataset = dataset.map(lambda ids: tf.concat([[START], ids, [END]], axis=0))
    dataset = dataset.cache().shuffle(len(sentences), seed=seed)
    sizes = [batch_size] * (len(boundaries) + 1)
    return dataset.bucket_by_sequence_length(tf.size, boundaries, sizes).prefetch(tf.data.AUTOTUNE)


def _bytes_of(word: str) -> tuple[bytes, ...]:
    return tuple(bytes([byte]) for byte in word.encode())


def _piece(word: str, at: int, end: int) -> str:
    return ("##" if at else "") + word[at:end]
