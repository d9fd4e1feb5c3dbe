"""From source to notebooks: what is read, what is stripped, what is refused."""

import ast
import tomllib
from pathlib import Path

import jupytext
import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.nbgraderformat.v3 import MetadataValidatorV3
from nbgrader.preprocessors import ClearSolutions
from nbgrader.utils import compute_checksum

from course_utils.authoring.build import build_pair, notebook_text
from course_utils.authoring.metadata import cell_ids
from course_utils.authoring.samples import exercise_ids, fill, samples
from course_utils.authoring.source import Cell, SourceError, read_source
from course_utils.authoring.strip import solution_lines
from course_utils.checks.exercise import Lab
from tests.beads import SOURCE, beads_lab, beads_pair, spoiled

MALFORMED = tomllib.loads((SOURCE.parent / "malformed.toml").read_text(encoding="utf-8"))


@pytest.fixture
def pair(tmp_path):
    return beads_pair(tmp_path)


def by_id(notebook):
    return {cell.id: cell for cell in notebook.cells}


def problems_of(folder, text):
    with pytest.raises(SourceError) as caught:
        beads_pair(folder, text)
    return str(caught.value).split("\n")


# what the two notebooks hold


def test_each_region_becomes_a_stub_where_it_stood(pair):
    stub = 'raise NotImplementedError("Exercise 7.2: Necklace is not done yet")'
    assert by_id(pair.lab)["answer-7-2"].source.split("\n") == [
        "class Necklace:",
        '    """A closed string: its first bead follows its last."""',
        "",
        "    def __init__(self, string):",
        "        " + stub,
        "",
        "    def turned(self, steps):",
        '        """The necklace\'s beads from `steps` further on."""',
        "        if steps < 0:",
        "            " + stub,
        "        " + stub,
    ]


def test_the_skeleton_around_a_region_stays_live(pair):
    lines = by_id(pair.lab)["answer-7-1"].source.split("\n")
    assert lines[2:] == [
        "    total = 0",
        '    raise NotImplementedError("Exercise 7.1: count_beads is not done yet")',
        "    return total",
    ]


def test_the_stub_says_what_the_checks_take_for_untouched(pair):
    for id, exercise in beads_lab().exercises.items():
        assert exercise.stub in by_id(pair.lab)[f"answer-{id.replace('.', '-')}"].source


def test_the_solution_keeps_every_line_of_the_source(pair):
    for cell in read_source(SOURCE).cells:
        if cell.kind == "code":
            assert cell.text in [made.source for made in pair.solution.cells]


def test_a_model_answer_gives_way_to_the_students(pair):
    question = "Why is a necklace harder to count than a string?\n\n"
    assert by_id(pair.lab)["reflection-7-a"].source == question + "*Your answer:*"
    shown = by_id(pair.solution)["reflection-7-a"].source
    assert shown.startswith(
        question + "<!-- ### BEGIN SOLUTION -->\n*Model answer:*\n\nBecause it has no first"
    )


def test_the_table_of_exercises_stands_where_its_place_is_marked(tmp_path, pair):
    made = beads_pair(
        tmp_path, spoiled("# A string of beads", "# <!-- exercises -->\n#\n# A string of beads")
    )
    table = [
        "| exercise | | difficulty | points |",
        "|---|---|---|---:|",
        "| 7.1 | count the beads | ●● | 3 |",
        "| 7.2 | a necklace | ●● | 5 |",
        "| 7.a | what makes it hard (in words) | | 2 |",
        "| | **together** | | **10** |",
    ]
    for notebook in (made.lab, made.solution):
        assert notebook.cells[0].source.split("\n")[2:9] == [*table, ""]


def test_a_cell_tagged_solution_is_in_the_solution_only(pair):
    line = 'print([count_beads(string, "b") for string in STRINGS])'
    assert [line in notebook_text(each).replace('\\"', '"') for each in (pair.lab, pair.solution)] == [
        False,
        True,
    ]


def test_other_tags_pass_through(pair):
    assert (None, "nbval-ignore-output") in pair_tags(pair.solution)
    assert ("check", "raises-exception") not in pair_tags(pair.solution)


def test_run_all_goes_on_after_a_check_in_the_lab(pair):
    assert pair_tags(pair.lab) == {(None, "nbval-ignore-output"), ("check", "raises-exception")}


def pair_tags(notebook):
    return {
        (cell.metadata.get("course", {}).get("role"), tag)
        for cell in notebook.cells
        for tag in cell.metadata.get("tags", [])
    }


