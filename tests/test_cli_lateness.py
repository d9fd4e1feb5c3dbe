"""`course grade --due ... --late ...`: what it keeps, and what it says of lateness and of changes."""

from __future__ import annotations

import datetime

import pytest
import typer

from course_utils.cli_lateness import keep_extensions, print_changes, print_lateness, set_terms
from course_utils.grading.gradebook import Key, opened
from course_utils.grading.intake import Intake, Received
from course_utils.grading.lateness import Policy, Terms, parse_due
from course_utils.grading.notebooks import Submission

AT = datetime.datetime(2026, 10, 18, 12, tzinfo=datetime.UTC)


@pytest.fixture
def book(tmp_path):
    with opened(tmp_path / "grades.db") as book:
        yield book


def test_a_rosters_dates_stay_until_a_roster_says_otherwise(book, tmp_path):
    """Also those of students of whom nothing has come in yet: the next run may be without the roster."""
    gradebook, anna = str(tmp_path / "grades.db"), Received("anna", Submission("anna", ()))
    keep_extensions(gradebook, "08", Intake((anna,), dues={"anna": AT, "bela": None, "cili": AT}))
    assert book.extensions("08") == {"anna": AT, "cili": AT}
    keep_extensions(gradebook, "08", Intake((anna,)))
    assert book.extensions("08") == {"anna": AT, "cili": AT}
    keep_extensions(gradebook, "08", Intake((anna,), dues={"anna": None, "bela": None, "cili": AT}))
    assert book.extensions("08") == {"cili": AT}


def test_a_due_date_and_a_policy_stay_until_they_are_set_anew(book, capsys, monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Budapest")
    set_terms(book, "08", None, None)
    set_terms(book, "08", None, "10%/day")
    set_terms(book, "08", "2026-10-16 23:59", None)
    set_terms(book, "08", None, None)
    set_terms(book, "08", "2026-10-17T23:59Z", "none")
    set_terms(book, "08", "none", None)
    due = "2026-10-16 23:59:00+02:00 Europe/Budapest"
    assert capsys.readouterr().out.splitlines() == [
        "Lab 08 has no due date, so that nothing is late: set one with --due.",
        f"Lab 08 is due {due} (no time zone was given: this machine's); late: 10%/day.",
        f"Lab 08 is due {due}; late: 10%/day.",
        "Lab 08 is due 2026-10-17 23:59:00+00:00; late: none.",
    ]
    assert book.terms("08") == Terms()


@pytest.mark.parametrize(("due", "late"), [("tomorrow", None), (None, "harsh")])
def test_words_that_are_none_change_nothing(book, due, late):
    terms = Terms(parse_due("2026-10-16T23:59Z"), Policy.parse("10%/day"))
    book.set_terms("08", terms)
    with pytest.raises(typer.BadParameter, match="expected a"):
        set_terms(book, "08", due, late)
    assert book.terms("08") == terms


def test_who_was_late_and_what_changed_is_told(book, capsys):
    book.set_terms("08", Terms(parse_due("2026-10-16T23:59Z"), Policy.parse("10%/day")))
    for student, checks, at in (("anna", "b", AT), ("bela", "b", None), ("cili", "b", None)):
        outcomes = [{"exercise": "8.1", "status": "failed", "earned": 0.0}]
        book.add(Key("08", student, "a", checks, "c"), 0.0, 3.0, {"outcomes": outcomes}, at)
    before = book.last()
    print_lateness(book, "08")
    print_changes(book, "08", before)
    assert capsys.readouterr().out.splitlines() == [
        "anna: 2 days late: -20%",
        "2 without the time at which they were handed in: no late penalty.",
    ]
    outcomes = [{"exercise": "8.1", "status": "passed", "earned": 3.0}]
    book.add(Key("08", "cili", "a", "d", "c"), 3.0, 3.0, {"outcomes": outcomes})
    print_changes(book, "08", before)
    assert capsys.readouterr().out.splitlines() == [
        "1 now have other points or outcomes than before:",
        "  cili: 0/3 -> 3/3; 8.1 failed -> passed; checks changed",
    ]
