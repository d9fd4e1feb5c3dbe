"""The course's running scoreboard: the perplexity of each lab's models on the same test sentences.

A student's own scores lie in the state folder, a file a model, so that two notebooks open at once cannot undo
each other's. The course's own stand in scoreboard.json beside this module, where `course build --execute`
writes them.
"""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from urllib.parse import quote

from course_utils.state import replace_json, state_folder

COURSE_SCORES = Path(__file__).with_name("scoreboard.json")


@dataclass(frozen=True)
class Score:
    """What one model reached: perplexity on the course's test sentences, `</s>` counted as a token."""

    lab: str
    model: str
    perplexity: float

    def __post_init__(self) -> None:
        if not (isinstance(self.lab, str) and isinstance(self.model, str)):
            raise TypeError(f"expected lab and model as strings, received {self.lab!r} and {self.model!r}")
        if not (self.perplexity >= 1 and math.isfinite(self.perplexity)):
            raise ValueError(
                f"{self.model!r}: expected a perplexity of at least 1, received {self.perplexity!r}"
            )


@dataclass(frozen=True)
class Row(Score):
    """A score as the scoreboard shows it: the student's own, or the course's where there is none."""

    yours: bool


def record(lab: str, model: str, perplexity: float) -> None:
    """Keep a model's score; it replaces an earlier one of the same lab and model.

    A state folder that cannot be written costs a warning, not the lab.

    Raises:
        TypeError: `lab`, as in "04", or `model` is not a string.
        ValueError: `perplexity` is below 1, infinite or not a number.
    """
    score = Score(lab, model, float(perplexity))
    path = state_folder() / f"score-{quote(lab, safe='')}-{quote(model, safe='')}.json"
    try:
        replace_json(path, asdict(score))
    except OSError as error:
        warnings.warn(f"the scoreboard could not keep {model!r} in {path}: {error.strerror}", stacklevel=2)


def rows() -> list[Row]:
    """The student's scores, and the course's for what the student has not run; by lab, the worst first."""
    own = [Row(**asdict(score), yours=True) for score in recorded(state_folder())]
    known = {(row.lab, row.model) for row in own}
    others = [Row(**asdict(score), yours=False) for score in _course_scores(COURSE_SCORES)]
    shown = own + [row for row in others if (row.lab, row.model) not in known]
    return sorted(shown, key=lambda row: (row.lab, -row.perplexity, row.model))


@cache
def truth() -> float:
    """The perplexity of the world itself on the test sentences: no model does better on average."""
    from course_utils.text.world import World

    records = World(seed=1).sentences(2_000, "test")
    tokens = sum(len(record.english) + 1 for record in records)
    return math.exp(-sum(record.log_probability for record in records) / tokens)


def recorded(folder: Path) -> list[Score]:
    """The scores kept in a state folder; damaged files are left out."""
    scores = [_read(path) for path in _score_files(folder)]
    return [score for score in scores if score]


def damaged() -> list[Path]:
    """The student's score files that cannot be read; each stays as it is until its model is run again."""
    return [path for path in _score_files(state_folder()) if not _read(path)]


def publish(lab: str, scores: Iterable[Score], path: Path) -> None:
    """Make `scores` the course's own for `lab` in the file at `path`, touched only where that differs."""
    before = _course_scores(path) if path.exists() else []
    kept = {(score.lab, score.model): score for score in before if score.lab != lab}
    # To four digits: how a processor adds must not make every build a change.
    kept |= {
        (score.lab, score.model): replace(score, perplexity=round(score.perplexity, 4)) for score in scores
    }
    after = [kept[key] for key in sorted(kept)]
    if after != before:
        lines = ",\n".join(json.dumps(asdict(score), ensure_ascii=False) for score in after)
        path.write_text(f"[\n{lines}\n]\n", encoding="utf-8", newline="\n")


def _score_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("score-*.json"))


def _read(path: Path) -> Score | None:
    try:
        return Score(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def _course_scores(path: Path) -> list[Score]:
    return [Score(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
