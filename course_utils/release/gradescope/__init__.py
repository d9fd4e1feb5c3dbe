"""Gradescope's autograder: its two scripts, the course with its graders, and one lab."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

from course_utils.grading.autograder import SETTINGS
from course_utils.release.archive import packed
from course_utils.release.repository import File, Repository
from course_utils.release.students import CannotRelease, lock

SCRIPTS = ("setup.sh", "run_autograder")
FOLDER = PurePosixPath("course_utils/release/gradescope")
PARTS = ("checks", "grading", "models", "text")
MODULES = ("__init__.py", "backend.py", "state.py")
AS_THEY_ARE = ("LICENSE", "LICENSE-text", "README.md", "pyproject.toml")


def archive(repository: Repository, lab_id: str) -> bytes:
    """The zip to upload; raises CannotRelease where there is no such lab."""
    return packed(contents(repository, lab_id), repository.seconds)


def contents(repository: Repository, lab_id: str) -> dict[str, File]:
    """Path -> file of the autograder for one lab; raises CannotRelease."""
    labs = [path for path in repository.files if path.startswith(f"labs/{lab_id}_")]
    if len(labs) != 1:
        raise CannotRelease(f"expected one labs/{lab_id}_….ipynb in git's index, found {len(labs)}")
    course = [path for path in repository.files if path in AS_THEY_ARE or is_of_grader(path)]
    settings = {"lab": lab_id, "commit": repository.commit}
    made = {
        SETTINGS: json.dumps(settings, indent=1),
        "course/requirements.lock": lock(repository, ("grade",)),
    }
    return {
        **{name: repository.files[str(FOLDER / name)] for name in SCRIPTS},
        **{f"course/{path}": repository.files[path] for path in [*course, *labs]},
        **{path: File(text.encode()) for path, text in made.items()},
    }


def is_of_grader(path: str) -> bool:
    """Whether graders need this file of the package."""
    parts = PurePosixPath(path).parts
    return parts[0] == "course_utils" and (parts[1] in PARTS or parts[1] in MODULES)
