"""A Linux of its own for a test, as a process: for what this machine's kernel is not set up to do.

User-mode Linux needs no rights and no image. It sees this machine's files, read-only, and has control groups
of version 2 to itself.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

PROGRAM = "linux.uml"
SECONDS = 120
INIT = """#!/bin/sh
mount -t proc none /proc
mount -t sysfs none /sys
mount -t tmpfs none /run
mkdir -p /dev/shm /run/bin
mount -t tmpfs none /dev/shm
mount -t cgroup2 -o nsdelegate none /sys/fs/cgroup
echo "+memory +pids" >/sys/fs/cgroup/cgroup.subtree_control
ln -s {systemd} /run/bin/systemd-run
export HOME=/run TMPDIR=/run PATH=/run/bin:/usr/local/bin:/usr/bin:/bin
cd /run
"{python}" -P "{script}" </dev/null
echo o >/proc/sysrq-trigger
sleep 10
"""
# What systemd does when asked for a scope: a new group with this process in it, which becomes the command
SYSTEMD = """#!/bin/sh
while [ "$1" != -- ]; do shift; done
shift
mkdir /sys/fs/cgroup/scope-$$
echo $$ >/sys/fs/cgroup/scope-$$/cgroup.procs
exec "$@"
"""


def run(script: str, python: str, folder: Path) -> str:
    """What a Python script prints as root of a Linux of its own; the end of the kernel's messages beside it.

    Args:
        folder: where to put files for it.
    """
    (folder / "script.py").write_text(script)
    files = {"systemd-run": SYSTEMD}
    files["init"] = INIT.format(systemd=folder / "systemd-run", python=python, script=folder / "script.py")
    for name, text in files.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    done = subprocess.run(
        [
            PROGRAM,
            "mem=2G",
            "root=/dev/root",
            "rootfstype=hostfs",
            "rootflags=/",
            "ro",
            "quiet",
            f"init={folder / 'init'}",
            f"uml_dir={folder}",
            "con=null",
            "con0=null,fd:1",
        ],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return done.stdout + done.stderr
