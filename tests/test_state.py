"""The state folder, and a file in it that is replaced in one step."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from course_utils.state import replace_json, state_folder


def test_folder_is_the_one_named(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_STATE_DIR", str(tmp_path))
    assert state_folder() == tmp_path


def test_folder_is_the_users_own_where_none_is_named(monkeypatch):
    monkeypatch.setenv("COURSE_STATE_DIR", "")
    assert state_folder().name == "attention-course"


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path):
    path = tmp_path / "new" / "bead.json"
    replace_json(path, {"red": 7})
    replace_json(path, {"blue": "kék"})
    assert json.loads(path.read_text(encoding="utf-8")) == {"blue": "kék"}
    assert list(path.parent.iterdir()) == [path]


def test_the_old_file_outlives_a_write_that_fails(tmp_path, monkeypatch):
    path = tmp_path / "bead.json"
    replace_json(path, {"red": 7})

    def refuse(path: Path, *_: object, **__: object) -> None:
        path.write_bytes(b"{")  # half a file
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_text", refuse)
    with pytest.raises(OSError, match="disk full"):
        replace_json(path, {"red": 11})
    assert json.loads(path.read_bytes()) == {"red": 7}
