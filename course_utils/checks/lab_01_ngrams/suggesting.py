"""Exercise 1.2: suggesting the next word."""

from __future__ import annotations

from typing import Any

from course_utils.checks import oracles
from course_utils.checks.asserts import expect, expect_equal
from course_utils.checks.lab_01_ngrams.material import LAB, WORDS, draw_tables, tables_of

suggest = LAB.exercise(
    "1.2",
    name="suggest",
    title="three suggestions, like a phone keyboard",
    points=3,
    difficulty=2,
    returns=(list, tuple),
    reference="course_utils.checks.oracles:suggest",
    hints=(
        "Start with the longest context only: which words followed it, the most frequent first?",
        "sorted(followers, key=lambda word: (-followers[word], word)) sorts by count, then by alphabet.",
        "Then loop over n from the highest to 1, and append each word that is not yet in the list and is not "
        "'</s>', until there are k.",
    ),
)


def suggestions(candidate: Any, tables: Any, typed: list[str], k: int) -> list[str]:
    """What the candidate suggests, after making sure that it is words."""
    got = list(candidate(tables, typed, k))
    expect(
        all(isinstance(word, str) for word in got),
        "the suggestions must be words, as texts",
        expected="['ate', 'slept']",
        got=got,
        cause="Return each word without its count.",
    )
    return got


def expect_suggestions(
    candidate: Any, tables: Any, typed: list[str], k: int, problem: str, cause: str
) -> None:
    got = suggestions(candidate, tables, typed, k)
    cause += "" if got else " Mind that x[-0:] is all of x."
    expect_equal(got, oracles.suggest(tables, typed, k), problem, cause=cause)


@suggest.check(
    hints=("The followers of the longest context are tables[n][context], a Counter: sort its words.",)
)
def puts_the_most_frequent_first(candidate, rng):
    """the most frequent next word comes first"""
    often, seldom = (str(word) for word in rng.permutation(["zebra", "ant"]))
    sentences = [["the", "bear", "owl"]] + [["the", "bear", often]] * 3 + [["the", "bear", seldom]] * 2
    got = suggestions(candidate, tables_of(sentences), ["the", "bear"], 3)
    expect_equal(
        got[:3],
        [often, seldom, "owl"],
        "after 'the bear' the words must come by how often they followed it",
        cause="Sort by the count after the longest context, the largest first, and do not add up all orders.",
    )


@suggest.check(hints=("Cut the list when it holds k words.",))
def returns_k_words(candidate, rng):
    """it gives k words, no more"""
    tables = tables_of([["the", word] for word in "abcdefg"])
    for k in (2, 3, 5):
        got = suggestions(candidate, tables, ["the"], k)
        expect_equal(
            len(got), k, f"for k = {k} there must be {k} suggestions", cause="Use k, not the number 3."
        )


@suggest.check(hints=("sorted(..., key=lambda word: (-followers[word], word)) breaks ties by alphabet.",))
def breaks_ties_by_alphabet(candidate, rng):
    """words that came equally often come in alphabetical order"""
    words = sorted(str(word) for word in rng.choice(["ant", "bee", "cat", "dog", "eel"], 4, replace=False))
    for met in (words[::-1], words[2:] + words[:2]):
        expect_suggestions(
            candidate,
            tables_of([["the", word] for word in met]),
            ["the"],
            4,
            "words with equal counts must come in alphabetical order",
            "most_common keeps them in the order in which they were met; reverse=True turns the alphabet round too.",
        )


@suggest.check(hints=("A keyboard does not offer 'end of sentence': skip '</s>'.",))
def never_suggests_the_end(candidate, rng):
    """'</s>' is never suggested"""
    sentences = [["the", "bear"]] * 3 + [["the", "bear", "ate"]] * 2 + [["the", "bear", "slept"]]
    got = suggestions(candidate, tables_of(sentences), ["the", "bear"], 2)
    expect(
        "</s>" not in got, "'</s>' must not be suggested", expected="words only", got=got, cause="Skip it."
    )
    expect_equal(
        got,
        ["ate", "slept"],
        "the place of '</s>' must go to the next word",
        cause="Leave '</s>' out before cutting the list to k words, not after.",
    )


