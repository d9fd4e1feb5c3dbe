"""Answers to exercise 4.7, analogy(vectors, words, a, b, c)."""

from __future__ import annotations

import numpy as np

from tests.mutants.lab_04_embeddings.bank import BANK
from tests.mutants.lab_04_embeddings.neighbours import unit


def like(check, *says):
    return BANK.mutant("4.7", rejected_by=check, says=says)


def answer(target, vectors, words, left_out):
    scores = unit(vectors) @ target
    rows = [row for row in np.argsort(-scores) if words[row] not in left_out]
    return words[rows[0]]


def rows_of(vectors, words, *asked):
    return [vectors[words.index(word)] for word in asked]


@like("answers_with_another_word", "must be another one of the words", "leave all three out")
def may_answer_with_the_three(vectors, words, a, b, c):
    x, y, z = rows_of(unit(vectors), words, a, b, c)
    return answer(y - x + z, vectors, words, ())


@like("answers_with_another_word", "must be another one of the words", "leave all three out")
def leaves_a_in(vectors, words, a, b, c):
    x, y, z = rows_of(unit(vectors), words, a, b, c)
    return answer(y - x + z, vectors, words, (b, c))


@like("answers_with_another_word", "must be another one of the words", "where they score 0")
def scores_the_three_0(vectors, words, a, b, c):
    x, y, z = rows_of(unit(vectors), words, a, b, c)
    scores = unit(vectors) @ (y - x + z)
    scores[[words.index(word) for word in (a, b, c)]] = 0
    return words[int(np.argmax(scores))]


@like("answers_with_another_word", "must be another one of the words", "put together from letters")
def knows_the_plural(vectors, words, a, b, c):
    return f"{c}s"


@like("answers_with_another_word", "must be another one of the words")
def leaves_c_out_alone(vectors, words, a, b, c):
    x, y, z = rows_of(unit(vectors), words, a, b, c)
    return answer(y - x + z, vectors, words, (c,))


@like("answers_with_another_word", "must return a str", "tuple")
def gives_word_and_cosine(vectors, words, a, b, c):
    return right(vectors, words, a, b, c), 1.0


@like("answers_with_another_word", "must return a str", "int")
def gives_the_row(vectors, words, a, b, c):
    return words.index(right(vectors, words, a, b, c))


@like("answers_with_another_word", "must return a str", "list")
def gives_a_list(vectors, words, a, b, c):
    return [right(vectors, words, a, b, c)]


@like("goes_from_c_as_from_a_to_b", "a - b + c", "b - a")
def goes_the_other_way(vectors, words, a, b, c):
    return right(vectors, words, b, a, c)


@like("goes_from_c_as_from_a_to_b", "where the step starts")
def takes_c_away(vectors, words, a, b, c):
    return right(vectors, words, c, b, a)


@like("goes_from_c_as_from_a_to_b", "the farthest word")
def gives_the_farthest_word(vectors, words, a, b, c):
    x, y, z = rows_of(unit(vectors), words, a, b, c)
    return answer(-(y - x + z), vectors, words, (a, b, c))


@like("goes_from_c_as_from_a_to_b", "the step from a to b is missing")
def takes_no_step(vectors, words, a, b, c):
    return answer(*rows_of(unit(vectors), words, c), vectors, words, (a, b, c))


@like("goes_from_c_as_from_a_to_b", "a and c are not in it")
def stays_at_b(vectors, words, a, b, c):
    return answer(*rows_of(unit(vectors), words, b), vectors, words, (a, b, c))


@like("goes_from_c_as_from_a_to_b", "the step starts at c")
def takes_the_step_alone(vectors, words, a, b, c):
    x, y = rows_of(unit(vectors), words, a, b)
    return answer(y - x, vectors, words, (a, b, c))


@like("goes_from_c_as_from_a_to_b", "axis=1")
def divides_by_the_lengths_of_columns(vectors, words, a, b, c):
    made = vectors / np.linalg.norm(vectors, axis=0)
    x, y, z = rows_of(made, words, a, b, c)
    scores = made @ (y - x + z)
    return next(words[row] for row in np.argsort(-scores) if words[row] not in (a, b, c))


@like("goes_from_c_as_from_a_to_b", "a + b + c", "a is taken away")
def adds_all_three(vectors, words, a, b, c):
    return answer(sum(rows_of(unit(vectors), words, a, b, c)), vectors, words, (a, b, c))


@like("takes_vectors_of_length_1", "divide each vector by its length")
def adds_vectors_as_they_are(vectors, words, a, b, c):
    x, y, z = rows_of(vectors, words, a, b, c)
    return answer(y - x + z, vectors, words, (a, b, c))


@like("takes_vectors_of_length_1", "go by the cosine")
def compares_by_the_dot_product(vectors, words, a, b, c):
    x, y, z = rows_of(unit(vectors), words, a, b, c)
    rows = [row for row in np.argsort(-(vectors @ (y - x + z))) if words[row] not in (a, b, c)]
    return words[rows[0]]


@like("agrees_with_slow_analogies", "over all other words")
def looks_at_the_plane_only(vectors, words, a, b, c):
    flat = unit(vectors)[:, :2]
    x, y, z = rows_of(flat, words, a, b, c)
    return answer(y - x + z, flat, words, (a, b, c))


@BANK.alternative("4.7")
def right(vectors, words, a, b, c):
    x, y, z = rows_of(unit(vectors), words, a, b, c)
    return answer(y - x + z, vectors, words, (a, b, c))


@BANK.alternative("4.7")
def by_masking(vectors, words, a, b, c):
    made = unit(np.asarray(vectors, float))
    rows = [words.index(word) for word in (a, b, c)]
    scores = made @ made[rows[1]] - made @ made[rows[0]] + made @ made[rows[2]]
    scores[rows] = -np.inf
    return words[int(np.argmax(scores))]


@BANK.alternative("4.7")
def by_the_distance_of_points(vectors, words, a, b, c):
    made = unit(vectors)
    x, y, z = rows_of(made, words, a, b, c)
    far = np.linalg.norm(made - (y - x + z), axis=1)
    return next(words[row] for row in np.argsort(far) if words[row] not in (a, b, c))
