"""Judges one submission: every exercise by the checks that students see and by hidden ones.

The student's code runs in another process (`child`); inputs are drawn here, and what
comes back is compared here.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from course_utils.checks.exercise import Exercise, Lab
from course_utils.checks.limits import OutOfTime, time_limit
from course_utils.checks.outcome import CheckResult, Outcome, Rejected, Status
from course_utils.grading import wire
from course_utils.grading.notebooks import Submission
from course_utils.grading.remote import Gone, Line, RemoteCandidate
from course_utils.grading.sandbox import Child, Sandbox

ENDED = "ended the process it ran in"
TEXTS = ("problem", "expected", "got", "line", "cause", "call", "printed")


class OutOfAllTime(Exception):
    """The time for the whole submission is over."""


@dataclass(frozen=True)
class Graded:
    """What became of one submission.

    Attributes:
        outcomes: of every exercise, in order.
        notes: what the instructor should know.
        seconds: of wall time.
        memory: bytes, the most that the student's processes were seen to use at a time; 0 when not seen.
    """

    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...]
    seconds: float
    memory: int = 0

    @property
    def earned(self) -> float:
        """Points by the checks."""
        return round(sum(outcome.earned for outcome in self.outcomes), 2)

    @property
    def points(self) -> float:
        """Points there were."""
        return sum(outcome.points for outcome in self.outcomes)

    def as_json(self) -> dict[str, Any]:
        """Plain data: exercise, status, earned and results of each outcome."""
        outcomes = [
            {**asdict(outcome), "status": outcome.status, "earned": outcome.earned}
            for outcome in self.outcomes
        ]
        figures = {"seconds": round(self.seconds, 2), "memory": self.memory}
        return {"outcomes": outcomes, "notes": list(self.notes), **figures}


def grade(submission: Submission, lab: Lab, sandbox: Sandbox) -> Graded:
    """Run the student's cells behind walls, and judge each exercise by itself."""
    start = time.perf_counter()
    with Kernel(submission, sandbox, time.monotonic() + sandbox.limits.total) as kernel:
        outcomes = [_cleaned(_outcome(exercise, kernel)) for exercise in lab.exercises.values()]
    return Graded(tuple(outcomes), submission.notes, time.perf_counter() - start, kernel.memory)


def _cleaned(outcome: Outcome) -> Outcome:
    """A check may have put what a student's process sent into its words as it came."""
    return replace(outcome, results=tuple(map(_cleaned_result, outcome.results)))


def _cleaned_result(result: CheckResult) -> CheckResult:
    texts: dict[str, Any] = {name: wire.cleaned(getattr(result, name)) for name in TEXTS}
    return replace(result, **texts)


