"""BLEU, BLEU by length, links and alignment error rate: numbers worked by hand, properties, and refusals."""

from __future__ import annotations

import logging
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.models import metrics
from course_utils.models.metrics import LengthBin
from course_utils.text.world import World

SEVEN = ["the", "dog", "sees", "the", "cat", "and", "sleeps"]
FIVE = ["a", "bird", "sang", "all", "night"]

# BLEU -------------------------------------------------------------------------------------------------------


def test_bleu_of_a_sentence_worked_by_hand():
    """5 of 6 words, 3 of 5 pairs, 1 of 4 triples; no four of 3, which smoothing counts as half a match."""
    hypothesis, reference = ["a", "b", "c", "x", "e", "f"], ["a", "b", "c", "d", "e", "f"]
    by_hand = 100 * (5 / 6 * 3 / 5 * 1 / 4 * 0.5 / 3) ** (1 / 4)
    assert metrics.bleu([hypothesis], [reference]).score == pytest.approx(by_hand, abs=1e-9)


def test_a_short_hypothesis_is_punished():
    """Everything in it is right, but 5 words stand for 7."""
    assert metrics.bleu([SEVEN[:5]], [SEVEN]).score == pytest.approx(100 * math.exp(1 - 7 / 5))


def test_counts_are_summed_over_sentences_not_scores():
    both = metrics.bleu([SEVEN, FIVE[::-1]], [SEVEN, FIVE]).score
    assert both != pytest.approx((100 + metrics.bleu([FIVE[::-1]], [FIVE]).score) / 2, abs=1)
    # 12 words of 12; 6 pairs of 10; 5 triples of 8; 4 fours of 6
    assert both == pytest.approx(100 * (6 / 10 * 5 / 8 * 4 / 6) ** (1 / 4))


def test_the_signature_is_sacrebleus_and_both_are_shown():
    import sacrebleu

    signature = f"nrefs:1|case:mixed|eff:no|tok:none|smooth:exp|version:{sacrebleu.__version__}"
    found = metrics.bleu([SEVEN], [SEVEN])
    assert found.signature == signature
    assert str(found) == f"BLEU 100.0 ({signature})"


def test_tokens_are_scored_as_they_are_cut_and_strings_are_cut_first():
    assert "tok:13a" in metrics.bleu(["a b c d."], ["a b c d ."]).signature
    assert metrics.bleu(["a b c d."], ["a b c d ."]).score == 100
    assert metrics.bleu([["a", "b", "c", "d."]], [["a", "b", "c", "d", "."]]).score < 80
    assert metrics.bleu(["A b c d"], ["a b c d"]).score < 100


def test_full_stops_that_stand_apart_are_no_reason_to_warn(caplog):
    with caplog.at_level(logging.WARNING):
        metrics.bleu([[*FIVE, "."]] * 101, [[*FIVE, "."]] * 101)
    assert caplog.text == ""


def test_an_empty_translation_is_worth_nothing():
    assert metrics.bleu([[]], [SEVEN]).score == 0


@given(st.lists(st.lists(st.sampled_from(SEVEN), min_size=4, max_size=11), min_size=1, max_size=7))
def test_a_corpus_is_perfect_beside_itself(sentences):
    assert metrics.bleu(sentences, sentences).score == pytest.approx(100)
    assert metrics.bleu(sentences, sentences).score <= 100


@pytest.mark.parametrize(("hypotheses", "references"), [(0, 0), (2, 3), (3, 2), (0, 1)])
def test_bleu_wants_a_reference_for_each_hypothesis(hypotheses, references):
    said = f"at least one .* received {hypotheses} hypotheses and {references} references"
    with pytest.raises(ValueError, match=said):
        metrics.bleu([SEVEN] * hypotheses, [SEVEN] * references)


def test_bleu_wants_all_tokens_or_all_strings():
    with pytest.raises(TypeError, match="all as strings, received both"):
        metrics.bleu([SEVEN, SEVEN], [SEVEN, " ".join(SEVEN)])


# chrF and BLEU's interval -----------------------------------------------------------------------------------


def test_chrf_worked_by_hand():
    """Of "ab" beside "ac": one letter of two, no pair of one; the longer sequences are in neither."""
    # F2 of precision and recall, both (1/2 + 0) / 2
    assert metrics.chrf([["ab"]], [["ac"]]) == pytest.approx(25)


