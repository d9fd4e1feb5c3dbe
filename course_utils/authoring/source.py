"""Reading a lab's source, `solutions/NN_slug.py`, into cells that know their lines.

The format is jupytext's py:percent, read by jupytext a cell at a time so that every error names its line.
Comments are never turned into magics: jupytext would make `# cat sat` a shell command, and nbval passes any
cell that holds a magic it does not know.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

ROLES = ("answer", "check", "reflection")
SOLUTION_TAG = "solution"
VARYING_TAG = "nbval-ignore-output"

_FILE_NAME = re.compile(r"(\d\d)_[a-z0-9_]+\.py")
_STARTS_CELL = re.compile(r"\s*#\s*(%%%*(\s|$)|<codecell>|In\[[0-9 ]*\])")  # wherever jupytext sees a start
_PERCENT = {"extension": ".py", "format_name": "percent", "comment_magics": False}
_LEADING_BLANK_LINES = re.compile(r"\A([^\S\n]*\n)+")
_BLANK = {"code": ("",), "markdown": ("", "#"), "raw": ("", "#")}
_JUPYTEXT_OWN = {"lines_to_next_cell", "lines_to_end_of_cell_marker"}
_CELL_LINE = '`# %%` or `# %% [markdown]`, then only answer="…", check="…", reflection="…" or tags=["…"]'


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a source, at a line counted from 1."""

    line: int
    found: str
    expected: str


class SourceError(Exception):
    """A source that cannot be built. Its text lists every problem as `path:line: found …, expected …`."""

    def __init__(self, path: Path, problems: list[Problem]):
        self.path, self.problems = path, tuple(sorted(set(problems)))
        super().__init__(
            "\n".join(f"{path}:{p.line}: found {p.found}, expected {p.expected}" for p in self.problems)
        )


@dataclass(frozen=True)
class Cell:
    """One cell of the source.

    Attributes:
        kind: "code" or "markdown".
        text: the cell's source as a notebook holds it (markdown without its comment signs).
        marker: line of the file at which the cell's `# %%` stands.
        line: line of the file at which `text` starts.
        role: "answer", "check", "reflection" or None.
        exercise: id of the exercise or reflection that the role belongs to, or None.
        tags: the notebook's tags, as written.
    """

    kind: str
    text: str
    marker: int
    line: int
    role: str | None = None
    exercise: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """A whole source: the lab's two-digit number and its cells, and what is wrong with them."""

    path: Path
    number: str
    cells: tuple[Cell, ...]
    problems: list[Problem] = field(default_factory=list)


def read_source(path: Path) -> Source:
    """Read `path`; problems are gathered, so that those of later stages can be reported with them.

    Raises:
        SourceError: the file's name is not NN_slug.py, or its text is not UTF-8.
    """
    named = _FILE_NAME.fullmatch(path.name)
    if not named:
        raise SourceError(
            path, [Problem(1, f"a file named {path.name}", "two digits, _ and a slug: 01_ngrams.py")]
        )
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise SourceError(
            path, [Problem(1, f"bytes that are not UTF-8 ({error})", "a UTF-8 file")]
        ) from error
    problems: list[Problem] = []
    cells = tuple(_cells(lines, problems))
    if not cells and not problems:
        problems.append(Problem(1, "no cell", "at least one `# %%` line"))
    return Source(path, named[1], cells, problems)


def _cells(lines: list[str], problems: list[Problem]) -> Iterator[Cell]:
    starts = [i for i, line in enumerate(lines) if _STARTS_CELL.match(line)]
    problems += _outside_cells(lines[: starts[0] if starts else len(lines)])
    for start, end in pairwise([*starts, len(lines)]):
        if not lines[start].startswith("# %%"):
            found = f"`{lines[start].strip()}`, which jupytext takes for a cell's start"
            problems.append(Problem(start + 1, found, "`# %%` at the line's start"))
        cell, found_in_cell = _read_cell(lines[start:end], start + 1)
        problems += found_in_cell
        if cell:
            yield cell


