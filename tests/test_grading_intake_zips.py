"""`grading.archives` and `grading.zips`: what is made to harm is refused by name, and the rest is read."""

from __future__ import annotations

import datetime
import io
import os
import stat
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading import archives
from course_utils.grading.caps import Caps, Unreadable
from course_utils.grading.found import Found

CAPS = Caps(
    notebook_bytes=2_000_003,
    files=101,
    total_bytes=7_000_003,
    student_files=11,
    student_bytes=3_000_017,
    expansion=101,
)
STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
Entry = str | zipfile.ZipInfo


def pack(*entries: tuple[Entry, bytes], method: int = DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return file.getvalue()


def entry(name: str, *, mode: int = 0, method: int = DEFLATED) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (2026, 11, 20, 18, 30, 6))
    info.external_attr, info.compress_type = mode << 16, method
    return info


def opened(tmp_path: Path, content: bytes, caps: Caps = CAPS) -> dict[str, Found]:
    (tmp_path / "class.zip").write_bytes(content)
    return {found.name: found for found in archives.files(tmp_path / "class.zip", caps)}


def refusals(found: dict[str, Found]) -> dict[str, str]:
    return {name: each.refused for name, each in found.items() if each.refused}


GOOD = ("anna.ipynb", b"{}")


def test_notebooks_in_folders_and_in_zips_of_students_are_read(tmp_path):
    found = opened(
        tmp_path,
        pack(
            GOOD,
            ("Béla_7_assignsubmission_file_/08.IPYNB", b"{1}"),
            ("cili.zip", pack(("x/08.ipynb", b"{2}"))),
            ("./dora//08.ipynb", b"{3}"),
        ),
    )
    assert {name: each.content for name, each in found.items()} == {
        "anna.ipynb": b"{}",
        "Béla_7_assignsubmission_file_/08.IPYNB": b"{1}",
        "cili.zip/x/08.ipynb": b"{2}",
        "dora/08.ipynb": b"{3}",
    }


def test_what_systems_and_editors_leave_is_passed_over(tmp_path):
    names = ["__MACOSX/._anna.ipynb", "._anna.ipynb", ".ipynb_checkpoints/anna.ipynb", "a/.git/x.zip", "b/"]
    assert list(opened(tmp_path, pack(GOOD, *((name, b"") for name in names)))) == ["anna.ipynb"]


def test_other_files_are_named_and_not_read(tmp_path):
    found = opened(tmp_path, pack(GOOD, ("anna/report.pdf", b"%PDF")))["anna/report.pdf"]
    assert (found.other, found.content) == (True, b"")
    assert found.refused == "expected a notebook, received report.pdf"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../evil.ipynb", "leads out of the zip"),
        ("a/../../evil.ipynb", "leads out of the zip"),
        ("../.evil", "leads out of the zip"),
        ("/etc/evil.ipynb", "leads out of the zip"),
        ("C:/evil.ipynb", "leads out of the zip"),
        ("..\\evil.ipynb", "leads out of the zip"),
        ("a\\evil.ipynb", "leads out of the zip"),
        ("x" * 256 + ".ipynb", "more than 255 characters"),
        (entry("evil.ipynb", mode=stat.S_IFLNK | 0o777), "a link"),
        (entry("evil.ipynb", mode=stat.S_IFIFO | 0o644), "a device or pipe"),
        (entry("evil.ipynb", mode=stat.S_IFCHR | 0o644), "a device or pipe"),
        (entry("evil.ipynb", method=zipfile.ZIP_LZMA), "a method that has no bound"),
        (entry("evil.ipynb", method=zipfile.ZIP_BZIP2), "a method that has no bound"),
    ],
)
def test_entries_made_to_harm_are_refused_by_name_and_others_go_on(tmp_path, name, says):
    found = opened(tmp_path, pack((name, b"/etc/passwd"), GOOD))
    [(refused, why)] = refusals(found).items()
    assert says in why
    assert refused.rstrip("…")[-200:] in str(getattr(name, "filename", name))
    assert found["anna.ipynb"].content == b"{}"


