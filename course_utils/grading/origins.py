"""Who handed a file in, as far as its path tells: by a pattern, or as Moodle, Canvas and people do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from course_utils.checks.core import lab_modules

Parts = tuple[str, ...]  # of a path

# Moodle (mod/assign): "Anna Kovacs_12345_assignsubmission_file_/lab.ipynb", or all of it in the file's name.
# The number is another one in each assignment. With groups, "Group A-Anna Kovacs_12345_...".
MOODLE = re.compile(r"(?P<student>.+?)_(?P<number>\d+)_assignsubmission_[a-z]+(?P<rest>_.*)?", re.DOTALL)
# Canvas: "kovacsanna_LATE_1234_5678_lab-2.ipynb": surname first, the user's number, the file's number;
# -2 where a file of this name is handed in for the third time.
CANVAS = re.compile(r"(?P<student>[^\W_]+)(?P<late>_LATE)?_(?P<number>\d+)_\d+_(?P<rest>.+)", re.DOTALL)
ENDING = re.compile(r"\.(ipynb|zip)$", re.IGNORECASE)
COPY = re.compile(r"( ?\((?P<copy>\d{1,4})\)|-Copy\d{1,4})$")  # of a browser, of Jupyter
AGAIN = re.compile(r"-(?P<again>\d{1,4})$")
HOLES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Origin:
    """What a path says of its file.

    Attributes:
        student: the name on it.
        number: the system's own for the student; "" for unknown.
        attempt: the larger, the later; 0 where nothing is said.
        late: whether the system says so.
        by_system: whether the name has a form that Moodle or Canvas gives.
        stable: whether `number` is the student's own, whatever is handed in.
    """

    student: str
    number: str = ""
    attempt: int = 0
    late: bool = False
    by_system: bool = False
    stable: bool = False

    @property
    def names(self) -> list[str]:
        """What a roster may know the student by, the likeliest first."""
        words = self.student.split("-") if self.by_system and not self.stable else []  # a group's name first
        ends = ["-".join(words[start:]) for start in range(1, len(words))]
        return [self.student, *(end for end in ends if " " in end)]


def usual(parts: Parts, shared: int, lab_id: str) -> Origin:
    """Who it is by the form of a learning platform, or else by the folder or file that is not the lab's own.

    Only the first part that files do not share tells: what lies in a student's folder or zip is named by the
    student, who may write another's name there.

    Args:
        parts: of the path, with the name of what they all came in.
        shared: how many of the first ones all files share; asked when the others say nothing.
    """
    top = parts[shared]
    if found := _by_system(top):
        return Origin(
            found["student"],
            found["number"],
            _attempt(top) or _attempt(parts[-1]),
            bool(found.groupdict().get("late")),
            by_system=True,
            stable=found.re is CANVAS,
        )
    bare = [_without_lab(COPY.sub("", ENDING.sub("", part)), lab_id) for part in parts]
    names = [*bare[shared:], *reversed(bare[:shared]), COPY.sub("", ENDING.sub("", parts[-1]))]
    # "anna-2" may be somebody's name; what goes with the lab's is a number
    attempt = _copy(parts[-1]) if AGAIN.search(bare[-1]) else _attempt(parts[-1])
    return Origin(next(filter(None, names)), attempt=attempt)


def _by_system(part: str) -> re.Match[str] | None:
    return MOODLE.fullmatch(part) or CANVAS.fullmatch(part)


def by_pattern(pattern: str, lab_id: str) -> Callable[[Parts], Origin | None]:
    """A function that finds the student in a path by a template, as "{student}_{lab}.ipynb".

    {student} and {*} stand for any characters but "/", {lab} for the lab's number or name. Without a "/" the
    template is one of the file's name, with some of the path's last parts.

    Raises:
        ValueError: the template has no {student}, or holes of other names.
    """
    holes = {"student": "(?P<student>[^/]+?)", "lab": _lab(lab_id), "*": "[^/]*?"}
    named = HOLES.findall(pattern)
    if named.count("student") != 1 or not set(named) <= holes.keys():
        raise ValueError(
            f"expected a pattern with {{student}} once, {{lab}} and {{*}} where wanted, received {pattern!r}"
        )
    pieces = [
        holes[each] if place % 2 else re.escape(each) for place, each in enumerate(HOLES.split(pattern))
    ]
    wanted = re.compile("".join(pieces), re.IGNORECASE)
    length = pattern.count("/") + 1

    def find(parts: Parts) -> Origin | None:
        found = wanted.fullmatch("/".join(parts[-length:]))
        return Origin(found["student"], attempt=_copy(parts[-1])) if found else None

    return find


def count_shared(paths: list[Parts], lab_id: str) -> int:
    """How many of the first parts all paths have in common, and none of them is a student's.

    A folder that holds a lab under the lab's own name is a student's, even if it is the only one; so is a zip
    of one file.
    """
    shared = 1
    while all(len(path) > shared + 1 for path in paths) and len({path[shared] for path in paths}) == 1:
        top = paths[0][shared]
        if _by_system(top) or (ENDING.search(top) and len(paths) == 1):
            break
        if any(len(path) == shared + 2 and _is_lab(path[-1], lab_id) for path in paths):
            break
        shared += 1
    return shared


@cache
def _lab(lab_id: str) -> str:
    """A regular expression of what a lab is called."""
    number = lab_id.lstrip("0") or "0"
    return rf"(?:{re.escape(_slugs()[lab_id])}|(?:lab[ _-]?)?{lab_id}|lab[ _-]?{number})"


@cache
def _slugs() -> dict[str, str]:
    return {id: module.rpartition(".lab_")[2] for id, module in lab_modules().items()}


def _is_lab(name: str, lab_id: str) -> bool:
    """Whether a name is this lab's or another's, and nothing more."""
    bare = AGAIN.sub("", COPY.sub("", ENDING.sub("", name)))
    return bare in _slugs().values() or re.fullmatch(_lab(lab_id), bare, re.IGNORECASE) is not None


def _without_lab(name: str, lab_id: str) -> str:
    """ "anna_08_self_attention" -> "anna"; "" for a name that is a lab's alone."""
    if _is_lab(name, lab_id):
        return ""
    lab, between = _lab(lab_id), r"[ _.-]+"
    ends = rf"^{lab}{between}|{between}{lab}(-\d{{1,4}})?$"
    return re.sub(ends, "", name, count=1, flags=re.IGNORECASE)


def _attempt(name: str) -> int:
    found = AGAIN.search(COPY.sub("", ENDING.sub("", name)))
    return int(found["again"]) if found else _copy(name)


def _copy(name: str) -> int:
    found = COPY.search(ENDING.sub("", name))
    return int(found["copy"] or 0) if found else 0
