"""`grading.intake`: who handed in what, who twice, who nothing."""

from __future__ import annotations

import datetime
import json
import os
import unicodedata
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from course_utils.cli import app
from course_utils.grading.caps import Caps, Unreadable
from course_utils.grading.intake import Intake, take_in
from course_utils.grading.notebooks import Release
from course_utils.grading.roster import Person, Roster, identity
from tests.grading_course import write

MOODLE = "Kovács Anna_12345_assignsubmission_file_"
ROSTER = Roster(
    (
        Person("a1", "Kovács Anna", due=datetime.datetime(2026, 11, 30, tzinfo=datetime.UTC)),
        Person("b2", "Nagy Béla"),
        Person("c3", "Kis Ida"),
        Person("d4", "Kis Ida"),
    )
)


@pytest.fixture
def release(tmp_path) -> Release:
    return Release.read(write(tmp_path / "labs/00_setup.ipynb"), "00")


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "came").mkdir()
    return tmp_path / "came"


def put(folder: Path, *names: str, days: int = 0) -> None:
    """Notebooks, each of another content; `days` after another that is put by default."""
    for name in names:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        write(path, e1=f"def greet(name):\n    return {name!r} + name")
        os.utime(path, (0, 1_790_000_000 + 86_400 * days))


def students(intake: Intake) -> list[str]:
    return [each.student for each in intake.received]


def answer(intake: Intake, place: int = 0) -> str:
    return intake.received[place].submission.answers["0.1"]


def test_what_cannot_be_read_is_told_and_stops_nobody(folder, release):
    put(folder, "anna.ipynb")
    (folder / "dora.ipynb").write_text("{")
    (folder / "evil.ipynb").symlink_to("/etc/passwd")
    intake = take_in(folder, release)
    assert students(intake) == ["anna"]
    assert "no JSON" in intake.failed["dora"]
    assert intake.failed["evil"] == "expected a file, received a link"


def test_a_notebook_a_folder_and_a_zip_are_alike(folder, release, tmp_path):
    put(folder, "anna.ipynb", "bela/00_setup.ipynb")
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for name in ("anna.ipynb", "bela/00_setup.ipynb"):
            archive.write(folder / name, f"came/{name}")
    assert students(take_in(folder, release)) == ["anna", "bela"]
    assert students(take_in(tmp_path / "class.zip", release)) == ["anna", "bela"]
    [alone] = take_in(folder / "anna.ipynb", release).received
    assert alone.student == "anna"
    assert alone.at == datetime.datetime.fromtimestamp(1_790_000_000, datetime.UTC)
    digests = {each.submission.digest for each in take_in(folder, release).received}
    assert digests == {each.submission.digest for each in take_in(tmp_path / "class.zip", release).received}


def test_a_student_s_own_zip_is_read_by_its_name(folder, release):
    put(folder, "x.ipynb")
    with zipfile.ZipFile(folder / "anna.zip", "w") as archive:
        archive.write(folder / "x.ipynb", "00_setup.ipynb")
    assert students(take_in(folder / "anna.zip", release)) == ["anna"]


@pytest.mark.parametrize("content", ["nothing", "a picture"])
def test_where_nothing_came_is_told(folder, release, content):
    if content == "a picture":
        (folder / "x.png").touch()
    with pytest.raises(Unreadable, match="expected a notebook at least, received none in"):
        take_in(folder, release)


def test_caps_go_all_the_way(folder, release):
    put(folder, "anna.ipynb")
    assert "at most 11 bytes" in take_in(folder, release, caps=Caps(notebook_bytes=11)).failed["anna"]


# Twice -----------------------------------------------------------------------------------------------------


def test_the_newest_by_its_number_counts_and_is_told(folder, release):
    put(folder, f"{MOODLE}/00_setup.ipynb", days=7)
    put(folder, f"{MOODLE}/00_setup-2.ipynb", f"{MOODLE}/00_setup-1.ipynb")
    intake = take_in(folder, release)
    assert students(intake) == ["Kovács Anna"]
    assert "setup-2" in answer(intake)
    assert intake.duplicates["Kovács Anna"].startswith("3 notebooks (Kov")
    assert intake.duplicates["Kovács Anna"].endswith("00_setup-2.ipynb counts")
    assert intake.duplicates["Kovács Anna"] in intake.received[0].submission.notes


def test_the_newest_by_its_time_counts(folder, release):
    put(folder, "anna/first.ipynb")
    put(folder, "anna/second.ipynb", days=1)
    put(folder, "bela.ipynb", "cili.ipynb")
    intake = take_in(folder, release)
    assert "second" in answer(intake)
    assert students(intake) == ["anna", "bela", "cili"]


