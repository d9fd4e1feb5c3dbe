"""`grading.worker`: a judge's process, here in this one."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from course_utils.checks.core import load_lab
from course_utils.grading import digests, worker
from course_utils.grading.enclosures import NoSandbox
from course_utils.grading.judges import Bench
from course_utils.grading.notebooks import Submission
from course_utils.grading.remote import Gone
from course_utils.grading.walls import Limits, Walls

HERE = Bench("00", digests.of_checks("00"), digests.of_environment(), Limits())


def said(bench: Bench, *submissions: Submission) -> list[dict]:
    """What it answers to a bench and submissions, after which the line is hung up."""
    line = Line([bench, *submissions])
    worker.serve(line)
    return line.answers


class Line:
    """Stands for a connection."""

    def __init__(self, messages: list) -> None:
        self._messages, self.answers = iter(messages), []

    def recv(self):
        try:
            return next(self._messages)
        except StopIteration:
            raise EOFError from None

    def send_bytes(self, content):
        self.answers.append(json.loads(content))


@pytest.mark.parametrize(("field", "words"), [("checks", "other checks"), ("environment", "other packages")])
def test_another_course_is_no_judge(field, words):
    [answer] = said(replace(HERE, **{field: "another"}))
    assert words in answer["cannot work"]


class _Box:
    """Stands for a sandbox."""

    def __init__(self, limits: Limits, covered=(), walls: Walls = Walls.BUBBLEWRAP) -> None:
        self.limits, self.walls = limits, walls

        self.ended = []

    def fork(self):
        return SimpleNamespace(line=SimpleNamespace(request=self.request))

    def request(self, *_):
        return True

    def end(self, child):
        self.ended.append(child)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


def test_a_mistake_of_ours_costs_one_submission(monkeypatch):
    def broken(submission, lab, sandbox):
        if submission.digest == "bad":
            raise TypeError("unheard of")
        return {"earned": 1}

    monkeypatch.setattr(worker, "Sandbox", _Box)
    monkeypatch.setattr(worker, "judge", broken)
    first, second = said(HERE, Submission("bad", ()), Submission("good", ()))
    assert "TypeError: unheard of" in first["problem"]
    assert second == {"result": {"earned": 1}}


def test_no_sandbox_is_told(monkeypatch):
    def refuse(*_):
        raise NoSandbox("install bubblewrap")

    monkeypatch.setattr(worker, "Sandbox", refuse)
    assert said(HERE) == [{"cannot work": "install bubblewrap"}]


def test_a_course_that_cannot_be_read_behind_walls_is_told(monkeypatch):
    class Unreadable(_Box):
        def request(self, *_):
            raise Gone("its process ended")

    monkeypatch.setattr(worker, "Sandbox", Unreadable)
    [answer] = said(HERE, Submission("a", ()))
    assert "lab 00 cannot be loaded behind walls: its process ended" in answer["cannot work"]


def test_the_result_holds_what_the_student_wrote(monkeypatch):
    from course_utils.grading.judge import Graded

    monkeypatch.setattr(worker, "grade", lambda *_: Graded((), ("a note",), 1.234, memory=7))
    submission = Submission("digest", (("", "import os"), ("0.1", "def greet(): ...")), {"0.a": "Because."})
    assert worker.judge(submission, load_lab("00"), _Box(Limits(), walls=Walls.PODMAN)) == {
        "earned": 0,
        "points": 0,
        "outcomes": [],
        "notes": ["a note"],
        "seconds": 1.23,
        "memory": 7,
        "answers": {"0.1": "def greet(): ..."},
        "reflections": {"0.a": "Because."},
        "walls": "podman",
    }
