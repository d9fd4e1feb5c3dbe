"""Exercise 4.4: which words stand near which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from course_utils.checks.asserts import expect, expect_equal, expect_same_counts
from course_utils.checks.describing import describe
from course_utils.checks.lab_04_embeddings import oracles
from course_utils.checks.lab_04_embeddings.material import LAB

SENTENCE = ["the", "bear", "ate", "some", "honey"]  # five different words

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
    got = list(candidate(list(sentence), window))
    odd = [pair for pair in got if not isinstance(pair, tuple | list) or len(pair) != 2]
    expect(
        not odd,
        "each pair must be a tuple (centre, context)",
        expected="[('the', 'bear'), ('bear', 'the')]",
        got=describe(got),
        cause="pairs.append((sentence[i], sentence[j])): two words, in parentheses of their own.",
    )
    return Counter(tuple(pair) for pair in got)


def show(pair: tuple[Any, Any], count: float) -> str:
    """A pair and how often it comes."""
    return f"{pair} {count:g} times"


@skipgram_pairs.check(hints=("For each word, both those before it and those after it.",))
def pairs_neighbours_both_ways(candidate, rng):
    """with a window of 1 each word is paired with the one before and the one after"""
    got = pairs_of(candidate, ["bear", "ate", "honey"], 1)
    for pair in (("ate", "bear"), ("ate", "honey")):
        expect(
            pair in got,
            f"with a window of 1, 'bear ate honey' must hold the pair {pair}",
            expected=f"{pair}",
            got=describe(list(got)),
            cause="The centre word looks both ways, from i - window to i + window, where range ends before its end. "
            "And the pairs hold words, not places.",
        )


@skipgram_pairs.check(hints=("Leave out the place itself: if j != i.",))
def pairs_no_word_with_itself(candidate, rng):
    """no place is paired with itself"""
    for window in (1, 2):
        got = pairs_of(candidate, SENTENCE, window)
        itself = [pair for pair in got if pair[0] == pair[1]]
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
            found = [reach * (SENTENCE.index(b) - SENTENCE.index(a)) for a, b in got]
            expect_equal(
                max(found, default=0),
                min(window, len(SENTENCE) - 1),
                f"with a window of {window} the farthest word {side} the centre must be {window} places away",
                cause="The window counts the words on each side, and the last one belongs to it: mind the end of "
                "range, and that a place below 0 counts from the end of the list.",
            )


@skipgram_pairs.check(
    hints=(
        "Compare places, not words: j != i, and not sentence[j] != sentence[i].",
        "A pair that comes twice stays twice: a list, not a set.",
    )
)
def keeps_repeats(candidate, rng):
    """a word that comes twice is paired at both places"""
    sentence = ["the", "bear", "the", "bear"]
    expect_same_counts(
        pairs_of(candidate, sentence, 2),
        Counter(oracles.skipgram_pairs(sentence, 2)),
        "'the bear the bear', window 2: each pair of places counts, also where it is the same word",
        show=show,
        cause="Leave out the place itself by j != i, not by comparing words; and a set would drop repeats.",
    )


@skipgram_pairs.check()
def agrees_with_slow_pairing(candidate, rng):
    """the pairs equal slow ones, on random sentences of any length"""
    for length in (0, 1, 2, 7, 13):
        sentence, window = rng.integers(0, 5, size=length).tolist(), int(rng.integers(1, 5))
        expect_same_counts(
            pairs_of(candidate, sentence, window),
            Counter(oracles.skipgram_pairs(sentence, window)),
            f"a sentence of {length} words, window {window}: the pairs differ",
            show=show,
            cause="At both ends of the sentence there are fewer neighbours: mind range and negative places.",
        )
