"""A gradebook on a PostgreSQL server: several graders at once, each submission once."""

from __future__ import annotations

import subprocess
import sys

import pytest

from course_utils.grading import schema
from course_utils.grading.gradebook import Gradebook, GradebookError, Key, opened
from tests import postgresql as servers
from tests.test_gradebook_migrations import FIRST, differences

ADD = """
import sys
from course_utils.grading.gradebook import Key, opened
with opened(sys.argv[1]) as book:
    print("ready", flush=True)
    sys.stdin.readline()
    keys = [Key("08", f"student {n}", "a", "b", "c") for n in range(50)]
    print(sum(book.add(key, 3.0, 7.0, {"outcomes": [], "by": sys.argv[2]}) for key in keys))
"""
KEY = Key("08", "Éva", "a", "b", "c")


def add_at_once(where):
    """How many of 50 each of two processes was the first to add."""
    command = [sys.executable, "-c", ADD, str(where)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    graders = [subprocess.Popen([*command, name], **pipes) for name in ("one", "other")]
    for grader in graders:
        assert grader.stdout.readline() == "ready\n"
    for grader in graders:
        grader.stdin.write("go\n")
        grader.stdin.flush()
    return [int(grader.communicate(timeout=120)[0]) for grader in graders]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_graders_add_each_submission_once(kind, tmp_path, request):
    """Both make the gradebook, too."""
    where = tmp_path / "grades.db"
    if kind == "postgresql":
        where = servers.database(request.getfixturevalue("postgresql"), "graders")
    one, other = add_at_once(where)
    assert one + other == 50
    with opened(where) as book:
        attempts = book.current("08")
        assert (
            len(attempts) == book.last() == 50 or kind == "postgresql"
        )  # where a refused row takes a number
        assert [attempt.result["by"] for attempt in attempts].count("one") == one


def test_models_and_migrations_agree_on_it(postgresql):
    url = servers.database(postgresql, "agree")
    Gradebook(url).close()
    assert differences(url.replace("postgresql:", "postgresql+psycopg:")) == []


def test_the_first_version_is_brought_up_to_date_beside_another_programs_tables(postgresql):
    url = servers.database(postgresql, "shared")
    first = FIRST.replace("DATETIME", "TIMESTAMP WITH TIME ZONE").replace("id INTEGER", "id SERIAL")
    alien = (
        "CREATE TABLE alembic_version (version_num VARCHAR(32)); INSERT INTO alembic_version VALUES ('x9');"
    )
    servers.execute(url, *filter(str.strip, (alien + first).split(";\n")))
    servers.execute(url, "SELECT setval('attempts_id_seq', 5)")
    with opened(url) as book:
        assert [(each.id, each.student) for each in book.current("08")] == [(5, "Zoli"), (2, "Éva")]
        assert not book.add(KEY, 1.0, 1.0, {})
    Gradebook(url).close()


def test_a_newer_one_is_refused(postgresql):
    url = servers.database(postgresql, "newer")
    Gradebook(url).close()
    servers.execute(url, f"UPDATE {schema.VERSION_TABLE} SET version_num = '97'")
    with pytest.raises(GradebookError, match="received one of version 97"):
        Gradebook(url)


def test_what_the_server_says_is_told_without_the_password(postgresql):
    url = postgresql.replace("/?", "/nowhere?").replace("postgres@", "postgres:secret@")
    with pytest.raises(GradebookError, match=r'look whether it is there.*"nowhere" does not exist') as told:
        Gradebook(url)
    assert "secret" not in str(told.value)


def test_a_connection_that_was_cut_is_made_again(postgresql):
    url = servers.database(postgresql, "cut")
    with opened(url) as book:
        book.add(KEY, 1.0, 7.0, {"outcomes": []})
        others = "FROM pg_stat_activity WHERE datname = 'cut' AND pid <> pg_backend_pid()"
        servers.execute(url, f"SELECT pg_terminate_backend(pid) {others}")
        assert book.graded(KEY)
