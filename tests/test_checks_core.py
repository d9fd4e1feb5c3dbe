"""What students call, as they call it: in plain Python, across processes, and in a real notebook."""

from __future__ import annotations

import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient

import course_utils
from course_utils.checks import core, store
from course_utils.checks.outcome import CheckFailed, Status

HEAVY = ("numpy", "keras", "tensorflow", "matplotlib", "IPython", "scipy", "pandas")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_STATE_DIR", str(tmp_path))
    monkeypatch.setattr(store, "_unwritten", {})
    return tmp_path


def greet(name):
    return f"Hello, {name}!"


def greet_without_comma(name):
    return f"Hello {name}!"


def greet_anna(name):
    return "Hello, Anna!"


def greet_stub(name):
    raise NotImplementedError("Exercise 0.1: greet is not done yet")


def greet_number(name):
    return 7 / 0


def in_another_process(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def test_importing_loads_nothing_heavy():
    code = f"import sys, course_utils; print([name for name in {HEAVY} if name in sys.modules])"
    assert in_another_process(code) == "[]\n"


def test_students_names():
    assert course_utils.__all__ == ["check", "hint", "progress", "student_or_reference"]


# check


def test_right_answer_shows_its_card_and_raises_nothing(capsys):
    assert core.check("0.1", greet) is None
    assert capsys.readouterr().out.startswith("✓ Exercise 0.1")


def test_stub_shows_its_card_and_raises(capsys):
    """A grader that looks at errors, as nbgrader does, would give full marks for silence."""
    with pytest.raises(CheckFailed, match=r"^Exercise 0\.1: greet is not done yet$") as caught:
        core.check("0.1", greet_stub)
    assert caught.value._render_traceback_() == [
        "CheckFailed: Exercise 0.1 is not done yet. See the card above."
    ]
    assert capsys.readouterr().out.startswith("○ Exercise 0.1: greet is not done yet")
    assert store.load("0.1")["status"] == "not_attempted"


@pytest.mark.parametrize(
    ("answer", "status"),
    [(greet_without_comma, Status.FAILED), (greet_number, Status.ERRORED), ("Hello", Status.ERRORED)],
)
def test_wrong_answer_shows_its_card_and_raises_its_outcome(answer, status, capsys):
    with pytest.raises(CheckFailed) as caught:
        core.check("0.1", answer)
    assert caught.value.outcome.status is status
    assert caught.value.outcome.exercise == "0.1"
    assert caught.value.outcome.failure.message in str(caught.value)
    assert capsys.readouterr().out.startswith("✗ Exercise 0.1")
    assert store.load("0.1")["status"] == status


@pytest.mark.timeout(11)
def test_endless_answer_raises_its_outcome(monkeypatch, capsys):
    monkeypatch.setattr(core.load_exercise("0.1"), "seconds", 0.1)

    def endless(name):
        while True:
            pass

    with pytest.raises(CheckFailed, match=r"still running after 0\.1 seconds") as caught:
        core.check("0.1", endless)
    assert caught.value.outcome.status is Status.TIMED_OUT


def test_unknown_exercise():
    with pytest.raises(core.UnknownId, match=r"one of 0\.1, 0\.2"):
        core.check("0.7", greet)


@pytest.mark.parametrize("function", [core.check, core.student_or_reference])
def test_call_without_the_function_shows_the_whole_call(function):
    with pytest.raises(core.MissingArgument) as caught:
        function("0.2")
    assert str(caught.value) == f'expected your function too: {function.__name__}("0.2", count_words)'
    assert caught.value._render_traceback_() == [f"MissingArgument: {caught.value}"]
    with pytest.raises(
        core.MissingArgument, match=rf'expected an exercise and .*{function.__name__}\("1\.1"'
    ):
        function()
    with pytest.raises(core.UnknownId, match="got <function greet"):
        function(greet)


# hint


def test_hint_without_an_exercise_shows_the_call():
    with pytest.raises(core.MissingArgument, match=r'hint\("1\.1"\)'):
        core.hint()


@pytest.mark.parametrize("in_a_later_check", [False, True])
def test_hint_after_a_changed_argument_is_about_that(capsys, in_a_later_check):
    def longest_first(words):
        if in_a_later_check and len(words) != 1:
            return sorted(words, key=lambda word: (-len(word), word))
        words.append("bear")
        return sorted(words, key=lambda word: (-len(word), word))

    with pytest.raises(CheckFailed, match="argument words must stay"):
        core.check("0.3", longest_first)
    text = first_hint(capsys, "0.3")
    assert "sorted(x) gives a new list, x.sort() changes x" in text
    assert core.load_exercise("0.3").hints[0] not in text
    assert core.load_exercise("0.3").hints[0] in first_hint(capsys, "0.3")


def first_hint(capsys, exercise_id="0.1") -> str:
    capsys.readouterr()
    core.hint(exercise_id)
    return capsys.readouterr().out


def test_hints_step_and_stop_at_the_last(capsys):
    exercise = core.load_exercise("0.1")
    shown = [first_hint(capsys) for _ in range(4)]
    assert [text.partition("\n")[0] for text in shown] == [
        f"Exercise 0.1, hint {number} of 2" for number in (1, 2, 2, 2)
    ]
    assert exercise.hints[0] in shown[0]
    assert exercise.hints[1] not in shown[0]
    assert exercise.hints[1] in shown[1]


def test_hint_after_a_stub_is_one_for_a_start(capsys):
    with pytest.raises(CheckFailed):
        core.check("0.1", greet_stub)
    assert core.load_exercise("0.1").hints[0] in first_hint(capsys)


def test_hint_is_about_the_check_that_failed_and_starts_over_when_another_fails(capsys):
    by_name = {check.name: check for check in core.load_exercise("0.1").checks}
    with pytest.raises(CheckFailed):
        core.check("0.1", greet_anna)
    assert by_name["greets_the_one_named"].hints[0] in first_hint(capsys)
    with pytest.raises(CheckFailed):
        core.check("0.1", greet_anna)
    assert "hint 2 of 3" in first_hint(capsys)
    with pytest.raises(CheckFailed):
        core.check("0.1", greet_without_comma)
    text = first_hint(capsys)
    assert "hint 1 of 3" in text
    assert by_name["writes_it_exactly"].hints[0] in text
    assert by_name["greets_the_one_named"].hints[0] not in text


# progress


def test_progress_grows_and_is_kept_across_processes(capsys):
    core.check("0.1", greet)
    code = "import course_utils; course_utils.progress('00'); course_utils.progress()"
    shown = in_another_process(code)
    assert "Lab 00: setup – 1 of 4 points" in shown
    assert "✓ 0.1 a first function: 1 of 1" in shown
    assert "○ 0.2 count the words of a sentence: 0 of 1" in shown
    assert "○ Lab 00 setup: 1 of 4" in shown


@pytest.mark.parametrize("lab_id", ["00", "0", 0])
def test_progress_takes_a_labs_number_as_it_comes(lab_id, capsys):
    core.progress(lab_id)
    assert "Lab 00: setup" in capsys.readouterr().out


def test_points_add_up(capsys):
    for exercise in core.load_lab("00").exercises.values():
        store.record_outcome(exercise.run(exercise.load_reference()))
    core.progress()
    labs = [core.load_lab(each) for each in core.lab_modules()]
    total = sum(exercise.points for lab in labs for exercise in lab.exercises.values())
    out = capsys.readouterr().out
    assert f"The course – 4 of {total} points" in out
    assert "✓ Lab 00 setup: 4 of 4" in out


def test_progress_goes_down_when_an_answer_is_broken_again(capsys):
    core.check("0.1", greet)
    with pytest.raises(CheckFailed):
        core.check("0.1", greet_without_comma)
    core.progress("00")
    assert "✗ 0.1 a first function: 0.5 of 1" in capsys.readouterr().out


# student_or_reference


def test_students_own_answer_is_used_when_right(capsys):
    assert core.student_or_reference("0.1", greet) is greet
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("answer", [greet_without_comma, greet_stub, None])
def test_the_courses_own_stands_in_and_says_so(answer, capsys):
    chosen = core.student_or_reference("0.1", answer)
    assert chosen is not answer
    assert chosen("Kata") == "Hello, Kata!"
    assert "the course's own greet" in capsys.readouterr().out


def test_the_courses_own_earns_nothing_under_the_students_name(capsys):
    """A lab binds it to the name when the exercise is not passed; checking again must not pass then."""
    chosen = core.student_or_reference("0.1", greet_stub)
    with pytest.raises(CheckFailed, match=r"^Exercise 0\.1: here greet is the course's own, not yours$"):
        core.check("0.1", chosen)
    assert store.load("0.1")["earned"] == 0


def test_standing_in_keeps_no_outcome():
    core.student_or_reference("0.1", greet_stub)
    assert store.load("0.1") == {}


# In a notebook

CELLS = (
    "from course_utils import check, hint, progress",
    "def greet(name):\n    words = ['Hello', name]\n    return words[2]",
    "check('0.1', greet)",
    "def greet(name):\n    return f'Hello <script>{name}!'",
    "check('0.1', greet)",
    "hint('0.1')",
    "check('0.9', greet)",
    "def greet(name):\n    return f'Hello, {name}!'",
    "check('0.1', greet)",
    "progress('00')",
)


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_STATE_DIR", str(tmp_path_factory.mktemp("state")))
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
        NotebookClient(notebook, timeout=60, kernel_name="python3", allow_errors=True).execute()
        return [cell.outputs for cell in notebook.cells]


def error_text(output) -> str:
    assert output.output_type == "error"
    return "\n".join(output.traceback)


def test_notebook_shows_the_students_line_and_no_traceback(executed):
    card, error = executed[2]
    assert "Your line: line 3 of greet: return words[2]" in card.data["text/plain"]
    assert error.ename == "CheckFailed"
    assert error_text(error) == "CheckFailed: Exercise 0.1 is not right yet. See the card above."


def test_notebook_shows_a_failure_as_a_card_of_html_and_text(executed):
    card, error = executed[4]
    assert set(card.data) == {"text/html", "text/plain"}
    assert "<script>" not in card.data["text/html"]
    assert "&lt;script&gt;" in card.data["text/html"]
    assert "Hello <script>Anna!" in card.data["text/plain"]
    assert "File" not in error_text(error)


def test_notebook_shows_hint_and_progress(executed):
    (hint,), (progress,) = executed[5], executed[9]
    assert "hint 1 of 3" in hint.data["text/plain"]
    assert "1 of 4 points" in progress.data["text/plain"]


def test_notebook_tells_of_an_unknown_exercise_in_one_line(executed):
    (error,) = executed[6]
    assert error_text(error).startswith("UnknownId: expected one of 0.1, 0.2")
    assert "\n" not in error_text(error)


def test_notebook_shows_a_pass(executed):
    (card,) = executed[8]
    assert card.data["text/plain"].startswith("✓ Exercise 0.1")
