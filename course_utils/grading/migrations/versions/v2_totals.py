"""When a notebook was handed in, scores given by hand, due dates, attempts made current again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = "1"

KEY = ["lab", "student", "submission", "checks", "environment"]
UNIQUE = "attempts_lab_student_submission_checks_environment_key"  # PostgreSQL's own name for it
WITH_RECALLED = "attempts_lab_student_submission_checks_environment_recalled_key"


def upgrade() -> None:
    """Add columns and tables; every attempt stays, with its number."""
    op.drop_index("ix_attempts_lab", "attempts")
    op.drop_index("ix_attempts_student", "attempts")
    copied = op.get_context().dialect.name == "sqlite"
    place = "graded_at" if copied else None
    with op.batch_alter_table(
        "attempts", recreate="always" if copied else "never", naming_convention={"uq": UNIQUE}
    ) as attempts:
        # Before the long results, so that SQLite reads them without those
        recalled = sa.Column("recalled", sa.Integer, nullable=False, server_default="0")
        attempts.add_column(recalled, insert_after=place)
        attempts.add_column(sa.Column("submitted_at", sa.DateTime(timezone=True)), insert_after=place)
        attempts.drop_constraint(UNIQUE, type_="unique")
        attempts.create_unique_constraint(WITH_RECALLED, [*KEY, "recalled"])
    op.create_index("attempts_of_student", "attempts", ["lab", "student", "id"])
    _manual_scores()
    _lab_terms()


def _manual_scores() -> None:
    op.create_table(
        "manual_scores",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("lab", sa.String(8), nullable=False),
        sa.Column("student", sa.String(200), nullable=False),
        sa.Column("question", sa.String(16), nullable=False),
        sa.Column("submission", sa.String(64), nullable=False),
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("points", sa.Float, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("grader", sa.String(200), nullable=False),
        sa.Column("graded_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("manual_scores_of_student", "manual_scores", ["lab", "student", "question", "id"])


def _lab_terms() -> None:
    op.create_table(
        "lab_terms",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("lab", sa.String(8), nullable=False),
        sa.Column("due", sa.String(100), nullable=False),
        sa.Column("late", sa.String(200), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("lab_terms_of_lab", "lab_terms", ["lab", "id"])
