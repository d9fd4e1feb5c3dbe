"""`course doctor`: each thing that can be amiss is found, and the advice says what to do about it."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import tomllib
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest
from packaging.specifiers import SpecifierSet

from course_utils import facts as probes
from course_utils.doctor import NEWEST, OLDEST, Finding, Level, findings, report, sound
from course_utils.facts import Facts, Load

ROOT = Path(__file__).parents[1]
VERSIONS = {
    "tensorflow": "2.21.0",
    "keras": "3.15.1",
    "tensorflow-text": "2.21.1",
    "nbval": "0.11.0",
    "jupytext": "1.19.6",
    "jupyterlab": "4.6.6",
    "ipykernel": "7.1.0",
    "numpy": "2.4.1",
    "typer": "0.29.2",
}
WELL = Facts(
    python=(3, 12, 5),
    executable="/course/.venv/bin/python",
    conda=False,
    system="Linux",
    installed={name: (version,) for name, version in VERSIONS.items()},
    providers={"tensorflow": ("tensorflow",), "keras": ("keras",), "tensorflow_text": ("tensorflow-text",)},
    strays={},
    required=(
        "keras>=3.15",
        "ipykernel>=6.29",
        "nbval>=0.11",
        "numpy>=2.0",
        "tensorflow<2.22,>=2.21",
        'tensorflow-text<2.22,>=2.21.1; sys_platform != "win32"',
        'pytest>=8; extra == "dev"',
    ),
    locked=VERSIONS,
    backend="tensorflow",
    kernel="/course/.venv/bin/python",
    cores=2,
    memory=8.3,
    loads={"tensorflow": Load(7.3), "keras": Load(0.1), "tensorflow_text": Load(0.7)},
    corpora={"spa-eng": True},
    sandbox="",
    browser="/usr/bin/chromium",
)


def amiss(**changed) -> list[Finding]:
    return [finding for finding in findings(dataclasses.replace(WELL, **changed)) if finding.amiss]


def with_versions(**changed: str | None) -> dict[str, tuple[str, ...]]:
    versions = {**VERSIONS, **{name.replace("_", "-"): version for name, version in changed.items()}}
    return {name: (version,) for name, version in versions.items() if version}


def test_nothing_is_amiss_on_a_machine_that_is_well():
    found = findings(WELL)
    assert {finding.level for finding in found} == {Level.FINE}
    assert not [finding for finding in found if finding.advice]
    assert report(found, brief=True) == "All is well: Python 3.12.5, tensorflow 2.21.0, keras 3.15.1."


def test_every_version_asked_for_is_reported():
    lines = report(findings(WELL), brief=False)
    for name in ("tensorflow", "keras", "tensorflow-text", "nbval", "jupytext", "jupyterlab"):
        assert f"{name} " in lines
        assert VERSIONS[name] in lines
    for value in ("3.12.5", "7.3 s", "2\n", "8.3 GB", "data spa-eng", "sandbox", "/usr/bin/chromium"):
        assert value in lines


TWICE = {**with_versions(), "keras": ("3.15.1", "3.11.0")}
BROKEN_TEXT = {"tensorflow": Load(7.0), "tensorflow_text": Load(0.2, "NotFoundError: undefined symbol")}
NO_AVX = {"tensorflow": Load(0, "Python died: SIGILL")}
TWO_TENSORFLOWS = {**WELL.providers, "tensorflow": ("tensorflow", "tensorflow-cpu")}
NIGHTLY = {**WELL.providers, "tensorflow": ("tf-nightly",)}
MAC = {**WELL.providers, "tensorflow": ("tensorflow", "tensorflow-macos")}

CASES = {
    "old Python": ({"python": (3, 10, 9)}, Level.ERROR, "3.10.9", "make PYTHON=python3.12 lab"),
    "new Python": ({"python": (3, 14, 0)}, Level.ERROR, "3.14.0", "3.11, 3.12 or 3.13 is needed"),
    "Windows": ({"system": "Windows"}, Level.WARNING, "without WSL", "wsl --install"),
    "no TensorFlow": (
        {"installed": with_versions(tensorflow=None)},
        Level.ERROR,
        "missing",
        "make -B setup",
    ),
    "no TensorFlow, conda": (
        {"installed": with_versions(tensorflow=None), "conda": True},
        Level.ERROR,
        "missing",
        "python -m pip install -r requirements.lock -e .",
    ),
    "old TensorFlow": (
        {"installed": with_versions(tensorflow="2.19.1"), "locked": None},
        Level.ERROR,
        "2.19.1",
        "<2.22,>=2.21 is needed",
    ),
    "no tensorflow-text": (
        {"installed": with_versions(tensorflow_text=None)},
        Level.WARNING,
        "missing",
        "make -B setup",
    ),
    "broken tensorflow-text": (
        {"installed": with_versions(tensorflow_text="2.21.0"), "locked": None},
        Level.WARNING,
        "2.21.0",
        "cannot be imported",
    ),
    "no nbval": ({"installed": with_versions(nbval=None)}, Level.WARNING, "missing", "make -B setup"),
    "no numpy": ({"installed": with_versions(numpy=None)}, Level.WARNING, "missing", "make -B setup"),
    "two versions": ({"installed": TWICE}, Level.ERROR, "3.15.1, 3.11.0", "pip uninstall keras"),
    "tensorflow-cpu": (
        {"providers": TWO_TENSORFLOWS},
        Level.ERROR,
        "tensorflow-cpu",
        "pip uninstall tensorflow-cpu tensorflow, then make -B setup",
    ),
    "tensorflow-macos": (
        {"providers": MAC},
        Level.ERROR,
        "tensorflow-macos",
        "pip uninstall tensorflow-macos",
    ),
    "tf-nightly": ({"providers": NIGHTLY}, Level.ERROR, "tf-nightly", "pip uninstall tf-nightly tensorflow"),
    "stray": (
        {"strays": {"keras": "/elsewhere/keras/__init__.py"}},
        Level.ERROR,
        "/elsewhere/keras",
        "Unset PYTHONPATH",
    ),
    "text fails": ({"loads": BROKEN_TEXT}, Level.WARNING, "undefined symbol", "make -B setup"),
    "no AVX": ({"loads": NO_AVX}, Level.ERROR, "SIGILL", "another machine"),
    "not as locked": (
        {"installed": with_versions(numpy="2.3.0")},
        Level.WARNING,
        "numpy 2.3.0 instead of 2.4.1",
        "make -B setup",
    ),
    "other backend": ({"backend": "jax"}, Level.WARNING, "jax", "KERAS_BACKEND"),
    "no kernel": ({"kernel": None}, Level.ERROR, "none called python3", "ipykernel install --sys-prefix"),
    "other kernel": (
        {"kernel": "/usr/bin/python3"},
        Level.ERROR,
        "/usr/bin/python3",
        "jupyter kernelspec remove python3, then /course/.venv/bin/python -m ipykernel install",
    ),
    "little memory": ({"memory": 3.1}, Level.WARNING, "3.1 GB", "close other programs"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_amiss_is_found_with_advice(case):
    changed, level, value, advice = CASES[case]
    (finding,) = amiss(**changed)
    assert finding.level is level
    assert value in finding.value
    assert advice in finding.advice
    assert sound([finding]) == (level is not Level.ERROR)


OPTIONAL = {
    "no data": ({"corpora": {"hun-eng": False}}, "data hun-eng", "course data get hun-eng"),
    "no bwrap": ({"sandbox": "no bwrap"}, "sandbox", "apt install bubblewrap"),
    "no namespaces": ({"sandbox": "bwrap: setting up uid map"}, "sandbox", "unprivileged user namespaces"),
    "sandbox on a Mac": ({"sandbox": "no bwrap", "system": "Darwin"}, "sandbox", "it needs Linux"),
    "no browser": ({"browser": ""}, "browser", "apt install chromium"),
    "unknown memory": ({"memory": None}, "memory", ""),
    "no lock file": ({"locked": None}, "requirements", ""),
}


@pytest.mark.parametrize("case", OPTIONAL)
def test_what_no_lab_needs_is_told_and_not_amiss(case):
    changed, name, advice = OPTIONAL[case]
    assert amiss(**changed) == []
    found = findings(dataclasses.replace(WELL, **changed))
    (finding,) = (finding for finding in found if finding.level is Level.OPTIONAL)
    assert finding.name == name
    assert advice in finding.advice


def test_tensorflow_text_is_not_missed_where_it_does_not_exist():
    (finding,) = amiss(system="Windows", installed=with_versions(tensorflow_text=None))
    assert finding.name == "system"


def test_brief_shows_only_what_is_amiss_and_a_summary():
    found = findings(dataclasses.replace(WELL, memory=3.1, kernel=None))
    lines = report(found, brief=True).splitlines()
    assert [line[0] for line in lines] == ["✗", " ", "!", " ", "2"]
    assert lines[-1] == "2 things amiss, the labs will not work; `course doctor` tells more."


def test_advice_follows_its_finding():
    assert str(Finding("memory", "3.1 GB", Level.WARNING, "close programs")).splitlines() == [
        "! memory          3.1 GB",
        "                  → close programs",
    ]


def test_many_packages_not_as_locked_are_told_in_one_line():
    (finding,) = amiss(locked=dict.fromkeys(VERSIONS, "1.0"))
    assert finding.value.endswith("and 6 more")


def test_python_versions_are_those_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    accepted = SpecifierSet(project["requires-python"])
    minors = [minor for minor in range(30) if accepted.contains(f"3.{minor}.1")]
    assert ((3, minors[0]), (3, minors[-1])) == (OLDEST, NEWEST)


# The probes ------------------------------------------------------------------------------------------------


def test_brief_facts_start_no_other_process(monkeypatch):
    monkeypatch.setattr(probes.subprocess, "run", lambda *_, **__: pytest.fail("started a process"))
    facts = probes.gather(brief=True)
    assert (facts.loads, facts.corpora, facts.sandbox, facts.browser) == (None, None, None, None)
    assert facts.python == sys.version_info[:3]
    assert facts.installed["tensorflow"]
    assert facts.providers["keras"] == ("keras",)


@pytest.fixture
def site(tmp_path, monkeypatch) -> Path:
    """A folder of distributions, before all others on the import path."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


