"""The scoreboard: a student's results, the course's where there are none, the truth, and damaged files."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from course_utils.cli import app
from course_utils.models import scoreboard
from course_utils.models.metrics import LengthBin
from course_utils.models.scoreboard import Row, TranslationRow


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(scoreboard, "COURSE_FOLDER", tmp_path)
    return tmp_path / "state"


@pytest.fixture
def solutions(tmp_path, monkeypatch):
    """Run a lab's solution, which records these scores and translators, and publish what it recorded."""

    def publish(lab, scores=(), translators=()):
        state = tmp_path / "solution's state"
        with monkeypatch.context() as patch:
            patch.setenv("COURSE_STATE_DIR", str(state))
            for score in scores:
                scoreboard.record(*score)
            for translator in translators:
                scoreboard.record_translation(**translator)
        scoreboard.publish(lab, state, tmp_path)
        shutil.rmtree(state, ignore_errors=True)

    return publish


def published(folder, name="scoreboard.json"):
    return json.loads((folder.parent / name).read_text())


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


def test_the_courses_figure_stands_in_until_there_is_an_own_one(solutions):
    solutions("07", [("07", "red", 5), ("07", "round", 3)])
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


def test_publishing_replaces_the_labs_own_and_keeps_the_others(solutions, folder):
    solutions("07", [("07", "red", 5), ("07", "old", 3)])
    solutions("11", [("11", "blue", 2)])
    solutions("07", [("07", "red", 7)])
    assert published(folder) == [
        {"lab": "07", "model": "red", "perplexity": 7},
        {"lab": "11", "model": "blue", "perplexity": 2},
    ]


def test_publishing_the_same_touches_nothing(solutions, tmp_path):
    file = tmp_path / "scoreboard.json"
    file.write_text('[{"lab":"07","model":"red","perplexity":7}]')
    solutions("07", [("07", "red", 7.00001)])
    assert "\n" not in file.read_text()
    file.unlink()
    solutions("07")
    assert list(tmp_path.iterdir()) == []


def test_what_the_package_ships_can_be_read_and_nobody_beats_the_truth(monkeypatch):
    shipped = Path(scoreboard.__file__).parent
    monkeypatch.setattr(scoreboard, "COURSE_FOLDER", shipped)
    assert len(scoreboard.rows()) == len(json.loads((shipped / "scoreboard.json").read_text())) > 0
    assert all(row.perplexity > scoreboard.truth() for row in scoreboard.rows())
    scoreboard.translation_rows()


def test_the_truth_is_the_worlds_own_perplexity_on_the_test_sentences():
    """Known from lab 01, whose notebook prints it."""
    assert scoreboard.truth() == pytest.approx(4.2096, abs=1e-4)


# Translators ------------------------------------------------------------------------------------------------

CURVE = [LengthBin(3, 5, 300, 83.23, 81.18, 85.29), LengthBin(6, 25, 2000, 41.5, 39.0, 44.0)]
RED = {"lab": "07", "model": "red", "bleu": 61.25, "seconds": 37.5, "parameters": 1_013_000, "curve": CURVE}
ROUND = {**RED, "model": "round", "bleu": 47.5}


def test_a_translator_is_kept_and_replaced_and_no_perplexity():
    scoreboard.record_translation(**RED)
    scoreboard.record("07", "red", 3)
    scoreboard.record_translation(**{**RED, "bleu": 70})
    assert scoreboard.translation_rows() == [
        TranslationRow("07", "red", 70, 37.5, 1_013_000, tuple(CURVE), yours=True)
    ]
    assert [row.model for row in scoreboard.rows()] == ["red"]


def test_translators_go_by_lab_and_from_worst_to_best():
    for other in (RED, {**RED, "lab": "11", "model": "blue", "bleu": 3}, ROUND):
        scoreboard.record_translation(**other)
    assert [row.model for row in scoreboard.translation_rows()] == ["round", "red", "blue"]


