"""What is not the student's to read: others' work, grades, checks, secrets, the network."""

from __future__ import annotations

from tests.hostile.case import Case, beside, cell, counting

FOUND = "found = {found}\nassert not found, found"

LOOKS_AROUND = """
import os
found = []
for folder, folders, names in os.walk("/"):
    folders[:] = [name for name in folders if os.path.join(folder, name) not in ("/usr", "/lib", "/course")]
    if "site-packages" in folder or "/lib/python" in folder:
        folders[:] = []
    found += [f"{folder}/{name}" for name in names if name.endswith((".ipynb", ".db", ".sqlite", ".csv"))]
    found += [f"{folder}/{name}" for name in folders if name in ("submissions", "solutions", "hidden_checks")]
assert not found, found
"""

CASES = [
    Case(
        "reads_files",
        "other submissions, the gradebook and the solutions, and is right",
        beside(LOOKS_AROUND),
        earns=1,
    ),
    Case(
        "reads_hidden_checks",
        "the checks that students have not seen, and is right",
        beside("""
import glob, pkgutil, sys
import course_utils
found = glob.glob("/course/**/*hidden_checks*", recursive=True)
found += [name for name in sys.modules if "hidden_" in name]
found += [module.name for module in pkgutil.walk_packages(course_utils.__path__) if "hidden_" in module.name]
assert not found, found
"""),
        earns=1,
    ),
    Case(
        "reads_the_environment",
        "secrets in the environment, its own and others', and is right",
        beside("""
import ctypes, glob, os
libc = ctypes.CDLL(None)
libc.getenv.restype = ctypes.c_char_p
assert libc.getenv(b"COURSE_SECRET") is None
found = [name for name in os.environ if "SECRET" in name or "TOKEN" in name or "KEY" in name]
found += glob.glob("/proc/*/environ")
assert not found, found
"""),
        earns=1,
    ),
    Case(
        "reads_other_processes",
        "what /proc tells of other processes, and is right",
        beside("""
import os
found = [name for name in os.listdir("/proc") if name not in ("cpuinfo", "meminfo", "self")]
found += [name for name in os.listdir("/proc/self") if name not in ("exe", "cmdline")]
assert not found, found
assert os.getpid() < 9 and os.getppid() == 0, (os.getpid(), os.getppid())
"""),
        earns=1,
    ),
    Case(
        "reads_other_memory",
        "the memory of the processes that it came from",
        cell("""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
found = []
for number in range(0, 99):
    found.append(libc.ptrace(16, number, 0, 0))
    found.append(libc.process_vm_readv(number, 0, 0, 0, 0, 0))
raise ValueError(f"{set(found)}, {ctypes.get_errno()}")
"""),
        "ValueError: {-1}, 1",
    ),
    Case(
        "reads_its_memory",
        "an expected value in all that Python holds, and is wrong",
        counting("""
import gc, sys
frame = sys._getframe()
while frame:
    for name, value in frame.f_locals.items():
        if name in ("expected", "wanted", "answer", "reference"):
            return value
    frame = frame.f_back
for each in gc.get_objects():
    if type(each) is dict and "expected" in each:
        return each["expected"]
return 7"""),
        "",
    ),
    Case(
        "network",
        "a server elsewhere",
        cell("import socket\nsocket.create_connection(('192.0.2.1', 80), 2)"),
        "the cell raised PermissionError",
    ),
    Case(
        "network_by_name",
        "a name server",
        cell("import urllib.request\nurllib.request.urlopen('http://example.org', timeout=2)"),
        "the cell raised URLError",
    ),
    Case(
        "local_sockets",
        "services of this machine, by files and by abstract names",
        cell("""
import socket
reached = []
for family, place in (
    (socket.AF_UNIX, "/run/dbus/system_bus_socket"),
    (socket.AF_UNIX, "/var/run/docker.sock"),
    (socket.AF_UNIX, "\\0/tmp/.X11-unix/X0"),
    (socket.AF_INET, ("127.0.0.1", 22)),
    (socket.AF_NETLINK, (0, 0)),
):
    try:
        kind = socket.SOCK_RAW if family == socket.AF_NETLINK else socket.SOCK_STREAM
        with socket.socket(family, kind) as each:
            each.connect(place)
        reached.append(place)
    except OSError:
        pass
raise ValueError(f"reached: {reached}")
"""),
        "ValueError: reached: []",
    ),
    Case(
        "descriptors",
        "files that the process it came from had open, and is right",
        beside("""
import os, stat
found = []
for number in range(3, 256):
    try:
        found.append(stat.S_ISSOCK(os.fstat(number).st_mode))
    except OSError:
        pass
assert found == [True], found
assert all(os.fstat(number).st_rdev == os.stat("/dev/null").st_rdev for number in range(3))
"""),
        earns=1,
    ),
    Case(
        "devices",
        "devices, those there are and those it makes, and is right",
        beside("""
import os
found = []
for name in ("mem", "kmem", "kmsg", "kvm", "sda", "vda", "fuse", "console", "net/tun", "loop0"):
    try:
        os.close(os.open(f"/dev/{name}", os.O_RDONLY))
        found.append(name)
    except OSError:
        pass
try:
    os.mknod("memory", 0o20666, os.makedev(1, 1))
    os.close(os.open("memory", os.O_RDONLY))
    found.append("made one")
except OSError:
    pass
assert not found, found
"""),
        earns=1,
    ),
    Case(
        "programs_with_privileges",
        "privileges by programs that have them, and is right",
        beside("""
import os, subprocess
found = []
for command in ("su -c id", "sudo -n id", "mount -t tmpfs none /scratch", "unshare -r id",
                "ping -c1 127.0.0.1", "newuidmap 1 0 0 1", "pkexec id", "fusermount -u /scratch"):
    try:
        if subprocess.run(command.split(), capture_output=True, stdin=subprocess.DEVNULL).returncode == 0:
            found.append(command)
    except OSError:
        pass
assert not found, found
"""),
        earns=1,
    ),
    Case(
        "namespaces",
        "privileges in a namespace of its own, to mount and to see",
        cell("""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
found = [libc.unshare(0x10000000), libc.unshare(0x10020000)]
found += [libc.mount(b"none", b"/scratch", b"tmpfs", 0, None)]
found += [libc.umount2(b"/proc", 2), libc.syscall(56, 0x10000011, 0, 0, 0, 0), libc.chroot(b"/scratch")]
raise ValueError(f"{found}, {ctypes.get_errno()}")
"""),
        "ValueError: [-1, -1, -1, -1, -1, -1], 1",
    ),
    Case(
        "writes_to_the_course",
        "to change what grades the others",
        cell("""
import os
import course_utils
changed = []
for folder, _, names in os.walk(os.path.dirname(course_utils.__file__)):
    for name in names:
        try:
            open(os.path.join(folder, name), "r+b").close()
            changed.append(name)
        except OSError:
            pass
raise ValueError(f"changed: {changed}")
"""),
        "ValueError: changed: []",
    ),
    Case(
        "file_functions_of_tensorflow",
        "files by way of TensorFlow's own functions",
        cell("""
import tensorflow as tf
found = [name for name in ("/etc/passwd", "/home", "/proc/1/environ") if tf.io.gfile.exists(name)]
assert not found, found
tf.io.write_file("/course/course_utils/grading/mine.py", "1 / 0")
"""),
        "Read-only file system",
    ),
]
