"""`grading.roster`: who is in the class, and whom a name means."""

from __future__ import annotations

import datetime
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading.roster import ALLOWED, Person, Roster, RosterError, folded, harmless, identity


def roster(tmp_path: Path, text: str, encoding: str = "utf-8") -> Roster:
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return Roster.read(path)


LINES = "Student,NAME,E-Mail\na1,Kovács Anna,anna@uni.hu\n\nb2,Nagy Béla,b.nagy@uni.hu\n"


@pytest.mark.parametrize("delimiter", list(",;\t"))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_separators_encodings_and_cases_are_all_one(tmp_path, delimiter, encoding, newline):
    text = LINES.replace(",", delimiter).replace("\n", newline)
    assert roster(tmp_path, text, encoding).people == (
        Person("a1", "Kovács Anna", "anna@uni.hu"),
        Person("b2", "Nagy Béla", "b.nagy@uni.hu"),
    )


def test_columns_come_in_any_order_and_others_are_passed_over(tmp_path):
    people = roster(tmp_path, 'group,name,Student_ID\nA,"Kovács, Anna",a1,more\nB,,b2\n').people
    assert people == (Person("a1", "Kovács, Anna"), Person("b2"))


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("2026-11-30 18:00", datetime.datetime(2026, 11, 30, 18).astimezone()),
        ("2026-11-30", datetime.datetime(2026, 11, 30, 23, 59, 59).astimezone()),
        ("2026-11-30T18:00+01:00", datetime.datetime(2026, 11, 30, 17, tzinfo=datetime.UTC)),
        ("2026-11-30 18:00 Europe/Budapest", datetime.datetime(2026, 11, 30, 17, tzinfo=datetime.UTC)),
        ("", None),
    ],
)
@pytest.mark.parametrize("column", ["due", "Extension"])
def test_a_date_of_a_student_s_own_is_read(tmp_path, column, text, due):
    [person] = roster(tmp_path, f"student,{column}\na1,{text}\n").people
    assert person.due == due
    assert due is None or person.due.tzinfo is not None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "expected a column named student, received ''"),
        ("name;email\nx;y", "expected a column named student, received 'name, email'"),
        ("student\na1\nb2\na1\n", "expected each student once, received a1 in lines 2, 4"),
        ("student\nÁ1\nb2\n\na\u03011\nB2\n", "received á1 in lines 2, 5; b2 in lines 3, 6"),
        (
            "student,due\na1,soon\n",
            "line 2: expected a date and a time, as .*, received 'soon'",
        ),
        ("student,name\n,Anna\n", "line 2: expected a name of 1 to 100 characters"),
        ("student\n=cmd()\n", "line 2: expected an id of letters, digits and .*, received '=cmd\\(\\)'"),
        ("student\n../x\n", "line 2: expected an id"),
        ("student\n" + "x" * 300 + "\n", "line 2: expected a name of 1 to 100 characters"),
        ('student\n"' + "x" * 200_000, "roster.csv: field larger"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, text, says):
    with pytest.raises(RosterError, match=says):
        roster(tmp_path, text)


def test_bytes_of_an_older_encoding_are_told(tmp_path):
    with pytest.raises(RosterError, match="expected a CSV in UTF-8, received other bytes"):
        roster(tmp_path, LINES, "iso8859-2")


PEOPLE = Roster(
    (
        Person("a1", "Kovács Anna", "anna@uni.hu"),
        Person("b2", "Nagy Béla Gábor", "nagy@uni.hu"),
        Person("c3", "Szabó Éva"),
        Person("d4", "Szabo Eva"),
        Person("e5", "Kis Ida"),
        Person("f6", "Ida Kis"),
    )
)


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("a1", "a1"),
        ("A1", "a1"),
        ("Kovács Anna", "a1"),
        ("anna kovács", "a1"),
        ("kovacsanna", "a1"),
        ("kovácsanna", "a1"),
        (unicodedata.normalize("NFD", "KOVÁCS Anna"), "a1"),
        ("anna", "a1"),
        ("anna@uni.hu", "a1"),
        ("nagybélagábor", "b2"),
        ("Béla Gábor Nagy", "b2"),
        ("Szabó Éva", "c3"),
        ("Szabo Eva", "d4"),
        ("Kis Ida", "e5 f6"),
        ("Nobody", ""),
        ("", ""),
        ("///", ""),
    ],
)
def test_a_name_is_found_however_it_is_written(name, ids):
    assert " ".join(person.student for person in PEOPLE.found([name])) == ids


def test_ids_that_differ_in_a_sign_alone_are_two(tmp_path):
    found = roster(tmp_path, "student\nanna.k\nannak\n")
    assert [person.student for person in found.found(["Anna.K"])] == ["anna.k"]
    assert [person.student for person in found.found(["annak"])] == ["annak"]


def test_a_name_of_signs_means_nobody(tmp_path):
    assert roster(tmp_path, "student,name\na1,-\n").found(["___", "-", ""]) == []


def test_the_first_name_that_means_anybody_counts():
    assert PEOPLE.found(["Group A-Kovács Anna", "Kovács Anna", "c3"])[0].student == "a1"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Kovács Anna", "Kovács Anna"),
        (unicodedata.normalize("NFD", "Kovács"), "Kovács"),
        ("../x", "x"),
        ("=cmd()", "cmd()"),
        ("-2+3", "2+3"),
        ("@SUM(A1)", "SUM(A1)"),
        ("<script>alert(1)</script>", "script_alert(1)__script_"),
        ("a\x1b[2Jb\u202ec\u200f\ud800", "a_2Jbc"),
        ("  a \t b\n", "a b"),
        ("李雷", "李雷"),
        ("O'Neil, A.", "O'Neil, A."),
        ("a\0b", "ab"),
        ('a&b"|`$;c', "a_b_____c"),
    ],
)
def test_names_are_made_harmless(name, kept):
    assert harmless(name) == kept


@pytest.mark.parametrize("name", ["", "///", "...", "\u202e", "x" * 101, "=" * 9])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(ValueError, match="expected a name of 1 to 100 characters, received"):
        harmless(name)


@given(st.text(max_size=120))
def test_any_name_is_refused_or_made_harmless_once(name):
    try:
        kept = harmless(name)
    except ValueError:
        return
    assert harmless(kept) == kept
    assert kept.isprintable()
    assert kept[0] not in "=+-@._ '"
    assert not set(kept) & set('/\\<>&"|`$;:*?%\n\t')
    assert all(each.isalnum() or each in ALLOWED or not each.isascii() or each == "_" for each in kept)
    assert len(kept) <= 100
    kept.encode()


@given(st.text(max_size=30))
def test_a_name_folds_alike_however_it_is_composed(name):
    forms = {folded(unicodedata.normalize(form, name)) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert forms == {folded(name)}


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(["student", "due", ";", ",", "\n", '"', "a1", "2026-11-30"])).map("".join)
)
def test_any_file_is_a_roster_or_refused(tmp_path_factory, text):
    try:
        people = roster(tmp_path_factory.mktemp("roster"), text, "utf-16").people
    except RosterError:
        return
    assert len({identity(person.student) for person in people}) == len(people)
