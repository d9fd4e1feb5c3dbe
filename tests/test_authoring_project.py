"""`course build`: what it writes, what it keeps, what --check says, what --execute runs."""

import json

import nbformat
import pytest
import typer
from typer.testing import CliRunner

from course_utils.authoring.outputs import is_stale
from course_utils.authoring.project import check_all, find_files, write_all
from course_utils.checks import core
from course_utils.cli_build import build
from tests.beads import SOURCE, beads_lab, spoiled

RUNNABLE = spoiled("from course_utils import check", "def check(id, made):\n    print(id)\n\n")
COUNTS = 'print([count_beads(string, "b") for string in STRINGS])'
SHOW_WHERE = """import os, sys

print(os.path.basename(os.getcwd()), os.environ["COURSE_STATE_DIR"] == "the author's")
for i in range(3):
    print(i, flush=True)
    print("!", file=sys.stderr, flush=True)"""


@pytest.fixture
def course(tmp_path):
    """A course of one lab, not built yet, whose checks need nothing of ours."""
    write_source(tmp_path, RUNNABLE)
    return tmp_path


@pytest.fixture(scope="session")
def executed_once(tmp_path_factory):
    root = tmp_path_factory.mktemp("executed")
    write_source(root, RUNNABLE)
    done, wrong = write_all(root, [], beads_lab, execute=True)
    assert wrong == []
    assert len(done) == 2, "an executed notebook is not stale"
    return root


@pytest.fixture
def executed(executed_once, course):
    """The same course, built and executed."""
    for path in executed_once.rglob("*.ipynb"):
        copy = course / path.relative_to(executed_once)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(path.read_bytes())
    return course


def write_source(root, text):
    (root / "solutions").mkdir(exist_ok=True)
    (root / "solutions" / "07_beads.py").write_text(text, encoding="utf-8")


def change_source(root, old, new):
    path = root / "solutions" / "07_beads.py"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def plain_build(root):
    return write_all(root, [], beads_lab, execute=False)


def notebooks(root):
    return {path: path.read_bytes() for path in sorted(root.rglob("*.ipynb"))}


def solution(root):
    return nbformat.read(root / "solutions" / "07_beads.ipynb", as_version=4)


def outputs(root):
    return {
        cell.id: [each.get("text") for each in cell.outputs]
        for cell in solution(root).cells
        if "outputs" in cell
    }


def edit(path, change):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    change(notebook)
    path.write_text(
        json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )


def shown(root, lines):
    return "\n".join(lines).replace(f"{root}/", "")


# writing


def test_a_build_writes_both_notebooks_and_says_what_to_run(course):
    done, wrong = plain_build(course)
    assert wrong == []
    assert shown(course, done).split("\n") == [
        "labs/07_beads.ipynb: written",
        "solutions/07_beads.ipynb: written",
        "solutions/07_beads.ipynb: its outputs are not those of this source;"
        " type: course build --execute 07_beads",
    ]


def test_a_second_build_changes_no_byte(executed):
    before = notebooks(executed)
    done, _ = plain_build(executed)
    assert shown(executed, done) == "labs/07_beads.ipynb: unchanged\nsolutions/07_beads.ipynb: unchanged"
    assert notebooks(executed) == before
    assert all(text.endswith(b"}\n") for text in before.values())


def test_a_change_of_prose_keeps_every_output(executed):
    before = outputs(executed)
    change_source(executed, "A string of beads", "A cord of beads")
    done, _ = plain_build(executed)
    assert outputs(executed) == before
    assert not is_stale(solution(executed)), done


