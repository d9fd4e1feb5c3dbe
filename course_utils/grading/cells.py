"""The cells of a notebook: its JSON read as far as it goes, whoever wrote it, and never run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from course_utils.grading.caps import Caps, Unreadable, printable

ANSWER, CHECK, REFLECTION = "answer", "check", "reflection"
GRADE_ID = re.compile(rf"({ANSWER}|{CHECK}|{REFLECTION})-(\d+)-(\w+)")
TEXT = re.compile(r'"[^"]*"')
BRACKETS = re.compile(r"[\[\]{}]")
# What no database, no file in UTF-8 and no web page can hold
UNFIT = re.compile("[\0\ud800-\udfff]")
LONGEST_NUMBER = 20  # digits; Python takes minutes for some millions of them


@dataclass(frozen=True)
class Cell:
    """One cell. `role` and `exercise` are empty for a cell that is no answer, check or reflection."""

    kind: str
    source: str
    role: str = ""
    exercise: str = ""


@dataclass(frozen=True)
class Document:
    """What a notebook file holds.

    Attributes:
        cells: in their order, without outputs.
        lab: which lab it says it is of; "" where it says nothing.
        notes: what is odd about the file.
    """

    cells: tuple[Cell, ...]
    lab: str
    notes: tuple[str, ...]


def read_document(content: bytes, caps: Caps = Caps()) -> Document:  # noqa: B008 — frozen
    """The notebook in a file's bytes, in any of Jupyter's formats and any of Unicode's encodings.

    Raises:
        Unreadable: there is none, or more of it than `caps` allow.
    """
    notes: list[str] = []
    notebook = _json(_decoded(content, notes), caps, notes)
    cells = tuple(_cell(cell, caps, notes) for cell in _dicts(_listed(notebook, caps)))
    code = sum(len(cell.source) for cell in cells if cell.kind == "code")
    if code > caps.code:
        raise Unreadable(f"expected at most {caps.code:,} characters of code, received {code:,}")
    _note_language_and_format(notebook, notes)
    lab = _dict(_dict(notebook.get("metadata")).get("course")).get("lab", "")
    return Document(cells, _fit(lab), tuple(dict.fromkeys(notes)))


def _decoded(content: bytes, notes: list[str]) -> str:
    if not content.strip():
        raise Unreadable("expected a notebook, received an empty file")
    encoding = json.detect_encoding(content)
    try:
        text = content.decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        text = content.decode(encoding, "replace")
        notes.append(
            f"it holds bytes that are no {encoding.upper().removesuffix('-SIG')}: they were replaced"
        )
    if encoding.startswith(("utf-16", "utf-32")):
        notes.append(f"the file is in {encoding.upper()}")
    return text


def _json(text: str, caps: Caps, notes: list[str]) -> dict[str, Any]:
    _refuse_bombs(text, caps)
    repeated: set[str] = set()
    try:
        notebook = json.loads(
            text,
            object_pairs_hook=lambda pairs: _object(pairs, repeated),
            parse_int=lambda digits: int(digits) if len(digits) <= LONGEST_NUMBER else 0,
        )
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"expected a notebook, received what is no JSON: {error}") from error
    if not isinstance(notebook, dict):
        raise Unreadable(f"expected a notebook, received a {type(notebook).__name__}")
    if repeated:
        names = ", ".join(sorted(printable(each, 40) for each in repeated)[:5])
        notes.append(f"its JSON names something twice ({names}): the last counts, as in Jupyter")
    return notebook


def _refuse_bombs(text: str, caps: Caps) -> None:
    """Before it is read, since JSON in memory is up to thirty times as large as in the file."""
    depth = deepest = 0
    unescaped = text.replace("\\\\", "").replace('\\"', "")  # an expression for it would take gigabytes
    for count, bracket in enumerate(BRACKETS.finditer(TEXT.sub("", unescaped)), start=1):
        depth += 1 if bracket[0] in "[{" else -1
        deepest = max(depth, deepest)
        if deepest > caps.depth:
            raise Unreadable(f"expected JSON of at most {caps.depth} levels, received more")
        if count > 2 * caps.values:
            raise Unreadable(f"expected at most {caps.values:,} lists and objects, received more")


def _object(pairs: list[tuple[str, Any]], repeated: set[str]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        repeated.update(name for name in found if names.count(name) > 1)
    return found


def _listed(notebook: dict[str, Any], caps: Caps) -> list[Any]:
    found = notebook.get("cells")
    if found is None and isinstance(sheets := notebook.get("worksheets"), list):  # nbformat 3
        lists = [sheet.get("cells") for sheet in _dicts(sheets)]
        found = [cell for cells in lists if isinstance(cells, list) for cell in cells]
    if not isinstance(found, list):
        raise Unreadable("expected a notebook, received JSON without a list of cells")
    if len(found) > caps.cells:
        raise Unreadable(f"expected at most {caps.cells:,} cells, received {len(found):,}")
    return found


def _cell(cell: dict[str, Any], caps: Caps, notes: list[str]) -> Cell:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(each if isinstance(each, str) else str(each) for each in source)
    if UNFIT.search(source := str(source)):
        notes.append("it holds characters that are none (lone surrogates, NUL): they were replaced")
    if len(source) > caps.characters:
        notes.append(
            f"a cell of {len(source):,} characters was left out: at most {caps.characters:,} are read"
        )
        source = ""
    return Cell(_fit(cell.get("cell_type", "")), _fit(source), *_mark(cell))


def _mark(cell: dict[str, Any]) -> tuple[str, str]:
    """Role and exercise: our own mark, nbgrader's, or the cell's id, which outlives metadata in some editors.

    Colab keeps ids in a cell's metadata for formats before 4.5.
    """
    metadata = _dict(cell.get("metadata"))
    own = _dict(metadata.get("course"))
    role, exercise = own.get("role"), own.get("exercise")
    if isinstance(role, str) and isinstance(exercise, str):
        return _fit(role), _fit(exercise)
    for id in (_dict(metadata.get("nbgrader")).get("grade_id"), cell.get("id"), metadata.get("id")):
        if isinstance(id, str) and (found := GRADE_ID.fullmatch(id)):
            return found[1], f"{found[2]}.{found[3]}"
    return "", ""


def _note_language_and_format(notebook: dict[str, Any], notes: list[str]) -> None:
    metadata = _dict(notebook.get("metadata"))
    kernel, info = _dict(metadata.get("kernelspec")), _dict(metadata.get("language_info"))
    language = str(info.get("name") or kernel.get("language") or "python")
    if not language.lower().startswith(("python", "ipython")):
        notes.append(
            f"its kernel is not Python's but {printable(language, 40)}'s: run as Python all the same"
        )
    major = notebook.get("nbformat", 4)
    if major != 4:
        notes.append(f"it is in notebook format {printable(str(major), 20)}, not 4")


def _fit(value: Any) -> str:
    return UNFIT.sub("\ufffd", value if isinstance(value, str) else str(value))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(values: list[Any]) -> Iterator[dict[str, Any]]:
    return (each for each in values if isinstance(each, dict))