@dataclass
class Kernel:
    """A student's process that has run the cells; a new one whenever the last one is lost.

    Attributes:
        until: the end of the submission's time, by time.monotonic().
        failed: what was wrong with a cell, by its place. Such a cell is not run again, and where it was an
            answer the other cells find the course's own.
        taken: exercises whose name the cells defined.
        late: exercises whose cell was still running at the end of its time.
        memory: bytes, the most that one of its processes was seen to use; known when that has ended.
    """

    submission: Submission
    sandbox: Sandbox
    until: float
    failed: dict[int, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)
    memory: int = 0
    _doubted: set[int] = field(default_factory=set)
    _child: Child | None = None

    def __enter__(self) -> Kernel:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def candidate(self, exercise: Exercise) -> RemoteCandidate:
        """The student's object for a check."""
        try:
            return RemoteCandidate(exercise, self.ready().line)
        except OutOfAllTime as error:
            return RemoteCandidate(exercise, _Over(str(error)))

    def ready(self) -> Child:
        """A process that can be asked.

        Raises:
            OutOfAllTime: there is no time left for it.
        """
        self._look_at_the_clock()
        while self._child is None or not self.works:
            self.end()
            self._child = self.sandbox.fork()
            self._run_cells(self._child)
            self._look_at_the_clock()
        return self._child

    def _look_at_the_clock(self) -> None:
        if time.monotonic() > self.until:
            raise OutOfAllTime(
                f"the {self.sandbox.limits.total} seconds that a whole submission has were over"
            )

    @property
    def works(self) -> bool:
        """Whether the process is still there."""
        return self._child is not None and self._child.line.works

    def problem(self, exercise_id: str) -> str:
        """What was wrong with an exercise's own cell; "" for nothing."""
        steps = enumerate(self.submission.steps)
        return next((self.failed.get(place, "") for place, (id, _) in steps if id == exercise_id), "")

    def end(self) -> None:
        """Kill the process."""
        if self._child is not None:
            self.memory = max(self.memory, self.sandbox.end(self._child))
            self._child = None

    def _run_cells(self, child: Child) -> None:
        """Up to the first cell that is lost, after which all of them run once more without it."""
        try:
            with time_limit(self.sandbox.limits.seconds):
                for exercise_id in filter(None, (self.submission.steps[place][0] for place in self.failed)):
                    child.line.request("refer", exercise_id)
        except (OutOfTime, Gone):  # nothing of the student's has run yet: the next process will do
            return
        for place, (exercise_id, source) in enumerate(self.submission.steps):
            if place not in self.failed and not self._run(child, place, exercise_id, source):
                child.line.works = False
                return

    def _run(self, child: Child, place: int, exercise_id: str, source: str) -> bool:
        seconds = self.sandbox.limits.seconds
        try:
            with time_limit(min(seconds, max(self.until - time.monotonic(), 0.1))):
                label = f"answer {exercise_id}" if exercise_id else f"cell {place}"
                error = child.line.run_cell(label, source)
                if exercise_id and child.line.request("take", exercise_id) is True:
                    self.taken.add(exercise_id)
                if exercise_id:  # the others are judged beside the course's own answer, as in the notebook
                    child.line.request("refer", exercise_id)
        except OutOfTime:
            self.late.add(exercise_id)
            self.failed[place] = f"the cell was still running after {seconds} seconds"
        except Gone:
            if place in self._doubted:
                self.failed[place] = f"the cell {ENDED}"
            self._doubted.add(place)  # the machine itself may have killed it: it has one more try
        else:
            if error:
                self.failed[place] = f"the cell raised {error}"
        # A cell that broke off may have left anything behind, as all memory in use: the others go without it
        return child.line.works and not (
            exercise_id and place in self.failed and exercise_id not in self.taken
        )


class _Over(Line):
    """Stands for a process when there is no time left to ask one."""

    def __init__(self, why: str) -> None:
        self._why = why

    def request(self, *_: Any) -> Any:
        """Refuses."""
        raise Rejected(self._why, status=Status.TIMED_OUT)

    def stay(self, _: Any) -> int:
        """Keeps nothing."""
        return 0


def _outcome(exercise: Exercise, kernel: Kernel, again: bool = True) -> Outcome:
    """Of one exercise; where there is nothing to call, the first check says why.

    What has failed is judged once more without the other answers: they may have changed what all build on, or
    have taken the memory there was; or the machine may have killed the process.
    """
    if exercise.id not in kernel.submission.answers:
        return _nothing(exercise, "there is no answer cell", Status.NOT_ATTEMPTED)
    try:
        kernel.ready()
    except OutOfAllTime as error:
        return _nothing(exercise, str(error), Status.TIMED_OUT)
    if exercise.id in kernel.taken:
        outcome = exercise.judge(lambda: kernel.candidate(exercise))
    else:
        problem = kernel.problem(exercise.id) or f"the cell does not define {exercise.name}"
        outcome = _nothing(exercise, problem, Status.ERRORED)
    late = exercise.id in kernel.late or outcome.results[-1].status is Status.TIMED_OUT
    if late or not again or outcome.status in (Status.PASSED, Status.NOT_ATTEMPTED):
        return outcome
    others = _others(kernel.submission, exercise.id)
    if not others and kernel.works:
        return outcome
    with Kernel(kernel.submission, kernel.sandbox, kernel.until, others) as another:
        return max(outcome, _outcome(exercise, another, again=False), key=lambda each: each.earned)


def _others(submission: Submission, exercise_id: str) -> dict[int, str]:
    """The places of the other answers' cells."""
    steps = enumerate(submission.steps)
    return {place: "left out" for place, (id, _) in steps if id not in ("", exercise_id)}


def _nothing(exercise: Exercise, problem: str, status: Status) -> Outcome:
    first = exercise.checks[0]
    result = CheckResult(first.name, first.title, status, problem=problem, weight=first.weight)
    total = sum(check.weight for check in exercise.checks)
    return Outcome(exercise.id, exercise.title, exercise.points, total, (result,))
