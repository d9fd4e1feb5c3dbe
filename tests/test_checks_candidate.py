"""A student's function as checks call it: each misbehaviour is named, with the student's own line."""

from __future__ import annotations

import functools
import json
import linecache
import math
import sys
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

from course_utils.checks.candidate import Candidate, refuse_inside_an_answer
from course_utils.checks.describing import describe, type_name, with_article
from course_utils.checks.limits import OUTPUT_LIMIT
from course_utils.checks.outcome import Rejected, Status


def rejected(function, *args, returns=int) -> Rejected:
    with pytest.raises(Rejected) as caught:
        Candidate(function, "answer", "Exercise 7.1:", returns)(*args)
    return caught.value


def returned(function, *args, returns=int):
    return Candidate(function, "answer", "Exercise 7.1:", returns)(*args)


def test_result_comes_back_and_the_call_is_kept():
    candidate = Candidate(lambda a, b: a + b, "answer", "Exercise 7.1:", int)
    assert candidate(2, b=3) == 5
    assert candidate.last_call == "answer(2, b=3)"


# Exceptions


def divide(numbers):
    return sum(numbers) / 0


def test_exception_is_shown_with_the_students_line():
    error = rejected(divide, [1])
    assert error.status is Status.ERRORED
    assert error.problem == "answer raised ZeroDivisionError: division by zero"
    assert error.line.endswith("of divide: return sum(numbers) / 0")
    assert "can be 0" in error.cause


def test_exception_inside_a_library_call_is_shown_with_the_students_line():
    error = rejected(lambda: np.concatenate([np.ones(2), np.ones((3, 5))]))
    assert "of <lambda>" in error.line
    assert "np.concatenate" in error.line
    assert "site-packages" not in error.line


def test_exception_raised_by_a_librarys_own_line_is_shown_with_the_students_line():
    error = rejected(lambda text: json.loads(text), "{")
    assert "of <lambda>" in error.line
    assert "json.loads(text)" in error.line


def test_exception_inside_a_lambda_that_a_library_calls_is_shown_with_the_lambdas_line():
    def answer(words):
        compare = functools.cmp_to_key(lambda a, b: a.missing - b.missing)
        return sorted(words, key=compare)

    error = rejected(answer, ["a", "b"])
    assert "of <lambda>: compare = functools.cmp_to_key" in error.line


def test_exception_inside_a_compiled_library_is_shown_with_the_students_line():
    error = rejected(lambda: np.random.default_rng(7).choice([2, 3], p=[2, 3]))
    assert "of <lambda>: error = rejected(lambda: np.random" in error.line
    assert "divide each count by their total" in error.cause


@pytest.mark.parametrize("name", ["/gone/ipykernel_17/23.py", "<string>", "<stdin>", "<ipython-input-7>"])
def test_code_of_a_cell_whose_source_is_gone_is_the_students(name):
    scope = {}
    exec(compile("def answer():\n    return len(7)", name, "exec"), scope)
    assert rejected(scope["answer"]).line.startswith("line 2 of answer")


def test_exception_in_what_tensorflow_rewrote_is_shown_with_the_students_line():
    names = {}
    exec(compile("def tf__lam(x): return x.missing", "/gone/__autograph_generated_filexyz.py", "exec"), names)
    error = rejected(lambda x: names["tf__lam"](x), 1)
    assert 'of <lambda>: error = rejected(lambda x: names["tf__lam"](x), 1)' in error.line


def test_exception_in_a_helper_of_the_students_is_shown_with_the_helpers_line():
    assert "of divide" in rejected(lambda: divide([7])).line


def test_exception_in_a_cell_is_shown_with_the_cells_line():
    source = "def answer(words):\n    return words[7]\n"
    name, scope = "/somewhere/ipykernel_17/23.py", {}
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    exec(compile(source, name, "exec"), scope)
    error = rejected(scope["answer"], ["a"])
    assert error.line == "line 2 of answer: return words[7]"
    assert "fewer items" in error.cause


def test_exception_in_our_own_package_is_shown_with_the_students_line():
    def answer():
        return describe.missing

    assert "return describe.missing" in rejected(answer).line


