"""`grading.gradebook`: attempts are added once, and never lost or changed."""

from __future__ import annotations

import datetime
import sqlite3
from dataclasses import replace

import pytest

from course_utils.grading import attempts
from course_utils.grading.gradebook import Key, opened

KEY = Key("08", "Éva", "a" * 64, "b" * 64, "c" * 64)
RESULT = {"outcomes": [{"exercise": "8.1", "status": "passed"}], "notes": ["né"], "seconds": 1.5}


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

    monkeypatch.setattr(attempts.datetime, "datetime", Earlier)
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


def test_known_keys_are_told_in_one_query(book):
    others = [replace(KEY, student=student) for student in ("Anna", "Zoli")]
    for key in (KEY, others[0], replace(KEY, lab="07")):
        book.add(key, 3.0, 17.0, RESULT)
    assert book.known([KEY, *others]) == {KEY, others[0]}
    assert book.known([replace(KEY, lab="07"), KEY]) == {replace(KEY, lab="07"), KEY}
    assert book.known([]) == set()


def test_what_is_taken_back_is_current_again(book):
    mended = replace(KEY, checks="d" * 64)
    for key, earned in ((KEY, 7.0), (mended, 0.0), (replace(KEY, student="Anna"), 5.0)):
        book.add(key, earned, 17.0, RESULT)
    assert book.recall([KEY, replace(KEY, student="Anna"), replace(KEY, student="Zoli")]) == 1
    assert [attempt.earned for attempt in book.current("08")] == [5.0, 7.0]
    assert book.recall([KEY]) == 0
    assert book.recall([mended]) == 1
    assert book.recall([KEY]) == 1
    assert [attempt.recalled for attempt in book.current("08")] == [0, 2]
    assert not book.add(KEY, 1.0, 17.0, RESULT)


def test_what_no_database_takes_is_replaced(book):
    book.add(KEY, 3.0, 17.0, {"outcomes": [], "answers": {"8.1": "a\x00b\ud800c"}, "memory": float("nan")})
    result = book.current("08")[0].result
    assert result == {"outcomes": [], "answers": {"8.1": "a\ufffdb\ufffdc"}, "memory": None}


def outcome(exercise, status, earned):
    return {"exercise": exercise, "status": status, "earned": earned}


def test_changes_tell_what_changed_and_why(book):
    def add(student, earned, *outcomes, **changed):
        book.add(replace(KEY, student=student, **changed), earned, 8.0, {"outcomes": list(outcomes)})

    same, wrong, right = (
        outcome("8.1", "passed", 5.0),
        outcome("8.3", "not_attempted", 0.0),
        outcome("8.3", "passed", 1.0),
    )
    for student in ("zoli", "anna", "bela"):
        add(student, 5.0, same, wrong)
    assert book.changes("08") == []
    before = book.last()
    add("zoli", 5.5, same, outcome("8.3", "not_attempted", 0.5), environment="e")
    add("anna", 6.0, same, right, checks="d", submission="n")
    add("bela", 5.0, same, wrong, checks="d")  # graded anew with the same outcomes
    assert [str(change) for change in book.changes("08", after=before)] == [
        "anna: 5/8 -> 6/8; 8.3 not attempted -> passed; submission and checks changed",
        "zoli: 5/8 -> 5.5/8; 8.3 not attempted (0) -> not attempted (0.5); environment changed",
    ]
    assert [change.student for change in book.changes("08", after=before + 1)] == ["anna"]
    add("anna", 6.0, right, checks="f")
    assert (
        str(book.changes("08", after=before)[0])
        == "anna: 6/8 -> 6/8; 8.1 passed -> not there; submission and checks changed"
    )


def test_many_are_read_in_parts(book, monkeypatch):
    monkeypatch.setattr(attempts, "AT_ONCE", 2)
    names = ["a", "b", "c", "d", "e"]
    for name in reversed(names):
        book.add(replace(KEY, student=name), 1.0, 17.0, RESULT)
        book.add(replace(KEY, student=name, checks="n"), 2.0, 17.0, RESULT)
    assert [(each.student, each.earned) for each in book.current("08")] == [(name, 2.0) for name in names]
    assert [total.student for total in book.totals("08")] == names
    assert [change.student for change in book.changes("08")] == names
