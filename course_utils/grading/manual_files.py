"""Answers as a file that an instructor fills in with a spreadsheet, and back.

Saved by a spreadsheet, a file may come back with semicolons, decimal commas and other line ends.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from course_utils.checks.exercise import Reflection
from course_utils.grading.manual import Answer, Score
from course_utils.grading.pages import visible
from course_utils.grading.spreadsheet import guarded, unguarded

COLUMNS = ("student", "question", "answer", "points", "comment", "version")
NEEDED = {*COLUMNS} - {"answer"}


class BadScores(ValueError):
    """A file with rows that cannot be taken; nothing of it was.

    Attributes:
        problems: one for each such row, with its line.
    """

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


def export(answers: Iterable[Answer], path: Path) -> None:
    """Write the answers, with the points and comments that they have for this very text.

    The last column says which text it was: keep it as it is.
    """
    with path.open(
        "w", encoding="utf-8-sig", newline=""
    ) as file:  # Excel takes UTF-8 for what it is by the mark
        rows = csv.writer(file, quoting=csv.QUOTE_ALL)
        rows.writerow(COLUMNS)
        for answer in answers:
            score = None if answer.outdated else answer.score
            points, comment = (f"{score.points:g}", score.comment) if score else ("", "")
            texts = answer.student, answer.question, visible(answer.text), points, comment, answer.version
            rows.writerow(guarded(text) for text in texts)


@dataclass(frozen=True)
class Filled:
    """Makes scores of the rows of a filled file.

    Attributes:
        answers: the current ones.
        older: the answer that a version says, where the student has handed in another text since; None for
            a version that never was.
    """

    answers: Iterable[Answer]
    questions: Mapping[str, Reflection]
    older: Callable[[Answer, str], Answer | None]
    grader: str

    def scores(self, path: Path) -> list[Score]:
        """The scores in the file that are new.

        Raises:
            BadScores: columns are missing, or a row names what is not there, or points that cannot be.
        """
        there = {(each.student, each.question): each for each in self.answers}
        found: dict[tuple[str, str], Score] = {}
        problems = []
        for line, row in _rows(path):
            try:
                score = self._score(row, there)
                if score and (score.student, score.question) in found:
                    raise ValueError(f"{score.student} has points for {score.question} in an earlier row")
                if score:
                    found[score.student, score.question] = score
            except ValueError as error:
                problems.append(f"line {line}: {error}")
        if problems:
            raise BadScores(problems)
        return [score for place, score in found.items() if not _same(score, there[place].score)]

    def _score(self, row: dict[str, str], there: Mapping[tuple[str, str], Answer]) -> Score | None:
        """The score in a row, None for none."""
        student, question = row.get("student", "").strip(), row.get("question", "").strip()
        if question not in self.questions:
            raise ValueError(
                f"expected one of the questions {', '.join(self.questions)}, received {question!r}"
            )
        if (student, question) not in there:
            raise ValueError(f"expected a student of the gradebook, received {student!r}")
        given, comment = row.get("points", "").strip(), row.get("comment", "").strip()
        if not given and not comment:
            return None
        points = points_in(given, self.questions[question].points)
        answer, version = there[student, question], row.get("version", "").strip()
        read = answer if version == answer.version else self.older(answer, version)
        if read is None:
            raise ValueError(f"expected the version as it was exported, received {version!r}")
        return read.scored(points, comment, self.grader)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with the line it begins in."""
    try:
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadScores(
            [f"expected a file in UTF-8 (in Excel: CSV UTF-8), received {path}: {error}"]
        ) from None
    first = content.partition("\n")[0]
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=max(",;\t", key=first.count))
    header = [name.strip().lower() for name in next(reader, [])]
    if missing := NEEDED - {*header}:
        raise BadScores(
            [f"line 1: expected the columns {', '.join(COLUMNS)}; missing: {', '.join(sorted(missing))}"]
        )
    line = reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, dict(zip(header, map(unguarded, cells), strict=False))
        line = reader.line_num + 1


def points_in(text: str, most: float) -> float:
    """Points as an instructor types them, "0.5" or "0,5".

    Raises:
        ValueError: no number, or one that is not from 0 to `most`.
    """
    try:
        points = float(text.replace(",", "."))
    except ValueError:
        points = -1.0
    if not 0 <= points <= most:
        raise ValueError(f"expected points from 0 to {most:g}, received {text!r}")
    return points


def _same(score: Score, last: Score | None) -> bool:
    return last is not None and (score.points, score.comment, score.version) == (
        last.points,
        last.comment,
        last.version,
    )