def _outside_cells(lines: list[str]) -> list[Problem]:
    """Only jupytext's own header may stand before the first cell; it says nothing that we need."""
    first = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    if first < len(lines) and lines[first].strip() == "# ---" and "# ---" in lines[first + 1 :]:
        first = lines.index("# ---", first + 1) + 1
    rest = [(i, line) for i, line in enumerate(lines[first:], first + 1) if line.strip()]
    return (
        [Problem(rest[0][0], f"text before the first cell: {rest[0][1]}", "a `# %%` line above it")]
        if rest
        else []
    )


def _read_cell(lines: list[str], line: int) -> tuple[Cell | None, list[Problem]]:
    try:
        kind, text, options = _through_jupytext(lines)
    except Exception as error:  # whatever its schema check raises: tags that are no list, for one
        why = str(error).splitlines()[0]
        return None, [Problem(line, f"`{lines[0]}`, which jupytext refuses ({why})", _CELL_LINE)]
    blank = next((i for i, each in enumerate(lines[1:], 1) if each.strip() not in _BLANK[kind]), 1)
    cell = _make_cell(kind, text, (line, line + blank), options)
    return cell, [*_option_problems(cell, options, lines[0], line), *_body_problems(cell, lines, line)]


def _through_jupytext(lines: list[str]) -> tuple[str, str, dict[str, Any]]:
    import jupytext

    (read,) = jupytext.reads("\n".join(lines), fmt=_PERCENT).cells
    options = {key: value for key, value in read.metadata.items() if key not in _JUPYTEXT_OWN}
    return read.cell_type, _LEADING_BLANK_LINES.sub("", read.source).rstrip(), options


def _make_cell(kind: str, text: str, at: tuple[int, int], options: dict[str, Any]) -> Cell:
    role = next((role for role in ROLES if role in options), None)
    exercise = str(options[role]) if role else None
    return Cell(kind, text, *at, role, exercise, tuple(options.get("tags", ())))


def _option_problems(cell: Cell, options: dict[str, Any], shown: str, line: int) -> Iterator[Problem]:
    unknown = set(options) - {*ROLES, "tags"}
    if unknown or cell.kind not in ("code", "markdown"):
        yield Problem(line, f"`{shown}`", _CELL_LINE)
    for role in ROLES:
        if role in options and not isinstance(options[role], str):
            yield Problem(line, f"{role}={options[role]}", f'the id in quotes: {role}="{options[role]}"')
    if len([role for role in ROLES if role in options]) > 1:
        yield Problem(line, f"`{shown}`", "one of answer, check and reflection")
    wanted = "markdown" if cell.role == "reflection" else "code"
    if cell.role and cell.kind != wanted:
        yield Problem(line, f"{cell.role} on a {cell.kind} cell", f"a {wanted} cell")
    if cell.role and SOLUTION_TAG in cell.tags:
        yield Problem(line, f"an {cell.role} cell tagged {SOLUTION_TAG}", "a cell that stays in the lab")


def _body_problems(cell: Cell, lines: list[str], line: int) -> Iterator[Problem]:
    if not cell.text.strip():
        yield Problem(line, "an empty cell", "source below its `# %%` line")
    if cell.kind == "markdown":
        bare = [i for i, text in enumerate(lines) if text.strip() and not text.startswith("#")]
        yield from (
            Problem(line + i, f"`{lines[i]}` in a markdown cell", "every line to start with #") for i in bare
        )
    if cell.kind == "code":
        yield from parse_problems(cell.text, cell.line, "plain Python, no magics or shell commands")
    if VARYING_TAG in cell.tags and not cell.text.startswith("# varies:"):
        yield Problem(
            line, f"{VARYING_TAG} without a reason", "the cell to begin with a comment `# varies: why`"
        )


def parse_problems(text: str, line: int, expected: str) -> Iterator[Problem]:
    """At most one problem: code that does not parse. `line` is the file's line of the text's first."""
    try:
        ast.parse(text)
    except SyntaxError as error:
        bad = (error.text or "").strip()
        yield Problem(line + (error.lineno or 1) - 1, f"`{bad}` ({error.msg})", expected)
