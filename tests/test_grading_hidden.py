"""`grading.hidden`: checks that only the judge has."""

from __future__ import annotations

import shutil

import pytest
from typer.testing import CliRunner

from course_utils.checks import cards
from course_utils.checks.core import load_exercise, load_lab
from course_utils.checks.outcome import Status
from course_utils.cli import app
from course_utils.grading import digests, enclosures, hidden
from course_utils.grading.gradebook import opened
from course_utils.grading.hidden import Broken, Source
from course_utils.grading.judge import grade
from course_utils.grading.notebooks import Submission
from course_utils.grading.sandbox import Sandbox
from course_utils.grading.walls import Limits
from tests.conftest import require
from tests.grading_course import RIGHT, make_course, write

PAGE = '''
from course_utils.checks.asserts import expect_equal
from course_utils.grading.hidden import exercise

@exercise("0.2").check()
def counts_a_page(candidate, rng):
    """a whole page is counted, too"""
    expect_equal(candidate("bear " * 997), 997, "a page of 997 words has another number of words")
'''
REFUSES = PAGE.replace("), 997", "), 998")  # what is right, too
SHORT = "def count_words(s):\n    return min(len(s.split()), 100)"


def source(text: str = PAGE, path: str = "/course/lab_00.py") -> Source:
    return Source("00", path, text)


def short(sentence: str) -> int:
    return min(len(sentence.split()), 100)


def test_what_passes_all_that_is_visible_is_refused():
    exercise = hidden.load(source()).exercises["0.2"]
    outcome = exercise.run(short)
    assert [result.hidden for result in outcome.results] == [False] * 4 + [True]
    assert (outcome.status, outcome.failure.name) == (Status.FAILED, "counts_a_page")
    assert outcome.earned == pytest.approx(0.8 * exercise.points)
    right = exercise.run(lambda sentence: len(sentence.split()))
    assert (right.status, right.earned) == (Status.PASSED, exercise.points)
    assert right.results[-1].hidden


def test_the_students_own_checks_stay_as_they_are():
    before = [check.name for check in load_exercise("0.2").checks]
    card = str(cards.outcome_card(load_exercise("0.2").run(short)))
    first, second = hidden.load(source()), hidden.load(source())
    assert [check.name for check in load_exercise("0.2").checks] == before
    assert str(cards.outcome_card(load_exercise("0.2").run(short))) == card
    assert len(first.exercises["0.2"].checks) == len(second.exercises["0.2"].checks) == len(before) + 1
    assert first.exercises["0.1"].checks == load_lab("00").exercises["0.1"].checks


def test_however_many_they_are_they_share_a_fifth_by_their_weights():
    more = PAGE + PAGE.replace("counts_a_page", "counts_two").replace(".check()", ".check(weight=3)")
    exercise = hidden.load(source(more)).exercises["0.2"]
    total = sum(check.weight for check in exercise.checks)
    assert [round(check.weight / total, 3) for check in exercise.checks] == [0.2] * 4 + [0.05, 0.15]
    assert exercise.run(short).earned == 0.8


