"""IBM Model 1: numbers worked by hand, a slow loop that is obviously right, what it learns of the world."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.models.ibm1 import IBM1
from course_utils.models.metrics import alignment_error_rate, diagonal_links
from course_utils.text.world import World

NULL = None
HOUSES = [(["ház"], ["house"]), (["zöld", "ház"], ["green", "house"])]


def table(model: IBM1) -> dict[tuple[str | None, str], float]:
    dense = model.table.toarray()
    return {
        (source, target): dense[row, column]
        for row, source in enumerate([*model.source_ids, NULL])
        for target, column in model.target_ids.items()
    }


def test_one_iteration_worked_by_hand():
    """At first all source words are equal: in the short pair ház and NULL give half of "house" each; in the
    long one ház, zöld and NULL give a third of "green" and of "house" each.

    ház: green 1/3, house 1/2 + 1/3; sum 7/6. zöld: green 1/3, house 1/3; sum 2/3. NULL: as ház.
    """
    found = table(IBM1.train(HOUSES, iterations=1))
    for word in ("ház", NULL):
        assert found[word, "green"] == pytest.approx(2 / 7)
        assert found[word, "house"] == pytest.approx(5 / 7)
    assert found["zöld", "green"] == pytest.approx(1 / 2)
    assert found["zöld", "house"] == pytest.approx(1 / 2)


def test_the_second_iteration_worked_by_hand():
    """Now "green" comes from ház and NULL with 2/7 each and from zöld with 1/2, of 15/14 in all: the shares
    are 4/15, 4/15 and 7/15. "house" of the long pair has 5/7, 5/7 and 1/2 of 27/14: 10/27, 10/27 and 7/27.
    That of the short one is shared in halves.
    """
    found = table(IBM1.train(HOUSES, iterations=2))
    house = 1 / 2 + 10 / 27
    assert found["ház", "house"] == pytest.approx(house / (house + 4 / 15))
    assert found["zöld", "green"] == pytest.approx((7 / 15) / (7 / 15 + 7 / 27))


def test_log_likelihoods_worked_by_hand():
    """At first every one of three target words has probability 1/2; after one iteration, see above."""
    before, after = IBM1.train(HOUSES, iterations=1).log_likelihoods
    assert before == pytest.approx(3 * math.log(1 / 2))
    assert after == pytest.approx(math.log(5 / 7) + math.log(15 / 14 / 3) + math.log(27 / 14 / 3))


def slow(pairs, iterations):
    """Equations of Brown et al. (1993), a word at a time."""
    targets = {word for _, target in pairs for word in target}
    probability = defaultdict(lambda: 1 / len(targets))
    log_likelihoods = []
    for _ in range(iterations + 1):
        counts, log_likelihood = defaultdict(float), 0.0
        for source, target in pairs:
            for word in target:
                total = sum(probability[s, word] for s in [*source, NULL])
                log_likelihood += math.log(total / (len(source) + 1))
                for s in [*source, NULL]:
                    counts[s, word] += probability[s, word] / total
        log_likelihoods.append(log_likelihood)
        if len(log_likelihoods) <= iterations:
            sums = defaultdict(float)
            for (s, _), count in counts.items():
                sums[s] += count
            probability = defaultdict(float, {key: count / sums[key[0]] for key, count in counts.items()})
    return probability, log_likelihoods


def sentences(letters):
    return st.lists(st.sampled_from(letters), min_size=1, max_size=5)


PAIRS = st.lists(st.tuples(sentences("abc"), sentences("wxyz")), min_size=1, max_size=7)


@given(PAIRS, st.integers(1, 5))
def test_agrees_with_a_slow_loop(pairs, iterations):
    """Also where a word stands twice in a sentence."""
    model = IBM1.train(pairs, iterations)
    probability, log_likelihoods = slow(pairs, iterations)
    for key, value in table(model).items():
        assert value == pytest.approx(probability[key], abs=1e-12)
    assert model.log_likelihoods == pytest.approx(log_likelihoods)


@given(PAIRS)
def test_the_likelihood_never_falls_and_each_source_word_has_a_distribution(pairs):
    model = IBM1.train(pairs, iterations=7)
    assert len(model.log_likelihoods) == 8
    assert all(after >= before - 1e-9 for before, after in pairwise(model.log_likelihoods))
    assert model.table.sum(axis=1) == pytest.approx(1)


@given(PAIRS)
def test_links_go_to_the_likeliest_source_word(pairs):
    model = IBM1.train(pairs, iterations=2)
    probability = table(model)
    for source, target in pairs:
        found = model.links(source, target)
        linked = {t: source[s] for s, t in found}
        assert len(linked) == len(found), "a target word has one link at most"
        for t, word in enumerate(target):
            best = max(probability[s, word] for s in [*source, NULL])
            assert probability[linked.get(t, NULL), word] == pytest.approx(best)


def test_a_word_that_null_gives_is_not_linked():
    """ "the" is in every English sentence and has no Hungarian word."""
    pairs = [(["ház"], ["the", "house"]), (["kutya"], ["the", "dog"]), (["macska"], ["the", "cat"])]
    model = IBM1.train(pairs, iterations=20)
    assert model.links(["kutya"], ["the", "dog"]) == {(0, 1)}


def test_words_that_never_met_are_not_linked_even_where_null_has_no_probability_left():
    pairs = [(["ház"], ["the", "house"]), (["kutya"], ["the", "dog"]), (["macska"], ["the", "cat"])]
    model = IBM1.train(pairs, iterations=2000)
    assert table(model)[NULL, "dog"] == 0
    assert model.links(["ház"], ["dog"]) == set()


def test_of_equals_a_word_goes_before_null_and_the_first_before_the_second():
    assert IBM1.train([(["a"], ["x"])]).links(["a", "a"], ["x"]) == {(0, 0)}


def test_words_never_seen_are_linked_to_nothing():
    model = IBM1.train(HOUSES, iterations=20)
    assert model.links(["új", "zöld", "ház"], ["new", "green", "house"]) == {(1, 1), (2, 2)}
    assert model.links(["új"], ["new"]) == model.links([], []) == model.links(["zöld"], []) == set()


def test_translations_come_likeliest_first():
    model = IBM1.train(HOUSES, iterations=20)
    first, second = model.translations("zöld")
    assert (first[0], second[0]) == ("green", "house")
    assert first[1] > 0.9
    assert first[1] + second[1] == pytest.approx(1)
    assert model.translations("zöld", 1) == [first]


def test_only_words_seen_together_are_translations():
    pairs = [*HOUSES, (["kutya"], ["dog"])]
    assert [word for word, _ in IBM1.train(pairs).translations("kutya", 7)] == ["dog"]


def test_an_unknown_word_has_no_translation():
    with pytest.raises(KeyError, match="expected one of the 2 source words, received 'kutya'"):
        IBM1.train(HOUSES).translations("kutya")


@pytest.mark.parametrize(
    ("pairs", "iterations", "said"),
    [
        ([], 5, "expected at least one pair of sentences, received none"),
        ([*HOUSES, ([], ["x"]), (["a"], [])], 5, r"words on both sides .* an empty side in \[2, 3\]"),
        (HOUSES, 0, "expected at least 1 iteration, received 0"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(pairs, iterations, said):
    with pytest.raises(ValueError, match=said):
        IBM1.train(pairs, iterations)


def test_two_thousand_pairs_of_the_world_teach_more_than_the_diagonal_knows():
    world = World(seed=1)
    model = IBM1.train([(r.hungarian, r.english) for r in world.sentences(2_000, "train")])
    records = world.sentences(200, "test")
    gold = [r.alignment for r in records]
    learned = alignment_error_rate([model.links(r.hungarian, r.english) for r in records], gold)
    diagonal = alignment_error_rate([diagonal_links(len(r.hungarian), len(r.english)) for r in records], gold)
    assert learned < 0.6 * diagonal
    assert model.translations("kutya", 1)[0][0] == "dog"
