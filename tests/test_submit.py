"""`course submit`: a student's notebook is looked over without running it, and packed once."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from course_utils.authoring.strip import STUDENT_PROMPT
from course_utils.checks import store
from course_utils.checks.outcome import CheckResult, Outcome, Status
from course_utils.cli import app
from course_utils.grading import notebooks
from course_utils.grading.caps import Caps
from course_utils.grading.intake import take_in
from course_utils.submission import findings, packing, reading, released

ROOT = Path(__file__).parents[1]
LAB = ROOT / "labs/00_setup.ipynb"
RIGHT = "def greet(name):\n    return f'Hello, {name}!'\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    """An empty current folder, and a student who has done nothing."""
    monkeypatch.setenv("COURSE_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setattr(store, "_unwritten", {})
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


Change = Callable[[dict[str, Any]], object]


def notebook(change: Change = lambda raw: None, lab: Path = LAB) -> Path:
    """The lab, changed, as the file mine.ipynb."""
    raw = json.loads(lab.read_text(encoding="utf-8"))
    change(raw)
    path = Path("mine.ipynb")
    path.write_text(json.dumps(raw), encoding="utf-8")
    return path


def cell(raw: dict[str, Any], id: str) -> dict[str, Any]:
    return next(cell for cell in raw["cells"] if cell["id"] == id)


def answered(source: str, id: str = "answer-0-1") -> Change:
    return lambda raw: cell(raw, id).update(source=source)


def without_marks(raw: dict[str, Any]) -> None:
    raw["metadata"] = {}
    for each in raw["cells"]:
        each["metadata"] = {}
        del each["id"]


def submit(*arguments: str):
    return CliRunner().invoke(app, ["submit", *arguments])


def state(path: Path, id: str = "0.1") -> tuple[str, str]:
    """How an exercise stands: its mark and its state."""
    (line,) = [line for line in findings.lines(reading.read(path)) if line.id == id]
    return str(line.mark), line.state


# What a student is told ------------------------------------------------------------------------------------


def test_an_untouched_lab_is_not_begun():
    done = submit(str(notebook()), "--student", "anna")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Lab 00: setup; saved just now, ")
    assert [line.split() for line in lines[1:3]] == [
        ["·", "0.1", "greet", "not", "begun"],
        ["·", "0.2", "count_words", "not", "begun"],
    ]
    assert "· 0.a   What a check can and cannot tell  still empty below *Your answer:*" in lines
    assert "the grader runs the same" in done.stdout
    assert lines[-1].startswith("Packed: anna_00_setup.zip (")


@pytest.mark.parametrize(
    ("status", "mark", "told"),
    [
        (Status.PASSED, "✓", "done: its check passed when it last ran"),
        (Status.FAILED, "·", "begun: its check did not pass when it last ran"),
        (Status.TIMED_OUT, "·", "begun: its check did not pass when it last ran"),
        (None, "·", "begun: its check has not run on this machine"),
    ],
)
def test_progress_is_the_students_own_record(status, mark, told):
    if status:
        store.record_outcome(Outcome("0.1", "greet", 1, 1, (CheckResult("a", "a", status),)))
    assert state(notebook(answered(RIGHT))) == (mark, told)


def test_an_answer_put_back_to_its_stub_is_not_begun():
    store.record_outcome(Outcome("0.1", "greet", 1, 1, (CheckResult("a", "a", Status.PASSED),)))
    assert state(notebook()) == ("·", "not begun")


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (
            "x = 1\ndef greet(name:\n    pass",
            "Python cannot read line 2, `def greet(name:`: '(' was never closed",
        ),
        ("def greet(name):\nreturn 1", "Python cannot read line 2, `return 1`: expected an indented block"),
        ("return 1", "Python cannot read line 1, `return 1`: 'return' outside function"),
        ("def greet(n):\n    return '", "Python cannot read line 2, `return '`: unterminated string"),
        ("def greet(n):\0 ...", "null bytes"),
        ("greet" + "(" * 500 + ")" * 500, "Python cannot read"),
        ("", "its cell does not define greet"),
        ("def hello(n):\n    return n", "its cell does not define greet"),
    ],
)
def test_what_a_grader_cannot_read_is_told_with_its_line(source, told):
    mark, said = state(notebook(answered(source)))
    assert mark == "!"
    assert told in said


@given(st.text())
def test_no_source_stops_it(source):
    assert isinstance(findings.syntax_problem(source), str)


@pytest.mark.parametrize(
    "source", ["%time\ndef greet(n): ...", "def greet(n): ...\n\n!ls", "%%time\ndef greet(n): ...", "greet?"]
)
def test_commands_of_jupyters_are_noted_and_no_problem(source):
    path = notebook(answered(source))
    assert state(path)[1] == "begun: its check has not run on this machine"
    assert findings.notes(reading.read(path)) == [
        "The answer to 0.1 holds commands of Jupyter's (% or !). The grader leaves them out."
    ]


def test_a_mistake_beside_a_command_is_told():
    assert findings.syntax_problem("x = (\n%time y") != ""


def test_a_warning_of_pythons_is_no_problem():
    assert findings.syntax_problem("x = '\\d'\nx is 1\n") == ""


def test_missing_and_double_cells_are_told():
    def change(raw: dict[str, Any]) -> None:
        raw["cells"].remove(cell(raw, "answer-0-1"))
        raw["cells"].remove(cell(raw, "reflection-0-a"))
        raw["cells"].append({**cell(raw, "answer-0-2"), "id": "copy"})

    path = notebook(change)
    assert state(path) == ("!", "missing: no cell defines greet, so there is nothing to grade")
    assert state(path, "0.2")[1].startswith("2 answer cells: keep one")
    assert state(path, "0.a") == ("!", "missing: no cell is marked as this question")


def test_an_answer_in_a_cell_of_ones_own_is_found_by_its_name():
    def change(raw: dict[str, Any]) -> None:
        raw["cells"].remove(cell(raw, "answer-0-1"))
        raw["cells"].append({"cell_type": "code", "metadata": {}, "source": [RIGHT], "outputs": []})

    assert state(notebook(change)) == ("·", "begun: its check has not run on this machine")


@pytest.mark.parametrize(
    ("answer", "empty"),
    [
        (f"Why?\n\n{findings.PROMPT}\n\n", True),
        (f"Why?\n\n{findings.PROMPT}\n\nBecause.", False),
        ("Because.", False),
        ("", True),
    ],
)
def test_empty_questions_are_told(answer, empty):
    path = notebook(answered(answer, "reflection-0-a"))
    told = ("·", "still empty below *Your answer:*") if empty else ("✓", "written")
    assert state(path, "0.a") == told


def test_the_prompt_is_the_one_that_labs_show():
    assert findings.PROMPT == STUDENT_PROMPT


def test_changed_and_missing_checks_are_named():
    def change(raw: dict[str, Any]) -> None:
        cell(raw, "check-0-1").update(source="check('0.1', greet)\nprint('all right')")
        raw["cells"].remove(cell(raw, "check-0-2"))

    assert findings.notes(reading.read(notebook(change))) == [
        "The check cell of 0.1 is changed. The grader runs the course's own check.",
        "The check cell of 0.2 is gone. The grader runs the course's own check.",
    ]
    assert findings.notes(reading.read(notebook())) == []


def test_blank_lines_at_a_checks_end_are_no_change():
    path = notebook(lambda raw: cell(raw, "check-0-1").update(source='check("0.1", greet)\n\n'))
    assert findings.notes(reading.read(path)) == []


def test_another_version_of_the_lab_is_told_once():
    def change(raw: dict[str, Any]) -> None:
        for each in raw["cells"]:
            if "course" not in each["metadata"]:
                each["source"] = "last year's"

    (note,) = findings.notes(reading.read(notebook(change)))
    assert note == "This is another version of lab 00 than your course's; compare labs/00_setup.ipynb."


def test_a_lab_that_this_copy_does_not_have_is_packed_all_the_same(monkeypatch):
    monkeypatch.setattr(findings, "released", lambda: released.Released("1", "", {}))
    assert findings.notes(reading.read(notebook())) == [
        "This copy of the course has no lab 00 to compare with."
    ]


# Which lab -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted((ROOT / "labs").glob("*.ipynb")), ids=lambda path: path.stem)
@pytest.mark.parametrize("change", [lambda raw: None, without_marks], ids=["as it is", "without marks"])
def test_every_lab_is_told_by_its_cells(path, change):
    read = reading.read(notebook(change, path))
    assert read.lab.id == path.stem[:2]
    assert packing.lab_name(read) == path.stem
    assert read.marked is (change is not without_marks)


@pytest.mark.parametrize("kept", ["course", "nbgrader", "id"])
def test_one_kind_of_mark_will_do(kept):
    def change(raw: dict[str, Any]) -> None:
        for each in raw["cells"]:
            each["metadata"] = {key: each["metadata"][key] for key in each["metadata"] if key == kept}
            if kept != "id":
                del each["id"]

    path = notebook(change)
    assert reading.read(path).marked
    assert state(path) == ("·", "not begun")
    assert state(path, "0.a") == ("·", "still empty below *Your answer:*")


def test_lost_marks_are_told():
    def change(raw: dict[str, Any]) -> None:
        cell(raw, "answer-0-1").update(source="def greet(name):\n    return (")
        without_marks(raw)

    path = notebook(change)
    assert state(path)[1].startswith("Python cannot read line 2")
    (note,) = findings.notes(reading.read(path))
    assert note.startswith("The cells have lost their marks")


# What is no submission -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("nowhere.ipynb", None, "there is no file nowhere.ipynb"),
        ("lab.py", "x = 1", "expected a file whose name ends in .ipynb, received lab.py"),
        ("a.ipynb", "{", "a.ipynb is damaged"),
        ("a.ipynb", "[" * 100_000, "a.ipynb is damaged"),
        ("a.ipynb", "\udcff", "a.ipynb is damaged"),
        ("a.ipynb", "[]", "has no list of cells"),
        ("a.ipynb", '{"worksheets": []}', "expected a notebook of Jupyter's format 4"),
        ("a.ipynb", '{"cells": [3]}', "cell 1 of a.ipynb has no source"),
        ("a.ipynb", '{"cells": []}', "no cell of a.ipynb belongs to any"),
        ("a.ipynb", '{"cells": [{"source": "def other(): ..."}]}', "expected one of the course's labs (00, "),
    ],
)
def test_what_is_no_lab_is_not_packed(folder, name, content, told):
    if content is not None:
        Path(name).write_bytes(content.encode("utf-8", "surrogateescape"))
    done = submit(name)
    assert done.exit_code == 1
    assert done.stderr.startswith("Not packed: ")
    assert told in done.stderr
    assert not list(folder.glob("*.zip"))


def test_of_a_folder_its_notebooks_are_named(folder):
    notebook()
    done = submit(".")
    assert (done.exit_code, "mine.ipynb" in done.stderr) == (1, True)


@pytest.mark.parametrize("cells", [[{"metadata": 3}], [{"metadata": {"course": 3, "nbgrader": []}}]])
def test_odd_metadata_is_no_mark(cells):
    path = Path("odd.ipynb")
    path.write_text(json.dumps({"cells": [{"source": RIGHT, "cell_type": "code", **each} for each in cells]}))
    assert not reading.read(path).marked


# The zip ---------------------------------------------------------------------------------------------------


def entries(path: str) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_zip_holds_the_notebook_as_it_is_and_says_whose_it_is():
    path = notebook(answered(RIGHT))
    assert submit(str(path), "--student", " anna.b@x ").exit_code == 0
    inside = entries("anna.b@x_00_setup.zip")
    assert set(inside) == {"00_setup.ipynb", "manifest.json"}
    assert inside["00_setup.ipynb"] == path.read_bytes()
    manifest = json.loads(inside["manifest.json"])
    assert manifest["format"] == 1
    assert (manifest["student"], manifest["lab"]) == ("anna.b@x", "00")
    assert manifest["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert datetime.datetime.fromisoformat(manifest["packed_at"]).utcoffset() == datetime.timedelta(0)
    assert set(manifest["packages"]) == {"python", "keras", "numpy", "tensorflow", "tensorflow-text"}


@pytest.mark.parametrize("printed", [0, 2_000_003])
def test_a_grader_takes_in_what_was_packed(folder, printed):
    """By its file's name, and even if it holds what packs suspiciously well."""

    def change(raw: dict[str, Any]) -> None:
        answered(RIGHT)(raw)
        loud(printed)(raw)

    submit(str(notebook(change)), "--student", "anna")
    (folder / "mine.ipynb").unlink()
    intake = take_in(folder, notebooks.Release.read(LAB, "00"))
    assert (intake.failed, intake.unknown) == ({}, {})
    (received,) = intake.received
    assert received.student == "anna"
    assert received.submission.answers["0.1"] == RIGHT
    assert Caps().notebook_bytes >= packing.LARGEST


