"""`grading.digests`: a grade's grounds, each as one hash."""

from __future__ import annotations

import shutil
import subprocess
import sys

from course_utils.grading import digests


def test_digests_name_what_decides(monkeypatch, tmp_path):
    assert digests.of_checks("01") != digests.of_checks("02")
    assert len(digests.of_environment()) == 64
    package = tmp_path / "course_utils"
    shutil.copytree(digests.PACKAGE / "checks", package / "checks")
    monkeypatch.setattr(digests, "PACKAGE", package)
    before = {lab: digests.of_checks(lab) for lab in ("01", "02")}
    with (package / "checks/lab_01_ngrams/__init__.py").open("a") as file:
        file.write("\n")
    assert digests.of_checks("01") != before["01"]
    assert digests.of_checks("02") == before["02"]
    with (package / "checks/asserts.py").open("a") as file:
        file.write("\n")
    assert digests.of_checks("02") != before["02"]


def test_the_environment_is_the_same_wherever_the_command_is_started(tmp_path):
    code = "from course_utils.grading import digests; print(digests.of_environment())"
    elsewhere = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert elsewhere.stdout.strip() == digests.of_environment()