def install(site: Path, name: str, version: str, module: str = "") -> None:
    folder = site / f"{name}-{version}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (folder / "RECORD").write_text(f"{module}/__init__.py,sha256=x,1\n" if module else "")


def test_rivals_are_found_by_the_files_they_installed(site):
    install(site, "tensorflow_cpu", "2.21.0", "tensorflow")
    install(site, "tensorflow_hub", "1.0")
    found = probes.distributions()
    assert probes.providers(found, "tensorflow") == ("tensorflow-cpu", "tensorflow")


def test_two_versions_of_one_distribution_are_both_found(site):
    install(site, "Tensor_Flow.X", "7.1")
    install(site, "tensor-flow_x", "7.3")
    assert set(probes.versions(probes.distributions())["tensor-flow-x"]) == {"7.1", "7.3"}


def test_remains_of_a_broken_distribution_are_passed_over(site):
    (site / "halfway-1.0.dist-info").mkdir()
    assert probes.versions(probes.distributions())["keras"]


def test_remains_are_passed_over_as_the_importlib_metadata_package_tells_them(monkeypatch):
    class Broken:
        @property
        def metadata(self):
            raise FileNotFoundError("No package metadata was found.")

    monkeypatch.setattr(probes.importlib.metadata, "distributions", lambda: [Broken()])
    assert probes.distributions() == []


