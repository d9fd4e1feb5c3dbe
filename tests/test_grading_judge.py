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
from course_utils.checks.outcome import Rejected, Status
from course_utils.grading import enclosures, wire
from course_utils.grading.enclosures import NoSandbox, program
from course_utils.grading.judge import Graded, grade
from course_utils.grading.notebooks import Submission
from course_utils.grading.remote import Gone, Line, RemoteCandidate
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


ENDS = "ended the process it ran in"
HOSTILE = {
    "raises": ("1 / 0", "the cell raised ZeroDivisionError: division by zero"),
    "no Python": ("def count_words(:", "the cell raised SyntaxError"),
    "leaves": ("raise SystemExit(0)", "the cell raised SystemExit: 0"),
    "own BaseException": ("class E(BaseException): pass\nraise E('x')", "the cell raised E: x"),
    "os._exit": ("import os\nos._exit(0)", ENDS),
    "endless loop": ("while True: pass", "still running after 4 seconds"),
    "loop without signals": (
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 60))\nwhile True: pass",
        "still running after 4 seconds",
    ),
    "memory at once": ("x = bytearray(10**11)", "the cell raised MemoryError"),
    "memory by and by": (
        "x = []\nwhile True:\n    try: x.append(b'1' * 10**7)\n    except MemoryError: pass",
        "the cell",
    ),
    "memory of its children": (
        "import os\nfor _ in range(9):\n    if not os.fork():\n        x = b'1' * 10**8\n"
        "        while True: pass\nwhile True: pass",
        "the cell",
    ),
    "fork bomb": ("import os\nwhile True: os.fork()", "the cell"),
    "thread bomb": (
        "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(99,)).start()",
        "the cell",
    ),
    "kills all": ("import os\nos.kill(-1, 9)\nos.kill(0, 9)", "the cell"),
    "kills its parents": ("import os\nos.kill(os.getppid(), 9)", "the cell"),
    "fills the disk": (
        "import itertools\nfor i in itertools.count():\n    open(str(i), 'wb').write(b'1' * 10**6)",
        "the cell raised OSError: [Errno 28] No space left",
    ),
    "one large file": ("open('x', 'wb').write(b'1' * 10**8)", "the cell"),
    "network": (
        "import socket\nsocket.create_connection(('192.0.2.1', 80), 2)",
        "the cell raised PermissionError: [Errno 1]",
    ),
    "writes to the package": (
        "import course_utils\nopen(course_utils.__file__, 'a')",
        "the cell raised OSError: [Errno 30] Read-only file system",
    ),
    "a program": ("import subprocess\nsubprocess.run(['sudo', 'id'], check=True)", "the cell raised"),
    "replaces the server": (
        "from course_utils.grading.child import Session\nSession.take = lambda *a: 1 / 0\n"
        "Session.ask = Session.take",
        "the cell",
    ),
    "forged answer": (
        "import gc, socket\nfrom course_utils.grading import wire\n"
        "ours = [x for x in gc.get_objects() if isinstance(x, socket.socket)][0]\n"
        "while True: wire.send(ours, {'value': True, 'status': 'passed', 'earned': 99})",
        "",
    ),
    "garbage for an answer": (
        "import gc, socket\nours = [x for x in gc.get_objects() if isinstance(x, socket.socket)][0]\n"
        "ours.sendall(b'\\xff' * 99)",
        "",
    ),
    "patched json, builtins and numpy": (
        "import builtins, numpy\nbuiltins.len = lambda x: 7\n"
        "numpy.array_equal = numpy.allclose = lambda *a, **k: True",
        "the cell",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_cells_cost_their_own_exercise_alone(box, name):
    source, says = HOSTILE[name]
    found = graded(box, e2=source)
    assert statuses(found)[1] == "errored"
    assert says in found.outcomes[1].failure.problem
    assert found.outcomes[1].earned == 0
    assert statuses(found)[0] == statuses(found)[2] == statuses(found)[3] == "passed"
    assert statuses(graded(box)) == ["passed"] * 4, "the next student suffers"


HOSTILE_CALLS = {
    "os._exit": "import os\n    os._exit(0)",
    "endless loop": (
        "while True:\n        try:\n            while True: pass\n        except BaseException: pass"
    ),
    "prints": "while True: print('x' * 999)",
    "equals everything": (
        "class E(int):\n        __eq__ = __ge__ = __le__ = lambda *a: True\n"
        "        __hash__ = int.__hash__\n    return E(3)"
    ),
    "an odd array": (
        "import numpy\n    class A(numpy.ndarray):\n        __eq__ = lambda *a: True\n"
        "    return numpy.zeros(3).view(A)"
    ),
    "pickles": "class P:\n        __reduce__ = lambda s: (print, ('x',))\n    return P()",
    "nested": "x = ()\n    for _ in range(999): x = (x,)\n    return x",
    "enormous": "import numpy\n    return numpy.zeros(10**8)",
    "surrogates": "return '\\ud800'",
    "claims": "return {'value': len(s.split()), 'rejected': None}",
    "looks into its caller": (
        "import sys\n    f = sys._getframe()\n    while f.f_back: f = f.f_back\n"
        "    return f.f_locals['expected']"
    ),
}


@pytest.mark.parametrize("name", HOSTILE_CALLS)
def test_hostile_calls_earn_nothing(box, name):
    found = graded(box, e2=f"def count_words(s):\n    {HOSTILE_CALLS[name]}")
    assert found.outcomes[1].status is not Status.PASSED
    assert found.outcomes[1].earned == 0
    assert statuses(found)[0] == statuses(found)[2] == statuses(found)[3] == "passed"


LOOKS = """
def greet(name):
    import glob, os
    places = {places}
    return ' '.join(p for p in places if os.path.exists(p)) or f'Hello, {{name}}!'
"""


def test_nothing_of_the_class_is_to_be_seen(box, tmp_path):
    (tmp_path / "grades.db").touch()
    places = [
        str(tmp_path),
        str(enclosures.PACKAGE.parent / "solutions"),
        "/etc/passwd",
        "/proc/1",
        "/home",
    ]
    found = graded(box, e1=LOOKS.format(places=places))
    assert found.outcomes[0].status is Status.PASSED, found.outcomes[0].failure.message


def test_the_environment_is_empty_of_what_was_outside(monkeypatch):
    monkeypatch.setenv("SECRET", "7")
    source = "import os\nassert 'SECRET' not in os.environ, os.environ\n" + RIGHT["0.1"]
    with Sandbox(LIMITS) as another:
        assert graded(another, e1=source).outcomes[0].status is Status.PASSED


def test_a_file_beside_the_notebook_is_not_imported(box):
    source = (
        "open('random.py', 'w').write('1 / 0')\nimport sys\nsys.modules.pop('random', None)\nimport random\n"
        + RIGHT["0.1"]
    )
    assert graded(box, e1=source).outcomes[0].status is Status.PASSED


def test_what_one_student_leaves_the_next_does_not_find(box):
    places = [f"{folder}/left" for folder in ("", "/scratch", "/tmp", "/dev", "/dev/shm", "/proc", "/course")]
    leave = f"for place in {places}:\n    try: open(place, 'w').write('x')\n    except OSError: pass\n"
    assert graded(box, e1=leave + RIGHT["0.1"]).earned == 4
    look = LOOKS.format(places=places)
    assert graded(box, e1=look).earned == 4


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
                wire.receive(theirs)
                wire.send(theirs, message)
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
