"""What the checks of lab 01 share: the lab, small texts, tables drawn afresh."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np

from course_utils.checks import oracles
from course_utils.checks.asserts import expect
from course_utils.checks.describing import describe, shorten, with_article
from course_utils.checks.exercise import Lab

LAB = Lab("01", "n-grams")
LAB.reflection("1.a", "Why longer contexts stop helping", 1)
LAB.reflection("1.b", "What a perplexity does not tell", 1)

WORDS = ("bear", "fish", "honey", "the", "ate", "and", "a")
SAMPLE = [["the", "bear", "ate"], ["the", "bear", "slept"], ["the", "fish", "ate"]]
LONG_SAMPLE = [["the", "bear", "ate", "the", "fish", "and", "slept"]]


def draw_sentences(rng: np.random.Generator, count: int = 11) -> list[list[str]]:
    """Short sentences over a few words, so that n-grams repeat."""
    return [[str(word) for word in rng.choice(WORDS, size=rng.integers(1, 8))] for _ in range(count)]


def tables_of(sentences: list[list[str]], order: int = 3) -> dict[int, Any]:
    """Tables of every order up to `order`."""
    return {n: oracles.count_ngrams(sentences, n) for n in range(1, order + 1)}


def draw_tables(rng: np.random.Generator, order: int) -> dict[int, Any]:
    """Tables of every order up to `order`, counted over drawn sentences."""
    return tables_of(draw_sentences(rng), order)


def flat(counts: Mapping[Any, Any]) -> dict[tuple[str, ...], float]:
    """`counts[context][word]` as one table of n-grams, after making sure that it has that form."""
    for context, followers in counts.items():
        expect(
            isinstance(context, tuple),
            "each context must be a tuple of words",
            expected="a tuple such as ('the', 'bear')",
            got=context,
            cause="A list cannot be a key and a text is not a sequence of words: tuple(...).",
        )
        expect(
            isinstance(followers, Counter),
            "counts[context] must be a Counter: a word that never came must count 0",
            expected="a Counter, such as Counter({'ate': 1, 'slept': 1})",
            got=f"{with_article(type(followers).__name__)}: {describe(followers)}",
            cause=_cause_of_no_counter(followers),
        )
    return {(*context, word): count for context, words in counts.items() for word, count in words.items()}


def _cause_of_no_counter(followers: Any) -> str:
    if isinstance(followers, defaultdict):
        return "Make it as Counter(): a defaultdict adds each word that is only looked up to the table."
    if isinstance(followers, Mapping):
        return "Make it as Counter(): a plain dict raises KeyError for a word that it does not hold."
    return "The table is nested: counts[context] counts the words that came next. The context does not hold the word."


def as_context_and_word(ngram: tuple[str, ...], count: float) -> str:
    """An n-gram of `flat` as the student's nested table holds it: "after ('<s>', 'bear'): ate 1"."""
    return f"after {describe(ngram[:-1])}: {ngram[-1]} {count}"


def show_counts(counts: Mapping[tuple[str, ...], float]) -> str:
    """A table that `flat` made, as far as a message has room for it."""
    return shorten("; ".join(as_context_and_word(*entry) for entry in counts.items()) or "an empty table")


def as_key(number: float) -> str:
    """A number as tables of likely causes hold it: equal values give equal texts."""
    return f"{float(number):.6g}"


def bear_counts() -> dict[tuple[str, ...], Counter[str]]:
    """after 'bear': ate 3, slept 1; and a context that is none of its business."""
    return {("bear",): Counter({"ate": 3, "slept": 1}), ("fish",): Counter({"swam": 5, "ate": 2})}
