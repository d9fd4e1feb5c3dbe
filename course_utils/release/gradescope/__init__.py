"""Gradescope's autograder: its two scripts, the course with its graders, and one lab."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

from course_utils.grading.autograder import SETTINGS
from course_utils.grading.hidden import FOLDER
from course_utils.grading.walls import Walls
from course_utils.release.archive import packed
from course_utils.release.repository import File, Repository
from course_utils.release.students import CannotRelease, lock

SCRIPTS = ("setup.sh", "run_autograder")
SOURCE = PurePosixPath("course_utils/release/gradescope")
PARTS = ("checks", "grading", "models", "text")
MODULES = ("__init__.py", "backend.py", "state.py")
AS_THEY_ARE = ("LICENSE", "LICENSE-text", "README.md", "pyproject.toml")


def archive(repository: Repository, lab_id: str, walls: Walls) -> bytes:
    """The zip to upload; raises CannotRelease where there is no such lab."""
    return packed(contents(repository, lab_id, walls), repository.seconds)


def contents(repository: Repository, lab_id: str, walls: Walls) -> dict[str, File]:
    """Path -> file of the autograder for one lab; raises CannotRelease."""
    labs = [path for path in repository.files if path.startswith(f"labs/{lab_id}_")]
    if len(labs) != 1:
        raise CannotRelease(f"expected one labs/{lab_id}_….ipynb in git's index, found {len(labs)}")
    course = [path for path in repository.files if path in AS_THEY_ARE or is_of_grader(path)]
    settings = {"lab": lab_id, "walls": walls, "commit": repository.commit}
    made = {
        SETTINGS: json.dumps(settings, indent=1),
        "course/requirements.lock": lock(repository, ("grade",)),
    }
    return {
        **{name: repository.files[str(SOURCE / name)] for name in SCRIPTS},
        **{f"course/{path}": repository.files[path] for path in [*course, *labs]},
        **{
            f"{FOLDER.name}/{checks.name}": repository.files[str(checks)]
            for checks in hidden(repository, lab_id)
        },
        **{path: File(text.encode()) for path, text in made.items()},
    }


def is_of_grader(path: str) -> bool:
    """Whether graders need this file of the package."""
    parts = PurePosixPath(path).parts
    return parts[0] == "course_utils" and (parts[1] in PARTS or parts[1] in MODULES)


def hidden(repository: Repository, lab_id: str) -> list[PurePosixPath]:
    """The path of the lab's hidden checks, if it has any."""
    path = PurePosixPath(FOLDER, f"lab_{lab_id}.py")
    return [path] if str(path) in repository.files else []
