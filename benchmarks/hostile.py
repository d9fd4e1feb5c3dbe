"""Does any hostile notebook get a point it must not, lose one it must keep, or take long?

    python benchmarks/hostile.py [lab]

Grades tests/files/hostile as `course grade` does, with its own limits, as many at a time as there are
processors, an honest student among every ten. Forged is a notebook that got more than it must, lost one that
got less, or no result at all.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from course_utils.grading import supervisor
from course_utils.grading.gradebook import opened
from course_utils.grading.intake import Received
from course_utils.grading.notebooks import Submission, read_submission
from tests.grading_course import write
from tests.hostile.grading import hasty_lab, release
from tests.hostile.make import FOLDER

LABS = ("00", "05", "08")
HONEST_AMONG = 10
Points = dict[str, float]


def received(lab: str, folder: Path) -> dict[str, tuple[Submission, Points]]:
    """Student -> what they hand in, and what it must get."""
    found = {}
    for number, path in enumerate(sorted((FOLDER / lab).glob("*.ipynb"))):
        must = json.loads(path.read_text(encoding="utf-8"))["metadata"]["hostile"]["points"]
        found[path.stem] = read_submission(path, release(lab), hasty_lab(lab)), must
        if lab == "00" and number % HONEST_AMONG == 0:
            # A file of its own for each: two of one content have one result
            path = write(
                folder / f"honest {number}.ipynb",
                e1=f"def greet(name):\n    return f'Hello, {{name}}!'  # {number}",
            )
            honest = read_submission(path, release(lab), hasty_lab(lab))
            found[path.stem] = honest, dict.fromkeys(must, 1.0)
    return found


def judged(lab: str, folder: Path) -> Iterable[tuple[str, str, float]]:
    """Student, "as it must be", "forged" or "lost", and seconds."""
    given = received(lab, folder)
    with opened(folder / f"{lab}.db") as book:
        handed_in = [Received(student, submission) for student, (submission, _) in given.items()]
        supervisor.run(handed_in, lab, book, workers=os.cpu_count() or 1)
        results = {attempt.student: attempt.result for attempt in book.current(lab)}
    for student, (_, must) in given.items():
        yield student, *verdict(results.get(student), must)


def verdict(result: dict | None, must: Points) -> tuple[str, float]:
    """What a result is, held against what it must be."""
    if result is None:
        return "lost", 0.0
    got = {each["exercise"]: each["earned"] for each in result["outcomes"]}
    if any(got[id] > points for id, points in must.items()):
        return "forged", result["seconds"]
    return ("lost" if any(got[id] < must[id] for id in must) else "as it must be"), result["seconds"]


def main() -> None:
    """Grade them all and print the table."""
    table = Table("lab", "notebooks", "as they must be", "forged", "lost", "slowest, s", "all, s")
    for lab in sys.argv[1:] or LABS:
        start = perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            ends = list(judged(lab, Path(folder)))
        counts = Counter(end for _, end, _ in ends)
        slowest = max(ends, key=lambda each: each[2])
        for student, end, seconds in ends:
            if end != "as it must be":
                print(f"lab {lab}, {student}: {end} ({seconds:.1f} s)")
        numbers = (len(ends), counts["as it must be"], counts["forged"], counts["lost"])
        took = (f"{slowest[2]:.1f} ({slowest[0]})", f"{perf_counter() - start:.0f}")
        table.add_row(lab, *map(str, numbers), *took)
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
