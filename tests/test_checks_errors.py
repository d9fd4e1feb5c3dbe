"""Exceptions of a student's get the cause that an exercise, or their text, suggests."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from course_utils.checks.errors import exceptions_mean, student_error
from course_utils.checks.outcome import Rejected, Status

INPUTS = np.ones((2, 3), "float32")


def explained(error: Rejected, *args, **kwargs) -> str:
    with pytest.raises(Rejected) as caught, exceptions_mean(*args, **kwargs):
        raise error
    assert caught.value is error
    return caught.value.cause


def errored(problem: str = "f raised ValueError: odd", **kwargs) -> Rejected:
    return Rejected(problem, status=Status.ERRORED, **kwargs)


def test_exception_without_a_cause_gets_the_one_of_the_exercise():
    assert explained(errored(), "count again") == "count again"
    assert explained(errored(), known={"even": "half of them"}) == ""


def test_cause_that_is_there_stays_where_nothing_better_is_known():
    assert explained(errored(cause="a key"), "count again") == "a key"


@pytest.mark.parametrize(
    "error", [errored(cause="a key"), errored("f cannot be called", got="TypeError: odd")]
)
def test_known_words_of_an_exception_go_before_every_other_cause(error):
    assert explained(error, "count again", known={"even": "half", "odd": "the rest"}) == "the rest"


def test_what_is_merely_wrong_keeps_its_cause():
    assert explained(Rejected("odd numbers"), "count again", known={"odd": "the rest"}) == ""


def test_nothing_happens_where_nothing_is_raised():
    with exceptions_mean("count again"):
        pass


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (lambda: keras.layers.Embedding(3, 2)(np.array([[5]])), "the table has no row"),
        (lambda: keras.ops.dot(keras.ops.ones((2, 3)), keras.ops.ones((2, 3))), "a matrix product needs"),
        (
            lambda: keras.Sequential([keras.Input((5,)), keras.layers.Dense(2)])(INPUTS),
            "compare the two shapes",
        ),
    ],
    ids=["look-up", "matrix product", "layer"],
)
def test_likely_cause_of_what_tensorflow_and_keras_raise(action, words):
    with pytest.raises(Exception) as caught:
        action()
    assert words in student_error("answer", caught.value).cause.lower()