def test_chrf_gives_credit_for_a_stem_and_bleu_does_not():
    nearly, other = [[*FIVE[:2], "sings", *FIVE[3:]]], [[*FIVE[:2], "wept", *FIVE[3:]]]
    assert metrics.bleu(nearly, [FIVE]) == metrics.bleu(other, [FIVE])
    assert metrics.chrf(nearly, [FIVE]) > metrics.chrf(other, [FIVE]) + 5


@given(st.lists(st.lists(st.sampled_from(SEVEN), min_size=4, max_size=11), min_size=1, max_size=7))
def test_chrf_is_perfect_beside_itself_however_it_is_cut(sentences):
    assert metrics.chrf(sentences, sentences) == pytest.approx(100)
    strings = [" ".join(sentence) for sentence in sentences]
    assert metrics.chrf(strings, [" ".join(each[::-1]) for each in sentences]) == metrics.chrf(
        sentences, [each[::-1] for each in sentences]
    )


def test_chrf_wants_a_reference_for_each_hypothesis():
    with pytest.raises(ValueError, match="received 2 hypotheses and 1 references"):
        metrics.chrf([SEVEN] * 2, [SEVEN])


def test_bleus_interval_is_that_of_a_curve_of_one_bin(translated):
    (point,) = metrics.length_curve(*translated, [(3, 25)], resamples=60)
    assert metrics.bleu_interval(*translated[:2], resamples=60) == (point.low_ci, point.high_ci)
    with pytest.raises(ValueError, match="at least 2 resamples, received 1"):
        metrics.bleu_interval(*translated[:2], resamples=1)


# BLEU by length ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def translated():
    """Long test sentences of the world; every third one lost its end."""
    records = World(seed=1).sentences(230, "long")
    hypotheses = [r.english[:-2] if n % 3 else r.english for n, r in enumerate(records)]
    return hypotheses, [r.english for r in records], [r.length for r in records]


BINS = [(3, 7), (8, 13), (14, 25)]


def test_each_bin_holds_the_bleu_of_its_sentences(translated):
    curve = metrics.length_curve(*translated, BINS, resamples=20)
    assert [(point.low, point.high) for point in curve] == BINS
    assert sum(point.sentences for point in curve) == 230
    for point in curve:
        chosen = [(h, r) for h, r, n in zip(*translated, strict=True) if point.low <= n <= point.high]
        assert point.sentences == len(chosen)
        assert point.bleu == metrics.bleu(*map(list, zip(*chosen, strict=True))).score


def test_the_interval_is_that_of_resampled_corpora(translated):
    """Our own bootstrap, with another generator, finds the same interval within its own noise."""
    (point,) = metrics.length_curve(*translated, [(3, 25)], resamples=400)
    rng = np.random.default_rng(7)
    scores = []
    for _ in range(100):
        drawn = rng.integers(230, size=230)
        hypotheses, references = ([side[i] for i in drawn] for side in translated[:2])
        scores.append(metrics.bleu(hypotheses, references).score)
    low, high = np.quantile(scores, [0.025, 0.975])
    assert point.low_ci < point.bleu < point.high_ci
    assert (point.low_ci, point.high_ci) == pytest.approx((low, high), abs=0.3 * (high - low))


def test_the_same_curve_comes_twice(translated):
    assert metrics.length_curve(*translated, BINS, 20) == metrics.length_curve(*translated, BINS, 20)


def test_what_is_all_right_or_all_wrong_has_no_width():
    right = metrics.length_curve([SEVEN] * 3, [SEVEN] * 3, [7] * 3, [(7, 7)])
    assert right == [LengthBin(7, 7, 3, 100, 100, 100)]
    wrong = metrics.length_curve([FIVE] * 3, [SEVEN] * 3, [7] * 3, [(7, 7)])
    assert wrong == [LengthBin(7, 7, 3, 0, 0, 0)]


def test_an_interval_ends_where_bleu_does():
    """One slip in 29 sentences: the mean and half the width together would pass 100."""
    slip = [[*SEVEN[:6], "slept"], *[SEVEN] * 28]
    (point,) = metrics.length_curve(slip, [SEVEN] * 29, [7] * 29, [(7, 7)])
    assert point.low_ci < point.bleu < point.high_ci == 100


