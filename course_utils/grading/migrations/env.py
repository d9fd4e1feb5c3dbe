"""Alembic runs this file; `schema` gives it the connection, inside a transaction of its own."""

from __future__ import annotations

from alembic import context

from course_utils.grading.tables import Base


def migrate() -> None:
    """Take the steps that are asked for."""
    options = context.config.attributes
    context.configure(
        connection=options["connection"],
        version_table=options["version_table"],
        target_metadata=Base.metadata,
        render_as_batch=True,  # SQLite cannot alter a table: it is copied
    )
    context.run_migrations()


if __name__ == "env_py":  # as Alembic names it; to any other importer it is a module like the others
    migrate()
