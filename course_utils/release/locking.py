"""Of requirements.lock, which pins everything for everybody, the pins that some need."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def needed(pyproject: str, extras: Iterable[str] = ()) -> set[str]:
    """Names of the distributions that the course itself asks for, with those of some extras."""
    project = tomllib.loads(pyproject)["project"]
    lines = [*project["dependencies"]]
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return {canonicalize_name(Requirement(line).name) for line in lines}


def pruned(lock: str, names: set[str]) -> str:
    """The lock without what none of `names` needs, directly or through others.

    Each pin is followed by comments that name all that ask for it ("# via keras").

    Raises:
        ValueError: one of `names` is not pinned.
    """
    pins = list(_pins(lock))
    if missing := names - {name for name, _, _ in pins}:
        raise ValueError(f"not pinned in requirements.lock: {', '.join(sorted(missing))}. Type: make lock")
    kept: set[str] = set()
    found = set(names)
    while found:
        kept |= found
        found = {name for name, parents, _ in pins if parents & kept} - kept
    return "".join(text for name, _, text in pins if name in kept)


def _pins(lock: str) -> Iterator[tuple[str, set[str], str]]:
    """(name, who asks for it, text) of each pin; a name may have several, for different systems."""
    text = ""
    for line in [*lock.splitlines(keepends=True), "end"]:
        if text and not line.startswith((" ", "#")):
            yield _name(text), _parents(text), text
            text = ""
        text += line


def _name(text: str) -> str:
    return canonicalize_name(Requirement(text.splitlines()[0]).name)


def _parents(text: str) -> set[str]:
    said = [line.strip(" #").removeprefix("via").split() for line in text.splitlines()[1:]]
    return {canonicalize_name(words[0]) for words in said if words}
