"""`course package gradescope`: the zip works where Gradescope unpacks it, and says what went wrong."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from course_utils.checks.core import load_lab
from course_utils.cli import app
from course_utils.grading import autograder, supervisor
from course_utils.grading.enclosures import NoSandbox
from course_utils.grading.gradebook import Key
from course_utils.grading.judges import NoJudges
from course_utils.grading.supervisor import Report
from course_utils.grading.walls import Walls
from course_utils.release import gradescope, repository
from course_utils.release.students import CannotRelease
from tests.conftest import require
from tests.grading_course import RIGHT, write
from tests.grading_records import stored
from tests.test_environment import PROJECT, naming_hosts, run, script, unpinned
from tests.test_release import missing_imports, text

ROOT = Path(__file__).parents[1]
LAB = load_lab("00")
VISIBILITIES = {"hidden", "after_due_date", "after_published", "visible"}


@pytest.fixture(scope="module")
def packed() -> bytes:
    return gradescope.archive(repository.read(ROOT), "00", Walls.BUBBLEWRAP)


@pytest.fixture
def box(packed, tmp_path) -> Path:
    """/autograder as Gradescope lays it out, with nothing handed in."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(tmp_path / "source")
        modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
    for name in gradescope.SCRIPTS:
        (tmp_path / "source" / name).chmod(modes[name])
    (tmp_path / "submission").mkdir()
    shutil.copy(tmp_path / "source/run_autograder", tmp_path)
    return tmp_path


def grade(box: Path, python: str = sys.executable, **environment: str) -> dict[str, Any]:
    """Run the autograder as Gradescope does; what results.json holds."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [box / "run_autograder"],
        cwd=box,
        env={**inherited, "AUTOGRADER": str(box), "PYTHON": python, **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return as_documented(json.loads((box / "results/results.json").read_text(encoding="utf-8")))


def as_documented(results: dict[str, Any]) -> dict[str, Any]:
    """The results, held to what Gradescope documents of results.json."""
    formats = {"output_format", "test_output_format", "test_name_format"}
    texts = {"output", "visibility", "stdout_visibility"}
    assert set(results) <= {"score", "execution_time", "tests", *formats, *texts}
    assert {results[name] for name in formats & set(results)} <= {"text"}
    assert isinstance(results.get("score", 0), int | float)
    assert isinstance(results.get("execution_time", 0), int)
    assert results["stdout_visibility"] in VISIBILITIES
    for test in results.get("tests", []):
        assert set(test) <= {"score", "max_score", "status", "name", "number", "output", "visibility"}
        assert test["visibility"] in VISIBILITIES
        assert test.get("status", "passed") in {"passed", "failed"}
        assert all(isinstance(test.get(name, 0), int | float) for name in ("score", "max_score"))
        assert all(isinstance(test[name], str) for name in ("name", "output"))
    return results


# The zip ---------------------------------------------------------------------------------------------------


def test_it_holds_the_graders_one_lab_and_no_solution():
    files = gradescope.contents(repository.read(ROOT), "00", Walls.BUBBLEWRAP)
    assert {path for path in files if not path.startswith("course/")} == {
        "setup.sh",
        "run_autograder",
        "autograder.json",
        "hidden_checks/lab_00.py",
    }
    assert [path for path in files if path.startswith("course/labs/")] == ["course/labs/00_setup.ipynb"]
    assert [path for path in files if path.endswith((".ipynb", ".md")) and "labs/" not in path] == [
        "course/README.md"
    ]
    assert all(files[name].executable for name in gradescope.SCRIPTS)
    package = {path.removeprefix("course/"): file for path, file in files.items()}
    assert missing_imports(package) == []
    lock = text(files["course/requirements.lock"])
    assert unpinned(lock, PROJECT["dependencies"] + PROJECT["optional-dependencies"]["grade"]) == []
    assert "\nmypy==" not in lock


def test_it_is_the_same_to_the_byte_and_names_no_registry(packed, box):
    assert gradescope.archive(repository.read(ROOT), "00", Walls.BUBBLEWRAP) == packed
    assert naming_hosts([path for path in box.rglob("*") if path.is_file()]) == []


def test_a_lab_there_is_not_is_told():
    with pytest.raises(CannotRelease, match=r"expected one labs/77_….ipynb in git's index, found 0"):
        gradescope.contents(repository.read(ROOT), "77", Walls.BUBBLEWRAP)
    done = CliRunner().invoke(app, ["package", "gradescope", "--lab", "77"])
    assert (done.exit_code, "labs/77_" in done.stderr) == (1, True)


def test_the_command_tells_what_to_choose(tmp_path, monkeypatch, packed):
    out = tmp_path / "a.zip"
    done = CliRunner().invoke(app, ["package", "gradescope", "--lab", "00", "--out", str(out)])
    assert done.exit_code == 0
    assert out.read_bytes() == packed
    assert done.stdout.startswith(f"{out}: lab 00, ")
    assert "a container with 3 GB" in done.stdout
    assert "let no program wall another off" in done.stdout
    assert "no hidden checks" not in done.stdout


def test_the_command_is_loud_about_missing_walls(tmp_path):
    out = tmp_path / "a.zip"
    done = CliRunner().invoke(app, ["package", "gradescope", "--lab", "00", "--out", str(out), "--trusted"])
    assert done.exit_code == 0
    assert "NO WALLS" in done.stderr
    assert json.loads(zipfile.ZipFile(out).read("autograder.json"))["walls"] == "trusted"


# Setting up ------------------------------------------------------------------------------------------------


def set_up(tmp_path: Path, *pythons: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Run setup.sh on a machine with these Pythons, which only note what they are asked for."""
    log, programs = tmp_path / "log", tmp_path / "bin"
    notes = f'echo "$(basename "$0") $*" >>{log}'
    script(programs / "apt-get", notes)
    made = f'if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi; {notes}'
    for name in pythons:
        script(programs / name, made)
    for name in ("bash", "mkdir", "cp", "basename"):
        (programs / name).symlink_to(str(shutil.which(name)))
    setup = ROOT / "course_utils/release/gradescope/setup.sh"
    done = run(programs / "bash", setup, PATH=str(programs), AUTOGRADER=str(tmp_path))
    return done, log.read_text().splitlines()


