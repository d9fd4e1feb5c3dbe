"""What a grade depends on besides the submission, each as one hash."""

from __future__ import annotations

import hashlib
import sysconfig
from importlib.metadata import distributions
from pathlib import Path

from course_utils.checks.core import lab_modules
from course_utils.grading.hidden import Source
from course_utils.grading.walls import Walls

PACKAGE = Path(__file__).parents[1]


def of_checks(lab_id: str, hidden: Source | None = None) -> str:
    """SHA-256 of all code that decides about an answer to this lab."""
    folder = PACKAGE / "checks"
    own = lab_modules()[lab_id].rpartition(".")[2]
    names = sorted(
        path
        for path in folder.rglob("*.py")
        if not path.relative_to(folder).parts[0].startswith("lab_")
        or path.relative_to(folder).parts[0].removesuffix(".py") == own
    )
    unseen = hidden.text.encode() if hidden else b""
    return hashlib.sha256(b"".join([*(path.read_bytes() for path in names), unseen])).hexdigest()


def of_environment(walls: Walls = Walls.BUBBLEWRAP) -> str:
    """SHA-256 of the names and versions of all installed packages, and of what walls student code off."""
    # Not those of sys.path, which depends on how and where the process was started
    folders = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    versions = sorted({f"{each.metadata['Name']}=={each.version}" for each in distributions(path=folders)})
    return hashlib.sha256("\n".join([*versions, walls]).encode()).hexdigest()
