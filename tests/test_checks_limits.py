"""Time and output limits: they stop an honest mistake, and leave everything as it was."""

# ruff: noqa: SIM105
from __future__ import annotations

import signal
import sys
import threading
import time

import numpy as np
import pytest

from course_utils.checks.limits import OUTPUT_LIMIT, OutOfTime, TooMuchOutput, captured_output, time_limit

SHORT = 0.05


def spin():
    while True:
        pass


def spin_catching_exceptions():
    while True:
        try:
            int("seven")
        except Exception:
            pass


def spin_catching_everything():
    while True:
        try:
            int("seven")
        except:  # noqa: E722
            pass


def sleep_catching_everything():
    while True:
        try:
            time.sleep(7)
        except BaseException:
            continue


def call_what_catches_everything():
    for _ in iter(int, 1):
        spin_catching_everything()


@pytest.mark.parametrize(
    "endless",
    [
        spin,
        spin_catching_exceptions,
        spin_catching_everything,
        sleep_catching_everything,
        call_what_catches_everything,
    ],
)
@pytest.mark.timeout(11)
def test_endless_loop_is_ended(endless):
    with pytest.raises(OutOfTime), time_limit(SHORT):
        endless()


def test_what_ends_in_time_is_left_alone():
    with time_limit(7):
        done = sum(range(11))
    assert done == 55


def test_time_that_runs_out_in_a_finalizer_of_a_library_is_told_behind_it():
    held = "import time\nclass Held:\n    def __del__(self):\n        time.sleep(0.13)"
    namespace = {}
    exec(compile(held, np.__file__, "exec"), namespace)

    def tidy_up_and_spin():
        namespace["Held"]()
        spin()

    with pytest.raises(OutOfTime), time_limit(SHORT):
        tidy_up_and_spin()


def test_alarm_handler_and_tracing_are_given_back():
    def debugger(*_):
        return None

    handler, tracing = signal.getsignal(signal.SIGALRM), sys.gettrace()
    sys.settrace(debugger)
    try:
        with pytest.raises(OutOfTime), time_limit(SHORT):
            spin_catching_everything()
        assert sys.gettrace() is debugger
    finally:
        sys.settrace(tracing)
    assert signal.getsignal(signal.SIGALRM) is handler
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_output_is_given_back_when_time_runs_out():
    before = sys.stdout
    with pytest.raises(OutOfTime), time_limit(SHORT), captured_output():
        spin_catching_everything()
    assert sys.stdout is before


def test_outside_the_main_thread_the_body_runs_unlimited():
    done = []

    def body():
        with time_limit(0.001):
            time.sleep(SHORT)
            done.append(True)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    assert done


def test_output_is_collected_up_to_the_limit():
    with captured_output() as output:
        print("x" * OUTPUT_LIMIT, end="")
    assert len(output.getvalue()) == OUTPUT_LIMIT
    with pytest.raises(TooMuchOutput), captured_output():
        print("x" * OUTPUT_LIMIT)


def test_both_streams_are_collected():
    with captured_output() as output:
        print("one", file=sys.stdout)
        print("two", file=sys.stderr)
    assert output.getvalue() == "one\ntwo\n"


@pytest.mark.parametrize("stop", [OutOfTime, TooMuchOutput])
def test_stops_are_no_exceptions_that_a_student_catches(stop):
    assert not issubclass(stop, Exception)