def test_a_module_from_outside_the_environment_is_a_stray_whatever_is_loaded(site, monkeypatch):
    loaded = ModuleType("keras")
    loaded.__spec__ = ModuleSpec("keras", None, origin=f"{sys.prefix}/keras.py")
    monkeypatch.setitem(sys.modules, "keras", loaded)
    (site / "keras.py").write_text("")
    assert probes.strays() == {"keras": str(site / "keras.py")}


def test_lock_file_holds_for_this_machine_alone(tmp_path):
    lock = tmp_path / "requirements.lock"
    lock.write_text("# by hand\nnumpy==2.4.1\n    # via keras\ncolor.ama==0.4 ; sys_platform == 'nowhere'\n")
    assert probes.locked(lock) == {"numpy": "2.4.1"}
    assert probes.locked(tmp_path / "none") is None


def test_this_machine_is_as_locked_by_name():
    pins = probes.locked(ROOT / "requirements.lock")
    assert pins is not None
    assert {"keras", "tensorflow", "nbval"} <= pins.keys()


def test_backend_is_read_as_keras_reads_it(tmp_path, monkeypatch):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert probes.backend() == "tensorflow"
    (tmp_path / "keras.json").write_text(json.dumps({"backend": "jax"}))
    assert probes.backend() == "jax"
    (tmp_path / "keras.json").write_text("[not json")
    assert probes.backend() == "tensorflow"
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    assert probes.backend() == "torch"


