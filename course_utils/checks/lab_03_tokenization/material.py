"""What the checks of lab 03 share: its declaration, the inputs they draw, and what they make sure of first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from course_utils.checks.asserts import expect
from course_utils.checks.describing import describe, with_article
from course_utils.checks.exercise import Lab
from course_utils.checks.outcome import Rejected

LAB = Lab("03", "tokenization")
LAB.reflection("3.a", "What an English tokenizer costs the others", 1)
LAB.reflection("3.b", "Perplexities over different tokens", 1)

REFERENCES = "course_utils.checks.lab_03_tokenization.references"

# The world's own Hungarian: one, two or three stems, each with some of its endings.
STEMS = ("ház", "város", "kert", "madár", "szoba", "orvos", "tanár")
ENDINGS = ("", "", "nak", "ban", "ban", "t", "ok")


def draw_words(rng: np.random.Generator, count: int = 7) -> dict[str, int]:
    """Different words, stems with and without endings, and how often each came: 1 to 9 times."""
    words = [f"{rng.choice(STEMS)}{rng.choice(ENDINGS)}" for _ in range(count)]
    return {word: int(rng.integers(1, 10)) for word in words}


def draw_symbols(rng: np.random.Generator, length: int) -> tuple[str, ...]:
    """Symbols of one and of two letters, so few that pairs repeat."""
    return tuple(str(symbol) for symbol in rng.choice(["a", "b", "ab", "n"], size=length))


def expect_texts(items: Sequence[Any], problem: str, *, cause: str) -> None:
    """Every item is a text."""
    wrong = [item for item in items if not isinstance(item, str)]
    expect(not wrong, problem, expected="texts only", got=_typed(wrong), cause=cause)


def expect_bytes(items: Sequence[Any], problem: str, *, cause: str) -> None:
    """Every item is a bytes object."""
    wrong = [item for item in items if not isinstance(item, bytes)]
    expect(not wrong, problem, expected="bytes, such as b'h'", got=_typed(wrong), cause=cause)


def _typed(items: Sequence[Any]) -> str:
    return f"{with_article(type(items[0]).__name__)}: {describe(items[0])}" if items else ""


@contextmanager
def explaining(causes: Mapping[str, str]) -> Iterator[None]:
    """Tells what a student's exception means here: the cause whose text its message holds, if there is one."""
    try:
        yield
    except Rejected as error:
        error.cause = next((cause for text, cause in causes.items() if text in error.problem), error.cause)
        raise


def likely_cause(got: Any, mistakes: Mapping[str, Any], otherwise: str) -> str:
    """The cause of the mistake that would give `got`; `mistakes` maps causes to what each would give."""
    return next((cause for cause, wrong in mistakes.items() if got == wrong), otherwise)
