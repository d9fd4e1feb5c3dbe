"""What `course doctor` judges: versions, machine, kernel, data, read without importing what is looked for."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DISTRIBUTION = "attention-course"
MODULES = ("tensorflow", "keras", "tensorflow_text")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SANDBOX_TRIAL = ("bwrap", "--unshare-all", "--ro-bind", "/", "/", "true")


@dataclass(frozen=True)
class Load:
    """One import in a process of its own: seconds it took, or the error ("" when there was none)."""

    seconds: float
    error: str = ""


@dataclass(frozen=True)
class Facts:
    """A machine as `course doctor` sees it. None where it was not asked, or cannot be known.

    Attributes:
        python: major, minor and micro version.
        executable: path of this Python.
        conda: whether this is a conda environment.
        system: "Linux", "Darwin" or "Windows"; WSL counts as Linux.
        installed: distribution -> every version of it that is found, first the one that counts.
        providers: module -> the distributions that hold it; more than one have overwritten each other.
        strays: module -> the path it would be imported from, where that is outside this environment.
        required: what our own distribution requires, as its metadata lists it.
        locked: distribution -> version pinned for this machine in requirements.lock.
        backend: Keras' backend.
        kernel: path of the Python that the kernel "python3" starts; None when there is no such kernel.
        cores: processors that this process may use.
        memory: gigabytes (10^9 bytes) of the machine.
        loads: module -> how importing it went.
        corpora: registered corpus -> whether it is on this machine.
        sandbox: "" when the sandbox works, else why not.
        browser: path of a Chromium; "" for none.
    """

    python: tuple[int, int, int]
    executable: str
    conda: bool
    system: str
    installed: Mapping[str, tuple[str, ...]]
    providers: Mapping[str, tuple[str, ...]]
    strays: Mapping[str, str]
    required: tuple[str, ...]
    locked: Mapping[str, str] | None
    backend: str
    kernel: str | None
    cores: int
    memory: float | None
    loads: Mapping[str, Load] | None = None
    corpora: Mapping[str, bool] | None = None
    sandbox: str | None = None
    browser: str | None = None


def gather(brief: bool = False) -> Facts:
    """Look at this machine. `brief` leaves out whatever starts another process, and what no lab needs."""
    found = distributions()
    quick = Facts(
        python=sys.version_info[:3],
        executable=sys.executable,
        conda=Path(sys.prefix, "conda-meta").is_dir(),
        system=platform.system(),
        installed=versions(found),
        providers={module: providers(found, module) for module in MODULES},
        strays=strays(),
        required=tuple(importlib.metadata.requires(DISTRIBUTION) or ()),
        locked=locked(ROOT / "requirements.lock"),
        backend=backend(),
        kernel=kernel(),
        cores=cores(),
        memory=memory(),
    )
    if brief:
        return quick
    return dataclasses.replace(quick, loads=loads(), corpora=corpora(), sandbox=sandbox(), browser=browser())


def distributions() -> list[importlib.metadata.Distribution]:
    """Every distribution on the import path, first the one that counts; remains of broken ones left out."""
    return [each for each in importlib.metadata.distributions() if _has_name(each)]


def _has_name(distribution: importlib.metadata.Distribution) -> bool:
    try:
        return bool(distribution.metadata["Name"])
    except FileNotFoundError:  # as the importlib_metadata package says it, once something has imported that
        return False


def normalised(name: str) -> str:
    """A distribution's name as package indexes compare it: tensorflow_text -> tensorflow-text."""
    return name.lower().replace("_", "-").replace(".", "-")


def versions(found: list[importlib.metadata.Distribution]) -> dict[str, tuple[str, ...]]:
    """Distribution -> its versions."""
    listed: dict[str, tuple[str, ...]] = {}
    for each in found:
        name = normalised(each.metadata["Name"])
        listed[name] = tuple(dict.fromkeys((*listed.get(name, ()), each.version)))
    return listed


def providers(found: list[importlib.metadata.Distribution], module: str) -> tuple[str, ...]:
    """The distributions that say they installed `module`: of two, the later has overwritten the other."""
    line = f"\n{module}/__init__.py,"
    holding = [each for each in found if line in "\n" + (each.read_text("RECORD") or "")]
    return tuple(dict.fromkeys(normalised(each.metadata["Name"]) for each in holding))


