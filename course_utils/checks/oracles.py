"""Slow and obviously right: what checks compare a student's answer, and tests a fast model, with.

Tables of n-grams are nested: `counts[context][word]` is how often `word` followed `context`, a tuple of
n-1 tokens. `tables[n]` is such a table for each order n. These functions have the signatures that lab 01
asks students for, and stand in where an exercise is not done.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

START, END = "<s>", "</s>"
Context = tuple[str, ...]
Counts = Mapping[Context, Mapping[str, int]]
NO_FOLLOWERS: Mapping[str, int] = {}


def count_ngrams(sentences: Sequence[Sequence[str]], n: int) -> dict[Context, Counter[str]]:
    """Count each word after the n-1 tokens before it, within n-1 `<s>` and one `</s>` a sentence."""
    counts: dict[Context, Counter[str]] = {}
    for sentence in sentences:
        window = [START] * (n - 1)
        for word in (*sentence, END):
            counts.setdefault(tuple(window), Counter())[word] += 1
            window = [*window, word][1:]
    return counts


def continuation_tables(tables: Mapping[int, Counts]) -> dict[int, Counts]:
    """Kneser & Ney (1995): below the highest order, count different left neighbours instead of occurrences.

    `result[n][context][word]` is the number of different tokens that stood left of (context, word). N-grams
    that begin with `<s>` have nothing to their left, so they keep their counts (Heafield et al. 2013). Those
    that begin with `<s> <s>` are left out: they are n-grams with one `<s>` over again, and the same counts
    would be discounted twice.
    """
    result: dict[int, Counts] = {max(tables): _without_padding(tables[max(tables)])}
    for n in range(max(tables) - 1, 0, -1):
        counts: dict[Context, Counter[str]] = defaultdict(Counter)
        for longer, followers in tables[n + 1].items():
            for word in followers:
                counts[longer[1:]][word] += 1
        for context, followers in tables[n].items():
            if context[:1] == (START,):
                counts[context] = Counter(followers)
        result[n] = _without_padding(counts)
    return result


def _without_padding(counts: Counts) -> Counts:
    return {context: followers for context, followers in counts.items() if context[:2] != (START, START)}


def add_k_probability(counts: Counts, context: Context, word: str, k: float, vocabulary_size: int) -> float:
    """(count + k) / (total + k·V), Lidstone's rule."""
    followers = counts.get(context, NO_FOLLOWERS)
    total = 0
    for count in followers.values():
        total += count
    return (followers.get(word, 0) + k) / (total + k * vocabulary_size)


def perplexity(log_probabilities: Sequence[float]) -> float:
    """The inverse of the geometric mean probability, (p_1 · p_2 · … · p_N)^(-1/N), from natural logs."""
    return math.exp(-math.fsum(log_probabilities) / len(log_probabilities))


def kneser_ney_probability(
    tables: Mapping[int, Counts], context: Context, word: str, discount: float, vocabulary_size: int
) -> float:
    """Interpolated Kneser–Ney with one discount (Chen & Goodman 1998, section 2.7), shortest context first.

    Args:
        tables: as `continuation_tables` gives them.
        context: at most as long as the highest order less one.
    """
    probability = 1 / vocabulary_size
    for length in range(len(context) + 1):
        shorter = context[len(context) - length :]
        followers = tables[length + 1].get(shorter, NO_FOLLOWERS)
        if followers:
            total, kinds = sum(followers.values()), len(followers)
            kept = max(followers.get(word, 0) - discount, 0)
            probability = (kept + discount * kinds * probability) / total
    return probability


def suggest(tables: Mapping[int, Counts], typed: Sequence[str], k: int = 3) -> list[str]:
    """The k likeliest words after the longest context seen, then after shorter ones; ties by alphabet."""
    found: list[str] = []
    for n in sorted(tables, reverse=True):
        padded = [START] * (n - 1) + list(typed)
        followers = tables[n].get(tuple(padded[len(padded) - n + 1 :]), NO_FOLLOWERS)
        for _, word in sorted((-count, word) for word, count in followers.items()):
            if word != END and word not in found:
                found.append(word)
    return found[:k]


def generate(counts: Counts, n: int, seed: int, max_words: int) -> list[str]:
    """Draw one word after another in proportion to its count, until `</s>` or `max_words` words."""
    rng = random.Random(seed)
    tokens = [START] * (n - 1)
    while len(tokens) < max_words + n - 1:
        followers = counts[tuple(tokens[len(tokens) - n + 1 :])]
        (word,) = rng.choices(list(followers), weights=list(followers.values()))
        if word == END:
            break
        tokens.append(word)
    return tokens[n - 1 :]
