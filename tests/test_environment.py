"""Set-up: one list of dependencies, one lock file, the same environment for make, conda and CI."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from course_utils.checks.exercise import load_lab

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = ("linux", "darwin", "win32")


def script(path: Path, *lines: str) -> Path:
    """A shell script that stands in for a program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/bash\n" + "\n".join(lines) + "\n")
    path.chmod(0o755)
    return path


def run(*command: object, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        env={**os.environ, **environment},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


# The lock file ---------------------------------------------------------------------------------------------


def pins(lock: str) -> list[Requirement]:
    lines = [line.partition("#")[0].strip() for line in lock.splitlines()]
    return [Requirement(line) for line in lines if line]


def unpinned(lock: str, needed: list[str]) -> list[str]:
    """What is needed on some system or Python that the course runs on, and not pinned there as needed."""
    pinned = pins(lock)
    return [
        f"{requirement} on {platform} with Python {python}"
        for requirement in map(Requirement, needed)
        for platform in PLATFORMS
        for python in PYTHONS
        if not _is_pinned(
            requirement, pinned, {"sys_platform": platform, "python_full_version": f"{python}.1"}
        )
    ]


def _is_pinned(requirement: Requirement, pinned: list[Requirement], place: dict[str, str]) -> bool:
    if requirement.marker and not requirement.marker.evaluate(place):
        return True
    name = canonicalize_name(requirement.name)
    versions = [
        str(pin.specifier).removeprefix("==")
        for pin in pinned
        if canonicalize_name(pin.name) == name and (not pin.marker or pin.marker.evaluate(place))
    ]
    return len(versions) == 1 and requirement.specifier.contains(versions[0], prereleases=True)


def test_lock_pins_every_dependency():
    needed = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    assert unpinned(LOCK, needed) == []


@pytest.mark.parametrize(
    ("lock", "needed"),
    [
        ("numpy==2.1\n", "keras>=3"),
        ("keras==2.9\n", "keras>=3"),
        ("keras>=3\n", "keras>=3"),
        ("keras==3.1 ; sys_platform == 'linux'\n", "keras>=3"),
        ("keras==3.1\nkeras==3.2\n", "keras>=3"),
    ],
)
def test_a_missing_or_unfit_pin_is_noticed(lock, needed):
    assert unpinned(lock, [needed])


def test_a_pin_for_each_python_will_do():
    lock = "Ker_as==3.1 ; python_full_version < '3.12'\nker-as==3.2 ; python_full_version >= '3.12'\n"
    assert unpinned(lock, ["ker.as>=3"]) == []
    assert unpinned("", ["keras>=3 ; sys_platform == 'plan9'"]) == []


def test_lock_pins_exactly_and_holds_no_address():
    assert len(pins(LOCK)) > 100
    assert [
        str(pin) for pin in pins(LOCK) if not re.fullmatch(r"==[^*,]+", str(pin.specifier)) or pin.url
    ] == []
    assert "://" not in LOCK
    assert not [line for line in LOCK.splitlines() if line.startswith("-")]


# No registry is named --------------------------------------------------------------------------------------

# In two parts, or this file would be the one that names them.
HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pypi", "python", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("deb", "debian", "org"),
        ("archive", "ubuntu", "com"),
        ("conda", "anaconda", "org"),
        ("repo", "anaconda", "com"),
        ("proxy", "golang", "org"),
    )
)


def naming_hosts(paths: list[Path]) -> list[str]:
    texts = ((path, path.read_bytes().lower()) for path in paths if path.is_file())
    return [f"{path}: {host}" for path, text in texts for host in HOSTS if host.encode() in text]


def test_no_file_names_a_package_registry():
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z").stdout.split("\0")
    assert "requirements.lock" in listed
    assert naming_hosts([ROOT / name for name in listed if name]) == []


def test_a_file_that_names_a_registry_is_noticed(tmp_path):
    (tmp_path / "pip.conf").write_text("index-url = https://" + "PyPI" + ".org/simple")
    (tmp_path / "fine").write_text("pypi organisation")
    assert naming_hosts(list(tmp_path.iterdir())) == [f"{tmp_path / 'pip.conf'}: {HOSTS[0]}"]