def test_a_change_of_code_drops_that_cells_outputs_and_says_so(executed):
    before = outputs(executed)
    change_source(executed, 'check("7.1", count_beads)', 'check("7.1", count_beads)\nprint("more")')
    done, _ = plain_build(executed)
    assert outputs(executed) == {**before, "check-7-1": []}
    assert "type: course build --execute 07_beads" in done[-1]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f'# %% tags=["solution"]\n{COUNTS}\n', ""),
        ('# %% check="7.2"', '# %%\nprint("between")\n\n# %% check="7.2"'),
    ],
    ids=["a cell taken out", "a cell put in"],
)
def test_outputs_are_stale_when_the_cells_are_others(executed, old, new):
    assert check_all(executed, [], beads_lab) == []
    change_source(executed, old, new)
    assert "type: course build --execute 07_beads" in plain_build(executed)[0][-1]
    assert "its outputs are not those of this source" in shown(executed, check_all(executed, [], beads_lab))


def test_a_source_that_fails_stops_no_other_and_writes_nothing(executed):
    (executed / "solutions" / "08_broken.py").write_text("# %%\n", encoding="utf-8")
    change_source(executed, "A string of beads", "A cord of beads")
    done, wrong = plain_build(executed)
    assert "labs/07_beads.ipynb: written" in shown(executed, done)
    assert len(wrong) == 1
    assert "08_broken.py:1: found no declarations for lab 08 (no lab 08), expected its module" in wrong[0]
    assert not (executed / "labs" / "08_broken.ipynb").exists()


# executing


def test_an_executed_solution_holds_its_outputs_and_nothing_that_varies(executed_once):
    text = (executed_once / "solutions" / "07_beads.ipynb").read_text(encoding="utf-8")
    kept = outputs(executed_once)
    assert kept["check-7-1"] == ["7.1\n"]
    assert kept["check-7-2"] == ["7.2\n"]
    assert ["[0, 1, 3]\n"] in kept.values()
    assert [word for word in ("iopub", "shell.execute", str(executed_once)) if word in text] == []
    assert not is_stale(solution(executed_once))
    assert "version" not in solution(executed_once).metadata.language_info


def test_a_lab_is_never_executed(executed_once):
    lab = nbformat.read(executed_once / "labs" / "07_beads.ipynb", as_version=4)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in lab.cells)


def test_a_solution_runs_in_its_folder_with_progress_of_its_own(course, monkeypatch):
    monkeypatch.setenv("COURSE_STATE_DIR", "the author's")
    change_source(
        course,
        COUNTS,
        SHOW_WHERE,
    )
    assert write_all(course, [], beads_lab, execute=True)[1] == []
    assert ["solutions False\n0\n1\n2\n", "!\n!\n!\n"] in outputs(course).values(), "streams are merged"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('raise ValueError("no beads")', "ValueError: no beads"),
        pytest.param("import os\nos._exit(3)", "DeadKernelError: Kernel died", marks=pytest.mark.slow),
    ],
)
def test_a_solution_that_does_not_run_is_refused_by_line(course, line, message):
    change_source(course, COUNTS, line)
    before = notebooks(course)
    done, wrong = write_all(course, [], beads_lab, execute=True)
    assert done == []
    number = RUNNABLE.split("\n").index(COUNTS) + 1
    where = f"solutions/07_beads.py:{number}: found a cell that stops, expected it to run to its end"
    assert shown(course, wrong) == f"{where}; it stopped with {message}"
    assert notebooks(course) == before


def test_scores_that_a_solution_records_become_the_courses_own(course):
    scores = course / "course_utils" / "models" / "scoreboard.json"
    scores.parent.mkdir(parents=True)
    old = [{"lab": lab, "model": "old", "perplexity": 3.0} for lab in ("07", "11")]
    scores.write_text(json.dumps(old), encoding="utf-8")
    change_source(
        course,
        COUNTS,
        'from course_utils.models import scoreboard\nscoreboard.record("07", "string", 7 / 3)',
    )
    assert write_all(course, [], beads_lab, execute=True)[1] == []
    new = {"lab": "07", "model": "string", "perplexity": 2.3333}
    assert json.loads(scores.read_text(encoding="utf-8")) == [new, old[1]]


