"""The judge's side of a student's object: a candidate whose calls go over a socket.

Every value that comes back is plain data by construction (`wire`); here it is also held against what the
exercise asks for, since the process it comes from is the student's.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.checks.arrays import NUMBERS
from course_utils.checks.candidate import Candidate, reject_wrong_type
from course_utils.checks.describing import describe
from course_utils.checks.exercise import Exercise
from course_utils.checks.layers import LayerCandidate
from course_utils.checks.outcome import Rejected, Status
from course_utils.grading import objects, wire

CALLS_BACK = 10_000  # in answer to one request; a translation of 50 words takes 50
STUDENTS_STATUS = (Status.FAILED, Status.ERRORED, Status.NOT_ATTEMPTED)
ATTRIBUTES = ("weights", "trainable_shapes")
METHODS = (
    "invoke",
    "gradients",
    "gradients_by_output",
    "set_weights",
    "config",
    "rebuilt",
    "__call__",
)


class Gone(Exception):
    """The student's process can be asked nothing more: it has ended, or has sent what is no message."""


class Line:
    """Requests and answers, one at a time.

    Attributes:
        works: whether it can still be used.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._stayed: list[Any] = []
        self._asked = 0
        self.works = True

    def request(self, *message: Any) -> Any:
        """Send a message and give its answer; calls back to objects of ours are answered on the way.

        Raises:
            Gone: the process has ended, or has sent what is no message.
            Rejected: an object of ours refused how it was called.
        """
        self._asked += 1
        try:
            wire.send(self._connection, [self._asked, *message])
            for _ in range(CALLS_BACK):
                answer = wire.receive(self._connection)
                if type(answer) is not dict or "call back" not in answer:
                    return self._answered(answer)
                wire.send(self._connection, self._called_back(answer["call back"]))
            raise wire.Malformed(f"expected at most {CALLS_BACK:,} calls back before an answer")
        except (wire.Closed, wire.Malformed, OSError) as error:
            self.works = False
            raise Gone(wire.cleaned(str(error))) from error
        except BaseException:  # out of time, or refused: its answer to this request is still on the way
            self.works = False
            raise

    def run_cell(self, label: str, source: str) -> str:
        """Run a cell; what it raised, as the process tells it, "" for nothing; raises Gone."""
        error = self.request("cell", label, source)
        if type(error) is not str:
            self.works = False
            raise Gone("what came back is no answer")
        return wire.cleaned(error)

    def stay(self, value: Any) -> int:
        """Keep an object here, to be called from the student's process."""
        self._stayed.append(value)
        return len(self._stayed) - 1

    def _answered(self, answer: Any) -> Any:
        """What was answered; an answer given too early, or twice, is none."""
        if type(answer) is not list or len(answer) != 2 or answer[0] != self._asked:
            raise wire.Malformed(f"expected an answer to question {self._asked}, received {describe(answer)}")
        return answer[1]

    def _called_back(self, call: Any) -> Any:
        try:
            number, method, args, kwargs = call
            target = self._stayed[number]
            if method not in target.called_from_answers:
                raise ValueError(f"no {method}")
            found = getattr(target, method)
        except (ValueError, TypeError, IndexError, AttributeError) as error:
            shown = describe(call)
            raise wire.Malformed(f"expected a call of an object of the check's, received {shown}") from error
        return found(*args, **kwargs)


