"""Where a student's progress is kept between kernel restarts: one small JSON file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from course_utils.checks.outcome import Outcome


def state_path() -> Path:
    """The progress file: in COURSE_STATE_DIR when that is set, else in the user's state folder."""
    folder = os.environ.get("COURSE_STATE_DIR")
    if folder:
        return Path(folder) / "progress.json"
    from platformdirs import user_state_path

    return user_state_path("attention-course") / "progress.json"


def load() -> dict[str, dict[str, Any]]:
    """Exercise id -> its last outcome and the hints shown. A file that cannot be read counts as empty."""
    try:
        kept = json.loads(state_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def record_outcome(outcome: Outcome) -> None:
    """Keep an exercise's outcome. Hints start over when another check than before has failed."""
    kept = load()
    before = kept.get(outcome.exercise, {})
    failed = outcome.failure.name if outcome.failure else None
    hints_shown = before.get("hints_shown", 0) if before.get("failed_check") == failed else 0
    kept[outcome.exercise] = {
        "status": str(outcome.status),
        "earned": outcome.earned,
        "points": outcome.points,
        "failed_check": failed,
        "hints_shown": hints_shown,
    }
    _save(kept)


def record_hint(exercise_id: str, hints_shown: int) -> None:
    """Keep how many hints were shown."""
    kept = load()
    kept.setdefault(exercise_id, {})["hints_shown"] = hints_shown
    _save(kept)


def _save(kept: dict[str, dict[str, Any]]) -> None:
    """Replace the file in one step; a folder that cannot be written must not cost the student the check."""
    path = state_path()
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
