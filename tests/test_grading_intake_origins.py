"""`grading.origins`: who handed a file in, by the forms that systems and people give to names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading.origins import Origin, by_pattern, count_shared, usual

MOODLE = "Anna Kovács_12345_assignsubmission_file_"


def origin(*parts: str) -> Origin:
    return usual(("class", *parts), 1, "08")


@pytest.mark.parametrize(
    ("parts", "student"),
    [
        (["anna.ipynb"], "anna"),
        (["Kovács Anna.ipynb"], "Kovács Anna"),
        (["anna-maria.ipynb"], "anna-maria"),
        (["anna_08_self_attention.ipynb"], "anna"),
        (["anna_08_self_attention-2.ipynb"], "anna"),
        (["08_self_attention_anna.ipynb"], "anna"),
        (["anna_08.ipynb"], "anna"),
        (["anna lab8.IPYNB"], "anna"),
        (["lab08-anna.ipynb"], "anna"),
        (["s1008.ipynb"], "s1008"),
        (["anna (1).ipynb"], "anna"),
        (["anna-Copy1.ipynb"], "anna"),
        (["anna", "08_self_attention.ipynb"], "anna"),
        (["anna", "whatever I did.ipynb"], "anna"),
        (["anna", "lab08", "notebook.ipynb"], "anna"),
        (["lab08", "anna.ipynb"], "anna"),
        (["anna.zip", "08_self_attention.ipynb"], "anna"),
        (["anna_08.zip", "x", "bela.ipynb"], "anna"),
        (["08_self_attention.ipynb"], "class"),
        (["08_self_attention (1).ipynb"], "class"),
        (["07_attention.ipynb"], "class"),
    ],
)
def test_people_s_names_are_what_is_not_the_lab_s(parts, student):
    assert origin(*parts).student == student
    assert not origin(*parts).by_system


def test_a_notebook_alone_is_its_own_name():
    assert usual(("", "08_self_attention.ipynb"), 1, "08").student == "08_self_attention"


@pytest.mark.parametrize(
    "parts",
    [
        [MOODLE, "08_self_attention.ipynb"],
        [MOODLE[:-1], "bela_1_2_x.ipynb"],
        [MOODLE + "08_self_attention.ipynb"],
        [MOODLE + "Bela_2_assignsubmission_file_x.ipynb"],
        [MOODLE, "Bela Nagy_2_assignsubmission_file_.zip", "x.ipynb"],
        [MOODLE.replace("file", "onlinetext"), "onlinetext.html"],
    ],
)
def test_moodle_s_form_is_known_and_what_students_name_is_not_believed(parts):
    assert origin(*parts) == Origin("Anna Kovács", "12345", by_system=True)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("kovacsanna_1234_5678_08_self_attention.ipynb", ("kovacsanna", 0, False)),
        ("kovacsanna_LATE_1234_5678_08_self_attention-2.ipynb", ("kovacsanna", 2, True)),
        ("kovácsanna_1234_5678_my_lab (1).ipynb", ("kovácsanna", 1, False)),
        ("kovacsanna_1234_5678_belanagy_1_2_x.ipynb", ("kovacsanna", 0, False)),
    ],
)
def test_canvas_s_form_is_known(name, expected):
    student, attempt, late = expected
    assert origin(name) == Origin(student, "1234", attempt, late, by_system=True, stable=True)


@pytest.mark.parametrize(
    ("parts", "attempt"),
    [
        (["anna.ipynb"], 0),
        (["anna-2.ipynb"], 0),
        (["anna (3).ipynb"], 3),
        (["anna", "08_self_attention-2.ipynb"], 2),
        (["anna_08_self_attention-2.ipynb"], 2),
        (["kovacsanna_1_2_lab-4.zip", "08_self_attention.ipynb"], 4),
    ],
)
def test_attempts_are_counted_where_a_name_does(parts, attempt):
    found = origin(*parts)
    assert found.attempt == attempt


def test_a_group_s_name_before_a_student_s_is_tried_without():
    names = origin("Group A-Nagy-Kovács Anna_5_assignsubmission_file_").names
    assert names == ["Group A-Nagy-Kovács Anna", "Nagy-Kovács Anna", "Kovács Anna"]
    assert origin("kovacsanna_1234_5678_x.ipynb").names == ["kovacsanna"]
    assert origin("Nagy-Kovács Anna.ipynb").names == ["Nagy-Kovács Anna"]


@pytest.mark.parametrize(
    ("paths", "shared"),
    [
        (["anna.ipynb", "bela.ipynb"], 1),
        (["submissions/anna.ipynb", "submissions/bela.ipynb"], 2),
        (["a/b/anna/08_self_attention.ipynb", "a/b/bela/x.ipynb"], 3),
        (["anna/08_self_attention.ipynb"], 1),
        (["anna/08_self_attention.ipynb", "anna/07_attention.ipynb"], 1),
        ([f"{MOODLE}/x.ipynb"], 1),
        (["anna.zip/x.ipynb"], 1),
        (["class.zip/anna.ipynb", "class.zip/bela.ipynb"], 2),
    ],
)
def test_folders_that_all_share_are_nobody_s(paths, shared):
    assert count_shared([("top", *path.split("/")) for path in paths], "08") == shared


@pytest.mark.parametrize(
    ("pattern", "path", "student"),
    [
        ("{student}_{lab}.ipynb", "anna_kovacs_08.ipynb", "anna_kovacs"),
        ("{student}_{lab}.ipynb", "x/anna_08_self_attention.ipynb", "anna"),
        ("{lab}-{student}-{*}.ipynb", "Lab8-anna-final.IPYNB", "anna"),
        ("{student}/{*}.ipynb", "class/anna/x.ipynb", "anna"),
        ("({*}) {student}.ipynb", "(a) anna.ipynb", "anna"),
        ("{student}_{lab}.ipynb", "anna_07.ipynb", None),
        ("{student}.ipynb", "anna.zip", None),
        ("{student}/{lab}.ipynb", "08.ipynb", None),
    ],
)
def test_a_pattern_finds_the_student(pattern, path, student):
    found = by_pattern(pattern, "08")(tuple(path.split("/")))
    assert (found and found.student) == student


@pytest.mark.parametrize("pattern", ["{lab}.ipynb", "{student}{student}", "{student}_{name}.ipynb", ""])
def test_a_pattern_without_a_student_or_of_other_holes_is_refused(pattern):
    with pytest.raises(ValueError, match=r"expected a pattern with \{student\} once"):
        by_pattern(pattern, "08")


NAMES = st.text(st.characters(exclude_characters="/_-. ()"), min_size=1, max_size=9)


@given(NAMES)
def test_a_pattern_gives_back_what_it_was_made_of(name):
    find = by_pattern("{lab}_{student}_{*}.ipynb", "08")
    assert find((f"08_{name}_x.ipynb",)) == Origin(name)


@given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=4))
def test_any_path_has_an_origin(parts):
    assert origin(*parts).student
    assert 1 <= count_shared([("top", *parts)], "08") <= len(parts)
