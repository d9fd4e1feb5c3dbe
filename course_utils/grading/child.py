"""Inside the walls: runs a student's cells, then answers the judge's calls.

Everything here is in the student's hands once their first line has run. Nothing it says is believed; the
judge compares what it gives back with what is right.
"""

from __future__ import annotations

import linecache
import socket
import sys
import types
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import Any

from course_utils.checks.candidate import Candidate
from course_utils.checks.core import load_exercise, own_answer
from course_utils.checks.layers import LayerHandle
from course_utils.checks.outcome import Rejected, Status
from course_utils.grading import objects, wire

SHOWN = 2_000  # characters of a text that goes back


class Session:
    """One student's kernel: names, and what the judge holds handles of."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._module = types.ModuleType("__main__")
        sys.modules["__main__"] = self._module
        self._candidates: dict[str, Candidate] = {}
        self._handles: dict[int, LayerHandle] = {}  # of the exercise that is judged now
        self._judged, self._given = "", 0
        self._does: dict[str, Callable[..., Any]] = {
            "cell": self.cell,
            "take": self.take,
            "refer": self.refer,
            "ask": self.ask,
        }

    def serve(self) -> None:
        """Answer until the judge hangs up."""
        while True:
            number, do, *arguments = wire.receive(self._connection)
            answer = self._does[do](*arguments)
            try:
                wire.send(self._connection, [number, answer])
            except ValueError as error:  # too long, or nested too deeply
                wire.send(self._connection, [number, _untold(error)])

    def cell(self, label: str, source: str) -> str:
        """Run a cell; what it raised, in one line, or ""."""
        name = f"<{label}>"
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        try:
            with redirect_stdout(_Bin()), redirect_stderr(_Bin()):
                exec(compile(source, name, "exec"), self._module.__dict__)
        except BaseException as error:  # SystemExit and what a student derives from BaseException, too
            return _shown(error)
        return ""

    def take(self, exercise_id: str) -> bool:
        """Remember the exercise's object as it is now; False where there is none."""
        exercise = load_exercise(exercise_id)
        found = vars(self._module).get(exercise.name)
        if callable(found):
            self._candidates[exercise_id] = exercise.candidate_for(own_answer(exercise, found))
        return callable(found)

    def refer(self, exercise_id: str) -> bool:
        """From here on the name of this exercise means the course's own answer."""
        exercise = load_exercise(exercise_id)
        setattr(self._module, exercise.name, exercise.load_reference())
        return True

    def ask(self, target: str | int, method: str, args: Any, kwargs: Any) -> Any:
        """Call a method of a candidate ("8.4") or of a handle (3), as the judge's own check would."""
        asked = self._candidate(target) if isinstance(target, str) else self._handles[target]
        candidate = asked if isinstance(asked, Candidate) else asked._candidate
        candidate.printed = ""
        try:
            args, kwargs = objects.restored((args, kwargs), self._call_back)
            member = getattr(asked, method)
            value = member(*args, **kwargs) if callable(member) else member
            answer = {"value": self._leaving(value)}
        except Rejected as error:
            answer = {"rejected": _fields(error)}
        return {**answer, "call": candidate.last_call[:SHOWN], "printed": candidate.printed[:SHOWN]}

    def _candidate(self, exercise_id: str) -> Candidate:
        """Exercises are judged one after the other: no layer of the last one is asked for again."""
        if exercise_id != self._judged:
            self._judged = exercise_id
            self._handles.clear()
        return self._candidates[exercise_id]

    def _leaving(self, value: Any) -> Any:
        """A layer stays here; the judge gets its number."""
        if isinstance(value, LayerHandle):
            self._given += 1
            self._handles[self._given] = value
            return wire.Reference("handle", self._given)
        return value

    def _call_back(self, number: int, method: str, args: Any, kwargs: Any) -> Any:
        """Call an object that stayed with the judge; it answers before our own answer is due."""
        wire.send(self._connection, {"call back": [number, method, args, kwargs]})
        return wire.receive(self._connection)


class _Bin(StringIO):
    """Takes what cells print, and keeps nothing."""

    def write(self, text: str) -> int:
        return len(text)


def _shown(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"[:SHOWN]
    except Exception:  # its own __str__ is the student's, too
        return type(error).__name__[:SHOWN]


def _untold(error: ValueError) -> dict[str, Any]:
    """The answer in place of one that cannot be sent."""
    rejected = Rejected(
        "what came back cannot be handed over",
        got=str(error),
        cause="Is it far larger than what was asked for, or a list that holds itself?",
        status=Status.ERRORED,
    )
    return {"rejected": _fields(rejected), "call": "", "printed": ""}


def _fields(error: Rejected) -> dict[str, str]:
    names = ("problem", "expected", "got", "line", "cause", "mistake")
    return {"status": str(error.status), **{name: str(getattr(error, name))[:SHOWN] for name in names}}
