"""Scores by hand: what students wrote, files that go out and come back, and the terminal."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from course_utils.checks.core import load_lab
from course_utils.cli_grade import app
from course_utils.grading.gradebook import Key, opened
from course_utils.grading.manual import Answer, Score, version
from course_utils.grading.manual_files import BadScores, Filled, export, points_in
from course_utils.grading.reflections import written
from course_utils.grading.spreadsheet import BEGINS_FORMULA, guarded, unguarded

ASKED = "**8.a** Why is it\nso?\n\n*Your answer:*"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        (ASKED, ""),
        (f"{ASKED}\n\nBecause.\n\nAnd so.", "Because.\n\nAnd so."),
        (f"{ASKED} Because.", "Because."),
        ("**8.a** Why is it\nso?\n\nBecause.\n\n*Your answer:*", "Because."),
        ("Because.", "Because."),
        (f"{ASKED}\nso? I ask\nso?", "so? I ask\nso?"),
        ("**8.a** Why is it  \r\nso?\r\n\r\n*Your answer:*\r\nBecause.\r\n", "Because."),
        ("", ""),
    ],
)
def test_what_a_student_wrote_in_a_question(text, own):
    assert written(text, ASKED) == own


# Spreadsheets ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "'=1", "''=1", " =1"]
)
def test_what_would_be_a_formula_is_guarded(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a = b", "'quoted'", "3", "né"])
def test_other_text_stays_as_it_is(text):
    assert guarded(text) == text


@given(st.text("'= -@a\n", max_size=6))
def test_guarding_takes_nothing_away(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(BEGINS_FORMULA)


def test_a_version_goes_by_the_words():
    assert version("a  b\r\n") == version("a b") != version("ab")


# Files -----------------------------------------------------------------------------------------------------

QUESTIONS = load_lab("08").reflections
TEXTS = {
    ("anna", "8.a"): 'Because.\nSo; "there".',
    ("-bela", "8.a"): "=HYPERLINK(1)",
    ("anna", "8.b"): "It depends.",
}
ANSWERS = {place: Answer(*place, text, "s" * 64) for place, text in TEXTS.items()}


def filled(path, older=lambda answer, version: None, answers=ANSWERS):
    return Filled(answers.values(), QUESTIONS, older, "teacher").scores(path)


def fill(path, **points):
    """Write the points, by student, into an exported file; how a spreadsheet would write it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["points"], row["comment"] = points.get(row["student"].strip("'-"), ("", ""))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


def test_a_file_that_was_filled_in_comes_back(tmp_path):
    path = tmp_path / "answers.csv"
    export(ANSWERS.values(), path)
    assert "'=HYPERLINK(1)" in path.read_text(encoding="utf-8-sig")
    fill(path, anna=("0,5", "good; short"), bela=("0", ""))
    first = ANSWERS["anna", "8.a"]
    assert filled(path) == [
        first.scored(0.5, "good; short", "teacher"),
        ANSWERS["-bela", "8.a"].scored(0, "", "teacher"),
        ANSWERS["anna", "8.b"].scored(0.5, "good; short", "teacher"),
    ]


def test_a_score_that_is_there_is_exported_and_not_added_again(tmp_path):
    path, answer = tmp_path / "answers.csv", ANSWERS["anna", "8.a"]
    scored = Answer("anna", "8.a", answer.text, answer.submission, answer.scored(0.5, "good", "other"))
    outdated = Answer("anna", "8.b", "new", "s", Score("anna", "8.b", "s", version("old"), 1, "old"))
    answers = {("anna", "8.a"): scored, ("anna", "8.b"): outdated}
    export(answers.values(), path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [(row["points"], row["comment"]) for row in csv.DictReader(file)] == [
            ("0.5", "good"),
            ("", ""),
        ]
    assert filled(path, answers=answers) == []


def test_points_for_a_text_that_was_replaced_since_are_given_for_that(tmp_path):
    path, old = tmp_path / "answers.csv", ANSWERS["anna", "8.a"]
    export([old], path)
    fill(path, anna=("1", ""))
    new = {("anna", "8.a"): Answer("anna", "8.a", "Another text.", "n" * 64)}
    [score] = filled(path, lambda answer, version: old if version == old.version else None, new)
    assert (score.version, score.submission) == (old.version, "s" * 64)


HEADER = "student,question,answer,points,comment,version\n"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("zoli,8.a,,1,,v", "expected a student of the gradebook, received 'zoli'"),
        ("anna,8.c,,1,,v", "expected one of the questions 8.a, 8.b, received '8.c'"),
        ("anna,8.a,,1.5,,{v}", "expected points from 0 to 1, received '1.5'"),
        ("anna,8.a,,-1,,{v}", "expected points from 0 to 1, received '-1'"),
        ("anna,8.a,,nan,,{v}", "received 'nan'"),
        ("anna,8.a,,,only a comment,{v}", "expected points from 0 to 1, received ''"),
        ("anna,8.a,,1,,v123", "expected the version as it was exported, received 'v123'"),
        ("anna,8.a,,1", "expected the version as it was exported, received ''"),
        ("anna,8.a,,1,,{v}\nanna,8.a,,0,,{v}", "anna has points for 8.a in an earlier row"),
    ],
)
def test_rows_that_cannot_be_taken_are_named_by_line_and_nothing_is_taken(tmp_path, row, said):
    path = tmp_path / "answers.csv"
    versions = {place: answer.version for place, answer in ANSWERS.items()}
    good = f'-bela,8.a,"two\nlines",1,,{versions["-bela", "8.a"]}\n'
    path.write_text(HEADER + good + row.format(v=versions["anna", "8.a"]), encoding="utf-8")
    with pytest.raises(BadScores) as told:
        filled(path)
    line = 5 if "earlier" in said else 4
    assert told.value.problems[-1].startswith(f"line {line}: ")
    assert said in told.value.problems[-1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"student,points\n", "line 1: expected the columns .* missing: comment, question, version"),
        (b"", "line 1: expected the columns"),
        (b"student\xff", "expected a file in UTF-8"),
    ],
)  # fmt: skip
def test_other_files_are_refused(tmp_path, content, said):
    path = tmp_path / "answers.csv"
    path.write_bytes(content)
    with pytest.raises(BadScores, match=said):
        filled(path)


