"""`grading.judge`: a student's code runs walled off, and only what it computes is believed.

Each test grades a notebook of lab 00, or calls its process as a hostile one would answer.
"""

from __future__ import annotations

import shutil
import socket
import threading
from dataclasses import replace

import numpy as np
import pytest

from course_utils.checks.core import load_exercise, load_lab
from course_utils.checks.exercise import Exercise
from course_utils.checks.outcome import Rejected, Status
from course_utils.grading import enclosures, wire
from course_utils.grading.enclosures import NoSandbox, program
from course_utils.grading.judge import Graded, grade
from course_utils.grading.notebooks import Submission
from course_utils.grading.remote import Gone, Line, RemoteCandidate, RemoteHandle
from course_utils.grading.sandbox import Sandbox
from course_utils.grading.walls import Limits, Walls
from tests.conftest import require
from tests.grading_course import RIGHT

pytestmark = pytest.mark.slow

LIMITS = Limits(memory=300, processes=16, cpu=20, file=8, seconds=4)


@pytest.fixture(scope="module")
def box():
    require(shutil.which("bwrap"), "install bubblewrap")
    with Sandbox(LIMITS) as box:
        yield box


def graded(box: Sandbox, **changed: str) -> Graded:
    """Right answers, but for those given: graded(box, e2="...")."""
    answers = {**RIGHT, **{f"0.{name[1:]}": source for name, source in changed.items()}}
    return grade(Submission("digest", tuple(answers.items())), load_lab("00"), box)


def statuses(found: Graded) -> list[str]:
    return [str(outcome.status) for outcome in found.outcomes]


def test_right_answers_get_all_points(box):
    found = graded(box)
    assert (found.earned, found.points) == (4, 4)
    assert statuses(found) == ["passed"] * 4


def test_an_untouched_exercise_is_not_attempted(box):
    stub = load_exercise("0.2").stub
    found = graded(box, e2=f"def count_words(sentence):\n    raise NotImplementedError({stub!r})")
    assert statuses(found) == ["passed", "not_attempted", "passed", "passed"]
    assert found.earned == 3


def test_a_wrong_answer_gets_the_message_that_its_student_gets(box):
    wrong = "def count_words(sentence):\n    return len(sentence)"
    namespace: dict = {}
    exec(wrong, namespace)
    local = load_exercise("0.2").run(namespace["count_words"])
    remote = graded(box, e2=wrong).outcomes[1]
    assert remote.status is Status.FAILED
    assert (remote.failure.name, remote.failure.problem) == (local.failure.name, local.failure.problem)


def test_a_missing_name_and_a_missing_cell_are_told(box):
    found = graded(box, e2="counted = 3")
    assert found.outcomes[1].failure.problem == "the cell does not define count_words"
    answers = {id: source for id, source in RIGHT.items() if id != "0.2"}
    found = grade(Submission("digest", tuple(answers.items())), load_lab("00"), box)
    assert found.outcomes[1].failure.problem == "there is no answer cell"
    assert found.earned == 3


def test_a_lost_cell_costs_its_own_exercise_alone(box):
    """The others find the course's own answer in its place, as in the notebook."""
    using = "def mean_length(s):\n    return sum(map(count_words, s)) / max(len(s), 1)"
    found = graded(box, e2="import os\nos._exit(0)", e4=using)
    assert found.outcomes[1].failure.problem == "the cell ended the process it ran in"
    assert statuses(found) == ["passed", "errored", "passed", "passed"]


def test_what_one_answer_changes_for_all_costs_the_others_nothing(box):
    found = graded(box, e2="len = sum = 7\ndef count_words(s):\n    return 7")
    assert statuses(found) == ["passed", "failed", "passed", "passed"]


def test_the_courses_own_answer_is_nobodys(box):
    own = "from course_utils.checks.lab_00_setup import count_words"
    found = graded(box, e2=own)
    assert found.outcomes[1].status is Status.NOT_ATTEMPTED
    assert "the course's own, not yours" in found.outcomes[1].failure.problem


def test_arrays_given_to_student_code_stay_as_they_were(box):
    """The judge's input is another process's: what is done to it there changes nothing here."""
    source = "def softmax(z):\n    z[...] = 0\n    return z"
    with_process = box.fork()
    try:
        assert with_process.line.request("cell", "answer 2.4", source) == ""
        assert with_process.line.request("take", "2.4") is True
        z = np.array([2.0, 3.0, 5.0])
        with pytest.raises(Rejected, match="must stay as it was"):
            RemoteCandidate(load_exercise("2.4"), with_process.line)(z)
        assert z.tolist() == [2.0, 3.0, 5.0]
    finally:
        box.end(with_process)


def test_a_generator_draws_over_there_what_it_would_have_drawn_here(box):
    process = box.fork()
    try:
        source = "def sample_words(words, p, n, rng):\n    return [str(rng.integers(10**9))]"
        process.line.request("cell", "answer 2.7", source)
        process.line.request("take", "2.7")
        candidate, rng = RemoteCandidate(load_exercise("2.7"), process.line), np.random.default_rng(7)
        drawn = candidate(["a"], np.array([1.0]), 1, rng)
        assert drawn == [str(rng.integers(10**9))]
    finally:
        box.end(process)


def test_a_submission_has_a_time_of_its_own():
    """What was judged before it ended stays; the rest says why it was not."""
    slow = "import time\ndef count_words(s):\n    time.sleep(0.4)\n    return len(s.split())"
    with Sandbox(replace(LIMITS, total=2)) as another:
        found = graded(another, e2=slow)
    assert statuses(found) == ["passed", "timed_out", "timed_out", "timed_out"]
    assert [result.status for result in found.outcomes[1].results[:2]] == ["passed", "passed"]
    assert found.earned > found.outcomes[0].points
    assert found.outcomes[3].failure.problem == "the 2 seconds that a whole submission has were over"


