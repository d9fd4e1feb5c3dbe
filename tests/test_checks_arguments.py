"""A change that a call makes to its arguments is found, wherever it is, and named by its place."""

from __future__ import annotations

import copy
import math
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.checks.arguments import NOTHING, reject_changed_arguments
from course_utils.checks.outcome import Rejected

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=11,
)


def change(function, *args, **kwargs) -> Rejected:
    """What is said of a call that changes its arguments."""
    before = copy.deepcopy((args, kwargs))
    function(*args, **kwargs)
    with pytest.raises(Rejected) as caught:
        reject_changed_arguments(function, before, (args, kwargs))
    return caught.value


def test_list_that_grew():
    error = change(lambda words: words.append("b"), ["a"])
    assert "argument words must stay as it was" in error.problem
    assert (error.expected, error.got) == ("words to stay ['a']", "['a', 'b']")
    assert "append" in error.cause


def test_list_that_was_sorted():
    error = change(lambda words: words.sort(), ["b", "a"])
    assert (error.expected, error.got) == ("words[0] to stay 'b'", "'a'")
    assert "sorted(x)" in error.cause


def test_nested_list_is_named_by_its_place():
    error = change(lambda sentences: sentences[1].insert(0, "<s>"), [["a"], ["b"]])
    assert error.expected == "sentences[1] to stay ['b']"


def test_dict_whose_value_changed():
    def add(tables):
        tables[2][("a",)]["b"] += 1

    error = change(add, {2: {("a",): Counter(b=3)}})
    assert (error.expected, error.got) == ("tables[2][('a',)]['b'] to stay 3", "4")


def test_dict_that_lost_a_key():
    error = change(lambda counts: counts.pop("a"), {"a": 5})
    assert (error.expected, error.got) == ("counts['a'] to stay 5", NOTHING)
    assert "pop" in error.cause


def test_dict_that_gained_a_key():
    error = change(lambda counts: counts.setdefault("a", 0), {})
    assert (error.expected, error.got) == (f"counts['a'] to stay {NOTHING}", "0")
    assert "setdefault" in error.cause


def test_defaultdict_that_was_read():
    error = change(lambda counts: counts["bear"]["ate"], defaultdict(Counter))
    assert error.expected == f"counts['bear'] to stay {NOTHING}"
    assert "defaultdict" in error.cause


def test_counter_may_be_read():
    counts = Counter(a=1)
    reject_changed_arguments(lambda c: c["b"], copy.deepcopy(((counts,), {})), ((counts,), {}))
    assert counts["b"] == 0


def test_array_that_was_changed_in_place():
    def centre(scores):
        scores -= scores.mean()

    error = change(centre, np.array([1.0, 3.0]))
    assert error.expected.startswith("scores to stay array")
    assert "x = x - ..." in error.cause


def test_array_inside_a_dict():
    def zero(weights):
        weights["a"][0] = 0

    assert "weights['a'] to stay" in change(zero, {"a": np.ones(3)}).expected


def test_keyword_argument_is_named():
    assert "argument words" in change(lambda *, words: words.clear(), words=[1]).problem


def test_arguments_without_a_name_are_counted():
    assert "argument number 2" in change(lambda *_: _[1].clear(), [1], [2]).problem


def test_value_that_became_another_type():
    def stringify(values):
        values[0] = 1.0

    assert change(stringify, [True]).got == "1.0"


@given(PLAIN)
def test_what_stays_is_never_reported(value):
    reject_changed_arguments(lambda value: None, copy.deepcopy(((value,), {})), ((value,), {}))


@pytest.mark.parametrize("value", [[math.nan], np.array([math.nan, 1.0]), {"a": {math.inf}}], ids=repr)
def test_nan_is_no_change(value):
    reject_changed_arguments(lambda value: None, copy.deepcopy(((value,), {})), ((value,), {}))


def test_state_of_other_objects_may_change():
    rng = np.random.default_rng(7)
    before = copy.deepcopy(((rng,), {}))
    rng.random()
    reject_changed_arguments(lambda rng: None, before, ((rng,), {}))
