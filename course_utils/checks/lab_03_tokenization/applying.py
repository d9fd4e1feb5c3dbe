"""Exercise 3.5: cutting a word into the pieces that were learned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course_utils.checks.asserts import expect_equal
from course_utils.checks.lab_03_tokenization import oracles
from course_utils.checks.lab_03_tokenization.material import (
    ENDINGS,
    LAB,
    REFERENCES,
    STEMS,
    draw_words,
    expect_bytes,
    likely_cause,
)
from course_utils.checks.outcome import Rejected

apply_bpe = LAB.exercise(
    "3.5",
    name="apply_bpe",
    title="apply the merges to a new word",
    points=2,
    difficulty=2,
    returns=(list, tuple),
    reference=f"{REFERENCES}:apply_bpe",
    hints=(
        "Do with one word what learning did with all of them: begin with its bytes, then merge.",
        "for pair in merges: symbols = merge_pair(symbols, pair). Nothing needs to be searched or sorted.",
        "merge_pair wants a tuple and gives a tuple; return list(symbols).",
    ),
)

Merges = Sequence[tuple[bytes, bytes]]


def pairs(*texts: str) -> list[tuple[bytes, bytes]]:
    """Merges as short notes: "á z" is (b'\\xc3\\xa1', b'z')."""
    return [(left.encode(), right.encode()) for left, right in (text.split() for text in texts)]


def pieces_of(candidate: Any, word: str, merges: Merges) -> list[bytes]:
    """The candidate's pieces, after making sure that they are bytes and together the word."""
    try:
        pieces = list(candidate(word, list(merges)))
    except Rejected as error:
        if "UnicodeDecodeError" in error.problem:
            error.cause = "A piece may end in the middle of a letter, and is no text then: return bytes."
        raise
    expect_bytes(
        pieces,
        "each piece must be a bytes object",
        cause="Return the pieces themselves: no decode, no number.",
    )
    expect_equal(
        b"".join(pieces),
        word.encode(),
        "the pieces put together must be the word again",
        cause="No byte may be lost, doubled or moved.",
    )
    return pieces


def expect_pieces(candidate: Any, word: str, merges: Merges, problem: str, cause: str) -> None:
    expect_equal(pieces_of(candidate, word, merges), oracles.apply_bpe(word, merges), problem, cause=cause)


def mistakes_with(word: str, merges: Merges) -> dict[str, list[bytes]]:
    """Causes, and what each would give."""
    keep = "No merge was applied: keep what merge_pair returns, symbols = merge_pair(symbols, pair)."
    in_order = (
        "Go through the list from its beginning: each merge over the whole word, the first merge first."
    )
    return {keep: list(oracles.single_bytes(word)), in_order: oracles.apply_bpe(word, merges[::-1])}


@apply_bpe.check(hints=("Without merges the pieces are the single bytes.",))
def begins_with_single_bytes(candidate, rng):
    """without any merge each byte is a piece"""
    for word in ("ház", "kert"):
        expect_pieces(
            candidate, word, [], "without merges each byte is a piece", "word.encode(), byte by byte."
        )


@apply_bpe.check(hints=("symbols = merge_pair(symbols, pair), once for each pair of merges.",))
def applies_every_merge(candidate, rng):
    """all merges are applied, at every place of the word"""
    cause = "Loop over all merges, each for the whole word, and keep what merge_pair returns: a tuple cannot change."
    merges = pairs("a n", "k e", "b an", "r t", "ke rt")
    for word in ("kert", "kertban", "banankert"):
        expect_equal(
            pieces := pieces_of(candidate, word, merges),
            oracles.apply_bpe(word, merges),
            f"all the merges that fit {word!r} must be applied",
            cause=likely_cause(pieces, mistakes_with(word, merges), cause),
        )
    expect_pieces(candidate, "bear", merges, "no merge fits 'bear'", "Pieces that were not merged stay.")


IN_ORDER = (
    ("abc", pairs("b c", "a b")),
    ("abcd", pairs("b c", "a b", "c d")),
    ("abcde", pairs("c d", "a b", "ab c", "abc d")),
    ("abcd", pairs("c d", "a b", "b cd")),
    ("xab", pairs("x a", "a b")),
)


@apply_bpe.check(
    hints=(
        "The merge that was learned first comes first, over the whole word, then the second, and so on.",
        "Neither the longest piece nor the leftmost pair has any right of way.",
    )
)
def keeps_the_order_of_learning(candidate, rng):
    """merges are applied in the order in which they were learned"""
    for word, merges in IN_ORDER:
        expect_pieces(
            candidate,
            word,
            merges,
            "the merge that was learned first must be applied first, wherever in the word it is",
            "Does the longest piece, the leftmost pair or the last merge come first? Only the order of learning counts. "
            "Or is the pair looked for in a joined text? Its symbols must stand whole.",
        )


@apply_bpe.check(hints=("Any text has bytes: nothing can be unknown. And an empty word has no pieces.",))
def takes_any_text(candidate, rng):
    """words never met, emoji, other alphabets; an empty word has no pieces"""
    merges = oracles.learn_bpe(draw_words(rng), 17)
    for word in ("ελένη", "🐻‍❄️", "e\u0301", "háztartás", "k"):
        expect_pieces(
            candidate,
            word,
            merges,
            "any text at all can be cut",
            "Work on the bytes, and apply all the merges.",
        )
    expect_equal(
        list(candidate("", merges)) + pieces_of(candidate, "k", []),
        [b"k"],
        "an empty word has no pieces, and 'k' without merges is one",
        cause="Return [] for a word without bytes.",
    )


@apply_bpe.check()
def agrees_with_slow_application(candidate, rng):
    """the pieces equal those of a slow application, on random words"""
    merges = oracles.learn_bpe(draw_words(rng, 17) | {"aaaaa": 31}, 23)
    words = [f"{rng.choice(STEMS)}{rng.choice(ENDINGS)}{rng.choice(ENDINGS)}" for _ in range(11)]
    for word in ("aaa", "taaaaat", *words):
        expect_pieces(
            candidate,
            word,
            merges,
            f"the pieces of {word!r} differ",
            "In the order of learning, all of them.",
        )
