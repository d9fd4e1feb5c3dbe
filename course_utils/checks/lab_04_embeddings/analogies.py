"""Exercise 4.7: analogies."""

from __future__ import annotations

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


def on_a_circle(rng: np.random.Generator, longest: float) -> tuple[Array, list[str]]:
    """Vectors at these angles, in an order drawn anew, of lengths from 1 to `longest`."""
    words = [str(word) for word in rng.permutation(list(ANGLES))]
    angles = np.radians([ANGLES[word] for word in words])
    lengths = rng.uniform(1, longest, size=(len(words), 1))
    return lengths * np.stack([np.cos(angles), np.sin(angles)], axis=1), words


@analogy.check(hints=("The nearest word is often c itself, or b: these three are no answers.",))
def answers_with_another_word(candidate, rng):
    """the answer is a word, and none of the three that were given"""
    for _ in range(5):
        vectors, words = on_a_circle(rng, longest=1)
        for question in (("bear", "bears", "dog"), ("honey", "phone", "honey"), ("tower", "tower", "dogs")):
            got = candidate(vectors, words, *question)
            expect(
                got in words and got not in question,
                f"the answer to {question} must be another one of the words",
                expected=describe(sorted(set(words) - set(question))),
                got=got,
                cause="c, or b, is often nearest to b - a + c: leave all three out.",
            )


@analogy.check(hints=("The step goes from a to b, and starts at c: unit[b] - unit[a] + unit[c].",))
def goes_from_c_as_from_a_to_b(candidate, rng):
    """bear is to bears as dog is to dogs, and the other way round"""
    vectors, words = on_a_circle(rng, longest=1)
    got = [candidate(vectors, words, *question) for question in (THERE, BACK)]
    expect_equal(
        got,
        ["dogs", "bear"],
        "bear is to bears as dog is to ..., and dogs is to dog as bears is to ...",
        cause=_cause_of_answers(got, vectors, words),
    )


def _cause_of_answers(got: list[str], vectors: Array, words: list[str]) -> str:
    likely = {
        "That is a - b + c: the step leads from a to b, so b - a.": (1, 0, 2),
        "That is a + b - c: c is where the step starts, and a is taken away.": (2, 1, 0),
    }
    for cause, places in likely.items():
        turned = [[question[place] for place in places] for question in (THERE, BACK)]
        if got == [oracles.analogy(vectors, words, *question) for question in turned]:
            return cause
    return "The word nearest to unit[b] - unit[a] + unit[c]. Is it the nearest, and not the farthest?"


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
