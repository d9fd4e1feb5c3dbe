"""`grading.gradebook`: attempts are added once, and never lost or changed."""

from __future__ import annotations

import datetime
import sqlite3
from dataclasses import replace

import pytest

from course_utils.grading import gradebook
from course_utils.grading.gradebook import Key, opened

KEY = Key("08", "Éva", "a" * 64, "b" * 64, "c" * 64)
RESULT = {"outcomes": [{"exercise": "8.1", "status": "passed"}], "notes": ["né"], "seconds": 1.5}


@pytest.fixture
def book(tmp_path):
    with opened(tmp_path / "grades.db") as book:
        yield book


def test_what_is_added_is_there_after_opening_again(tmp_path):
    path = tmp_path / "grades.db"
    with opened(path) as book:
        assert not book.graded(KEY)
        assert book.add(KEY, 13.0, 17.0, RESULT)
    with opened(path) as book:
        assert book.graded(KEY)
        [attempt] = book.current("08")
        assert (attempt.student, attempt.earned, attempt.points) == ("Éva", 13.0, 17.0)
        assert attempt.result == RESULT


def test_the_same_is_added_once(book):
    assert book.add(KEY, 13.0, 17.0, RESULT)
    assert not book.add(KEY, 2.0, 17.0, RESULT)
    assert [attempt.earned for attempt in book.current("08")] == [13.0]


@pytest.mark.parametrize("changed", ["lab", "student", "submission", "checks", "environment"])
def test_whatever_a_result_depends_on_makes_another_attempt(book, changed):
    other = replace(KEY, **{changed: "d"})
    assert book.add(KEY, 13.0, 17.0, RESULT)
    assert not book.graded(other)
    assert book.add(other, 11.0, 17.0, RESULT)


def test_the_last_one_added_is_current_even_if_the_clock_went_back(book, monkeypatch):
    book.add(KEY, 13.0, 17.0, RESULT)

    class Earlier(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.datetime(1999, 1, 1, tzinfo=tz)

    monkeypatch.setattr(gradebook.datetime, "datetime", Earlier)
    book.add(replace(KEY, submission="e" * 64), 7.0, 17.0, RESULT)
    assert [attempt.earned for attempt in book.current("08")] == [7.0]


def test_students_come_by_name_and_labs_apart(book):
    for student in ("Zoli", "Anna"):
        book.add(replace(KEY, student=student), 3.0, 17.0, RESULT)
    book.add(replace(KEY, lab="07"), 3.0, 17.0, RESULT)
    assert [attempt.student for attempt in book.current("08")] == ["Anna", "Zoli"]


def test_commits_reach_the_disk(tmp_path):
    path = tmp_path / "grades.db"
    with opened(path) as book:
        with book._engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        book.add(KEY, 13.0, 17.0, RESULT)
        with sqlite3.connect(path) as other:  # a reader beside the writer
            assert other.execute("SELECT student FROM attempts").fetchall() == [("Éva",)]
        other.close()
