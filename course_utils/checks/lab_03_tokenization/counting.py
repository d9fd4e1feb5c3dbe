"""Exercise 3.2: counting pairs of neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course_utils.checks.asserts import expect, expect_same_counts
from course_utils.checks.describing import describe
from course_utils.checks.lab_03_tokenization import oracles
from course_utils.checks.lab_03_tokenization.material import LAB, REFERENCES, draw_symbols

count_pairs = LAB.exercise(
    "3.2",
    name="count_pairs",
    title="count pairs of neighbours",
    points=2,
    difficulty=1,
    returns=dict,
    reference=f"{REFERENCES}:count_pairs",
    hints=(
        "Take one word, ('h', 'á', 'z'), and write down its pairs: ('h', 'á') and ('á', 'z').",
        "pairwise(symbols), or zip(symbols, symbols[1:]), gives each symbol with its right neighbour.",
        "for symbols, count in words.items(): each of its pairs came count times, so pairs[pair] += count.",
    ),
)

Words = Mapping[tuple[str, ...], int]


def pairs_of(candidate: Any, words: Words) -> dict[Any, float]:
    """What the candidate counts, after making sure that it counts pairs."""
    counts = dict(candidate(words))
    expect(bool(counts), "there are pairs to be counted", expected="some counts", got="an empty table")
    odd = [key for key in counts if not isinstance(key, tuple) or len(key) != 2]
    expect(
        not odd,
        "each key must be a pair: a tuple of two symbols",
        expected="keys such as ('h', 'á')",
        got=describe(odd[0]) if odd else "",
        cause=_cause_of_odd_key(odd[0]) if odd else "",
    )
    return counts


def _cause_of_odd_key(key: Any) -> str:
    if isinstance(key, tuple) and len(key) == 1:
        return "The last symbol has no neighbour: a slice [at : at + 2] holds only one there. Stop before it."
    return "Keep the two symbols apart: 'ab' + 'c' and 'a' + 'bc' would be the same text. (left, right)"


def expect_pairs(candidate: Any, words: Words, problem: str, cause: str) -> None:
    expect_same_counts(pairs_of(candidate, words), oracles.count_pairs(words), problem, cause=cause)


@count_pairs.check(hints=("A word of three symbols has two pairs.",))
def counts_each_pair_of_neighbours(candidate, rng):
    """ház has the pairs h á and á z"""
    _expect_no_memory(candidate)
    for word in (("h", "á", "z"), tuple(str(letter) for letter in rng.permutation(list("házkert")))):
        expect_pairs(
            candidate,
            {word: 1},
            f"{len(word)} different symbols make {len(word) - 1} pairs",
            "Each symbol with its right neighbour, from the first to the last but one.",
        )
        _expect_no_memory(candidate)


def _expect_no_memory(candidate: Any) -> None:
    """A word of one symbol has no pair, so that asking about it leaves no trace in a right answer or a wrong one."""
    counts = candidate({("z",): 1})
    expect(
        ("h", "á") not in counts,
        "a call must not count what an earlier call was given",
        expected="no pairs",
        got=counts,
        cause="Begin with an empty table in each call: pairs = Counter() inside the function.",
    )


@count_pairs.check(
    hints=("A word that came 5 times brings each of its pairs 5 times: add its count, not 1.",)
)
def counts_a_word_as_often_as_it_came(candidate, rng):
    """a word that came 5 times counts 5 times"""
    count = int(rng.integers(2, 9))
    expect_pairs(
        candidate,
        {("h", "á", "z"): count},
        f"the word came {count} times, and so did its pairs",
        "pairs[pair] += count. Adding 1 counts each different word once.",
    )


@count_pairs.check(hints=("Two loops: one over the words, and inside it one over the pairs of that word.",))
def stays_inside_words(candidate, rng):
    """the end of a word and the beginning of the next are no pair"""
    words = {("a", "b"): 2, ("c", "d"): 3, ("e",): 5}
    straddling = [pair for pair in pairs_of(candidate, words) if pair not in words]
    expect(
        not straddling,
        "a pair must not reach from one word into the next",
        expected="no such pair",
        got=straddling,
        cause="Were the words joined into one row of symbols? Take each by itself; a word of one symbol has no pair.",
    )
    expect_pairs(candidate, words, "both words have a pair, and count", "Is return inside the loop?")


@count_pairs.check(hints=("pairs[pair] = count forgets what other words brought: += adds.",))
def adds_up_over_words(candidate, rng):
    """a pair that stands in two words is counted in both"""
    words = {("h", "á", "z"): 4, ("h", "á", "z", "a", "k"): 3, ("h", "á", "r", "o", "m"): 2}
    expect_pairs(
        candidate,
        words,
        "'h á' stands in all three words, 4 + 3 + 2 times",
        "Is the count set (=) where it should be added to (+=)?",
    )


@count_pairs.check(
    hints=("Go through all positions. A test such as 'pair in word', or a set, sees a pair only once.",)
)
def counts_every_position(candidate, rng):
    """a pair that comes twice in a word counts twice, and 'a a a' holds 'a a' twice"""
    cause = "Go through every position, 0 to the last but one: no set of pairs, and no step of 2."
    for word in (("b", "a", "n", "a", "n", "a"), ("a",) * 3, ("a",) * 4):
        expect_pairs(candidate, {word: 1}, f"{' '.join(word)!r}: every position counts", cause)


@count_pairs.check(
    hints=("A symbol may be longer than a letter: 'ház' may be one symbol. Do not take symbols apart.",)
)
def leaves_symbols_whole(candidate, rng):
    """a symbol of several letters is one symbol"""
    expect_pairs(
        candidate,
        {("ház", "b", "an"): 3, ("ház", "ban"): 2},
        "'ház', 'an' and 'ban' are one symbol each",
        "Were the symbols joined first? Then their letters were counted.",
    )


@count_pairs.check()
def agrees_with_slow_counting(candidate, rng):
    """the counts equal a slow count, on random symbols"""
    for length in (2, 3, 7, 11):
        drawn = {draw_symbols(rng, length): int(rng.integers(1, 10)) for _ in range(5)}
        words = dict([*list(drawn.items())[:2], (("a",), 3), *list(drawn.items())[2:]])
        expect_pairs(candidate, words, "the counts of these words differ", "The left symbol comes first.")
