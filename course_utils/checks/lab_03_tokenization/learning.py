"""Exercise 3.4: learning merges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course_utils.checks.asserts import expect, expect_equal
from course_utils.checks.describing import describe
from course_utils.checks.lab_03_tokenization import oracles
from course_utils.checks.lab_03_tokenization.material import (
    LAB,
    REFERENCES,
    draw_words,
    expect_bytes,
    explaining,
)

learn_bpe = LAB.exercise(
    "3.4",
    name="learn_bpe",
    title="learn byte-pair encoding",
    points=3,
    difficulty=2,
    returns=list,
    reference=f"{REFERENCES}:learn_bpe",
    hints=(
        "One round: count the pairs, choose the best, append it to merges, merge it in every word. Then again.",
        "min(pairs, key=lambda pair: (-pairs[pair], pair)) is the most frequent pair, and the smallest of equals.",
        "words = {merge_pair(symbols, best): count for symbols, count in words.items()} merges it in every word. "
        "Stop with break when count_pairs finds nothing.",
    ),
)


CAUSES = {
    "empty": "min and max need something to choose from: when there are no pairs, break.",
    "IndexError": "When there are no pairs there is no first one: break.",
    "during iteration": "A dict must not change while a loop goes through it. Make a new one in each round: "
    "words = {merge_pair(symbols, best): count for symbols, count in words.items()}.",
}


COUNT_ANEW = (
    "Count anew in each round, in words where the last pair is merged: with what merge_pair returns. "
    "Ranking the pairs once keeps pairs that are gone."
)


def merges_of(candidate: Any, word_counts: Mapping[str, int], n_merges: int) -> list[tuple[bytes, bytes]]:
    """What the candidate learns, after making sure that it is pairs of bytes."""
    with explaining(CAUSES):
        merges = list(candidate(word_counts, n_merges))
    odd = [merge for merge in merges if not isinstance(merge, tuple) or len(merge) != 2]
    expect(
        not odd,
        "each merge must be a pair: a tuple of two symbols",
        expected="(b'a', b'b')",
        got=describe(odd[0]) if odd else "",
        cause="Append the pair itself, without its count and before it is joined.",
    )
    expect_bytes(
        [symbol for merge in merges for symbol in merge],
        "the two symbols of a merge must be bytes",
        cause="Begin with the bytes of each word, as the given line does. word.encode()[0] is a number, "
        "word.encode()[0:1] is a bytes object.",
    )
    return merges


def expect_merges(
    candidate: Any, word_counts: Mapping[str, int], n_merges: int, problem: str, cause: str
) -> None:
    expected = oracles.learn_bpe(word_counts, n_merges)
    merges = merges_of(candidate, word_counts, n_merges)
    expect(
        len(merges) <= n_merges,
        f"n_merges = {n_merges} asks for {n_merges}, and there are more",
        expected=f"at most {n_merges}",
        got=merges,
        cause="Count the rounds: for _ in range(n_merges).",
    )
    if len(merges) < len(expected) and merges == expected[: len(merges)]:
        cause = (
            f"There are too few: {len(merges)} instead of {len(expected)}. Is return inside the loop, or are there "
            f"too few rounds? {cause}"
        )
    expect_equal(merges, expected, problem, cause=cause)


@learn_bpe.check(hints=("Each word is a row of symbols of its own. No blank, no end mark, no joined text.",))
def stays_inside_words(candidate, rng):
    """only what stands in one word is a pair"""
    letter = str(rng.choice(list("xyz")))
    expect_merges(
        candidate,
        {f"{letter}b": 2, "b": 5, "c": 3, letter: 4},
        1,
        f"the only pair that stands inside a word is '{letter} b'",
        "Were the words joined into one text, or was a mark put at their end? Each word is by itself.",
    )


@learn_bpe.check(hints=("The first round alone: count_pairs(words), and of these pairs the most frequent.",))
def takes_the_most_frequent_pair(candidate, rng):
    """the first merge is the pair that came most often"""
    often, seldom = (str(pair) for pair in rng.permutation(["ab", "cd", "ef", "zy"])[:2])
    expect_merges(
        candidate,
        {seldom: 2, often: 5, f"x{seldom}": 2},
        1,
        f"{often!r} came 5 times and {seldom!r} 4 times",
        "The largest count wins, and it is the count of the text, not of different words.",
    )


@learn_bpe.check(
    hints=(
        "Each round must change words: after a merge the new symbol stands where the two stood.",
        "count_pairs must run anew in each round: merging changes what stands side by side.",
    )
)
def builds_on_what_it_merged(candidate, rng):
    """after each merge pairs are counted anew: first a b, then ab c, then abc d"""
    letters = "".join(str(letter) for letter in rng.permutation(list("abcd")))
    expect_merges(
        candidate,
        {letters: 3, letters[:3]: 2, letters[:2]: 4},
        3,
        "each merge must make one symbol, and the next round must find it",
        COUNT_ANEW,
    )
    expect_merges(
        candidate,
        {"abc": 6, "bcd": 5, "da": 4},
        3,
        "'bc' came 11 times; once it is one symbol 'ab' is no pair any more",
        COUNT_ANEW,
    )
    expect_merges(
        candidate,
        {"abab": 3, "cd": 2},
        2,
        "'a b' stands in 'abab' twice, and both must be merged",
        "Merge the pair wherever it stands in a word, not only the first time.",
    )


@learn_bpe.check(
    hints=("Python compares tuples and bytes: min(pairs, key=lambda pair: (-pairs[pair], pair)).",)
)
def breaks_ties_by_the_smallest_pair(candidate, rng):
    """of pairs that came equally often the smallest is taken"""
    letters = [str(letter) for letter in rng.permutation(list("abcdefgh"))]
    words = {letters[i] + letters[i + 1]: 3 for i in range(0, 8, 2)}
    for given in (words, dict(reversed(words.items()))):
        expect_merges(
            candidate,
            given,
            4,
            "all four pairs came three times: they must be taken in Python's order, the smallest first",
            "max(pairs, key=pairs.get) and most_common take whichever was met first, and max over "
            "(count, pair) takes the largest pair.",
        )
    expect_merges(
        candidate,
        {"abc": 3, "ab": 4, "az": 3},
        3,
        "after the first merge 'a z' and 'ab c' came three times each: 'a' is smaller than 'ab'",
        "Compare the pairs as they are, tuples of two symbols: not joined, and not by length.",
    )


@learn_bpe.check(
    hints=("'á'.encode() is two bytes. Begin with bytes, not with letters: the given line does.",)
)
def begins_with_bytes(candidate, rng):
    """a letter such as á is two bytes, which have to be merged first"""
    expect_merges(
        candidate,
        {"ház": 3, "kár": 2, "🐻": 4},
        4,
        "letters that are two bytes, and an emoji of four, must be put together byte by byte",
        "Work on the bytes of the given line; do not decode them.",
    )


@learn_bpe.check(hints=("When count_pairs returns nothing there is nothing left to merge: break.",))
def stops_when_nothing_is_left(candidate, rng):
    """with no pair left there are fewer merges than asked for"""
    cause = "Break when there are no pairs, and not before: a pair that came once can be merged too."
    expect_merges(candidate, {"abc": 1, "d": 2}, 99, "'abc' can be merged twice, no more", cause)
    got = merges_of(candidate, {"abc": 2}, 1)
    expect_equal(len(got), 1, "n_merges = 1 asks for one merge", cause="Count the rounds: range(n_merges).")


@learn_bpe.check()
def agrees_with_slow_learning(candidate, rng):
    """the merges equal those of a slow learner, on random words"""
    for n_merges in (3, 7, 17):
        words = draw_words(rng) | {"banana": 2, "aaaa": 3}
        expect_merges(
            candidate,
            words,
            n_merges,
            f"the {n_merges} merges of these words differ",
            "Mind the counts of the words, and the order of ties. A pair that stands twice in a word counts twice.",
        )
