"""Answers to reflection questions, and the scores that an instructor gives them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """What was given for one answer.

    Attributes:
        submission: SHA-256 of the notebook that was read.
        version: of the text that was read, as `version` gives it.
    """

    student: str
    question: str
    submission: str
    version: str
    points: float
    comment: str = ""
    grader: str = ""


@dataclass(frozen=True)
class Answer:
    """A student's text for one question in the attempt that counts, with its last score."""

    student: str
    question: str
    text: str
    submission: str
    score: Score | None = None

    @property
    def version(self) -> str:
        """Of the text."""
        return version(self.text)

    @property
    def outdated(self) -> bool:
        """Whether the score was given for an older text."""
        return self.score is not None and self.score.version != self.version

    @property
    def waits(self) -> bool:
        """Whether there is something to grade. An empty answer earns nothing without being read."""
        return self.outdated or (self.score is None and bool(self.text.strip()))

    def scored(self, points: float, comment: str, grader: str) -> Score:
        """A score for this very text."""
        return Score(self.student, self.question, self.submission, self.version, points, comment, grader)


def version(text: str) -> str:
    """A short name for a text: the same for the same words, whatever the white space between them."""
    return "v" + hashlib.sha256(" ".join(text.split()).encode("utf-8", "replace")).hexdigest()[:12]