# make setup and conda --------------------------------------------------------------------------------------


@pytest.fixture
def set_up(tmp_path):
    """Run scripts/setup.sh with a Python that only notes what it is asked for; gives back its notes."""
    log = tmp_path / "log"
    notes = f'echo "$(basename $0) $*" >>{log}'
    uv = tmp_path / "uv"
    script(uv, notes)
    make_venv = f'if [ "$2" = venv ]; then mkdir -p $3/bin; cp $0 $3/bin/python; cp {uv} $3/bin/uv; fi'
    python = script(tmp_path / "python3.12", notes, make_venv)

    def set_up(venv: str = "made") -> list[str]:
        log.write_text("")
        done = run("sh", ROOT / "scripts/setup.sh", cwd=tmp_path, PYTHON=str(python), VENV=venv)
        assert done.returncode == 0, done.stderr
        return log.read_text().splitlines()

    return set_up


def installed(lines: list[str]) -> dict[str, set[str]]:
    """What pip's arguments install: requirement files, editable folders, and names."""
    arguments = " ".join(lines)
    taken = {flag: set(re.findall(rf"(?:^|\s){flag} (\S+)", arguments)) for flag in ("-r", "-e")}
    return taken


def test_conda_gets_what_make_setup_installs(set_up):
    by_make = installed([line for line in set_up() if " install " in line and "ipykernel" not in line])
    (by_conda,) = (part["pip"] for part in CONDA["dependencies"] if isinstance(part, dict))
    assert by_make == installed(by_conda) == {"-r": {"requirements.lock"}, "-e": {"."}}
    assert len(by_conda) == 2, "a second list of versions"


def test_conda_gets_python_and_pip_and_nothing_else():
    (python, pip) = (part for part in CONDA["dependencies"] if not isinstance(part, dict))
    named = Requirement(python)
    assert (named.name, pip) == ("python", "pip")
    assert named.specifier == Requirement(f"python{PROJECT['requires-python']}").specifier
    assert CONDA["channels"] == ["conda-forge"]


def test_set_up_makes_one_environment_with_a_kernel(set_up):
    notes = set_up()
    assert "python3.12 -m venv made" in notes
    assert [line for line in notes if "ipykernel install --sys-prefix" in line]
    assert not [line for line in set_up() if "-m venv" in line], "it made an environment a second time"


def test_set_up_refuses_another_python(tmp_path):
    python = script(
        tmp_path / "python2.7", 'if [ "$1" = --version ]; then echo Python 2.7.1; else exit 1; fi'
    )
    done = run("sh", ROOT / "scripts/setup.sh", cwd=tmp_path, PYTHON=str(python))
    assert done.returncode == 1
    assert "needs Python 3.11, 3.12 or 3.13" in done.stderr
    assert "is Python 2.7.1" in done.stderr
    assert "make PYTHON=python3.12" in done.stderr


def test_set_up_says_when_the_venv_module_is_missing(tmp_path):
    python = script(tmp_path / "python3", 'case "$2" in *ensurepip*) exit 1;; esac')
    done = run("sh", ROOT / "scripts/setup.sh", cwd=tmp_path, PYTHON=str(python))
    assert done.returncode == 1
    assert "python3-venv" in done.stderr


# System packages -------------------------------------------------------------------------------------------

NEEDED = ("chromium", "hunspell", "hunspell-hu", "bubblewrap", "postgresql")


def system_packages(tmp_path: Path, have: tuple[str, ...], user: int, **environment: str):
    """Run the script on a machine that has the programs `have`; apt-get notes what it is asked for."""
    for name in have:
        script(tmp_path / name, "exit 0")
    script(tmp_path / "id", f"echo {user}")
    shell = shutil.which("sh") or "/bin/sh"
    return run(
        shell,
        ROOT / "scripts/system-packages.sh",
        PATH=str(tmp_path),
        **{"CI": "", **environment},
    )


