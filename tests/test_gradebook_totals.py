"""`Gradebook.totals`: points by the checks and by hand, less what being late costs, read but never stored."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from course_utils.grading.gradebook import Key
from course_utils.grading.lateness import Policy, Terms
from course_utils.grading.manual import Score, version

KEY = Key("08", "anna", "a" * 64, "b" * 64, "c" * 64)
DUE = datetime.datetime(2026, 10, 16, 23, 59, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
WRITTEN = {"8.a": "Because of the mask.", "8.b": "It depends."}


def add(book, student="anna", submission="a", earned=7.0, at=None, reflections=WRITTEN, **changed):
    key = replace(KEY, student=student, submission=submission, **changed)
    return book.add(key, earned, 13.0, {"outcomes": [], "reflections": reflections}, at)


def give(book, question, points, text, student="anna"):
    book.add_scores("08", [Score(student, question, "a", version(text), points)])


def test_all_parts_of_a_total(book):
    book.set_terms("08", Terms(DUE, Policy.parse("10%/day")))
    add(book, at=DUE + 2 * DAY)
    give(book, "8.a", 0.5, WRITTEN["8.a"])
    [total] = book.totals("08")
    assert (total.student, total.earned, total.points) == ("anna", 7, 13)
    assert (total.manual_earned, total.manual_points, total.ungraded) == (0.5, 2, 1)
    assert (total.penalty, total.note) == (1.5, "2 days late: -20%")  # a fifth of 7.5
    assert (total.total, total.maximum) == (6, 15)
    assert (total.submitted_at, total.attempt) == (DUE + 2 * DAY, book.last())


def test_a_penalty_is_read_off_and_stored_nowhere(book):
    add(book, at=DUE + 2 * DAY)
    assert book.totals("08")[0].penalty == 0  # no due date yet
    book.set_terms("08", Terms(DUE, Policy.parse("10%/day")))
    book.set_terms("07", Terms(DUE, Policy.parse("refuse after 1 day")))
    assert book.totals("08")[0].total == 5.6
    book.set_terms("08", Terms(DUE, Policy.parse("none")))
    assert book.totals("08")[0].total == 7
    assert book.current("08")[0].earned == 7


def test_one_students_date_goes_before_the_class_s(book):
    book.set_terms("08", Terms(DUE, Policy.parse("10%/day")))
    for student in ("anna", "bela"):
        add(book, student, at=DUE + 2 * DAY)
    book.set_extensions("08", {"anna": DUE + DAY, "bela": None})
    book.set_extensions("07", {"bela": DUE + 5 * DAY})
    assert [total.penalty for total in book.totals("08")] == [0.7, 1.4]
    book.set_extensions("08", {"bela": DUE + 3 * DAY})  # anna's stays
    assert [total.penalty for total in book.totals("08")] == [0.7, 0]
    book.set_extensions("08", {"anna": None})
    assert book.extensions("08") == {"bela": DUE + 3 * DAY}
    assert [total.penalty for total in book.totals("08")] == [1.4, 0]


def test_terms_come_back_as_they_were_set(book):
    assert book.terms("08") == Terms()
    terms = Terms(DUE, Policy.parse("10%/day up to 50%, refuse after 3 days, 15 min grace"))
    book.set_terms("08", terms)
    assert book.terms("08") == terms
    book.set_terms("08", Terms(None, terms.policy))
    assert book.terms("08") == Terms(None, terms.policy)


def test_an_unknown_time_costs_nothing_and_is_noted(book):
    book.set_terms("08", Terms(DUE, Policy.parse("10%/day")))
    add(book)
    [total] = book.totals("08")
    assert (total.penalty, total.submitted_at) == (0, None)
    assert total.note == "when it was handed in is unknown: no late penalty"


def test_the_same_notebook_is_handed_in_when_it_came_first(book):
    book.set_terms("08", Terms(DUE, Policy.parse("10%/day")))
    add(book, at=DUE - DAY)
    add(book, at=DUE + DAY, checks="d" * 64)  # graded anew, from a copy of the folder
    [total] = book.totals("08")
    assert (total.submitted_at, total.penalty) == (DUE - DAY, 0)
    add(book, submission="n", at=DUE + DAY)
    assert book.totals("08")[0].penalty == 0.7


def test_a_time_without_its_zone_is_refused(book):
    with pytest.raises(Exception, match="expected a time with its time zone"):
        add(book, at=datetime.datetime(2026, 10, 16))


def test_the_last_score_counts(book):
    add(book)
    give(book, "8.a", 0.5, WRITTEN["8.a"])
    give(book, "8.a", 0.75, WRITTEN["8.a"])
    assert book.totals("08")[0].manual_earned == 0.75


def test_a_new_text_waits_and_the_score_of_the_old_one_counts_till_then(book):
    add(book)
    give(book, "8.a", 0.5, WRITTEN["8.a"])
    give(book, "8.b", 1, WRITTEN["8.b"])
    assert book.totals("08")[0].ungraded == 0
    add(book, submission="n", reflections={**WRITTEN, "8.a": "Because of the padding."})
    [total] = book.totals("08")
    assert (total.ungraded, total.manual_earned) == (1, 1.5)
    outdated = [answer.question for answer in book.answers("08") if answer.outdated]
    assert outdated == ["8.a"]


def test_the_same_text_in_a_new_notebook_keeps_its_score(book):
    add(book)
    give(book, "8.a", 0.5, WRITTEN["8.a"])
    add(book, submission="n", reflections={"8.a": "Because of \n the mask. ", "8.b": ""})
    assert book.totals("08")[0].ungraded == 0  # an empty answer needs no reading


@pytest.mark.parametrize("result", [{"outcomes": []}, {"outcomes": [], "reflections": {}}])
def test_a_student_without_answers_has_a_total(book, result):
    book.add(KEY, 7.0, 13.0, result)
    [total] = book.totals("08")
    assert (total.ungraded, total.manual_earned, total.manual_points, total.total) == (0, 0, 2, 7)


def test_answers_come_question_by_question(book):
    add(book, student="zoli")
    add(book)
    assert [(answer.question, answer.student) for answer in book.answers("08")] == [
        ("8.a", "anna"),
        ("8.a", "zoli"),
        ("8.b", "anna"),
        ("8.b", "zoli"),
    ]
    assert [total.student for total in book.totals("08")] == ["anna", "zoli"]
