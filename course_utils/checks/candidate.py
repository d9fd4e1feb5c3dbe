"""The student's object as a check sees it: something to call, whose every misbehaviour is named.

A check never touches the student's object itself, so the same check runs on the object in a notebook
and on a proxy of one in another process.
"""

from __future__ import annotations

import copy
import inspect
import linecache
import numbers
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from course_utils.checks.limits import TooMuchOutput, captured_output
from course_utils.checks.outcome import Rejected, Status

PACKAGE_FOLDER = str(Path(__file__).parent.parent)
SHOWN = 200  # characters of a value that a message shows


class Candidate:
    """Calls the student's function: arguments must stay unchanged, output bounded, the type right.

    Args:
        function: the student's object.
        name: what the exercise calls it.
        stub: how the message of this exercise's own stub begins.
        returns: the type, or tuple of types, that a call must give.
    """

    def __init__(self, function: Callable[..., Any], name: str, stub: str, returns: type | tuple[type, ...]):
        self._function, self._name, self._stub, self._returns = function, name, stub, returns
        self.last_call = ""
        self.printed = ""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the student's function.

        Raises:
            Rejected: it raised, printed without end, changed an argument or returned another type.
        """
        self.last_call = describe_call(self._name, args, kwargs)
        before = copy.deepcopy((args, kwargs))
        result = self._guarded(args, kwargs)
        _reject_changed_arguments(self._function, before, (args, kwargs))
        _reject_wrong_type(self._name, result, self._returns)
        return result

    def _guarded(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with captured_output() as output:
            try:
                return self._function(*args, **kwargs)
            except TooMuchOutput:
                raise Rejected(
                    f"{self._name} prints without end",
                    cause="Is there a print inside a loop that never stops?",
                    status=Status.ERRORED,
                ) from None
            except NotImplementedError as error:
                if str(error).startswith(self._stub):
                    raise Rejected(str(error), status=Status.NOT_ATTEMPTED) from None
                raise _student_error(self._name, error) from error
            except Exception as error:
                raise _student_error(self._name, error) from error
            finally:
                self.printed = output.getvalue()


def describe(value: Any, limit: int = SHOWN) -> str:
    """A value as short text; a value whose own repr fails is named by its type."""
    try:
        text = f"{dict(value)!r}" if type(value) is Counter else repr(value)
    except Exception:
        text = f"a {type(value).__name__}"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def describe_call(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """`name(args)` as the student would type it, long arguments cut."""
    shown = [describe(arg, 120) for arg in args] + [
        f"{key}={describe(arg, 60)}" for key, arg in kwargs.items()
    ]
    return f"{name}({', '.join(shown)})"


def _student_error(name: str, error: Exception) -> Rejected:
    where = _student_line(error.__traceback__)
    described = f"{type(error).__name__}: {error}"
    if where is None and isinstance(error, TypeError):
        return Rejected(
            f"{name} could not be called with the arguments the exercise gives it",
            got=described,
            cause="Keep the first line of the function (its name and parameters) as it was.",
            status=Status.ERRORED,
        )
    return Rejected(f"{name} raised {described}", got=where or "", status=Status.ERRORED)


def _student_line(traceback: TracebackType | None) -> str | None:
    """The last line of the student's own in a traceback: the one they can change."""
    found = None
    for frame, line_number in _frames(traceback):
        code = frame.f_code
        if _is_students(code.co_filename):
            line = linecache.getline(code.co_filename, line_number, frame.f_globals).strip()
            found = f"line {line_number} of {code.co_name}: {line}"
    return found


def _frames(traceback: TracebackType | None) -> Iterator[tuple[Any, int]]:
    while traceback:
        yield traceback.tb_frame, traceback.tb_lineno
        traceback = traceback.tb_next


def _is_students(filename: str) -> bool:
    ours = filename.startswith(PACKAGE_FOLDER)
    library = filename.startswith((sys.prefix, sys.base_prefix)) or filename.startswith("<frozen")
    return not ours and not library


def _reject_changed_arguments(function: Callable[..., Any], before: Any, after: Any) -> None:
    (args_before, kwargs_before), (args, kwargs) = before, after
    pairs = [*zip(_parameter_names(function, len(args)), args_before, args, strict=False)]
    pairs += [(name, kwargs_before[name], kwargs[name]) for name in kwargs]
    for name, old, new in pairs:
        if not _same(old, new):
            raise Rejected(
                f"the argument {name} must stay as it was, and the call changed it",
                expected=describe(old),
                got=describe(new),
                cause="Work on a copy: list(x), dict(x) or x + [...], not append, pop, sort or x += ...",
            )


def _parameter_names(function: Callable[..., Any], count: int) -> list[str]:
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    return names[:count] + [f"number {i + 1}" for i in range(len(names), count)]


def _same(old: Any, new: Any) -> bool:
    """Equality of plain data. Anything else (a random generator, a layer) may change its state."""
    if type(old) is not type(new):
        return False
    if isinstance(old, Mapping):
        return list(old) == list(new) and all(_same(old[key], new[key]) for key in old)
    if isinstance(old, list | tuple):
        return len(old) == len(new) and all(map(_same, old, new))
    if isinstance(old, str | bytes | numbers.Number | set | frozenset):
        return old == new
    if _is_array(old):
        return old.shape == new.shape and bool(((old == new) | ((old != old) & (new != new))).all())
    return True


def _is_array(value: Any) -> bool:
    numpy: ModuleType | None = sys.modules.get("numpy")  # an array cannot exist before NumPy is imported
    return numpy is not None and isinstance(value, numpy.ndarray)


def _reject_wrong_type(name: str, result: Any, returns: type | tuple[type, ...]) -> None:
    if isinstance(result, returns):
        return
    wanted = " or ".join(kind.__name__ for kind in (returns if isinstance(returns, tuple) else (returns,)))
    if result is None:
        cause = "Is the return statement missing, or did it end up inside an if or a loop?"
    elif isinstance(result, Iterator):
        cause = "It comes piece by piece (from yield, or a generator): collect it and return the whole."
    else:
        cause = ""
    raise Rejected(
        f"{name} must return a {wanted}", expected=f"a {wanted}", got=_type_and_value(result), cause=cause
    )


def _type_and_value(result: Any) -> str:
    if result is None:
        return "None"
    return f"a {type(result).__name__}: {describe(result)}"
