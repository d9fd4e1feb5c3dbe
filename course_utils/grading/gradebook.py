"""The gradebook: one database, to which attempts are only ever added.

An attempt is keyed by what it depends on: the lab, the student, and the hashes of the submission, of the
checks and of the environment. The same key is graded once, so that going on after a crash is a query.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, DateTime, Float, String, UniqueConstraint, create_engine, event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

LOCK_SECONDS = 60


class Base(DeclarativeBase):
    """All tables."""


class Attempt(Base):
    """One grading of one submission; never changed."""

    __tablename__ = "attempts"
    __table_args__ = (UniqueConstraint("lab", "student", "submission", "checks", "environment"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lab: Mapped[str] = mapped_column(String(8), index=True)
    student: Mapped[str] = mapped_column(String(200), index=True)
    submission: Mapped[str] = mapped_column(String(64))  # SHA-256 of the notebook
    checks: Mapped[str] = mapped_column(String(64))
    environment: Mapped[str] = mapped_column(String(64))
    graded_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))
    earned: Mapped[float] = mapped_column(Float)
    points: Mapped[float] = mapped_column(Float)
    result: Mapped[dict[str, Any]] = mapped_column(JSON)  # outcomes, notes, seconds


@dataclass(frozen=True)
class Key:
    """What an attempt's result depends on."""

    lab: str
    student: str
    submission: str
    checks: str
    environment: str


class Gradebook:
    """A gradebook at a database's URL.

    Args:
        url: as "sqlite:///grades.db".
    """

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url)
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _make_durable)
        Base.metadata.create_all(self._engine)

    @classmethod
    def at(cls, path: Path) -> Gradebook:
        """The gradebook in a file, made where there is none."""
        return cls(f"sqlite:///{path}")

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def graded(self, key: Key) -> bool:
        """Whether this very submission has been graded by these checks in this environment."""
        with Session(self._engine) as session:
            return session.scalar(_of(key)) is not None

    def add(self, key: Key, earned: float, points: float, result: dict[str, Any]) -> bool:
        """Add an attempt, in one transaction; False where another grader was quicker."""
        now = datetime.datetime.now(datetime.UTC)
        attempt = Attempt(**vars(key), graded_at=now, earned=earned, points=points, result=result)
        try:
            with Session(self._engine) as session, session.begin():
                session.add(attempt)
        except IntegrityError:
            return False
        return True

    def current(self, lab: str) -> list[Attempt]:
        """Each student's last attempt, by name. By the order in which they were added: clocks jump."""
        with Session(self._engine, expire_on_commit=False) as session:
            attempts = session.scalars(select(Attempt).where(Attempt.lab == lab).order_by(Attempt.id))
            last = {attempt.student: attempt for attempt in attempts}
        return [last[student] for student in sorted(last)]


def _of(key: Key) -> Any:
    return select(Attempt.id).filter_by(**vars(key))


def _make_durable(connection: Any, _: object) -> None:
    """Readers never wait for the writer, and what is committed is on the disk."""
    cursor = connection.cursor()
    for setting in ("journal_mode = WAL", "synchronous = FULL", f"busy_timeout = {LOCK_SECONDS * 1000}"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


@contextmanager
def opened(path: Path) -> Iterator[Gradebook]:
    """The gradebook in a file, closed in the end."""
    book = Gradebook.at(path)
    try:
        yield book
    finally:
        book.close()
