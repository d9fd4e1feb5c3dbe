"""`grading.sandbox`: a machine that cannot wall students off is told what to install or to allow."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from course_utils.grading.enclosures import NoSandbox
from course_utils.grading.sandbox import Sandbox
from course_utils.grading.walls import Limits
from tests.conftest import require


@pytest.fixture
def bubblewrap(tmp_path, monkeypatch):
    """Puts a bwrap on the path that is this shell script; `{bwrap}` in it is the real one."""
    real = shutil.which("bwrap")
    require(real, "install bubblewrap")

    def make(script: str) -> Path:
        program = tmp_path / "bwrap"
        program.write_text("#!/bin/sh\n" + script.replace("{bwrap}", str(real)))
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        return program

    return make


def test_namespaces_that_are_forbidden_are_told_with_how_to_allow_them(bubblewrap):
    bubblewrap("echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1")
    with pytest.raises(NoSandbox) as caught, Sandbox(Limits()):
        pass
    told = str(caught.value)
    assert "setting up uid map: Permission denied" in told
    assert "kernel.apparmor_restrict_unprivileged_userns=0" in told
    assert "kernel.unprivileged_userns_clone=1" in told
    assert "user.max_user_namespaces" in told


@pytest.mark.slow
def test_inner_walls_that_fail_are_no_reason_to_grade_without(bubblewrap):
    """Every student would get nought, for a machine that lacks a feature."""
    bubblewrap('exec {bwrap} --disable-userns --unshare-user "$@"')
    with pytest.raises(NoSandbox, match="unshare: No space left on device") as caught, Sandbox(Limits()):
        pass
    assert "user.max_user_namespaces" in str(caught.value)


def test_a_bubblewrap_that_is_killed_is_tried_again_and_then_told(bubblewrap):
    bubblewrap("kill -9 $$")
    with pytest.raises(NoSandbox, match="it was killed 3 times as it started"), Sandbox(Limits()):
        pass
