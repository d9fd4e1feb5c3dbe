"""Gradients through a student's function, as plain arrays."""

from __future__ import annotations

import numpy as np
import pytest
from keras import ops

from course_utils.checks.gradients import DifferentiableCandidate
from course_utils.checks.outcome import Rejected

A, B = np.array([2.0, 3.0], "float32"), np.array([5.0, 7.0], "float32")


def gradients(function):
    candidate = DifferentiableCandidate(function, "product", "Exercise 7.1:", np.ndarray)
    return candidate.gradients(A, B), candidate


def test_gradients_are_arrays_one_for_each_argument():
    found, candidate = gradients(lambda a, b: a * a * b)
    assert [type(each) for each in found] == [np.ndarray, np.ndarray]
    np.testing.assert_allclose(found[0], 2 * A * B)
    np.testing.assert_allclose(found[1], A * A)
    assert candidate.last_call.startswith("product(array([2., 3.]")


def test_settings_stay_plain_values_and_have_no_gradient():
    given = []

    def power(a, times):
        given.append(times)
        return a**times

    candidate = DifferentiableCandidate(power, "power", "Exercise 7.1:", np.ndarray)
    found = candidate.gradients(A, times=2)
    assert [type(each) for each in given] == [int]
    np.testing.assert_allclose(found, [2 * A])
    assert candidate.last_call.endswith("times=2)")


def test_where_no_gradient_is_there_is_none():
    found, _ = gradients(lambda a, b: a * ops.stop_gradient(b))
    assert found[1] is None
    np.testing.assert_allclose(found[0], B)


def test_rows_that_were_looked_up_have_dense_gradients():
    found, _ = gradients(lambda a, b: ops.take(a, np.array([1, 1]), axis=0))
    np.testing.assert_allclose(found[0], [0, 2])


def test_an_exception_names_the_students_line():
    with pytest.raises(Rejected) as caught:
        gradients(lambda a, b: a.nothing)
    assert "a.nothing" in caught.value.line
