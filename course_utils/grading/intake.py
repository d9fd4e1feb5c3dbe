"""What came in, told apart by student: who handed in, who twice, who nothing, and what cannot be read."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from course_utils.checks.core import load_lab
from course_utils.checks.exercise import Lab
from course_utils.grading.archives import files
from course_utils.grading.caps import Caps, Unreadable, printable
from course_utils.grading.found import ZIP, Found
from course_utils.grading.notebooks import Release, Submission, submission_from
from course_utils.grading.origins import Origin, by_pattern, count_shared, usual
from course_utils.grading.roster import Person, Roster, harmless, identity

SHOWN = 3  # files named in a message
NOBODY = Origin("")


@dataclass(frozen=True)
class Received:
    """One student's notebook.

    Attributes:
        student: the roster's id, or the name on the file.
        at: when it was handed in, where that is known.
    """

    student: str
    submission: Submission
    at: datetime.datetime | None = None


@dataclass(frozen=True)
class Intake:
    """All that came in.

    Attributes:
        received: what can be graded, by student.
        failed: student, or a file that is nobody's -> why there is nothing to grade.
        unknown: file -> why it is nobody's of the roster, or does not fit the pattern.
        duplicates: student -> which of several notebooks counts.
        missing: students of the roster of whom nothing came in.
        dues: all students of the roster -> until when they may hand in, None for the class's own date.
    """

    received: tuple[Received, ...]
    failed: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    duplicates: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    dues: dict[str, datetime.datetime | None] = field(default_factory=dict)


@dataclass(frozen=True)
class _File:
    """A file without its bytes.

    Attributes:
        name: for messages.
        submission: what is in it; None where `problem` says why not.
        other: whether it is neither notebook nor zip.
    """

    parts: tuple[str, ...]
    name: str
    at: datetime.datetime | None
    submission: Submission | None
    problem: str
    other: bool
    origin: Origin = NOBODY

    @property
    def digest(self) -> str:
        """Of what has to run; "" where nothing could be read."""
        return self.submission.digest if self.submission else ""


def take_in(
    source: Path,
    release: Release,
    *,
    roster: Roster | None = None,
    pattern: str = "",
    caps: Caps = Caps(),  # noqa: B008 — frozen
) -> Intake:
    """Read a notebook, a folder or a zip.

    Args:
        roster: the class; without it a student is whoever a file is named after.
        pattern: how files are named, as "{student}_{lab}.ipynb"; "" for what Moodle, Canvas and people do.

    Raises:
        Unreadable: `source` is none of these, or holds no notebook.
        ValueError: the pattern is none.
    """
    find = by_pattern(pattern, release.lab) if pattern else None
    failed: dict[str, str] = {}
    unknown: dict[str, str] = {}
    came = _with_origins(_read(source, release, caps), release.lab, find, unknown)
    owned: dict[str, tuple[Person, list[_File]]] = {}
    whose = _by_roster(roster, unknown) if roster else _by_name(came, failed)
    for file in came:
        if person := whose(file):
            owned.setdefault(identity(person.student), (person, []))[1].append(file)
    if not (owned or failed or unknown):
        raise Unreadable(f"expected a notebook at least, received none in {source}")
    return _sorted_out(owned.values(), roster, failed, unknown)


# Whose files they are --------------------------------------------------------------------------------------


def _read(source: Path, release: Release, caps: Caps) -> list[_File]:
    top = source.resolve().name if source.is_dir() or source.suffix.lower() == ZIP else ""
    lab = load_lab(release.lab)
    return [_without_bytes(found, top, release, lab, caps) for found in files(source, caps)]


def _without_bytes(found: Found, top: str, release: Release, lab: Lab, caps: Caps) -> _File:
    submission, problem = None, found.refused
    try:
        submission = None if problem else submission_from(found.content, release, lab, caps)
    except Unreadable as error:
        problem = str(error)
    return _File((top, *found.parts), found.name, found.at, submission, problem, found.other)


def _with_origins(
    came: list[_File],
    lab_id: str,
    find: Callable[[tuple[str, ...]], Origin | None] | None,
    unknown: dict[str, str],
) -> list[_File]:
    """What came in with what its path says; of what is no notebook only what a learning platform names."""
    shared = count_shared([file.parts for file in came if not file.other], lab_id)
    known = []
    for file in came:
        origin = find(file.parts) if find else usual(file.parts, shared, lab_id)
        if origin is None and not file.other:
            unknown[file.name] = file.problem or "its name does not fit the pattern"
        elif origin is not None and (origin.by_system or not file.other):
            known.append(replace(file, origin=origin))
    return known


def _by_roster(roster: Roster, unknown: dict[str, str]) -> Callable[[_File], Person | None]:
    def whose(file: _File) -> Person | None:
        people = roster.found(file.origin.names)
        if not people and file.origin.stable:
            people = roster.found([file.origin.number])
        if len(people) > 1:  # of one name
            people = [each for each in people if each.student == file.origin.number] or people
        if len(people) == 1:
            return people[0]
        shared = f"{len(people)} students: {', '.join(each.student for each in people[:SHOWN])}"
        named = f"the name {printable(file.origin.student)!r} is "
        unknown[file.name] = file.problem or named + (f"that of {shared}" if people else "not in the roster")
        return None

    return whose


def _by_name(came: list[_File], failed: dict[str, str]) -> Callable[[_File], Person | None]:
    """Without a roster: two students of one name keep apart by the numbers that a learning platform adds."""
    numbers: dict[str, set[str]] = {}
    for file in came:
        numbers.setdefault(identity(file.origin.student), set()).add(file.origin.number)

    def whose(file: _File) -> Person | None:
        several = len(numbers[identity(file.origin.student)]) > 1
        try:
            return Person(harmless(f"{file.origin.student} {file.origin.number if several else ''}"))
        except ValueError as error:
            failed[file.name] = file.problem or str(error)
            return None

    return whose


# Which of a student's files counts -------------------------------------------------------------------------


def _sorted_out(
    owned: Iterable[tuple[Person, list[_File]]],
    roster: Roster | None,
    failed: dict[str, str],
    unknown: dict[str, str],
) -> Intake:
    received, duplicates = [], {}
    for person, theirs in owned:
        readable = [file for file in theirs if file.submission]
        chosen = _chosen(readable)
        if chosen is None:
            failed[person.student] = _why_none(theirs, readable)
            continue
        notes = _notes(chosen, person, theirs)
        if len({file.digest for file in readable}) > 1:
            duplicates[person.student] = f"{_listed(readable)} came in: {chosen.name} counts"
            notes.append(duplicates[person.student])
        received.append(_received(person, chosen, notes))
    received.sort(key=lambda each: each.student)
    came = {each.student for each in received} | failed.keys()
    dues = {each.student: each.due for each in roster.people} if roster else {}
    missing = tuple(student for student in dues if student not in came)
    return Intake(tuple(received), failed, unknown, duplicates, missing, dues)


def _chosen(readable: list[_File]) -> _File | None:
    """The newest of this lab, by the attempt's number or else by time; None where neither tells."""
    of_this_lab = [file for file in readable if file.submission and not file.submission.other_lab]
    left = of_this_lab or readable
    for age in (lambda file: file.origin.attempt, lambda file: file.at):
        if len({file.digest for file in left}) > 1 and all(age(file) is not None for file in left):
            newest = max(map(age, left))
            left = [file for file in left if age(file) == newest]
    return left[0] if len({file.digest for file in left}) == 1 else None


