"""The course's running scoreboard: what each lab's models reach on the same sentences.

Language models are compared by perplexity, translators by BLEU. A student's own results lie in the state
folder, a file a model, so that two notebooks open at once cannot undo each other's. The course's own stand in
JSON files beside this module, where `course build --execute` writes them.
"""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from course_utils.models.metrics import LengthBin
from course_utils.models.scoreboard_entries import Entry, Row, Score, Translation, TranslationRow
from course_utils.state import replace_json, state_folder

COURSE_FOLDER = Path(__file__).parent
KINDS: tuple[type[Entry], ...] = (Score, Translation)

Kind = TypeVar("Kind", bound=Entry)


def record(lab: str, model: str, perplexity: float) -> None:
    """Keep a model's score; it replaces an earlier one of the same lab and model.

    A state folder that cannot be written costs a warning, not the lab.

    Raises:
        TypeError: `lab`, as in "04", or `model` is not a string.
        ValueError: `perplexity` is below 1, infinite or not a number.
    """
    _keep(Score(lab, model, float(perplexity)))


def record_translation(
    lab: str,
    model: str,
    *,
    bleu: float,
    seconds: float,
    parameters: int,
    curve: Iterable[LengthBin],
    chrf: float | None = None,
    compositional: float | None = None,
    interval: tuple[float, float] | None = None,
) -> None:
    """Keep what a translator reached; it replaces an earlier result of the same lab and model.

    A state folder that cannot be written costs a warning, not the lab.

    Args:
        bleu: on the world's test sentences, as in `metrics.bleu(...).score`.
        seconds: of training.
        parameters: how many numbers the model learned.
        curve: of `metrics.length_curve` on the "long" split.
        chrf: on the world's test sentences, as in `metrics.chrf(...)`.
        compositional: BLEU on the "compositional" split.
        interval: of `bleu`, as in `metrics.bleu_interval(...)`.

    Raises:
        TypeError: `lab`, as in "06", or `model` is not a string, or the curve is not of LengthBin, or empty.
        ValueError: BLEU, chrF or the interval outside 0 to 100; seconds or parameters not above 0.
    """
    figures = float(bleu), float(seconds), int(parameters), tuple(curve)
    _keep(Translation(lab, model, *figures, chrf=chrf, compositional=compositional, interval=interval))


def rows() -> list[Row]:
    """The student's scores, and the course's for what the student has not run; by lab, the worst first."""
    shown = [Row(**vars(score), yours=yours) for score, yours in _shown(Score)]
    return sorted(shown, key=lambda row: (row.lab, -row.perplexity, row.model))


def translation_rows() -> list[TranslationRow]:
    """The student's translators, and the course's for those not run; by lab, the worst first."""
    shown = [TranslationRow(**vars(result), yours=yours) for result, yours in _shown(Translation)]
    return sorted(shown, key=lambda row: (row.lab, row.bleu, row.model))


@cache
def truth() -> float:
    """The perplexity of the world itself on the test sentences: no model does better on average."""
    from course_utils.text.world import World

    records = World(seed=1).sentences(2_000, "test")
    tokens = sum(len(record.english) + 1 for record in records)
    return math.exp(-sum(record.log_probability for record in records) / tokens)


def damaged() -> list[Path]:
    """The student's files that cannot be read; each stays as it is until its model is run again."""
    return [path for kind in KINDS for path in _files(kind, state_folder()) if not _read(kind, path)]


def publish(lab: str, state: Path, folder: Path) -> None:
    """Make all that `state` keeps of `lab` the course's own in `folder`, touching only files that differ."""
    for kind in KINDS:
        path = folder / kind.COURSE_FILE
        before = {(entry.lab, entry.model): entry for entry in _published(kind, path)}
        after = {key: entry for key, entry in before.items() if entry.lab != lab}
        for entry in _kept(kind, state):
            key = entry.lab, entry.model
            after[key] = entry.published(before.get(key))
        if after != before:
            lines = ",\n".join(json.dumps(asdict(after[key]), ensure_ascii=False) for key in sorted(after))
            path.write_text(f"[\n{lines}\n]\n", encoding="utf-8", newline="\n")


def _keep(entry: Entry) -> None:
    name = f"{entry.KIND}-{quote(entry.lab, safe='')}-{quote(entry.model, safe='')}.json"
    path = state_folder() / name
    try:
        replace_json(path, asdict(entry))
    except OSError as error:
        said = f"the scoreboard could not keep {entry.model!r} in {path}: {error.strerror}"
        warnings.warn(said, stacklevel=3)


def _shown(kind: type[Kind]) -> list[tuple[Kind, bool]]:
    """Every entry, and whether it is the student's own."""
    own = _kept(kind, state_folder())
    known = {(entry.lab, entry.model) for entry in own}
    others = _published(kind, COURSE_FOLDER / kind.COURSE_FILE)
    return [(entry, True) for entry in own] + [
        (entry, False) for entry in others if (entry.lab, entry.model) not in known
    ]


def _kept(kind: type[Kind], state: Path) -> list[Kind]:
    """What a state folder keeps; damaged files are left out."""
    entries = [_read(kind, path) for path in _files(kind, state)]
    return [entry for entry in entries if entry]


def _files(kind: type[Entry], state: Path) -> list[Path]:
    return sorted(state.glob(f"{kind.KIND}-*.json"))


def _read(kind: type[Kind], path: Path) -> Kind | None:
    try:
        return kind.read(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def _published(kind: type[Kind], path: Path) -> list[Kind]:
    if not path.exists():
        return []
    return [kind.read(entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
