"""`grading.zygote` and `grading.child`: what is forked from, and what runs in a fork."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time

import pytest

from course_utils.checks.candidate import Candidate
from course_utils.checks.core import load_exercise
from course_utils.checks.layers import LayerHandle
from course_utils.grading import wire, zygote
from course_utils.grading.child import Session
from course_utils.grading.walls import Limits, Walls

IMPORTS = """
import os, sys
from course_utils.grading import zygote
zygote._preload()
from tensorflow.python.eager import context
print(len(os.listdir("/proc/self/task")), context.context()._context_handle)
print(*(name for name in ("jaxlib", "scipy", "IPython") if name in sys.modules))
import jax, scipy.sparse, IPython
"""


@pytest.mark.slow
def test_what_is_imported_before_a_fork_starts_no_thread_runs_no_operation_and_loads_no_ballast():
    """TensorFlow Lite loads jax where there is one, which takes a sixth more memory; students still may."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["1", "None"]


def test_a_second_thread_forbids_forking():
    """A fork would have the locks that it holds, and not the thread that lets them go."""
    ours, theirs = socket.socketpair()
    wait = threading.Event()
    thread = threading.Thread(target=wait.wait)
    thread.start()
    try:
        with (
            ours,
            theirs,
            pytest.raises(AssertionError, match=r"expected one thread before a fork, found \d"),
        ):
            zygote.Zygote(theirs, Limits(), Walls.BUBBLEWRAP)._fork()
    finally:
        wait.set()
        thread.join()


def test_families_are_all_that_a_process_has_started():
    nested = "import os, time\nif os.fork() == 0: os.fork()\ntime.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", nested], start_new_session=True) as process:
        try:
            end = time.monotonic() + 30
            while len(family := zygote._families({process.pid})[process.pid]) < 2:
                assert time.monotonic() < end, "its descendants were not found"
            assert all(memory > 0 for memory in family.values())
        finally:
            os.killpg(process.pid, 9)


@pytest.fixture
def ask(monkeypatch):
    """Asks a session, which runs in a thread of this process."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # put back in the end
    ours, theirs = socket.socketpair()

    def serve() -> None:
        try:
            Session(theirs).serve()
        except wire.Closed:
            theirs.close()

    thread = threading.Thread(target=serve)
    thread.start()

    def ask(*message: object) -> object:
        wire.send(ours, [7, *message])
        number, answer = wire.receive(ours)
        assert number == 7
        return answer

    yield ask
    ours.close()
    thread.join()


def test_a_cell_that_raises_is_told_in_one_line(ask):
    assert ask("cell", "cell 1", "x = 3") == ""
    assert ask("cell", "cell 2", "y = x / 0") == "ZeroDivisionError: division by zero"
    assert ask("cell", "cell 3", "raise SystemExit(x)") == "SystemExit: 3"
    assert ask("cell", "cell 4", "def f(:").startswith("SyntaxError")


def test_an_exercise_is_taken_as_it_is_at_that_moment(ask):
    name = load_exercise("0.2").name
    assert ask("take", "0.2") is False
    ask("cell", "answer 0.2", f"def {name}(s):\n    return 7")
    assert ask("take", "0.2") is True
    ask("cell", "cell 3", f"def {name}(s):\n    return 8")
    assert ask("ask", "0.2", "__call__", ("a b",), {}) == {
        "value": 7,
        "call": f"{name}('a b')",
        "printed": "",
    }


def test_what_an_answer_prints_and_raises_comes_back(ask):
    name = load_exercise("0.2").name
    ask("cell", "answer 0.2", f"def {name}(s):\n    print('so far')\n    return s.nothing")
    ask("take", "0.2")
    answer = ask("ask", "0.2", "__call__", ("a",), {})
    assert answer["printed"] == "so far\n"
    assert answer["rejected"]["status"] == "errored"
    assert "AttributeError" in answer["rejected"]["problem"]
    assert answer["rejected"]["line"] == f"line 3 of {name}: return s.nothing"


def test_other_exercises_go_by_the_courses_own_answer(ask):
    ask("cell", "answer 0.2", "def count_words(s):\n    return 'wrong'")
    ask("refer", "0.2")
    assert ask("cell", "cell 2", "assert count_words('a b') == 2") == ""


def test_layers_of_the_last_exercise_are_let_go(monkeypatch):
    """Those of the exercise that is judged now all stay, and none is taken for another."""

    class Layers(Candidate):
        def __call__(self) -> LayerHandle:
            return LayerHandle(self, object())

    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # put back in the end
    with socket.socket() as unused:
        session = Session(unused)
        session._candidates = {id: Layers(print, "", "") for id in ("7.2", "7.3")}
        asked = ["7.2", "7.2", "7.3", "7.3"]
        given = [session.ask(id, "__call__", [], {})["value"].value for id in asked]
    assert len(set(given)) == 4
    assert sorted(session._handles) == given[2:]
