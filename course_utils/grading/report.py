"""What an instructor wants to know of a class: how it did, what was hard, who needs a look."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import mean, median

from course_utils.checks.exercise import Lab
from course_utils.checks.outcome import Outcome, Status
from course_utils.grading.feedback import WORDS
from course_utils.grading.pages import cut, file_name, rendered
from course_utils.grading.records import Record
from course_utils.grading.similarity import Similarity, compare

TRUSTED = "trusted"  # no walls at all
LISTED = 50  # groups of similar answers, the least likely first
TOLD_BELOW = 3  # expected pairs; what happens more often by chance is no news
SLOWEST = 5
BARS = 20


@dataclass(frozen=True)
class Bar:
    """A bar of the histogram: students with `low` to `high` points, and where it stands in the picture."""

    low: float
    high: float
    students: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Difficulty:
    """How an exercise went.

    Attributes:
        begun: students who wrote anything.
        check: the title of the check that failed first most often, `stumbled` times; "" for none.
        problem: what it said most often.
    """

    exercise: str
    title: str
    points: float
    begun: int
    passed: int
    mean: float
    check: str = ""
    stumbled: int = 0
    problem: str = ""

    @property
    def share(self) -> float:
        """Passed among those who began; 1 where nobody did."""
        return self.passed / self.begun if self.begun else 1.0


@dataclass(frozen=True)
class Spread:
    """A cost of grading: median, the value that 95 % stay below, and the largest, each with its student."""

    median: float
    most: float
    largest: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class ClassReport:
    """Everything on the report's page.

    Attributes:
        difficulties: the hardest exercise first.
        memory: bytes; None where it is not known.
        unwalled: students whose code ran without walls.
        not_graded: student -> why.
    """

    lab: Lab
    records: tuple[Record, ...]
    bars: tuple[Bar, ...]
    difficulties: tuple[Difficulty, ...]
    similarity: Similarity
    seconds: Spread
    memory: Spread | None
    unwalled: tuple[str, ...]
    not_graded: dict[str, str]

    @property
    def mean(self) -> float:
        """Of all totals."""
        return mean(each.total.total for each in self.records)

    @property
    def median(self) -> float:
        """Of all totals."""
        return median(each.total.total for each in self.records)

    @property
    def waiting(self) -> tuple[Record, ...]:
        """Students with answers that nobody has read."""
        return tuple(each for each in self.records if each.waiting)

    @property
    def noted(self) -> tuple[Record, ...]:
        """Students with something odd about their notebooks."""
        return tuple(each for each in self.records if each.notes)


def report(
    records: Sequence[Record], lab: Lab, course_answers: Iterable[str], not_graded: Mapping[str, str]
) -> ClassReport:
    """Sum up a class of at least one.

    Args:
        course_answers: stubs and solutions; to be like them is no news.
        not_graded: student -> why.
    """
    return ClassReport(
        lab,
        tuple(records),
        _bars([each.total.total for each in records], max(each.total.maximum for each in records)),
        tuple(sorted(_difficulties(records), key=lambda each: (each.share, each.exercise))),
        _similarity(records, lab, course_answers),
        _spread({each.student: each.seconds for each in records}),
        _memory(records),
        tuple(each.student for each in records if each.walls == TRUSTED),
        dict(not_graded),
    )


def page(class_report: ClassReport) -> str:
    """The report as HTML."""
    groups = [each for each in class_report.similarity.groups if each.expected < TOLD_BELOW]
    return rendered(
        "report.html", report=class_report, lab=class_report.lab, groups=groups, listed=LISTED, cut=cut
    )


def index(class_report: ClassReport) -> str:
    """A page that leads to all others."""
    return rendered("index.html", report=class_report, lab=class_report.lab, file_name=file_name, words=WORDS)


def _bars(totals: Sequence[float], points: float) -> tuple[Bar, ...]:
    """A histogram, 600 wide and 160 high."""
    step = max(1, ceil(points / BARS))
    bins = max(1, ceil(points / step))
    counts = Counter(min(int(total / step), bins - 1) for total in totals)
    highest, width = max(counts.values()), 600 / bins
    return tuple(
        Bar(
            low=place * step,
            high=min((place + 1) * step, points),
            students=counts[place],
            x=round(place * width + 1, 1),
            y=round(160 * (1 - counts[place] / highest), 1),
            width=round(width - 2, 1),
            height=round(160 * counts[place] / highest, 1),
        )
        for place in range(bins)
    )


def _difficulties(records: Iterable[Record]) -> Iterable[Difficulty]:
    outcomes: dict[str, list[Outcome]] = defaultdict(list)
    for record in records:
        for outcome in record.outcomes:
            outcomes[outcome.exercise].append(outcome)
    return map(_difficulty, outcomes.values())


def _difficulty(outcomes: Sequence[Outcome]) -> Difficulty:
    begun = [each for each in outcomes if each.status is not Status.NOT_ATTEMPTED]
    failures = [each.failure for each in begun if each.failure]
    stumbled = Counter(failure.title for failure in failures).most_common(1)
    check, times = stumbled[0] if stumbled else ("", 0)
    said = Counter(failure.problem for failure in failures if failure.title == check).most_common(1)
    return Difficulty(
        outcomes[0].exercise,
        outcomes[0].title,
        outcomes[0].points,
        len(begun),
        len(begun) - len(failures),
        mean(each.earned for each in outcomes),
        check,
        times,
        said[0][0] if said else "",
    )


def _similarity(records: Iterable[Record], lab: Lab, course_answers: Iterable[str]) -> Similarity:
    answers: dict[str, dict[str, str]] = {id: {} for id in lab.exercises}
    for record in records:
        for id, source in record.answers.items():
            answers.setdefault(id, {})[record.student] = source
    return compare(answers, course_answers, (exercise.name for exercise in lab.exercises.values()))


def _memory(records: Iterable[Record]) -> Spread | None:
    known = {each.student: float(each.memory) for each in records if each.memory}
    return _spread(known) if known else None


def _spread(values: Mapping[str, float]) -> Spread:
    ordered = sorted(values.items(), key=lambda item: -item[1])
    rising = [value for _, value in reversed(ordered)]
    return Spread(median(rising), rising[ceil(0.95 * len(rising)) - 1], tuple(ordered[:SLOWEST]))
