"""`grading.notebooks`: whatever a file holds is read as far as it can be, and what is amiss is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.authoring.samples import samples
from course_utils.checks.core import load_lab
from course_utils.grading.caps import Caps
from course_utils.grading.cells import Cell
from course_utils.grading.notebooks import Release, Unreadable, definitions, read_submission, submission_from

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
    assert found.reflections == {"0.a": ""}
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
    assert "0.1: the marks are lost: found by what it defines" in found.notes


def test_of_two_answers_the_last_that_is_not_the_stub_counts(tmp_path, release):
    stub = lab_cells()[2]
    cells = [*lab_cells(greet="def greet(name):\n    return 1"), cell(GREET, "answer", "0.1"), stub]
    found = submitted(tmp_path, release, cells)
    assert found.answers["0.1"] == GREET
    assert "0.1: several answer cells: the last that is not the stub counts" in found.notes


def test_what_is_odd_about_several_answers_is_told_once(tmp_path, release):
    cells = [
        each
        for each in lab_cells()
        if each["metadata"].get("course", {}).get("exercise") not in ("0.2", "0.3")
    ]
    assert "0.2, 0.3: there is no answer cell" in submitted(tmp_path, release, cells).notes
    assert submitted(tmp_path, release, []).notes == ("all answers: there is no answer cell",)


def test_a_missing_answer_is_told(tmp_path, release):
    cells = [each for each in lab_cells() if each["metadata"].get("course", {}).get("exercise") != "0.3"]
    found = submitted(tmp_path, release, cells)
    assert found.notes == ("0.3: there is no answer cell",)
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
        (b"", "received an empty file"),
        (b" \n", "received an empty file"),
        (b"{", "no JSON"),
        (b"\xff\xfe\xfa", "no JSON"),
        (b"\0", "no JSON"),
        (b"[" * 100_000, "at most 100 levels"),
        (b'{"a":' * 101 + b"1" + b"}" * 101, "at most 100 levels"),
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


CAPS = Caps(notebook_bytes=4_001, depth=11, values=101, cells=31, characters=307, code=1_511)


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ([cell(f"x = {i}") for i in range(32)], "at most 31 cells, received 32"),
        ([cell("", kind="markdown") | {"outputs": [[]] * 211}], "at most 101 lists and objects"),
        ([cell("x" * 300) for _ in range(6)], "at most 1,511 characters of code, received 1,800"),
        ([cell("") | {"outputs": json.loads("[" * 9 + "]" * 9)}], "at most 11 levels"),
    ],
)
def test_bombs_are_refused_by_what_is_too_much_of_them(release, cells, says):
    with pytest.raises(Unreadable, match=says):
        submission_from(json.dumps({"cells": cells}).encode(), release, load_lab("00"), CAPS)


def test_brackets_in_texts_are_no_levels(release):
    content = json.dumps({"cells": [cell('"[' * 101 + "\\")]}).encode()
    assert submission_from(content, release, load_lab("00"), CAPS).digest


def test_a_cell_too_large_is_left_out_and_the_others_stay(tmp_path, release):
    cells = [*lab_cells(greet=GREET), cell("# " + "x" * 50_000)]
    found = submitted(tmp_path, release, cells)
    assert found.answers["0.1"] == GREET
    assert "a cell of 50,002 characters was left out: at most 50,000 are read" in found.notes


def test_twenty_megabytes_of_output_are_read_and_forgotten(tmp_path, release):
    cells = lab_cells(greet=GREET)
    cells[2]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1 [2]\n" * 3_500_000}]
    found = submitted(tmp_path, release, cells)
    assert found.answers["0.1"] == GREET
    assert found.notes == ()


def test_links_are_not_followed(tmp_path, release):
    link = tmp_path / "eva.ipynb"
    link.symlink_to(write(tmp_path / "other.ipynb", lab_cells()))
    with pytest.raises(Unreadable, match="received a link"):
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
        ("changed = x.copy()\nchanged[:, 4] = 4\na, b = 1, 2\na.c = 3", "a, b = (1, 2)"),
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


# What has become of the file -------------------------------------------------------------------------------


def raw(release: Release, text: str, encoding: str = "utf-8"):
    return submission_from(text.encode(encoding), release, load_lab("00"))


NOTEBOOK = {"cells": lab_cells(greet=GREET), "nbformat": 4, "nbformat_minor": 5}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_every_encoding_of_unicode_is_read(release, encoding):
    found = raw(release, json.dumps(NOTEBOOK), encoding)
    assert found.answers["0.1"] == GREET
    assert bool(found.notes) == (not encoding.startswith("utf-8"))


def test_what_json_forbids_and_python_writes_is_read(release):
    text = json.dumps(NOTEBOOK)[:-1] + ', "a": NaN, "b": -Infinity, "c": ' + "7" * 90_000 + ', "d": 1e999}'
    assert raw(release, text).answers["0.1"] == GREET


def test_a_name_that_stands_twice_is_told(release):
    text = json.dumps(NOTEBOOK).replace('"source": ', '"source": "x = 1", "source": ', 1)
    found = raw(release, text)
    assert found.answers["0.1"] == GREET
    assert "its JSON names something twice (source): the last counts, as in Jupyter" in found.notes


@pytest.mark.parametrize("odd", ["\\ud800", "\\udfff\\ud800", "\\u0000"])
def test_characters_that_are_none_are_replaced(release, odd):
    text = json.dumps(NOTEBOOK).replace("Hello", f"Hello{odd}").replace("Your answer", f"Mine{odd}")
    found = raw(release, text)
    assert "Hello\ufffd" in found.answers["0.1"]
    assert "Mine\ufffd" in found.reflections["0.a"]
    json.dumps([found.steps, found.reflections, found.notes], ensure_ascii=False).encode()
    assert "\0" not in "".join(source for _, source in found.steps)
    assert "it holds characters that are none (lone surrogates, NUL): they were replaced" in found.notes


def test_a_replacement_character_of_the_students_own_is_none_of_ours(tmp_path, release):
    assert submitted(tmp_path, release, lab_cells(greet=GREET.replace("Hello", "\ufffd"))).notes == ()


def test_a_pair_of_surrogates_is_a_character(release):
    found = raw(release, json.dumps(NOTEBOOK).replace("Hello", "\\ud83d\\ude00"))
    assert "\U0001f600" in found.answers["0.1"]
    assert found.notes == ()


def test_bytes_of_an_older_encoding_are_replaced(release):
    content = json.dumps(NOTEBOOK).replace("Hello", "J\xf3").encode("iso8859-2")
    found = submission_from(content, release, load_lab("00"))
    assert "J\ufffd, " in found.answers["0.1"]
    assert "it holds bytes that are no UTF-8: they were replaced" in found.notes


@pytest.mark.parametrize(
    ("metadata", "note"),
    [
        ({"kernelspec": {"language": "R"}}, "its kernel is not Python's but R's: run as Python all the same"),
        ({"language_info": {"name": "julia"}, "kernelspec": 3}, "julia's"),
        ({"language_info": {"name": "\x1b[2J\u202e" + "x" * 99}}, "\ufffd[2J\ufffdxxx"),
        ({"kernelspec": {"language": "python"}}, ""),
        ({"kernelspec": {"display_name": "Python 3"}}, ""),
    ],
)
def test_a_kernel_of_another_language_is_told(release, metadata, note):
    found = raw(release, json.dumps({**NOTEBOOK, "metadata": metadata}))
    assert found.answers["0.1"] == GREET
    assert note in " ".join(found.notes)
    assert bool(found.notes) == bool(note)
    assert not any("\x1b" in each or len(each) > 200 for each in found.notes)


@pytest.mark.parametrize("minor", range(6))
def test_all_minor_formats_are_read_alike(release, minor):
    assert raw(release, json.dumps({**NOTEBOOK, "nbformat_minor": minor})).notes == ()


# Marks, and what editors do to them ------------------------------------------------------------------------


def marked_by(key: str, id: str, source: str = GREET) -> dict[str, Any]:
    metadata = {"grade_id": {"nbgrader": {"grade_id": id}}, "metadata": {"id": id}, "id": {}}[key]
    return {"cell_type": "code", "source": source, "metadata": metadata} | ({"id": id} if key == "id" else {})


@pytest.mark.parametrize("key", ["grade_id", "id", "metadata"])
def test_nbgraders_mark_or_the_cells_id_will_do(tmp_path, release, key):
    cells = [marked_by(key, "answer-0-1"), marked_by(key, "reflection-0-a", "Because."), marked_by(key, "x")]
    found = submitted(tmp_path, release, cells)
    assert found.answers == {"0.1": GREET}
    assert found.reflections == {"0.a": "Because."}


def test_a_reflection_is_what_was_written_without_the_question(tmp_path, release):
    answered = cell("**Your answer:**\n\nBecause.", "reflection", "0.a", "markdown")
    found = submitted(tmp_path, release, [*lab_cells()[:-1], answered])
    assert found.reflections == {"0.a": "Because."}


def test_text_cells_below_a_question_belong_to_its_answer(tmp_path, release):
    below = [cell("Because.", kind="markdown"), cell("**And so.", kind="markdown")]
    others = [cell("words = 'no code'", kind="markdown"), cell("Not this.", kind="markdown")]
    found = submitted(tmp_path, release, [*lab_cells(), *below, *others])
    assert found.reflections == {"0.a": "Because.\n\n**And so."}
    found = submitted(tmp_path, release, [*lab_cells(), below[0], cell("x = 1"), *others])
    assert found.reflections == {"0.a": "Because."}


def test_a_reflection_without_marks_is_found_by_its_number(tmp_path, release):
    found = submitted(tmp_path, release, [cell("**0.b** Why?\n\nBecause.", kind="markdown")])
    assert found.reflections == {"0.b": "**0.b** Why?\n\nBecause."}


def test_an_answer_in_a_cell_of_its_own_counts_when_the_marked_one_is_the_stub(tmp_path, release):
    found = submitted(tmp_path, release, [*lab_cells(), cell(GREET)])
    assert found.answers["0.1"] == GREET
    assert "0.1: written in a cell without marks: found by what it defines" in found.notes
    assert GREET not in [source for id, source in found.steps if not id]


def test_of_an_answer_with_marks_and_one_without_the_marked_counts(tmp_path, release):
    found = submitted(tmp_path, release, [*lab_cells(greet=GREET), cell("def greet(n):\n    return 1")])
    assert found.answers["0.1"] == GREET
    assert "0.1: defined once more in a cell without marks: the marked one counts" in found.notes


LINES = "def greet(name):\n    hello = 'Hello, '\n    return hello + name"


@pytest.mark.parametrize("line", [1, 2])
@pytest.mark.parametrize("marks", [("answer", "0.1"), ()])
def test_an_answer_split_in_two_is_put_together(tmp_path, release, line, marks):
    first, second = ("\n".join(part) for part in (LINES.split("\n")[:line], LINES.split("\n")[line:]))
    cells = lab_cells(greet=first)
    cells.insert(3, cell(second, *marks))
    found = submitted(tmp_path, release, cells)
    assert found.answers["0.1"] == LINES
    assert "put together" in " ".join(found.notes)


def test_a_helper_split_off_an_answer_runs_before_it(tmp_path, release):
    cells = lab_cells(greet="HELLO = 'Hello, '\nprint(HELLO)")
    cells.insert(3, cell("def greet(name):\n    return HELLO + name", "answer", "0.1"))
    assert submitted(tmp_path, release, cells).answers["0.1"].startswith("HELLO = ")


def test_of_two_whole_answers_the_last_counts(tmp_path, release):
    cells = lab_cells(greet="def greet(n):\n    return 1")
    cells.insert(3, cell(GREET, "answer", "0.1"))
    assert submitted(tmp_path, release, cells).answers["0.1"] == GREET


def test_what_is_defined_below_the_last_answer_runs_too(tmp_path, release):
    cells = lab_cells(mean_length="def mean_length(s):\n    return below(s)")
    below = "def below(s):\n    return 3"
    assert submitted(tmp_path, release, [*cells, cell(below)]).steps[-1] == ("", below)


def test_magics_in_an_answer_are_taken_out_and_told(tmp_path, release):
    found = submitted(tmp_path, release, lab_cells(greet=f"%matplotlib inline\n!a\n%b\n%c\n{GREET}"))
    assert found.answers["0.1"] == f"pass\npass\npass\npass\n{GREET}"
    assert found.notes == (
        "0.1: IPython's and not Python, so taken out: %matplotlib inline, !a, %b and 1 more",
    )


def test_definitions_beside_magics_are_kept(tmp_path, release):
    cells = [cell("!pip install x\nimport json"), *lab_cells(greet=GREET)]
    assert ("", "import json") in submitted(tmp_path, release, cells).steps


def test_empty_cells_are_no_steps(tmp_path, release):
    assert all(source for _, source in submitted(tmp_path, release, lab_cells()).steps)


# Which lab it is -------------------------------------------------------------------------------------------

ROOT = Path(__file__).parents[1]


def lab_notebook(id: str, folder: str = "labs") -> dict[str, Any]:
    [path] = (ROOT / folder).glob(f"{id}_*.ipynb")
    return json.loads(path.read_text(encoding="utf-8"))


def released(id: str) -> Release:
    return Release.read(next((ROOT / "labs").glob(f"{id}_*.ipynb")), id)


@pytest.mark.parametrize("id", ["00", "08"])
def test_an_untouched_lab_is_told(id):
    found = submission_from(json.dumps(lab_notebook(id)).encode(), released(id), load_lab(id))
    assert found.notes == ("nothing was filled in: this is the lab as it was handed out",)


def test_a_lab_filled_in_by_half_is_not():
    texts = [json.dumps(lab_notebook("08", folder)) for folder in ("labs", "solutions")]
    half = samples(*(nbformat.reads(text, as_version=4) for text in texts))["half_done"]
    assert submission_from(nbformat.writes(half).encode(), released("08"), load_lab("08")).notes == ()


@pytest.mark.parametrize("left", ["all", "marks", "ids", "names"])
def test_another_labs_notebook_is_told(release, left):
    notebook = lab_notebook("07", "solutions")
    if left != "all":
        notebook["metadata"] = {}
    for each in notebook["cells"]:
        if left in ("ids", "names"):
            each["metadata"] = {}
        if left == "names":
            del each["id"]
    found = raw(release, json.dumps(notebook))
    assert found.notes[-1] == "this looks like lab 07's notebook"
    assert found.other_lab == "07"
    assert found.answers == {}


def test_what_is_no_lab_at_all_is_not_taken_for_one(release):
    assert raw(release, json.dumps({"cells": [cell("x = 1")]})).other_lab == ""


# What a grade depends on -----------------------------------------------------------------------------------


def test_the_digest_changes_with_the_file_and_with_the_release_and_with_nothing_else(tmp_path, release):
    first = submitted(tmp_path, release, lab_cells(greet=GREET)).digest
    assert submitted(tmp_path, release, lab_cells(greet=GREET)).digest == first
    other = [*lab_cells(greet=GREET), cell("more", kind="markdown")]
    assert submitted(tmp_path, release, other).digest != first
    for source, same in (("import numpy as np", False), ("print(1)", True)):
        corrected = replace(release, cells=(*release.cells, Cell("code", source)))
        assert (submitted(tmp_path, corrected, lab_cells(greet=GREET)).digest == first) == same


def test_digests_are_the_same_in_another_process(tmp_path, release):
    write(tmp_path / "eva.ipynb", lab_cells(greet=GREET))
    code = (
        "import sys; from pathlib import Path; from course_utils.checks.core import load_lab\n"
        "from course_utils.grading.notebooks import Release, read_submission\n"
        "release = Release.read(Path('release.ipynb'), '00')\n"
        "print(read_submission(Path('eva.ipynb'), release, load_lab('00')).digest)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == read(tmp_path / "eva.ipynb", release).digest


# Anything at all -------------------------------------------------------------------------------------------


@given(st.binary(max_size=60) | (st.text(max_size=60) | JSON.map(json.dumps)).map(str.encode))
def test_any_bytes_are_read_or_refused(content):
    with suppress(Unreadable):
        assert submission_from(content, Release("00", ()), load_lab("00")).digest


PIECES = ["%a", "!b", "def greet(", "name):\n", "    return 1\n", "'''", "\\", "\n", "x = 1", "class A:"]
SOURCES = st.lists(st.sampled_from([*PIECES, "\ud800", "\0", "\r"]), max_size=12).map("".join)
MARKS = st.sampled_from(
    [("", ""), ("answer", "0.1"), ("answer", "0.2"), ("check", "0.1"), ("reflection", "0.a")]
)


@given(st.lists(st.tuples(SOURCES, MARKS, st.sampled_from(["code", "markdown", "raw"])), max_size=8))
def test_any_cells_give_steps_that_travel(cells):
    stubs = tuple(Cell("code", each["source"], "answer", "0.1") for each in lab_cells()[2:3])
    content = json.dumps({"cells": [cell(source, *marks, kind=kind) for source, marks, kind in cells]})
    found = submission_from(content.encode(), Release("00", stubs), load_lab("00"))
    json.dumps([found.steps, found.reflections, found.notes], ensure_ascii=False).encode()
    assert all(source and "\0" not in source for id, source in found.steps if not id)
    assert found.answers.keys() <= {"0.1"}