def test_where_nothing_tells_which_is_newer_neither_counts(folder, release):
    put(folder, "anna/first.ipynb", "anna/second.ipynb", "bela.ipynb")
    intake = take_in(folder, release)
    assert students(intake) == ["bela"]
    assert intake.failed["anna"] == (
        "expected one notebook, received 2 notebooks (anna/first.ipynb, anna/second.ipynb), "
        "and nothing tells which is the last"
    )


def test_equal_notebooks_are_one(folder, release):
    put(folder, "bela.ipynb", "anna/first.ipynb")
    (folder / "anna/second.ipynb").write_bytes((folder / "anna/first.ipynb").read_bytes())
    intake = take_in(folder, release)
    assert students(intake) == ["anna", "bela"]
    assert intake.duplicates == {}


def test_another_lab_s_notebook_beside_this_one_s_is_no_rival(folder, release):
    put(folder, "bela.ipynb", "anna/00_setup.ipynb")
    other = {"cells": [], "metadata": {"course": {"lab": "07"}}}
    (folder / "anna/07_attention.ipynb").write_text(json.dumps(other))
    assert "00_setup" in answer(take_in(folder, release))


def test_a_broken_file_beside_a_good_one_is_told(folder, release):
    put(folder, "bela.ipynb", "anna/00_setup.ipynb")
    (folder / "anna/00_setup-2.ipynb").write_text("{")
    intake = take_in(folder, release)
    assert intake.failed == {}
    [note] = intake.received[0].submission.notes
    assert note.startswith(
        "anna/00_setup-2.ipynb was not read: expected a notebook, received what is no JSON"
    )


def test_names_in_other_cases_and_forms_are_one_student(folder, release):
    put(folder, "Éva/00_setup.ipynb", "bela.ipynb")
    put(folder, unicodedata.normalize("NFD", "éva") + "/00_setup.ipynb", days=1)
    assert [identity(each) for each in students(take_in(folder, release))] == ["bela", "éva"]


def test_two_students_of_one_name_are_kept_apart_by_their_numbers(folder, release):
    put(folder, f"{MOODLE}/x.ipynb", f"{MOODLE.replace('12345', '777')}/x.ipynb")
    assert students(take_in(folder, release)) == ["Kovács Anna 12345", "Kovács Anna 777"]


# Systems, patterns, rosters --------------------------------------------------------------------------------


def test_what_a_platform_says_of_lateness_is_told(folder, release):
    put(folder, "kovacsanna_LATE_1_2_00_setup.ipynb", "nagybela_3_4_00_setup.ipynb")
    first, second = take_in(folder, release).received
    assert first.submission.notes == ("the learning platform marks it as late",)
    assert second.submission.notes == ()


def test_a_student_who_handed_in_something_else_is_told(folder, release):
    put(folder, "Nagy Béla_7_assignsubmission_file_/00_setup.ipynb")
    (folder / MOODLE).mkdir()
    (folder / MOODLE / "report.pdf").touch()
    (folder / "Nagy Béla_7_assignsubmission_file_/notes.txt").touch()
    (folder / "README.md").touch()
    intake = take_in(folder, release)
    assert intake.failed == {"Kovács Anna": "expected a notebook, received report.pdf"}
    assert intake.received[0].submission.notes == ()


def test_a_pattern_decides_alone(folder, release):
    put(folder, "anna_00.ipynb", "bela.ipynb")
    intake = take_in(folder, release, pattern="{student}_{lab}.ipynb")
    assert students(intake) == ["anna"]
    assert intake.unknown == {"bela.ipynb": "its name does not fit the pattern"}
    with pytest.raises(ValueError, match="expected a pattern"):
        take_in(folder, release, pattern="{lab}")


def test_a_roster_gives_ids_dates_and_who_is_missing(folder, release):
    put(folder, f"Group A-{MOODLE}/00_setup.ipynb", "nobody.ipynb")
    intake = take_in(folder, release, roster=ROSTER)
    [anna] = intake.received
    assert anna.student == "a1"
    assert intake.missing == ("b2", "c3", "d4")
    assert intake.dues == {person.student: person.due for person in ROSTER.people}
    assert intake.unknown == {"nobody.ipynb": "the name 'nobody' is not in the roster"}


