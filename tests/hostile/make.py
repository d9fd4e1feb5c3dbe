"""Writes the hostile notebooks: `python -m tests.hostile.make`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.hostile import detecting, ending, forging, layers, lying, patching, reading, resources
from tests.hostile.case import Case

FOLDER = Path(__file__).parents[1] / "files/hostile"
CASES: list[Case] = [
    case
    for module in (ending, resources, reading, forging, lying, patching, detecting, layers)
    for case in module.CASES
]


def text_of(case: Case) -> str:
    """A notebook as it is written; half characters, which UTF-8 has none of, stay as escapes."""
    return json.dumps(case.notebook(), indent=1) + "\n"


def path_of(case: Case) -> Path:
    """Where a notebook lies."""
    return FOLDER / case.lab / f"{case.name}.ipynb"


def main() -> None:
    """Write all of them, and take away those that are no more."""
    kept = {path_of(case) for case in CASES}
    for path in set(FOLDER.glob("*/*.ipynb")) - kept:
        path.unlink()
    for case in CASES:
        path_of(case).parent.mkdir(parents=True, exist_ok=True)
        path_of(case).write_text(text_of(case), encoding="utf-8")
    print(f"{len(CASES)} notebooks in {FOLDER}")


if __name__ == "__main__":
    main()
