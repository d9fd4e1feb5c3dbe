"""`grading.notebooks`: whatever a file holds is read as far as it can be, and what is amiss is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.checks.core import load_lab
from course_utils.grading import notebooks
from course_utils.grading.notebooks import Release, Unreadable, definitions, read_submission

STUB = 'raise NotImplementedError("Exercise {id}: {name} is not done yet")'


def cell(source: str, role: str = "", exercise: str = "", kind: str = "code") -> dict[str, Any]:
    own = {"course": {"role": role, "exercise": exercise}} if role else {}
    return {"cell_type": kind, "source": source, "metadata": own}


def lab_cells(**answers: str) -> list[dict[str, Any]]:
    """A small lab 00, with `greet=...` and so on in place of its stubs."""
    cells = [cell("import math\nprint('given')"), cell("words = 'no code'", kind="markdown")]
    for id, exercise in load_lab("00").exercises.items():
        stub = f"def {exercise.name}(x):\n    " + STUB.format(id=id, name=exercise.name)
        cells.append(cell(answers.get(exercise.name, stub), "answer", id))
        cells.append(cell(f"check({id!r}, {exercise.name})", "check", id))
        cells.append(cell(f"{exercise.name} = student_or_reference({id!r}, {exercise.name})"))
    return [*cells, cell("**Your answer:**", "reflection", "0.a", "markdown")]


@pytest.fixture
def release(tmp_path) -> Release:
    return Release.read(write(tmp_path / "release.ipynb", lab_cells()), "00")


def write(path: Path, cells: list[dict[str, Any]]) -> Path:
    path.write_text(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5}))
    return path


def read(path: Path, release: Release):
    return read_submission(path, release, load_lab("00"))


def submitted(tmp_path: Path, release: Release, cells: list[dict[str, Any]]):
    return read(write(tmp_path / "eva.ipynb", cells), release)


GREET = "def greet(name):\n    return 'Hello, ' + name"


def test_answers_run_between_what_the_release_defines(tmp_path, release):
    found = submitted(tmp_path, release, lab_cells(greet=GREET))
    assert found.steps[:2] == (("", "import math"), ("0.1", GREET))
    assert [id for id, _ in found.steps if id] == ["0.1", "0.2", "0.3", "0.4"]
    assert found.answers["0.1"] == GREET
    assert "check" not in "".join(source for id, source in found.steps if not id)
    assert found.reflections == {"0.a": "**Your answer:**"}
    assert found.notes == ()


def test_what_a_student_defines_beside_an_answer_runs_before_it(tmp_path, release):
    cells = lab_cells()
    cells.insert(5, cell("def mine():\n    return 3\nprint(mine())"))
    steps = submitted(tmp_path, release, cells).steps
    place = steps.index(("", "def mine():\n    return 3"))
    assert steps[place + 1][0] == "0.2"


def test_changed_given_cells_are_those_of_the_release(tmp_path, release):
    cells = lab_cells(greet=GREET)
    del cells[0]
    assert submitted(tmp_path, release, cells).steps[0] == ("", "import math")


def test_cells_in_another_order_run_in_that_of_the_release(tmp_path, release):
    cells = lab_cells(greet=GREET)
    cells.reverse()
    found = submitted(tmp_path, release, cells)
    assert [id for id, _ in found.steps if id] == ["0.1", "0.2", "0.3", "0.4"]


def test_lost_marks_are_made_up_for_by_the_name(tmp_path, release):
    cells = [{**each, "metadata": {}} for each in lab_cells(greet=GREET)]
    found = submitted(tmp_path, release, cells)
    assert found.answers["0.1"] == GREET
    assert "the answer to 0.1 has lost its marks: found by the name greet" in found.notes


def test_of_two_answers_the_last_that_is_not_the_stub_counts(tmp_path, release):
    stub = lab_cells()[2]
    cells = [*lab_cells(greet="def greet(name):\n    return 1"), cell(GREET, "answer", "0.1"), stub]
    found = submitted(tmp_path, release, cells)
    assert found.answers["0.1"] == GREET
    assert "exercise 0.1 has 3 answer cells: the last that is not the stub counts" in found.notes


def test_a_missing_answer_is_told(tmp_path, release):
    cells = [each for each in lab_cells() if each["metadata"].get("course", {}).get("exercise") != "0.3"]
    found = submitted(tmp_path, release, cells)
    assert found.notes == ("there is no answer cell for exercise 0.3",)
    assert "0.3" not in found.answers


def test_the_third_format_is_read_too(tmp_path, release):
    cells = [{"input" if k == "source" else k: v for k, v in each.items()} for each in lab_cells(greet=GREET)]
    path = tmp_path / "eva.ipynb"
    path.write_text(json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3}))
    assert read(path, release).answers["0.1"] == GREET


def test_lines_may_come_one_by_one(tmp_path, release):
    cells = lab_cells()
    cells[2]["source"] = GREET.splitlines(keepends=True)
    assert submitted(tmp_path, release, cells).answers["0.1"] == GREET


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"\xff\xfe\xfa", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[1]", "received a list"),
        (b'{"nbformat": 4}', "without a list of cells"),
        (b'{"cells": 3}', "without a list of cells"),
    ],
)
def test_what_is_no_notebook_is_told(tmp_path, release, content, says):
    path = tmp_path / "eva.ipynb"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=says):
        read(path, release)


def test_a_large_file_is_not_read(tmp_path, release, monkeypatch):
    monkeypatch.setattr(notebooks, "LARGEST", 1_009)
    path = tmp_path / "eva.ipynb"
    path.write_bytes(b" " * 1_013)
    with pytest.raises(Unreadable, match="at most 1,009 bytes, received 1,013"):
        read(path, release)


def test_links_are_not_followed(tmp_path, release):
    link = tmp_path / "eva.ipynb"
    link.symlink_to(write(tmp_path / "other.ipynb", lab_cells()))
    with pytest.raises(Unreadable, match="received a link or a folder"):
        read(link, release)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=7),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
ODD_CELLS = st.lists(
    JSON
    | st.fixed_dictionaries(
        {}, optional={"cell_type": JSON, "source": JSON, "metadata": JSON | st.just({"course": 3})}
    ),
    max_size=5,
)


@given(ODD_CELLS)
def test_odd_cells_stop_nothing(tmp_path_factory, cells):
    folder = tmp_path_factory.mktemp("odd")
    release = Release.read(write(folder / "release.ipynb", lab_cells()), "00")
    assert len(submitted(folder, release, cells).notes) >= 1


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("import math\nx = math.pi\nprint(x)", "import math"),
        ("N, M = 3, (5, 'a')\ny = [f(2)]", "N, M = (3, (5, 'a'))"),
        ("def f():\n    return 1\nf()", "def f():\n    return 1"),
        ("class A:\n    x = 1\nfor i in range(3): pass", "class A:\n    x = 1"),
        ("%matplotlib inline", ""),
        ("def f(:", ""),
        ("x = '\0'", ""),
        ("(" * 500 + ")" * 500, ""),
    ],
)
def test_definitions_are_what_only_defines(source, kept):
    assert definitions(source) == kept
