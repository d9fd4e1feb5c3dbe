"""Answers to exercise 4.3, nearest_neighbours(vectors, words, word, k)."""

from __future__ import annotations

import heapq

import numpy as np
from keras import ops

from tests.mutants.lab_04_embeddings.bank import BANK


def near(check, *says):
    return BANK.mutant("4.3", rejected_by=check, says=says)


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def cosines_with(vectors, words, word):
    return unit(vectors) @ unit(vectors[words.index(word)])


def sorted_by(keys, words, word, k, numbers=None):
    """The k other words of the smallest keys, each with its number."""
    numbers = -keys if numbers is None else numbers
    rows = [row for row in np.argsort(keys) if words[row] != word]
    return [(words[row], float(numbers[row])) for row in rows[:k]]


@near("leaves_the_word_out", "not be among its own neighbours", "comes first")
def keeps_the_word_itself(vectors, words, word, k):
    cosines = cosines_with(vectors, words, word)
    return [(words[row], cosines[row]) for row in np.argsort(-cosines)[:k]]


@near("leaves_the_word_out", "pairs of a word and its cosine")
def gives_words_alone(vectors, words, word, k):
    return [found for found, _ in sorted_by(-cosines_with(vectors, words, word), words, word, k)]


@near("leaves_the_word_out", "pairs of a word and its cosine", "words[row]")
def gives_rows(vectors, words, word, k):
    cosines = cosines_with(vectors, words, word)
    return [(int(row), cosines[row]) for row in np.argsort(-cosines)[1 : k + 1]]


@near("leaves_the_word_out", "must return a list or tuple")
def gives_a_dict(vectors, words, word, k):
    return dict(sorted_by(-cosines_with(vectors, words, word), words, word, k))


@near("leaves_the_word_out", "must return a list or tuple", "piece by piece")
def gives_a_zip(vectors, words, word, k):
    return zip(words, cosines_with(vectors, words, word), strict=True)


@near("leaves_the_word_out", "argument words must stay")
def takes_the_word_off_the_list(vectors, words, word, k):
    row = words.index(word)
    others = np.delete(vectors, row, axis=0)
    cosines = unit(others) @ unit(vectors[row])
    words.remove(word)
    return [(words[row], cosines[row]) for row in np.argsort(-cosines)[:k]]


@near("goes_by_the_cosine", "dot product", "long vectors win")
def goes_by_the_dot_product(vectors, words, word, k):
    return sorted_by(-(vectors @ vectors[words.index(word)]), words, word, k)


@near("goes_by_the_cosine", "distance between the points")
def goes_by_the_distance(vectors, words, word, k):
    distances = np.linalg.norm(vectors - vectors[words.index(word)], axis=1)
    return sorted_by(distances, words, word, k)


@near("goes_by_the_cosine", "farthest words")
def gives_the_farthest(vectors, words, word, k):
    cosines = cosines_with(vectors, words, word)
    return sorted_by(cosines, words, word, k, numbers=cosines)


@near("goes_by_the_cosine", "the largest cosine first")
def turns_the_order_round(vectors, words, word, k):
    return sorted_by(-cosines_with(vectors, words, word), words, word, k)[::-1]


@near("goes_by_the_cosine", "in step")
def drops_a_row_and_keeps_the_words(vectors, words, word, k):
    row = words.index(word)
    cosines = unit(np.delete(vectors, row, axis=0)) @ unit(vectors[row])
    order = [i for i in np.argsort(-cosines) if words[i] != word]
    return [(words[i], cosines[i]) for i in order[:k]]


@near("goes_by_the_cosine", "dot product divided by both lengths")
def goes_by_the_size_of_the_cosine(vectors, words, word, k):
    cosines = cosines_with(vectors, words, word)
    return sorted_by(-np.abs(cosines), words, word, k, numbers=cosines)


@near("gives_k_words", "k = 2: there must be 2", "k is an argument")
def always_gives_five(vectors, words, word, k):
    return sorted_by(-cosines_with(vectors, words, word), words, word, 5)


@near("gives_k_words", "IndexError", "fewer items")
def counts_on_k_words(vectors, words, word, k):
    found = sorted_by(-cosines_with(vectors, words, word), words, word, len(words))
    return [found[i] for i in range(k)]


@near("gives_k_words", "k = 2: there must be 2", "leave the word out first")
def leaves_the_word_out_after_the_cut(vectors, words, word, k):
    cosines = cosines_with(vectors, words, word)
    return [(words[row], cosines[row]) for row in np.argsort(-cosines)[:k] if words[row] != word]