def test_nothing_is_said_or_done_when_everything_is_there(tmp_path):
    script(tmp_path / "apt-get", "exit 1")
    everything = ("chromium", "hunspell", "bwrap", "pg_lsclusters", "linux.uml")
    done = system_packages(tmp_path, everything, user=0, CI="true")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_root_installs_what_is_missing(tmp_path):
    script(tmp_path / "apt-get", f'echo "$*" >>{tmp_path}/log')
    assert system_packages(tmp_path, ("chromium",), user=0).returncode == 0
    line, guest = (tmp_path / "log").read_text().splitlines()
    assert line.split()[0] == guest.split()[0] == "install"
    assert set(NEEDED) & set(line.split()) == {"hunspell", "hunspell-hu", "bubblewrap", "postgresql"}
    assert guest.split()[-1] == "user-mode-linux"


def test_a_system_without_user_mode_linux_gets_all_else(tmp_path):
    script(tmp_path / "apt-get", f'echo "$*" >>{tmp_path}/log; case "$*" in *user-mode*) exit 100;; esac')
    done = system_packages(tmp_path, ("chromium",), user=0)
    assert (done.returncode, done.stderr) == (0, "There is no user-mode-linux here, which one test wants.\n")
    assert "postgresql" in (tmp_path / "log").read_text()


def test_old_package_lists_are_renewed(tmp_path):
    log = tmp_path / "log"
    script(tmp_path / "apt-get", f'echo "$1" >>{log}; [ "$1" = update ] || [ -e {tmp_path}/new ] || exit 100')
    assert system_packages(tmp_path, ("linux.uml",), user=0).returncode == 100
    log.unlink()
    script(
        tmp_path / "apt-get",
        f'echo "$1" >>{log}; [ "$1" = update ] && echo > {tmp_path}/new; [ -e {tmp_path}/new ]',
    )
    assert system_packages(tmp_path, ("linux.uml",), user=0).returncode == 0
    assert log.read_text().split() == ["install", "update", "install"]


def test_a_missing_dictionary_is_noticed(tmp_path):
    script(tmp_path / "hunspell", "exit 1")
    done = system_packages(tmp_path, ("chromium", "bwrap", "pg_lsclusters", "linux.uml"), user=1000)
    assert "also need: hunspell-hu\n" in done.stderr


@pytest.mark.parametrize(("ci", "status"), [("", 0), ("false", 0), ("true", 1)])
def test_a_user_is_told_once_and_ci_fails(tmp_path, ci, status):
    script(tmp_path / "apt-get", f"echo called >>{tmp_path}/log")
    done = system_packages(tmp_path, ("bwrap", "pg_lsclusters"), user=1000, CI=ci)
    assert done.returncode == status
    assert "sudo apt-get install chromium hunspell hunspell-hu user-mode-linux\n" in done.stderr
    assert not (tmp_path / "log").exists()


def test_another_system_is_told_the_names(tmp_path):
    done = system_packages(tmp_path, (), user=0)
    assert "your system's package manager" in done.stderr


# The test script and CI ------------------------------------------------------------------------------------

CLOSING = {"tests": "=== 7 passed in 1.23s ===", "solutions": "=== 5 passed in 4.56s ==="}
STEPS = ["ruff", "format", "mypy", "build", "tests", "solutions"]


def run_test_script(tmp_path: Path, *arguments: str, failing: tuple[str, ...] = ()):
    """Run scripts/test.sh with programs that only note their arguments; the steps `failing` fail."""
    match = {"ruff": "ruff\\ check", "format": "ruff\\ format", "tests": "pytest*tests", "solutions": "nbval"}
    fail = [f'case "$said" in *{match.get(name, name)}*) code=1;; esac' for name in failing]
    note = ['said="$(basename $0) $*"', f'echo "$said" >>{tmp_path}/log', "code=0", *fail]
    for name in ("ruff", "mypy", "course"):
        script(tmp_path / "bin" / name, *note, "exit $code")
    closing = [f'case "$said" in *{name}) echo "{line}";; esac' for name, line in CLOSING.items()]
    script(tmp_path / "bin" / "pytest", *note, "echo many lines", *closing, "exit $code")
    done = run("bash", ROOT / "scripts/test.sh", *arguments, BIN=str(tmp_path / "bin"))
    return done, (tmp_path / "log").read_text().splitlines()