@given(st.text(max_size=8))
def test_points_are_in_their_bounds_or_refused(text):
    try:
        assert 0 <= points_in(text, 2) <= 2
    except ValueError as error:
        assert "expected points from 0 to 2" in str(error)  # noqa: PT017 — either end is right


# The terminal ----------------------------------------------------------------------------------------------


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A gradebook of two students, one of whom answered one question."""
    monkeypatch.chdir(tmp_path)
    with opened("grades.db") as book:
        add(book, "anna", {"8.a": "Because.", "8.b": "It depends."})
        add(book, "bela", {"8.a": "\x1b[2JWhy [bold]not[/bold]?", "8.b": " "})
    return tmp_path / "grades.db"


def add(book, student, reflections, submission="a"):
    book.add(
        Key("08", student, submission, "b", "c"), 5.0, 13.0, {"outcomes": [], "reflections": reflections}
    )


def run(*arguments, typed=""):
    return CliRunner().invoke(app, ["manual", "--lab", "08", *arguments], input=typed)


def scores(path):
    with opened(path) as book:
        return {place: (score.points, score.comment) for place, score in book.scores("08").items()}


def test_answers_are_asked_for_question_by_question(path):
    done = run(typed="1\n\n0.5\ntoo short\n\n")
    assert done.exit_code == 0, done.output
    assert scores(path) == {("anna", "8.a"): (1, ""), ("bela", "8.a"): (0.5, "too short")}
    assert "Scores given: 2. To go: 1." in done.output
    assert done.output.index("bela (2 of 2)") < done.output.index("8.b")
    assert "⟨U+001B⟩[2JWhy [bold]not[/bold]?" in done.output  # shown, and driving nothing
    again = run(typed="1\n\n")
    assert "Because" not in again.output
    assert "Scores given: 1. To go: 0." in again.output


def test_points_that_cannot_be_are_asked_for_again(path):
    done = run(typed="2\nhalf\n1\n\n" + "\n\n")
    assert done.output.count("expected points from 0 to 1, received") == 2
    assert scores(path) == {("anna", "8.a"): (1, "")}


def test_breaking_off_loses_nothing(path):
    done = run(typed="1\ngood\n")  # and then the end of all input, as by Ctrl-C
    assert done.exit_code == 130
    assert "Everything given so far is kept." in done.output
    assert scores(path) == {("anna", "8.a"): (1, "good")}


def test_a_new_text_is_listed_again_with_what_the_old_one_got(path):
    run(typed="1\ngood\n\n\n")
    with opened(path) as book:
        add(book, "anna", {"8.a": "Because of it.", "8.b": "It depends."}, submission="n")
    done = run(typed="0\n\n\n\n")
    assert "1 given for an older text. good" in done.output
    assert scores(path) == {("anna", "8.a"): (0, "")}


def test_anonymous_names_nobody(path):
    done = run("--anonymous", typed="\n\n\n")
    assert "answer 2 (2 of 2)" in done.output
    assert not {"anna", "bela"} & set(done.output.split())


def test_a_file_goes_out_and_comes_back(path):
    done = run("--export", "answers.csv")
    assert "3 answers in answers.csv, 3 of them wait for points." in done.output
    fill(path.parent / "answers.csv", anna=("1", "good"))
    with opened(path) as book:
        add(book, "anna", {"8.a": "Because of it.", "8.b": "It depends."}, submission="n")
    done = run("--import", "answers.csv")
    assert (
        "New scores from answers.csv: 2.\nGiven for texts that were handed in anew since, and listed"
        in done.output
    )
    assert scores(path) == {("anna", "8.a"): (1, "good"), ("anna", "8.b"): (1, "good")}
    assert "New scores from answers.csv: 0." in run("--import", "answers.csv").output


def test_a_bad_file_changes_nothing(path):
    run("--export", "answers.csv")
    fill(path.parent / "answers.csv", anna=("1", ""), bela=("3", ""))
    done = run("--import", "answers.csv")
    assert done.exit_code == 1
    assert "line 3: expected points from 0 to 1, received '3'\nNothing was taken" in done.output
    assert scores(path) == {}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--anonymous", "--export", "a.csv"), "expected one of --anonymous, --export and --import"),
        (("--gradebook", "other.db"), "expected a lab and its gradebook, got '08' and other.db"),
        (("--lab", "97"), "expected a lab and its gradebook, got '97'"),
    ],
)
def test_what_cannot_be_done_is_said(path, arguments, said):
    done = run(*arguments)
    assert done.exit_code == 2
    assert said in done.output
    assert not path.with_name("other.db").exists()
