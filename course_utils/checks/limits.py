"""Limits on student code that runs in the student's own kernel: time and printed output.

These protect a student from an honest mistake. They are no wall against a dishonest one: grading runs
student code in another, confined process.
"""

from __future__ import annotations

import io
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

OUTPUT_LIMIT = 100_000  # characters; a page of debugging prints is a few thousand


class OutOfTime(BaseException):
    """The time limit passed. Not an Exception, so that a student's `except Exception` lets it through."""


class TooMuchOutput(BaseException):
    """More was printed than OUTPUT_LIMIT characters. Not an Exception, for the same reason."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in the body after `seconds`.

    Works where signals do: in the main thread, not on Windows. Elsewhere the body runs unlimited.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def expire(_signal: int, _frame: object) -> None:
        raise OutOfTime

    previous = signal.signal(signal.SIGALRM, expire)
    # Repeats every second: a bare `except:` in a loop swallows the first one.
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


class _Capped(io.StringIO):
    def write(self, text: str) -> int:
        if self.tell() + len(text) > OUTPUT_LIMIT:
            raise TooMuchOutput
        return super().write(text)


@contextmanager
def captured_output() -> Iterator[io.StringIO]:
    """Collect what the body prints; raise TooMuchOutput past OUTPUT_LIMIT characters."""
    with redirect_stdout(_Capped()) as buffer:
        yield buffer