def test_every_step_runs_and_is_timed_and_pytest_has_the_last_word(tmp_path):
    done, log = run_test_script(tmp_path)
    assert done.returncode == 0
    assert [line.split(" --color")[0] for line in log] == [
        "ruff check .",
        "ruff format --check .",
        "mypy ",
        "course build --check",
        "pytest",
        "pytest",
    ]
    assert "--nbval" in log[-1]
    assert all("--numprocesses=2 --dist=" in line for line in log[-2:])
    lines = done.stdout.splitlines()
    assert lines[-2:] == list(CLOSING.values())
    timed = [re.fullmatch(r"(\w+) +\d+ s  ok", line) for line in lines[-8:-2]]
    assert [found and found[1] for found in timed] == STEPS


@pytest.mark.parametrize("failing", STEPS)
def test_any_step_that_fails_fails_the_run(tmp_path, failing):
    done, log = run_test_script(tmp_path, failing=(failing,))
    assert done.returncode == 1
    assert re.search(rf"^{failing} .*FAILED$", done.stdout, re.MULTILINE)
    assert len(log) == len(STEPS), "all steps run, whichever fails"
    assert done.stdout.splitlines()[-2:] == list(CLOSING.values())


def test_quick_leaves_out_what_is_slow(tmp_path):
    done, log = run_test_script(tmp_path, "quick")
    assert done.returncode == 0
    assert len(log) == 3
    assert log[-1].endswith("-m not slow and not browser tests")
    assert run_test_script(tmp_path, "quick", failing=("tests",))[0].returncode == 1


@pytest.fixture
def clone(tmp_path):
    """A clone with CI's script in it, and a `make` that notes what it is given."""
    (tmp_path / "clone/.ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci/run", tmp_path / "clone/.ci/run")
    note = 'echo "$PWD|$*|$CI|$COURSE_DATA_DIR|$(cat)"'
    script(tmp_path / "bin/make", note, "exit ${MAKE_FAILS:-0}")
    return tmp_path / "clone"


def run_ci(clone: Path, **environment: str):
    path = f"{clone.parent / 'bin'}:{os.environ['PATH']}"
    return run(clone / ".ci/run", cwd=Path("/"), PATH=path, COURSE_DATA_DIR="", **environment)


def test_ci_tests_with_the_shared_data_when_they_are_there(clone):
    assert run_ci(clone, CI="").stdout == f"{clone}|test|true||\n"
    (clone.parent / "shared/data").mkdir(parents=True)
    assert run_ci(clone, CI="true").stdout == f"{clone}|test|true|{clone.parent}/shared/data|\n"
    assert run_ci(clone, CI="false").stdout.split("|")[2] == "false"


def test_ci_fails_when_the_tests_fail(clone):
    assert run_ci(clone, MAKE_FAILS="2").returncode == 2


# nbval -----------------------------------------------------------------------------------------------------

NBVAL = ["--nbval", "-p", "no:python", "solutions"]


def validated(solution: nbformat.NotebookNode, folder: Path) -> subprocess.CompletedProcess[str]:
    """Validate a solution as scripts/test.sh does."""
    (folder / "solutions").mkdir(parents=True)
    nbformat.write(solution, folder / "solutions" / "00_setup.ipynb")
    shutil.copy(ROOT / "pyproject.toml", folder)
    return run(sys.executable, "-m", "pytest", "--color=no", *NBVAL, cwd=folder)


def test_the_test_script_validates_the_solutions(tmp_path):
    assert run_test_script(tmp_path)[1][-1].endswith(" ".join(NBVAL))


@pytest.mark.slow
def test_a_mutated_solution_turns_it_red(tmp_path):
    solution = nbformat.read(ROOT / "solutions/00_setup.ipynb", as_version=4)
    exercise = next(iter(load_lab("00").exercises.values()))
    roles = [cell.metadata.get("course", {}).get("role") for cell in solution.cells]
    solution.cells = solution.cells[: roles.index("check") + 1]  # the rest would say nothing more
    assert validated(solution, tmp_path / "as_committed").returncode == 0
    solution.cells[roles.index("answer")].source += f"\n\ndef {exercise.name}(*_):\n    return 'wrong'"
    done = validated(solution, tmp_path / "mutated")
    assert done.returncode == 1, done.stdout
    assert re.search(r"^=+ 1 failed, \d+ passed", done.stdout, re.MULTILINE), done.stdout