def test_the_courses_translator_stands_in_until_there_is_an_own_one(solutions):
    solutions("07", translators=[RED, ROUND])
    scoreboard.record_translation(**{**RED, "bleu": 50})
    shown = [(row.model, row.bleu, row.yours) for row in scoreboard.translation_rows()]
    assert shown == [("round", 47.5, False), ("red", 50, True)]


def test_a_published_translator_is_rounded_and_keeps_its_curve(solutions, folder):
    solutions("07", translators=[{**RED, "bleu": 61.2512, "seconds": 37.45}])
    (row,) = scoreboard.translation_rows()
    assert (row.bleu, row.seconds, row.parameters) == (61.3, 37, 1_013_000)
    assert row.curve == (LengthBin(3, 5, 300, 83.2, 81.2, 85.3), CURVE[1])
    assert not (folder.parent / "scoreboard.json").exists()


MORE = {"chrf": 71.26, "compositional": 50.0, "interval": (59.04, 63.49)}


def test_what_else_is_known_of_a_translator_is_kept(folder):
    scoreboard.record_translation(**RED, **MORE)
    (row,) = scoreboard.translation_rows()
    assert (row.chrf, row.compositional, row.interval) == (71.26, 50.0, (59.04, 63.49))
    assert scoreboard.damaged() == []


def test_what_else_is_known_is_published_rounded(solutions):
    solutions("07", translators=[{**RED, **MORE}, ROUND])
    unknown, known = scoreboard.translation_rows()
    assert (known.chrf, known.compositional, known.interval) == (71.3, 50.0, (59.0, 63.5))
    assert (unknown.chrf, unknown.compositional, unknown.interval) == (None, None, None)


def test_results_kept_before_there_was_more_to_know_are_read(folder):
    scoreboard.record_translation(**RED)
    (file,) = folder.iterdir()
    entry = json.loads(file.read_text())
    file.write_text(json.dumps({key: entry[key] for key in RED}))
    assert [row.model for row in scoreboard.translation_rows()] == ["red"]


@pytest.mark.parametrize(
    ("seconds", "kept"), [(20, 20), (30, 20), (13.4, 20), (30.4, 30), (13.3, 13), (123.4, 120)]
)
def test_seconds_that_differ_by_a_machines_mood_are_no_change(solutions, folder, seconds, kept):
    solutions("07", translators=[{**RED, "seconds": 20}])
    solutions("07", translators=[{**RED, "seconds": seconds}])
    assert published(folder, "scoreboard_translation.json")[0]["seconds"] == kept


def test_publishing_like_translators_touches_nothing(solutions, folder):
    file = folder.parent / "scoreboard_translation.json"
    solutions("07", translators=[RED, ROUND])
    file.write_text(file.read_text().replace("\n", " "))
    solutions("07", translators=[{**ROUND, "seconds": 40}, {**RED, "bleu": 61.2498, "seconds": 30}])
    assert "\n" not in file.read_text()
    solutions("07", translators=[RED])
    assert [row.model for row in scoreboard.translation_rows()] == ["red"], (
        "what a lab no longer records goes"
    )


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        ({"bleu": -1}, ValueError, "'red': expected BLEU from 0 to 100, received -1.0"),
        ({"bleu": math.nan}, ValueError, "expected BLEU from 0 to 100, received nan"),
        ({"bleu": 100.5}, ValueError, "received 100.5"),
        (
            {"seconds": 0},
            ValueError,
            "'red': expected seconds and parameters above 0, received 0.0 and 1013000",
        ),
        ({"seconds": math.inf}, ValueError, "received inf and 1013000"),
        ({"parameters": 0}, ValueError, "received 37.5 and 0"),
        ({"chrf": 100.5}, ValueError, "'red': expected chrf from 0 to 100, received 100.5"),
        ({"compositional": -1}, ValueError, "expected compositional from 0 to 100, received -1"),
        (
            {"interval": (7, 5)},
            ValueError,
            r"'red': expected an interval between 0 and 100, received \(7, 5\)",
        ),
        ({"curve": []}, TypeError, r"'red': expected a curve of LengthBin, received \(\)"),
        ({"curve": [(3, 5)]}, TypeError, r"expected a curve of LengthBin, received \(\(3, 5\),\)"),
        ({"lab": 7}, TypeError, "expected lab and model as strings, received 7 and 'red'"),
    ],
)
def test_a_result_that_cannot_be_is_refused(folder, wrong, error, said):
    with pytest.raises(error, match=said):
        scoreboard.record_translation(**{**RED, **wrong})
    assert not folder.exists()


