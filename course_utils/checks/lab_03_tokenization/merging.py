"""Exercise 3.3: making a pair into one symbol."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from course_utils.checks.asserts import expect, expect_equal
from course_utils.checks.describing import describe
from course_utils.checks.lab_03_tokenization import oracles
from course_utils.checks.lab_03_tokenization.material import (
    LAB,
    REFERENCES,
    draw_symbols,
    explaining,
    likely_cause,
)

merge_pair = LAB.exercise(
    "3.3",
    name="merge_pair",
    title="make a pair into one symbol",
    points=2,
    difficulty=2,
    returns=(tuple, list),
    seconds=3,
    reference=f"{REFERENCES}:merge_pair",
    hints=(
        "Walk through the symbols with an index. Is the pair here? Then append both as one and go on two further.",
        "Else append the symbol alone and go one further. A for loop cannot skip: use while at < len(symbols).",
        "symbols[at : at + 2] == pair compares two symbols at once, and at the last symbol too.",
    ),
)


CAUSES = {
    "IndexError": "The last symbol has no neighbour: test at + 1 < len(symbols) before symbols[at + 1], or compare "
    "the slice symbols[at : at + 2], which is shorter there.",
    "expected str instance": "pair[0] + pair[1] works for bytes and texts alike; ''.join does not.",
}


def expect_merged(
    candidate: Any, symbols: tuple[Any, ...], pair: tuple[Any, Any], problem: str, cause: str
) -> None:
    with explaining(CAUSES):
        merged = candidate(symbols, pair)
    expect(
        isinstance(merged, tuple),
        "the symbols must come back as a tuple",
        expected="a tuple",
        got=f"a list: {describe(merged)}",
        cause="A word's symbols will be the key of a dict, which a list cannot be: return tuple(...).",
    )
    cause = likely_cause(merged, mistakes_with(symbols, pair), cause)
    expect_equal(merged, oracles.merge_pair(symbols, pair), problem, cause=cause)


def mistakes_with(symbols: tuple[Any, ...], pair: tuple[Any, Any]) -> dict[str, Any]:
    """Causes, and what each would give."""
    right = oracles.merge_pair(symbols, pair)
    joined = pair[0] + pair[1]
    half_step: list[Any] = []
    for at in range(len(symbols)):
        half_step.append(joined if symbols[at : at + 2] == pair else symbols[at])
    return {
        "The second half of the pair is still there: after a merge go on two symbols further (at += 2).": tuple(
            half_step
        ),
        "Does the loop stop before the last symbol? Are all the others still there?": right[:-1],
        "Append one symbol, pair[0] + pair[1], in place of two, and not the pair.": tuple(
            pair if symbol == joined else symbol for symbol in right
        ),
    }


@merge_pair.check(hints=("The new symbol is pair[0] + pair[1].",))
def joins_the_pair(candidate, rng):
    """h á z with the pair h á becomes há z"""
    for pair, after in ((("h", "á"), "the last symbol stays"), (("á", "z"), "the pair may stand at the end")):
        expect_merged(
            candidate,
            ("h", "á", "z"),
            pair,
            f"the pair must become one symbol; {after}",
            "One new symbol takes the place of two: pair[0] + pair[1]. Are all the others still there?",
        )


@merge_pair.check(hints=("After a merge the loop goes on, two symbols further.",))
def joins_every_occurrence(candidate, rng):
    """every occurrence is joined, not only the first"""
    expect_merged(
        candidate,
        tuple("banana"),
        ("a", "n"),
        "'a n' stands there twice, and both must be joined",
        "Does the loop go on after the first? index() and a return or break inside the loop stop there.",
    )


@merge_pair.check(hints=("Where the pair is not, the symbols come out as they went in.",))
def leaves_other_symbols_alone(candidate, rng):
    """without the pair nothing changes"""
    cases: tuple[tuple[tuple[str, ...], tuple[str, str]], ...] = (
        (("k", "e", "r", "t"), ("h", "á")),
        (("á", "h", "z"), ("h", "á")),
        (("h", "z", "á"), ("h", "á")),
        (("h",), ("h", "á")),
    )
    for symbols, pair in cases:
        expect_merged(
            candidate,
            symbols,
            pair,
            "the pair does not stand there, so the symbols must stay as they are",
            "The two must be neighbours, in this order.",
        )


@merge_pair.check(hints=("Once two symbols are joined, go on behind them: at += 2.",))
def goes_from_left_to_right(candidate, rng):
    """a a a becomes aa a: a symbol is used once"""
    for length in (3, 4, 5):
        expect_merged(
            candidate,
            ("a",) * length,
            ("a", "a"),
            "from left to right, each symbol in one merge at most",
            "After a merge step over both symbols (at += 2), and do not begin again from the start.",
        )


@merge_pair.check(
    hints=(
        "Joining the symbols to a text and using replace() loses where each symbol ends. Compare symbols.",
    )
)
def compares_symbols_not_letters(candidate, rng):
    """há z does not hold the pair á z"""
    for symbols in (("há", "z"), ("h", "áz"), ("há", "z", "ak"), ("h", "á", "zak")):
        expect_merged(
            candidate,
            symbols,
            ("á", "z"),
            "'á' and 'z' must each be a whole symbol",
            "Was the pair looked for in a joined text? Then it is found across the ends of other symbols.",
        )
    expect_merged(
        candidate,
        ("a", "bc", "ab", "c"),
        ("ab", "c"),
        "'a' and 'bc' are not the pair 'ab' and 'c', though they look alike when they are joined",
        "Compare each symbol with its half of the pair, before anything is joined.",
    )


@merge_pair.check(hints=("Nothing in here needs to know what a symbol is: + joins bytes as it joins texts.",))
def merges_bytes_too(candidate, rng):
    """symbols may be bytes"""
    expect_merged(
        candidate,
        oracles.single_bytes("házá"),
        (b"\xc3", b"\xa1"),
        "the two bytes of 'á' must be joined",
        "pair[0] + pair[1] works for bytes and texts alike; ''.join does not.",
    )


@merge_pair.check()
def agrees_with_slow_merging(candidate, rng):
    """the symbols equal those of a slow merge, on random symbols"""
    for length in (2, 7, 13):
        symbols = (*draw_symbols(rng, length), ".", "a", "b", "a", ".")
        for pair in sorted(set(pairwise(symbols))):
            expect_merged(candidate, symbols, pair, "the merged symbols differ", "Step through it by hand.")
