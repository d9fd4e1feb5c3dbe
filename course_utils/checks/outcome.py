"""What a check can find, as plain data: no outcome is ever read from printed text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How one check, or a whole exercise, ended."""

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    TIMED_OUT = "timed_out"
    NOT_ATTEMPTED = "not_attempted"


class Rejected(Exception):
    """Raised inside a check: the candidate breaks a property.

    Attributes:
        status: FAILED for a broken property; ERRORED, TIMED_OUT or NOT_ATTEMPTED for the other ends.
        problem: what does not hold, as a sentence.
        expected, got: what was expected and what came, already as short text ("" when there is none).
        line: the student's own line at which an exception came up.
        cause: the likely mistake, in the student's terms ("" when unknown).
        mistake: names one that has hints of its own, whatever check it comes up in ("" when none).
    """

    def __init__(
        self,
        problem: str,
        *,
        expected: str = "",
        got: str = "",
        line: str = "",
        cause: str = "",
        mistake: str = "",
        status: Status = Status.FAILED,
    ):
        super().__init__(problem)
        self.problem, self.cause, self.status = problem, cause, status
        self.expected, self.got, self.line, self.mistake = expected, got, line, mistake


@dataclass(frozen=True)
class CheckResult:
    """One check's end. `call` is the student's function as it was last called, `printed` what it printed.

    A hidden check is named to students, and nothing else of it is shown.
    """

    name: str
    title: str
    status: Status
    problem: str = ""
    expected: str = ""
    got: str = ""
    line: str = ""
    cause: str = ""
    call: str = ""
    printed: str = ""
    mistake: str = ""
    weight: float = 1.0
    hidden: bool = False

    @property
    def details(self) -> list[tuple[str, str]]:
        """(label, text) of all that is known besides the problem and its cause."""
        labelled = [
            ("Expected", self.expected),
            ("Got", self.got),
            ("Your line", self.line),
            ("Called as", self.call),
            ("Your function printed", self.printed.rstrip()),
        ]
        return [(label, text) for label, text in labelled if text]

    @property
    def message(self) -> str:
        """Everything the student is told, as one text."""
        details = [f"{label}: {text}" for label, text in self.details]
        return "\n".join([self.problem, *details, *([self.cause] if self.cause else [])])


@dataclass(frozen=True)
class Outcome:
    """An exercise's end: one result for each check that was reached, easiest first."""

    exercise: str
    title: str
    points: float
    total_weight: float
    results: tuple[CheckResult, ...]

    @property
    def failure(self) -> CheckResult | None:
        """The first check that did not pass: the one worth telling the student about."""
        return next((result for result in self.results if result.status is not Status.PASSED), None)

    @property
    def status(self) -> Status:
        """PASSED only when every check was reached and passed."""
        return self.failure.status if self.failure else Status.PASSED

    @property
    def earned(self) -> float:
        """Points: the weight of the checks passed, as a share of all of them."""
        passed = sum(result.weight for result in self.results if result.status is Status.PASSED)
        return round(self.points * passed / self.total_weight, 2)


class CheckFailed(Exception):
    """Raised to the notebook when an exercise is not passed; carries the outcome, shows no traceback.

    IPython prints what `_render_traceback_` returns instead of a traceback: the card above the error
    already says what is wrong, and frames of this package would only bury it.
    """

    def __init__(self, outcome: Outcome):
        self.outcome = outcome
        failure = outcome.failure
        super().__init__(failure.message if failure else "")

    def _render_traceback_(self) -> list[str]:
        state = "done" if self.outcome.status is Status.NOT_ATTEMPTED else "right"
        return [f"CheckFailed: Exercise {self.outcome.exercise} is not {state} yet. See the card above."]
