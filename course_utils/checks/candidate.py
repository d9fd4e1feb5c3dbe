"""The student's object as a check sees it: something to call, whose every misbehaviour is named.

A check never touches the student's object itself, so the same check runs on the object in a notebook
and on a proxy of one in another process.
"""

from __future__ import annotations

import copy
import numbers
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from course_utils.checks.arguments import reject_changed_arguments
from course_utils.checks.describing import cause_of_list, describe, describe_call, type_name, with_article
from course_utils.checks.errors import student_error, student_line
from course_utils.checks.limits import TooMuchOutput, captured_output
from course_utils.checks.outcome import Rejected, Status
from course_utils.checks.tensors import plain

# A number is as good as a float: 0 for 0.0, and what NumPy gives.
ACCEPTED_FOR: dict[type, type] = {float: numbers.Real, int: numbers.Integral}

_answering = False  # whether a student's function is being called by a check, in this process


@contextmanager
def _answer_under_check() -> Iterator[None]:
    global _answering
    before, _answering = _answering, True
    try:
        yield
    finally:
        _answering = before


def refuse_inside_an_answer(name: str) -> None:
    """What judges answers must not be part of one.

    Raises:
        Rejected: a check is calling the student's function right now.
    """
    if _answering:
        raise Rejected(
            f"{name} was called by the answer itself",
            cause=f"{name} belongs into a cell of its own: student_or_reference stands in for an answer, "
            "it cannot be part of one.",
            status=Status.ERRORED,
        )


class Candidate:
    """Calls the student's function: arguments must stay unchanged, output bounded, the type right.

    Args:
        function: the student's object.
        name: what the exercise calls it.
        stub: how the message of this exercise's own stub begins.
        returns: the type, or tuple of types, that a call must give.
    """

    def __init__(
        self, function: Callable[..., Any], name: str, stub: str, returns: type | tuple[type, ...] = ()
    ):
        self._function, self._name, self._stub = function, name, stub
        self._returns = returns if isinstance(returns, tuple) else (returns,)
        self.last_call = ""
        self.last_result: Any = None
        self.printed = ""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the student's function.

        Raises:
            Rejected: it raised, printed without end, changed an argument or returned another type.
        """
        self.last_call = describe_call(self._name, args, kwargs)
        given = copy.deepcopy((args, kwargs))  # what the student's function does to them damages no check
        result = self.last_result = plain(self._guarded(self._function, *given))
        reject_changed_arguments(self._function, (args, kwargs), given)
        reject_wrong_type(self._name, result, self._returns, self.printed)
        return result

    def _guarded(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with captured_output() as output, _answer_under_check():
            try:
                return function(*args, **kwargs)
            except TooMuchOutput:
                raise Rejected(
                    f"{self._name} prints without end",
                    cause="Is there a print inside a loop that never stops?",
                    status=Status.ERRORED,
                ) from None
            except Rejected as error:
                error.line = student_line(error.__traceback__) or ""
                raise
            except NotImplementedError as error:
                if str(error).startswith(self._stub):
                    raise Rejected(str(error), status=Status.NOT_ATTEMPTED) from None
                raise student_error(self._name, error) from error
            except (Exception, SystemExit) as error:
                raise student_error(self._name, error) from error
            finally:
                self.printed = output.getvalue()


def reject_wrong_type(name: str, result: Any, returns: tuple[type, ...], printed: str) -> None:
    """Raises Rejected where `result` is of none of the types `returns`."""
    if _is_one_of(result, returns):
        return
    wanted = with_article(" or ".join(type_name(kind) for kind in returns))
    raise Rejected(
        f"{name} must return {wanted}",
        expected=wanted,
        got="None" if result is None else f"{with_article(type_name(type(result)))}: {describe(result)}",
        cause=_cause_of_wrong_type(result, returns, printed),
    )


def _is_one_of(result: Any, returns: tuple[type, ...]) -> bool:
    if isinstance(result, bool) and bool not in returns:
        return False
    return isinstance(result, tuple(ACCEPTED_FOR.get(kind, kind) for kind in returns))


def _cause_of_wrong_type(result: Any, returns: tuple[type, ...], printed: str) -> str:
    if result is None and printed:
        return "print only shows a value: hand it back with return."
    if result is None:
        return "Is return missing, or inside an if or a loop? (append, sort and shuffle return None.)"
    if isinstance(result, Iterator):
        return "It comes piece by piece (yield, map, reversed, zip): collect it, as with list(...)."
    if isinstance(result, list) and any(kind.__name__ == "ndarray" for kind in returns):
        return cause_of_list(result)
    if returns == (tuple,):
        return "Several things must come back: end with one return, and all of them after it with commas."
    if isinstance(result, tuple):
        return "Commas after return make a tuple: return one value."
    if list in returns and getattr(result, "shape", None):
        return (
            f"It is one array, of shape {result.shape}: x.tolist() makes a list of it. (Several things come "
            "back with commas between them, after one return.)"
        )
    if getattr(result, "shape", None):
        return f"It is an array of shape {result.shape}: one value was asked for."
    if float in returns and getattr(result, "shape", None) == ():
        return "It is an array without axes, or a tensor: float(...) makes a number of it."
    return ""
