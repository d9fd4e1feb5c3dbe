"""From solution to lab: solution regions become stubs, and whatever could go wrong there is an error."""

from __future__ import annotations

import ast
import difflib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from course_utils.authoring.source import SOLUTION_TAG, Cell, Problem, parse_problems

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STUDENT_PROMPT, MODEL_PROMPT = "*Your answer:*", "*Model answer:*"

_LOOKS_LIKE_MARKER = re.compile(r"#+\s*(BEGIN|END)[\s_-]*SOLUTION", re.IGNORECASE)
_WORDS = [BEGIN.lstrip("# "), END.lstrip("# ")]
_CLOSE = 0.86  # "END OF SOLUTION" is 0.89 from its marker; the innocent "the solution" 0.83


@dataclass(frozen=True)
class Region:
    """A solution region: the indices of its two marker lines among the cell's lines."""

    begin: int
    end: int


def stub(message: str) -> str:
    """The one line that replaces a solution region; the checks know an untouched exercise by its message."""
    return f"raise NotImplementedError({json.dumps(message, ensure_ascii=False)})"


def find_regions(cell: Cell) -> tuple[list[Region], list[Problem]]:
    """The cell's solution regions, and a problem for each marker that is malformed or out of place."""
    misspelt = list(_misspelt(cell))
    if misspelt:  # what they leave unbalanced would only repeat it
        return [], misspelt
    regions: list[Region] = []
    problems: list[Problem] = []
    begin: int | None = None
    for i, line in enumerate(cell.text.split("\n")):
        marker = line.strip()
        if marker == BEGIN and begin is not None:
            where = f"inside the region begun at line {cell.line + begin}"
            problems.append(Problem(cell.line + i, f"{BEGIN} {where}", END))
        elif marker == BEGIN:
            begin = i
        elif marker == END and begin is None:
            problems.append(Problem(cell.line + i, f"{END} of no region", f"{BEGIN} above it"))
        elif marker == END and begin is not None:
            regions.append(Region(begin, i))
            begin = None
    if begin is not None:
        problems.append(Problem(cell.line + begin, f"{BEGIN} that never ends", f"{END} in the same cell"))
    return regions, problems


def _misspelt(cell: Cell) -> Iterator[Problem]:
    for i, line in enumerate(cell.text.split("\n")):
        if line.strip() not in (BEGIN, END) and _is_near_miss(line):
            expected = f"exactly `{BEGIN}` or `{END}`, alone on its line"
            yield Problem(cell.line + i, f"`{line.strip()}`", expected)


def _is_near_miss(text: str) -> bool:
    if _LOOKS_LIKE_MARKER.search(text):
        return True
    words = text.strip().lstrip("#").strip().upper() if text.strip().startswith("#") else ""
    return bool(difflib.get_close_matches(words, _WORDS, n=1, cutoff=_CLOSE))


def region_problems(cell: Cell) -> list[Problem]:
    """What is wrong with the cell's solution regions, whatever its exercise is called."""
    regions, malformed = find_regions(cell)
    problems = [*malformed, *_place_problems(cell, regions)]
    if not regions and not malformed and cell.role in ("answer", "reflection"):
        found = f"{cell.role} cell {cell.exercise} without a solution region"
        problems.append(Problem(cell.line, found, f"{BEGIN} … {END}"))
    if cell.role == "answer" and not problems and not list(parse_problems(cell.text, 1, "")):
        problems += _stub_problems(cell, regions)
    return problems


def _place_problems(cell: Cell, regions: list[Region]) -> Iterator[Problem]:
    lines = cell.text.split("\n")
    for number, region in enumerate(regions):
        line = cell.line + region.begin
        if not _content(cell, lines[region.begin + 1 : region.end]):
            yield Problem(line, "an empty solution region", "the solution between its markers")
        if cell.role not in ("answer", "reflection"):
            found = f"a solution region in a {cell.role or 'plain'} cell"
            yield Problem(line, found, "it in an answer or reflection cell")
        if cell.role == "reflection" and number:
            yield Problem(line, "a second model answer", "one region in a reflection cell")


def _content(cell: Cell, lines: list[str]) -> list[str]:
    """The lines that say something: a region of comments only leaves the student nothing to write."""
    return [
        line
        for line in lines
        if line.strip() and (cell.kind == "markdown" or not line.strip().startswith("#"))
    ]


def _stub_problems(cell: Cell, regions: list[Region]) -> Iterator[Problem]:
    """A stub must wait for a call: one that runs with its cell would leave the next cell with a NameError."""
    text, stub_lines = _replaced(cell, stub("not done yet"))
    lines = [cell.line + region.begin for region in regions]
    for unparsed in parse_problems(text, 1, "the cell to parse once its regions are stubs"):
        yield Problem(lines[0], f"a region that leaves {unparsed.found}", unparsed.expected)
        return
    functions = _functions(text)
    for line, at in zip(lines, stub_lines, strict=True):
        if not any(first <= at <= last for first, last in functions):
            yield Problem(line, "a region outside any function", "it inside a function or method")


def _functions(text: str) -> list[tuple[int, int]]:
    nodes = ast.walk(ast.parse(text))
    return [(node.lineno, node.end_lineno or 0) for node in nodes if isinstance(node, ast.FunctionDef)]


def _replaced(cell: Cell, line: str) -> tuple[str, list[int]]:
    """The cell's text with `line` for each region, and the lines (from 1) at which it now stands."""
    lines, kept, at, begin = cell.text.split("\n"), [], [], 0
    for region in find_regions(cell)[0]:
        kept += lines[begin : region.begin]
        inside = next((text for text in lines[region.begin + 1 : region.end] if text.strip()), "")
        kept.append(inside[: len(inside) - len(inside.lstrip())] + line)
        at.append(len(kept))
        begin = region.end + 1
    return "\n".join(kept + lines[begin:]), at


def with_stubs(cell: Cell, message: str) -> str:
    """What the lab shows of an answer cell: each region a stub that raises NotImplementedError(message)."""
    return _replaced(cell, stub(message))[0]


def with_student_prompt(cell: Cell) -> str:
    """What the lab shows of a reflection cell: the question, and where to answer it."""
    return _replaced(cell, STUDENT_PROMPT)[0]


def lab_cells(cells: tuple[Cell, ...]) -> list[Cell]:
    """The cells that stay in the lab."""
    return [cell for cell in cells if SOLUTION_TAG not in cell.tags]


def solution_lines(cell: Cell) -> list[str]:
    """The lines inside the cell's solution regions, without their indentation and blank ones."""
    lines = cell.text.split("\n")
    inside = [line for region in find_regions(cell)[0] for line in lines[region.begin + 1 : region.end]]
    return [line.strip() for line in inside if line.strip()]


def without_markers(text: str) -> str:
    """The text of a solution cell as a student would have written it."""
    lines = [line for line in text.split("\n") if BEGIN not in line and END not in line]
    return "\n".join(STUDENT_PROMPT if line == MODEL_PROMPT else line for line in lines)
