"""The oracles against numbers worked out on paper, so that they can stand as the definition."""

import math
from collections import Counter

import pytest

from course_utils.checks import oracles

BEAR = [["the", "bear", "ate"], ["the", "bear", "slept"], ["a", "bear", "ate"]]


def tables(sentences, order):
    return {n: oracles.count_ngrams(sentences, n) for n in range(1, order + 1)}


def test_counts_pad_each_sentence_on_the_left_and_close_it_once():
    assert oracles.count_ngrams([["b", "a"], ["b"]], 3) == {
        ("<s>", "<s>"): {"b": 2},
        ("<s>", "b"): {"a": 1, "</s>": 1},
        ("b", "a"): {"</s>": 1},
    }
    assert oracles.count_ngrams([["b", "a"], []], 1) == {(): {"b": 1, "a": 1, "</s>": 2}}


def test_continuation_counts_are_numbers_of_left_neighbours():
    # bear stood after "the" twice and after "a" once: two neighbours; "ate" and "slept" only after bear
    assert oracles.continuation_tables(tables(BEAR, 2)) == {
        2: oracles.count_ngrams(BEAR, 2),
        1: {(): Counter({"bear": 2, "the": 1, "a": 1, "ate": 1, "slept": 1, "</s>": 2})},
    }


def test_continuation_counts_keep_raw_counts_after_one_start_and_drop_two():
    adjusted = oracles.continuation_tables(tables(BEAR, 3))
    assert ("<s>", "<s>") not in adjusted[3]
    assert adjusted[3]["<s>", "the"] == {"bear": 2}
    assert adjusted[2]["<s>",] == {"the": 2, "a": 1}
    assert adjusted[2]["bear",] == {"ate": 2, "slept": 1}


def test_add_k():
    counts = oracles.count_ngrams(BEAR, 2)
    assert oracles.add_k_probability(counts, ("bear",), "ate", 0.5, 7) == pytest.approx(2.5 / 6.5)
    assert oracles.add_k_probability(counts, ("never",), "ate", 0.5, 7) == pytest.approx(1 / 7)


def test_perplexity_is_the_inverse_geometric_mean():
    assert oracles.perplexity([math.log(1 / 2), math.log(1 / 8)]) == pytest.approx(4)


def test_kneser_ney_by_hand():
    adjusted = oracles.continuation_tables(tables(BEAR, 2))
    # order 1: 8 continuations, 6 kinds, V = 7; order 2 after "bear": ate 2, slept 1
    ate = (1 - 0.5) / 8 + 0.5 * 6 / 8 / 7
    assert oracles.kneser_ney_probability(adjusted, (), "ate", 0.5, 7) == pytest.approx(ate)
    after_bear = (2 - 0.5) / 3 + 0.5 * 2 / 3 * ate
    assert oracles.kneser_ney_probability(adjusted, ("bear",), "ate", 0.5, 7) == pytest.approx(after_bear)
    assert oracles.kneser_ney_probability(adjusted, ("fish",), "ate", 0.5, 7) == pytest.approx(ate)
    unknown = 0.5 * 2 / 3 * 0.5 * 6 / 8 / 7
    assert oracles.kneser_ney_probability(adjusted, ("bear",), "fish", 0.5, 7) == pytest.approx(unknown)


@pytest.mark.parametrize("context", [(), ("bear",), ("the", "bear"), ("<s>", "<s>"), ("no", "such")])
def test_kneser_ney_sums_to_one(context):
    adjusted = oracles.continuation_tables(tables(BEAR, 3))
    words = ["the", "bear", "ate", "slept", "a", "</s>", "<unk>"]
    total = sum(oracles.kneser_ney_probability(adjusted, context, word, 0.3, len(words)) for word in words)
    assert total == pytest.approx(1, abs=1e-12)


def test_suggestions_come_from_the_longest_context_first_then_by_count_then_by_alphabet():
    sentences = [["my", "cat", "sat"], ["the", "cat", "ran"], ["a", "cat", "ran"], ["the", "cat", "ate"]]
    assert oracles.suggest(tables(sentences, 3), ["my", "cat"], 4) == ["sat", "ran", "ate", "cat"]
    assert oracles.suggest(tables(sentences, 3), [], 3) == ["the", "a", "my"]
    assert oracles.suggest(tables(sentences, 3), ["no", "such"], 2) == ["cat", "ran"]


def test_generation_follows_the_counts_and_stops():
    assert oracles.generate(oracles.count_ngrams([["the", "bear", "ate"]], 3), 3, 5, 11) == [
        "the",
        "bear",
        "ate",
    ]
    assert oracles.generate({("<s>",): {"a": 1}, ("a",): {"a": 1}}, 2, 5, 3) == ["a", "a", "a"]