def test_a_translator_that_cannot_be_kept_costs_a_warning(folder):
    folder.write_text("a file where the folder should be")
    with pytest.warns(UserWarning, match=r"could not keep 'red' in .*translation-07-red.json") as warned:
        scoreboard.record_translation(**RED)
    assert warned[0].filename == __file__, "it points at the lab's line"


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
def test_a_damaged_file_is_named_and_kept_and_costs_one_row(folder, solutions, content):
    solutions("07", [("07", "red", 5)])
    scoreboard.record("07", "red", 3)
    (file,) = folder.iterdir()
    scoreboard.record("07", "round", 2)
    file.write_bytes(content)
    assert [(row.model, row.yours) for row in scoreboard.rows()] == [("red", False), ("round", True)]
    assert scoreboard.damaged() == [file]
    assert file.name in shown()
    assert file.read_bytes() == content


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("curve", "curves"),
        ('"low": 3', '"low": "3"'),
        ('"low": 3', '"lowest": 3'),
        ('"bleu": 61.25', '"bleu": null'),
        ('"seconds": 37.5', '"seconds": -1'),
        ("[", "[1, "),
        ("{", ""),
    ],
)
def test_a_damaged_translator_is_named_and_costs_one_row(folder, solutions, old, new):
    solutions("07", translators=[RED])
    scoreboard.record_translation(**RED)
    (file,) = folder.iterdir()
    content = file.read_text()
    assert old in content
    file.write_text(content.replace(old, new, 1))
    assert [(row.model, row.yours) for row in scoreboard.translation_rows()] == [("red", False)]
    assert scoreboard.damaged() == [file]
    assert file.name in shown()


# `course scoreboard` ----------------------------------------------------------------------------------------


def test_the_table_works_with_nothing_in_it():
    assert "the world itself │       4.21 │                 0.00 │ the truth" in shown()


def test_the_table_names_lab_model_distance_and_whose(solutions):
    solutions("11", [("11", "blue", 4.2096112 * math.e)])
    scoreboard.record("07", "red", 4.2096112 * math.e**2)
    lines = [line for line in shown().splitlines() if "│ 07" in line or "│ 11" in line]
    cells = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]
    assert cells == [
        ["07", "red", "31.11", "2.00", "yours"],
        ["11", "blue", "11.44", "1.00", "the course's"],
    ]


def test_the_course_is_named_only_where_its_figures_are_shown(solutions):
    scoreboard.record("07", "red", 7)
    assert "the course's own figure" not in shown()
    solutions("11", [("11", "blue", 5)])
    assert "the course's own figure" in shown()


def test_translators_have_a_table_of_their_own_where_there_are_any(solutions):
    assert "BLEU" not in shown()
    scoreboard.record_translation(**RED)
    assert "the course's own figure" not in shown()
    solutions("07", translators=[ROUND])
    lines = [line for line in shown().splitlines() if "│ 07" in line]
    cells = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]
    shared = ["83.2 → 41.5", "38 s", "1.01 M"]
    assert cells == [
        ["07", "round", "47.5", *shared, "the course's"],
        ["07", "red", "61.2", *shared, "yours"],
    ]
    assert "the course's own figure" in shown()
