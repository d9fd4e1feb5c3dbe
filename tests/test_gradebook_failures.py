"""`grading.database`: what a database refuses is told with what to do, and nothing is lost by it."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import event

from course_utils.grading import database
from course_utils.grading.gradebook import Gradebook, GradebookError, Key, opened

KEY = Key("08", "anna", "a" * 64, "b" * 64, "c" * 64)
OTHER = Key("08", "bela", "a" * 64, "b" * 64, "c" * 64)
RESULT = {"outcomes": [], "answers": {"8.1": "x" * 9_000}}


@pytest.fixture
def path(tmp_path):
    """A gradebook with one attempt."""
    with opened(tmp_path / "grades.db") as book:
        book.add(KEY, 1.0, 7.0, RESULT)
    return tmp_path / "grades.db"


def refused(action, *said):
    with pytest.raises(GradebookError) as told:
        action()
    for words in (*said, "What was graded before is kept; run the same command again"):
        assert words in str(told.value)


def students(path):
    with opened(path) as book:
        return [attempt.student for attempt in book.current("08")]


def test_a_locked_one(path, monkeypatch):
    monkeypatch.setattr(database, "LOCK_SECONDS", 0)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with opened(path) as book:
        refused(lambda: book.add(OTHER, 2.0, 7.0, RESULT), "another program has held it", str(path))
        assert book.known([KEY, OTHER]) == {KEY}  # reading goes on
        other.execute("ROLLBACK")
        assert book.add(OTHER, 2.0, 7.0, RESULT)
    other.close()
    assert students(path) == ["anna", "bela"]


def test_a_full_disk(path):
    book = Gradebook(path)

    def no_more_pages(connection, *_):
        connection.execute("PRAGMA max_page_count = 1")  # no fewer than there are

    event.listen(book._engine, "connect", no_more_pages)
    book._engine.dispose()
    refused(lambda: book.add(OTHER, 2.0, 7.0, RESULT), "the disk is full: make room")
    assert book.graded(KEY)
    event.remove(book._engine, "connect", no_more_pages)
    book._engine.dispose()
    assert book.add(OTHER, 2.0, 7.0, RESULT)
    book.close()
    assert students(path) == ["anna", "bela"]


def test_one_that_cannot_be_written_is_read(path):
    with opened(f"sqlite:///file:{path}?mode=ro&uri=true") as book:
        refused(lambda: book.add(OTHER, 2.0, 7.0, RESULT), "cannot be written: allow writing to the file")
        assert [attempt.student for attempt in book.current("08")] == ["anna"]


def test_a_file_that_is_something_else_stays_as_it_is(tmp_path):
    path = tmp_path / "grades.csv"
    path.write_text("student,points\n" * 97)
    refused(lambda: Gradebook(path), "this file is no gradebook: name another with --gradebook", str(path))
    assert path.read_text() == "student,points\n" * 97


def test_a_damaged_one(path):
    content = bytearray(path.read_bytes())
    content[4096 : 3 * 4096] = b"\xff" * (2 * 4096)
    path.write_bytes(content)
    refused(lambda: students(path), "the file is damaged: take it from a backup")


@pytest.mark.parametrize("name", ["", "nowhere/grades.db"])
def test_a_folder_or_a_place_in_none(tmp_path, name):
    refused(lambda: Gradebook(tmp_path / name), "expected a file in a folder that exists and can be written")


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("mysql://host/grades", "expected a gradebook at sqlite:// or postgresql://, received mysql://"),
        (
            "postgresql://host:x/y",
            "expected a file or a URL as postgresql://host/name, received postgresql://host:x",
        ),
    ],
)
def test_urls_of_other_kinds(where, said):
    with pytest.raises(GradebookError) as told:
        Gradebook(where)
    assert said in str(told.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_goes_by_psycopg(scheme):
    assert database.url_of(f"{scheme}://host/grades").drivername == "postgresql+psycopg"


def test_a_server_that_is_not_there():
    url = "postgresql://postgres:secret@/grades?host=/nowhere"
    refused(lambda: Gradebook(url), "look whether it is there and lets you in", "postgres:***@")
