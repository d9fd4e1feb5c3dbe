"""`course doctor`: what is amiss on this machine, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from course_utils.facts import Facts, normalised

OLDEST, NEWEST = (3, 11), (3, 13)
ENOUGH_MEMORY = 4.0  # gigabytes: TensorFlow takes 0.7 to load; a lab, JupyterLab and a browser the rest
REPORTED = ("tensorflow", "keras", "tensorflow-text", "nbval", "jupytext", "jupyterlab")
ESSENTIAL = ("tensorflow", "keras", "jupyterlab", "ipykernel")
_NAMED = 3  # packages named where many differ


class Level(StrEnum):
    """How much a finding matters. The value is the mark it is shown with."""

    FINE = "✓"
    OPTIONAL = "·"  # not here, and no lab needs it
    WARNING = "!"  # most of the course works
    ERROR = "✗"  # the labs do not work


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what it is called, how it is, how much that matters, what to do about it."""

    name: str
    value: str
    level: Level = Level.FINE
    advice: str = ""

    @property
    def amiss(self) -> bool:
        """Whether something should be done."""
        return self.level in (Level.WARNING, Level.ERROR)

    def __str__(self) -> str:
        line = f"{self.level} {self.name:<15} {self.value}"
        return f"{line}\n{'':>17} → {self.advice}" if self.advice else line


def findings(facts: Facts) -> list[Finding]:
    """Everything that `facts` tell, from what matters most."""
    return [finding for judge in _JUDGES for finding in judge(facts)]


def sound(found: list[Finding]) -> bool:
    """Whether the labs can be worked on."""
    return not any(finding.level is Level.ERROR for finding in found)


def report(found: list[Finding], brief: bool) -> str:
    """The findings in lines; `brief` leaves out what needs nothing done, and ends with a summary."""
    shown = [finding for finding in found if finding.amiss or not brief]
    return "\n".join([*map(str, shown), _summary(found, brief)])


def _summary(found: list[Finding], brief: bool) -> str:
    amiss = sum(finding.amiss for finding in found)
    if not amiss:
        values = {finding.name: finding.value for finding in found}
        named = [f"{name} {values[name]}" for name in ("Python", "tensorflow", "keras") if name in values]
        return f"All is well: {', '.join(named)}."
    more = "; `course doctor` tells more" if brief else ""
    verdict = "the labs work" if sound(found) else "the labs will not work"
    return f"{amiss} thing{'s' if amiss > 1 else ''} amiss, {verdict}{more}."


def _mend(facts: Facts) -> str:
    """What installs the pinned packages here. -B: the environment looks finished to make."""
    return "python -m pip install -r requirements.lock -e ." if facts.conda else "make -B setup"


def judge_python(facts: Facts) -> Iterator[Finding]:
    value = ".".join(map(str, facts.python))
    if OLDEST <= facts.python[:2] <= NEWEST:
        yield Finding("Python", value)
        return
    advice = "Python 3.11, 3.12 or 3.13 is needed. With 3.12: make clean, then make PYTHON=python3.12 lab."
    yield Finding("Python", value, Level.ERROR, advice)


def judge_system(facts: Facts) -> Iterator[Finding]:
    if facts.system != "Windows":
        yield Finding("system", facts.system)
        return
    advice = (
        "tensorflow-text and the grading sandbox do not exist for Windows. Type `wsl --install` in "
        "PowerShell, restart, and set the course up inside Ubuntu."
    )
    yield Finding("system", "Windows without WSL", Level.WARNING, advice)


def judge_versions(facts: Facts) -> Iterator[Finding]:
    """The packages one asks about first, and any other that is missing or in a version that will not do."""
    needed = [Requirement(line) for line in facts.required]
    ranges = {normalised(each.name): each.specifier for each in needed if _applies(each, facts)}
    others = [name for name in ranges if name not in REPORTED]
    for name in (*REPORTED, *others):
        finding = _judge_version(facts, name, ranges.get(name))
        if name in REPORTED or finding.amiss:
            yield finding


def _applies(requirement: Requirement, facts: Facts) -> bool:
    if requirement.marker is None:
        return True
    platform = "win32" if facts.system == "Windows" else facts.system.lower()
    return requirement.marker.evaluate({"sys_platform": platform, "extra": ""})


def _judge_version(facts: Facts, name: str, accepted: SpecifierSet | None) -> Finding:
    found = facts.installed.get(name, ())
    level = Level.ERROR if name in ESSENTIAL else Level.WARNING
    if not found and accepted is None:
        return Finding(name, "not for this system", Level.OPTIONAL)
    if not found:
        return Finding(name, "missing", level, _mend(facts))
    if len(found) > 1:
        advice = f"python -m pip uninstall {name} until none is left, then {_mend(facts)}"
        return Finding(name, f"installed more than once: {', '.join(found)}", level, advice)
    if accepted is not None and not accepted.contains(found[0], prereleases=True):
        why = " (that one cannot be imported)" if (name, found[0]) == ("tensorflow-text", "2.21.0") else ""
        return Finding(name, found[0], level, f"{accepted} is needed{why}: {_mend(facts)}")
    return Finding(name, found[0])


