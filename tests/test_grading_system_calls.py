"""`grading.system_calls`: the filter answers as it should, by a reading of its own of linux/filter.h."""

from __future__ import annotations

import errno
import os
import platform
import struct
import subprocess
import sys

import pytest

from course_utils.grading import system_calls
from course_utils.grading.system_calls import ALLOW, CALLS, ERROR, KILL, MACHINES, program

REFUSED = ERROR | errno.EPERM
UNKNOWN = ERROR | errno.ENOSYS


def verdict(machine: str, number: int, *arguments: int, mark: int | None = None) -> int:
    """What the filter of a machine says to a call."""
    given = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("=iIQ6Q", number, MACHINES[machine][0] if mark is None else mark, 0, *given)
    found, place, steps = 0, 0, program(machine)
    while True:
        code, if_true, if_false, operand = steps[place]
        if code == system_calls.RETURN:
            return operand
        if code == system_calls.LOAD:
            (found,) = struct.unpack_from("=I", data, operand)
        elif code == system_calls.AND:
            found &= operand
        else:
            holds = {
                system_calls.EQUALS: found == operand,
                system_calls.AT_LEAST: found >= operand,
                system_calls.ANY_BIT: bool(found & operand),
            }[code]
            place += if_true if holds else if_false
        place += 1


@pytest.mark.parametrize("machine", MACHINES)
def test_every_call_of_the_table_is_refused(machine):
    for row in CALLS.values():
        number = row[MACHINES[machine][1]]
        assert number is None or verdict(machine, number) == REFUSED


@pytest.mark.parametrize(("machine", "number"), [("x86_64", 0), ("x86_64", 202), ("aarch64", 63)])
def test_other_calls_are_allowed(machine, number):
    assert verdict(machine, number) == ALLOW


@pytest.mark.parametrize("machine", MACHINES)
def test_some_calls_are_refused_by_their_arguments(machine):
    column = MACHINES[machine][1]
    clone, memory_map, control = (
        row[column] for row in (system_calls.CLONE, system_calls.MAP, system_calls.CONTROL)
    )
    assert verdict(machine, clone, 0x3D0F00) == ALLOW  # a thread
    assert verdict(machine, clone, 0x10000000) == REFUSED  # CLONE_NEWUSER
    assert verdict(machine, memory_map, 0, 4096, 3, 0x22) == ALLOW  # private
    assert verdict(machine, memory_map, 0, 4096, 3, 0x01) == ALLOW  # a file
    assert verdict(machine, memory_map, 0, 4096, 3, 0x21) == REFUSED
    assert verdict(machine, control, 15) == ALLOW  # PR_SET_NAME
    assert verdict(machine, control, 1) == REFUSED  # PR_SET_PDEATHSIG


def test_calls_of_later_kernels_and_of_other_conventions_are_unknown():
    assert verdict("x86_64", 451) == verdict("x86_64", 10_000) == UNKNOWN
    assert verdict("x86_64", 0x40000000 | 41) == UNKNOWN  # socket, as programs of the x32 convention call it
    assert verdict("x86_64", 435) == UNKNOWN  # clone3
    assert verdict("x86_64", 359, mark=0x40000003) == KILL  # socket, as 32-bit programs call it


def test_a_machine_without_numbers_is_refused():
    with pytest.raises(OSError, match="expected a machine of x86_64, aarch64, received sparc"):
        program("sparc")


def test_the_kernel_takes_the_filter():
    assert platform.machine() in MACHINES
    tries = """
import ctypes, os, socket
from course_utils.grading import system_calls
ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
system_calls.refuse()
print(os.getpid() > 0)
try: socket.socket()
except OSError as error: print(error.errno)
"""
    done = subprocess.run([sys.executable, "-c", tries], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", str(errno.EPERM)]


def test_a_kernel_without_filters_is_no_reason_to_go_on(monkeypatch):
    # One instruction too many for any kernel stands for one that takes none
    monkeypatch.setattr(system_calls, "program", lambda _: [(system_calls.RETURN, 0, 0, ALLOW)] * 5_000)
    with pytest.raises(OSError, match="seccomp filter: Invalid argument"):
        system_calls.refuse()
    assert os.getpid() > 0
