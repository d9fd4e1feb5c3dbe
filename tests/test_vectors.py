"""Questions to word vectors: neighbours, analogies, leanings, main directions, kinship."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.models.vectors import (
    PrincipalAxes,
    analogy,
    lean,
    nearest_neighbours,
    share_of_kin,
    unit,
)

WORDS = ["bear", "bears", "dog", "dogs", "honey"]
# First axis animal, second axis more than one; "honey" is long, and far off in direction.
VECTORS = np.array([[2.0, 0.1], [2.0, 2.1], [3.0, 0.2], [3.1, 3.2], [-50.0, -1.0]])


def test_unit_vectors_are_1_long_and_zero_stays():
    assert unit(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist() == [[0.6, 0.8], [0.0, 0.0]]


def test_neighbours_come_by_cosine_without_the_word_itself():
    found = nearest_neighbours(VECTORS, WORDS, "bear", 4)
    assert [word for word, _ in found] == ["dog", "dogs", "bears", "honey"]
    cosine = VECTORS[0] @ VECTORS[2] / np.linalg.norm(VECTORS[0]) / np.linalg.norm(VECTORS[2])
    assert found[0][1] == pytest.approx(cosine)
    assert nearest_neighbours(VECTORS, WORDS, "bear", 2) == found[:2]


def test_longer_vectors_are_no_nearer():
    longer = VECTORS * np.array([[1.0], [100.0], [0.01], [7.0], [1.0]])
    for word in WORDS:
        before, after = (nearest_neighbours(each, WORDS, word, 4) for each in (VECTORS, longer))
        assert [found for found, _ in after] == [found for found, _ in before]


def test_two_words_with_one_vector_are_each_others_neighbours():
    assert nearest_neighbours(np.ones((2, 3)), ["a", "b"], "a", 5) == [("b", pytest.approx(1))]


def test_an_unknown_word_is_named():
    with pytest.raises(ValueError, match="expected one of the 5 words, received 'zebra'"):
        nearest_neighbours(VECTORS, WORDS, "zebra", 3)
    with pytest.raises(ValueError, match="received 'zebra'"):
        analogy(VECTORS, WORDS, "bear", "bears", "zebra")


def test_analogy_goes_the_same_way_from_c_as_from_a_to_b():
    angles = np.radians([10, 40, 20, 50, 200])  # "bears" is 30 degrees on from "bear"
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1) * np.array([[1], [5], [9], [2], [3]])
    assert analogy(circle, WORDS, "bear", "bears", "dog") == "dogs"
    assert analogy(circle, WORDS, "bears", "bear", "dogs") == "dog"


def test_analogy_never_answers_with_one_of_the_three():
    assert analogy(np.ones((5, 2)), WORDS, "bear", "bears", "dog") == "dogs"
    assert analogy(np.ones((5, 2)), WORDS, "honey", "dogs", "dog") == "bear"


def test_lean_is_the_difference_of_two_cosines():
    words = ["pear", "plum", "nokia", "sony", "apple"]
    vectors = np.array([[1.0, 0.0], [4.0, 0.0], [0.0, 3.0], [0.0, 1.0], [5.0, 5.0]])
    fruit, brands = ["pear", "plum"], ["nokia", "sony"]
    assert lean(vectors, words, "apple", fruit, brands) == pytest.approx(0)
    assert lean(vectors, words, "pear", fruit, brands) == pytest.approx(1)
    assert lean(vectors, words, "sony", fruit, brands) == pytest.approx(-1)


def test_lean_leaves_the_word_out_of_its_group():
    words = ["pear", "plum", "nokia"]
    vectors = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    assert lean(vectors, words, "pear", ["pear", "plum"], ["nokia"]) == pytest.approx(0)
    with pytest.raises(
        ValueError, match=r"expected a group with other words than 'pear', received \['pear'\]"
    ):
        lean(vectors, words, "pear", ["pear"], ["nokia"])


@given(st.integers(0, 1000))
def test_principal_axes_are_those_of_the_covariance(seed):
    vectors = np.random.default_rng(seed).normal(size=(13, 5)) * [5, 4, 3, 2, 1] + 7
    axes = PrincipalAxes.of(vectors, 3)
    values, directions = np.linalg.eigh(np.cov(vectors.T))
    assert axes.shares == pytest.approx(values[::-1][:3] / values.sum())
    assert np.abs(axes.directions) == pytest.approx(np.abs(directions.T[::-1][:3]), abs=1e-6)
    assert (axes.directions.max(axis=1) == np.abs(axes.directions).max(axis=1)).all()
    assert np.cov(axes.project(vectors).T) == pytest.approx(np.diag(values[::-1][:3]), abs=1e-6)


def test_other_words_are_shown_on_the_same_axes():
    axes = PrincipalAxes.of(np.array([[0.0, 1.0], [10.0, 1.0]]), 1)
    assert axes.project(np.array([[7.0, 99.0]])) == pytest.approx(np.array([[2.0]]))


def test_principal_axes_of_equal_vectors_have_no_share():
    axes = PrincipalAxes.of(np.ones((3, 4)))
    assert axes.shares.tolist() == [0, 0]
    assert axes.project(np.ones((3, 4))).tolist() == [[0, 0]] * 3


@pytest.mark.parametrize("k", [0, 3])
def test_more_axes_than_there_are_directions_are_refused(k):
    with pytest.raises(ValueError, match=f"expected k between 1 and 2, received {k}"):
        PrincipalAxes.of(np.ones((5, 2)), k)


def test_share_of_kin_counts_nearest_words_of_a_common_kind():
    kinds = {
        "bear": frozenset({"animal", "pet"}),
        "dog": frozenset({"pet"}),
        "honey": frozenset({"food"}),
        "dogs": frozenset({"more"}),
    }
    # Nearest: bear -> dog, dog -> bear, dogs -> bears (no kind at all), honey -> dogs.
    assert share_of_kin(VECTORS, WORDS, kinds) == 2 / 4


def test_share_of_kin_needs_kinds():
    with pytest.raises(ValueError, match="expected kinds for some of the words, received none"):
        share_of_kin(VECTORS, WORDS, {})
