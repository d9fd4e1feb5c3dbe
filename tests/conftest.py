"""What the tests share: the real corpora, and what happens where something they need is missing."""

import os
from pathlib import Path

import hypothesis
import pytest

# On CI always the same examples, so that a red build is red again until its cause is mended; elsewhere new
# ones at each run, which finds more. No deadline: how long an example takes on a busy machine says nothing.
hypothesis.settings.register_profile("everywhere", deadline=None)
hypothesis.settings.register_profile("on_ci", deadline=None, derandomize=True, print_blob=True)


def on_ci() -> bool:
    """Whether CI=true, where nothing is skipped."""
    return os.environ.get("CI", "").lower() == "true"


hypothesis.settings.load_profile("on_ci" if on_ci() else "everywhere")


def require(condition: object, what_to_do: str) -> None:
    """Go on when `condition` holds; else fail on CI, where missing means failed, and skip elsewhere."""
    if condition:
        return
    if on_ci():
        pytest.fail(f"missing, and CI=true: {what_to_do}", pytrace=False)
    pytest.skip(what_to_do)


@pytest.fixture
def data_dir() -> Path:
    """The folder of real corpora."""
    folder = os.environ.get("COURSE_DATA_DIR")
    require(folder and Path(folder).is_dir(), "set COURSE_DATA_DIR to a folder with the real corpora")
    return Path(str(folder))


@pytest.fixture(scope="session")
def postgresql():
    """The URL of a PostgreSQL server."""
    from tests.postgresql import server

    with server() as url:
        yield url


@pytest.fixture(scope="session")
def _class_database(postgresql):
    from tests.postgresql import database

    return database(postgresql, "class")


@pytest.fixture(params=["sqlite", "postgresql"])
def book(request, tmp_path):
    """An empty gradebook, of each kind in turn."""
    from course_utils.grading.gradebook import opened
    from course_utils.grading.tables import Base
    from tests.postgresql import execute

    where = tmp_path / "grades.db"
    if request.param == "postgresql":
        where = request.getfixturevalue("_class_database")
    with opened(where) as book:
        if request.param == "postgresql":  # emptied rather than made anew, which takes half a second
            execute(where, f"TRUNCATE {', '.join(Base.metadata.tables)} RESTART IDENTITY")
        yield book


@pytest.fixture(scope="module")
def stub_judges():
    """Judges' processes find tests.stub_judge, though they look for modules in no folder of their own."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
        yield