@given(st.lists(st.integers(1, 30), min_size=1, max_size=11), st.sets(st.integers(1, 29), max_size=3))
def test_bins_share_out_all_sentences(lengths, cuts):
    ends = sorted({*cuts, 30})
    bins = list(zip([1, *(end + 1 for end in ends)], ends, strict=False))
    bins = [(low, high) for low, high in bins if any(low <= n <= high for n in lengths)]
    sentences = [SEVEN for _ in lengths]
    curve = metrics.length_curve(sentences, sentences, lengths, bins, resamples=2)
    assert sum(point.sentences for point in curve) == len(lengths)


@pytest.mark.parametrize(
    ("bins", "said"),
    [
        ([(3, 4), (5, 7), (8, 9)], r"sentences in every bin, received none for \[\(3, 4\), \(8, 9\)\]"),
        ([(5, 6)], "each length in one bin, received 0 bins for length 7"),
        ([(5, 7), (7, 9)], "each length in one bin, received 2 bins for length 7"),
        ([], "received 0 bins for length 5"),
    ],
)
def test_bins_that_leave_something_out_are_refused(bins, said):
    with pytest.raises(ValueError, match=said):
        metrics.length_curve([FIVE, SEVEN], [FIVE, SEVEN], [5, 7], bins)


def test_length_curve_wants_a_length_each_and_resamples():
    with pytest.raises(ValueError, match="expected 2 lengths, one a hypothesis, received 3"):
        metrics.length_curve([FIVE, SEVEN], [FIVE, SEVEN], [5, 7, 3], BINS)
    with pytest.raises(ValueError, match="expected at least 2 resamples, received 1"):
        metrics.length_curve([FIVE], [FIVE], [5], BINS, resamples=1)
    with pytest.raises(ValueError, match="received 2 hypotheses and 1 references"):
        metrics.length_curve([FIVE, SEVEN], [FIVE], [5, 7], BINS)


@pytest.mark.parametrize(
    "wrong", [(5, 3, 1, 50, 40, 60), (0, 3, 1, 50, 40, 60), (3, 5, 0, 50, 40, 60), (3, 5, 1, 101, 40, 60),
              (3, 5, 1, 50, 60, 40), (3, 5, 1, 50, -1, 60), (3, 5, 1, math.nan, 40, 60)]
)  # fmt: skip
def test_a_bin_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match=r"expected .* received LengthBin"):
        LengthBin(*wrong)


# Links ------------------------------------------------------------------------------------------------------


def test_each_target_word_is_linked_to_its_heaviest_source_word():
    """Two source words, then `</s>` at 2, then padding at 3; three target words, then `</s>`."""
    weights = [[[0.5, 0.3, 0.2, 0], [0.2, 0.3, 0.5, 0], [0.1, 0.8, 0.1, 0], [1, 0, 0, 0]]]
    assert metrics.links(weights, [2], [3]) == [{(0, 0), (1, 2)}]


def test_weight_on_padding_links_nothing_and_the_first_of_equals_counts():
    assert metrics.links([[[0, 0.1, 0, 0.9], [0.5, 0.5, 0, 0]]], [2], [2]) == [{(0, 1)}]


def test_every_sentence_has_its_own_lengths():
    weights = np.zeros((3, 5, 7))
    weights[:, :, 3] = 1
    assert metrics.links(weights, [3, 4, 7], [5, 2, 0]) == [set(), {(3, 0), (3, 1)}, set()]
    assert metrics.links(np.zeros((0, 5, 7)), [], []) == []


@pytest.mark.parametrize(
    ("shape", "source", "target", "said"),
    [
        ((2, 5, 7), [3], [4, 4], r"received weights \(2, 5, 7\), 1 source and 2 target lengths"),
        ((2, 5, 7), [3, 3], [4], "2 source and 1 target lengths"),
        ((5, 7), [3] * 5, [4] * 5, r"expected weights \(B, T, S\) .* received weights \(5, 7\)"),
        ((2, 5, 7), [3, 8], [4, 4], r"source lengths of at most 7, as weights .* received 8"),
        ((2, 5, 7), [3, 3], [6, 4], r"target lengths of at most 5, as weights .* received 6"),
    ],
)
def test_lengths_that_do_not_fit_the_weights_are_refused(shape, source, target, said):
    with pytest.raises(ValueError, match=said):
        metrics.links(np.zeros(shape), source, target)


