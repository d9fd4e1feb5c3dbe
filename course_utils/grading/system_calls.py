"""System calls that student code is refused: a seccomp filter, set between fork and the student's first line.

Namespaces take away what can be named: files, processes, the network. The filter takes away what cannot:
memory that no limit counts, ways to get privileges back in a namespace inside the namespace, ways to go on
living when killed, and the parts of the kernel that ordinary programs never enter.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

SET_SECCOMP, FILTER_MODE = 22, 2
LOAD, EQUALS, AT_LEAST, ANY_BIT, AND, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
ALLOW, ERROR, KILL = 0x7FFF0000, 0x00050000, 0x80000000
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data, linux/seccomp.h
NEWER = 451  # numbers that Linux 6.1 does not have, and those of other calling conventions
NEW_NAMESPACES = 0x7E020080  # CLONE_NEW* of linux/sched.h
NAMELESS = 0x21  # memory shared without a file: MAP_SHARED | MAP_ANONYMOUS
SET_DEATH_SIGNAL = 1

# Machine -> its mark in seccomp_data (linux/audit.h), and where it stands in the rows of CALLS
MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
# Name -> number on x86_64 (asm/unistd_64.h) and on aarch64 (asm-generic/unistd.h)
CALLS: dict[str, tuple[int | None, int | None]] = {
    # memory that belongs to no process
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "remap_file_pages": (216, 234),
    # namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # a share of the processors of its own, where each session gets one
    "setsid": (112, 157),
    # other processes' memory
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    # what is counted by user, and so shared with whoever grades
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # rarely entered, often broken
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "personality": (135, 92),
    "syslog": (103, 116),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
}
CLONE, CLONE3, MAP, CONTROL = (56, 220), (435, 435), (9, 222), (157, 167)

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def refuse() -> None:
    """Refuse this process and all that it starts the calls above; they fail with EPERM.

    Raises:
        OSError: the machine is none of MACHINES, or the kernel cannot filter.
    """
    instructions = program(platform.machine())
    packed = b"".join(struct.pack("HBBI", *each) for each in instructions)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(SET_SECCOMP, FILTER_MODE, ctypes.byref(_Program(len(instructions), packed))) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"seccomp filter: {os.strerror(number)}")


def program(machine: str) -> list[Instruction]:
    """The filter, in the language of linux/filter.h.

    Raises:
        OSError: no numbers are known for this machine.
    """
    if machine not in MACHINES:
        raise OSError(errno.ENOSYS, f"expected a machine of {', '.join(MACHINES)}, received {machine}")
    mark, column = MACHINES[machine]
    refused = [number for row in CALLS.values() if (number := row[column]) is not None]
    return [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUALS, 1, 0, mark),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        *_answer((AT_LEAST, 0, 1, NEWER), errno.ENOSYS),
        *_answer((EQUALS, 0, 1, CLONE3[column]), errno.ENOSYS),  # its flags lie in memory: use clone
        *(step for number in refused for step in _answer((EQUALS, 0, 1, number), errno.EPERM)),
        *_if_argument(CLONE[column], 0, [(ANY_BIT, 0, 1, NEW_NAMESPACES)]),
        *_if_argument(MAP[column], 3, [(AND, 0, 0, NAMELESS), (EQUALS, 0, 1, NAMELESS)]),
        *_if_argument(CONTROL[column], 0, [(EQUALS, 0, 1, SET_DEATH_SIGNAL)]),
        (RETURN, 0, 0, ALLOW),
    ]


def _answer(condition: Instruction, error: int) -> list[Instruction]:
    return [condition, (RETURN, 0, 0, ERROR | error)]


def _if_argument(number: int, place: int, conditions: list[Instruction]) -> list[Instruction]:
    """EPERM for a call whose argument meets the last condition; the number is loaded again afterwards."""
    inside = [(LOAD, 0, 0, FIRST_ARGUMENT + 8 * place), *conditions, (RETURN, 0, 0, ERROR | errno.EPERM)]
    return [(EQUALS, 0, len(inside) + 1, number), *inside, (LOAD, 0, 0, NUMBER)]