def test_without_an_id_it_says_so_and_packs():
    done = submit(str(notebook()))
    assert done.exit_code == 0
    assert "! The zip does not say whose it is" in done.stdout
    assert json.loads(entries("00_setup.zip")["manifest.json"])["student"] is None


@pytest.mark.parametrize("student", ["", "a/b", "../x", "-x", ".x", "_x", "a" * 65, "a\nb", "a b", "=cmd"])
def test_an_id_that_is_none_is_told(folder, student):
    done = submit(str(notebook()), "--student", student)
    assert done.exit_code == 1
    assert "expected your id" in done.stderr
    assert not list(folder.glob("*.zip"))


@pytest.mark.parametrize("student", ["anna", "Ödön_7", "a@b.hu", "2026-117", "x+y"])
def test_ids_of_any_alphabet_will_do(student):
    assert packing.checked_student(f" {student}\n") == student


def test_an_older_zip_is_never_overwritten(folder):
    path = str(notebook())
    said = [submit(path, "--student", "anna").stdout.splitlines()[-1] for _ in range(3)]
    assert [line.split()[1] for line in said] == [
        "anna_00_setup.zip",
        "anna_00_setup-2.zip",
        "anna_00_setup-3.zip",
    ]
    (folder / "kept.zip").write_bytes(b"kept")
    done = submit(path, "--out", "kept.zip")
    assert done.exit_code == 1
    assert "there is a file kept.zip already: name another with --out" in done.stderr
    assert (folder / "kept.zip").read_bytes() == b"kept"