CONTEXT_WORDS = ("my", "big", "old", "bear", "from", "the", "far", "away", "dark", "forest")


@suggest.check(
    hints=(
        "With tables up to order 4, the context is the last three words typed.",
        "sorted(tables, reverse=True) gives the orders there are, the highest first.",
    )
)
def prefers_the_longest_context(candidate, rng):
    """the longest context counts, not the most frequent word of a shorter one"""
    for order in (3, 2, 4, 11):
        context = [str(word) for word in rng.permutation(CONTEXT_WORDS)][: order - 1]
        tables = tables_of([[*context, "slept"]] + [[*context[1:], "ate"]] * 2, order)
        expect_suggestions(
            candidate,
            tables,
            ["so", "we", "said", *context],
            1,
            f"with tables up to order {order}, the longest context is {tuple(context)}, and 'slept' followed it",
            f"Begin with the highest order there is, {order}, and the last {order - 1} words typed, however many they are.",
        )


@suggest.check(
    hints=(
        "If tables[3] has never seen ('my', 'bear'), what does tables[2] say about ('bear',)? And tables[1] about ()?",
        "tables[n].get(context, {}) gives an empty table for a context never seen.",
    )
)
def backs_off_when_the_context_is_new(candidate, rng):
    """a context never seen is shortened from the left until it is known"""
    tables = tables_of(
        [["the", "bear", "ate"], ["the", "bear", "ate"], ["the", "bear", "slept"], ["a", "fish"]]
    )
    cause = "Drop the leftmost word of the context and look in the next lower order, down to tables[1][()]."
    for typed in (["my", "bear"], ["my", "cat"]):
        problem = f"after {' '.join(typed)!r}, never seen, the suggestions must come from a shorter context"
        expect_suggestions(candidate, tables, typed, 2, problem, cause)


@suggest.check(hints=("Keep one list and append only words that are not in it yet.",))
def fills_up_without_repeating(candidate, rng):
    """missing places are filled from shorter contexts, no word twice"""
    tables = tables_of([["old", "bear", "ate"], ["a", "bear", "ate"], ["a", "bear", "slept"], ["fish"]])
    got = suggestions(candidate, tables, ["old", "bear"], 3)
    expect(
        len(set(got)) == len(got),
        "no word may be suggested twice",
        expected="different words",
        got=got,
        cause="Skip words already in the list.",
    )
    expect_equal(
        got,
        oracles.suggest(tables, ["old", "bear"], 3),
        "'old bear' was followed by one word only, so the other two must come from 'bear' and then from ()",
        cause="Go on to the next shorter context until k words are found, and keep the order in which they were found: a set loses it.",
    )
    expect_suggestions(
        candidate,
        tables,
        ["old", "bear"],
        99,
        "with fewer words than k in all the tables, all of them must be suggested",
        "Stop when the orders are used up.",
    )


@suggest.check(hints=("padded = ['<s>'] * (n - 1) + typed, and the context is the last n-1 tokens of it.",))
def knows_the_start_of_a_sentence(candidate, rng):
    """at the start of a sentence the context is <s>"""
    tables = tables_of([["my", "the", "the", "the"], ["my", "the", "cat", "cat"], ["our", "dog"]])
    for typed in ([], ["our"]):
        problem = f"with {len(typed)} words typed, the context must be filled up with '<s>'"
        cause = "With fewer than n-1 words typed, put '<s>' in front, as count_ngrams did."
        expect_suggestions(candidate, tables, typed, 2, problem, cause)


@suggest.check()
def agrees_with_slow_suggesting(candidate, rng):
    """the suggestions equal slow ones, on random sentences"""
    for order in (1, 2, 4):
        tables = draw_tables(rng, order)
        typed = [str(word) for word in rng.choice(WORDS, size=rng.integers(1, 5))]
        cause = "Does it work for every highest order, and for any number of typed words?"
        expect_suggestions(candidate, tables, typed, 3, f"suggestions from orders 1 to {order} differ", cause)