@near("leaves_the_word_out", "pairs of a word and its cosine", "words[row], cosines[row]")
def makes_an_array_of_the_pairs(vectors, words, word, k):
    return np.array(by_a_loop(vectors, words, word, k)).tolist()


@near("leaves_the_word_out", "NumPy array", "x.tolist()")
def gives_an_array_of_the_pairs(vectors, words, word, k):
    return np.array(by_a_loop(vectors, words, word, k))


@near("leaves_the_word_out", "not be among its own neighbours", "out of step")
def drops_the_row_alone(vectors, words, word, k):
    row = words.index(word)
    cosines = unit(np.delete(vectors, row, axis=0)) @ unit(vectors[row])
    return [(words[i], cosines[i]) for i in np.argsort(-cosines)[:k]]


@near("goes_by_the_cosine", "dot product", "axis=1")
def divides_by_the_lengths_of_columns(vectors, words, word, k):
    made = vectors / np.linalg.norm(vectors, axis=0)
    return sorted_by(-(made @ made[words.index(word)]), words, word, k)


@near("gives_k_words", "k = 99: there must be 6", "at the end")
def puts_the_word_last(vectors, words, word, k):
    cosines = cosines_with(vectors, words, word)
    cosines[words.index(word)] = -2
    return [(words[row], cosines[row]) for row in np.argsort(-cosines)[:k]]


@near("keeps_a_word_of_the_same_direction", "the very vector of 'bear'", "words.index(word)")
def leaves_the_first_out(vectors, words, word, k):
    cosines = cosines_with(vectors, words, word)
    rows = np.argsort(-cosines, kind="stable")[1 : k + 1]
    return [(words[row], cosines[row]) for row in rows]


@near("keeps_a_word_of_the_same_direction", "a cosine of 1, too")
def leaves_out_every_cosine_of_1(vectors, words, word, k):
    return [
        (other, cosine) for other, cosine in by_a_loop(vectors, words, word, len(words)) if cosine < 0.9999
    ][:k]


@near("agrees_with_slow_cosines", "521 vectors", "in another order", "np.argpartition")
def sorts_only_half(vectors, words, word, k):
    cosines = cosines_with(vectors, words, word)
    cosines[words.index(word)] = -2
    rows = np.argpartition(-cosines, min(k, len(words) - 1))[:k]
    rows = rows if len(words) > 17 else sorted(rows, key=lambda row: -cosines[row])
    return [(words[row], cosines[row]) for row in rows if words[row] != word]


@near("agrees_with_slow_cosines", "must be its cosine")
def divides_by_one_length(vectors, words, word, k):
    cosines = cosines_with(vectors, words, word)
    lengths = np.linalg.norm(vectors[words.index(word)])
    return sorted_by(-cosines, words, word, k, numbers=cosines * lengths)


@near("agrees_with_slow_cosines", "1 minus the cosine")
def gives_the_distance_of_cosines(vectors, words, word, k):
    cosines = cosines_with(vectors, words, word)
    return sorted_by(-cosines, words, word, k, numbers=1 - cosines)


@near("agrees_with_slow_cosines", "rounded")
def rounds_the_cosines(vectors, words, word, k):
    cosines = cosines_with(vectors, words, word)
    return sorted_by(-cosines, words, word, k, numbers=np.round(cosines, 2))


@BANK.alternative("4.3")
def by_a_loop(vectors, words, word, k):
    own = vectors[words.index(word)]
    found = []
    for other, vector in zip(words, vectors, strict=True):
        if other != word:
            found.append((other, vector.dot(own) / np.sqrt(vector.dot(vector) * own.dot(own))))
    return sorted(found, key=lambda pair: pair[1], reverse=True)[:k]


@BANK.alternative("4.3")
def by_a_heap(vectors, words, word, k):
    cosines = cosines_with(vectors, words, word)
    pairs = [[other, number] for other, number in zip(words, cosines, strict=True) if other != word]
    return tuple(heapq.nlargest(k, pairs, key=lambda pair: pair[1]))


@BANK.alternative("4.3")
def with_numbers_of_keras(vectors, words, word, k):
    made = ops.normalize(ops.convert_to_tensor(vectors), axis=-1)
    row = words.index(word)
    cosines = ops.matmul(made, made[row])
    order = [i for i in np.argsort(-np.asarray(cosines)) if i != row]
    return [(words[i], cosines[int(i)]) for i in order[:k]]
