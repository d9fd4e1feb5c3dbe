"""What a call did to its arguments: a student's function may read them, never change them."""

from __future__ import annotations

import inspect
import numbers
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from course_utils.checks.describing import describe
from course_utils.checks.outcome import Rejected

CHANGED_ARGUMENT = "changed argument"  # the mistake's name, for its hints
NOTHING = "nothing there"
WORK_ON_A_COPY = (
    "Work on a copy: list(x), sorted(x), dict(x) or x + [...]. append, insert, pop, sort and x += ... change "
    "the one that was given."
)


@dataclass(frozen=True)
class Difference:
    """One place where two values differ: `path` as the student would write it, `counts[('a',)]['b']`."""

    path: str
    old: str
    new: str
    cause: str


def reject_changed_arguments(function: Callable[..., Any], before: Any, after: Any) -> None:
    """Compare the arguments before and after a call, each an (args, kwargs) pair.

    Raises:
        Rejected: one changed; names the first place in it that did.
    """
    (args_before, kwargs_before), (args, kwargs) = before, after
    triples = [*zip(_parameter_names(function, len(args)), args_before, args, strict=True)]
    triples += [(name, kwargs_before[name], kwargs[name]) for name in kwargs]
    for name, old, new in triples:
        difference = next(_differences(old, new, name), None)
        if difference:
            raise Rejected(
                f"the argument {name} must stay as it was, and the call changed it",
                expected=f"{difference.path} to stay {difference.old}",
                got=difference.new,
                cause=difference.cause,
                mistake=CHANGED_ARGUMENT,
            )


def _parameter_names(function: Callable[..., Any], count: int) -> list[str]:
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    return names[:count] + [f"number {i + 1}" for i in range(len(names), count)]


def _differences(old: Any, new: Any, path: str) -> Iterator[Difference]:
    """Differences of plain data. Anything else (a random generator, a layer) may change its state."""
    if type(old) is not type(new):
        yield _changed(path, old, new)
    elif isinstance(old, Mapping):
        yield from _mapping_differences(old, new, path)
    elif isinstance(old, list | tuple):
        if len(old) != len(new):
            yield _changed(path, old, new)
        for i, (one, other) in enumerate(zip(old, new, strict=False)):
            yield from _differences(one, other, f"{path}[{i}]")
    elif _is_array(old):
        if not _same_arrays(old, new):
            yield _changed(path, old, new, "x -= ... changes the array itself: write x = x - ...")
    elif isinstance(old, str | bytes | numbers.Number | set | frozenset) and not _same_plain(old, new):
        yield _changed(path, old, new)


def _mapping_differences(old: Mapping[Any, Any], new: Mapping[Any, Any], path: str) -> Iterator[Difference]:
    for key in [*old, *(key for key in new if key not in old)]:
        place = f"{path}[{key!r}]"
        if key not in new:
            yield Difference(
                place, describe(old[key]), NOTHING, "pop, clear and del change the table itself."
            )
        elif key not in old:
            yield Difference(place, NOTHING, describe(new[key]), _cause_of_new_key(old))
        else:
            yield from _differences(old[key], new[key], place)


def _cause_of_new_key(table: Mapping[Any, Any]) -> str:
    if isinstance(table, defaultdict):
        return "Reading a key that a defaultdict does not hold adds it: ask with .get(key) or `in` first."
    return "setdefault and x[key] = ... adds the key: .get(key, ...) only reads."


def _changed(path: str, old: Any, new: Any, cause: str = WORK_ON_A_COPY) -> Difference:
    return Difference(path, describe(old), describe(new), cause)


def _same_plain(old: Any, new: Any) -> bool:
    return bool(old == new or (old != old and new != new))  # NaN does not equal itself


def _same_arrays(old: Any, new: Any) -> bool:
    return old.shape == new.shape and bool(((old == new) | ((old != old) & (new != new))).all())


def _is_array(value: Any) -> bool:
    numpy: ModuleType | None = sys.modules.get("numpy")  # an array cannot exist before NumPy is imported
    return numpy is not None and isinstance(value, numpy.ndarray)
