"""The scoreboard: a student's scores, the course's where there are none, the truth, and damaged files."""

from __future__ import annotations

import json
import math

import pytest
from typer.testing import CliRunner

from course_utils.cli import app
from course_utils.models import scoreboard
from course_utils.models.scoreboard import Row, Score


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(scoreboard, "COURSE_SCORES", tmp_path / "scoreboard.json")
    publish("07", [])
    return tmp_path / "state"


def publish(lab, scores):
    if not scoreboard.COURSE_SCORES.exists():
        scoreboard.COURSE_SCORES.write_text("[]")
    scoreboard.publish(lab, [Score(*each) for each in scores], scoreboard.COURSE_SCORES)


def shown():
    done = CliRunner().invoke(app, ["scoreboard"])
    assert done.exit_code == 0
    return done.stdout


def test_nothing_at_first():
    assert scoreboard.rows() == []


def test_a_score_is_kept_and_replaced():
    scoreboard.record("07", "string, 3 beads", 11.5)
    assert scoreboard.rows() == [Row("07", "string, 3 beads", 11.5, yours=True)]
    scoreboard.record("07", "string, 3 beads", 7.5)
    assert scoreboard.rows() == [Row("07", "string, 3 beads", 7.5, yours=True)]


def test_models_whose_names_differ_in_a_sign_are_kept_apart(folder):
    for name in ("a b", "a-b", "a/b", "a–b", "../a b"):
        scoreboard.record("07", name, 3)
    assert len(scoreboard.rows()) == 5
    assert len(list(folder.iterdir())) == 5


def test_rows_go_by_lab_and_from_worst_to_best():
    for lab, model, perplexity in [("11", "c", 2), ("07", "a", 3), ("07", "b", 5)]:
        scoreboard.record(lab, model, perplexity)
    assert [row.model for row in scoreboard.rows()] == ["b", "a", "c"]


def test_the_courses_figure_stands_in_until_there_is_an_own_one():
    publish("07", [("07", "red", 5), ("07", "round", 3)])
    scoreboard.record("07", "red", 7)
    assert scoreboard.rows() == [Row("07", "red", 7, yours=True), Row("07", "round", 3, yours=False)]


@pytest.mark.parametrize("wrong", [0.5, -3, 0, math.inf, math.nan])
def test_no_perplexity_is_below_one(wrong):
    with pytest.raises(ValueError, match=r"'red': expected a perplexity of at least 1, received"):
        scoreboard.record("07", "red", wrong)


def test_a_lab_is_named_by_a_string():
    with pytest.raises(TypeError, match="expected lab and model as strings, received 7 and 'red'"):
        scoreboard.record(7, "red", 3)


def test_a_folder_that_cannot_be_written_costs_a_warning(folder):
    folder.write_text("a file where the folder should be")
    with pytest.warns(UserWarning, match="could not keep 'red' in .*score-07-red.json"):
        scoreboard.record("07", "red", 3)


# The course's own figures -----------------------------------------------------------------------------------


def test_publishing_replaces_the_labs_own_and_keeps_the_others():
    publish("07", [("07", "red", 5), ("07", "old", 3)])
    publish("11", [("11", "blue", 2)])
    publish("07", [("07", "red", 7)])
    kept = json.loads(scoreboard.COURSE_SCORES.read_text())
    assert kept == [
        {"lab": "07", "model": "red", "perplexity": 7},
        {"lab": "11", "model": "blue", "perplexity": 2},
    ]


def test_publishing_the_same_touches_nothing(tmp_path):
    scoreboard.COURSE_SCORES.write_text('[{"lab":"07","model":"red","perplexity":7}]')
    publish("07", [("07", "red", 7)])
    assert "\n" not in scoreboard.COURSE_SCORES.read_text()
    scoreboard.publish("07", [], tmp_path / "none.json")
    assert not (tmp_path / "none.json").exists()


def test_what_the_package_ships_can_be_read_and_nobody_beats_the_truth(monkeypatch):
    monkeypatch.undo()
    shipped = scoreboard._course_scores(scoreboard.COURSE_SCORES)
    assert all(score.perplexity > scoreboard.truth() for score in shipped)


def test_the_truth_is_the_worlds_own_perplexity_on_the_test_sentences():
    """Known from lab 01, whose notebook prints it."""
    assert scoreboard.truth() == pytest.approx(4.2096, abs=1e-4)


# Damaged files ----------------------------------------------------------------------------------------------

DAMAGE = [
    b"",
    b"{",
    b"\xff\xfe",
    b"7",
    b"[]",
    b"null",
    b"[" * 100_000,
    b'{"lab": "07", "model": "red"}',
    b'{"lab": 7, "model": "red", "perplexity": 3}',
    b'{"lab": "07", "model": "red", "perplexity": "3"}',
    b'{"lab": "07", "model": "red", "perplexity": 0.3}',
    b'{"lab": "07", "model": "red", "perplexity": NaN}',
]


@pytest.mark.parametrize("content", DAMAGE)
def test_a_damaged_file_is_named_and_kept_and_costs_one_row(folder, content):
    publish("07", [("07", "red", 5)])
    scoreboard.record("07", "red", 3)
    (file,) = folder.iterdir()
    scoreboard.record("07", "round", 2)
    file.write_bytes(content)
    assert [(row.model, row.yours) for row in scoreboard.rows()] == [("red", False), ("round", True)]
    assert scoreboard.damaged() == [file]
    assert file.name in shown()
    assert file.read_bytes() == content


# `course scoreboard` ----------------------------------------------------------------------------------------


def test_the_table_works_with_nothing_in_it():
    assert "the world itself │       4.21 │                 0.00 │ the truth" in shown()


def test_the_table_names_lab_model_distance_and_whose():
    publish("11", [("11", "blue", 4.2096112 * math.e)])
    scoreboard.record("07", "red", 4.2096112 * math.e**2)
    lines = [line for line in shown().splitlines() if "│ 07" in line or "│ 11" in line]
    cells = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]
    assert cells == [
        ["07", "red", "31.11", "2.00", "yours"],
        ["11", "blue", "11.44", "1.00", "the course's"],
    ]


def test_the_course_is_named_only_where_its_figures_are_shown():
    scoreboard.record("07", "red", 7)
    assert "the course's own figure" not in shown()
    publish("11", [("11", "blue", 5)])
    assert "the course's own figure" in shown()