def patched(content: bytes, name: bytes, offsets: dict[tuple[bytes, int], bytes]) -> bytes:
    """With bytes changed in an entry's headers: (signature, offset from it) -> bytes."""
    data = bytearray(content)
    for (signature, offset), new in offsets.items():
        place = 0
        while (place := data.find(signature, place)) >= 0:
            length = 30 if signature == b"PK\3\4" else 46
            if data[place + length :].startswith(name):
                data[place + offset : place + offset + len(new)] = new
            place += 4
    return bytes(data)


LOCAL, CENTRAL = b"PK\3\4", b"PK\1\2"


def test_an_encrypted_entry_is_refused(tmp_path):
    content = patched(
        pack(("evil.ipynb", b"{}"), GOOD), b"evil", {(LOCAL, 6): b"\1\0", (CENTRAL, 8): b"\1\0"}
    )
    assert refusals(opened(tmp_path, content)) == {"evil.ipynb": "expected a file, received an encrypted one"}


def test_a_name_with_nul_is_refused(tmp_path):
    content = pack(("evilx.ipynb", b"{}"), GOOD).replace(b"evilx", b"evil\0")
    assert ["a name with NUL" in why for why in refusals(opened(tmp_path, content)).values()] == [True]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_entries_of_one_name_neither_is_read(tmp_path):
    found = opened(
        tmp_path, pack(("b.ipynb", b"1"), ("./b.ipynb", b"2"), ("c.ipynb", b"3"), ("c.ipynb", b"4"), GOOD)
    )
    assert refusals(found) == dict.fromkeys(
        ["b.ipynb", "c.ipynb"], "expected a file, received 2 files of this name"
    )
    assert found["anna.ipynb"].content == b"{}"


def test_a_zip_within_a_zip_within_a_zip_is_refused(tmp_path):
    inner = pack(("08.ipynb", b"{}"))
    found = opened(tmp_path, pack(GOOD, ("b.zip", pack(("c.zip", inner), ("08.ipynb", b"{1}")))))
    assert refusals(found) == {"b.zip/c.zip": "expected a notebook, received a zip within a zip within a zip"}
    assert found["b.zip/08.ipynb"].content == b"{1}"


# Bombs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "method", "says"),
    [
        (bytes(1_500_007), DEFLATED, "at most 101 times its packed size"),
        (b" " * 2_000_004, STORED, "at most 2,000,003 bytes, received 2,000,004"),
    ],
)
def test_a_file_too_large_is_refused(tmp_path, content, method, says):
    found = opened(tmp_path, pack((entry("evil.ipynb", method=method), content), GOOD))
    assert says in refusals(found)["evil.ipynb"]
    assert found["anna.ipynb"].content == b"{}"


def test_what_packs_well_and_is_small_is_read(tmp_path):
    assert opened(tmp_path, pack(("a.ipynb", bytes(1_000_003))))["a.ipynb"].content == bytes(1_000_003)


@pytest.mark.parametrize("size", [1, 7_000_001, 0xFFFFFFF0])
def test_a_size_that_lies_gets_no_more_read(tmp_path, size):
    lie = struct.pack("<L", size)
    content = patched(
        pack(("evil.ipynb", bytes(1_500_007)), GOOD), b"evil", {(LOCAL, 22): lie, (CENTRAL, 24): lie}
    )
    found = opened(tmp_path, content)
    assert found["evil.ipynb"].refused
    assert found["anna.ipynb"].content == b"{}"


def test_a_size_that_lies_gets_no_more_unpacked(tmp_path):
    lie = struct.pack("<L", 1_009)
    content = patched(
        pack(("evil.ipynb", bytes(40_000_003))), b"evil", {(LOCAL, 22): lie, (CENTRAL, 24): lie}
    )
    tracemalloc.start()
    assert opened(tmp_path, content)["evil.ipynb"].refused
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_files_that_overlap_are_refused(tmp_path):
    content = pack(("a.ipynb", b"a" * 31), ("b.ipynb", b"b" * 31), GOOD, method=STORED)
    stretched = patched(content, b"a.ipynb", {(CENTRAL, 20): struct.pack("<LL", 99, 99)})
    found = opened(tmp_path, stretched)
    assert refusals(found) == dict.fromkeys(
        ["a.ipynb", "b.ipynb"], "expected a file, received files that overlap, as in a zip bomb"
    )
    assert found["anna.ipynb"].content == b"{}"