def test_translators_that_a_solution_records_become_the_courses_own(course):
    folder = course / "course_utils" / "models"
    folder.mkdir(parents=True)
    recorded = "curve=[LengthBin(3, 5, 7, 11, 5, 13)], bleu=17.04, seconds=19, parameters=23)"
    change_source(
        course,
        COUNTS,
        "from course_utils.models import scoreboard\nfrom course_utils.models.metrics import LengthBin\n"
        f'scoreboard.record_translation("07", "string", {recorded}',
    )
    assert write_all(course, [], beads_lab, execute=True)[1] == []
    (file,) = folder.iterdir()
    (entry,) = json.loads(file.read_text(encoding="utf-8"))
    assert (entry["model"], entry["bleu"], entry["curve"][0]["bleu"]) == ("string", 17.0, 11)


def test_a_cell_meant_to_raise_may(course):
    change_source(
        course,
        f'# %% tags=["solution"]\n{COUNTS}',
        '# %% tags=["raises-exception"]\nraise ValueError("as meant")',
    )
    assert write_all(course, [], beads_lab, execute=True)[1] == []
    assert check_all(course, [], beads_lab) == []


# checking


def test_check_is_silent_when_all_is_up_to_date(executed):
    assert check_all(executed, [], beads_lab) == []


def test_check_shows_the_first_cell_that_differs_and_writes_nothing(executed):
    change_source(executed, '"""How many beads of `colour` the string has."""', '"""Count."""')
    before = notebooks(executed)
    text = shown(executed, check_all(executed, [], beads_lab))
    assert text.startswith(
        "labs/07_beads.ipynb: cell 4 (answer of 7.1) has another source\n    --- notebook\n"
    )
    assert '\n    -    """How many beads of `colour` the string has."""\n    +    """Count."""\n' in text
    assert "\n    type: course build 07_beads\nsolutions/07_beads.ipynb: cell 4 (answer of 7.1)" in text
    assert text.endswith("type: course build --execute 07_beads")
    assert notebooks(executed) == before


def test_check_cuts_a_long_difference(executed):
    change_source(executed, "STRINGS =", "\n".join(f"LINE_{i} = {i}" for i in range(29)) + "\nSTRINGS =")
    assert "    … 14 more lines\n" in shown(executed, check_all(executed, [], beads_lab))


def tag_first(notebook):
    notebook["cells"][1]["metadata"]["tags"] = ["mine"]


def drop_last(notebook):
    del notebook["cells"][-1]


def repeat_last(notebook):
    notebook["cells"].append(notebook["cells"][-1])


def add_output(notebook):
    notebook["cells"][1]["outputs"] = [{"name": "stdout", "output_type": "stream", "text": ["1\n"]}]


def rename_kernel(notebook):
    notebook["metadata"]["kernelspec"]["name"] = "beads"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (tag_first, "cell 2 (id {id}) has another metadata: {'tags': ['mine']}, should be {}"),
        (drop_last, "cell 9 (reflection of 7.a) is missing from the notebook"),
        (repeat_last, "cell 10 is in the notebook and not in the source"),
        (add_output, "cell 2 (id {id}) has another outputs: [{'name': 'stdout'"),
        (rename_kernel, "the notebook's metadata is {'course': {'lab': '07', 'role': 'lab'}, 'kernelspec'"),
    ],
    ids=lambda case: getattr(case, "__name__", None),
)
@pytest.mark.filterwarnings("ignore::nbformat.warnings.DuplicateCellId")
def test_check_says_what_else_differs(executed, change, message):
    path = executed / "labs" / "07_beads.ipynb"
    id = json.loads(path.read_text(encoding="utf-8"))["cells"][1]["id"]
    edit(path, change)
    found = shown(executed, check_all(executed, [], beads_lab))
    assert found.startswith("labs/07_beads.ipynb: " + message.replace("{id}", id))
    assert found.endswith("type: course build 07_beads")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "is missing"),
        ("<<<<<<< ours\n{}", "is no notebook of format 4.5"),
        ('{"cells": 3}', "is no notebook of format 4.5"),
        ("[]", "is no notebook of format 4.5"),
    ],
)
@pytest.mark.parametrize("folder", ["labs", "solutions"])
def test_check_names_a_notebook_that_cannot_be_read_and_a_build_mends_it(executed, folder, text, message):
    path = executed / folder / "07_beads.ipynb"
    if text is None:
        path.unlink()
    else:
        path.write_text(text, encoding="utf-8")
    found = shown(executed, check_all(executed, [], beads_lab))
    assert f"{folder}/07_beads.ipynb: {message}\n    type: course build 07_beads" in found
    assert plain_build(executed)[1] == []
    assert message not in shown(executed, check_all(executed, [], beads_lab))


