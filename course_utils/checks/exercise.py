"""How an exercise is declared, and how its checks are run on a candidate."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from course_utils.checks.arguments import CHANGED_ARGUMENT
from course_utils.checks.candidate import Candidate
from course_utils.checks.describing import describe, type_name, with_article
from course_utils.checks.limits import OutOfTime, time_limit
from course_utils.checks.outcome import CheckResult, Outcome, Rejected, Status
from course_utils.checks.tensors import forget_mask_of_none

CheckFunction = Callable[..., None]
MISTAKE_HINTS: dict[str, tuple[str, ...]] = {
    CHANGED_ARGUMENT: (
        "Leave the arguments as they were given: sorted(x) gives a new list, x.sort() changes x. "
        "x + [...] gives a new list, x.append(...) and x += [...] change x.",
    )
}


@dataclass(frozen=True)
class Check:
    """One property of an exercise: `function(candidate, rng)` raises Rejected when it does not hold.

    A hidden one is known to the grader alone (`grading.hidden`).
    """

    name: str
    title: str
    function: CheckFunction
    hints: tuple[str, ...]
    weight: float
    hidden: bool = False


@dataclass
class Exercise:
    """An exercise: what the student writes, what it is worth and how it is checked.

    Args:
        id: "lab.number", as in "1.2".
        name: the function or class the student writes.
        title: what it is about, in a few words.
        points: what it is worth. Declared here and nowhere else.
        difficulty: 1, 2 or 3.
        reference: "module:attribute" of the package's own version with the same signature.
        returns: the type, or types, that calling it must give.
        candidate: how checks see it: Candidate for a function, LayerCandidate for a Keras layer.
        uses: modules to load before the first check's clock starts, as "keras".
        hints: in steps, for a student who has not started.
        seconds: how long one check may run.
    """

    id: str
    name: str
    title: str
    points: float
    difficulty: int
    reference: str
    returns: type | tuple[type, ...] = ()
    candidate: type[Candidate] = Candidate
    uses: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    seconds: float = 10.0
    checks: list[Check] = field(default_factory=list)

    @property
    def stub(self) -> str:
        """The text that the untouched exercise raises as NotImplementedError."""
        return f"Exercise {self.id}: {self.name} is not done yet"

    def check(
        self, *, hints: tuple[str, ...] = (), weight: float = 1.0
    ) -> Callable[[CheckFunction], CheckFunction]:
        """Add a check; the first line of its docstring is the property as the student reads it.

        Raises:
            ValueError: the function has no docstring, or the weight is not above 0.
        """
        if weight <= 0:
            raise ValueError(f"expected a weight above 0, got {weight}")

        def add(function: CheckFunction) -> CheckFunction:
            title, _, _ = (function.__doc__ or "").strip().partition("\n")
            if not title:
                raise ValueError(
                    f"expected a docstring of {function.__name__}: the property as students read it"
                )
            self.checks.append(Check(function.__name__, title, function, hints, weight))
            return function

        return add

    def hints_for(self, check_name: str | None) -> tuple[str, ...]:
        """First those of the check, or of the mistake, that failed last, then the exercise's own."""
        if check_name in MISTAKE_HINTS:
            return MISTAKE_HINTS[check_name] + self.hints
        return next((check.hints for check in self.checks if check.name == check_name), ()) + self.hints

    def run(self, student_object: Any) -> Outcome:
        """Run the checks, easiest mistake first, until one cannot be judged any more.

        A broken property does not stop the later checks, which earn their own points; an exercise not
        done yet or out of time does, and so does an object that cannot be called.
        """
        if not callable(student_object):
            return self._outcome([self._uncallable(student_object)])
        return self.judge(lambda: self.candidate_for(student_object))

    def candidate_for(self, student_object: Any) -> Candidate:
        """How checks see the student's object."""
        return self.candidate(student_object, self.name, f"Exercise {self.id}:", self.returns)

    def judge(self, new_candidate: Callable[[], Candidate]) -> Outcome:
        """As `run`, on a new candidate for each check."""
        results: list[CheckResult] = []
        for module in self.uses:
            importlib.import_module(module)
        for check in self.checks:
            results.append(self._run_check(check, new_candidate()))
            if results[-1].status in (Status.NOT_ATTEMPTED, Status.TIMED_OUT):
                break
        return self._outcome(results)

    def _outcome(self, results: list[CheckResult]) -> Outcome:
        total = sum(check.weight for check in self.checks)
        return Outcome(self.id, self.title, self.points, total, tuple(results))

    def _run_check(self, check: Check, candidate: Candidate) -> CheckResult:
        import numpy as np

        forget_mask_of_none()  # a cell of the student's may have called the layer
        try:
            with time_limit(self.seconds):
                check.function(candidate, np.random.default_rng())
        except Rejected as error:
            return _result(check, candidate, error)
        except OutOfTime:
            return _result(check, candidate, self._out_of_time())
        except Exception as error:
            # The check worked on what the student's function gave, and could not.
            return _result(check, candidate, _unusable(self.name, candidate, error))
        finally:
            forget_mask_of_none()
        return CheckResult(check.name, check.title, Status.PASSED, weight=check.weight, hidden=check.hidden)

    def _out_of_time(self) -> Rejected:
        return Rejected(
            f"{self.name} was still running after {self.seconds:g} seconds",
            cause="Does a loop never end, or is everything counted anew for each word?",
            status=Status.TIMED_OUT,
        )

    def _uncallable(self, student_object: Any) -> CheckResult:
        return CheckResult(
            self.checks[0].name,
            "it can be called",
            Status.ERRORED,
            problem=f'check("{self.id}", ...) needs {self.name} itself',
            expected=f'check("{self.id}", {self.name})',
            got=f"{with_article(type_name(type(student_object)))}: {describe(student_object)}",
            cause="Write the name without parentheses after it.",
        )

    def load_reference(self) -> Any:
        """The package's own version of what the student writes."""
        module, _, attribute = self.reference.partition(":")
        return getattr(importlib.import_module(module), attribute)


