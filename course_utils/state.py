"""The folder that keeps what a student has done, and how a file in it is replaced."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any


def state_folder() -> Path:
    """COURSE_STATE_DIR when that is set, else the user's state folder."""
    folder = os.environ.get("COURSE_STATE_DIR")
    if folder:
        return Path(folder)
    from platformdirs import user_state_path

    return user_state_path("attention-course")


def replace_json(path: Path, entry: dict[str, Any]) -> None:
    """Write `entry` to `path` in one step: whoever reads meanwhile finds the old file or the new one, whole.

    Raises:
        OSError: the folder cannot be made or written.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary.write_text(json.dumps(entry, indent=1), encoding="utf-8")
    os.replace(temporary, path)
