"""Exercise 2.7: drawing words by their probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks.arrays import ARRAY
from course_utils.checks.asserts import expect, expect_equal
from course_utils.checks.describing import describe
from course_utils.checks.lab_02_scores.material import LAB

sample_words = LAB.exercise(
    "2.7",
    name="sample_words",
    title="draw words, reproducibly",
    points=2,
    difficulty=2,
    returns=(list, tuple, ARRAY),  # rng.choice gives an array of words
    reference="course_utils.models.linear:sample_words",
    hints=(
        "rng.random() gives a number u between 0 and 1, every one equally likely.",
        "Lay the probabilities side by side: the first word owns 0 to p1, the second p1 to p1 + p2, and so on. Draw the "
        "word in whose part u falls.",
        "Walk along: subtract one probability after the other from u, until u is below the next one.",
    ),
)

USED = "Are the probabilities used, as they are (no softmax here), and in the same order as the words?"
WORDS = ["bear", "honey", "fish", "cake", "fox"]


def drawn(candidate: Any, words: list[str], probabilities: np.ndarray, count: int, seed: int) -> list[str]:
    """`count` draws by the candidate with a generator of this seed, each one of `words`."""
    got = list(candidate(words, probabilities, count, np.random.default_rng(seed)))
    expect_equal(
        len(got), count, f"with count = {count} it must draw {count} words", cause=_cause_of_count(got, count)
    )
    strange = [each for each in got if not isinstance(each, str) or each not in words]
    expect(
        not strange,
        "each draw must be one of the words",
        expected=f"words of {describe(words)}",
        got=strange[:3],
        cause="Is it the word's number? Then return words[number].",
    )
    return [str(each) for each in got]


def _cause_of_count(got: list[Any], count: int) -> str:
    if len(got) == 1:
        return "It draws one word only: draw `count` times."
    if len(got) < count:
        return (
            "Draw `count` times, one word each time: is there a u that falls into no word's part of the line?"
        )
    return "Draw `count` times, one word each time: stop at the word in whose part u falls."


@sample_words.check(hints=("A probability of 1 leaves nothing to chance, one of 0 is never drawn.",))
def draws_what_is_certain(candidate, rng):
    """a word with probability 1 is always drawn, one with 0 never"""
    for i in rng.permutation(len(WORDS)):
        certain = np.eye(len(WORDS))[i]
        got = set(drawn(candidate, WORDS, certain, 13, int(rng.integers(1_000_000))))
        after = got == set(WORDS[i + 1 : i + 2])
        expect_equal(
            got,
            {WORDS[i]},
            f"{WORDS[i]!r} has probability 1, the other words 0",
            cause=f"{USED} This is the next word: a word's part ends where its own probability is added."
            * after
            or USED,
        )


@sample_words.check(hints=("Each word needs a number of its own: rng.random() inside the loop.",))
def draws_anew_for_each_word(candidate, rng):
    """one draw says nothing about the next"""
    coin = drawn(candidate, ["heads", "tails"], np.array([0.5, 0.5]), 400, int(rng.integers(1_000_000)))
    pairs = {tuple(coin[i : i + 2]) for i in range(0, 400, 2)}  # one of four is missing once in 10^24 times
    alike = "All throws are alike: is the likeliest word always taken, or u drawn once, before the loop?"
    expect_equal(
        sorted(pairs),
        [("heads", "heads"), ("heads", "tails"), ("tails", "heads"), ("tails", "tails")],
        "a coin thrown 400 times must show all four pairs of heads and tails",
        cause=alike if len(set(coin)) == 1 else "Is the result sorted? Keep the words in the order drawn.",
    )


@sample_words.check(
    hints=(
        "Every number of chance must come from rng: rng.random(), rng.choice(...); np.random knows nothing of it.",
    )
)
def draws_from_the_generator_given(candidate, rng):
    """generators in the same state give the same words, others other words"""
    alike = np.full(len(WORDS), 1 / len(WORDS))
    seeds = [int(seed) for seed in rng.choice(1_000_000, size=3, replace=False)]
    first = [drawn(candidate, WORDS, alike, 23, seed) for seed in seeds]
    again = [drawn(candidate, WORDS, alike, 23, seed) for seed in seeds]
    expect(
        first == again,  # by chance once in 10^48 times
        "two generators made with the same seed must give the same words",
        expected=" ".join(first[0][:7]),
        got=" ".join(again[0][:7]),
        cause="np.random.random, np.random.choice and the module random do not know rng: draw from rng alone.",
    )
    expect(
        first[0] != first[1],  # by chance once in 10^16 times
        "generators with different seeds must give different words",
        expected="different words",
        got=f"twice {' '.join(first[0][:7])} …",
        cause="Is a generator made inside, such as default_rng(0)? Draw from rng, which has its seed already.",
    )


@sample_words.check(hints=("Chance decides each word anew, so that no share comes out exactly each time.",))
def leaves_the_shares_to_chance(candidate, rng):
    """words are not dealt out by their shares"""
    seeds = rng.choice(1_000_000, size=20, replace=False)
    tens = [drawn(candidate, ["heads", "tails"], np.array([0.5, 0.5]), 10, int(seed)) for seed in seeds]
    heads = [ten.count("heads") for ten in tens]
    expect(
        len(set(heads)) > 1,  # by chance all alike once in 10^12 times
        "twenty times ten throws of a coin must not give heads equally often each time",
        expected="sometimes 5 heads, sometimes more or fewer",
        got=f"{heads[0]} heads each time",
        cause="Are the words dealt out by their shares, and then shuffled? Draw each word by itself.",
    )


@sample_words.check(
    hints=("The word whose part of the line holds u: its part is as long as its probability.",)
)
def draws_by_the_probabilities(candidate, rng):
    """a word with probability 0.6 is drawn in about 60 % of cases"""
    probabilities = np.array([0.05, 0.6, 0.25, 0.1, 0.0])
    got = drawn(candidate, WORDS, probabilities, 4000, int(rng.integers(1_000_000)))
    # ±0.05 is more than six standard deviations of a right answer (0.0078 at most).
    for word, wanted in zip(WORDS, probabilities, strict=True):
        share = got.count(word) / len(got)
        expect(
            abs(share - wanted) < 0.05,
            f"{word!r} has probability {wanted:g} and must be drawn in about {wanted:.0%} of cases",
            expected=f"about {wanted:.2f}",
            got=f"{share:.2f}",
            cause="A word's part of the line begins where the last one's ended, and is as long as its probability. "
            "One u, drawn once, decides each draw.",
        )
