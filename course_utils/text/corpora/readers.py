"""From a file to sentence pairs or lines: UTF-8, with or without a byte order mark, with any line ends."""

import codecs
import re
from os import PathLike
from pathlib import Path

from course_utils.text.corpora.archives import text_bytes
from course_utils.text.corpora.errors import FormatError

Pair = tuple[str, str]
# Project Gutenberg frames each text with its own licence; that is not the author's prose.
_FRAME_START = re.compile(r"\*\*\* ?START OF (?:THE|THIS) PROJECT GUTENBERG")
_FRAME_END = re.compile(r"\*\*\* ?END OF (?:THE|THIS) PROJECT GUTENBERG")


def read_pairs(path: str | PathLike[str]) -> list[Pair]:
    """Sentence pairs of any tab-separated file: its first two columns, in the file's order; no blank lines.

    Reads plain text, a .gz, or a .zip that holds one .txt or .tsv (any language of manythings.org/anki).

    Raises:
        CorpusError: no such file, a folder, an unreadable file or a damaged archive.
        FormatError: nothing in it, not UTF-8 (names line and byte), or under two columns (names the line).
    """
    path = Path(path)
    numbered = ((number, line) for number, line in enumerate(_lines(path), 1) if line.strip())
    return [_two_columns(line, number, path) for number, line in numbered]


def read_text(path: str | PathLike[str]) -> list[str]:
    """Lines of any plain text, without their ends; blank lines, which part paragraphs, are kept as "".

    What Project Gutenberg writes before and after a text is left out.

    Raises:
        CorpusError: no such file, a folder, an unreadable file or a damaged archive.
        FormatError: nothing in it, or not UTF-8 (names line and byte).
    """
    lines = [line.rstrip() for line in _lines(Path(path))]
    start = next((i + 1 for i, line in enumerate(lines) if _FRAME_START.match(line)), 0)
    end = next((i for i, line in enumerate(lines) if _FRAME_END.match(line)), len(lines))
    return lines[start:end]


def read_parallel(source: str | PathLike[str], target: str | PathLike[str]) -> list[Pair]:
    """Sentence pairs of two files, parallel by line.

    Raises:
        CorpusError: as `read_text`.
        FormatError: as `read_text`; also when the files differ in lines, or a line is blank.
    """
    sources, targets = _lines(Path(source)), _lines(Path(target))
    if len(sources) != len(targets):
        raise FormatError(
            f"{source} and {target}: expected equally many lines, "
            f"received {len(sources):,} and {len(targets):,}."
        )
    pairs = [(left.strip(), right.strip()) for left, right in zip(sources, targets, strict=True)]
    for number, (left, right) in enumerate(pairs, 1):
        if not (left and right):
            raise FormatError(
                f"{target if left else source}, line {number}: expected a sentence, received a blank line."
            )
    return pairs


def _lines(path: Path) -> list[str]:
    # Not str.splitlines: it also cuts at form feeds and U+2028, and parallel files would fall out of step.
    text = _decode(text_bytes(path), path).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise FormatError(f"{path}: expected text, received {'only blanks' if text else 'an empty file'}.")
    return text.removesuffix("\n").split("\n")


def _decode(data: bytes, path: Path) -> str:
    body = data.removeprefix(codecs.BOM_UTF8)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        start = error.start + len(data) - len(body)
        line = data.count(b"\n", 0, start) + 1
        column = start - data.rfind(b"\n", 0, start)
        raise FormatError(
            f"{path}, line {line}, byte {column} of the line: expected UTF-8, received the byte "
            f"0x{data[start]:02x}. Save the file as UTF-8 and read it again."
        ) from error


def _two_columns(line: str, number: int, path: Path) -> Pair:
    columns = [column.strip() for column in line.split("\t")]
    if len(columns) < 2 or not (columns[0] and columns[1]):
        raise FormatError(
            f"{path}, line {number}: expected two sentences with a tab between them, received {line[:80]!r}."
        )
    return columns[0], columns[1]