def _unusable(name: str, candidate: Candidate, error: Exception) -> Rejected:
    return Rejected(
        f"what {name} returned cannot be used",
        got=describe(candidate.last_result),
        cause=f"Working with it raised {type(error).__name__}: {error}",
        status=Status.ERRORED,
    )


def _result(check: Check, candidate: Candidate, error: Rejected) -> CheckResult:
    return CheckResult(
        check.name,
        check.title,
        error.status,
        problem=error.problem,
        expected=error.expected,
        got=error.got,
        line=error.line,
        cause=error.cause,
        call="" if error.status is Status.NOT_ATTEMPTED else candidate.last_call,
        printed=candidate.printed[:500],
        mistake=error.mistake,
        weight=check.weight,
        hidden=check.hidden,
    )


@dataclass(frozen=True)
class Reflection:
    """A question answered in words and graded by hand."""

    id: str
    title: str
    points: float


@dataclass
class Lab:
    """A lab's exercises and reflection questions, in order."""

    id: str
    title: str
    exercises: dict[str, Exercise] = field(default_factory=dict)
    reflections: dict[str, Reflection] = field(default_factory=dict)

    def exercise(self, id: str, **details: Any) -> Exercise:
        """Declare an exercise; see Exercise for the arguments."""
        self.exercises[id] = Exercise(id, **details)
        return self.exercises[id]

    def reflection(self, id: str, title: str, points: float) -> None:
        """Declare a question that is graded by hand."""
        self.reflections[id] = Reflection(id, title, points)


class UnknownId(KeyError):
    """No lab or exercise of this id. Shown in a notebook without the frames of this package."""

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would show it as a quoted literal

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


@cache
def lab_modules() -> dict[str, str]:
    """Lab id -> module of its checks, for every lab there is: {"01": "course_utils.checks.lab_01_ngrams"}."""
    from course_utils import checks

    names = [
        module.name for module in pkgutil.iter_modules(checks.__path__) if module.name.startswith("lab_")
    ]
    return {name.split("_")[1]: f"{checks.__name__}.{name}" for name in sorted(names)}


def load_lab(lab_id: str) -> Lab:
    """The lab of this id ("01").

    Raises:
        UnknownId: no such lab.
    """
    if lab_id not in lab_modules():
        raise UnknownId(f"expected one of the labs {', '.join(lab_modules())}, got {lab_id!r}")
    lab: Lab = importlib.import_module(lab_modules()[lab_id]).LAB
    return lab


def load_exercise(exercise_id: str) -> Exercise:
    """The exercise of this id ("1.2").

    Raises:
        UnknownId: no such exercise; the message lists those there are.
    """
    lab_id = str(exercise_id).partition(".")[0].zfill(2)
    known = load_lab(lab_id).exercises if lab_id in lab_modules() else {}
    if exercise_id not in known:
        choice = f"one of {', '.join(known)}" if known else f"an exercise of labs {', '.join(lab_modules())}"
        raise UnknownId(
            f'expected {choice}, in quotes, got {exercise_id!r}; as in check("1.1", count_ngrams)'
        )
    return known[exercise_id]
