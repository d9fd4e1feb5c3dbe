"""The `course` command: every command works from the shell, is described, and fails in one line."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from course_utils import cli, demo, facts
from course_utils.cli import app
from course_utils.cli_instructor import register

ROOT = Path(__file__).parents[1]
COMMAND = typer.main.get_command(app)
NAMES = sorted(COMMAND.commands)


def course(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command, as a shell does."""
    command = [str(Path(sys.executable).with_name("course")), *arguments]
    return subprocess.run(
        command, env={**os.environ, **environment}, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_commands_are_those_of_the_design():
    instructors = ["build", "demo", "grade", "package", "release"]
    assert sorted(cli.INSTRUCTORS) == instructors
    alone = typer.Typer()
    register(alone)
    assert sorted(typer.main.get_command(alone).commands) == instructors
    assert sorted([*instructors, "data", "doctor", "scoreboard", "submit"]) == NAMES


def undescribed(names: list[str], pages: str) -> list[str]:
    return [name for name in names if not re.search(rf"\bcourse {name}\b", pages)]


def test_every_command_is_described_for_its_readers():
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages if page.exists())
    assert undescribed(NAMES, text) == [], "name it as `course NAME` in README.md or CONTRIBUTING.md"


def test_a_command_nobody_describes_is_noticed():
    assert undescribed(["data", "demo"], "Type `course data`; course demonstrations follow.") == ["demo"]


def test_help_names_every_command():
    shown = course("--help")
    assert shown.returncode == 0
    assert all(name in shown.stdout for name in NAMES)


def test_help_loads_nothing_heavy():
    code = "import sys, course_utils.cli; print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    heavy = {"numpy", "scipy", "tensorflow", "keras", "matplotlib", "nbformat", "requests"}
    assert heavy & set(shown.split()) == set()


def test_an_unknown_command_is_told_without_a_traceback():
    done = course("doktor")
    assert done.returncode == 2
    assert "doktor" in done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_reports_this_machine_from_the_shell():
    done = course("doctor", "--brief", KERAS_BACKEND="jax")
    assert "! Keras backend   jax" in done.stdout
    assert "amiss" in done.stdout.splitlines()[-1]


def test_doctor_fails_when_the_labs_cannot_work(monkeypatch):
    unwell = dataclasses.replace(facts.gather(brief=True), kernel=None)
    monkeypatch.setattr(facts, "gather", lambda brief: unwell)
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 1
    assert "✗ Jupyter kernel" in done.stdout


def test_doctor_passes_brief_on(monkeypatch):
    asked = []
    well = dataclasses.replace(facts.gather(brief=True), kernel=sys.executable)
    monkeypatch.setattr(facts, "gather", lambda brief: asked.append(brief) or well)
    assert CliRunner().invoke(app, ["doctor", "--brief"]).exit_code == 0
    assert CliRunner().invoke(app, ["doctor"]).exit_code == 0
    assert asked == [True, False]


def test_demo_fails_in_one_line(monkeypatch):
    def run():
        raise demo.DemoError("no solutions here: run this in the course's own folder")

    monkeypatch.setattr(demo, "run", run)
    done = CliRunner().invoke(app, ["demo"])
    assert done.exit_code == 1
    assert done.stderr == "no solutions here: run this in the course's own folder\n"


def test_what_the_system_refuses_is_told_in_one_line(monkeypatch, capsys):
    def refuse():
        raise PermissionError(13, "Permission denied", "labs/01_ngrams.ipynb")

    monkeypatch.setattr(cli, "app", refuse)
    with pytest.raises(SystemExit, match="1"):
        cli.main()
    assert capsys.readouterr().err == "course: [Errno 13] Permission denied: 'labs/01_ngrams.ipynb'\n"


def test_a_console_without_the_marks_does_not_stop_the_doctor():
    done = course("doctor", "--brief", KERAS_BACKEND="jax", PYTHONIOENCODING="cp1252")
    assert "Keras backend" in done.stdout
    assert "Traceback" not in done.stderr