def test_check_sees_another_layout_of_the_same_notebook(executed):
    path = executed / "labs" / "07_beads.ipynb"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8"))), encoding="utf-8")
    found = shown(executed, check_all(executed, [], beads_lab))
    assert "labs/07_beads.ipynb: is laid out otherwise than a build does" in found


def test_check_reports_malformed_sources(executed):
    change_source(executed, "### END SOLUTION", "### END SOLUTIONS")
    assert "07_beads.py:" in check_all(executed, [], beads_lab)[0]


def test_check_names_notebooks_without_a_source(executed):
    (executed / "labs" / "06_knots.ipynb").write_text("{}", encoding="utf-8")
    expected = "labs/06_knots.ipynb: no solutions/06_knots.py; delete the notebook or write its source"
    assert shown(executed, check_all(executed, [], beads_lab)) == expected
    assert check_all(executed, ["07"], beads_lab) == []


# which labs


@pytest.mark.parametrize("name", ["07", "07_beads", "solutions/07_beads.py", "labs/07_beads.ipynb"])
def test_a_lab_goes_by_number_slug_or_path(course, name):
    (course / "solutions" / "08_knots.py").write_text("", encoding="utf-8")
    (files,) = find_files(course, [name, name])
    assert files.source == course / "solutions" / "07_beads.py"
    assert files.solution == course / "solutions" / "07_beads.ipynb"
    assert files.lab == course / "labs" / "07_beads.ipynb"


def test_a_lab_that_is_not_there_is_refused(course):
    with pytest.raises(ValueError, match="expected one of 07_beads, got '09'"):
        find_files(course, ["09"])


def test_a_folder_without_sources_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"expected solutions/NN_slug\.py in .*, got none"):
        find_files(tmp_path, [])


# the command


def run(course, monkeypatch, *arguments):
    app = typer.Typer()
    app.command()(build)
    monkeypatch.chdir(course)
    monkeypatch.setattr(core, "load_lab", beads_lab)
    return CliRunner().invoke(app, list(arguments))


def test_the_command_builds_and_checks(executed, monkeypatch):
    built = run(executed, monkeypatch)
    assert (built.exit_code, built.output.count("unchanged")) == (0, 2)
    checked = run(executed, monkeypatch, "--check", "07")
    assert (checked.exit_code, checked.output) == (0, "every notebook is what its source gives\n")


def test_the_command_fails_when_a_notebook_is_out_of_date(executed, monkeypatch):
    change_source(executed, "A string of beads", "A cord of beads")
    checked = run(executed, monkeypatch, "--check")
    assert checked.exit_code == 1
    assert "type: course build 07_beads" in checked.output


def test_the_command_fails_on_a_malformed_source(executed, monkeypatch):
    change_source(executed, "### END SOLUTION", "")
    built = run(executed, monkeypatch)
    assert built.exit_code == 1
    assert "solutions/07_beads.py:" in built.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--check", "--execute"], "got both"), (["09"], "expected one of 07_beads")],
)
def test_the_command_refuses_what_it_cannot_mean(course, monkeypatch, arguments, message):
    refused = run(course, monkeypatch, *arguments)
    assert refused.exit_code == 2
    assert message in refused.output


def test_the_fixture_is_a_lab_like_any_other():
    assert "from course_utils import check" in SOURCE.read_text(encoding="utf-8")