# The zygote and bubblewrap ---------------------------------------------------------------------------------


def test_a_killed_zygote_is_started_again():
    require(shutil.which("bwrap"), "install bubblewrap")
    with Sandbox(LIMITS) as box:
        box._process.kill()
        box._process.wait()
        assert statuses(graded(box)) == ["passed"] * 4


def test_without_bubblewrap_nothing_is_graded(monkeypatch):
    monkeypatch.setattr(enclosures.shutil, "which", lambda name: None)
    with pytest.raises(NoSandbox, match="sudo apt install bubblewrap"):
        program(Walls.BUBBLEWRAP)


# A process that lies ---------------------------------------------------------------------------------------


@pytest.fixture
def answered():
    """Makes a candidate whose process answers with these messages, whatever it is asked."""
    sockets: list[socket.socket] = []

    def start(*messages: object) -> RemoteCandidate:
        ours, theirs = socket.socketpair()
        sockets.extend((ours, theirs))

        def lie() -> None:
            for message in messages:
                number, *_ = wire.receive(theirs)
                wire.send(theirs, [number, message])
            theirs.close()

        threading.Thread(target=lie, daemon=True).start()
        return RemoteCandidate(load_exercise("0.2"), Line(ours))

    yield start
    for each in sockets:
        each.close()


def answer(**parts: object) -> dict[str, object]:
    return {"call": "count_words('a')", "printed": "", **parts}


def test_an_honest_answer_is_taken(answered):
    assert answered(answer(value=3))("a b c") == 3


@pytest.mark.parametrize(
    ("message", "says"),
    [
        (answer(value="3"), "must return an int"),
        (answer(value=None), "must return an int"),
        (answer(value=wire.Opaque("int", "3")), "must return an int"),
        (answer(value=wire.Reference("handle", 0)), "must return an int"),
        (answer(rejected={"status": "passed", "problem": "all is well"}), "all is well"),
        (answer(rejected=3), "no answer"),
        ({"value": 3}, "no answer"),
        (3, "no answer"),
        ({"call back": [0, "encode", [], {}]}, "no answer"),
        ({"call back": 3}, "no answer"),
    ],
)
def test_what_is_no_answer_earns_nothing(answered, message, says):
    with pytest.raises(Rejected, match=says) as caught:
        answered(message)("a b c")
    assert caught.value.status in (Status.FAILED, Status.ERRORED)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("weights", ""),
        ("weights", np.zeros((3, 3, 3))),
        ("weights", [np.array(["a"])]),
        ("trainable_shapes", {}),
        ("trainable_shapes", [[3]]),
        ("gradients", np.zeros((3, 3))),
        ("gradients", [True]),
        ("gradients_by_output", [np.zeros(3)]),
        ("set_weights", True),
        ("rebuilt", 7),
    ],
)
def test_what_a_layers_handle_never_gives_is_no_answer(answered, attribute, value):
    """A check that only counts, or only looks for None, would take it for one."""
    handle = RemoteHandle(answered(answer(value=value)), 0)
    with pytest.raises(Rejected, match="sent what is no answer") as caught:
        getattr(handle, attribute)()  # what is no method is asked for before it is called
    assert attribute in caught.value.got


def test_gradients_and_weights_are_taken(answered):
    given = [np.zeros(3), None]
    assert RemoteHandle(answered(answer(value=given)), 0).gradients()[1] is None
    assert RemoteHandle(answered(answer(value=given[:1])), 0).weights[0].shape == (3,)


def test_what_a_check_puts_into_its_words_is_cleaned(box):
    lab = load_lab("00")
    raw = Exercise(
        "0.2", "count_words", "", 1, 1, "course_utils.checks.lab_00_setup:count_words", returns=int
    )

    @raw.check()
    def shows_it_as_it_came(candidate, rng):
        """it is shown as it came"""
        raise Rejected(f"\x1b[2J{candidate('a')}", got="\x00" * 10**6)

    answers = Submission("digest", tuple(RIGHT.items()))
    [outcome] = grade(answers, replace(lab, exercises={"0.2": raw}), box).outcomes
    assert outcome.failure.problem == "\\x1b[2J1"
    assert len(outcome.failure.got) == wire.LONGEST


def test_what_does_not_travel_is_called_by_its_name(answered):
    with pytest.raises(Rejected) as caught:
        answered(answer(value=wire.Opaque("generator", "<generator>")))("a b c")
    assert caught.value.got == "a generator: <generator>"


def test_hanging_up_earns_nothing(answered):
    with pytest.raises(Rejected, match="ended the process it ran in"):
        answered()("a b c")


def test_a_process_that_the_machine_killed_costs_no_points(box, monkeypatch):
    runs, asks = [], []
    run_cell, request = Line.run_cell, Line.request

    def killed_at_first(self, label, source):
        runs.append(label)
        if len(runs) == 3:
            self.works = False
            raise Gone("killed")
        return run_cell(self, label, source)

    def killed_once(self, *message):
        asks.append(message[0])
        if asks.count("ask") == 1 and message[0] == "ask":
            self.works = False
            raise Gone("killed")
        return request(self, *message)

    monkeypatch.setattr(Line, "run_cell", killed_at_first)
    monkeypatch.setattr(Line, "request", killed_once)
    assert graded(box).earned == 4
    assert len(runs) > 8
