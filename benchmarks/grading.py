"""How fast is `course grade`, and how right, beside nbgrader and otter on the same notebooks?

    pip install -e '.[bench,grade]'
    python benchmarks/grading.py                      # 40 notebooks of lab 08: about two hours
    python benchmarks/grading.py --each 1             # 4 of them
    python benchmarks/grading.py --simulate 10000     # the gradebook and its pages alone, made-up results

A quarter of the notebooks each is right, half done, wrong in one exercise, and hanging in one. All three
graders get the same files, one grader after the other, and decide by the same checks.

- ours: `course grade -j 2`, walled off by bubblewrap. It runs answers and definitions, not the trainings
  between.
- nbgrader: `nbgrader autograde`, one after the other, the whole notebook, no walls; a cell has CELL_SECONDS.
- otter: `otter run`, its mode without containers, one after the other, the whole notebook, no walls. It has
  no limit, so that each run is ended after RUN_SECONDS.

The table: notebooks a minute; results whose points are not those that the notebook was made to earn;
notebooks without a result. Below it the memory of ours: the most that a zygote had resident, and a child
beside it. A peer that is not installed is left out. Nothing else should run on the machine meanwhile.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from grading_peers.contenders import Scores, missing, of_nbgrader, of_otter, ours
from grading_peers.memory import watched
from grading_peers.simulation import simulated
from grading_peers.submissions import KINDS, Handed, handed_in
from rich.console import Console
from rich.table import Table

WORKERS = 2
CLOSE = 0.01


def compare(each: int, only: Sequence[str]) -> None:
    """Grade `each` notebooks of every kind by everybody, and print the table."""
    handed = list(handed_in(each))
    table = Table(title=f"Lab 08, {len(handed)} notebooks: {each} each {', '.join(KINDS)}")
    for name in ("grader", "notebooks a minute", "seconds", "wrong", "lost", "which"):
        table.add_column(name, justify="left" if name in ("grader", "which") else "right")
    with watched() as peaks:
        table.add_row(
            *_row(f"ours, -j {WORKERS}", handed, lambda handed, folder: ours(handed, folder, WORKERS))
        )
    for name, peer, module in (("nbgrader", of_nbgrader, "nbgrader"), ("otter", of_otter, "otter")):
        if name in only and not missing(module):
            table.add_row(*_row(name, handed, peer))
    Console().print(table)
    zygote, anonymous, child = (
        f"{size / 1e6:.0f} MB" for size in (peaks.zygote, peaks.anonymous, peaks.child)
    )
    print(
        f"Memory of ours at most: a zygote {zygote} (goal 600), {anonymous} of it in no file that all share;"
    )
    print(f"a child {child} more (goal 150).")


def _row(
    name: str, handed: Sequence[Handed], grade: Callable[[Sequence[Handed], Path], Scores]
) -> tuple[str, ...]:
    with tempfile.TemporaryDirectory() as folder:
        scores = grade(handed, Path(folder))
    lost = [each.student for each in handed if each.student not in scores.points]
    wrong = [
        f"{each.student} {scores.points[each.student]:g} for {each.points:g}"
        for each in handed
        if each.student in scores.points and abs(scores.points[each.student] - each.points) > CLOSE
    ]
    named = "; ".join([*wrong, *(f"{student} lost" for student in lost)])
    pace = len(handed) / scores.seconds * 60
    return name, f"{pace:.1f}", f"{scores.seconds:.0f}", str(len(wrong)), str(len(lost)), named


def simulate(students: int) -> None:
    """Print what a thousand results more cost as the class grows."""
    table = Table(title="The gradebook and its pages, seconds")
    for name in ("students", "adding the last 1,000", "asking for all", "all pages", "pages for each 1,000"):
        table.add_column(name, justify="right")
    for step in simulated(students):
        pages = "" if step.pages is None else f"{step.pages:.1f}"
        for_each = "" if step.pages is None else f"{step.pages / step.students * 1_000:.1f}"
        table.add_row(f"{step.students:,}", f"{step.add:.2f}", f"{step.known:.2f}", pages, for_each)
    Console().print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--each", type=int, default=10, help="notebooks of every kind")
    parser.add_argument("--peers", nargs="*", default=["nbgrader", "otter"], help="whom to compare with")
    parser.add_argument("--simulate", type=int, default=0, help="students; compares nothing")
    asked = parser.parse_args()
    if asked.simulate:
        simulate(asked.simulate)
    else:
        compare(asked.each, asked.peers)


if __name__ == "__main__":
    main()