def test_a_lab_carries_no_outputs_counts_or_pairing(pair):
    code = [cell for cell in pair.lab.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert sorted(pair.lab.metadata) == ["course", "kernelspec", "language_info"]
    assert pair.lab.metadata.course == {"lab": "07", "role": "lab"}
    assert pair.solution.metadata.course == {"lab": "07", "role": "solution"}
    assert pair.lab.metadata.kernelspec.name == "python3"
    assert "version" not in pair.lab.metadata.language_info


def test_jupytext_reads_the_same_cells():
    whole = jupytext.reads(
        SOURCE.read_text(encoding="utf-8"), fmt={"extension": ".py", "format_name": "percent"}
    )
    ours = [(cell.kind, cell.text) for cell in read_source(SOURCE).cells]
    assert ours == [(cell.cell_type, cell.source) for cell in whole.cells]


def test_a_header_of_jupytexts_changes_nothing(tmp_path, pair):
    header = "# ---\n# jupyter:\n#   jupytext:\n#     text_representation:\n#       extension: .py\n# ---\n\n"
    headed = beads_pair(tmp_path, header + SOURCE.read_text(encoding="utf-8"))
    assert notebook_text(headed.lab) == notebook_text(pair.lab)


def test_comments_that_look_like_commands_stay_comments(tmp_path):
    made = beads_pair(tmp_path, spoiled("STRINGS =", "# cat sat\n# ls\nSTRINGS ="))
    assert "# cat sat\n# ls\nSTRINGS" in made.solution.cells[1].source


def test_a_stub_is_indented_as_the_solution_was_whatever_its_markers(tmp_path):
    text = spoiled("    ### BEGIN SOLUTION\n    for", "### BEGIN SOLUTION\n\n    for")
    lines = by_id(beads_pair(tmp_path, text).lab)["answer-7-1"].source.split("\n")
    assert lines[3] == '    raise NotImplementedError("Exercise 7.1: count_beads is not done yet")'


def test_blank_lines_around_a_cell_are_no_part_of_it(tmp_path, pair):
    spaced = spoiled('# %% answer="7.1"\n', '# %% answer="7.1"\n\n   \n').replace(
        "    return total\n", "    return total\n  \n"
    )
    assert notebook_text(beads_pair(tmp_path, spaced).lab) == notebook_text(pair.lab)
    (found,) = problems_of(tmp_path, spaced.replace("total = 0", "total = = 0"))
    assert ":20: found `total = = 0`" in found


def test_the_place_of_the_table_is_in_markdown_only(tmp_path):
    made = beads_pair(tmp_path, spoiled("STRINGS =", "# <!-- exercises -->\nSTRINGS ="))
    assert "# <!-- exercises -->\n" in made.lab.cells[1].source


# ids and metadata


def test_ids_name_the_exercises(pair):
    special = [cell.id for cell in pair.lab.cells if "course" in cell.metadata]
    assert special == ["answer-7-1", "check-7-1", "answer-7-2", "check-7-2", "reflection-7-a"]
    assert by_id(pair.lab)["check-7-1"].metadata.course == {"exercise": "7.1", "role": "check"}


def test_ids_stay_when_another_cell_changes(tmp_path, pair):
    changed = beads_pair(tmp_path, spoiled("A string of beads", "A cord of beads"))
    before, after = ([cell.id for cell in each.solution.cells] for each in (pair, changed))
    assert before[0] != after[0]
    assert before[1:] == after[1:]


def test_equal_cells_get_different_ids():
    cell = Cell("code", "x", 1, 2)
    first, second, other = cell_ids([cell, cell, Cell("markdown", "x", 1, 2)])
    assert second == f"{first}-2"
    assert not other.startswith(first)


@pytest.mark.parametrize("role", ["lab", "solution"])
def test_nbgrader_accepts_the_metadata_and_computes_the_same_checksums(pair, role):
    notebook = getattr(pair, role)
    MetadataValidatorV3().validate_nb(notebook)
    graded = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    assert len(graded) == 5
    assert [cell.metadata.nbgrader.checksum for cell in graded] == [compute_checksum(cell) for cell in graded]


def test_points_come_from_the_declarations(pair):
    points = {cell.id: cell.metadata.nbgrader.points for cell in pair.lab.cells if _is_graded(cell)}
    assert points == {"check-7-1": 3, "check-7-2": 5, "reflection-7-a": 2}


def _is_graded(cell):
    return cell.metadata.get("nbgrader", {}).get("grade", False)


def test_nbgrader_makes_its_own_assignment_of_a_solution(pair):
    """An instructor on nbgrader starts from the solution: nbgrader would blank a lab's answer cells whole."""
    cleared, _ = ClearSolutions().preprocess(pair.solution, {})
    kept = by_id(cleared)
    assert "    total = 0\n    # YOUR CODE HERE\n    raise NotImplementedError()" in kept["answer-7-1"].source
    assert kept["reflection-7-a"].source.startswith("Why is a necklace harder")
    assert "no first bead" not in kept["reflection-7-a"].source


def test_only_labs_are_locked(pair):
    assert by_id(pair.lab)["check-7-1"].metadata.editable is False
    assert "editable" not in by_id(pair.lab)["answer-7-1"].metadata
    assert by_id(pair.lab)["answer-7-1"].metadata.deletable is False
    assert not any("deletable" in cell.metadata for cell in pair.solution.cells)


# what is refused


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_source_is_refused_by_line(tmp_path, name):
    case = MALFORMED[name]
    path = tmp_path / "07_beads.py"
    found = problems_of(tmp_path, spoiled(case["replace"], case["by"]))
    assert found == [f"{path}:{problem}" for problem in case["problems"]]


@pytest.mark.parametrize(
    "marker",
    [
        "### BEGIN SOLUTIONS",
        "## BEGIN SOLUTION",
        "#### BEGIN SOLUTION",
        "### Begin solution",
        "### BEGIN_SOLUTION",
        "###BEGIN SOLUTION",
        "### BEGIN SOLUTION:",
        "### BEGIN SOLUTION of 7.1",
        "### BEGN SOLUTION",
        "### BEGIN SOLUTON",
        "total = 1  ### BEGIN SOLUTION",
    ],
)
def test_a_misspelt_marker_is_refused(tmp_path, marker):
    found = problems_of(tmp_path, spoiled("### BEGIN SOLUTION", marker))
    expected = "expected exactly `### BEGIN SOLUTION` or `### END SOLUTION`, alone on its line"
    assert found == [f"{tmp_path / '07_beads.py'}:19: found `{marker}`, {expected}"]


@pytest.mark.parametrize("comment", ["# the solution", "# begin with the last bead", "# in the end"])
def test_a_comment_about_solutions_is_no_marker(tmp_path, comment):
    made = beads_pair(tmp_path, spoiled("    total = 0\n", f"    {comment}\n    total = 0\n"))
    assert comment in by_id(made.lab)["answer-7-1"].source


def test_every_problem_is_reported_at_once_in_the_order_of_the_file(tmp_path):
    text = (
        spoiled("# varies", "# v")
        .replace('check("7.2", Necklace)', "print(1)")
        .replace("total = 0", "total = = 0")
    )
    starts = [line.split(": found ")[0] for line in problems_of(tmp_path, text)]
    assert starts == [f"{tmp_path / '07_beads.py'}:{line}" for line in (18, 55, 57)]


@pytest.mark.parametrize("name", ["beads.py", "7_beads.py", "07-beads.py", "07_Beads.py"])
def test_a_name_that_is_no_labs_is_refused(tmp_path, name):
    path = tmp_path / name
    path.write_text("# %%\n1\n")
    with pytest.raises(SourceError, match=r":1: found a file named .*, expected two digits"):
        read_source(path)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "07_beads.py"
    path.write_bytes(b"# %%\nname = '\xd5'\n")
    with pytest.raises(SourceError, match=r"bytes that are not UTF-8 .*, expected a UTF-8 file"):
        read_source(path)


def test_a_source_without_cells_is_refused(tmp_path):
    found = problems_of(tmp_path, "")
    assert f"{tmp_path / '07_beads.py'}:1: found no cell, expected at least one `# %%` line" in found


# any sequence of cells

words = st.text(st.sampled_from("abcdeőű xyz"), min_size=1, max_size=12).map(str.strip).filter(bool)
plain_code = words.map(lambda word: f"name = {word!r}\n\nother = name")
markdown = st.lists(words, min_size=1, max_size=3).map("\n\n".join)
plain_cells = st.lists(
    st.one_of(
        st.tuples(st.just("code"), st.just(""), plain_code),
        st.tuples(st.just("code"), st.just(' tags=["solution"]'), plain_code),
        st.tuples(st.just("markdown"), st.just(" [markdown]"), markdown),
    ),
    max_size=4,
)


@st.composite
def sources(draw):
    """A source of up to five exercises: its text, its lab, its cells and the lines that no lab may show."""
    lab, cells, secret = Lab("07", "Any"), draw(plain_cells), []
    for number in range(1, draw(st.integers(0, 5)) + 1):
        id, name = f"7.{number}", f"f{number}"
        lab.exercise(id, name=name, title=name, points=1, difficulty=2, returns=int, reference="none:none")
        lines = [f"secret_{number}_{i} = {draw(words)!r}" for i in range(draw(st.integers(1, 3)))]
        secret += lines
        cells.append(("code", f' answer="{id}"', _answer(name, lines, draw(st.integers(1, 2)))))
        cells += draw(plain_cells)
        cells.append(("code", f' check="{id}"', f'check("{id}", {name})'))
        cells += draw(plain_cells)
    return _text(cells), lab, [(kind, text) for kind, _, text in cells], secret


def _answer(name, lines, depth):
    indent = "    " * depth
    region = [indent + line for line in ("### BEGIN SOLUTION", *lines, "### END SOLUTION")]
    opening = ["    if bead:"] if depth == 2 else []
    return "\n".join([f"def {name}(bead):", '    """Given."""', *opening, *region, "    return bead"])


def _text(cells):
    blocks = []
    for kind, options, text in cells:
        lines = text.split("\n") if kind == "code" else [f"# {line}".rstrip() for line in text.split("\n")]
        blocks.append("\n".join([f"# %%{options}", *lines]))
    return "\n\n".join(blocks) + "\n"


@given(sources())
def test_any_sequence_of_cells(tmp_path_factory, source):
    text, lab, cells, secret = source
    path = tmp_path_factory.mktemp("any") / "07_any.py"
    path.write_text(text or "\n", encoding="utf-8")
    if not cells:
        with pytest.raises(SourceError, match="found no cell"):
            build_pair(path, lab)
        return
    assert [(cell.kind, cell.text) for cell in read_source(path).cells] == cells
    first, second = build_pair(path, lab), build_pair(path, lab)
    _assert_sound(first, cells, secret)
    assert notebook_text(first.lab) == notebook_text(second.lab)
    assert notebook_text(first.solution) == notebook_text(second.solution)


def _assert_sound(pair, cells, secret):
    assert [cell.source for cell in pair.solution.cells] == [text for _, text in cells]
    assert not any(line in cell.source for line in secret for cell in pair.lab.cells)
    for cell in pair.lab.cells:
        if cell.cell_type == "code":
            ast.parse(cell.source)
    for notebook in (pair.lab, pair.solution):
        nbformat.validate(notebook)
        MetadataValidatorV3().validate_nb(notebook)
        ids = [cell.id for cell in notebook.cells]
        assert len(set(ids)) == len(ids)


# samples


def test_samples_are_untouched_half_done_and_solved(pair):
    made = samples(pair.lab, pair.solution)
    left = {name: notebook_text(notebook).count("NotImplementedError") for name, notebook in made.items()}
    assert left == {"untouched": 4, "half_done": 3, "solved": 0}
    assert made["untouched"] == pair.lab


def test_a_filled_answer_is_the_solution_without_its_markers(pair):
    filled = by_id(fill(pair.lab, pair.solution, ["7.1", "7.a"]))
    assert filled["answer-7-1"].source.endswith(
        "    total = 0\n    for bead in string:\n        total += bead == colour\n    return total"
    )
    assert "*Your answer:*\n\nBecause it has no first bead" in filled["reflection-7-a"].source
    assert not any("SOLUTION" in cell.source for cell in filled.values())
    assert "NotImplementedError" in filled["answer-7-2"].source


def test_filling_leaves_the_lab_as_it_was(pair):
    before = notebook_text(pair.lab)
    fill(pair.lab, pair.solution, exercise_ids(pair.lab))
    assert notebook_text(pair.lab) == before


def test_filling_an_exercise_that_is_not_there_is_refused(pair):
    with pytest.raises(ValueError, match=r"expected ids among 7\.1, 7\.2, 7\.a, got '7\.3'"):
        fill(pair.lab, pair.solution, ["7.3"])


def test_solution_lines_are_those_between_the_markers():
    cells = {(cell.role, cell.exercise): cell for cell in read_source(Path(SOURCE)).cells}
    assert solution_lines(cells["answer", "7.1"]) == ["for bead in string:", "total += bead == colour"]
