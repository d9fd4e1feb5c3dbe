"""The README's table of labs."""

import pytest

from course_utils.authoring import readme
from course_utils.authoring.project import check_all, write_all
from tests.beads import SOURCE, beads_lab

LAB = beads_lab()
PAGE = f"# Beads\n\n{readme.BEGIN}\nold\n{readme.END}\n\nthe end\n"
ROW = "| [07 Beads](labs/07_beads.ipynb) | count the beads; a necklace |"


def test_table_stands_between_the_markers():
    made = readme.with_table(PAGE, [("07_beads", LAB)])
    assert made.startswith("# Beads\n")
    assert made.endswith("\n\nthe end\n")
    assert ROW in made
    assert "old" not in made
    assert readme.with_table(made, [("07_beads", LAB)]) == made


def test_points_are_all_the_lab_gives():
    declared = [*LAB.exercises.values(), *LAB.reflections.values()]
    assert f"{ROW} {sum(each.points for each in declared):g} |" in readme.with_table(
        PAGE, [("07_beads", LAB)]
    )


@pytest.mark.parametrize("page", ["", readme.BEGIN, readme.END + readme.BEGIN, PAGE + PAGE])
def test_markers_must_be_there_once_in_order(page):
    with pytest.raises(ValueError, match="once each"):
        readme.with_table(page, [])


def test_file_is_written_once_and_an_old_table_is_told(tmp_path):
    page = tmp_path / "README.md"
    page.write_text(PAGE, encoding="utf-8")
    assert readme.differences(page, [("07_beads", LAB)]) == [
        f"{page}: its table of labs is old; type: course build"
    ]
    assert readme.write(page, [("07_beads", LAB)]) == f"{page}: written"
    assert readme.write(page, [("07_beads", LAB)]) == f"{page}: unchanged"
    assert readme.differences(page, [("07_beads", LAB)]) == []


def test_build_of_all_labs_renews_the_table_and_its_check_tells_an_old_one(tmp_path):
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "07_beads.py").write_text(SOURCE.read_text(encoding="utf-8"), encoding="utf-8")
    page = tmp_path / "README.md"
    page.write_text(PAGE, encoding="utf-8")
    old = f"{page}: its table of labs is old; type: course build"
    assert old in check_all(tmp_path, [], beads_lab)
    assert old not in check_all(tmp_path, ["07"], beads_lab)
    write_all(tmp_path, ["07"], beads_lab, execute=False)
    assert page.read_text(encoding="utf-8") == PAGE
    write_all(tmp_path, [], beads_lab, execute=False)
    assert ROW in page.read_text(encoding="utf-8")
