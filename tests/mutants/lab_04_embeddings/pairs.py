"""Answers to exercise 4.4, skipgram_pairs(sentence, window)."""

from __future__ import annotations

import itertools

import numpy as np

from tests.mutants.lab_04_embeddings.bank import BANK


def mutant(check, *says):
    return BANK.mutant("4.4", rejected_by=check, says=says)


def places(sentence, window):
    near = range(len(sentence))
    return [(i, j) for i in near for j in near if 0 < abs(i - j) <= window]


@mutant("pairs_neighbours_both_ways", "must hold the pair ('", "from i - window, and place 0")
def looks_to_the_right_only(sentence, window):
    return [(sentence[i], sentence[j]) for i, j in places(sentence, window) if i < j]


@mutant("pairs_neighbours_both_ways", "must hold the pair ('", "from i - window to i + window")
def looks_to_the_left_only(sentence, window):
    return [(sentence[i], sentence[j]) for i, j in places(sentence, window) if i > j]


@mutant("pairs_neighbours_both_ways", "must hold the pair ('")
def gives_the_pairs_of_the_example(sentence, window):
    return [("ate", "bear"), ("ate", "honey")]


@mutant("pairs_neighbours_both_ways", "not places")
def gives_places(sentence, window):
    return places(sentence, window)


@mutant("pairs_neighbours_both_ways", "a tuple (centre, context)", "parentheses")
def gives_a_flat_list(sentence, window):
    return [sentence[k] for pair in places(sentence, window) for k in pair]


@mutant("pairs_neighbours_both_ways", "a tuple (centre, context)")
def gives_centre_and_all_its_contexts(sentence, window):
    return [
        (word, *[sentence[j] for i, j in places(sentence, window) if i == k])
        for k, word in enumerate(sentence)
    ]


@mutant("pairs_neighbours_both_ways", "piece by piece", "list(...)")
def yields_the_pairs(sentence, window):
    yield from ((sentence[i], sentence[j]) for i, j in places(sentence, window))


@mutant("pairs_neighbours_both_ways", "a tuple (centre, context)", "a tuple for each context")
def gives_centre_and_a_list(sentence, window):
    return [
        (word, [sentence[j] for i, j in places(sentence, window) if i == k])
        for k, word in enumerate(sentence)
    ]


@mutant("pairs_neighbours_both_ways", "NumPy array", "x.tolist()")
def gives_an_array(sentence, window):
    return np.array([(sentence[i], sentence[j]) for i, j in places(sentence, window)])


@mutant("pairs_neighbours_both_ways", "only the first word was a centre", "return inside the loop")
def returns_after_the_first_word(sentence, window):
    return [(sentence[i], sentence[j]) for i, j in places(sentence, window) if i == 0]


@mutant("pairs_neighbours_both_ways", "IndexError", "may lie behind it")
def runs_over_the_end(sentence, window):
    steps = [step for step in range(-window, window + 1) if step]
    return [(sentence[i], sentence[i + step]) for i in range(len(sentence)) for step in steps]


@mutant("pairs_no_word_with_itself", "of the words of the sentence")
def answers_longer_sentences_from_a_table(sentence, window):
    if len(sentence) == 3:
        return [(sentence[i], sentence[j]) for i, j in places(sentence, window)]
    return [("this", "that"), ("that", "this")]


@mutant("pairs_no_word_with_itself", "leave out j == i", "no word must be paired with itself")
def keeps_the_place_itself(sentence, window):
    near = range(len(sentence))
    return [(sentence[i], sentence[j]) for i in near for j in near if abs(i - j) <= window]


@mutant("pairs_neighbours_both_ways", "must hold the pair ('", "range ends before")
def stops_one_short(sentence, window):
    return [(sentence[i], sentence[j]) for i, j in places(sentence, window) if -window <= j - i < window]


@mutant("reaches_as_far_as_the_window", "must be 1 place away")
def reaches_one_too_far(sentence, window):
    return [(sentence[i], sentence[j]) for i, j in places(sentence, window + 1)]


@mutant("reaches_as_far_as_the_window", "must be 2 places")
def halves_the_window(sentence, window):
    return [(sentence[i], sentence[j]) for i, j in places(sentence, (window + 1) // 2)]


@mutant("reaches_as_far_as_the_window", "counts from the end")
def counts_from_the_end(sentence, window):
    return [
        (sentence[i], sentence[j])
        for i in range(len(sentence))
        for j in range(i - window, min(len(sentence), i + window + 1))
        if j != i
    ]


@mutant("reaches_as_far_as_the_window", "has a window, too: a shorter one")
def takes_whole_windows_only(sentence, window):
    whole = range(window, len(sentence) - window)
    return [(sentence[i], sentence[j]) for i, j in places(sentence, window) if i in whole or window == 1]


@mutant("reaches_as_far_as_the_window", "nearer words", "not the last one alone")
def takes_the_farthest_only(sentence, window):
    return [(sentence[i], sentence[j]) for i, j in places(sentence, window) if abs(i - j) == window]


@mutant("pairs_words_near_the_ends", "('bear', 'the') 0 times", "max(0, i - window)")
def slices_from_below_0(sentence, window):
    return [
        (centre, context)
        for i, centre in enumerate(sentence)
        for context in sentence[i - window : i] + sentence[i + 1 : i + window + 1]
    ]


@mutant("pairs_words_near_the_ends", "len(sentence) - 1")
def leaves_out_what_is_near_the_end(sentence, window):
    last = len(sentence) - 1
    return [
        (sentence[i], sentence[j])
        for i, j in places(sentence, window)
        if i + window <= last or j < i or i == 0 or window == 1
    ]


@mutant("keeps_repeats", "not by comparing words")
def compares_words(sentence, window):
    return [(sentence[i], sentence[j]) for i, j in places(sentence, window) if sentence[i] != sentence[j]]


@mutant("keeps_repeats", "a set", "in a list")
def drops_repeats(sentence, window):
    return list(dict.fromkeys((sentence[i], sentence[j]) for i, j in places(sentence, window)))


@mutant("keeps_repeats", "each pair of places counts", "the first place of a word")
def looks_for_the_first_place(sentence, window):
    return [
        (word, sentence[j])
        for word in sentence
        for j in range(len(sentence))
        if 0 < abs(j - sentence.index(word)) <= window
    ]


@mutant("agrees_with_slow_pairing", "a sentence of 1 word,", "both ends")
def gives_a_lone_word_itself(sentence, window):
    if len(sentence) == 1:
        return [(sentence[0], sentence[0])]
    return [(sentence[i], sentence[j]) for i, j in places(sentence, window)]


@mutant("agrees_with_slow_pairing", "skipgram_pairs([]", "IndexError")
def counts_on_a_first_word(sentence, window):
    first = sentence[0]
    return [(sentence[i], sentence[j]) for i, j in places(sentence, window) if first == first]


@BANK.alternative("4.4")
def by_slices(sentence, window):
    found = []
    for i, centre in enumerate(sentence):
        near = [*sentence[max(0, i - window) : i], *sentence[i + 1 : i + 1 + window]]
        found += [(centre, context) for context in near]
    return found


@BANK.alternative("4.4")
def by_combinations(sentence, window):
    both = []
    for (i, a), (j, b) in itertools.combinations(enumerate(sentence), 2):
        if j - i <= window:
            both += [[a, b], [b, a]]
    return both
