"""The attempts in a gradebook: what was graded, each once; rows are only ever added.

An attempt is keyed by what it depends on: the lab, the student, and the hashes of the submission, of the
checks and of the environment. The same key is graded once, so that going on after a crash is a query. What is
current is told by the order in which attempts were added, never by time: clocks jump.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from course_utils.grading import changes, database, schema
from course_utils.grading.changes import Change
from course_utils.grading.tables import Attempt

Item = TypeVar("Item")
AT_ONCE = 500  # attempts in memory while going through all of them
KEY = (Attempt.lab, Attempt.student, Attempt.submission, Attempt.checks, Attempt.environment)


@dataclass(frozen=True)
class Key:
    """What an attempt's result depends on."""

    lab: str
    student: str
    submission: str
    checks: str
    environment: str


class Attempts:
    """The attempts in a database, made where there is none; one of an older version is brought up to date.

    Every method may raise GradebookError.

    Args:
        where: a file, or a URL as "postgresql://host/grades".

    Raises:
        GradebookError: what is there is no gradebook, of a newer version, locked, or cannot be reached.
    """

    def __init__(self, where: str | Path) -> None:
        self._url = database.url_of(where)
        self._engine = database.connected(self._url)
        try:
            with database.explained(self._url):
                schema.bring_up_to_date(self._engine)
                database.let_readers_in(self._engine)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction."""
        with (
            database.explained(self._url),
            Session(self._engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def known(self, keys: Collection[Key]) -> set[Key]:
        """Those of the keys that have been graded."""
        found: set[Key] = set()
        with self.session() as session:
            for lab, checks, environment in {(key.lab, key.checks, key.environment) for key in keys}:
                same = select(*KEY).filter_by(lab=lab, checks=checks, environment=environment)
                found.update(Key(*row) for row in session.execute(same))
        return found & set(keys)

    def graded(self, key: Key) -> bool:
        """Whether this very submission has been graded by these checks in this environment."""
        with self.session() as session:
            return session.scalar(select(Attempt.id).filter_by(**vars(key)).limit(1)) is not None

    def add(
        self,
        key: Key,
        earned: float,
        points: float,
        result: dict[str, Any],
        submitted_at: datetime.datetime | None = None,
    ) -> bool:
        """Add an attempt, in one transaction; False where another grader was quicker.

        Args:
            submitted_at: when it was handed in, with a time zone.
        """
        kept = storable(result)
        return self._add(key, earned=earned, points=points, result=kept, submitted_at=submitted_at)

    def _add(self, key: Key, **columns: Any) -> bool:
        try:
            with self.session() as session:
                session.add(Attempt(**vars(key), graded_at=now(), **columns))
        except IntegrityError:
            if self.graded(key):
                return False
            raise
        return True

    def recall(self, keys: Collection[Key]) -> int:
        """Make known attempts current again where others have come after them; how many those were.

        For who takes a change of the checks back, or whose student hands an older notebook in again: nothing
        is graded again, but a copy of the attempt comes after the others.
        """
        current: set[Key] = set()
        for lab in {key.lab for key in keys}:
            for some in self.parts(lab):
                with self.session() as session:
                    rows = session.execute(select(*KEY).where(Attempt.id.in_(some)))
                    current.update(Key(*row) for row in rows)
        return sum(self._recall(key) for key in self.known(keys) - current)

    def _recall(self, key: Key) -> bool:
        with self.session() as session:
            same = select(Attempt).filter_by(**vars(key)).order_by(Attempt.id.desc()).limit(1)
            last = session.scalars(same).one()
        names = "earned", "points", "result", "submitted_at"
        return self._add(key, recalled=last.recalled + 1, **{name: getattr(last, name) for name in names})

    def last(self) -> int:
        """The number of the attempt added last, 0 before the first: what `changes` counts from."""
        with self.session() as session:
            return session.scalar(select(func.max(Attempt.id))) or 0

    def each_current(self, lab: str) -> Iterator[Attempt]:
        """As `current`, with few of them in memory at a time."""
        for some in self.parts(lab):
            with self.session() as session:
                attempts = {each.id: each for each in session.scalars(numbered(Attempt, numbers=some))}
            yield from (attempts[number] for number in some)

    def current(self, lab: str) -> list[Attempt]:
        """Each student's last attempt, by name."""
        return list(self.each_current(lab))

    def changes(self, lab: str, after: int = 0) -> list[Change]:
        """Students whose current attempt has other points or outcomes than the one before it, by name.

        Args:
            after: leave out those whose current attempt is not newer than this number (see `last`).
        """
        columns = (
            *KEY,
            Attempt.id,
            Attempt.earned,
            Attempt.points,
            Attempt.result["outcomes"].label("outcomes"),
        )
        found = []
        for pairs in _in_parts(self._pairs(lab, after)):
            with self.session() as session:
                numbers = [number for pair in pairs for number in pair]
                rows = {row.id: row for row in session.execute(numbered(*columns, numbers=numbers))}
            found += [changes.between(rows[before], rows[now]) for before, now in pairs]
        return sorted(filter(None, found), key=lambda change: change.student)

    def _pairs(self, lab: str, after: int) -> list[tuple[int, int]]:
        """The numbers of each student's last two attempts."""
        before = func.lag(Attempt.id).over(partition_by=Attempt.student, order_by=Attempt.id)
        attempts = select(Attempt.id, before.label("before")).where(Attempt.lab == lab).subquery()
        pairs = select(attempts.c.before, attempts.c.id).where(
            attempts.c.before.is_not(None), attempts.c.id > after, attempts.c.id.in_(_last_numbers(lab))
        )
        with self.session() as session:
            return [(before, now) for before, now in session.execute(pairs)]

    def parts(self, lab: str) -> Iterator[list[int]]:
        """The numbers of the current attempts by the students' names, AT_ONCE at a time."""
        with self.session() as session:
            rows = session.execute(
                select(Attempt.student, Attempt.id).where(Attempt.id.in_(_last_numbers(lab)))
            )
            by_name = sorted((student, number) for student, number in rows)
        yield from _in_parts([number for _, number in by_name])


def _last_numbers(lab: str) -> Select[Any]:
    """The numbers of the attempts that count, one a student."""
    return select(func.max(Attempt.id)).where(Attempt.lab == lab).group_by(Attempt.student)


def numbered(*columns: Any, numbers: list[int]) -> Select[Any]:
    return select(*columns).where(Attempt.id.in_(numbers))


def _in_parts(items: list[Item]) -> Iterator[list[Item]]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def storable(value: Any) -> Any:
    """Plain data without what no database takes: half characters, zero characters, infinite numbers."""
    if isinstance(value, str):
        return re.sub("[\x00\ud800-\udfff]", "\ufffd", value)
    if isinstance(value, dict):
        return {storable(key): storable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [storable(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
