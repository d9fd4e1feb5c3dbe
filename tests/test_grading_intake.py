"""`grading.intake`: who handed in what."""

from __future__ import annotations

from course_utils.grading.intake import take_in
from course_utils.grading.notebooks import Release
from tests.grading_course import write


def test_what_cannot_be_read_is_told_and_stops_nobody(tmp_path):
    release = Release.read(write(tmp_path / "labs/00_setup.ipynb"), "00")
    write(tmp_path / "submissions/anna.ipynb")
    (tmp_path / "submissions/dora.ipynb").write_text("{")
    intake = take_in(tmp_path / "submissions", release)
    assert [each.student for each in intake.received] == ["anna"]
    assert "no JSON" in intake.failed["dora"]
