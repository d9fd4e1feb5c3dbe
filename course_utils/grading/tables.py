"""The gradebook's tables. Rows are added and never changed: of several that say the same, the last counts.

Change a table only together with a new module in `migrations/versions`.
"""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Float, Index, Integer, MetaData, String, Text, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime.datetime]):
    """A point in time, kept as UTC: SQLite keeps no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime.datetime | None, dialect: Dialect
    ) -> datetime.datetime | None:
        """To UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"expected a time with its time zone, received {value}")
        return value and value.astimezone(datetime.UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime.datetime | None:
        """With its zone again."""
        return value and (value.replace(tzinfo=datetime.UTC) if value.tzinfo is None else value)


class Base(DeclarativeBase):
    """All tables. Constraints are named as PostgreSQL would, so that a migration finds them."""

    metadata = MetaData(naming_convention={"uq": "%(table_name)s_%(column_0_N_name)s_key"})


class Attempt(Base):
    """One grading of one submission."""

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("lab", "student", "submission", "checks", "environment", "recalled"),
        Index("attempts_of_student", "lab", "student", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lab: Mapped[str] = mapped_column(String(8))
    student: Mapped[str] = mapped_column(String(200))
    submission: Mapped[str] = mapped_column(String(64))  # SHA-256 of the notebook
    checks: Mapped[str] = mapped_column(String(64))
    environment: Mapped[str] = mapped_column(String(64))
    recalled: Mapped[int] = mapped_column(Integer, default=0, server_default="0")  # see Gradebook.recall
    graded_at: Mapped[datetime.datetime] = mapped_column(Moment)
    submitted_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    earned: Mapped[float] = mapped_column(Float)  # before any late penalty
    points: Mapped[float] = mapped_column(Float)
    result: Mapped[dict[str, Any]] = mapped_column(JSON)  # as worker.judge gives it


class ManualScore(Base):
    """What an instructor gave for one answer to a reflection question."""

    __tablename__ = "manual_scores"
    __table_args__ = (Index("manual_scores_of_student", "lab", "student", "question", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lab: Mapped[str] = mapped_column(String(8))
    student: Mapped[str] = mapped_column(String(200))
    question: Mapped[str] = mapped_column(String(16))  # "8.a"
    submission: Mapped[str] = mapped_column(String(64))  # SHA-256 of the notebook that was read
    version: Mapped[str] = mapped_column(String(16))  # of the text, as manual.version gives it
    points: Mapped[float] = mapped_column(Float)
    comment: Mapped[str] = mapped_column(Text)
    grader: Mapped[str] = mapped_column(String(200))
    graded_at: Mapped[datetime.datetime] = mapped_column(Moment)


class LabTerms(Base):
    """When a lab is due, and what being late costs."""

    __tablename__ = "lab_terms"
    __table_args__ = (Index("lab_terms_of_lab", "lab", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lab: Mapped[str] = mapped_column(String(8))
    due: Mapped[str] = mapped_column(String(100))  # as lateness.written gives it, "" for never
    late: Mapped[str] = mapped_column(String(200))  # a policy, as lateness.Policy.parse takes it
    set_at: Mapped[datetime.datetime] = mapped_column(Moment)


class Extension(Base):
    """Until when one student may hand in a lab, instead of the class's own date."""

    __tablename__ = "extensions"
    __table_args__ = (Index("extensions_of_lab", "lab", "student", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lab: Mapped[str] = mapped_column(String(8))
    student: Mapped[str] = mapped_column(String(200))
    due: Mapped[str] = mapped_column(String(100))  # as lateness.written gives it, "" for the class's own
    set_at: Mapped[datetime.datetime] = mapped_column(Moment)