@pytest.mark.parametrize("function", [lambda a: a, lambda a, b, c: a])
def test_wrong_signature_is_named(function):
    error = rejected(function, 2, 3)
    assert error.status is Status.ERRORED
    assert "could not be called with the arguments" in error.problem
    assert "first line of the function" in error.cause


def test_type_error_inside_the_function_is_no_wrong_signature():
    error = rejected(lambda: len(7))
    assert error.problem == "answer raised TypeError: object of type 'int' has no len()"


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda: {}["a"], ".get(key, default)"),
        (lambda: {[]: 1}, "tuple(...)"),
        (lambda: [].sort() + 1, "return None"),
        (lambda: [].sort().first, "return None"),
        (lambda: b"\xc3".decode(), "no whole characters"),
        (lambda: np.ones(3)[0, 1], "fewer axes"),
        (lambda: [][0], "shortest case"),
        (lambda: math.exp(np.ones(3)), "np.exp"),
    ],
)
def test_likely_cause_of_an_exception(function, words):
    assert words in rejected(function).cause


def test_endless_recursion():
    def answer(n):
        return answer(n + 1)

    error = rejected(answer, 0)
    assert "RecursionError" in error.problem
    assert "without end" in error.cause


def test_exit_does_not_end_the_kernel():
    assert rejected(sys.exit).problem.startswith("answer raised SystemExit")


def test_interrupting_still_works():
    def answer():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        returned(answer)


# Not begun


def test_own_stub_is_not_attempted():
    def answer():
        raise NotImplementedError("Exercise 7.1: answer is not done yet")

    error = rejected(answer)
    assert error.status is Status.NOT_ATTEMPTED
    assert error.problem == "Exercise 7.1: answer is not done yet"


@pytest.mark.parametrize("text", ["Exercise 7.2: other is not done yet", "", "Exercise 7.11: x"])
def test_stub_of_another_exercise_is_an_error(text):
    def answer():
        raise NotImplementedError(text)

    assert rejected(answer).status is Status.ERRORED


# Output


def test_endless_printing_is_stopped():
    def answer():
        while True:
            print("still here")

    error = rejected(answer)
    assert error.status is Status.ERRORED
    assert "prints without end" in error.problem


def test_prints_are_kept_and_hidden(capsys):
    candidate = Candidate(lambda: print("looking") or 7, "answer", "Exercise 7.1:", int)
    assert candidate() == 7
    assert candidate.printed == "looking\n"
    assert capsys.readouterr() == ("", "")


def test_a_page_of_prints_is_no_harm():
    assert returned(lambda: print("x" * (OUTPUT_LIMIT - 1)) or 7) == 7


def test_stdout_is_given_back():
    before = sys.stdout, sys.stderr
    rejected(lambda: 1 / 0)
    assert (sys.stdout, sys.stderr) == before


# What the check holds, and what judges


def test_damaged_arguments_are_the_students_copy():
    words = [["b"], ["a"]]
    assert "argument words" in rejected(lambda words: words[0].clear(), words).problem
    assert words == [["b"], ["a"]]


def test_what_judges_answers_is_refused_inside_one_and_only_there():
    def answer():
        return refuse_inside_an_answer("check")

    refuse_inside_an_answer("check")
    error = rejected(answer)
    assert error.status is Status.ERRORED
    assert error.problem == "check was called by the answer itself"
    assert "stands in for an answer, it cannot be part of one" in error.cause
    assert "of answer: return refuse" in error.line
    refuse_inside_an_answer("check")


# Results


def test_argument_changed_is_named_before_the_result():
    error = rejected(lambda words: words.sort(), ["b", "a"], returns=list)
    assert "argument words" in error.problem


def test_none_for_a_missing_return():
    error = rejected(lambda: None)
    assert error.problem == "answer must return an int"
    assert error.got == "None"
    assert "return missing" in error.cause


def test_none_for_a_print():
    assert "print only shows" in rejected(lambda: print(7)).cause


