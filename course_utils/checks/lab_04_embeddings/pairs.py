"""Exercise 4.4: which words stand near which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.asserts import expect, expect_equal, expect_same_counts
from course_utils.checks.describing import describe
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_04_embeddings import oracles
from course_utils.checks.lab_04_embeddings.material import LAB

SENTENCE = ["the", "bear", "ate", "some", "honey"]  # five different words
WORDS = [*SENTENCE, "boy", "girl", "apple", "bread", "cat", "dog"]

skipgram_pairs = LAB.exercise(
    "4.4",
    name="skipgram_pairs",
    title="which words stand near which",
    points=2,
    difficulty=1,
    returns=(list, tuple),
    reference="course_utils.models.skipgram:skipgram_pairs",
    hints=(
        "Two loops: over the places i of the centre word, and inside over the places j near it.",
        "j goes from i - window to i + window, both included, but not below 0 and not beyond the last place.",
        "for j in range(max(0, i - window), min(len(sentence), i + window + 1)), and leave out j == i.",
    ),
)


def pairs_of(candidate: Any, sentence: Sequence[Any], window: int) -> Counter[tuple[Any, Any]]:
    """How often the candidate gives each pair, after making sure that they are pairs."""
    with exceptions_mean(known={"list index out of range": BEYOND}):
        got = list(candidate(list(sentence), window))
    two = all(isinstance(pair, tuple | list) and len(pair) == 2 for pair in got)
    nested = two and any(isinstance(each, tuple | list | set | dict) for pair in got for each in pair)
    expect(
        two and not nested,
        "each pair must be a tuple (centre, context)",
        expected="[('the', 'bear'), ('bear', 'the')]",
        got=describe(got),
        cause=f"{'A tuple for each context, and not all of them in one. ' * nested}pairs.append((sentence[i], "
        "sentence[j])): two words, in parentheses of their own.",
    )
    return Counter(tuple(pair) for pair in got)


def draw_words(rng: np.random.Generator, count: int) -> list[str]:
    """A sentence, if a senseless one, of different words."""
    return [str(word) for word in rng.permutation(WORDS)[:count]]


BEYOND = "The last place is len(sentence) - 1: a place i + window may lie behind it."


def show(pair: tuple[Any, Any], count: float) -> str:
    """A pair and how often it comes."""
    return f"{pair} once" if count == 1 else f"{pair} {count:g} times"


@skipgram_pairs.check(hints=("For each word, both those before it and those after it.",))
def pairs_neighbours_both_ways(candidate, rng):
    """with a window of 1 each word is paired with the one before and the one after"""
    before, centre, after = sentence = draw_words(rng, 3)
    got = pairs_of(candidate, sentence, 1)
    for pair in ((centre, before), (centre, after)):
        expect(
            pair in got,
            f"with a window of 1, '{' '.join(sentence)}' must hold the pair {pair}",
            expected=f"{pair}",
            got=describe(list(got)),
            cause=_cause_of_missing(pair, got, sentence),
        )


def _cause_of_missing(pair: tuple[str, str], got: Counter[tuple[Any, Any]], sentence: list[str]) -> str:
    if any(isinstance(word, int) for each in got for word in each):
        return "The pairs hold words, not places: sentence[i] and sentence[j]."
    if len(got) > 0 and all(centre == sentence[0] for centre, _ in got):
        return "Only the first word was a centre: is return inside the loop?"
    if pair[1] == sentence[0]:
        return "The centre word looks both ways, also to the words before it: from i - window, and place 0 counts."
    return (
        "The centre word looks both ways, from i - window to i + window, where range ends before its end: "
        "i + window + 1."
    )


@skipgram_pairs.check(hints=("Leave out the place itself: if j != i.",))
def pairs_no_word_with_itself(candidate, rng):
    """no place is paired with itself"""
    for window in (1, 2):
        sentence = draw_words(rng, 5)
        got = pairs_of(candidate, sentence, window)
        itself = [pair for pair in got if pair[0] == pair[1]]
        strangers = [pair for pair in got if not {*pair} & {*sentence, *range(5)}]
        expect(
            not strangers,
            f"the pairs must be of the words of the sentence, '{' '.join(sentence)}'",
            expected=f"pairs like {(sentence[0], sentence[1])}",
            got=describe(strangers),
            cause="The pairs are those of the sentence that the function is given.",
        )
        expect(
            bool(got) and not itself,
            "five different words: no word must be paired with itself",
            expected="pairs of two different places",
            got=describe(itself or list(got)),
            cause="Each place is within its own window: leave out j == i.",
        )


@skipgram_pairs.check(hints=("range(a, b) ends before b: it takes i + window + 1 to reach i + window.",))
def reaches_as_far_as_the_window(candidate, rng):
    """the pairs reach `window` places to each side, and no further"""
    for window in (1, 2, 3):
        got = pairs_of(candidate, SENTENCE, window)
        for side, reach in (("before", -1), ("after", 1)):
            found = {reach * (SENTENCE.index(b) - SENTENCE.index(a)) for a, b in got}
            expect_equal(
                max(found, default=0),
                window,
                f"with a window of {window} the farthest word {side} the centre must be {_places(window)} away",
                cause=REACH
                if got
                else "A word near an end of the sentence has a window, too: a shorter one.",
            )
            nearer = set(range(1, window))
            expect(
                nearer <= found,
                f"with a window of {window} the nearer words {side} the centre count, too",
                expected=f"words {describe(sorted(nearer))} places away, and {window}",
                got=describe(sorted(place for place in found if place > 0)),
                cause="Each place from 1 to `window` away makes a pair, not the last one alone.",
            )


REACH = (
    "The window counts the words on each side, and the last one belongs to it: mind the end of range, and that a "
    "place below 0 counts from the end of the list."
)


def _places(count: int) -> str:
    return "1 place" if count == 1 else f"{count} places"


@skipgram_pairs.check(
    hints=(
        "sentence[-1:2] begins at the last word, and is empty: a slice, like range, must not begin below 0.",
        "max(0, i - window) and min(len(sentence), i + window + 1) are the ends.",
    )
)
def pairs_words_near_the_ends(candidate, rng):
    """a word near an end of the sentence is paired with all that are there"""
    for window in (2, 3, 7):
        got, wanted = pairs_of(candidate, SENTENCE, window), Counter(oracles.skipgram_pairs(SENTENCE, window))
        centres = {centre for centre, _ in wanted - got}
        expect_same_counts(
            got,
            wanted,
            f"'{' '.join(SENTENCE)}', window {window}: words near the ends have all the neighbours that are there",
            show=show,
            cause=NEGATIVE if centres & set(SENTENCE[:2]) else BEYOND,
        )


NEGATIVE = "i - window is negative near the start, and such a place counts from the end: begin at max(0, i - window)."


@skipgram_pairs.check(
    hints=(
        "Compare places, not words: j != i, and not sentence[j] != sentence[i].",
        "A pair that comes twice stays twice: a list, not a set.",
    )
)
def keeps_repeats(candidate, rng):
    """a word that comes twice is paired at both places"""
    sentence = ["the", "bear", "the", "bear"]
    got = pairs_of(candidate, sentence, 2)
    expect_same_counts(
        got,
        Counter(oracles.skipgram_pairs(sentence, 2)),
        "'the bear the bear', window 2: each pair of places counts, also where it is the same word",
        show=show,
        cause=_cause_of_repeats(got, sentence),
    )


def _cause_of_repeats(got: Counter[tuple[Any, Any]], sentence: list[str]) -> str:
    pairs = oracles.skipgram_pairs(sentence, 2)
    first = [(a, sentence[j]) for a in sentence for j in range(4) if 0 < abs(j - sentence.index(a)) <= 2]
    likely = {
        "A set, or a key of a dict, drops repeats: collect the pairs in a list.": set(pairs),
        "Leave out the place itself by j != i, not by comparing words.": [(a, b) for a, b in pairs if a != b],
        "sentence.index(word) is always the first place of a word: go over places, as with enumerate.": first,
    }
    fits = (cause for cause, found in likely.items() if got == Counter(found))
    return next(
        fits, "Leave out the place itself by j != i, not by comparing words; and a set would drop repeats."
    )


@skipgram_pairs.check()
def agrees_with_slow_pairing(candidate, rng):
    """the pairs equal slow ones, on random sentences of any length"""
    for length in (0, 1, 2, 7, 13):
        sentence, window = rng.integers(0, 5, size=length).tolist(), int(rng.integers(1, 5))
        expect_same_counts(
            pairs_of(candidate, sentence, window),
            Counter(oracles.skipgram_pairs(sentence, window)),
            f"a sentence of {length} {'word' if length == 1 else 'words'}, window {window}: the pairs differ",
            show=show,
            cause="At both ends of the sentence there are fewer neighbours: mind range and negative places.",
        )
