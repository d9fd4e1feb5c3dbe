"""Loops that do not end, and processes that do."""

from __future__ import annotations

from tests.hostile.case import Case, beside, cell, counting

ENDS = "ended the process it ran in"
RUNS = "still running after"

CASES = [
    Case("endless_loop", "an endless loop in a cell", cell("while True:\n    pass"), RUNS),
    Case(
        "loop_that_ignores_interrupts",
        "an endless loop that catches all that is raised in it",
        counting("""
while True:
    try:
        while True:
            pass
    except BaseException:
        pass"""),
        RUNS,
    ),
    Case(
        "loop_without_signals",
        "an endless loop that blocks and ignores all signals",
        cell("""
import signal
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
while True:
    pass
"""),
        RUNS,
    ),
    Case(
        "huge_power", "a power that one instruction takes hours for", counting("return 7 ** 10 ** 10"), RUNS
    ),
    Case(
        "regular_expression",
        "a regular expression that one call takes years for",
        counting("import re\nreturn len(re.findall(r'(a+)+$', 'a' * 60 + 'b'))"),
        RUNS,
    ),
    Case(
        "sleeps_below_the_limit",
        "to take almost all the time there is, and is right",
        beside("import time\ntime.sleep(1.0)"),
        earns=1,
    ),
    Case("os_exit", "to end its process from a cell", cell("import os\nos._exit(0)"), ENDS),
    Case("os_exit_in_call", "to end its process from a call", counting("import os\nos._exit(0)"), ENDS),
    Case("sys_exit", "to leave by SystemExit", cell("raise SystemExit(0)"), "the cell raised SystemExit: 0"),
    Case(
        "own_base_exception",
        "to leave by an exception that `except Exception` does not catch",
        cell("class Way(BaseException):\n    pass\nraise Way('out')"),
        "the cell raised Way: out",
    ),
    Case(
        "base_exception_in_call",
        "to break out of the process that answers by an exception",
        counting("raise type('Way', (BaseException,), {})('out')"),
        ENDS,
    ),
    Case(
        "kills_all",
        "to kill all processes it may, and those of its group",
        cell("import os\nos.kill(-1, 9)\nos.kill(0, 9)\nos.killpg(os.getpgrp(), 9)"),
        "the cell",
    ),
    Case(
        "kills_its_parents",
        "to kill the process that forked it, and all up to number 300",
        cell("""
import os
for number in [os.getppid(), *range(2, 300)]:
    try:
        os.kill(number, 9)
    except OSError:
        pass
raise ValueError(os.getppid())
"""),
        "the cell",
    ),
    Case("segmentation_fault", "to crash Python", cell("import ctypes\nctypes.string_at(0)"), ENDS),
    Case(
        "deep_recursion",
        "to overflow the stack that Python does not watch",
        cell("""
import sys
sys.setrecursionlimit(10 ** 9)
def dig(depth):
    return dig([depth].__len__() and sorted([depth], key=dig))
dig(0)
"""),
        "the cell",
    ),
    Case(
        "daemon",
        "to leave processes behind that cannot be ended, and is right",
        beside("""
import ctypes, os, signal, time
ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
for _ in range(3):
    if os.fork() == 0:
        try:
            os.setsid()
        except OSError:
            pass
        if os.fork():
            os._exit(0)
        while True:
            time.sleep(0.01)
"""),
        earns=1,
    ),
    Case(
        "processors",
        "to keep all processors from the others, and is right",
        beside("""
import os
for _ in range(9):
    if os.fork() == 0:
        try:
            os.setsid()
        except OSError:
            pass
        while True:
            pass
"""),
        earns=1,
    ),
    Case(
        "ends_later",
        "to end its process while another exercise is judged",
        cell("""
import os, threading, time
def wait():
    time.sleep(0.02)
    os._exit(1)
threading.Thread(target=wait).start()
def count_words(sentence):
    return 7
"""),
        "",
    ),
    Case(
        "alarm",
        "to raise in the middle of whatever comes after it",
        cell("""
import signal
def ring(*_):
    raise KeyboardInterrupt
signal.signal(signal.SIGALRM, ring)
signal.setitimer(signal.ITIMER_REAL, 0.005, 0.005)
def count_words(sentence):
    return 7
"""),
        "",
    ),
    Case(
        "raises_when_it_is_imported",
        "to break whoever looks at what it defines",
        cell("""
class Trap:
    def __call__(self, *_):
        raise SystemExit
    def __getattribute__(self, name):
        raise KeyboardInterrupt
    __repr__ = __str__ = __call__
count_words = Trap()
"""),
        "",
    ),
]
