"""Hidden checks of lab 01, n-grams."""

import math
from collections import Counter

from course_utils.checks import oracles
from course_utils.checks.asserts import expect_close, expect_equal, expect_same_counts
from course_utils.checks.lab_01_ngrams.material import draw_tables, flat, tables_of
from course_utils.grading.hidden import exercise

TOKENS = ("I", "US", "us", ",", "3", "don't", "ház", "-", "<unk>", "Bear", "bear", ".")


def drawn_sentences(rng, count=11):
    """Sentences of tokens as real text has them: capitals, marks, numbers."""
    return [[str(token) for token in rng.choice(TOKENS, size=rng.integers(0, 13))] for _ in range(count)]


@exercise("1.1").check()
def counts_tokens_of_every_kind(candidate, rng):
    """capitals, marks and numbers are tokens like any other"""
    for n in (1, 2, 3, 7):
        sentences = drawn_sentences(rng)
        expected = flat(oracles.count_ngrams(sentences, n))
        expect_same_counts(flat(candidate(sentences, n)), expected, f"the counts for n = {n} differ")


@exercise("1.2").check()
def suggests_tokens_of_every_kind(candidate, rng):
    """marks and numbers are suggested, too, and as many as are asked for"""
    sentences = [*drawn_sentences(rng), ["I", ","], ["I", ","], ["I", "3"]]
    for order, k in ((2, 1), (3, 7), (5, 11)):
        tables = tables_of(sentences, order)
        for typed in (["I"], ["US", ",", "bear"]):
            got = list(candidate(tables, typed, k))
            problem = f"orders up to {order}, k = {k}, after {' '.join(typed)!r}: the suggestions differ"
            expect_equal(got, oracles.suggest(tables, typed, k), problem)


@exercise("1.3").check()
def smooths_single_words(candidate, rng):
    """for n = 1 the context is empty, and the formula the same"""
    counts = {(): Counter({"ate": 3, "slept": 1})}
    expect_close(candidate(counts, (), "ate", 0.5, 7), 3.5 / 7.5, "P(ate) of single words is another")
    expect_close(candidate(counts, (), "honey", 0.5, 7), 0.5 / 7.5, "P(honey) of single words is another")


@exercise("1.4").check()
def counts_certain_words(candidate, rng):
    """a word that was certain, of logarithm 0, is a word of the text"""
    size = int(rng.integers(5, 99))
    logs = [0.0, -math.log(size), 0.0, 0.0]
    expect_close(candidate(logs), size**0.25, f"four words, three of them certain, one of {size}")
    expect_close(candidate([0.0, 0.0]), 1.0, "words that were all certain have a perplexity of 1")


@exercise("1.5").check()
def knows_only_the_tables_it_is_given(candidate, rng):
    """other tables give other probabilities for the same question"""
    words, context = ("bear", "fish", "honey", "ate"), ("the", "a")
    for _ in range(3):
        tables = oracles.continuation_tables(draw_tables(rng, 3))
        for word in words:
            expected = oracles.kneser_ney_probability(tables, context, word, 0.75, 11)
            expect_close(candidate(tables, context, word, 0.75, 11), expected, f"P({word} | the a) is another")


@exercise("1.6").check()
def writes_nothing_when_nothing_is_asked_for(candidate, rng):
    """max_words = 0 leaves room for no word"""
    endless = {("<s>",): Counter({"ate": 1}), ("ate",): Counter({"ate": 1})}
    for limit in (3, 0):
        problem = f"'ate' follows 'ate', and max_words = {limit}: another number of words is written"
        expect_equal(list(candidate(endless, 2, int(rng.integers(99)), limit)), ["ate"] * limit, problem)