class RemoteCandidate(Candidate):
    """What a check calls in place of the student's object, for every kind of candidate."""

    def __init__(self, exercise: Exercise, line: Line) -> None:
        super().__init__(_nothing, exercise.name, exercise.stub, exercise.returns)
        self._exercise, self._line = exercise, line

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the student's object, or build their layer; raises Rejected as the local candidate does."""
        result = self.ask(self._exercise.id, "__call__", args, kwargs)
        if issubclass(self._exercise.candidate, LayerCandidate):
            return _must_be_handle(result, self._name)
        if self._exercise.candidate is Candidate or self._exercise.returns:
            reject_wrong_type(self._name, _named(result), self._returns, self.printed)
        return result

    def __getattr__(self, method: str) -> Any:
        """What a special kind of candidate has besides, as `gradients`."""
        if method.startswith("_") or not callable(getattr(self._exercise.candidate, method, None)):
            raise AttributeError(method)
        return lambda *args, **kwargs: self.ask(self._exercise.id, method, args, kwargs)

    def ask(self, target: str | int, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What a method of the candidate, or of one of its handles, gives.

        Raises:
            Rejected: it said so, it is gone, or what came is no answer.
        """
        sent = [
            objects.leaving(args, self._line.stay),
            {k: objects.leaving(v, self._line.stay) for k, v in kwargs.items()},
        ]
        try:
            answer = self._line.request("ask", target, method, *sent)
            return self._fitting(method, self._taken(answer))
        except Gone as error:
            raise Rejected(
                f"{self._name} ended the process it ran in, or sent what is no answer",
                got=str(error),
                cause="Did it take more memory than there is, or end Python?",
                status=Status.ERRORED,
            ) from error

    def _taken(self, answer: Any) -> Any:
        if type(answer) is not dict or not {"call", "printed"} <= answer.keys():
            self._line.works = False
            raise Gone("what came back is no answer")
        self.last_call, self.printed = (wire.cleaned(answer[key]) for key in ("call", "printed"))
        if "rejected" in answer:
            raise _rejected(answer["rejected"])
        value = self._with_handles(answer.get("value"))
        self.last_result = value
        return value

    def _fitting(self, method: str, value: Any) -> Any:
        """What a method of ours over there always gives; raises Gone for anything else, which is not ours."""
        if (fits := GIVES.get(method)) and not fits(value):
            self._line.works = False
            raise Gone(f"{method} does not give {describe(value)}")
        return value

    def _with_handles(self, value: Any) -> Any:
        if type(value) is wire.Reference and value.kind == "handle" and type(value.value) is int:
            return RemoteHandle(self, value.value)
        return value


class RemoteHandle:
    """One layer or model in the student's process; as `LayerHandle`."""

    def __init__(self, candidate: RemoteCandidate, number: int) -> None:
        self._candidate, self._number = candidate, number

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the layer."""
        return self._candidate.ask(self._number, "__call__", args, kwargs)

    def __getattr__(self, name: str) -> Any:
        if name in ATTRIBUTES:
            return self._candidate.ask(self._number, name, (), {})
        if name not in METHODS:
            raise AttributeError(name)
        return lambda *args, **kwargs: self._candidate.ask(self._number, name, args, kwargs)


def _are_arrays(value: Any) -> bool:
    return type(value) is list and all(
        type(each) is np.ndarray and each.dtype.kind in NUMBERS for each in value
    )


def _are_gradients(value: Any) -> bool:
    return type(value) is list and _are_arrays([each for each in value if each is not None])


def _are_shapes(value: Any) -> bool:
    return type(value) is list and all(
        type(each) is tuple and all(type(size) is int for size in each) for each in value
    )


GIVES: dict[str, Callable[[Any], bool]] = {
    "weights": _are_arrays,
    "trainable_shapes": _are_shapes,
    "gradients": _are_gradients,
    "gradients_by_output": lambda value: type(value) is list and all(map(_are_gradients, value)),
    "set_weights": lambda value: value is None,
    "rebuilt": lambda value: type(value) is RemoteHandle,
}


def _named(value: Any) -> Any:
    """`value`, or where it did not travel something whose type has the same name, for messages."""
    if type(value) is not wire.Opaque:
        return value
    return type(value.type_name, (wire.Opaque,), {})(value.type_name, value.shown)


def _nothing(*_: Any, **__: Any) -> None:
    """Stands where the student's function does in a local candidate; never called."""


def _must_be_handle(result: Any, name: str) -> RemoteHandle:
    if isinstance(result, RemoteHandle):
        return result
    raise Rejected(f"{name} must give a Keras layer or model", got=describe(result))


def _rejected(fields: Any) -> Rejected:
    """What the student's process says of itself; it may say that it is wrong, never that it is right."""
    if type(fields) is not dict:
        raise Gone("what came back is no answer")
    texts = {
        k: wire.cleaned(fields.get(k, "")) for k in ("problem", "expected", "got", "line", "cause", "mistake")
    }
    status = fields.get("status")
    return Rejected(
        texts.pop("problem"),
        **texts,
        status=Status(status) if status in STUDENTS_STATUS else Status.ERRORED,
    )
