"""Static pages: what people wrote is text on them and nothing else, whatever is in it.

Three things hold that, each by itself: templates escape all values; characters that are not to be seen
are spelt out before that; the page's content-security policy allows its one style sheet and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

LONGEST_LINE, LONGEST_TEXT = 2_000, 20_000  # characters of a text that are shown
# Space, line feed and tab; the spaces and joiners that words of some languages and emoji are written with.
_SEEN = frozenset(" \n\t\u00a0\u202f\u200c\u200d")
_MAYBE_UNSEEN = re.compile(r"[^\n -~]")


def visible(text: str) -> str:
    """`text` with every character that shows nothing, or turns the order of others, spelt out as ⟨U+202E⟩."""
    return _MAYBE_UNSEEN.sub(_spelt, text.replace("\r\n", "\n"))


def _spelt(found: re.Match[str]) -> str:
    character = found[0]
    if character.isprintable() or character in _SEEN:
        return character
    return f"⟨U+{ord(character):04X}⟩"


def cut(text: str) -> str:
    """`text` up to a length that can be read, saying what was left out."""
    kept = text[:LONGEST_TEXT]
    lines = [_cut_line(line) for line in kept.split("\n")]
    if len(text) > len(kept):
        lines.append(f"[… {len(text) - len(kept):,} more characters are not shown]")
    return "\n".join(lines)


def _cut_line(line: str) -> str:
    if len(line) <= LONGEST_LINE:
        return line
    return (
        f"{line[:LONGEST_LINE]} [… {len(line) - LONGEST_LINE:,} more characters of this line are not shown]"
    )


def _finalized(value: Any) -> Any:
    """What a template prints: our own markup as it is, all other text made visible (and then escaped)."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("course_utils.grading"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = lambda value: f"{value:.10g}"
    environment.filters["moment"] = lambda value: f"{value:%Y-%m-%d %H:%M %Z}".strip()
    style = files("course_utils.grading").joinpath("templates/style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment.globals["style"] = Markup(style)
    environment.globals["policy"] = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    return environment


def rendered(template: str, **values: Any) -> str:
    """A page from one of the templates."""
    return _templates().get_template(template).render(values)


_PLAIN_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.@+-]{0,98}[a-z0-9_])?")
_NAME_OF_A_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")  # no file of Windows can have it


def file_name(student: str) -> str:
    """A student's name as that of a file, without its ending; no two students share one, on any system.

    A name of small letters, digits and _.@+- stays as it is; any other one gets a piece of its SHA-256.
    """
    if _PLAIN_NAME.fullmatch(student) and not _NAME_OF_A_DEVICE.fullmatch(student):
        return student
    digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{re.sub('[^a-z0-9]+', '_', student.lower())[:40]}~{digest}"


def write(path: Path, text: str) -> bool:
    """Write a file in one step, unless it holds just this already; whether it was written.

    Raises:
        OSError: the file cannot be written; the one that was there is as before.
    """
    content = text.encode("utf-8", "backslashreplace")
    if path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content:
        return False
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return True
