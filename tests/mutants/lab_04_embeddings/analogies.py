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


@like("goes_from_c_as_from_a_to_b", "not the farthest")
def gives_the_farthest_word(vectors, words, a, b, c):
    x, y, z = rows_of(unit(vectors), words, a, b, c)
    return answer(-(y - x + z), vectors, words, (a, b, c))


@like("goes_from_c_as_from_a_to_b", "nearest to unit[b] - unit[a] + unit[c]")
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
