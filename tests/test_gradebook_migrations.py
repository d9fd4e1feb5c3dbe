"""`grading.schema`: an older gradebook becomes one of this version; others stay as they are."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from course_utils.grading import migrations, schema
from course_utils.grading.database import GradebookError
from course_utils.grading.gradebook import Gradebook, Key, opened
from course_utils.grading.migrations import env
from course_utils.grading.migrations.versions import v1_attempts, v2_totals, v3_extensions
from course_utils.grading.tables import Base

# What the package made before there were versions
FIRST = """
CREATE TABLE attempts (
    id INTEGER NOT NULL, lab VARCHAR(8) NOT NULL, student VARCHAR(200) NOT NULL,
    submission VARCHAR(64) NOT NULL, checks VARCHAR(64) NOT NULL, environment VARCHAR(64) NOT NULL,
    graded_at DATETIME NOT NULL, earned FLOAT NOT NULL, points FLOAT NOT NULL, result JSON NOT NULL,
    PRIMARY KEY (id), UNIQUE (lab, student, submission, checks, environment)
);
CREATE INDEX ix_attempts_lab ON attempts (lab);
CREATE INDEX ix_attempts_student ON attempts (student);
INSERT INTO attempts VALUES
    (2, '08', 'Éva', 'a', 'b', 'c', '2026-11-20 10:11:12.131415', 7.5, 13, '{"notes": ["ő"]}'),
    (5, '08', 'Zoli', 'd', 'b', 'c', '2026-11-20 10:11:13.000000', 3.0, 13, '{"notes": []}');
"""


def write(path, script):
    with sqlite3.connect(path) as connection:
        connection.executescript(script)
    connection.close()
    return path


def tables(path):
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    connection.close()
    return {name for (name,) in found}


def differences(url):
    """What alembic would change for the database to agree with the models."""
    engine = create_engine(url)
    with engine.connect() as connection:
        options = {"version_table": schema.VERSION_TABLE, "compare_type": True}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    engine.dispose()
    return found


@pytest.mark.parametrize("script", ["", FIRST], ids=["new", "first"])
def test_models_and_migrations_agree(tmp_path, script):
    path = write(tmp_path / "grades.db", script)
    with opened(path):
        pass
    assert differences(f"sqlite:///{path}") == []


def test_a_disagreement_is_noticed(tmp_path):
    path = tmp_path / "grades.db"
    with opened(path):
        pass
    write(path, "ALTER TABLE manual_scores DROP COLUMN comment; DROP INDEX attempts_of_student")
    assert {each[0] for each in differences(f"sqlite:///{path}")} == {"add_column", "add_index"}


def test_the_last_step_is_the_one_that_is_looked_for():
    steps = ScriptDirectory(migrations.__path__[0])
    assert steps.get_heads() == [schema.CURRENT] == [v3_extensions.revision]
    assert [step.revision for step in steps.walk_revisions()] == [*reversed(schema.KNOWN)]
    assert v1_attempts.down_revision is None
    assert v2_totals.down_revision == v1_attempts.revision
    assert env.__file__ in str(steps.env_py_location)


def test_a_gradebook_from_before_there_were_versions_keeps_its_rows(tmp_path):
    path = write(tmp_path / "grades.db", FIRST)
    with opened(path) as book:
        zoli, eva = book.current("08")
        assert (eva.id, eva.student, eva.earned, eva.points) == (2, "Éva", 7.5, 13.0)
        assert eva.result == {"notes": ["ő"]}
        assert eva.graded_at.isoformat() == "2026-11-20T10:11:12.131415+00:00"
        assert (eva.submitted_at, eva.recalled, zoli.id) == (None, 0, 5)
        assert book.graded(Key("08", "Éva", "a", "b", "c"))
        assert not book.add(Key("08", "Éva", "a", "b", "c"), 1.0, 13.0, {})
        assert book.add(Key("08", "Éva", "e", "b", "c"), 9.0, 13.0, {"outcomes": []})
        assert book.last() == 6


def test_a_newer_one_is_refused_and_stays_as_it_is(tmp_path):
    path = tmp_path / "grades.db"
    with opened(path):
        pass
    write(path, "UPDATE gradebook_version SET version_num = '97'")
    before = path.read_bytes()
    with pytest.raises(
        GradebookError, match=r"version 3 or older, received one of version 97.*newer version of"
    ):
        Gradebook(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("table", ["assignment", "attempts"])
def test_another_programs_database_is_refused_and_stays_as_it_is(tmp_path, table):
    path = write(tmp_path / "gradebook.db", f"CREATE TABLE {table} (id INTEGER)")
    before = path.read_bytes()
    with pytest.raises(GradebookError, match=f"another program's database, with the tables {table}"):
        Gradebook(path)
    assert path.read_bytes() == before


def test_a_step_that_breaks_off_leaves_what_was_there(tmp_path, monkeypatch):
    path = write(tmp_path / "grades.db", FIRST)

    def full(self, *_, **__):
        raise OSError("broken off")

    with monkeypatch.context() as patched:
        patched.setattr("alembic.operations.Operations.create_index", full)
        with pytest.raises(OSError, match="broken off"):
            Gradebook(path)
    assert tables(path) == {"attempts"}
    with opened(path) as book:
        assert [attempt.student for attempt in book.current("08")] == ["Zoli", "Éva"]


def test_two_that_open_it_at_once_bring_it_up_to_date_once(tmp_path):
    path, failed = write(tmp_path / "grades.db", FIRST), []

    def open_it():
        try:
            Gradebook(path).close()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert differences(f"sqlite:///{path}") == []


def test_a_current_one_opens_without_alembic(tmp_path):
    path = tmp_path / "grades.db"
    with opened(path):
        pass
    code = (
        "import sys\nfrom course_utils.grading.gradebook import Gradebook\nGradebook(sys.argv[1]).close()\n"
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
