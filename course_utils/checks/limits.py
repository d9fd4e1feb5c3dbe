"""Limits on student code that runs in the student's own kernel: time and printed output.

These protect a student from an honest mistake. They are no wall against a dishonest one: grading runs
student code in another, confined process.
"""

from __future__ import annotations

import io
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from types import FrameType
from typing import Any

from course_utils.checks.errors import is_students

OUTPUT_LIMIT = 100_000  # characters; a page of debugging prints is a few thousand
AGAIN = 0.2  # seconds until student code that swallowed OutOfTime gets the next one


class OutOfTime(BaseException):
    """The time limit passed. Not an Exception, so that a student's `except Exception` lets it through."""


class TooMuchOutput(BaseException):
    """More was printed than OUTPUT_LIMIT characters. Not an Exception, for the same reason."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in the body after `seconds`; again, and harder to catch, when that was swallowed.

    Works where signals do: in the main thread, not on Windows. Elsewhere the body runs unlimited.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    expired = False

    def expire(_signal: int, frame: FrameType | None) -> None:
        nonlocal expired
        if _is_in_finalizer(frame):
            return  # what is raised there is printed and lost: the next one comes soon
        if expired and not _is_in_student_code(frame):
            return  # the first one is on its way out through our own frames: leave their clean-up alone
        if expired:
            _raise_in_the_next_handler(frame)
        expired = True
        raise OutOfTime

    previous, tracing = signal.signal(signal.SIGALRM, expire), sys.gettrace()
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
        sys.settrace(tracing)


def _is_in_student_code(frame: FrameType | None) -> bool:
    """Whether the innermost frame that is no library's is the student's."""
    while frame and not is_students(frame.f_code.co_filename) and not _is_ours(frame):
        frame = frame.f_back
    return frame is not None and not _is_ours(frame)


def _is_in_finalizer(frame: FrameType | None) -> bool:
    """Whether Python is tidying up after an object of a library."""
    while frame:
        if frame.f_code.co_name == "__del__" and not is_students(frame.f_code.co_filename):
            return True
        frame = frame.f_back
    return False


def _is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).startswith("course_utils.")


def _raise_in_the_next_handler(frame: FrameType | None) -> None:
    """A bare `except:` in an endless loop catches every OutOfTime, but not one that its own lines raise."""
    armed, raised = False, False

    def trace(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal armed, raised
        if event == "line" and armed and not raised:
            raised = True  # once: outer frames may keep this function until they return
            raise OutOfTime
        armed = armed or event == "exception"
        return trace

    sys.settrace(trace)
    while frame and not _is_ours(frame):
        frame.f_trace = trace
        frame = frame.f_back


class _Capped(io.StringIO):
    def write(self, text: str) -> int:
        if self.tell() + len(text) > OUTPUT_LIMIT:
            raise TooMuchOutput
        return super().write(text)


@contextmanager
def captured_output() -> Iterator[io.StringIO]:
    """Collect what the body prints, warnings too; raise TooMuchOutput past OUTPUT_LIMIT characters."""
    buffer = _Capped()  # left open: a log handler made in the body keeps writing to it
    with redirect_stdout(buffer), redirect_stderr(buffer):
        yield buffer
