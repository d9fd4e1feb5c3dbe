"""`grading.pages`: text stays text; file names and writing are safe."""

from __future__ import annotations

import os
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading import pages
from course_utils.grading.pages import LONGEST_LINE, LONGEST_TEXT, cut, file_name, rendered, visible, write


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("\u2066x\u2069", "⟨U+2066⟩x⟨U+2069⟩"),
        ("\ud800", "⟨U+D800⟩"),
        ("a\x00b\x1b[31m", "a⟨U+0000⟩b⟨U+001B⟩[31m"),
        ("\x85\u2028\ufeff", "⟨U+0085⟩⟨U+2028⟩⟨U+FEFF⟩"),
        ("one\r\ntwo\rthree", "one\ntwo⟨U+000D⟩three"),
        ("tab\tline\nárvíztűrő  नमस्ते 👩‍💻", "tab\tline\nárvíztűrő  नमस्ते 👩‍💻"),
    ],
)
def test_what_cannot_be_seen_is_spelt_out(text, shown):
    assert visible(text) == shown


@given(st.text(st.characters(codec=None)))
def test_nothing_hides_and_nothing_else_changes(text):
    shown = visible(text)
    for character in shown:
        assert unicodedata.category(character) not in ("Cs", "Cn", "Co", "Zl", "Zp")
        assert unicodedata.category(character) != "Cc" or character in "\n\t"
        assert unicodedata.bidirectional(character) not in (
            "LRE",
            "RLE",
            "LRO",
            "RLO",
            "PDF",
            "LRI",
            "RLI",
            "FSI",
            "PDI",
        )
    if text.isprintable():
        assert shown == text
    shown.encode("utf-8")


def test_long_texts_are_cut_and_say_so():
    assert cut("a" * LONGEST_LINE) == "a" * LONGEST_LINE
    assert cut("a" * (LONGEST_LINE + 7)).endswith("a [… 7 more characters of this line are not shown]")
    long = "line\n" * 100_000
    assert len(cut(long)) < LONGEST_TEXT + 100
    assert cut(long).endswith(f"[… {len(long) - LONGEST_TEXT:,} more characters are not shown]")


def test_a_template_shows_what_it_is_given_and_not_more():
    page = rendered("base.html")
    assert "default-src 'none'; style-src 'sha256-" in page.replace("&#39;", "'")
    assert "<script" not in page
    assert "unsafe" not in page.partition("</head>")[0]


@pytest.mark.parametrize("student", ["anna", "anna.kis@uni.example", "abc_1-2+3", "x"])
def test_plain_names_are_file_names(student):
    assert file_name(student) == student


@pytest.mark.parametrize(
    "student",
    [
        *(
            "",
            ".",
            "..",
            "../up",
            "/etc/passwd",
            "a/b",
            "a\\b",
            "a\0b",
            "a\nb",
            "c:d",
            "-rf",
            ".hidden",
            "anna.",
        ),
        *("con", "NUL", "com1.x", "Anna", " a", "né", "\ud800", "a" * 300, "anna~0123"),
    ],
)
def test_other_names_become_safe_ones(student):
    name = file_name(student)
    assert name.isascii()
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_~")
    assert len(name) <= 60
    assert "~" in name


@given(st.sets(st.text(st.characters(codec=None)), max_size=7))
def test_no_two_students_share_a_file(students):
    students |= {each.upper() for each in students} | {each.lower() for each in students}
    assert len({file_name(each).lower() for each in students}) == len(students)


def test_only_what_changed_is_written(tmp_path):
    path = tmp_path / "page.html"
    assert write(path, "né")
    os.utime(path, (7, 7))
    assert not write(path, "né")
    assert path.stat().st_mtime == 7
    assert write(path, "ne")
    assert path.read_text() == "ne"
    assert list(tmp_path.iterdir()) == [path]


def test_a_page_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    write(path, "old")

    def killed(*_):
        assert path.read_text() == "old"
        raise KeyboardInterrupt

    monkeypatch.setattr(pages.os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        write(path, "new and longer")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