def test_setting_up_installs_the_walls_and_what_is_pinned(tmp_path):
    done, log = set_up(tmp_path, "python3.12")
    assert done.returncode == 0, done.stderr
    assert any(line.startswith("apt-get install") and "bubblewrap" in line for line in log)
    source = tmp_path / "source"
    assert f"python3.12 -m venv {source}/venv" in log
    assert any(f"-r {source}/course/requirements.lock" in line for line in log)
    assert any(f"--no-deps -e {source}/course" in line for line in log)


def test_setting_up_says_when_there_is_no_fitting_python(tmp_path):
    script(tmp_path / "bin/python3", "exit 1")
    done, log = set_up(tmp_path)
    assert done.returncode == 1
    assert "needs Python 3.11, 3.12 or 3.13" in done.stderr
    assert "choose Ubuntu 24.04" in done.stderr
    assert any("python3.11" in line for line in log), "it asks for one first"


@pytest.mark.parametrize(
    ("version", "fits"), [((3, 10), False), ((3, 11), True), ((3, 13), True), ((3, 14), False)]
)
def test_setting_up_takes_the_pythons_that_the_course_runs_on(tmp_path, version, fits):
    pretend = (
        f"import sys; code = sys.argv[1]; sys.version_info = ({version[0]}, {version[1]}, 7); exec(code)"
    )
    script(
        tmp_path / "bin/python3",
        f'if [ "$1" = -c ]; then exec "{sys.executable}" -c "{pretend}" "$2"; fi',
        'if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi',
    )
    done, _ = set_up(tmp_path)
    assert (done.returncode == 0) is fits, done.stderr


# Grading ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_notebook_is_graded(box):
    require(shutil.which("bwrap"), "install bubblewrap")
    stub = f"def longest_first(words):\n    raise NotImplementedError({LAB.exercises['0.3'].stub!r})"
    write(box / "submission/anna.ipynb", e2="def count_words(s): return 3", e3=stub, e4="def mean_length(")
    results = grade(box)
    earned = dict.fromkeys(LAB.exercises, 0.0)
    told = dict.fromkeys(earned, "")
    for test in results["tests"]:
        earned[test["name"][:3]] += test["score"]
        told[test["name"][:3]] += test["output"]
    assert (earned["0.1"], earned["0.3"], earned["0.4"]) == (1, 0, 0)
    assert 0 <= earned["0.2"] < 1
    assert results["score"] == pytest.approx(sum(earned.values()), abs=0.01)
    assert sum(test["max_score"] for test in results["tests"]) == pytest.approx(4, abs=0.01)
    assert "is not done yet" in told["0.3"]
    assert "SyntaxError" in told["0.4"]
    assert "Graded by hand: 0.a, 0.b." in results["output"]
    assert not (box / "results/results.part").exists()


Run = Callable[..., Report]


def no_grading(*_: object, **__: object) -> Report:
    raise AssertionError("it was graded")


