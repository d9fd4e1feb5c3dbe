"""Exercise 1.2: suggesting the next word."""

from __future__ import annotations

from typing import Any

from course_utils.checks import oracles
from course_utils.checks.asserts import expect, expect_equal
from course_utils.checks.lab_01_ngrams.material import LAB, WORDS, draw_tables

suggest = LAB.exercise(
    "1.2",
    name="suggest",
    title="three suggestions, like a phone keyboard",
    points=3,
    returns=(list, tuple),
    reference="course_utils.checks.oracles:suggest",
    hints=(
        "Start with the longest context only: which words followed it, the most frequent first?",
        "sorted(followers, key=lambda word: (-followers[word], word)) sorts by count, then by alphabet.",
        "Then loop over n from the highest to 1, and append each word that is not yet in the list and is not "
        "'</s>', until there are k.",
    ),
)


def suggestion_tables(sentences: list[list[str]], order: int = 3) -> dict[int, Any]:
    return {n: oracles.count_ngrams(sentences, n) for n in range(1, order + 1)}


def expect_suggestions(
    candidate: Any, tables: Any, typed: list[str], k: int, problem: str, cause: str
) -> None:
    got = list(candidate(tables, typed, k))
    expect_equal(got, oracles.suggest(tables, typed, k), problem, cause=cause)


@suggest.check(
    hints=("The followers of the longest context are tables[n][context], a Counter: sort its words.",)
)
def puts_the_most_frequent_first(candidate, rng):
    """the most frequent next word comes first"""
    often, seldom = (str(word) for word in rng.permutation(["zebra", "ant"]))
    sentences = [["the", "bear", often]] * 3 + [["the", "bear", seldom]] * 2 + [["the", "bear", "owl"]]
    expect_suggestions(
        candidate,
        suggestion_tables(sentences),
        ["the", "bear"],
        3,
        "after 'the bear' the words must come by how often they followed it",
        "Sort by the count, the largest first.",
    )


@suggest.check(hints=("Cut the list when it holds k words.",))
def returns_k_words(candidate, rng):
    """it gives k words, no more"""
    tables = suggestion_tables([["the", word] for word in "abcdefg"])
    for k in (2, 3, 5):
        got = list(candidate(tables, ["the"], k))
        expect_equal(
            len(got), k, f"for k = {k} there must be {k} suggestions", cause="Use k, not the number 3."
        )


@suggest.check(hints=("sorted(..., key=lambda word: (-followers[word], word)) breaks ties by alphabet.",))
def breaks_ties_by_alphabet(candidate, rng):
    """words that came equally often come in alphabetical order"""
    words = [str(word) for word in rng.permutation(["ant", "bee", "cat", "dog"])]
    expect_suggestions(
        candidate,
        suggestion_tables([["the", word] for word in words]),
        ["the"],
        4,
        "words with equal counts must come in alphabetical order",
        "most_common keeps them in the order in which they were met.",
    )


@suggest.check(hints=("A keyboard does not offer 'end of sentence': skip '</s>'.",))
def never_suggests_the_end(candidate, rng):
    """'</s>' is never suggested"""
    tables = suggestion_tables([["the", "bear"]] * 3 + [["the", "bear", "ate"]])
    got = list(candidate(tables, ["the", "bear"], 3))
    expect(
        "</s>" not in got, "'</s>' must not be suggested", expected="words only", got=got, cause="Skip it."
    )


@suggest.check(
    hints=(
        "If tables[3] has never seen ('my', 'bear'), what does tables[2] say about ('bear',)? And tables[1] about ()?",
        "tables[n].get(context, {}) gives an empty table for a context never seen.",
    )
)
def backs_off_when_the_context_is_new(candidate, rng):
    """a context never seen is shortened from the left until it is known"""
    tables = suggestion_tables(
        [["the", "bear", "ate"], ["the", "bear", "ate"], ["the", "bear", "slept"], ["a", "fish"]]
    )
    cause = "Drop the leftmost word of the context and look in the table of the next lower order."
    for typed in (["my", "bear"], ["my", "cat"]):
        problem = f"after {' '.join(typed)!r}, never seen, the suggestions must come from a shorter context"
        expect_suggestions(candidate, tables, typed, 2, problem, cause)


@suggest.check(hints=("Keep one list and append only words that are not in it yet.",))
def fills_up_without_repeating(candidate, rng):
    """missing places are filled from shorter contexts, no word twice"""
    tables = suggestion_tables(
        [["old", "bear", "ate"], ["a", "bear", "ate"], ["a", "bear", "slept"], ["fish"]]
    )
    got = list(candidate(tables, ["old", "bear"], 3))
    expect_equal(
        len(set(got)), len(got), "no word may be suggested twice", cause="Skip words already in the list."
    )
    expect_equal(
        got,
        oracles.suggest(tables, ["old", "bear"], 3),
        "'old bear' was followed by one word only, so the other two must come from 'bear' and then from ()",
        cause="Go on to the next shorter context until k words are found.",
    )


@suggest.check(hints=("padded = ['<s>'] * (n - 1) + typed, and the context is the last n-1 tokens of it.",))
def knows_the_start_of_a_sentence(candidate, rng):
    """at the start of a sentence the context is <s>"""
    tables = suggestion_tables([["my", "the", "the", "the"], ["my", "the", "cat", "cat"], ["our", "dog"]])
    for typed in ([], ["our"]):
        problem = f"with {len(typed)} words typed, the context must be filled up with '<s>'"
        cause = "With fewer than n-1 words typed, put '<s>' in front, as count_ngrams did."
        expect_suggestions(candidate, tables, typed, 2, problem, cause)


@suggest.check()
def agrees_with_slow_suggesting(candidate, rng):
    """the suggestions equal slow ones, on random sentences"""
    for order in (1, 2, 4):
        tables = draw_tables(rng, order)
        typed = [str(word) for word in rng.choice(WORDS, size=rng.integers(0, 5))]
        cause = "Does it work for every highest order, and for any number of typed words?"
        expect_suggestions(candidate, tables, typed, 3, f"suggestions from orders 1 to {order} differ", cause)
