"""What checks assert, and what each failure says."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from course_utils.checks import asserts
from course_utils.checks.outcome import Rejected, Status


def rejected(function, *args, **kwargs) -> Rejected:
    with pytest.raises(Rejected) as caught:
        function(*args, **kwargs)
    assert caught.value.status is Status.FAILED
    return caught.value


def test_expect_passes_what_holds_and_tells_what_does_not():
    asserts.expect(True, "it rains")
    error = rejected(asserts.expect, False, "it rains", expected="rain", got=[7], cause="the sun")
    assert (error.problem, error.expected, error.got, error.cause) == ("it rains", "rain", "[7]", "the sun")


def test_expect_shows_a_text_as_it_is():
    assert rejected(asserts.expect, False, "", got="two and three").got == "two and three"


def test_expect_equal():
    asserts.expect_equal([1, "a"], [1, "a"], "equal")
    error = rejected(asserts.expect_equal, ["a"], ["b"], "must be b")
    assert (error.expected, error.got) == ("['b']", "['a']")


def test_expect_same_counts_ignores_zeros_and_shows_what_differs_only():
    asserts.expect_same_counts(Counter(a=2, b=0), {"a": 2}, "equal")
    got, expected = dict.fromkeys(range(97), 1), {i: 1 if i > 2 else 5 for i in range(97)}
    error = rejected(asserts.expect_same_counts, got, expected, "differ")
    assert (error.expected, error.got) == ("0: 5, 1: 5, 2: 5", "0: 1, 1: 1, 2: 1")


def test_expect_same_counts_shows_entries_as_it_is_told():
    error = rejected(asserts.expect_same_counts, {"a": 3}, {"a": 2}, "", show=lambda key, n: f"{n} of {key}")
    assert (error.expected, error.got) == ("2 of a", "3 of a")


@pytest.mark.parametrize(("got", "expected"), [({}, {"a": 1}), ({"a": 1, "b": 1}, {"a": 1})])
def test_expect_same_counts_sees_missing_and_surplus_keys(got, expected):
    rejected(asserts.expect_same_counts, got, expected, "differ")


def test_expect_close_takes_a_relative_tolerance():
    asserts.expect_close(1e6 + 1e-4, 1e6, "close")
    rejected(asserts.expect_close, 1e6 + 1e-2, 1e6, "not close")
    asserts.expect_close(104, 100, "close", tolerance=0.05)
    assert rejected(asserts.expect_close, 2 / 3, 1 / 3, "third", cause="twice").cause == "twice"


def test_expect_close_names_nan_infinity_and_rounding():
    assert "NaN comes from 0/0" in rejected(asserts.expect_close, math.nan, 1.0, "a number").cause
    assert rejected(asserts.expect_close, math.inf, 1.0, "a number").got == "inf"
    error = rejected(asserts.expect_close, 0.33, 1 / 3, "a third", cause="Divide.")
    assert error.cause.startswith("Divide. Or was it rounded?")
    assert error.got == "0.33"


def test_numbers_that_differ_are_shown_with_digits_that_do():
    error = rejected(asserts.expect_close, 2 + 5e-9, 2, "two")
    assert (error.expected, error.got) == ("2", "2.000000005")
    error = rejected(asserts.expect_close, 1e-20, 2, "two")
    assert (error.expected, error.got) == ("2", "1e-20")
    assert rejected(asserts.expect_sums_to_one, [0.5, 0.5 + 1e-7], "must").got == "a sum of 1.0000001"


def test_expect_sums_to_one():
    asserts.expect_sums_to_one([0.1] * 10, "a sum of 1")
    assert rejected(asserts.expect_sums_to_one, [0.5, 0.25], "must").got == "a sum of 0.75"


def test_expect_sums_to_one_rejects_what_is_negative_though_it_sums_to_one():
    assert "-0.5" in rejected(asserts.expect_sums_to_one, [1.5, -0.5], "must").got
