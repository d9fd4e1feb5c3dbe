"""A PostgreSQL server of the tests' own, in a temporary folder, reached by a socket in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from course_utils.grading.database import connected, url_of
from tests.conftest import require


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server without databases; put a name before its "?"."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    require(programs, "install postgresql (sh scripts/system-packages.sh)")
    folder = tempfile.mkdtemp(prefix="pg-", dir="/tmp")  # a socket's path may have 107 bytes
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    # Nothing in it need outlive a power cut
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c synchronous_commit=off"
    run = _Programs(programs[-1].parent, folder)
    try:
        run(
            "initdb",
            "-D",
            "data",
            "-U",
            "postgres",
            "--auth=trust",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C",
        )
        run("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")
        try:
            yield f"postgresql://postgres@/?host={folder}"
        finally:
            run("pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Programs:
    """Runs PostgreSQL's programs, which refuse to run as root, as its own user."""

    def __init__(self, programs: Path, folder: str) -> None:
        self._programs, self._folder = programs, folder

    def __call__(self, name: str, *arguments: str) -> None:
        own = (
            ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
        )
        command = [*own, str(self._programs / name), *arguments]
        # No pipe: the server would keep it open
        done = subprocess.run(command, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        if done.returncode:
            log = Path(self._folder, "log")
            raise AssertionError(f"{command} failed: {log.read_text() if log.exists() else 'no log'}")


def execute(url: str, *statements: str) -> None:
    """Each statement by itself."""
    engine = connected(url_of(url)).execution_options(isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
    finally:
        engine.dispose()


def database(server_url: str, name: str) -> str:
    """The URL of a new and empty database."""
    execute(
        server_url.replace("/?", "/postgres?"), f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}"
    )
    return server_url.replace("/?", f"/{name}?")
