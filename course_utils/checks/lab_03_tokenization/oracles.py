"""Slow and obviously right: what the checks of lab 03 compare a student's answer with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

CLITICS = ("n't", "'s", "'m", "'re", "'ve", "'ll", "'d")
Pair = tuple[bytes, bytes]


def split_words(text: str) -> list[str]:
    """Words, clitics and punctuation marks of a text, one character after another."""
    tokens: list[str] = []
    for chunk in text.replace("’", "'").split():
        word = ""
        for at, character in enumerate(chunk):
            if character.isalnum() or _joins_letters(chunk, at):
                word += character
            else:
                tokens += [*_without_clitic(word), character]
                word = ""
        tokens += _without_clitic(word)
    return tokens


def _joins_letters(chunk: str, at: int) -> bool:
    """Whether the character at this place is a hyphen or an apostrophe between two letters or digits."""
    between = 0 < at < len(chunk) - 1 and chunk[at - 1].isalnum() and chunk[at + 1].isalnum()
    return between and chunk[at] in "-'"


def _without_clitic(word: str) -> list[str]:
    for clitic in CLITICS:
        if word.endswith(clitic) and word != clitic:
            return [word.removesuffix(clitic), clitic]
    return [word] if word else []


def count_pairs(words: Mapping[tuple[str, ...], int]) -> dict[tuple[str, str], int]:
    """Each pair of neighbours, once for each time its word came."""
    listed = [
        (word[at], word[at + 1])
        for word, count in words.items()
        for _ in range(count)
        for at in range(len(word) - 1)
    ]
    return dict(Counter(listed))


def merge_pair(symbols: tuple[Any, ...], pair: tuple[Any, Any]) -> tuple[Any, ...]:
    """Symbols are texts or bytes. The leftmost pair is joined; what stands after it is merged by itself."""
    if symbols[:2] == pair:
        return (pair[0] + pair[1], *merge_pair(symbols[2:], pair))
    return (symbols[0], *merge_pair(symbols[1:], pair)) if symbols else ()


def single_bytes(word: str) -> tuple[bytes, ...]:
    """The bytes of a word in UTF-8, each alone."""
    return tuple(bytes([byte]) for byte in word.encode())


def learn_bpe(word_counts: Mapping[str, int], n_merges: int) -> list[Pair]:
    """Sennrich et al. (2016), over a text in which each word stands as often as it came."""
    text = [single_bytes(word) for word, count in word_counts.items() for _ in range(count)]
    merges: list[Pair] = []
    while len(merges) < n_merges:
        counts = Counter((word[at], word[at + 1]) for word in text for at in range(len(word) - 1))
        if not counts:
            break
        most = max(counts.values())
        merges.append(min(pair for pair in counts if counts[pair] == most))
        text = [merge_pair(word, merges[-1]) for word in text]
    return merges


def apply_bpe(word: str, merges: Sequence[Pair]) -> list[bytes]:
    """Every merge in turn, over the whole word."""
    symbols = single_bytes(word)
    for pair in merges:
        symbols = merge_pair(symbols, pair)
    return list(symbols)


def longest_match(word: str, vocabulary: Collection[str]) -> list[str]:
    """WordPiece: the longest piece of the vocabulary that fits, from left to right, and no way back."""
    pieces: list[str] = []
    at = 0
    while at < len(word):
        marked = "##" if at else ""
        fitting = [end for end in range(at + 1, len(word) + 1) if marked + word[at:end] in vocabulary]
        if not fitting:
            return ["<unk>"]
        pieces.append(marked + word[at : max(fitting)])
        at = max(fitting)
    return pieces