def test_shares_of_a_place_worked_by_hand():
    """Both words look at place 0 most; place 1, which the first hardly looks at, is the second's."""
    weights = np.array([[[0.8, 0.1, 0.1], [0.6, 0.3, 0.1], [0.2, 0.2, 0.6]]])
    found = metrics.shares(weights, [2], [2])
    assert np.allclose(found, [[[8 / 14, 1 / 4, 0], [6 / 14, 3 / 4, 0], [0, 0, 0]]])
    assert metrics.links(weights, [2], [2]) == [{(0, 0), (0, 1)}]
    assert metrics.links(found, [2], [2]) == [{(0, 0), (1, 1)}]


@given(st.integers(1, 7), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_shares_of_each_place_sum_to_one_over_the_target(source_length, target_length, seed):
    weights = np.random.default_rng(seed).dirichlet(np.ones(11), size=(1, 13))
    before = weights.copy()
    found = metrics.shares(weights, [source_length], [target_length])
    assert np.allclose(found.sum(axis=1), np.arange(11) < source_length)
    assert (found[:, target_length:] == 0).all()
    assert np.array_equal(weights, before)


def test_shares_refuse_lengths_that_do_not_fit():
    with pytest.raises(ValueError, match="source lengths of at most 3"):
        metrics.shares(np.ones((1, 2, 3)), [5], [2])


def test_the_diagonal_worked_by_hand():
    assert metrics.diagonal_links(3, 3) == {(0, 0), (1, 1), (2, 2)}
    assert metrics.diagonal_links(2, 5) == {(0, 0), (0, 1), (1, 2), (1, 3), (1, 4)}
    assert metrics.diagonal_links(5, 2) == {(1, 0), (3, 1)}
    assert metrics.diagonal_links(1, 3) == {(0, 0), (0, 1), (0, 2)}
    assert metrics.diagonal_links(3, 0) == set()
    with pytest.raises(ValueError, match="expected words on both sides, received 0 and 3"):
        metrics.diagonal_links(0, 3)


@given(st.integers(1, 40), st.integers(1, 40))
def test_the_diagonal_links_each_target_word_inside_the_source_in_order(source_length, target_length):
    found = sorted(metrics.diagonal_links(source_length, target_length), key=lambda link: link[1])
    assert [t for _, t in found] == list(range(target_length))
    assert [s for s, _ in found] == sorted(s for s, _ in found)
    assert {s for s, _ in found} <= set(range(source_length))


# Alignment error rate ---------------------------------------------------------------------------------------


def test_alignment_error_rate_worked_by_hand():
    """Over both sentences 3 links are common, of 5 predicted and 4 gold ones: 1 - 6 / 9."""
    predicted = [{(0, 0), (1, 1), (1, 2)}, {(0, 0), (2, 1)}]
    gold = [((0, 0), (1, 1)), ((0, 0), (1, 1))]
    assert metrics.alignment_error_rate(predicted, gold) == pytest.approx(1 / 3)


LINKS = st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=7)
BOTH = st.lists(st.tuples(LINKS, LINKS), min_size=1, max_size=5).filter(lambda pairs: any(map(any, pairs)))


@given(BOTH)
def test_alignment_error_rate_is_a_symmetrical_share_and_zero_only_for_equals(sentences):
    predicted, gold = zip(*sentences, strict=True)
    rate = metrics.alignment_error_rate(predicted, gold)
    assert 0 <= rate <= 1
    assert rate == metrics.alignment_error_rate(gold, predicted)
    assert (rate == 0) == (predicted == gold)
    assert (rate == 1) == (not any(a & b for a, b in sentences))


def test_alignment_error_rate_refuses_what_it_cannot_compare():
    with pytest.raises(ValueError, match="expected links for 3 sentences, as in gold, received 2"):
        metrics.alignment_error_rate([{(0, 0)}] * 2, [{(0, 0)}] * 3)
    with pytest.raises(ValueError, match="expected at least one link, received none in all sentences"):
        metrics.alignment_error_rate([set()], [()])


def test_on_the_world_the_diagonal_is_wrong_in_about_half():
    records = World(seed=1).sentences(500, "test")
    diagonal = [metrics.diagonal_links(len(r.hungarian), len(r.english)) for r in records]
    assert metrics.alignment_error_rate(diagonal, [r.alignment for r in records]) == pytest.approx(
        0.5, abs=0.05
    )
