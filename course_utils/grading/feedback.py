"""A student's feedback: one page that says what to do next, then what became of each exercise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, String, _TokenType

from course_utils.checks.cards import MARKS
from course_utils.checks.exercise import Exercise, Lab
from course_utils.checks.outcome import CheckResult, Outcome, Status
from course_utils.grading.pages import cut, rendered
from course_utils.grading.records import Record, shown_to_students

WORDS = {
    Status.PASSED: "passed",
    Status.FAILED: "not right yet",
    Status.ERRORED: "stopped with an error",
    Status.TIMED_OUT: "out of time",
    Status.NOT_ATTEMPTED: "not begun",
}
_COLOURED = {
    Comment: "comment",
    Keyword: "keyword",
    Name.Function: "name",
    Name.Class: "name",
    Number: "number",
    String: "string",
}


@dataclass(frozen=True)
class Told:
    """An exercise as its student is told of it.

    Attributes:
        failure: the first check that did not pass.
        others: the later ones that did not.
        unreached: titles of the checks that were not run any more.
        hints: for the failure first, then the exercise's own.
        answer: the student's code in pieces, each with the kind of its colour ("" for none).
    """

    outcome: Outcome
    failure: CheckResult | None
    others: tuple[CheckResult, ...]
    unreached: tuple[str, ...]
    hints: tuple[str, ...]
    answer: tuple[tuple[str, str], ...]

    @property
    def anchor(self) -> str:
        """Names the exercise's place on the page."""
        return f"exercise-{self.outcome.exercise.replace('.', '-')}"

    @property
    def mark(self) -> str:
        """✓, ✗ or ○."""
        return MARKS[self.outcome.status]

    @property
    def words(self) -> str:
        """How the exercise ended."""
        return WORDS[self.outcome.status]


def page(record: Record, lab: Lab) -> str:
    """The whole page, as HTML."""
    told = [_told(outcome, lab, record) for outcome in record.outcomes]
    missed = [each for each in told if each.failure]
    # What is begun is nearer to its points than what is not.
    missed.sort(key=lambda each: each.outcome.status is Status.NOT_ATTEMPTED)
    unanswered = [each for each in record.by_hand if each.earned is None and not each.text]
    return rendered(
        "feedback.html",
        lab=lab,
        record=record,
        told=told,
        missed=missed,
        unanswered=unanswered,
        marks=MARKS,
        cut=cut,
    )


def _told(outcome: Outcome, lab: Lab, record: Record) -> Told:
    outcome = shown_to_students(outcome)
    wrong = tuple(each for each in outcome.results if each.status is not Status.PASSED)
    declared = lab.exercises.get(outcome.exercise)
    reached = {each.title for each in outcome.results}
    titles = [check.title for check in declared.checks] if declared and wrong else []
    return Told(
        outcome,
        outcome.failure,
        wrong[1:],
        tuple(title for title in titles if title not in reached),
        _hints(declared, outcome) if declared else (),
        coloured(cut(record.answers.get(outcome.exercise, ""))),
    )


def _hints(exercise: Exercise, outcome: Outcome) -> tuple[str, ...]:
    """As hint(...) in the notebook would give them."""
    failure = outcome.failure
    if failure is None:
        return ()
    return exercise.hints_for((failure.mistake or failure.name) if failure.status is Status.FAILED else None)


@lru_cache(maxsize=1000)  # a class shares stubs
def coloured(source: str) -> tuple[tuple[str, str], ...]:
    """(kind, text) of the pieces of Python code; together the texts are the code."""
    pieces: list[tuple[str, str]] = []
    for kind, text in _pieces(source):
        if pieces and pieces[-1][0] == kind:
            pieces[-1] = kind, pieces[-1][1] + text
        else:
            pieces.append((kind, text))
    return tuple(pieces)


def _pieces(source: str) -> Iterator[tuple[str, str]]:
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    for token, text in lexer.get_tokens(source):
        yield _kind(token), text


@cache
def _kind(token: _TokenType) -> str:
    return next((kind for coloured, kind in _COLOURED.items() if token in coloured), "")
