"""How long does a student wait? From a fresh clone to JupyterLab, for the import, and for nbval's verdict.

Run in a committed checkout: python benchmarks/startup.py
"""

from __future__ import annotations

import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def run(*command: str, folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def until_jupyterlab_answers(folder: Path) -> None:
    """`make lab` without a browser, until its page is served."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    flags = f"--no-browser --ServerApp.port={port} --IdentityProvider.token= --ServerApp.ip=127.0.0.1"
    server = subprocess.Popen(
        ["make", "lab", f"LAB_FLAGS={flags}"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not answers(f"http://127.0.0.1:{port}/lab"):
            if server.poll() is not None:
                raise RuntimeError(f"make lab ended with status {server.returncode}")
            time.sleep(0.1)
    finally:
        subprocess.run(["pkill", "-TERM", "-s", str(server.pid)], check=False)
        server.wait(30)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as page:
            return page.status == 200
    except URLError:
        return False


def measure() -> dict[str, float]:
    python = ROOT / ".venv/bin/python"
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        found = {"git clone": seconds(lambda: run("git", "clone", "-q", str(ROOT), str(clone), folder=ROOT))}
        # What pip and uv have downloaded before is in their caches: downloads are not counted.
        run("make", "setup", folder=clone)
        run("rm", "-rf", ".venv", folder=clone)
        found["make setup, packages in the cache"] = seconds(lambda: run("make", "setup", folder=clone))
        found["make lab until JupyterLab answers"] = seconds(lambda: until_jupyterlab_answers(clone))
    imports = [seconds(lambda: run(str(python), "-c", "import course_utils", folder=ROOT)) for _ in range(9)]
    found["python -c 'import course_utils', median of 9"] = statistics.median(imports)
    for solution in sorted((ROOT / "solutions").glob("*.ipynb")):
        nbval = (str(python), "-m", "pytest", "-q", "--nbval", "-p", "no:python", str(solution))
        found[f"nbval of {solution.name}"] = seconds(lambda nbval=nbval: run(*nbval, folder=ROOT))
    return found


if __name__ == "__main__":
    table = Table("what", "seconds", title="How long a student waits")
    for what, took in measure().items():
        table.add_row(what, f"{took:.2f}")
    Console().print(table)
