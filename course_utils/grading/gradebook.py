"""The gradebook: attempts, scores given by hand, due dates, and what follows from them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from course_utils.checks.core import load_lab
from course_utils.grading import lateness, totals
from course_utils.grading.attempts import Attempts, Key, now, numbered
from course_utils.grading.database import GradebookError
from course_utils.grading.lateness import Policy, Terms
from course_utils.grading.manual import Answer, Score
from course_utils.grading.tables import Attempt, Extension, LabTerms, ManualScore
from course_utils.grading.totals import Standing, Total

__all__ = ["Attempt", "Gradebook", "GradebookError", "Key", "Total", "opened"]


class Gradebook(Attempts):
    """All that is known of a class. Of several rows that say the same the last counts."""

    def terms(self, lab: str) -> Terms:
        """When a lab is due and what being late costs; nothing until it is set."""
        with self.session() as session:
            last = select(LabTerms).filter_by(lab=lab).order_by(LabTerms.id.desc()).limit(1)
            row = session.scalar(last)
        if row is None:
            return Terms()
        return Terms(lateness.parse_due(row.due) if row.due else None, Policy.parse(row.late))

    def set_terms(self, lab: str, terms: Terms) -> None:
        """From now on all points of this lab are read by these."""
        if terms != self.terms(lab):
            due = lateness.written(terms.due) if terms.due else ""
            with self.session() as session:
                session.add(LabTerms(lab=lab, due=due, late=str(terms.policy), set_at=now()))

    def extensions(self, lab: str) -> dict[str, datetime.datetime]:
        """Student -> until when they may hand in, where that is not the class's own date."""
        numbers = select(func.max(Extension.id)).filter_by(lab=lab).group_by(Extension.student)
        with self.session() as session:
            rows = session.scalars(select(Extension).where(Extension.id.in_(numbers)))
            return {row.student: lateness.parse_due(row.due) for row in rows if row.due}

    def set_extensions(self, lab: str, dues: Mapping[str, datetime.datetime | None]) -> None:
        """From now on these students' points are read by these dates; None is the class's own."""
        known, at = self.extensions(lab), now()
        changed = {student: due for student, due in dues.items() if due != known.get(student)}
        with self.session() as session:
            session.add_all(
                Extension(lab=lab, student=student, due=lateness.written(due) if due else "", set_at=at)
                for student, due in changed.items()
            )

    def scores(self, lab: str) -> dict[tuple[str, str], Score]:
        """(student, question) -> the last score."""
        numbers = select(func.max(ManualScore.id)).filter_by(lab=lab)
        numbers = numbers.group_by(ManualScore.student, ManualScore.question)
        with self.session() as session:
            rows = session.scalars(select(ManualScore).where(ManualScore.id.in_(numbers)))
            names = Score.__dataclass_fields__
            found = [Score(**{name: getattr(row, name) for name in names}) for row in rows]
        return {(score.student, score.question): score for score in found}

    def add_scores(self, lab: str, scores: Iterable[Score]) -> None:
        """Add scores given by hand: all of them, or none where one cannot be."""
        at = now()
        with self.session() as session:
            session.add_all(ManualScore(lab=lab, graded_at=at, **asdict(score)) for score in scores)

    def answers(self, lab: str) -> list[Answer]:
        """What all students wrote, question by question, and by name, with the last scores."""
        return self._answers(lab, self._standings(lab))

    def _answers(self, lab: str, standings: list[Standing]) -> list[Answer]:
        scores = self.scores(lab)
        return [
            Answer(
                each.student,
                id,
                each.reflections.get(id, ""),
                each.submission,
                scores.get((each.student, id)),
            )
            for id in load_lab(lab).reflections
            for each in standings
        ]

    def older(self, lab: str, answer: Answer, version: str) -> Answer | None:
        """What the student wrote before, in this version; None where they never did."""
        texts = select(Attempt.submission, Attempt.result["reflections"].label("reflections"))
        with self.session() as session:
            rows = session.execute(texts.where(Attempt.lab == lab, Attempt.student == answer.student)).all()
        before = [
            replace(answer, text=(texts or {}).get(answer.question, ""), submission=id) for id, texts in rows
        ]
        return next((each for each in before if each.version == version), None)

    def totals(self, lab: str) -> list[Total]:
        """What each student has in all, by name."""
        questions, terms, standings = (
            load_lab(lab).reflections.values(),
            self.terms(lab),
            self._standings(lab),
        )
        answers: dict[str, list[Answer]] = {standing.student: [] for standing in standings}
        for answer in self._answers(lab, standings):
            answers[answer.student].append(answer)
        extended = self.extensions(lab)
        return [
            totals.total(
                each,
                answers[each.student],
                questions,
                replace(terms, due=extended.get(each.student, terms.due)),
            )
            for each in standings
        ]

    def _standings(self, lab: str) -> list[Standing]:
        times = self._handed_in(lab)
        columns = Attempt.student, Attempt.id, Attempt.submission, Attempt.earned, Attempt.points
        reflections = Attempt.result["reflections"].label("reflections")
        found = []
        for some in self.parts(lab):
            with self.session() as session:
                rows = session.execute(numbered(*columns, reflections, numbers=some)).all()
            found += [_standing(times, *row) for row in rows]
        return sorted(found, key=lambda standing: standing.student)

    def _handed_in(self, lab: str) -> dict[tuple[str, str], datetime.datetime]:
        """(student, submission) -> the earliest time known: a file that is copied is not handed in later."""
        columns = Attempt.student, Attempt.submission
        earliest = select(*columns, func.min(Attempt.submitted_at, type_=Attempt.submitted_at.type))
        earliest = earliest.where(Attempt.lab == lab, Attempt.submitted_at.is_not(None)).group_by(*columns)
        with self.session() as session:
            return {(student, submission): at for student, submission, at in session.execute(earliest) if at}


def _standing(times: dict[tuple[str, str], datetime.datetime], *row: Any) -> Standing:
    student, attempt, submission, earned, points, reflections = row
    at = times.get((student, submission))
    return Standing(student, attempt, submission, earned, points, at, reflections or {})


@contextmanager
def opened(where: str | Path) -> Iterator[Gradebook]:
    """The gradebook in a file or at a URL, closed in the end."""
    book = Gradebook(where)
    try:
        yield book
    finally:
        book.close()
