"""Where a student's progress is kept between kernel restarts: one small JSON file an exercise.

A file each, replaced in one step, so that two notebooks open at once cannot undo each other's progress
and a damaged file costs one exercise.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from course_utils.checks.outcome import Outcome, Status
from course_utils.state import replace_json, state_folder

# What could not be written: progress then lasts as long as the kernel.
_unwritten: dict[str, dict[str, Any]] = {}


def load(exercise_id: str) -> dict[str, Any]:
    """An exercise's last outcome and the hints shown; {} when there is none, or its file is damaged."""
    if exercise_id in _unwritten:
        return _unwritten[exercise_id]
    try:
        return _valid(json.loads(_path(exercise_id).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, RecursionError):
        return {}


def is_lasting() -> bool:
    """Whether everything kept so far outlives this kernel."""
    return not _unwritten


def record_outcome(outcome: Outcome) -> None:
    """Keep an exercise's outcome. Hints start over when another check than before has failed."""
    before = load(outcome.exercise)
    failed = _failed_check(outcome)
    _save(
        outcome.exercise,
        {
            "status": str(outcome.status),
            "earned": outcome.earned,
            "failed_check": failed,
            "hints_shown": before.get("hints_shown", 0) if before.get("failed_check") == failed else 0,
        },
    )


def _failed_check(outcome: Outcome) -> str | None:
    """What has hints that help: a check, or a mistake that has its own.

    None where every check ends alike: not begun, stopped, out of time.
    """
    if outcome.failure is None or outcome.status is not Status.FAILED:
        return None
    return outcome.failure.mistake or outcome.failure.name


def record_hint(exercise_id: str, hints_shown: int) -> None:
    """Keep how many hints were shown."""
    _save(exercise_id, {**load(exercise_id), "hints_shown": hints_shown})


def _path(exercise_id: str) -> Path:
    return state_folder() / f"exercise-{exercise_id}.json"


def _valid(kept: dict[str, Any]) -> dict[str, Any]:
    """The entry itself; ValueError or TypeError when it is not one this module wrote."""
    if not isinstance(kept, dict):
        raise TypeError(f"expected a JSON object, got {type(kept).__name__}")
    Status(kept.get("status", Status.NOT_ATTEMPTED))
    return {**kept, "earned": float(kept.get("earned", 0)), "hints_shown": int(kept.get("hints_shown", 0))}


def _save(exercise_id: str, entry: dict[str, Any]) -> None:
    """Replace the file in one step; a folder that cannot be written must not cost the student the check."""
    path = _path(exercise_id)
    try:
        replace_json(path, entry)
    except OSError:
        _unwritten[exercise_id] = entry
    else:
        _unwritten.pop(exercise_id, None)
