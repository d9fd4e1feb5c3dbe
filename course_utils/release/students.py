"""The students' archive: the labs, the package that they import, and what sets both up. Nothing else.

It names what goes in, so that a new folder, or a solution under another name, stays out.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import PurePosixPath

from course_utils.authoring.readme import BEGIN, END
from course_utils.release.archive import packed
from course_utils.release.locking import needed, pruned
from course_utils.release.repository import File, Repository
from course_utils.submission.released import FACTS, fingerprint

FOLDER = "attention-course"
AS_THEY_ARE = (
    "LICENSE",
    "LICENSE-text",
    "docs/corpora.md",
    "docs/images/card.png",
    "docs/world.md",
    "environment.yml",
    "pyproject.toml",
    "scripts/setup.sh",
)
COMMANDS = ("cli", "cli_data", "cli_scoreboard", "cli_submit", "doctor", "facts")
MODULES = ("__init__", "backend", "state", *COMMANDS)
PARTS = ("checks", "models", "submission", "text")
HIDDEN = "hidden"  # in the name of a file or folder: for graders only
TARGETS = ("setup", "$(STAMP)", "lab", "clean")
README = "docs/students.md"


class CannotRelease(Exception):
    """Something in the repository must not go out, or is not there; says what."""


def archive(repository: Repository) -> bytes:
    """The zip that students get, everything in one folder.

    Raises:
        CannotRelease: a lab has outputs or is a solution, or a file is missing.
    """
    files = {f"{FOLDER}/{path}": file for path, file in contents(repository).items()}
    return packed(files, repository.seconds)


def contents(repository: Repository) -> dict[str, File]:
    """Path -> file of all that students get; raises CannotRelease."""
    files = {path: file for path, file in repository.files.items() if is_for_students(path)}
    labs = {path: _lab(path, file) for path, file in files.items() if path.startswith("labs/")}
    missing = {*AS_THEY_ARE} - {*files}
    if missing or not labs:
        raise CannotRelease(f"expected {', '.join(sorted(missing)) or 'labs'} in git's index, found none")
    made = {
        "Makefile": _makefile(text_of(repository, "Makefile")),
        "README.md": _readme(text_of(repository, README), text_of(repository, "README.md")),
        "requirements.lock": lock(repository),
        f"course_utils/{FACTS}": facts(repository, labs),
    }
    return {**files, **{path: File(text.encode()) for path, text in made.items()}}


def is_for_students(path: str) -> bool:
    """Whether students get this file as it is."""
    parts = PurePosixPath(path).parts
    if any(part.startswith(HIDDEN) for part in parts):
        return False
    if parts[0] == "labs":
        return len(parts) == 2 and path.endswith(".ipynb")
    if parts[0] == "course_utils":
        return parts[1] in PARTS or parts[1].removesuffix(".py") in MODULES
    return path in AS_THEY_ARE


def text_of(repository: Repository, path: str) -> str:
    """A file as text; raises CannotRelease where there is none."""
    if path not in repository.files:
        raise CannotRelease(f"expected {path} in git's index, found none: git add it")
    return repository.files[path].content.decode()


def lock(repository: Repository, extras: tuple[str, ...] = ()) -> str:
    """requirements.lock without what only developers need; with the pins of some extras."""
    names = needed(text_of(repository, "pyproject.toml"), extras)
    return pruned(text_of(repository, "requirements.lock"), names)


def facts(repository: Repository, labs: dict[str, dict]) -> str:
    """What `course submit` knows of the release: its version, and each cell of each lab as it left here."""
    project = tomllib.loads(text_of(repository, "pyproject.toml"))["project"]
    changes = " and changes" if released_changes(repository) else ""
    known = {
        "version": project["version"],
        "commit": repository.commit + changes,
        "labs": {PurePosixPath(path).stem: fingerprint(lab) for path, lab in sorted(labs.items())},
    }
    return json.dumps(known, indent=1) + "\n"


def released_changes(repository: Repository) -> list[str]:
    """Paths that students get, or that what they get is made of, and that are not as they were committed."""
    made_of = ("Makefile", "README.md", "requirements.lock", README)
    return [path for path in repository.changed if path in made_of or is_for_students(path)]


def _lab(path: str, file: File) -> dict:
    """The lab's notebook, once it is sure that it is one."""
    try:
        notebook = json.loads(file.content)
        cells, role = notebook["cells"], notebook["metadata"]["course"]["role"]
        printed = any(cell.get("outputs") for cell in cells)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CannotRelease(f"expected a lab's notebook in {path}, found none ({error!r})") from error
    if role != "lab" or printed:
        found = "outputs" if printed else f"a {role}"
        raise CannotRelease(f"expected a lab as `course build` makes it in {path}, found {found}")
    return notebook


def _makefile(text: str) -> str:
    """The variables, and the targets that students use. Parts of the file are apart by empty lines."""
    kept = [part for part in text.strip().split("\n\n") if _stays(part)]
    phony = f".PHONY: {' '.join(target for target in TARGETS if target.isalpha())}"
    return "\n\n".join([*kept, phony]) + "\n"


def _stays(part: str) -> bool:
    lines = [line for line in part.splitlines() if not line.startswith("#")]
    target, colon, rest = (lines or [""])[0].partition(":")
    return not colon or rest.startswith("=") or target in TARGETS


def _readme(text: str, course: str) -> str:
    """`text` with the course's table of labs."""
    table = f"{BEGIN}{course.partition(BEGIN)[2].partition(END)[0]}{END}"
    if table == BEGIN + END or BEGIN + END not in text.replace("\n", ""):
        raise CannotRelease(f"expected the table of labs in README.md, and {BEGIN} and {END} in {README}")
    return text.partition(BEGIN)[0] + table + text.partition(END)[2]
