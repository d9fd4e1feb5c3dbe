"""`grading.report`, `grading.publishing` and `course grade report`: what an instructor reads and finds."""

from __future__ import annotations

import os

import pytest
from typer.testing import CliRunner

from course_utils.cli import app
from course_utils.cli_report import summary
from course_utils.grading import publishing
from course_utils.grading.report import index, page, report
from tests.grading_records import LAB, gradebook, outcome, read, record, result, stored
from tests.test_grading_feedback import TAGS, Seen

NAMES = {id: [check.name for check in exercise.checks] for id, exercise in LAB.exercises.items()}


def failing(id: str, place: int = 0, problem: str = "it does not hold", status: str = "failed"):
    names = NAMES[id]
    results = [result(id, name) for name in names]
    results[place] = result(id, names[place], status, problem=problem)
    return outcome(id, *results)


def untouched(id: str):
    return outcome(id, result(id, NAMES[id][0], "not_attempted", problem="not done yet"))


@pytest.fixture
def a_class(tmp_path):
    """Five students: three stumble in 0.2, one has not begun 0.3."""
    return gradebook(
        tmp_path / "grades.db",
        {
            "anna": stored(failing("0.2", problem="four words"), seconds=2, memory=300_000_000),
            "bela": stored(failing("0.2", problem="four words"), seconds=3, walls="trusted"),
            "cili": stored(failing("0.2", problem="five words"), untouched("0.3"), seconds=5),
            "dora": stored(failing("0.4", 1), seconds=7, reflections={"0.a": "*Your answer:* It cannot."}),
            "<b>": stored(seconds=11, notes=["exercise 0.1 has 2 answer cells"], memory=400_000_000),
        },
    )


def the_report(path, **not_graded):
    return report(read(path), LAB, [], not_graded)


def test_the_hardest_exercise_comes_first_with_where_most_stumbled(a_class):
    first, second = the_report(a_class).difficulties[:2]
    assert (first.exercise, first.passed, first.begun) == ("0.2", 2, 5)
    assert first.check == LAB.exercises["0.2"].checks[0].title
    assert (first.stumbled, first.problem) == (3, "four words")
    assert (second.exercise, second.passed, second.begun) == ("0.4", 4, 5)
    [third] = [each for each in the_report(a_class).difficulties if each.exercise == "0.3"]
    assert (third.passed, third.begun, third.share) == (4, 4, 1)


def test_every_student_stands_in_one_bar(a_class):
    found = the_report(a_class)
    assert sum(bar.students for bar in found.bars) == 5
    for bar in found.bars:
        last = bar is found.bars[-1]
        inside = [
            each
            for each in found.records
            if bar.low <= each.total.total < bar.high or (last and each.total.total == bar.high)
        ]
        assert bar.students == len(inside)
    assert max(bar.height for bar in found.bars) == 160


def test_time_and_memory(a_class):
    found = the_report(a_class)
    assert (found.seconds.median, found.seconds.most) == (5, 11)
    assert found.seconds.largest[0] == ("<b>", 11)
    assert found.memory is not None
    assert found.memory.largest == (("<b>", 400_000_000), ("anna", 300_000_000))


def test_the_page_names_all_who_need_a_look(a_class):
    text = " ".join(Seen(page(the_report(a_class, eva="no notebook"))).text.split())
    assert "Graded without walls The code of 1 of 5 students" in text
    assert "bela" in text.partition("Graded without walls")[2].partition("students graded")[0]
    assert "Could not be graded student why eva no notebook" in text
    assert "dora (0.a)" in text
    assert "<b> exercise 0.1 has 2 answer cells" in text


def test_behind_walls_there_is_no_alarm(tmp_path):
    path = gradebook(tmp_path / "g.db", {"anna": stored()})
    assert "without walls" not in page(the_report(path))


def test_nothing_of_a_student_becomes_an_element():
    def seen(text):
        wrong = outcome("0.2", result("0.2", NAMES["0.2"][0], "failed", problem=text))
        records = [record(stored(wrong, notes=[text]), f"a{text}b"), record(stored(walls="trusted"), text)]
        found = report(records, LAB, [], {f"c{text}": text})
        return Seen(page(found)).elements, Seen(index(found)).elements

    for text in TAGS:
        assert seen(text) == seen("harmless")


def run(*arguments):
    return CliRunner().invoke(
        app, ["grade", "report", "--lab", "00", *map(str, arguments)], catch_exceptions=False
    )


def test_the_command_writes_pages_and_only_what_changed(a_class, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run("--gradebook", a_class)
    assert done.exit_code == 0, done.output
    assert "WARNING: the code of 1 of them ran without walls" in done.output
    assert "7 of 7 pages were new or changed" in " ".join(done.output.split())
    folder = tmp_path / "graded/00"
    assert len(list((folder / "feedback").iterdir())) == 5
    links = [part.partition('"')[0] for part in (folder / "index.html").read_text().split('href="')[1:]]
    assert all((folder / link).is_file() for link in links)
    os.utime(folder / "feedback/anna.html", (7, 7))
    assert "0 of 7 pages were new or changed" in " ".join(run("--gradebook", a_class).output.split())
    assert (folder / "feedback/anna.html").stat().st_mtime == 7


def test_who_could_not_be_graded_is_remembered(a_class, tmp_path):
    records = read(a_class)
    publishing.publish(records, LAB, tmp_path / "out", not_graded={"eva": "no notebook"})
    again = publishing.publish(records, LAB, tmp_path / "out")
    assert again.report.not_graded == {"eva": "no notebook"}
    assert again.changed == 0
    assert publishing.publish(records, LAB, tmp_path / "out", not_graded={}).report.not_graded == {}


def test_the_summary_is_short_and_shows_no_control_characters(a_class):
    lines = list(summary(the_report(a_class, **{"e\x1b[2Jva": "no notebook"})))
    assert lines[0] == "5 students: mean 3.6 of 6, median 3.75."
    assert lines[1].startswith("WARNING: the code of 1 of them ran without walls")
    assert lines[2].startswith("0.2 count the words of a sentence: 2 of 5 passed; 3 stumbled first at: ")
    assert lines[-1] == "could not be graded, as the report says: e⟨U+001B⟩[2Jva"
    assert len(lines) == 7


def test_without_a_gradebook_the_command_says_how_to_get_one(tmp_path):
    done = run("--gradebook", tmp_path / "none.db")
    assert done.exit_code == 2
    assert "course grade FOLDER --lab 00 makes one" in done.output
    assert not (tmp_path / "none.db").exists()