def test_entries_that_share_their_bytes_are_refused(tmp_path):
    content = pack(("a.ipynb", b"a" * 31), ("b.ipynb", b"b" * 31), method=STORED)
    same = patched(content, b"b.ipynb", {(CENTRAL, 42): struct.pack("<L", 0)})
    assert set(refusals(opened(tmp_path, same))) == {"a.ipynb", "b.ipynb"}


def test_more_than_is_read_of_one_zip_is_refused_from_there_on(tmp_path):
    rows = [(f"{letter}.ipynb", os.urandom(1_900_000)) for letter in "abcdef"]
    found = opened(tmp_path, pack(*rows))
    assert sorted(refusals(found)) == ["d.ipynb", "e.ipynb", "f.ipynb"]
    assert "more than is read of one zip" in found["d.ipynb"].refused


def test_a_bomb_of_one_student_takes_nothing_from_the_others(tmp_path):
    bomb = pack(*((f"{i}.ipynb", bytes(1_000_003)) for i in range(9)))
    names = [f"{letter}.zip" for letter in "abcdefgh"]
    found = opened(tmp_path, pack(*((name, bomb) for name in names), ("z.ipynb", b"{}")))
    assert found["z.ipynb"].content == b"{}"
    assert sum(bool(each.content) for name, each in found.items() if name.startswith("a.zip")) == 3


@pytest.mark.parametrize("where", ["class", "student"])
def test_a_zip_of_too_many_files_is_not_opened(tmp_path, where):
    many = pack(*((f"{i}.ipynb", b"") for i in range(200)))
    says = r"at most \d+ files, received more"
    if where == "class":
        with pytest.raises(Unreadable, match=says):
            opened(tmp_path, many)
    else:
        found = opened(tmp_path, pack(GOOD, ("b.zip", many)))
        assert found["b.zip"].refused == "expected a zip of at most 11 files, received more"


def test_a_directory_of_the_longer_form_is_counted_too(tmp_path, monkeypatch):
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 13)
    many = pack(*((f"{i}.ipynb", b"") for i in range(200)))
    assert b"PK\6\7" in many
    with pytest.raises(Unreadable, match="at most 101 files"):
        opened(tmp_path, many)
    place = many.rindex(b"PK\5\6")
    with pytest.raises(Unreadable, match="at most 101 files"):
        opened(tmp_path, many[: place + 12] + struct.pack("<L", 46) + many[place + 16 :])
    few = pack(*((f"{i}.ipynb", b"") for i in range(17)))
    assert b"PK\6\7" in few
    assert len(opened(tmp_path, few)) == 17


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"no zip at all" * 9, b"PK\5\6" + bytes(17), b"PK\5\6" + b"\xff" * 18]
)
def test_what_is_no_zip_is_told(tmp_path, content):
    with pytest.raises(Unreadable, match="expected a zip"):
        opened(tmp_path, content)
    assert "expected a zip" in refusals(opened(tmp_path, pack(GOOD, ("b.zip", content))))["b.zip"]


WHOLE = pack(GOOD, ("b/08.ipynb", b"{1}" * 31), ("c.zip", pack(("08.ipynb", b"{2}"))))


@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=5),
    st.integers(0, len(WHOLE)),
)
def test_any_broken_zip_is_read_or_refused(tmp_path_factory, changes, end):
    content = bytearray(WHOLE)
    for place, value in changes:
        content[place] = value
    path = tmp_path_factory.mktemp("zip") / "class.zip"
    path.write_bytes(bytes(content[: end if end % 3 == 0 else None]))
    try:
        found = list(archives.files(path, CAPS))
    except Unreadable:
        return
    assert all(bool(each.refused) or len(each.content) <= CAPS.notebook_bytes for each in found)


# Folders ---------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path) -> Path:
    top = tmp_path / "class"
    (top / "b").mkdir(parents=True)
    (top / "anna.ipynb").write_bytes(b"{}")
    (top / "b/08.ipynb").write_bytes(b"{1}")
    return top


def inside(folder: Path) -> dict[str, Found]:
    return {found.name: found for found in archives.files(folder, CAPS)}