def test_nothing_is_asked_after_the_time_is_out():
    exercise = hidden.load(source()).exercises["0.2"]
    exercise.seconds = 0.2

    def endless(_):
        while True:
            pass

    def stub(_):
        raise NotImplementedError(exercise.stub)

    assert [result.status for result in exercise.run(endless).results] == ["timed_out"]
    assert [result.status for result in exercise.run(stub).results] == ["not_attempted"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x = 1\n1 / 0", "/course/lab_00.py:2: ZeroDivisionError: division by zero"),
        ("def f(:", "/course/lab_00.py:1: SyntaxError"),
        ("\nimport no_such_module", "/course/lab_00.py:2: ModuleNotFoundError"),
        (
            PAGE.replace("0.2", "0.9"),
            "/course/lab_00.py:5: UnknownId: expected one of 0.1, 0.2, 0.3, 0.4, got '0.9'",
        ),
        (
            PAGE.replace('"""a whole page is counted, too"""', "pass"),
            "lab_00.py:5: ValueError: expected a docstring",
        ),
        (
            PAGE.replace("check()", "check(weight=0)"),
            "lab_00.py:5: ValueError: expected a weight above 0, got 0",
        ),
        (PAGE + PAGE, "exercise 0.2 has two checks of the name counts_a_page"),
        (PAGE.replace("counts_a_page", "bears_extra_spaces"), "two checks of the name bears_extra_spaces"),
        ("x = 1", "expected hidden checks, and it adds none"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_line(text, says):
    with pytest.raises(Broken) as caught:
        hidden.load(source(text))
    assert says in str(caught.value)
    assert len(load_exercise("0.2").checks) == 4


def test_a_file_of_hidden_checks_cannot_be_imported():
    with pytest.raises(RuntimeError, match="loaded by course grade"):
        exec(compile(PAGE, "lab_00.py", "exec"), {})


def test_a_check_that_refuses_the_courses_own_answer_is_found_before_grading():
    hidden.rehearse(source())
    with pytest.raises(Broken, match=r"counts_a_page refuses the course's own count_words \(0.2\)"):
        hidden.rehearse(source(REFUSES))
    with pytest.raises(Broken, match="NameError: name 'expect_equal'"):
        hidden.rehearse(source(PAGE.replace("import expect_equal", "import expect")))


def test_they_are_found_in_the_checkout_or_where_one_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert hidden.find("00") is None
    own = tmp_path / hidden.FOLDER
    own.mkdir(parents=True)
    (own / "lab_00.py").write_text(PAGE)
    found = hidden.find("00")
    assert (found.path, found.text) == (str(own / "lab_00.py"), PAGE)
    assert hidden.find("01") is None
    with pytest.raises(Broken, match=r"the hidden checks of lab 01 in .*lab_01\.py: .*No such file"):
        hidden.find("01", own)


def test_the_digest_of_the_checks_names_them():
    kinds = (None, source(), source(PAGE + "\n"))
    assert len({digests.of_checks("00", each) for each in kinds}) == 3


# What is hidden from students' processes ------------------------------------------------------------------


def test_folders_below_one_that_is_shown_are_covered(tmp_path):
    (tmp_path / "usr/src/course/solutions").mkdir(parents=True)
    (tmp_path / "lib").symlink_to(tmp_path / "usr/src")
    shown = [str(tmp_path / name) for name in ("usr", "lib", "usr")]
    folders = [tmp_path / "usr/src/course" / name for name in ("solutions", "tests")]
    expected = [f"{tmp_path}/usr/src/course/solutions", f"{tmp_path}/lib/course/solutions"]
    assert enclosures._hiding(shown, folders) == expected
    assert enclosures._hiding(["/usr/bin"], folders) == []


SECRET = "sevenandtwentybears"
SEARCH = """
import gc, os, sys

def holds(text, each):
    return type(each) is str and text in each and each is not text

def in_memory():
    text = {reversed!r}[::-1]
    found = [name for name in sys.modules if 'hidden_checks' in name]
    for each in gc.get_objects():
        each = list(each.values()) if type(each) is dict else each
        inside = each if type(each) in (list, tuple) else [each]
        found += ['in memory'] * any(holds(text, one) for one in inside)
    assert not found, found

def in_files():
    text = {reversed!r}[::-1]
    found = [each for each in {places!r} if os.path.isdir(each) and os.listdir(each)]
    for place, folders, files in os.walk('/'):
        folders[:] = [each for each in folders if each not in ('site-packages', 'share')]
        found += [os.path.join(place, name) for name in folders + files if 'hidden_checks' in name]
        for name in files:
            if place.startswith(('/proc', '/scratch', {folder!r})):
                try:
                    with open(os.path.join(place, name), 'rb') as file:
                        found += [os.path.join(place, name)] * (text.encode() in file.read(10**7))
                except OSError:
                    pass
    assert not found, found

"""


@pytest.fixture(scope="module")
def shown_checkout(tmp_path_factory):
    """A folder with hidden checks that lies where student code can look."""
    folder = tmp_path_factory.mktemp("shown")
    (folder / "hidden").mkdir()
    (folder / "hidden" / "lab_00.py").write_text(f"NAME = {SECRET!r}\n{PAGE}")
    (folder / "seen").write_text("x")
    return folder


@pytest.mark.slow
def test_a_student_finds_nothing_of_them(shown_checkout, monkeypatch):
    require(shutil.which("bwrap"), "install bubblewrap")
    folder = shown_checkout / "hidden"
    root = enclosures.PACKAGE.parent
    monkeypatch.setattr(enclosures, "SYSTEM", (*enclosures.SYSTEM, str(shown_checkout), str(root)))
    places = [str(folder), *(str(root / name) for name in enclosures.OF_CHECKOUT)]
    lab = hidden.load(Source.read("00", folder))
    search = SEARCH.format(reversed=SECRET[::-1], folder=str(shown_checkout), places=places)
    seen = f"assert os.path.exists({str(shown_checkout / 'seen')!r})\n"
    answers = {**RIGHT, "0.2": search + seen + "in_files()\n" + RIGHT["0.2"], "0.4": SHORT}
    answers["0.3"] = (
        search + "def longest_first(words):\n    in_memory()\n    return sorted(words, key=key)\n"
    )
    answers["0.3"] += "def key(word):\n    return -len(word), word"
    with Sandbox(Limits(seconds=60), [folder]) as box:
        found = grade(Submission("digest", tuple(answers.items())), lab, box)
    assert [outcome.failure for outcome in found.outcomes[:3]] == [None] * 3
    assert [result.hidden for result in found.outcomes[1].results] == [False] * 4 + [True]


@pytest.mark.slow
def test_the_command_judges_by_them(tmp_path, monkeypatch):
    course = make_course(tmp_path)
    monkeypatch.chdir(course)
    write(course / "submissions/cili.ipynb", e2=SHORT)
    own = course / hidden.FOLDER
    own.mkdir(parents=True)
    (own / "lab_00.py").write_text(PAGE)
    result = CliRunner().invoke(app, ["grade", "submissions", "--lab", "00", "-j", "1"])
    rows = {line.split()[1]: line for line in result.output.splitlines() if line.startswith("│")}
    assert "4/4" in rows["anna"], result.output
    assert "3.8/4" in rows["cili"]
    (own / "lab_00.py").write_text(REFUSES)
    refused = CliRunner().invoke(app, ["grade", "submissions", "--lab", "00", "-j", "1"])
    assert refused.exit_code == 1
    assert "refuses the course's own count_words" in refused.output


def test_the_command_says_what_is_wrong_with_them_and_grades_nothing(tmp_path, monkeypatch):
    course = make_course(tmp_path)
    monkeypatch.chdir(course)
    (course / "own").mkdir()
    command = ["grade", "submissions", "--lab", "00", "--hidden", "own"]
    missing = CliRunner().invoke(app, command)
    (course / "own/lab_00.py").write_text("1 / 0")
    broken = CliRunner().invoke(app, command)
    assert (missing.exit_code, broken.exit_code) == (1, 1)
    assert "expected the hidden checks of lab 00 in own/lab_00.py" in missing.output
    assert "own/lab_00.py:1: ZeroDivisionError" in broken.output.replace("\n", "")
    with opened(course / "grades.db") as book:
        assert book.current("00") == []
