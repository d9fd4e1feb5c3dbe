"""Exercise 4.3: what stands near a word."""

from __future__ import annotations

import numbers
from collections.abc import Iterator
from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_arrays_close
from course_utils.checks.asserts import expect, expect_equal
from course_utils.checks.describing import describe
from course_utils.checks.lab_04_embeddings import oracles
from course_utils.checks.lab_04_embeddings.material import LAB
from course_utils.checks.lab_04_embeddings.oracles import Array

WORDS = ["bear", "dog", "honey", "phone", "ate", "slept", "tower"]
# By falling cosine with bear: dog, honey, phone. By dot product tower is second, by distance honey is first.
PLACED = np.array([[2.0, 0.0], [9.0, 3.0], [1.5, 1.0], [0.5, 1.0], [-1.0, 0.5], [-2.0, -0.5], [5.0, 40.0]])
NEAREST = ["dog", "honey", "phone"]
LARGEST = 0.9999  # what a computer may make of a cosine of 1

nearest_neighbours = LAB.exercise(
    "4.3",
    name="nearest_neighbours",
    title="what stands near a word",
    points=2,
    difficulty=1,
    returns=(list, tuple),
    reference="course_utils.models.vectors:nearest_neighbours",
    hints=(
        "First the vector: vectors[words.index(word)]. Then its cosine with every row. Then sort.",
        "The cosine is the dot product divided by both lengths: np.linalg.norm(vectors, axis=1) gives all lengths.",
        "np.argsort(-cosines) gives the rows, the largest cosine first. Leave out the word's own row, and take k.",
    ),
)


def neighbours_of(
    candidate: Any, vectors: Array, words: list[str], word: str, k: int
) -> list[tuple[str, float]]:
    """(word, cosine) pairs, after making sure that they are such."""
    got = list(candidate(vectors, words, word, k))
    form = [isinstance(pair, tuple | list) and len(pair) == 2 for pair in got]
    expect(
        bool(got) and all(form) and all(_is_word_and_number(*pair) for pair in got),
        "the neighbours must be pairs of a word and its cosine",
        expected="[('dog', 0.95), ('honey', 0.83)]",
        got=describe(got),
        cause="(words[row], cosines[row]) for each row.",
    )
    return [(str(word), float(number)) for word, number in got]


def _is_word_and_number(word: Any, number: Any) -> bool:
    single = getattr(number, "shape", None) == () and np.asarray(number).dtype.kind == "f"  # of a tensor
    return isinstance(word, str) and (single or isinstance(number, numbers.Real))


@nearest_neighbours.check(
    hints=("A word is its own nearest neighbour, with a cosine of 1: leave its row out.",)
)
def leaves_the_word_out(candidate, rng):
    """the word itself is not among its neighbours"""
    for word in ("bear", "tower"):
        got = neighbours_of(candidate, PLACED, WORDS, word, 3)
        expect(
            word not in dict(got),
            f"{word!r} must not be among its own neighbours",
            expected="other words",
            got=describe([found for found, _ in got]),
            cause=_cause_of_itself(dict(got).get(word, 1.0)),
        )


def _cause_of_itself(cosine: float) -> str:
    if cosine < LARGEST:
        return "Its cosine is not 1 here: was its row left out, and the word not? Then words and rows are out of step."
    return "Its cosine with itself is 1, so it comes first: leave it out."


@nearest_neighbours.check(
    hints=(
        "Divide the dot product by the lengths of both vectors: a long vector must have no advantage.",
        "The largest cosine first: np.argsort(-cosines).",
    )
)
def goes_by_the_cosine(candidate, rng):
    """the words of the largest cosine come first"""
    lengths = {word: float(rng.uniform(0.5, 2)) for word in WORDS}  # a cosine knows nothing of them
    vectors = PLACED * np.array([[lengths[word]] for word in WORDS])
    for each, shown in ((PLACED, ""), (vectors, ", the vectors made longer or shorter")):
        got = [word for word, _ in neighbours_of(candidate, each, WORDS, "bear", 6)][:3]
        expect_equal(
            got,
            NEAREST,
            f"the three words whose vectors make the smallest angle with that of 'bear'{shown}",
            cause=_cause_of_order(got, each),
        )


