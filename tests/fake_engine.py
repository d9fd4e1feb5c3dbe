"""Stands for podman: makes the walls that it is asked for with bubblewrap, as root.

    python -m tests.fake_engine LOG image inspect NAME | import - NAME | run OPTION... IMAGE COMMAND...

Each call is a line of LOG; `image inspect` knows the image once it has been imported.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    log, order, *rest = sys.argv[1:]
    known = "import" in Path(log).read_text().split("\n") if Path(log).exists() else False
    with Path(log).open("a") as file:
        file.write("\n".join([order, *rest, ""]))
    if order == "image":
        raise SystemExit(not known)
    if order == "import":
        raise SystemExit(sys.stdin.buffer.read(1) != b"\0")  # of an empty tar file
    options = list(iter(iter(rest).__next__, "attention-course-walls"))
    os.execvp("bwrap", ["bwrap", *walls(options), *rest[len(options) + 1 :]])


def walls(options: list[str]) -> list[str]:
    """bubblewrap's words for the engine's. It keeps the user, who is root, and the rights of root."""
    line = ["--unshare-net", "--unshare-pid", "--unshare-ipc", "--clearenv", "--die-with-parent"]
    line += ["--cap-add", "ALL", "--proc", "/proc", "--dev", "/dev"]
    for option in options:
        name, _, value = option.partition("=")
        if name == "--volume":
            source, target, *mode = value.split(":")
            for folder in reversed(Path(target).parents):  # bubblewrap's own would be open to root alone
                line += ["--perms", "0755", "--dir", str(folder)]
            line += ["--ro-bind" if mode == ["ro"] else "--bind", source, target]
        elif name == "--env":
            line += ["--setenv", *value.split("=", 1)]
        elif name == "--tmpfs":
            line += ["--tmpfs", value.removesuffix(":ro")]
        elif name == "--workdir":
            line += ["--chdir", value]
    return line


if __name__ == "__main__":
    main()
