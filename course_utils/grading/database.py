"""The gradebook's database: SQLite in a file, or PostgreSQL for several graders at once.

What a database refuses comes up as GradebookError, which says what to do. Every change is one transaction, so
that after any of them the gradebook holds what it held before, and grading goes on when it is run again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, OperationalError

LOCK_SECONDS = 60
KEPT = "What was graded before is kept; run the same command again afterwards."
# What SQLite says -> what is to be done
SQLITE = {
    "is locked": f"another program has held it for {LOCK_SECONDS} s: close whatever has it open",
    "disk is full": "the disk is full: make room",
    "disk I/O error": "the disk failed, or the file lies on a network drive that cannot lock: look at both",
    "readonly database": "it cannot be written: allow writing to the file and to its folder",
    "unable to open": "it cannot be opened: expected a file in a folder that exists and can be written",
    "not a database": "this file is no gradebook: name another with --gradebook, and look what it is",
    "malformed": "the file is damaged: take it from a backup, or rescue it with `sqlite3 FILE .recover`",
}


class GradebookError(OSError):
    """The gradebook cannot be read or written; says why and what to do.

    An OSError, as for any file, so that `course` ends with its words alone.
    """


def url_of(where: str | Path) -> URL:
    """The URL of a file, or of what is one already; PostgreSQL goes by psycopg.

    Raises:
        GradebookError: a URL of another kind.
    """
    if "://" not in str(where):
        return URL.create("sqlite", database=str(where))
    try:
        url = make_url(str(where))
    except (ArgumentError, ValueError) as error:
        raise GradebookError(
            f"expected a file or a URL as postgresql://host/name, received {where}"
        ) from error
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise GradebookError(
            f"expected a gradebook at sqlite:// or postgresql://, received {url.drivername}://"
        )
    return url


def connected(url: URL) -> Engine:
    """An engine whose transactions are whole ones, also where they change tables."""
    try:
        engine = create_engine(url, pool_pre_ping=url.drivername != "sqlite")
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise GradebookError(f"{error}. Grading needs more packages: pip install -e '.[grade]'") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _make_durable)
        event.listen(engine, "begin", _begin)
    return engine


def _make_durable(connection: Any, _: object) -> None:
    """What is committed is on the disk. Nothing here changes the file: it may be no gradebook at all."""
    cursor = connection.cursor()
    for setting in ("synchronous = FULL", f"busy_timeout = {LOCK_SECONDS * 1000}"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Begin by hand: Python by itself does not before a change of tables."""
    if begin := connection.get_execution_options().get("begin", "BEGIN"):
        connection.exec_driver_sql(begin)


def let_readers_in(engine: Engine) -> None:
    """Readers of an SQLite file never wait for its writer, from now on."""
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(begin="") as connection:  # no transaction can change it
            mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
            # It does not wait for others that have just opened the file: one of them, or the next, will do it
            with suppress(OperationalError):
                if mode != "wal":
                    connection.exec_driver_sql("PRAGMA journal_mode = WAL")


@contextmanager
def explained(url: URL) -> Iterator[None]:
    """Whatever the database refuses inside becomes GradebookError, but for a row that is there already."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise GradebookError(_explanation(url, str(error.orig))) from error


def _explanation(url: URL, said: str) -> str:
    name = url.database if url.drivername == "sqlite" else url.render_as_string(hide_password=True)
    advice = next((advice for words, advice in SQLITE.items() if words in said), "")
    if url.drivername != "sqlite" or not advice:
        advice = "look whether it is there and lets you in"
    return f"gradebook {name}: {advice} ({' '.join(said.split())}). {KEPT}"
