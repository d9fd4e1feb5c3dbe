"""`grading.similarity`: the same answers are found, and nothing is made of what says nothing."""

from __future__ import annotations

import ast
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading.similarity import LARGEST_GROUP, LONGEST, SHORTEST, compare, form

KEPT = frozenset({"ngrams"})
ANSWER = '''
import collections as c

def ngrams(words, n):
    """All of them."""
    found = []
    for start in range(len(words) - n + 1):
        found.append(tuple(words[start : start + n]))
    return c.Counter(found)
'''
RENAMED = """
import collections as ct
# mine
def ngrams(w, size: int) -> dict:
    result=[]
    for i in range( len(w)-size+1 ):
        result.append(
            tuple(w[i:i+size]))  # a slice

    return ct.Counter(result)
"""


def test_comments_layout_and_chosen_names_do_not_count():
    assert form(ANSWER, KEPT) == form(RENAMED, KEPT) != ""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("n + 1", "n + 2"),
        ("- n", "+ n"),
        ("tuple(", "list("),
        ("c.Counter", "c.OrderedDict"),
        ("words[start : start + n]", "words[start : n + start]"),
        ("range(len(words)", "range(len(found)"),
        ("    return c.Counter(found)", "        return c.Counter(found)"),
        ("import collections as c", "import colections as c"),
    ],
)
def test_what_the_code_does_counts(before, after):
    assert before in ANSWER
    assert form(ANSWER.replace(before, after), KEPT) != form(ANSWER, KEPT)


@given(st.text(string.ascii_lowercase, min_size=1).filter(str.isidentifier))
def test_any_name_may_be_chosen(name):
    if name in {"c", "range", "len", "tuple", "words", "n", "start", "append"}:
        return
    try:
        ast.parse(f"{name} = 1")
    except SyntaxError:  # a keyword
        return
    assert form(ANSWER.replace("found", name), KEPT) == form(ANSWER, KEPT)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "def f(:",
        "x" * (LONGEST + 1),
        "(" * 1000,
        "-" * 40_000 + "1",
        "\0",
        "def f(): return 1",
        "\ud800 = 1",
    ],
)
def test_what_cannot_be_compared_has_no_form(source):
    assert form(source, KEPT) == ""
    assert len(list(ast.walk(ast.parse("def f(): return 1")))) < SHORTEST


def variant(number: int) -> str:
    return ANSWER.replace("+ 1", f"+ {number}")


def a_class(size: int, **changed: dict[str, str]) -> dict[str, dict[str, str]]:
    """Students s0, s1, ... whose answers to three exercises all differ but for those changed."""
    answers = {f"1.{e}": {f"s{i}": variant(1000 * e + i) for i in range(size)} for e in (1, 2, 3)}
    for exercise, sources in changed.items():
        answers[f"1.{exercise[1:]}"].update(sources)
    return answers


def test_a_group_is_found_with_all_its_exercises():
    answers = a_class(101, e1={"s3": ANSWER, "s7": RENAMED}, e3={"s3": RENAMED, "s7": ANSWER, "s9": ANSWER})
    alike = compare(answers, [], KEPT).groups
    assert [(each.students, each.exercises) for each in alike] == [
        (("s3", "s7"), ("1.1", "1.3")),
        (("s3", "s7", "s9"), ("1.3",)),
    ] or [(each.students, each.exercises) for each in alike] == [
        (("s3", "s7"), ("1.1", "1.3")),
        (("s3", "s9", "s7"), ("1.3",)),
    ]


def test_two_exercises_are_less_likely_than_one_by_the_number_of_pairs():
    two = compare(a_class(101, e1={"s3": ANSWER, "s7": ANSWER}, e2={"s3": ANSWER, "s7": ANSWER}), [], KEPT)
    one = compare(a_class(101, e1={"s3": ANSWER, "s7": ANSWER}), [], KEPT)
    assert one.groups[0].expected == pytest.approx(1)
    assert two.groups[0].expected == pytest.approx(1 / (101 * 100 / 2))


def test_where_others_are_alike_too_more_is_expected():
    alike = {f"s{i}": variant(7000 + i // 2) for i in range(40, 60)}  # ten other pairs
    found = compare(a_class(101, e1={"s3": ANSWER, "s7": ANSWER, **alike}), [], KEPT)
    assert len(found.groups) == 11
    assert found.groups[0].expected == pytest.approx(11)


def test_stubs_and_the_course_s_own_answer_say_nothing():
    answers = a_class(101, e1={"s3": ANSWER, "s7": RENAMED})
    assert compare(answers, [RENAMED], KEPT).groups == ()


def test_what_many_share_is_told_as_common():
    found = compare(a_class(101, e1={f"s{i}": ANSWER for i in range(LARGEST_GROUP + 1)}), [], KEPT)
    assert found.groups == ()
    assert found.common == {"1.1": LARGEST_GROUP + 1}
