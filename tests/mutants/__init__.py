"""Plausible wrong answers (mutants) and differently written right ones (alternatives), a module a lab.

A mutant says which check must reject it first and which words its message must hold, so that a student
who makes this mistake is told what it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Mutant:
    """A wrong answer. `says` are words the failing check's message must hold, in any case."""

    exercise: str
    answer: Callable[..., Any]
    rejected_by: str
    says: tuple[str, ...]


@dataclass(frozen=True)
class Alternative:
    """A right answer, written another way."""

    exercise: str
    answer: Callable[..., Any]


class Bank:
    """The answers of one lab, collected by decorators."""

    def __init__(self) -> None:
        self.mutants: list[Mutant] = []
        self.alternatives: list[Alternative] = []

    def mutant(self, exercise: str, *, rejected_by: str, says: tuple[str, ...]) -> Callable[[Any], Any]:
        """Add a wrong answer."""

        def add(answer: Any) -> Any:
            self.mutants.append(Mutant(exercise, answer, rejected_by, says))
            return answer

        return add

    def alternative(self, exercise: str) -> Callable[[Any], Any]:
        """Add a right answer."""

        def add(answer: Any) -> Any:
            self.alternatives.append(Alternative(exercise, answer))
            return answer

        return add