def test_folders_and_zips_in_them_are_read(folder):
    (folder / "c.zip").write_bytes(pack(("08.ipynb", b"{2}")))
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints/anna.ipynb").write_bytes(b"old")
    assert {name: found.content for name, found in inside(folder).items()} == {
        "anna.ipynb": b"{}",
        "b/08.ipynb": b"{1}",
        "c.zip/08.ipynb": b"{2}",
    }


def test_links_pipes_and_devices_are_refused_and_never_opened(folder, tmp_path):
    (tmp_path / "secret.ipynb").write_bytes(b"secret")
    (folder / "c.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (folder / "d").symlink_to(tmp_path)
    os.mkfifo(folder / "e.ipynb")  # opening it would never end
    os.mkfifo(folder / "f.zip")
    (folder / "g.ipynb").mkdir()
    found = inside(folder)
    assert refusals(found) == {
        "c.ipynb": "expected a file, received a link",
        "d": "expected a file, received a link",
        "e.ipynb": "expected a file, received a link, a pipe or a device",
        "f.zip": "expected a file, received a link, a pipe or a device",
    }
    assert {"anna.ipynb", "b/08.ipynb"} <= found.keys()


def test_a_file_too_large_and_a_broken_zip_are_refused(folder):
    (folder / "c.ipynb").write_bytes(bytes(2_000_004))
    (folder / "d.zip").write_bytes(b"PK")
    assert refusals(inside(folder)) == {
        "c.ipynb": "expected at most 2,000,003 bytes, received 2,000,004",
        "d.zip": "expected a zip, received what is none",
    }


def test_too_many_files_are_refused(folder):
    for number in range(100):
        (folder / f"{number}.txt").touch()
    with pytest.raises(Unreadable, match="at most 101 files, received more"):
        inside(folder)


@pytest.mark.parametrize("name", ["nothing", "x.pdf", "x.ipynb"])
def test_what_is_nothing_of_these_is_told(tmp_path, name):
    if name == "x.pdf":
        (tmp_path / name).touch()
    with pytest.raises(Unreadable, match=f"expected a notebook, a folder or a zip, received .*{name}"):
        list(archives.files(tmp_path / name))


# Times and names -------------------------------------------------------------------------------------------

UTC = datetime.UTC


def test_a_file_s_time_is_that_of_its_last_change(folder):
    os.utime(folder / "anna.ipynb", (0, 1_790_000_017))
    assert inside(folder)["anna.ipynb"].at == datetime.datetime.fromtimestamp(1_790_000_017, UTC)


def test_an_entry_s_time_is_in_this_machine_s_zone_unless_it_tells_seconds(tmp_path):
    plain, told, none = entry("a.ipynb"), entry("b.ipynb"), zipfile.ZipInfo("c.ipynb")
    told.extra = struct.pack("<HHHHHBl", 0x7075, 2, 0, 0x5455, 5, 1, 1_790_000_017)
    found = opened(tmp_path, pack((plain, b""), (told, b""), (none, b"")))
    assert found["a.ipynb"].at == datetime.datetime(2026, 11, 20, 18, 30, 6).astimezone()
    assert found["b.ipynb"].at == datetime.datetime.fromtimestamp(1_790_000_017, UTC)
    assert found["c.ipynb"].at is None


def test_times_in_a_student_s_own_zip_are_not_believed(tmp_path, folder):
    theirs = pack((entry("08.ipynb"), b""))
    outer = entry("b.zip")
    outer.date_time = (2026, 12, 1, 0, 0, 0)
    assert (
        opened(tmp_path, pack((outer, theirs)))["b.zip/08.ipynb"].at
        == datetime.datetime(2026, 12, 1).astimezone()
    )
    outer.date_time = (1980, 1, 1, 0, 0, 0)
    assert opened(tmp_path, pack((outer, theirs)))["b.zip/08.ipynb"].at is None
    (folder / "c.zip").write_bytes(theirs)
    os.utime(folder / "c.zip", (0, 1_790_000_017))
    assert inside(folder)["c.zip/08.ipynb"].at == datetime.datetime.fromtimestamp(1_790_000_017, UTC)


def test_names_in_utf_8_without_the_flag_are_understood(tmp_path):
    content = pack(("Kov?cs.ipynb", b"")).replace(b"Kov?cs", "Ková".encode() + b"s")
    assert list(opened(tmp_path, content)) == ["Kovás.ipynb"]