def kernelspec(tmp_path: Path, monkeypatch, python: str) -> None:
    folder = tmp_path / "kernels" / "python3"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(
        json.dumps({"argv": [python, "-m", "ipykernel_launcher"], "display_name": "x", "language": "python"})
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))


@pytest.mark.parametrize("python", ["/elsewhere/bin/python", "python"])
def test_kernel_is_the_python_jupyter_would_start(tmp_path, monkeypatch, python):
    kernelspec(tmp_path, monkeypatch, python)
    assert probes.kernel() == {"python": sys.executable}.get(python, python)


def test_memory_is_what_the_container_is_allowed(tmp_path):
    whole = probes.memory(tmp_path / "no limit")
    assert whole is not None
    assert 0.5 < whole < 20_000
    (tmp_path / "limit").write_text("300000000\n")
    assert probes.memory(tmp_path / "limit") == 0.3
    (tmp_path / "limit").write_text("max\n")
    assert probes.memory(tmp_path / "limit") == whole


def test_cores_are_those_this_process_may_use():
    assert 1 <= probes.cores() <= (os.cpu_count() or 1)


def test_a_file_in_the_working_folder_is_not_taken_for_the_module(tmp_path, monkeypatch):
    (tmp_path / "colorsys.py").write_text("raise ImportError('a file of the user')\n")
    monkeypatch.chdir(tmp_path)
    assert probes.loads(("colorsys",))["colorsys"].error == ""


def test_loading_is_timed_in_another_process(site):
    (site / "slow_module.py").write_text("import time; time.sleep(0.2)\n")
    (site / "broken_module.py").write_text("raise ImportError('undefined symbol: x')\n")
    loads = probes.loads(("slow_module", "absent_module", "broken_module", "json"))
    assert list(loads) == ["slow_module", "broken_module", "json"]
    assert 0.2 <= loads["slow_module"].seconds < 5
    assert loads["broken_module"].error == "ImportError: undefined symbol: x"
    assert loads["json"].error == ""
    assert "slow_module" not in sys.modules


def test_a_crash_or_a_hang_is_blamed_on_the_module_that_did_it(site):
    (site / "crashing.py").write_text("import os, signal; os.kill(os.getpid(), signal.SIGILL)\n")
    (site / "hanging.py").write_text("import time; print('no end', flush=True); time.sleep(60)\n")
    loads = probes.loads(("json", "crashing", "ast"))
    assert {name: load.error for name, load in loads.items()} == {
        "json": "",
        "crashing": "Python died: SIGILL",
    }
    assert probes.loads(("json", "hanging"), limit=1.5)["hanging"].error == "still loading after 1.5 s"


def test_sandbox_says_why_it_does_not_work():
    assert probes.sandbox(("true",)) == ""
    assert probes.sandbox(("no-such-bwrap",)) == "no no-such-bwrap"
    assert probes.sandbox(("sh", "-c", "echo no namespaces >&2; exit 3")) == "no namespaces"
    assert probes.sandbox(("sh", "-c", "exit 3")) == "exit status 3"


def test_corpora_are_those_of_the_registry(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path))
    (tmp_path / "hun-eng.zip").write_bytes(b"")
    here = probes.corpora()
    assert here["hun-eng"] is True
    assert here["spa-eng"] is False


def test_browser_is_found_on_the_path(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert probes.browser() == ""
    (tmp_path / "chromium").write_text("#!/bin/sh\n")
    (tmp_path / "chromium").chmod(0o755)
    assert probes.browser() == str(tmp_path / "chromium")
