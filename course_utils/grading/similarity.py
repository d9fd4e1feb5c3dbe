"""Whose answers are the same, once comments, layout and the names students chose are taken away.

Each answer becomes the digest of its syntax tree; equal digests meet in a table, so that ten thousand
students cost ten thousand look-ups and no comparison of pairs. Answers that break off as the lab's stub does,
are the course's own, or are too short to differ say nothing and are left out.
"""

from __future__ import annotations

import ast
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import comb, prod

SHORTEST = 40  # pieces of a syntax tree; a function that returns one sum has about 20
LARGEST_GROUP = 30  # students; what more of them share is how one writes it
LONGEST = 50_000  # characters of an answer that is looked at
_NOT_COMPARED = {"ctx", "annotation", "returns", "type_comment", "kind"}

Forms = Mapping[str, Mapping[str, str]]  # exercise -> student -> digest of the answer's form


@dataclass(frozen=True)
class Alike:
    """Students whose answers to all of these exercises are the same.

    Attributes:
        expected: how many pairs of students would be so by chance, if they were alike in one exercise as
            often as the rest of the class is, and in each exercise apart from the others.
    """

    students: tuple[str, ...]
    exercises: tuple[str, ...]
    expected: float


@dataclass(frozen=True)
class Similarity:
    """What was found: groups, the least likely first; and exercise -> students who share one common form."""

    groups: tuple[Alike, ...]
    common: dict[str, int]


def compare(
    answers: Mapping[str, Mapping[str, str]], course: Iterable[str], kept: Iterable[str]
) -> Similarity:
    """Find students with the same answers.

    Args:
        answers: exercise -> student -> source.
        course: sources that say nothing: stubs and the course's own answers.
        kept: names that the exercises ask for.
    """
    asked = frozenset(kept)
    known = {form(source, asked) for source in course}
    forms: dict[str, dict[str, str]] = {}
    for exercise, sources in answers.items():
        found = ((student, form(source, asked)) for student, source in sources.items())
        forms[exercise] = {student: digest for student, digest in found if digest and digest not in known}
    return _groups(forms)


def _groups(forms: Forms) -> Similarity:
    sharing = {exercise: _sharing(of) for exercise, of in forms.items()}
    pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
    for exercise, groups in sharing.items():
        for group in groups:
            if len(group) <= LARGEST_GROUP:
                for pair in combinations(sorted(group), 2):
                    pairs[pair].append(exercise)
    common = {exercise: max(map(len, groups)) for exercise, groups in sharing.items() if groups}
    together: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    for pair, exercises in pairs.items():
        together[tuple(exercises)].append(pair)
    found = [
        Alike(students, exercises, _expected(students, exercises, forms, sharing))
        for exercises, alike in together.items()
        for students in _connected(alike)
    ]
    found.sort(key=lambda each: (each.expected, each.students))
    return Similarity(tuple(found), {e: n for e, n in common.items() if n > LARGEST_GROUP})


def _sharing(of: Mapping[str, str]) -> list[list[str]]:
    by_form: dict[str, list[str]] = defaultdict(list)
    for student, digest in of.items():
        by_form[digest].append(student)
    return [students for students in by_form.values() if len(students) > 1]


def _expected(
    students: tuple[str, ...],
    exercises: tuple[str, ...],
    forms: Forms,
    sharing: Mapping[str, list[list[str]]],
) -> float:
    """Pairs there are, times the share of pairs alike in each exercise, this group left out and one added."""
    fewest = min(len(forms[exercise]) for exercise in exercises)
    return comb(fewest, 2) * prod(
        (1 + sum(comb(len(group), 2) for group in sharing[exercise] if students[0] not in group))
        / comb(len(forms[exercise]), 2)
        for exercise in exercises
    )


def _connected(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    """The students of these pairs, in groups that hang together."""
    group_of: dict[str, list[str]] = {}
    for first, second in pairs:
        one, other = group_of.setdefault(first, [first]), group_of.setdefault(second, [second])
        if one is not other:
            one.extend(other)
            group_of.update(dict.fromkeys(other, one))
    for group in {id(group): group for group in group_of.values()}.values():
        yield tuple(sorted(group))


@lru_cache(maxsize=10_000)
def form(source: str, kept: frozenset[str]) -> str:
    """The digest of an answer's form; "" for what is no Python, or says nothing."""
    if len(source) > LONGEST:
        return ""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    pieces = list(_pieces(tree, _chosen(tree) - kept))
    if len(pieces) < SHORTEST:
        return ""
    return hashlib.sha256("\n".join(pieces).encode("utf-8", "surrogatepass")).hexdigest()


def _chosen(tree: ast.AST) -> set[str]:
    """Names that the code itself gives to something."""
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                names.add(name)
            case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.alias(asname=str(name)) | ast.ExceptHandler(name=str(name)):
                names.add(name)
    return names


def _pieces(tree: ast.AST, chosen: set[str]) -> Iterator[str]:
    """The tree in one line after the other, chosen names numbered in the order in which they come."""
    numbers: dict[str, str] = {}
    waiting: list[object] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Constant):
            yield repr(node.value)
        elif isinstance(node, ast.AST):
            yield type(node).__name__
            waiting.extend(reversed([value for _, value in _compared(node)]))
        elif isinstance(node, list):
            yield f"[{len(node)}]"
            waiting.extend(reversed(node))
        elif isinstance(node, str) and node in chosen:
            yield numbers.setdefault(node, f"name {len(numbers)}")
        else:
            yield str(node)


def _compared(node: ast.AST) -> Iterator[tuple[str, object]]:
    for name, value in ast.iter_fields(node):
        if name == "body" and isinstance(value, list) and value and _is_text(value[0]):
            value = value[1:]
        if name not in _NOT_COMPARED:
            yield name, value


def _is_text(statement: ast.AST) -> bool:
    """Whether a statement is a docstring, or a comment written as one."""
    match statement:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
    return False
