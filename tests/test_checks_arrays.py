"""What checks say about arrays: which property broke, where, and the likely mistake."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from course_utils.checks.arrays import expect_array, expect_arrays_close, expect_shape
from course_utils.checks.outcome import Rejected
from course_utils.checks.tensors import plain


def rejected(assertion, *args, **kwargs) -> Rejected:
    with pytest.raises(Rejected) as caught:
        assertion(*args, **kwargs)
    return caught.value


def numbers(*shape: int) -> np.ndarray:
    return np.random.default_rng(7).normal(size=shape)


# Shapes


def test_right_shape_passes():
    expect_shape(np.zeros((2, 3)), (2, 3), "must be a matrix")


def test_wrong_shape_names_both_and_the_axes():
    error = rejected(
        expect_shape, np.zeros((2, 5, 3)), (2, 3, 5), "states must come in order", axes="(B, T, D)"
    )
    assert error.problem == "states must come in order"
    assert error.expected == "shape (2, 3, 5) = (B, T, D)"
    assert error.got == "shape (2, 5, 3)"
    assert "another order" in error.cause


@pytest.mark.parametrize(
    ("shape", "words"), [((2, 5), "An axis is gone"), ((2, 3, 5, 7), "an axis too many"), ((2, 3, 7), "")]
)
def test_cause_of_a_wrong_shape(shape, words):
    error = rejected(expect_shape, np.zeros(shape), (2, 3, 5), "wrong")
    assert words in error.cause
    assert bool(words) == bool(error.cause)


def test_own_cause_of_a_wrong_shape_comes_first():
    assert rejected(expect_shape, np.zeros(3), (5,), "wrong", cause="count again").cause == "count again"


# Numbers


def test_close_arrays_pass_and_large_ones_relatively():
    expect_arrays_close(np.array([1.0, 1e6]), np.array([1.000001, 1e6 + 1]), "equal")


@pytest.mark.parametrize("difference", [2e-5, -2e-5, 1.0])
def test_a_difference_beyond_the_tolerance_is_rejected(difference):
    wanted = numbers(3, 5)
    got = wanted.copy()
    got[1, 2] += difference * max(1, abs(wanted[1, 2])) * 2
    error = rejected(expect_arrays_close, got, wanted, "must agree", cause="look again")
    assert error.problem == "must agree"
    assert "1 of 15 numbers differ" in error.got
    assert error.expected.startswith("at [1, :] [")
    assert error.cause == "look again"


def test_wrong_shape_is_told_before_numbers():
    assert (
        "shape (3, 5)" in rejected(expect_arrays_close, numbers(5, 3), numbers(3, 5), "must agree").expected
    )


def test_the_mistake_that_explains_the_numbers_is_named():
    wanted = numbers(3, 5)
    mistakes = {"negated": -wanted, "doubled": 2 * wanted}
    assert rejected(expect_arrays_close, 2 * wanted, wanted, "wrong", mistakes=mistakes).cause == "doubled"
    other = rejected(
        expect_arrays_close, 3 * wanted, wanted, "wrong", mistakes=mistakes, cause="none of these"
    )
    assert other.cause == "none of these"


def test_nan_is_named():
    wanted = numbers(3)
    error = rejected(expect_arrays_close, wanted * np.nan, wanted, "wrong", cause="Subtract the largest.")
    assert error.cause.startswith("NaN comes from")
    assert error.cause.endswith("Subtract the largest.")


def test_nan_where_it_is_expected_passes():
    expect_arrays_close(np.array([np.nan, 2.0]), np.array([np.nan, 2.0]), "equal")


def test_rounded_numbers_are_named():
    wanted = numbers(7)
    assert "rounded" in rejected(expect_arrays_close, wanted.round(3), wanted, "wrong").cause


def test_numbers_in_other_places_are_named():
    wanted = numbers(7)
    assert "other places" in rejected(expect_arrays_close, wanted[::-1], wanted, "wrong").cause


def test_the_place_of_the_first_difference_is_shown_within_a_long_row():
    wanted = np.zeros((2, 53))
    got = wanted.copy()
    got[1, 41] = 7
    error = rejected(expect_arrays_close, got, wanted, "wrong")
    assert error.got.startswith("at [1, :] [… 0 0 0 7 0 0 …]")


def test_a_single_number_is_shown_as_it_is():
    error = rejected(expect_arrays_close, np.array(2.5), np.array(3.0), "wrong")
    assert (error.expected, error.got) == ("3", "2.5 (1 of 1 numbers differ)")


def test_expect_array_takes_numbers_and_names_what_is_none():
    assert expect_array(np.arange(3), "states").shape == (3,)
    error = rejected(expect_array, np.array(["a"]), "numbers, please", cause="ids are numbers")
    assert (error.problem, error.cause) == ("numbers, please", "ids are numbers")
    assert error.got.startswith("an array of text: array(['a']")


def test_expect_array_says_how_a_list_becomes_one():
    error = rejected(expect_array, [1, 2], "the state must be an array", cause="(B, U).")
    assert error.got == "a list: [1, 2]"
    assert error.cause == "It is a Python list: np.array(...) makes an array of it. (B, U)."
    assert rejected(expect_array, 7, "an array, please", cause="All of them.").cause == "All of them."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (["a", "b"], "an array of text"),
        ([1.0, None], "an array of Python objects"),
        ([1j, 2], "an array of complex numbers"),
        (np.array(["2020", "2021"], "datetime64[Y]"), "an array of datetime64[Y]"),
    ],
    ids=["text", "objects", "complex", "other"],
)
def test_what_is_no_number_is_refused_before_shapes_and_numbers(content, words):
    error = rejected(expect_arrays_close, np.array(content), np.ones(3), "must agree")
    assert (error.problem, error.expected) == ("must agree", "an array of numbers")
    assert error.got.startswith(words)
    assert ("None among them" in error.cause) == (words == "an array of Python objects")


def test_truth_values_that_differ_are_told_as_any_numbers():
    error = rejected(expect_arrays_close, np.array([True, True]), np.array([True, False]), "must agree")
    assert error.expected == "[1 0]"


def test_texts_that_read_like_the_numbers_are_refused():
    assert "text" in rejected(expect_arrays_close, np.array(["1.0"]), np.ones(1), "must agree").got


# Tensors


def test_plain_leaves_plain_values_alone():
    array = numbers(2)
    assert plain(array) is array
    assert plain([1, "a", {"b": (2.5, None)}]) == [1, "a", {"b": (2.5, None)}]


def test_tensors_and_variables_become_arrays_wherever_they_are():
    import keras

    found = plain({"a": (keras.ops.ones((2, 3)), [keras.Variable(np.zeros(5))])})
    assert type(found["a"][0]) is np.ndarray
    assert found["a"][1][0].shape == (5,)


def test_symbolic_tensors_and_classes_stay_what_they_are():
    import keras

    symbolic = keras.Input((3,))
    assert plain(symbolic) is symbolic
    assert plain(np.float32) is np.float32


def test_looking_at_a_result_loads_neither_numpy_nor_keras():
    code = (
        "import sys; from course_utils.checks.tensors import plain; plain([1]); print('numpy' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "False\n"
