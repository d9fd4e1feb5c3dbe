"""The class: who may hand in, and which of them a name on a file means."""

from __future__ import annotations

import csv
import datetime
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from course_utils.grading.caps import HIDDEN, printable
from course_utils.grading.lateness import parse_due

COLUMNS = {  # as they are called in a file -> here
    "student": "student",
    "id": "student",
    "student id": "student",
    "name": "name",
    "email": "email",
    "e-mail": "email",
    "due": "due",
    "extension": "due",
}
DELIMITERS = ";,\t"
LONGEST_ID = 100  # characters
ALLOWED = " ._-+@'(),"  # beside letters and digits
NO_BEGIN = " ._-+@'(),="  # a table takes what begins with = + - @ for a formula
DAY, END_OF_DAY = re.compile(r"\d{4}-\d\d-\d\d"), "23:59:59"


class RosterError(ValueError):
    """The roster is not what it should be; names the lines."""


@dataclass(frozen=True)
class Person:
    """A student.

    Attributes:
        student: the id that the gradebook knows.
        due: until when this student may hand in, where that is not the class's own date.
    """

    student: str
    name: str = ""
    email: str = ""
    due: datetime.datetime | None = None


@dataclass(frozen=True)
class Roster:
    """All students of a class."""

    people: tuple[Person, ...]

    @classmethod
    def read(cls, path: Path) -> Roster:
        """A CSV in UTF-8 or UTF-16 with the columns student, name, email and due or extension, all but the
        first optional; separated by commas, semicolons or tabs.

        Raises:
            RosterError: it is none, or a student stands in it twice.
        """
        try:
            content = path.read_bytes()
            text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        except UnicodeDecodeError as error:
            raise RosterError(f"{path}: expected a CSV in UTF-8, received other bytes: {error}") from error
        try:
            people = list(_people(text))
        except (RosterError, csv.Error) as error:
            raise RosterError(f"{path}: {error}") from error
        _refuse_repeated(people, path)
        return cls(tuple(person for _, person in people))

    def found(self, names: Sequence[str]) -> list[Person]:
        """Whom the first of these names that means anybody means: one person, or several that share it.

        An id comes before a name, and a name with its accents before one without, as some systems write it.
        """
        for tables in ((self._ids, self._exact), (self._plain,)):
            for name in names:
                for table in tables:
                    if people := table.get(identity(name)) or table.get(folded(name)):
                        return people
        return []

    @cached_property
    def _ids(self) -> dict[str, list[Person]]:
        return {identity(person.student): [person] for person in self.people}

    @cached_property
    def _exact(self) -> dict[str, list[Person]]:
        return self._by(lambda person: set(_keys(person)))

    @cached_property
    def _plain(self) -> dict[str, list[Person]]:
        return self._by(lambda person: {without_accents(key) for key in _keys(person)})

    def _by(self, keys: Callable[[Person], set[str]]) -> dict[str, list[Person]]:
        table: dict[str, list[Person]] = {}
        for person in self.people:
            for key in keys(person) - {""}:
                table.setdefault(key, []).append(person)
        return table


def identity(name: str) -> str:
    """An id or a name by which two are one student: without case, and however its accents are written."""
    same = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(same.split())


def folded(name: str) -> str:
    """A name for comparing: without case, spaces and signs, and however its accents are written."""
    return "".join(each for each in identity(name) if each.isalnum() or unicodedata.category(each)[0] == "M")


def without_accents(name: str) -> str:
    """A folded name without marks: "kovács" -> "kovacs"."""
    return "".join(each for each in unicodedata.normalize("NFKD", name) if each.isalnum())


def harmless(name: str) -> str:
    """A name that is fit for a gradebook, a table, a page and a terminal.

    Letters, digits and a few signs stay; characters that show nothing go, all others become "_".

    Raises:
        ValueError: nothing is left of it, or it is longer than LONGEST_ID.
    """
    seen = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c) not in HIDDEN)
    kept = "".join(c if _fits(c) else " " if c.isspace() else "_" for c in seen)
    kept = " ".join(kept.split()).lstrip(NO_BEGIN)
    if not any(map(str.isalnum, kept)) or len(kept) > LONGEST_ID:
        raise ValueError(f"expected a name of 1 to {LONGEST_ID} characters, received {printable(name)!r}")
    return kept


def _fits(character: str) -> bool:
    return character.isalnum() or character in ALLOWED or unicodedata.category(character)[0] == "M"


def _keys(person: Person) -> Iterator[str]:
    """What a student's file may be called: by id, by name in any rotation, by email."""
    yield folded(person.student)
    words = person.name.replace(",", " ").split()
    yield from (folded("".join(words[turn:] + words[:turn])) for turn in range(len(words)))
    if person.email:
        yield folded(person.email)
        yield folded(person.email.partition("@")[0])


def _people(text: str) -> Iterator[tuple[int, Person]]:
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = [" ".join(each.replace("_", " ").lower().split()) for each in next(rows, [])]
    columns = [COLUMNS.get(each, "") for each in header]
    if "student" not in columns:
        raise RosterError(f"expected a column named student, received {printable(', '.join(header))!r}")
    for row in rows:
        fields = {column: cell.strip() for column, cell in zip(columns, row, strict=False) if column}
        if any(cell.strip() for cell in row):
            yield rows.line_num, _person(fields, rows.line_num)


def _person(fields: dict[str, str], line: int) -> Person:
    try:
        student = harmless(fields.get("student", ""))
        if student != unicodedata.normalize("NFC", fields["student"]):
            raise ValueError(
                f"expected an id of letters, digits and {ALLOWED}, received {fields['student']!r}"
            )
        due = _date(fields.get("due", ""))
    except ValueError as error:
        raise RosterError(f"line {line}: {error}") from error
    return Person(student, printable(fields.get("name", "")), printable(fields.get("email", "")), due)


def _date(text: str) -> datetime.datetime | None:
    """As the class's own due date is written; without a time it is the end of that day."""
    if not text:
        return None
    return parse_due(f"{text} {END_OF_DAY}" if DAY.fullmatch(text) else text)


def _refuse_repeated(people: list[tuple[int, Person]], path: Path) -> None:
    lines: dict[str, list[int]] = {}
    for line, person in people:
        lines.setdefault(identity(person.student), []).append(line)
    told = [f"{id} in lines {', '.join(map(str, found))}" for id, found in lines.items() if len(found) > 1]
    if told:
        raise RosterError(f"{path}: expected each student once, received {'; '.join(told)}")
