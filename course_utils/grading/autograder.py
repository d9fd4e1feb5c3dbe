"""Grades the one notebook that an autograding system was given, into Gradescope's results.json.

`course package gradescope` packs it; there, `python -m course_utils.grading.autograder /autograder` reads
`source/autograder.json` and `submission/`, and writes `results/results.json`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

from course_utils.checks.core import load_lab
from course_utils.checks.exercise import Lab
from course_utils.grading import hidden, supervisor
from course_utils.grading.enclosures import NoSandbox
from course_utils.grading.exports import gradescope
from course_utils.grading.gradebook import opened
from course_utils.grading.intake import Received
from course_utils.grading.judges import NoJudges
from course_utils.grading.notebooks import Release, Submission, Unreadable, read_submission
from course_utils.grading.pages import visible
from course_utils.grading.records import Record, records
from course_utils.grading.walls import Limits, Walls

SETTINGS = "autograder.json"
LIMITS = Limits(total=480)  # an answer within the 10 minutes that Gradescope gives
NOT_THEIRS = "Your notebook could not be graded, through no fault of yours. Your instructor can see why."
NO_WALLS = (
    "Nothing was run and there is no score: {why}\n"
    "Where this container lets no program wall another off, as is usual on Gradescope: download the "
    "submissions and grade them with `course grade` on a machine of your own, or pack the autograder again "
    "with --trusted, where student code runs with the grader's rights and can forge its score."
)
UNWALLED = (
    "As you chose (--trusted), student code ran with the grader's rights and could have forged this score."
)


class NotSubmitted(Exception):
    """There is nothing to grade; says to the student what there is instead."""


def grade(root: Path) -> dict[str, Any]:
    """What results.json is to hold, for the submission below `root`."""
    start = time.perf_counter()
    settings = json.loads((root / "source" / SETTINGS).read_text(encoding="utf-8"))
    try:
        results = _graded(root, settings["lab"], Walls(settings["walls"]))
    except NotSubmitted as error:
        results = {"score": 0, "output": visible(str(error))}
    except (NoSandbox, NoJudges) as error:
        results = for_instructors("student code could not be walled off", NO_WALLS.format(why=error))
    except Exception:  # a mistake of ours must neither cost the student points nor look like a grade
        results = for_instructors("the grader broke off", traceback.format_exc())
    return {"execution_time": round(time.perf_counter() - start), "stdout_visibility": "hidden", **results}


def _graded(root: Path, lab_id: str, walls: Walls) -> dict[str, Any]:
    (release,) = (root / "source/course/labs").glob(f"{lab_id}_*.ipynb")
    lab = load_lab(lab_id)
    submission = the_submission(root / "submission", Release.read(release, lab_id), lab)
    results = gradescope.results(_judged(root, submission, lab, walls), lab)
    results["output"] = "\n".join(filter(None, [_by_hand(lab), results["output"]]))
    if walls is Walls.TRUSTED:
        results["tests"] += for_instructors("there were no walls", UNWALLED)["tests"]
    return results


def _judged(root: Path, submission: Submission, lab: Lab, walls: Walls) -> Record:
    """As `course grade` would, with a gradebook of this submission alone."""
    folder = root / "source" / hidden.FOLDER.name
    checks = hidden.find(lab.id, folder) if folder.is_dir() else None
    with tempfile.TemporaryDirectory() as name, opened(Path(name, "grades.db")) as book:
        report = supervisor.run(
            [Received("student", submission)],
            lab.id,
            book,
            workers=1,
            walls=walls,
            limits=LIMITS,
            hidden=checks,
        )
        if report.failed:
            raise RuntimeError(report.failed["student"])
        (record,) = records(book, lab)
    return record


def _by_hand(lab: Lab) -> str:
    return f"Graded by hand: {', '.join(lab.reflections)}." if lab.reflections else ""


def the_submission(folder: Path, release: Release, lab: Lab) -> Submission:
    """The one notebook below `folder`.

    Raises:
        NotSubmitted: there is none, more than one, or one of something else.
    """
    path = _the_notebook(folder)
    try:
        submission = read_submission(path, release, lab)
    except (Unreadable, OSError) as error:
        raise NotSubmitted(f"{path.name} cannot be graded: {error}. Save it again, and try again.") from None
    if submission.other_lab or not submission.answers:
        other = f"lab {submission.other_lab}'s notebook" if submission.other_lab else "another notebook"
        raise NotSubmitted(f"{path.name} answers no exercise of lab {lab.id} ({lab.title}). Is it {other}?")
    return submission


def _the_notebook(folder: Path) -> Path:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not _is_hidden(path, folder))
    found = [path for path in paths if path.suffix == ".ipynb"]
    if len(found) == 1:
        return found[0]
    names = ", ".join(str(path.relative_to(folder)) for path in found or paths) or "nothing"
    what = "two notebooks or more" if found else "no notebook"
    raise NotSubmitted(
        f"Expected one notebook (.ipynb), or the zip of `course submit`, and received {what}: {names}. "
        "Nothing was graded."
    )


def _is_hidden(path: Path, folder: Path) -> bool:
    """What no student means to hand in: checkpoints of Jupyter's, the folder that macOS adds to its zips."""
    return any(part.startswith((".", "__MACOSX")) for part in path.relative_to(folder).parts)


def for_instructors(what: str, why: str) -> dict[str, Any]:
    """No score, and a reason that instructors alone see."""
    test = {"name": f"For instructors: {what}", "output": why, "visibility": "hidden"}
    return {"output": NOT_THEIRS, "tests": [test]}


def main() -> None:
    """Grade what lies below the folder that is the argument."""
    root = Path(sys.argv[1])
    results = grade(root)
    path = root / "results" / "results.json"
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_suffix(".part")
    temporary.write_text(json.dumps(results, indent=1), encoding="utf-8")
    os.replace(temporary, path)
    print("\n".join(test["output"] for test in results.get("tests", []) if "score" not in test))


if __name__ == "__main__":
    main()
