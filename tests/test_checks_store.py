"""Progress outlives the kernel, and no state of the disk costs a student a check."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from course_utils.checks import store
from course_utils.checks.outcome import CheckResult, Outcome, Status


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setattr(store, "_unwritten", {})
    return tmp_path / "state"


def outcome(exercise="7.1", failed: str | None = None, status=Status.FAILED) -> Outcome:
    result = CheckResult(failed, failed, status) if failed else CheckResult("easy", "easy", Status.PASSED)
    return Outcome(exercise, "a bead", 3, 1, (result,))


def test_nothing_is_kept_at_first():
    assert store.load("7.1") == {}


def test_outcome_is_kept():
    store.record_outcome(outcome(failed="red"))
    assert store.load("7.1") == {"status": "failed", "earned": 0, "failed_check": "red", "hints_shown": 0}
    store.record_outcome(outcome())
    assert store.load("7.1") == {"status": "passed", "earned": 3, "failed_check": None, "hints_shown": 0}


def test_exercise_not_begun_has_no_failed_check():
    store.record_outcome(outcome(failed="red", status=Status.NOT_ATTEMPTED))
    assert store.load("7.1")["failed_check"] is None


def test_hints_go_on_for_the_same_check_and_start_over_for_another():
    store.record_outcome(outcome(failed="red"))
    store.record_hint("7.1", 2)
    store.record_outcome(outcome(failed="red"))
    assert store.load("7.1")["hints_shown"] == 2
    store.record_outcome(outcome(failed="round"))
    assert store.load("7.1")["hints_shown"] == 0


def test_hint_before_the_first_check_is_kept():
    store.record_hint("7.1", 1)
    assert store.load("7.1")["hints_shown"] == 1


def test_other_process_sees_it():
    store.record_outcome(outcome())
    code = "from course_utils.checks import store; print(store.load('7.1')['earned'])"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert seen.stdout == "3.0\n"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"7",
        b"[]",
        b"null",
        b'{"status": "perfect"}',
        b'{"status": []}',
        b'{"earned": "all"}',
        b'{"earned": null}',
        b'{"hints_shown": {}}',
        b"[" * 100_000,
    ],
)
def test_damaged_file_counts_as_none_and_is_replaced(folder, content):
    store.record_outcome(outcome(failed="red"))
    (file,) = folder.iterdir()
    file.write_bytes(content)
    assert store.load("7.1") == {}
    store.record_outcome(outcome())
    assert store.load("7.1")["earned"] == 3


def test_damaged_file_costs_one_exercise(folder):
    store.record_outcome(outcome("7.1"))
    store.record_outcome(outcome("7.2"))
    (folder / "exercise-7.1.json").write_text("{")
    assert (store.load("7.1"), store.load("7.2")["earned"]) == ({}, 3)


def test_file_is_a_json_object_and_nothing_is_left_beside_it(folder):
    store.record_outcome(outcome())
    (file,) = folder.iterdir()
    assert json.loads(file.read_text())["status"] == "passed"


def test_folder_that_cannot_be_written_keeps_progress_in_the_kernel(folder):
    folder.write_text("a file where the folder should be")
    store.record_outcome(outcome(failed="red"))
    store.record_hint("7.1", 2)
    assert store.load("7.1")["hints_shown"] == 2
    assert not store.is_lasting()
    folder.unlink()
    store.record_hint("7.1", 3)
    assert store.load("7.1")["hints_shown"] == 3
    assert store.is_lasting()


def test_folder_without_permission_keeps_progress_in_the_kernel(monkeypatch):
    """Root may write anywhere, so the refusal is made."""

    def refuse(*_):
        raise PermissionError("read-only")

    monkeypatch.setattr("os.replace", refuse)
    store.record_outcome(outcome())
    assert store.load("7.1")["earned"] == 3
    assert not store.is_lasting()


def test_two_kernels_writing_at_once_lose_nothing():
    code = """
import sys
from course_utils.checks import store
for i in range(97):
    store.record_hint(f"{sys.argv[1]}.{i % 7}", i)
"""
    kernels = [subprocess.Popen([sys.executable, "-c", code, lab]) for lab in ("7", "8")]
    assert [kernel.wait() for kernel in kernels] == [0, 0]
    kept = {(lab, i): store.load(f"{lab}.{i}")["hints_shown"] for lab in "78" for i in range(7)}
    assert kept == {(lab, i): max(range(i, 97, 7)) for lab in "78" for i in range(7)}


def test_two_kernels_writing_the_same_exercise_leave_a_whole_file():
    code = """
from course_utils.checks import store
for i in range(197):
    store.record_hint("7.1", i)
    assert store.load("7.1"), "half a file was read"
"""
    kernels = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [kernel.wait() for kernel in kernels] == [0, 0]


def test_folder_is_the_users_own_when_none_is_set(monkeypatch):
    monkeypatch.delenv("COURSE_STATE_DIR")
    assert store.state_folder().name == "attention-course"


@pytest.mark.parametrize("status", [Status.ERRORED, Status.TIMED_OUT, Status.NOT_ATTEMPTED])
def test_no_check_is_blamed_where_every_check_would_end_alike(status):
    store.record_outcome(outcome(failed="red", status=status))
    assert store.load("7.1")["failed_check"] is None
