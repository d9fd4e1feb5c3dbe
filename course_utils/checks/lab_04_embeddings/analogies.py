"""Exercise 4.7: analogies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from course_utils.checks.asserts import expect, expect_equal
from course_utils.checks.describing import describe
from course_utils.checks.lab_04_embeddings import oracles
from course_utils.checks.lab_04_embeddings.material import LAB
from course_utils.checks.lab_04_embeddings.neighbours import WORDS
from course_utils.checks.lab_04_embeddings.oracles import Array

analogy = LAB.exercise(
    "4.7",
    name="analogy",
    title="this is to that as …",
    points=2,
    difficulty=2,
    returns=str,
    reference="course_utils.models.vectors:analogy",
    hints=(
        "From a to b it takes the step b - a. Go the same step from c: c + (b - a).",
        "First make every vector 1 long: vectors / np.linalg.norm(vectors, axis=1, keepdims=True).",
        "Take the word of the largest cosine with unit[b] - unit[a] + unit[c] that is none of a, b and c.",
    ),
)

# From bear to bears are 55 degrees, and so from dog to dogs. The others stand where each likely mistake leads
# to a word of its own.
ANGLES = {"bear": 165, "bears": 220, "dog": 145, "dogs": 200, "honey": 185, "phone": 230, "tower": 75}
THERE, BACK = ("bear", "bears", "dog"), ("dogs", "dog", "bears")


def on_a_circle(
    rng: np.random.Generator, longest: float, angles: Mapping[str, float] = ANGLES
) -> tuple[Array, list[str]]:
    """Vectors at these angles, in an order drawn anew, of lengths from 1 to `longest`."""
    words = [str(word) for word in rng.permutation(list(angles))]
    drawn = np.radians([angles[word] for word in words])
    lengths = rng.uniform(1, longest, size=(len(words), 1))
    return lengths * np.stack([np.cos(drawn), np.sin(drawn)], axis=1), words


# To where b - a + c leads, in turn a, b and c are nearest of all, and the two others lie more than 90 degrees off.
NEAR_AND_FAR = {"bear": 0, "wolf": 20, "dog": -20, "tower": 125, "phone": 200}
TAKEN = (("bear", "wolf", "dog"), ("wolf", "dog", "bear"), ("wolf", "bear", "dog"))


@analogy.check(hints=("The nearest word is often c itself, or b: these three are no answers.",))
def answers_with_another_word(candidate, rng):
    """the answer is a word, and none of the three that were given"""
    for _ in range(5):
        vectors, words = on_a_circle(rng, longest=1, angles=NEAR_AND_FAR)
        for question in TAKEN:
            a, b, c = question
            got = candidate(vectors, words, a, b, c)
            expect(
                got in words and got not in question,
                f"{a} is to {b} as {c} is to ...: the answer must be another one of the words",
                expected=f"one of {describe(sorted(set(words) - set(question)))}",
                got=got,
                cause=_cause_of_given(got, words),
            )


def _cause_of_given(got: str, words: list[str]) -> str:
    if got not in words:
        return "The answer is one of `words`, found by its vector: nothing is put together from letters."
    return "a, b or c is often nearest to b - a + c: leave all three out. (Where they score 0, that may be the most.)"


@analogy.check(hints=("The step goes from a to b, and starts at c: unit[b] - unit[a] + unit[c].",))
def goes_from_c_as_from_a_to_b(candidate, rng):
    """bear is to bears as dog is to dogs, and the other way round"""
    likely = _likely(candidate, rng)
    vectors, words = on_a_circle(rng, longest=1)
    expect_equal(
        [candidate(vectors, words, *question) for question in (THERE, BACK)],
        ["dogs", "bear"],
        "bear is to bears as dog is to ..., and dogs is to dog as bears is to ...",
        cause=likely,
    )


MISTAKES = {
    "That is a - b + c: the step leads from a to b, so b - a.": lambda a, b, c: a - b + c,
    "That is a + b - c: c is where the step starts, and a is taken away.": lambda a, b, c: a + b - c,
    "That is a + b + c: a is taken away.": lambda a, b, c: a + b + c,
    "That is b + c: a is taken away.": lambda a, b, c: b + c,
    "That is b - a alone: the step starts at c.": lambda a, b, c: b - a,
    "That is the word nearest to c: the step from a to b is missing.": lambda a, b, c: c,
    "That is the word nearest to b: a and c are not in it.": lambda a, b, c: b,
    "That is the farthest word, where the nearest is asked for.": lambda a, b, c: a - b - c,
}


def _likely(candidate: Any, rng: np.random.Generator) -> str:
    """The mistake that explains all answers to questions about random vectors of length 1."""
    left = dict(MISTAKES)
    for _ in range(11):
        words = [f"word{i}" for i in range(29)]  # few would let one mistake pass for another
        vectors = np.array([oracles.unit(vector) for vector in rng.normal(size=(len(words), 5))])
        question = [str(word) for word in rng.choice(words, size=3, replace=False)]
        got, given = candidate(vectors, words, *question), [vectors[words.index(each)] for each in question]
        others = [row for row, word in enumerate(words) if word not in question]
        for cause, target in list(left.items()):
            if got != words[max(others, key=lambda row: vectors[row] @ target(*given))]:
                del left[cause]
    return next(
        iter(left),
        "The word nearest to unit[b] - unit[a] + unit[c], where each row of unit is 1 long (axis=1).",
    )


@analogy.check(hints=("Every vector is made 1 long before adding and subtracting.",))
def takes_vectors_of_length_1(candidate, rng):
    """how long a vector is changes nothing"""
    for _ in range(20):
        vectors, words = on_a_circle(rng, longest=20)
        for question, wanted in ((THERE, "dogs"), (BACK, "bear")):
            expect_equal(
                candidate(vectors, words, *question),
                wanted,
                f"some vectors made up to 20 times as long: {question[0]} is to {question[1]} as {question[2]} is to ...",
                cause="Divide each vector by its length first: a long one would drown the others. Then go by the "
                "cosine, or the dot product with vectors of length 1.",
            )


@analogy.check()
def agrees_with_slow_analogies(candidate, rng):
    """the answers equal slow ones, on random vectors"""
    for _ in range(11):
        words = [str(word) for word in rng.permutation(WORDS)]
        vectors = rng.normal(size=(len(words), 5))
        a, b, c = (str(word) for word in rng.choice(words, size=3, replace=False))
        scores = oracles.analogy_scores(vectors, words, a, b, c)
        best, second = sorted(scores.values(), reverse=True)[:2]
        if best - second > 1e-6:  # else rounding decides
            expect_equal(
                candidate(vectors, words, a, b, c),
                oracles.analogy(vectors, words, a, b, c),
                f"{a} is to {b} as {c} is to ..., with random vectors of width 5",
                cause="By the cosine with unit[b] - unit[a] + unit[c], the largest, over all other words.",
            )
