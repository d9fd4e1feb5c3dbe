"""One hostile notebook: what it tries, and what it must get."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.grading_course import RIGHT


@dataclass(frozen=True)
class Case:
    """A notebook that attacks.

    Args:
        name: of its file.
        tries: what it is after, as a sentence's end.
        answers: exercise id -> source. In lab 00 all others are answered rightly.
        says: words that the first failure of the first of `answers` must hold.
        earns: points of the first of `answers`: 0 where the attack stands in for an answer, its points where
            a right answer comes with it.
        before: code of a cell of the student's own, before all answers.
        lab: which lab it is handed in for.
        outputs: what the notebook says its cells printed, as HTML.
        costs: further exercise ids that the attack loses by itself.
    """

    name: str
    tries: str
    answers: Mapping[str, str]
    says: str = ""
    earns: float = 0
    before: str = ""
    lab: str = "00"
    outputs: str = ""
    costs: Mapping[str, float] = field(default_factory=dict)

    @property
    def attacked(self) -> str:
        """The exercise that the attack is in."""
        return next(iter(self.answers))

    @property
    def points(self) -> dict[str, float]:
        """What each exercise of the notebook must get."""
        others = dict.fromkeys(RIGHT if self.lab == "00" else [], 1.0)
        return {**others, self.attacked: float(self.earns), **self.costs}

    def notebook(self) -> dict[str, Any]:
        """The notebook as JSON, with what it must get in its metadata."""
        answers = {**(RIGHT if self.lab == "00" else {}), **self.answers}
        cells = [_markdown(f"This notebook tries {self.tries}")]
        cells += [_code(self.before, {}, "")] if self.before else []
        for id, source in sorted(answers.items()):
            outputs = self.outputs if id == self.attacked else ""
            cells.append(_code(source, {"course": {"role": "answer", "exercise": id}}, outputs))
        expected = {"exercise": self.attacked, "points": self.points, "says": self.says}
        metadata = {"course": {"lab": self.lab}, "hostile": {"tries": self.tries, **expected}}
        return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": "tries", "metadata": {}, "source": text.splitlines(True)}


def _code(source: str, metadata: dict[str, Any], html: str) -> dict[str, Any]:
    exercise = metadata.get("course", {}).get("exercise", "before")
    shown = {"output_type": "display_data", "metadata": {}, "data": {"text/html": html}}
    return {
        "cell_type": "code",
        "id": f"cell-{exercise.replace('.', '-')}",
        "execution_count": None,
        "metadata": metadata,
        "outputs": [shown] if html else [],
        "source": source.strip("\n").splitlines(True),
    }


def counting(body: str) -> dict[str, str]:
    """An answer to 0.2 whose function does this; `sentence` is what it is called with."""
    lines = "\n".join(f"    {line}" for line in body.strip("\n").splitlines())
    return {"0.2": f"def count_words(sentence):\n{lines}"}


def cell(source: str) -> dict[str, str]:
    """An answer to 0.2 whose cell does this."""
    return {"0.2": source}


def beside(source: str) -> dict[str, str]:
    """A right answer to 0.2 after this."""
    return {"0.2": f"{source.strip()}\n\n{RIGHT['0.2']}"}