def test_a_name_of_two_students_is_nobody_s_unless_a_number_tells(folder, release):
    put(folder, "Kis Ida.ipynb", "kisida_d4_1_x.ipynb")
    intake = take_in(folder, release, roster=ROSTER)
    assert intake.unknown["Kis Ida.ipynb"] == "the name 'Kis Ida' is that of 2 students: c3, d4"
    put(folder, "x/kisida_4_1_x.ipynb")
    people = Roster((Person("3", "Kis Ida"), Person("4", "Kis Ida")))
    assert students(take_in(folder / "x", release, roster=people)) == ["4"]


def test_a_platform_s_number_counts_only_where_the_name_says_nothing(folder, release):
    put(folder, "kovacsanna_7_1_x.ipynb", "belanagy_8_1_x.ipynb")
    people = Roster((Person("x1", "Kovács Anna"), Person("7", "Kis Ida"), Person("8", "Nagy B.")))
    assert students(take_in(folder, release, roster=people)) == ["8", "x1"]


def test_one_student_by_two_names_is_one(folder, release):
    put(folder, "a1.ipynb")
    put(folder, "Kovács Anna.ipynb", days=1)
    intake = take_in(folder, release, roster=ROSTER)
    assert students(intake) == ["a1"]
    assert "Kovács" in answer(intake)


def test_whoever_s_notebook_cannot_be_read_is_not_missing(folder, release):
    put(folder, "b2.ipynb")
    (folder / "a1.ipynb").write_text("{")
    intake = take_in(folder, release, roster=ROSTER)
    assert list(intake.failed) == ["a1"]
    assert intake.missing == ("c3", "d4")


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("=cmd()", "cmd()"),
        ("<script>", "script_"),
        ("a\u202eb", "ab"),
        ("a\x1b[2J", "a_2J"),
    ],
)
def test_names_made_to_harm_are_made_harmless_and_told(folder, release, name, student):
    put(folder, f"{name}.ipynb", "bela.ipynb")
    [found] = [each for each in take_in(folder, release).received if each.student != "bela"]
    assert found.student == student
    [note] = found.submission.notes
    assert note.startswith("the name on the file was ")
    assert note.isprintable()


def test_what_is_no_name_is_refused(folder, release):
    with zipfile.ZipFile(folder / "class.zip", "w") as archive:
        archive.writestr("x" * 200 + ".ipynb", "{}")
        archive.writestr("../x.ipynb", "{}")
        archive.writestr("___.ipynb", "{}")
        archive.writestr("anna.ipynb", '{"cells": []}')
    intake = take_in(folder / "class.zip", release)
    assert students(intake) == ["anna"]
    assert len(intake.failed) == 3
    assert "leads out" in intake.failed["../x.ipynb"]


# The command -----------------------------------------------------------------------------------------------


@pytest.fixture
def told(folder, tmp_path, monkeypatch):
    """A function that runs the command on the folder without judging anything."""
    from course_utils import cli_grade
    from course_utils.grading.supervisor import Report

    write(tmp_path / "labs/00_setup.ipynb")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        cli_grade, "_graded", lambda intake, *_, **__: Report(len(intake.received), before=0, failed={})
    )
    return lambda *options: CliRunner().invoke(app, ["grade", "came", "--lab", "00", *options])


def test_the_command_ends_well_where_all_is_well(folder, told):
    put(folder, "anna.ipynb", "bela.ipynb")
    done = told()
    assert (done.exit_code, done.output) == (0, "2 graded, 0 before, 0 could not be graded.\n")


def test_the_command_tells_who_is_unknown_twice_or_missing(folder, told, tmp_path):
    put(folder, "a1.ipynb", "x.ipynb")
    put(folder, "Kovács Anna.ipynb", days=1)
    (tmp_path / "roster.csv").write_text("student;name\na1;Kovács Anna\nb2;Nagy Béla\nc3;Kis Ida\n")
    done = told("--roster", "roster.csv")
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        "x.ipynb: nobody's: the name 'x' is not in the roster",
        "a1: 2 notebooks (Kovács Anna.ipynb, a1.ipynb) came in: Kovács Anna.ipynb counts",
        "2 handed in nothing: b2, c3",
        "1 graded, 0 before, 0 could not be graded.",
    ]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--roster", "nothing.csv"], "nothing.csv"),
        (["--pattern", "{lab}.ipynb"], "expected a pattern with {student} once"),
        (["--lab", "9"], "expected a lab of labs/ (00), received '9'"),
    ],
)
def test_the_command_says_what_it_needs(folder, told, options, says):
    put(folder, "anna.ipynb")
    done = told(*options)
    assert done.exit_code == 2
    assert says in done.output
    assert len(done.output.splitlines()) == 1