def strays() -> dict[str, str]:
    """Module -> where it would come from, when not from this environment but from PYTHONPATH or a home."""
    importlib.invalidate_caches()
    # util.find_spec would answer for a module loaded already with the place that it was loaded from
    specs = {module: PathFinder.find_spec(module) for module in MODULES}
    origins = {module: spec.origin for module, spec in specs.items() if spec and spec.origin}
    inside = Path(sys.prefix).resolve()
    return {
        module: path for module, path in origins.items() if not Path(path).resolve().is_relative_to(inside)
    }


def locked(path: Path) -> dict[str, str] | None:
    """Distribution -> the version that the lock file pins for this machine; None without a lock file."""
    from packaging.requirements import Requirement

    if not path.is_file():
        return None
    lines = [line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()]
    pins = [Requirement(line) for line in lines if line]
    ours = [pin for pin in pins if pin.marker is None or pin.marker.evaluate()]
    return {normalised(pin.name): str(pin.specifier).removeprefix("==") for pin in ours}


def backend() -> str:
    """Keras' backend: KERAS_BACKEND, else its own settings file, else its default, as Keras decides."""
    if named := os.environ.get("KERAS_BACKEND"):
        return named
    home = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras"))
    try:
        settings = json.loads((home / "keras.json").read_text(encoding="utf-8"))
        return str(settings.get("backend", "tensorflow"))
    except (OSError, ValueError, AttributeError):
        return "tensorflow"


def kernel() -> str | None:
    """The Python that the kernel "python3", which every notebook names, would start."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        command = str(KernelSpecManager().get_kernel_spec("python3").argv[0])
    except (NoSuchKernel, OSError, ValueError, IndexError):
        return None
    # Jupyter itself puts its own Python in the place of a bare name.
    return command if os.path.dirname(command) else sys.executable


def cores() -> int:
    """Processors that this process may use, which in a container are fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory(limit: Path = Path("/sys/fs/cgroup/memory.max")) -> float | None:
    """Gigabytes of the machine, or of the container when that is allowed less; None where unknown."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return None
    try:
        allowed = int(limit.read_text())
    except (OSError, ValueError):  # no such file, or "max"
        allowed = total
    return min(total, allowed) / 1e9


_LOADING = """
import importlib, json, sys, time
for module in sys.argv[1:]:
    start = time.perf_counter()
    try:
        importlib.import_module(module)
        error = ""
    except BaseException as raised:
        error = f"{type(raised).__name__}: {raised}"
    print("\\nloaded" + json.dumps([module, time.perf_counter() - start, error]), flush=True)
"""


def loads(modules: tuple[str, ...] = MODULES, limit: float = 120.0) -> dict[str, Load]:
    """Import `modules` in turn in one other process, so that a crash or a hang does not take us along.

    `limit` is in seconds. The module that killed the process, or hung, has that as its error.
    """
    here = [module for module in modules if importlib.util.find_spec(module)]
    printed, ending = _run_loading(here, limit)
    lines = [line.removeprefix("loaded") for line in printed.splitlines() if line.startswith("loaded[")]
    went = {module: Load(seconds, error) for module, seconds, error in map(json.loads, lines)}
    if ending:
        went[here[len(went)]] = Load(0.0, ending)
    return went


def _run_loading(modules: list[str], limit: float) -> tuple[str, str]:
    """What the process printed, and how it ended if not well."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-P", "-c", _LOADING, *modules]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=limit, check=False
        )
    except subprocess.TimeoutExpired as error:
        printed = error.stdout or b""
        return printed.decode() if isinstance(printed, bytes) else printed, f"still loading after {limit:g} s"
    return done.stdout, f"Python died: {_ending(done.returncode)}" if done.returncode else ""


def _ending(code: int) -> str:
    import signal

    return signal.Signals(-code).name if code < 0 else f"exit status {code}"


def corpora() -> dict[str, bool]:
    """Each registered corpus, and whether it is on this machine."""
    from course_utils.text.corpora import available
    from course_utils.text.corpora.registry import CORPORA

    return {name: available(name) for name in CORPORA}


def sandbox(command: tuple[str, ...] = SANDBOX_TRIAL) -> str:
    """Run nothing inside the sandbox; "" when that works, else why not."""
    if not shutil.which(command[0]):
        return f"no {command[0]}"
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return (done.stderr.strip() or _ending(done.returncode)) if done.returncode else ""


def browser() -> str:
    """Path of a Chromium, which only the end-to-end test drives."""
    return next((path for path in map(shutil.which, BROWSERS) if path), "")