def test_a_folder_that_is_not_there_is_told():
    done = submit(str(notebook()), "--out", "no/where.zip")
    assert (done.exit_code, "there is none" in done.stderr) == (1, True)


def test_half_a_zip_is_not_left_behind(folder, monkeypatch):
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(28, "No space left on device")

    def begun(path: Path, mode: str) -> Full:
        path.touch()
        return Full()

    monkeypatch.setattr(Path, "open", begun)
    with pytest.raises(OSError, match="No space"):
        packing._write_new(folder / "half.zip", b"PK")
    assert not (folder / "half.zip").exists()


# Outputs ---------------------------------------------------------------------------------------------------


def loud(size: int) -> Change:
    def change(raw: dict[str, Any]) -> None:
        raw["cells"][3]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "y" * size}]
        raw["cells"][5]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "kept"}]

    return change


def outputs(path: str) -> list[int]:
    cells = json.loads(entries(path)["00_setup.ipynb"])["cells"]
    return [len(each["outputs"][0]["text"]) for each in cells if each.get("outputs")]


def test_endless_output_is_told_and_left_out_with_consent():
    path = notebook(loud(2_000_003))
    before = path.read_bytes()
    done = submit(str(path), "--out", "a.zip")
    assert "! Far more output than anybody reads: cell 4 (2.0 MB)" in done.stdout
    assert outputs("a.zip") == [2_000_003, 4]
    submit(str(path), "--out", "b.zip", "--strip-outputs")
    assert outputs("b.zip") == [4]
    manifest = json.loads(entries("b.zip")["manifest.json"])
    assert manifest["sha256"] == hashlib.sha256(entries("b.zip")["00_setup.ipynb"]).hexdigest()
    assert path.read_bytes() == before


