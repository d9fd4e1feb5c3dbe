"""Which version a gradebook is of, and how one of an older version becomes one of this.

The version is read first and Alembic loaded only where there is something to do, which is hardly ever.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from course_utils.grading.database import GradebookError
from course_utils.grading.tables import Base

CURRENT = "3"  # the last revision in migrations/versions
KNOWN = ("1", "2", CURRENT)
# Not Alembic's own name: the database may hold tables of other programs that use it too
VERSION_TABLE = "gradebook_version"
FIRST_COLUMNS = {"lab", "student", "submission", "checks", "environment", "earned", "result"}


def bring_up_to_date(engine: Engine) -> None:
    """Make the tables, or those that are missing since an older version; no row is lost.

    Raises:
        GradebookError: the gradebook is of a newer version, or another program's. It stays as it is.
    """
    with engine.connect() as connection:
        if _version(connection) == CURRENT:
            return
    with engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection, connection.begin():
        if engine.dialect.name == "postgresql":  # SQLite's transaction is alone already
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('course gradebook'))"))
        version = _version(connection)  # another grader may have been quicker
        if version != CURRENT:
            _upgrade(connection, version)


def _version(connection: Connection) -> str:
    """The version, "" for a database without tables of ours."""
    tables = set(inspect(connection).get_table_names())
    if VERSION_TABLE in tables:
        version = str(connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one())
        if version not in KNOWN:
            raise GradebookError(
                f"expected a gradebook of version {CURRENT} or older, received one of version {version}: "
                "it was made by a newer version of this course. Install that, or name another gradebook"
            )
        return version
    if "attempts" in tables:  # before there were versions
        columns = {column["name"] for column in inspect(connection).get_columns("attempts")}
        if columns >= FIRST_COLUMNS:
            return KNOWN[0]
    alien = tables if connection.dialect.name == "sqlite" else tables & {*Base.metadata.tables}
    if alien:
        raise GradebookError(
            f"expected a gradebook, received another program's database, with the tables "
            f"{', '.join(sorted(alien)[:5])}: name another with --gradebook"
        )
    return ""


def _upgrade(connection: Connection, version: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes.update(connection=connection, version_table=VERSION_TABLE)
    if version == KNOWN[0]:
        command.stamp(config, version)
    command.upgrade(config, CURRENT)
