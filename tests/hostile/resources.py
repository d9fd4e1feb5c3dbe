"""Memory, files, processes, output: what can be used up."""

from __future__ import annotations

from tests.hostile.case import Case, beside, cell, counting

CASES = [
    Case(
        "memory_at_once",
        "80 GB in one piece",
        counting("import numpy\nreturn numpy.ones(10 ** 10).size"),
        "Unable to allocate",
    ),
    Case(
        "memory_by_and_by",
        "memory in small pieces, and again when there is none",
        cell("""
kept = []
while True:
    try:
        kept.append(b"1" * 10 ** 7)
    except MemoryError:
        pass
"""),
        "the cell",
    ),
    Case(
        "memory_of_numpy",
        "memory in NumPy's pieces, from within a call",
        counting("import numpy\nkept = []\nwhile True:\n    kept.append(numpy.ones(10 ** 6))"),
        "",
    ),
    Case(
        "memory_of_children",
        "memory in processes of its own, each below the limit",
        cell("""
import os
for _ in range(9):
    if os.fork() == 0:
        kept = b"1" * 10 ** 8
        while True:
            pass
while True:
    pass
"""),
        "the cell",
    ),
    Case(
        "memory_shared",
        "memory that is shared, and so no process's own",
        cell("import mmap\nkept = [mmap.mmap(-1, 10 ** 9) for _ in range(99)]"),
        "the cell raised PermissionError",
    ),
    Case(
        "memory_as_a_file",
        "memory that is a file without a name",
        cell("import os\nos.write(os.memfd_create('kept'), b'1' * 10 ** 6)"),
        "the cell raised PermissionError",
    ),
    Case(
        "memory_by_its_number",
        "memory, queues and locks of System V, which outlive processes",
        cell("""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
found = [libc.shmget(0, 10 ** 9, 0o1600), libc.msgget(0, 0o1600), libc.semget(0, 99, 0o1600)]
raise ValueError(f"{found}, {ctypes.get_errno()}")
"""),
        "ValueError: [-1, -1, -1], 1",
    ),
    Case(
        "memory_of_sockets",
        "memory of the kernel's, in sockets that nobody reads",
        cell("""
import socket
kept = [socket.socketpair() for _ in range(99)]
for one, _ in kept:
    one.send(b"1" * 10 ** 6)
"""),
        "the cell raised PermissionError",
    ),
    Case(
        "memory_of_page_tables",
        "memory of the kernel's, in tables of pages that hold nothing",
        cell("""
import mmap, numpy
kept = []
while True:
    found = mmap.mmap(-1, 2 ** 36, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ)
    found.madvise(mmap.MADV_NOHUGEPAGE)
    kept.append((found, numpy.frombuffer(found, "u1")[::4096].sum()))
"""),
        "the cell",
    ),
    Case("fork_bomb", "processes without end", cell("import os\nwhile True:\n    os.fork()"), "the cell"),
    Case(
        "fork_bomb_that_does_not_give_up",
        "processes without end, whatever is raised",
        counting("""
import os
while True:
    try:
        os.fork()
    except OSError:
        pass"""),
        "",
    ),
    Case(
        "thread_bomb",
        "threads without end",
        cell("import _thread, time\nwhile True:\n    _thread.start_new_thread(time.sleep, (99,))"),
        "the cell raised RuntimeError: can't start new thread",
    ),
    Case(
        "fills_the_disk",
        "all space in every folder it can write to",
        cell("""
import itertools, os
full = 0
for folder in ("/scratch", "/dev/shm", "/tmp", "/", "/dev", "/proc", "/course", "/var/tmp"):
    try:
        for number in itertools.count():
            with open(os.path.join(folder, str(number)), "wb") as file:
                file.write(b"1" * 10 ** 6)
    except OSError as error:
        full += error.errno == 28
raise ValueError(f"full: {full}")
"""),
        "the cell raised ValueError: full: 2",
    ),
    Case(
        "one_large_file",
        "a file of 100 GB, most of it a hole",
        cell("open('large', 'wb').truncate(10 ** 11)"),
        "the cell raised OSError: [Errno 27] File too large",
    ),
    Case(
        "many_files",
        "files without end, each of them empty",
        cell("import itertools\nfor number in itertools.count():\n    open(str(number), 'w').close()"),
        "No space left on device",
    ),
    Case(
        "file_descriptors",
        "file descriptors and pipes without end, and is right",
        beside("""
import os
kept = []
try:
    while True:
        kept.extend(os.pipe())
except OSError:
    pass
"""),
        earns=1,
    ),
    Case(
        "raises_its_limits",
        "more than it was given",
        cell("""
import resource
resource.setrlimit(resource.RLIMIT_DATA, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
"""),
        "the cell raised ValueError: not allowed to raise maximum limit",
    ),
    Case(
        "core_dump",
        "to have its memory written to the disk",
        cell("""
import os, resource
try:
    resource.setrlimit(resource.RLIMIT_CORE, (10 ** 9, 10 ** 9))
except ValueError:
    os.abort()
"""),
        "ended the process it ran in",
    ),
    Case(
        "prints_a_gigabyte",
        "to print 1 GB in one line",
        cell("print('1' * 10 ** 9)\n1 / 0"),
        "the cell raised",
    ),
    Case(
        "prints_without_end",
        "to print for ever, past all that catches it",
        cell("""
import os, sys
while True:
    for out in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        try:
            out.write("1" * 10 ** 6 + "\\n")
        except Exception:
            pass
    os.write(1, b"1" * 10 ** 6)
    os.write(2, b"1" * 10 ** 6)
"""),
        "still running after",
    ),
    Case(
        "prints_in_a_call",
        "to print for ever in a call",
        counting("while True:\n    print('1' * 999)"),
        "prints without end",
    ),
    Case(
        "exception_of_megabytes",
        "an exception whose message has 10 MB",
        counting("raise ValueError('1' * 10 ** 7)"),
        "count_words raised ValueError: 111",
    ),
    Case(
        "answer_of_megabytes",
        "an answer of 100 MB",
        counting("import numpy\nreturn numpy.zeros(10 ** 7)"),
        "must return an int",
    ),
]
