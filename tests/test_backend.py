"""Keras loads without a page of notes, and what is printed afterwards is seen again."""

from __future__ import annotations

import subprocess
import sys

import pytest

from course_utils import backend

pytestmark = pytest.mark.slow  # each loads TensorFlow anew


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_it_is_keras_that_is_loaded():
    assert backend.keras.backend.backend() == "tensorflow"


def test_loading_and_a_first_operation_print_nothing_and_later_errors_are_seen():
    ended = run(
        "import course_utils.backend, keras, os, sys\n"
        "keras.ops.ones((2, 3))\n"
        "print('from Python', file=sys.stderr)\n"
        "os.write(2, b'from compiled code')\n"
    )
    assert ended.stderr.split("\n") == ["from Python", "from compiled code"]
    assert ended.returncode == 0


def test_an_import_that_fails_still_says_why():
    ended = run("import sys; sys.modules['keras'] = None; import course_utils.backend")
    assert ended.returncode == 1
    assert "import of keras halted" in ended.stderr