def judge_rivals(facts: Facts) -> Iterator[Finding]:
    """Another distribution, or another folder, that gives what should come from one."""
    for module, found in facts.providers.items():
        rivals = [name for name in found if name != normalised(module)]
        if rivals:
            every = " ".join(dict.fromkeys([*rivals, normalised(module)]))
            advice = f"python -m pip uninstall {every}, then {_mend(facts)}"
            yield Finding(module, f"another one in the way: {', '.join(rivals)}", Level.ERROR, advice)
    for module, path in facts.strays.items():
        advice = f"Unset PYTHONPATH, or uninstall the {module} that lies outside the course's environment."
        yield Finding(module, f"would come from {path}", Level.ERROR, advice)


def judge_loads(facts: Facts) -> Iterator[Finding]:
    loads = facts.loads or {}
    times = [f"{module} {load.seconds:.1f} s" for module, load in loads.items() if not load.error]
    if times:
        yield Finding("loading", ", ".join(times))
    for module, load in loads.items():
        if load.error:
            level = Level.WARNING if module == "tensorflow_text" else Level.ERROR
            yield Finding("loading", f"{module} fails: {load.error}", level, _load_advice(load.error, facts))


def _load_advice(error: str, facts: Facts) -> str:
    if "SIGILL" in error:
        return "This processor lacks AVX, which TensorFlow needs: work on another machine."
    return _mend(facts)


def judge_lock(facts: Facts) -> Iterator[Finding]:
    if facts.locked is None:
        yield Finding("requirements", "no requirements.lock here to compare with", Level.OPTIONAL)
        return
    others = [
        f"{name} {found[0]} instead of {facts.locked[name]}"
        for name, found in facts.installed.items()
        if name in facts.locked and found[0] != facts.locked[name]
    ]
    if not others:
        yield Finding("requirements", "as requirements.lock pins them")
        return
    named = ", ".join(others[:_NAMED]) + (f" and {len(others) - _NAMED} more" if others[_NAMED:] else "")
    yield Finding("requirements", f"not as locked: {named}", Level.WARNING, _mend(facts))


def judge_kernel(facts: Facts) -> Iterator[Finding]:
    advice = f"{facts.executable} -m ipykernel install --sys-prefix --name python3"
    if facts.kernel is None:
        yield Finding("Jupyter kernel", "none called python3", Level.ERROR, advice)
    elif _same_environment(facts.kernel, facts.executable):
        yield Finding("Jupyter kernel", "of this environment")
    else:
        advice = f"jupyter kernelspec remove python3, then {advice}"
        yield Finding("Jupyter kernel", f"of another environment: {facts.kernel}", Level.ERROR, advice)


def _same_environment(kernel: str, executable: str) -> bool:
    """Whether both lie in one folder; the files themselves are links to a Python that many share."""
    return Path(kernel).parent.resolve() == Path(executable).parent.resolve()


def judge_backend(facts: Facts) -> Iterator[Finding]:
    if facts.backend == "tensorflow":
        yield Finding("Keras backend", facts.backend)
        return
    advice = "Unset KERAS_BACKEND and set the backend in ~/.keras/keras.json to tensorflow."
    yield Finding("Keras backend", facts.backend, Level.WARNING, advice)


def judge_machine(facts: Facts) -> Iterator[Finding]:
    yield Finding("cores", str(facts.cores))
    if facts.memory is None:
        yield Finding("memory", "unknown", Level.OPTIONAL)
    elif facts.memory >= ENOUGH_MEMORY:
        yield Finding("memory", f"{facts.memory:.1f} GB")
    else:
        advice = (
            f"Labs need about {ENOUGH_MEMORY:g} GB: keep one notebook open and close other programs "
            "(in WSL raise `memory=` in .wslconfig)."
        )
        yield Finding("memory", f"{facts.memory:.1f} GB", Level.WARNING, advice)


def judge_data(facts: Facts) -> Iterator[Finding]:
    for name, here in (facts.corpora or {}).items():
        if here:
            yield Finding(f"data {name}", "here")
        else:
            advice = f"for a lab's last section: course data get {name}"
            yield Finding(f"data {name}", "not here", Level.OPTIONAL, advice)


def judge_tools(facts: Facts) -> Iterator[Finding]:
    """What only grading and tests need."""
    if facts.sandbox == "":
        yield Finding("sandbox", "works")
    elif facts.sandbox is not None:
        yield Finding("sandbox", f"does not work: {facts.sandbox}", Level.OPTIONAL, _sandbox_advice(facts))
    if facts.browser:
        yield Finding("browser", facts.browser)
    elif facts.browser is not None:
        advice = "only the tests need one: sudo apt install chromium"
        yield Finding("browser", "no Chromium", Level.OPTIONAL, advice)


def _sandbox_advice(facts: Facts) -> str:
    if facts.system != "Linux":
        return "only grading needs it, and it needs Linux: grade on Linux, in WSL or in a container"
    if facts.sandbox == "no bwrap":
        return "only grading needs it: sudo apt install bubblewrap"
    return (
        "only grading needs it: allow unprivileged user namespaces (Ubuntu 24.04: sudo sysctl "
        "kernel.apparmor_restrict_unprivileged_userns=0; Docker: --security-opt seccomp=unconfined)"
    )


_JUDGES: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    judge_python,
    judge_system,
    judge_versions,
    judge_rivals,
    judge_loads,
    judge_lock,
    judge_backend,
    judge_kernel,
    judge_machine,
    judge_data,
    judge_tools,
)
