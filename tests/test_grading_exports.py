"""`grading.exports` and `course grade export`: what is written is read back by the programs' own means."""

from __future__ import annotations

import csv
import datetime
import io
import json
import os
import sys

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from course_utils.cli import app
from course_utils.cli_export import Format
from course_utils.grading.exports import canvas, gradescope, moodle, nbgrader, spreadsheet
from course_utils.grading.exports.cells import as_csv
from course_utils.grading.gradebook import Key, opened
from course_utils.grading.lateness import Policy, Terms
from course_utils.grading.manual import Score, version
from course_utils.grading.pages import visible
from course_utils.grading.spreadsheet import guarded
from tests.grading_records import LAB, gradebook, outcome, read, record, result, stored

FIRST, SECOND = (check.name for check in LAB.exercises["0.2"].checks[:2])
WRONG = outcome("0.2", result("0.2", FIRST, "failed", problem="four words", got="4"), result("0.2", SECOND))
HIDDEN = outcome(
    "0.3",
    *(result("0.3", check.name) for check in LAB.exercises["0.3"].checks),
    result("0.3", "secret", "failed", hidden=True, problem="SECRET", got="SECRET", call="SECRET"),
)
STUB = outcome("0.4", result("0.4", LAB.exercises["0.4"].checks[0].name, "not_attempted", problem="not done"))
TEXT = "*Your answer:* Not what is meant."
UNKNOWN = "when it was handed in is unknown: no late penalty"
DUE = datetime.datetime(2026, 10, 23, 23, 59, tzinfo=datetime.UTC)


@pytest.fixture
def path(tmp_path):
    """anna: two exercises wrong, a question graded, another waiting, a day late; bela: all right."""
    path = gradebook(tmp_path / "grades.db", {"bela": stored()})
    answers = stored(WRONG, STUB, reflections={"0.a": TEXT, "0.b": TEXT}, notes=["found by the name greet"])
    earned = sum(each["earned"] for each in answers["outcomes"])
    with opened(path) as book:
        key = Key("00", "anna", "a" * 64, "b" * 64, "c" * 64)
        assert book.add(key, earned, 4, answers, DUE + datetime.timedelta(hours=7))
        book.add_scores("00", [Score("anna", "0.a", "a" * 64, version(TEXT), 0.5, "Good.", "the grader")])
        book.set_terms("00", Terms(DUE, Policy.parse("10%/day")))
    return path


def table(text):
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


# Cells -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "＝1",
        '=HYPERLINK("http://x","y")',
        "=cmd|' /C calc'!A0",
    ],
)
def test_formulas_become_text(text):
    [[cell, beside]] = table(as_csv([[text, "x"]]))
    assert cell[0] == "'" or cell[:8] == "⟨U+000D⟩"
    assert beside == "x"


@given(st.text(st.characters(codec=None)))
def test_no_text_begins_as_a_formula_and_none_leaves_its_cell(text):
    [row] = table(as_csv([["a", text, 7.0]]))
    assert row == ["a", guarded(visible(text)), "7"]
    assert not row[1].lstrip(" ").startswith(("=", "+", "-", "@"))
    row[1].encode("utf-8")


def test_numbers_stay_numbers():
    assert (
        as_csv([[-1.5, 3.0, 0.1 + 0.2, -0.0, 12345.67, None, 'né, "x"']])
        == '-1.5,3,0.3,0,12345.67,,"né, ""x"""\r\n'
    )


# Tables ----------------------------------------------------------------------------------------------------


def test_the_table_has_everything_by_its_name(path):
    text = spreadsheet.export(read(path), LAB)
    assert text.startswith("\ufeffstudent,total,")
    anna, bela = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    title = LAB.exercises["0.2"].title
    assert anna["student"] == "anna"
    assert float(anna[f"0.2 {title} (of 1)"]) == 0.25
    assert float(anna["by checks"]) == 2.25
    assert float(anna["by hand"]) == 0.5
    assert float(anna["late penalty"]) == -0.28
    assert float(anna["total"]) == 2.47
    assert anna["handed in (UTC)"] == "2026-10-24 06:59:00"
    assert anna["not read yet"] == "0.b"
    assert anna["notes"] == "1 day late: -10%; found by the name greet"
    assert float(bela["total"]) == 4
    assert bela["notes"] == UNKNOWN


def test_canvas_finds_its_columns_and_the_points_there_were(path):
    header, possible, anna, bela = table(canvas.export(read(path), "Lab 00 (1234)", "sis-login"))
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Lab 00 (1234)"]
    assert "Points Possible" in possible[0]
    assert possible[-1] == "6"
    assert anna == ["anna", "", "", "anna", "", "2.47"]
    assert bela[-1] == "4"
    assert table(canvas.export(read(path), "x", "sis-user"))[2][:4] == ["anna", "", "anna", ""]
    assert table(canvas.export(read(path), "x", "id"))[2][:4] == ["anna", "anna", "", ""]


def test_moodle_gets_a_column_to_know_students_by(path):
    header, anna, bela = table(moodle.export(read(path), "Lab 00", "idnumber"))
    assert header == ["ID number", "Lab 00", "Lab 00 (feedback)"]
    assert anna == ["anna", "2.47", "0.2 not right yet; 0.4 not begun; 1 day late: -10%"]
    assert bela == ["bela", "4", f"all checks passed; {UNKNOWN}"]


# Gradescope ------------------------------------------------------------------------------------------------

VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
TEST = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number"},
        "max_score": {"type": "number"},
        "status": {"enum": ["passed", "failed"]},
        "name": {"type": "string"},
        "name_format": FORMAT,
        "number": {"type": "string"},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "tags": {"type": "array", "items": {"type": "string"}},
        "visibility": VISIBILITY,
        "extra_data": {"type": "object"},
    },
}
# As Gradescope's "Autograder Specifications" describe the file.
RESULTS = {
    "type": "object",
    "additionalProperties": False,
    "anyOf": [{"required": ["score"]}, {"required": ["tests"]}],
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "test_output_format": FORMAT,
        "test_name_format": FORMAT,
        "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY,
        "extra_data": {"type": "object"},
        "tests": {"type": "array", "items": TEST},
    },
}


def test_gradescope_reads_scores_and_outputs():
    found = json.loads(gradescope.export(record(stored(WRONG, STUB)), LAB))
    jsonschema.validate(found, RESULTS)
    assert found["score"] == pytest.approx(2.25)
    assert sum(test["max_score"] for test in found["tests"]) == pytest.approx(4, abs=0.01)
    assert sum(test["score"] for test in found["tests"]) == pytest.approx(2.25, abs=0.01)
    failed, unreached = (
        test for test in found["tests"] if test["status"] == "failed" and "0.2" in test["number"]
    )
    assert failed["output"] == "four words\nGot: 4"
    assert "not run" in unreached["name"]
    assert unreached["max_score"] == 0.5


def test_gradescope_shows_nothing_of_a_hidden_check():
    text = gradescope.export(record(stored(HIDDEN)), LAB)
    jsonschema.validate(json.loads(text), RESULTS)
    [hidden] = [test for test in json.loads(text)["tests"] if test["visibility"] == "hidden"]
    assert hidden["status"] == "failed"
    assert hidden["max_score"] > 0
    assert "SECRET" not in text


def test_gradescope_shows_what_was_given_by_hand():
    score = Score("anna", "0.a", "a" * 64, version(TEXT), 0.5, "Good.", "the grader")
    found = gradescope.results(record(stored(reflections={"0.a": TEXT}), scores=(score,)), LAB)
    assert found["tests"][-1]["score"] == 0.5
    assert found["tests"][-1]["output"] == "Good."


# nbgrader --------------------------------------------------------------------------------------------------


def test_nbgrader_reads_its_gradebook(path, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")  # where `alembic` is not
    target = tmp_path / "gradebook.db"
    for _ in range(2):  # and again, in the place of the first
        done = run(path, "nbgrader", target)
        assert done.exit_code == 0, done.output
    assert os.environ["PATH"] == "/nowhere"
    name = nbgrader.assignment_name(LAB)
    assert name == "00_setup"
    with Gradebook(f"sqlite:///{target}") as book:
        assert [each.name for each in book.assignments] == [name]
        assert {each.id for each in book.students} == {"anna", "bela"}
        assert book.find_assignment(name).max_score == 6
        anna = book.find_submission(name, "anna")
        assert anna.score == pytest.approx(2.25 + 0.5)
        assert anna.needs_manual_grade
        assert anna.timestamp == datetime.datetime(2026, 10, 24, 6, 59)
        assert anna.notebooks[0].late_submission_penalty == pytest.approx(0.28)
        assert book.find_grade("check-0-2", name, name, "anna").auto_score == pytest.approx(0.25)
        assert book.find_grade("reflection-0-a", name, name, "anna").manual_score == 0.5
        assert book.find_grade("reflection-0-b", name, name, "anna").manual_score is None
        assert book.find_submission(name, "bela").score == 4
        assert not book.find_submission(name, "bela").needs_manual_grade


def test_without_nbgrader_it_says_what_to_install(path, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "nbgrader.api", None)
    done = run(path, "nbgrader", tmp_path / "gradebook.db")
    assert done.exit_code == 1
    assert "pip install nbgrader" in done.output


# The command -----------------------------------------------------------------------------------------------


def run(path, format, out, *more):
    arguments = [
        "grade",
        "export",
        "--lab",
        "00",
        "--format",
        format,
        "-o",
        str(out),
        "--gradebook",
        str(path),
    ]
    return CliRunner().invoke(app, [*arguments, *more], catch_exceptions=False)


@pytest.mark.parametrize("format", sorted(set(Format) - {Format.NBGRADER}))
def test_the_command_writes_each_format(path, tmp_path, format):
    out = tmp_path / "out"
    done = run(path, format, out)
    assert done.exit_code == 0, done.output
    assert f"2 students: {out}" in done.output
    assert "Answers wait to be read, of 1 students" in done.output
    assert out.exists()
    if format == "gradescope":
        assert {each.name for each in out.iterdir()} == {"anna.json", "bela.json"}


def test_the_command_takes_names_and_says_which_there_are(path, tmp_path):
    assert run(path, "canvas", tmp_path / "c", "--assignment", "A (7)", "--identity", "id").exit_code == 0
    assert table((tmp_path / "c").read_text())[0][-1] == "A (7)"
    done = run(path, "moodle", tmp_path / "m", "--identity", "id")
    assert done.exit_code == 2
    assert "expected --identity to be one of email, username, idnumber for moodle, got 'id'" in done.output


def test_nothing_is_exported_of_an_empty_gradebook(tmp_path):
    with opened(tmp_path / "g.db"):
        pass
    done = run(tmp_path / "g.db", "csv", tmp_path / "out.csv")
    assert done.exit_code == 1
    assert "expected attempts at lab 00" in done.output
    assert not (tmp_path / "out.csv").exists()
