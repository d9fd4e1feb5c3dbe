"""Every lab there is: its committed notebooks are those of its source, and its lab gives nothing away."""

import ast
import itertools
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbgrader.nbgraderformat.v3 import MetadataValidatorV3
from nbgrader.utils import determine_grade

from course_utils.authoring.project import check_all, find_files
from course_utils.authoring.source import SOLUTION_TAG, read_source
from course_utils.authoring.strip import BEGIN, END, solution_lines
from course_utils.checks.core import Status, lab_modules, load_lab

ROOT = Path(__file__).parents[1]
FILES = find_files(ROOT, [])
TRIVIAL = re.compile(r".{,12}|for \w+ in \w+:")  # says nothing about an answer: "return total"
MACHINE_PATH = re.compile(r"/(?:home|root|tmp|Users|work|var)/\w")

each_lab = pytest.mark.parametrize("files", FILES, ids=lambda files: files.slug)


def lab_notebook(files):
    return nbformat.read(files.lab, as_version=4)


def answer_cells(files):
    return [cell for cell in lab_notebook(files).cells if _own(cell).get("role") == "answer"]


def _own(cell):
    return cell.metadata.get("course", {})


def declared(files):
    return load_lab(files.slug[:2])


def test_every_declared_lab_has_a_source_and_no_notebook_is_without_one():
    assert [files.slug[:2] for files in FILES] == sorted(lab_modules())
    sources = {files.slug for files in FILES}
    assert {
        path.stem for folder in ("labs", "solutions") for path in (ROOT / folder).glob("*.ipynb")
    } == sources


@each_lab
def test_the_committed_notebooks_are_those_of_the_source(files):
    assert check_all(ROOT, [files.slug], load_lab) == []


@each_lab
def test_no_solution_line_is_in_the_lab(files):
    shown = [
        (cell.id, line.strip()) for cell in lab_notebook(files).cells for line in cell.source.split("\n")
    ]
    leaked = {
        f"{line!r} of {cell.role} {cell.exercise} (line {cell.line} on) stands in cell {id}"
        for cell in read_source(files.source).cells
        for line in set(hidden_lines(cell)) - set(live_lines(cell))
        for id, other in shown
        if line == other and not TRIVIAL.fullmatch(line)
    }
    assert not leaked, "\n".join(sorted(leaked))


def hidden_lines(cell):
    """Lines of the source that the lab must not show."""
    lines = [line.strip() for line in cell.text.split("\n")]
    return lines if SOLUTION_TAG in cell.tags else solution_lines(cell)


def live_lines(cell):
    """Lines that the same cell gives the student outside its regions: given, so no secret inside them."""
    live, inside = [], False
    for line in (line.strip() for line in cell.text.split("\n")):
        inside = line == BEGIN or (inside and line != END)
        if not inside and SOLUTION_TAG not in cell.tags:
            live.append(line)
    return live


@each_lab
def test_every_cell_of_the_lab_parses(files):
    for cell in lab_notebook(files).cells:
        if cell.cell_type == "code":
            ast.parse(cell.source, filename=f"{files.slug}, cell {cell.id}")


@each_lab
def test_every_region_became_a_stub_with_its_own_message(files):
    regions = {
        cell.exercise: cell.text.count(BEGIN)
        for cell in read_source(files.source).cells
        if cell.role == "answer"
    }
    for cell in answer_cells(files):
        id = _own(cell)["exercise"]
        stubs = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Raise)]
        said = [ast.unparse(stub.exc) for stub in stubs if "NotImplementedError" in ast.unparse(stub)]
        assert said == [f"NotImplementedError({declared(files).exercises[id].stub!r})"] * regions[id]


@each_lab
def test_every_stub_called_by_its_checks_says_that_it_is_not_done_yet(files):
    """Each answer cell alone, after the lab's imports: no stub leans on another cell."""
    for cell in answer_cells(files):
        exercise = declared(files).exercises[_own(cell)["exercise"]]
        namespace = {}
        exec(_imports(files, used_by=cell.source), namespace)
        exec(cell.source, namespace)
        outcome = exercise.run(namespace[exercise.name])
        assert outcome.status is Status.NOT_ATTEMPTED, outcome
        assert outcome.results[0].problem == exercise.stub


def _imports(files, used_by):
    """The lab's import statements that bind a name of this code: others may be slow and change nothing."""
    names = {node.id for node in ast.walk(ast.parse(used_by)) if isinstance(node, ast.Name)}
    trees = [ast.parse(cell.source) for cell in lab_notebook(files).cells if cell.cell_type == "code"]
    imports = [
        node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    used = [node for node in imports if names & {(alias.asname or alias.name) for alias in node.names}]
    return "\n".join(ast.unparse(node) for node in used)


@each_lab
def test_nbgrader_and_nbformat_accept_both_notebooks(files):
    for path in (files.lab, files.solution):
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        MetadataValidatorV3().validate_nb(notebook)


@each_lab
def test_outputs_name_no_place_of_this_machine(files):
    solution = nbformat.read(files.solution, as_version=4)
    outputs = itertools.chain.from_iterable(cell.get("outputs", []) for cell in solution.cells)
    assert [found for output in outputs for found in MACHINE_PATH.findall(_text(output))] == []


def _text(output):
    data = output.get("data", {})
    texts = [data[kind] for kind in data if kind.startswith("text/")]
    return "".join(map(str, [*texts, output.get("text", ""), *output.get("traceback", [])]))


@pytest.mark.slow
@pytest.mark.timeout(1800)  # trainings and all, beside another one
@each_lab
def test_an_untouched_lab_says_only_what_is_not_done_yet(files, tmp_path, monkeypatch):
    """From top to bottom: what a student sees who opens the lab, has no corpora yet, and chooses Run All.

    (On real text the solutions run, under nbval.)
    """
    for variable in ("COURSE_STATE_DIR", "COURSE_DATA_DIR"):
        monkeypatch.setenv(variable, str(tmp_path))
    lab = lab_notebook(files)
    # Stops at an error in any cell that is not tagged `raises-exception`.
    NotebookClient(lab, kernel_name="python3", timeout=900, cwd=str(files.lab.parent)).execute()
    outputs = list(itertools.chain.from_iterable(cell.get("outputs", []) for cell in lab.cells))
    errors = [(output.ename, output.evalue) for output in outputs if output.output_type == "error"]
    stubs = [("CheckFailed", exercise.stub) for exercise in declared(files).exercises.values()]
    assert errors == stubs
    if files.slug[:2] not in ("00", "10"):  # no real text there, or none without COURSE_PROFILE=full
        assert "is not here. To get it, type in a terminal: course data get" in "".join(map(_text, outputs))
    checks = [cell for cell in lab.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    points = [determine_grade(cell)[0] for cell in checks if cell.cell_type == "code"]
    assert points == [0] * len(stubs), "nbgrader must give nothing for silence"