@pytest.mark.parametrize(
    "function", [lambda: (x for x in "ab"), lambda: map(str, [1]), lambda: reversed([1])]
)
def test_what_comes_piece_by_piece(function):
    error = rejected(function, returns=(list, tuple))
    assert error.problem == "answer must return a list or tuple"
    assert "piece by piece" in error.cause


def test_endless_generator_is_not_consumed():
    def answer():
        while True:
            yield 7

    assert "piece by piece" in rejected(answer, returns=list).cause


def test_array_where_a_number_was_asked_for_is_told_its_shape():
    error = rejected(lambda: np.ones((2, 3)), returns=float)
    assert error.problem == "answer must return a float"
    assert "shape (2, 3)" in error.cause
    assert error.got.startswith("a NumPy array: array([[1.")


def test_array_without_axes_where_a_number_was_asked_for():
    error = rejected(lambda: np.array(0.5), returns=float)
    assert error.problem == "answer must return a float"
    assert "float(...)" in error.cause


def test_array_where_a_list_was_asked_for():
    error = rejected(lambda: np.ones((2, 3)), returns=(list, tuple))
    assert (error.problem, error.expected) == ("answer must return a list or tuple", "a list or tuple")
    assert "one array, of shape (2, 3): x.tolist()" in error.cause


def test_list_where_an_array_was_asked_for():
    error = rejected(lambda: [1, 2], returns=np.ndarray)
    assert error.problem == "answer must return a NumPy array"
    assert (error.expected, error.got) == ("a NumPy array", "a list: [1, 2]")
    assert error.cause == "It is a Python list: np.array(...) makes an array of it."


def test_list_of_numpys_numbers_where_one_array_was_asked_for():
    error = rejected(lambda: [np.float64(1), np.float32(2)], returns=np.ndarray)
    assert error.cause == "It is a Python list: np.array(...) makes an array of it."


def test_list_of_arrays_where_one_array_was_asked_for():
    error = rejected(lambda: [np.ones(2)], returns=(float, np.ndarray))
    assert error.problem == "answer must return a float or NumPy array"
    assert "keras.ops.stack(...)" in error.cause


def test_several_values():
    assert "Commas after return" in rejected(lambda: (1, 2), returns=str).cause


@pytest.mark.parametrize(
    "value", [0, 7.0, np.float64(7), np.float32(7), np.int64(7), Fraction(7, 2)], ids=repr
)
def test_any_real_number_is_a_float(value):
    assert returned(lambda: value, returns=float) == value


@pytest.mark.parametrize("value", [True, "7", 1j, [7.0], np.ones(1), np.True_, None], ids=repr)
def test_no_other_value_is_a_float(value):
    assert rejected(lambda: value, returns=float).problem == "answer must return a float"


@pytest.mark.parametrize("value", [7.0, True, np.float64(7)], ids=repr)
def test_no_other_value_is_an_int(value):
    assert rejected(lambda: value).problem == "answer must return an int"


def test_bool_is_accepted_where_asked_for():
    assert returned(lambda: True, returns=bool) is True


def test_subclass_is_accepted():
    assert returned(lambda: np.str_("a"), returns=str) == "a"


# Values as text


def test_describe_cuts_long_values():
    assert describe("a" * 999).endswith("…")
    assert len(describe("a" * 999)) == 200


def test_describe_survives_a_broken_repr():
    class Odd:
        def __repr__(self):
            raise ValueError

    assert describe(Odd()) == "an Odd that cannot be shown"


def test_describe_shows_values_of_numpy_as_plain_ones():
    words = {("a", np.str_("b")): Counter({np.str_("c"): np.int64(2)})}
    assert describe([words, (np.float64(0.5), np.True_)]) == "[{('a', 'b'): {'c': 2}}, (0.5, True)]"


def test_articles():
    kinds = int, list, np.ndarray
    assert [with_article(type_name(kind)) for kind in kinds] == ["an int", "a list", "a NumPy array"]


def test_describe_shows_a_generator_as_it_is_made():
    assert describe({"rng": [np.random.default_rng(7)]}) == "{'rng': [np.random.default_rng(...)]}"
    error = rejected(lambda rng: None, np.random.default_rng(7))
    assert error.got == "None"
