"""Hidden checks: ordinary checks that only the judge has.

A course keeps them beside its solutions, one file a lab, `solutions/hidden_checks/lab_08.py`:

    from course_utils.checks.asserts import expect_equal
    from course_utils.grading.hidden import exercise

    @exercise("0.2").check()
    def counts_a_page(candidate, rng):
        \"\"\"a whole page is counted, too\"\"\"
        expect_equal(candidate("bear " * 997), 997, "a page of 997 words has another number of words")

They are never in the package, in the release, or in a file that a student's process can see.
"""

from __future__ import annotations

import sys
import traceback
from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

from course_utils.checks.core import load_lab
from course_utils.checks.exercise import Check, Exercise, Lab, UnknownId
from course_utils.checks.outcome import Status

FOLDER = Path("solutions", "hidden_checks")  # of a checkout
SHARE = 0.2  # of an exercise's points, for all its hidden checks together

_loading: ContextVar[dict[str, Exercise] | None] = ContextVar("_loading", default=None)


class Broken(Exception):
    """A file of hidden checks that cannot be used; says where and why."""


@dataclass(frozen=True)
class Source:
    """The hidden checks of one lab, as read: what is judged by is what the digest names."""

    lab: str
    path: str
    text: str

    @classmethod
    def read(cls, lab_id: str, folder: Path) -> Source:
        """`lab_08.py` of this folder.

        Raises:
            Broken: there is none, or it is no text.
        """
        path = folder / f"lab_{lab_id}.py"
        try:
            return cls(lab_id, str(path.resolve()), path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise Broken(f"expected the hidden checks of lab {lab_id} in {path}: {error}") from error


def find(lab_id: str, folder: Path | None = None) -> Source | None:
    """The hidden checks in a folder; without one those of the checkout that this runs in, if there are any.

    Raises:
        Broken: the folder was named, and has none.
    """
    if folder is None and not (FOLDER / f"lab_{lab_id}.py").is_file():
        return None
    return Source.read(lab_id, folder or FOLDER)


def exercise(id: str) -> Exercise:
    """The exercise to add a check to, as in `@exercise("8.2").check()`.

    Raises:
        RuntimeError: this is no file of hidden checks that is being loaded.
        UnknownId: the lab has no such exercise.
    """
    exercises = _loading.get()
    if exercises is None:
        raise RuntimeError("a file of hidden checks is loaded by course grade, and cannot be imported")
    if id not in exercises:
        raise UnknownId(f"expected one of {', '.join(exercises)}, got {id!r}")
    return exercises[id]


def load(source: Source) -> Lab:
    """A copy of the lab that has the hidden checks too; the lab itself stays as it is.

    Visible checks keep their weights among themselves, and SHARE of the points goes to the hidden ones, by
    theirs, however many they are.

    Raises:
        Broken: the file raises, adds nothing, or adds two checks of one name.
    """
    lab = load_lab(source.lab)
    copies = {id: replace(each, checks=list(each.checks)) for id, each in lab.exercises.items()}
    token = _loading.set(copies)
    try:
        _execute(source)
    finally:
        _loading.reset(token)
    added = {id: _added(source, each, lab.exercises[id]) for id, each in copies.items()}
    if not any(added.values()):
        raise Broken(f"{source.path}: expected hidden checks, and it adds none")
    return replace(lab, exercises={id: _with_hidden(lab.exercises[id], added[id]) for id in copies})


def rehearse(source: Source) -> None:
    """Hold the hidden checks against the course's own answers, before they cost a student anything.

    Raises:
        Broken: one of them does not accept its own.
    """
    for each in load(source).exercises.values():
        only = replace(each, checks=[check for check in each.checks if check.hidden])
        outcome = only.run(each.load_reference())
        if outcome.status is not Status.PASSED and (failure := outcome.failure):
            refused = f"{failure.name} refuses the course's own {each.name} ({each.id})"
            raise Broken(f"{source.path}: {refused}: {failure.message}")


def _execute(source: Source) -> None:
    module = ModuleType(f"hidden_checks_{source.lab}")
    module.__file__ = source.path
    sys.modules[module.__name__] = module  # dataclasses look there
    try:
        exec(compile(source.text, source.path, "exec"), module.__dict__)
    except Exception as error:
        raise Broken(f"{source.path}:{_line(error, source.path)}: {type(error).__name__}: {error}") from error


def _line(error: Exception, path: str) -> int:
    """The file's own line that an exception came up in."""
    if isinstance(error, SyntaxError) and error.filename == path:
        return error.lineno or 0
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 0 for frame in reversed(frames) if frame.filename == path), 0)


def _added(source: Source, extended: Exercise, original: Exercise) -> list[Check]:
    names = Counter(check.name for check in extended.checks)
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise Broken(f"{source.path}: exercise {original.id} has two checks of the name {twice[0]}")
    return extended.checks[len(original.checks) :]


def _with_hidden(original: Exercise, added: list[Check]) -> Exercise:
    visible, hidden = (sum(check.weight for check in checks) for checks in (original.checks, added))
    scale = visible / hidden * SHARE / (1 - SHARE) if added else 1
    hidden_checks = [replace(check, weight=check.weight * scale, hidden=True) for check in added]
    return replace(original, checks=[*original.checks, *hidden_checks])
