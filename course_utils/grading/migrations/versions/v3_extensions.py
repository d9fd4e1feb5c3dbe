"""Due dates of single students."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "extensions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("lab", sa.String(8), nullable=False),
        sa.Column("student", sa.String(200), nullable=False),
        sa.Column("due", sa.String(100), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("extensions_of_lab", "extensions", ["lab", "student", "id"])
