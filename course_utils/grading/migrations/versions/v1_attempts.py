"""The first gradebook: attempts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("lab", sa.String(8), nullable=False),
        sa.Column("student", sa.String(200), nullable=False),
        sa.Column("submission", sa.String(64), nullable=False),
        sa.Column("checks", sa.String(64), nullable=False),
        sa.Column("environment", sa.String(64), nullable=False),
        sa.Column("graded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("earned", sa.Float, nullable=False),
        sa.Column("points", sa.Float, nullable=False),
        sa.Column("result", sa.JSON, nullable=False),
        sa.UniqueConstraint("lab", "student", "submission", "checks", "environment"),
    )
    op.create_index("ix_attempts_lab", "attempts", ["lab"])
    op.create_index("ix_attempts_student", "attempts", ["student"])