def test_usual_output_is_no_matter():
    done = submit(str(notebook(loud(100_000))), "--out", "a.zip", "--strip-outputs")
    assert "Far more" not in done.stdout
    assert outputs("a.zip") == [100_000, 4]


@pytest.mark.parametrize(("answer", "left"), [(True, [4]), (False, [2_000_003, 4])])
def test_at_a_terminal_it_asks(monkeypatch, answer, left):
    from course_utils import cli_submit

    monkeypatch.setattr(cli_submit, "_asks", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: answer)
    submit(str(notebook(loud(2_000_003))), "--out", "a.zip")
    assert outputs("a.zip") == left


def test_a_notebook_too_large_for_graders_is_not_packed(folder):
    done = submit(str(notebook(loud(packing.LARGEST))), "--out", "a.zip")
    assert done.exit_code == 1
    assert "expected at most 21 MB, this notebook has 21.0 MB" in done.stderr
    assert "Clear Outputs of All Cells" in done.stderr
    assert not (folder / "a.zip").exists()
    assert submit("mine.ipynb", "--out", "a.zip", "--strip-outputs").exit_code == 0


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(7, "just now"), (61, "1 minute ago"), (7_300, "2 hours ago"), (3 * 86_400, "3 days ago")],
)
def test_when_it_was_saved_is_told(seconds, told):
    from course_utils.cli_submit import _ago

    assert _ago(seconds) == told


def test_it_needs_nothing_of_the_graders():
    modules = "course_utils.cli_submit, course_utils.submission.findings, course_utils.submission.packing"
    code = f"import sys, {modules}\n"
    code += "print([name for name in sys.modules if 'grading' in name or name in ('keras', 'sqlalchemy')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