def graded_by(run: Run, box: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The results where this stands for the supervisor's run: nothing runs."""
    monkeypatch.setattr(supervisor, "run", run)
    return as_documented(autograder.grade(box))


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ((), "received no notebook: nothing."),
        (("notes.txt", "lab.py"), "received no notebook: lab.py, notes.txt."),
        (("a.ipynb", "old/b.ipynb"), "received two notebooks or more: a.ipynb, old/b.ipynb."),
    ],
)
def test_not_one_notebook_is_told_to_the_student(box, monkeypatch, names, told):
    for name in names:
        (box / "submission" / name).parent.mkdir(exist_ok=True)
        (box / "submission" / name).write_text("{}")
    results = graded_by(no_grading, box, monkeypatch)
    assert results["score"] == 0
    assert told in results["output"]
    assert "`course submit`" in results["output"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "a.ipynb cannot be graded: expected a notebook, received what is no JSON"),
        ('{"cells": []}', "a.ipynb answers no exercise of lab 00 (setup). Is it another notebook?"),
    ],
)
def test_a_wrong_file_is_told_to_the_student(box, monkeypatch, content, told):
    (box / "submission/a.ipynb").write_text(content)
    results = graded_by(no_grading, box, monkeypatch)
    assert results["score"] == 0
    assert told in results["output"]


def test_another_labs_notebook_is_told_to_the_student(box, monkeypatch):
    shutil.copy(ROOT / "labs/01_ngrams.ipynb", box / "submission")
    told = graded_by(no_grading, box, monkeypatch)["output"]
    assert told == "01_ngrams.ipynb answers no exercise of lab 00 (setup). Is it lab 01's notebook?"


def test_what_course_submit_packs_is_graded(box, monkeypatch):
    """Gradescope unpacks zips; checkpoints and macOS' own files are nobody's submission."""
    write(box / "submission/anna.ipynb")
    for name in ("manifest.json", ".ipynb_checkpoints/anna.ipynb", "__MACOSX/._anna.ipynb"):
        (box / "submission" / name).parent.mkdir(exist_ok=True)
        (box / "submission" / name).write_text("{}")

    def run(received, lab_id, book, *, walls, hidden, **_):
        assert [each.submission.answers for each in received] == [RIGHT]
        assert (lab_id, walls, hidden.lab) == ("00", Walls.BUBBLEWRAP, "00")
        result = stored(notes=["a note"])
        book.add(Key("00", "student", "a" * 64, "b" * 64, "c" * 64), 4, 4, result)
        return Report(1, 0, {})

    results = graded_by(run, box, monkeypatch)
    assert results["score"] == 4
    assert results["output"].startswith("Graded by hand: 0.a, 0.b.\n")
    assert "a note" in results["output"]


def for_instructors_alone(results: dict[str, Any]) -> str:
    """What instructors are told; there is no score, and students learn only that it is not their fault."""
    assert results["output"] == autograder.NOT_THEIRS
    (test,) = results["tests"]
    assert test["visibility"] == "hidden"
    assert "score" not in test
    assert "score" not in results
    return f"{test['name']}\n{test['output']}"


@pytest.mark.parametrize("refusal", [NoSandbox, NoJudges])
def test_without_walls_there_is_no_score(box, monkeypatch, refusal):
    def run(*_: object, **__: object) -> Report:
        raise refusal("bubblewrap may make no namespaces")

    write(box / "submission/anna.ipynb")
    told = for_instructors_alone(graded_by(run, box, monkeypatch))
    assert "could not be walled off" in told
    assert "bubblewrap may make no namespaces" in told
    assert "course grade" in told
    assert "--trusted" in told


def test_a_mistake_of_ours_is_no_grade(box, monkeypatch):
    write(box / "submission/anna.ipynb")
    assert "AssertionError: it was graded" in for_instructors_alone(graded_by(no_grading, box, monkeypatch))


def test_a_judge_that_dies_is_no_grade(box, monkeypatch):
    def run(*_: object, **__: object) -> Report:
        return Report(0, 0, {"student": "it ended two judges"})

    write(box / "submission/anna.ipynb")
    assert "it ended two judges" in for_instructors_alone(graded_by(run, box, monkeypatch))


def test_without_walls_by_choice_instructors_are_reminded(box, monkeypatch):
    settings = box / "source/autograder.json"
    settings.write_text(settings.read_text().replace("bubblewrap", "trusted"))
    write(box / "submission/anna.ipynb")

    def run(received, lab_id, book, *, walls, **_):
        assert walls is Walls.TRUSTED
        book.add(Key("00", "student", "a" * 64, "b" * 64, "c" * 64), 4, 4, stored())
        return Report(1, 0, {})

    results = graded_by(run, box, monkeypatch)
    assert results["score"] == 4
    reminder = results["tests"][-1]
    assert (reminder["name"], reminder["visibility"]) == ("For instructors: there were no walls", "hidden")


@pytest.mark.parametrize(("ending", "status"), [("kill -9 $$", 137), ("exit 3", 3)])
def test_a_grader_that_dies_leaves_no_score(box, ending, status):
    (box / "results").mkdir()
    (box / "results/results.json").write_text('{"score": 7}')
    results = grade(box, python=str(script(box / "python", ending)))
    assert f"It ended with status {status}" in for_instructors_alone(results)


def test_a_grader_that_was_not_set_up_leaves_no_score(box):
    assert "status 127" in for_instructors_alone(grade(box, python=str(box / "nowhere")))