def _cause_of_order(got: list[str], vectors: Array) -> str:
    own, others = vectors[0], range(1, len(WORDS))
    orders = {
        "That is the dot product, in which long vectors win: divide by both lengths (of rows: axis=1).": [
            -float(own @ vectors[row]) for row in others
        ],
        "That is the distance between the points: the angle counts, not the length.": [
            float(np.linalg.norm(own - vectors[row])) for row in others
        ],
        "These are the farthest words: the largest cosine first.": [
            oracles.cosine(own, vectors[row]) for row in others
        ],
    }
    for cause, keys in orders.items():
        if got == [WORDS[row] for _, row in sorted(zip(keys, others, strict=True))][: len(got)]:
            return cause
    return "By the cosine: dot product divided by both lengths. Are rows and words taken in step?"


@nearest_neighbours.check(hints=("Cut the list when it holds k words, after the word itself was left out.",))
def gives_k_words(candidate, rng):
    """there are k of them, or all others where there are fewer"""
    for k, count in ((2, 2), (1, 1), (5, 5), (99, len(WORDS) - 1)):
        got = neighbours_of(candidate, PLACED, WORDS, "phone", k)
        expect_equal(
            len(got),
            count,
            f"{len(WORDS)} words, k = {k}: there must be {count} neighbours",
            cause=_cause_of_count(len(got), k),
        )


def _cause_of_count(got: int, k: int) -> str:
    if got > k:
        return "k is an argument: cut the list after k words."
    if got == len(WORDS):
        return "The word itself is still among them, at the end: leave its row out altogether."
    return "Leave the word out first, and then take k."


@nearest_neighbours.check(
    hints=("Which row is the word's own is known by its place, words.index(word), and not by its cosine.",)
)
def keeps_a_word_of_the_same_direction(candidate, rng):
    """a word whose vector points the same way is a neighbour"""
    for twins in (["wolf", "bear"], ["bear", "wolf"]):
        words, vectors = [*twins, *WORDS[1:]], np.vstack([PLACED[:1], PLACED])
        got = [word for word, _ in neighbours_of(candidate, vectors, words, "bear", 3)]
        expect_equal(
            got,
            ["wolf", *NEAREST[:2]],
            "'wolf' has the very vector of 'bear': the three neighbours of 'bear'",
            cause="Leave out the row at words.index(word): another word may have a cosine of 1, too, and then come "
            "first.",
        )


@nearest_neighbours.check(hints=("The number beside each word is its cosine with `word`, from -1 to 1.",))
def agrees_with_slow_cosines(candidate, rng):
    """words and cosines equal slow ones, on random vectors"""
    for about, vectors, words, word in _tables(rng):
        k = 3 * len(words) // 5 if len(words) == MANY else len(words)
        wanted = oracles.nearest_neighbours(vectors, words, word, k)
        got = neighbours_of(candidate, vectors, words, word, k)
        problem = f"{about}: the neighbours of {word!r}"
        expect_equal(
            [each for each, _ in got],
            [each for each, _ in wanted],
            problem + " differ",
            cause=_cause_of_other_words(got, wanted),
        )
        expect_arrays_close(
            np.array([number for _, number in got]),
            np.array([number for _, number in wanted]),
            problem + ": the number beside each must be its cosine",
            cause="The dot product, divided by the lengths of both vectors.",
            mistakes={"That is 1 minus the cosine.": np.array([1 - number for _, number in wanted])},
        )


MANY = 521
APART = 1e-5  # cosines nearer to each other than this may come in either order in 32 bits


def _tables(rng: np.random.Generator) -> Iterator[tuple[str, Array, list[str], str]]:
    """Vectors and words, and one of the words with which all others have cosines well apart."""
    for size, width in ((7, 5), (7, 3), (5, 11)):
        words = [str(word) for word in rng.permutation(WORDS)[:size]]
        vectors, word = rng.normal(size=(size, width)), str(rng.choice(words))
        cosines = sorted(number for _, number in oracles.nearest_neighbours(vectors, words, word, size))
        if min(np.diff(cosines)) > APART:
            yield f"{size} random vectors of width {width}", vectors, words, word
    places = rng.permutation(MANY)  # few are sorted even by what need not sort them
    angles, lengths = np.pi * places / MANY, rng.uniform(0.5, 2, size=(MANY, 1))
    fan = lengths * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    words = [f"word{place}" for place in rng.permutation(MANY)]
    yield f"{MANY} vectors of width 2", fan, words, words[int(np.argmin(places))]


def _cause_of_other_words(got: list[tuple[str, float]], wanted: list[tuple[str, float]]) -> str:
    if sorted(word for word, _ in got) == sorted(word for word, _ in wanted):
        return "These are the right words in another order: the largest cosine first. (np.argpartition sorts nothing.)"
    return "By the cosine, for each word of `words` the row at the same place."