def _why_none(theirs: list[_File], readable: list[_File]) -> str:
    if readable:
        return f"expected one notebook, received {_listed(readable)}, and nothing tells which is the last"
    return "; ".join(dict.fromkeys(file.problem for file in theirs[:SHOWN]))


def _notes(chosen: _File, person: Person, theirs: list[_File]) -> list[str]:
    notes = [
        f"{file.name} was not read: {file.problem}" for file in theirs if file.problem and not file.other
    ]
    if len(notes) > SHOWN:
        notes = [*notes[:SHOWN], f"{len(notes) - SHOWN} more files were not read"]
    if chosen.origin.late:
        notes.append("the learning platform marks it as late")
    if _is_odd(chosen.origin.student):
        notes.append(f"the name on the file was {printable(chosen.origin.student)!r}")
    return notes


def _is_odd(name: str) -> bool:
    try:
        return harmless(name) != " ".join(unicodedata.normalize("NFC", name).split())
    except ValueError:
        return True


def _received(person: Person, chosen: _File, notes: list[str]) -> Received:
    assert chosen.submission is not None
    told = replace(chosen.submission, notes=(*chosen.submission.notes, *notes))
    return Received(person.student, told, chosen.at)


def _listed(several: list[_File]) -> str:
    names = ", ".join(file.name for file in several[:SHOWN])
    return f"{len(several)} notebooks ({names}{', ...' if len(several) > SHOWN else ''})"
