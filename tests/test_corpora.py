"""Reading corpora: good files in every form, bad ones with a message that says where and what."""

import gzip
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from course_utils import cli_data
from course_utils.text import corpora
from course_utils.text.corpora import registry

LINE = (
    st.text(st.characters(codec="utf-8", exclude_characters="\t\r\n"), min_size=1).map(str.strip).filter(bool)
)
PAIRS = st.lists(st.tuples(LINE, LINE), min_size=1, max_size=7)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def write(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def write_zip(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in members.items():
            archive.writestr(member, text)
    return path


# Files that are accepted


@settings(deadline=None)  # files
@given(PAIRS, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), st.booleans(), st.booleans())
def test_pairs_survive_any_line_end_mark_and_packing(
    tmp_path_factory: pytest.TempPathFactory,
    pairs: list[tuple[str, str]],
    end: str,
    mark: bool,
    last_end: bool,
    packed: bool,
) -> None:
    text = end.join(f"{source}\t{target}" for source, target in pairs) + (end if last_end else "")
    data = text.encode("utf-8-sig" if mark else "utf-8")
    path = tmp_path_factory.mktemp("pairs") / "pairs.tsv"
    path.write_bytes(gzip.compress(data) if packed else data)
    assert corpora.read_pairs(path) == pairs


def test_further_columns_and_blank_lines_are_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, "a.tsv", "\nGo.\tMenj!\tCC-BY 2.0 #31\n  \n Hi. \t Szia! \n\n")
    assert corpora.read_pairs(path) == [("Go.", "Menj!"), ("Hi.", "Szia!")]


@pytest.mark.parametrize("member", ["hun.txt", "hun-eng/hun.TXT", "pairs.tsv"])
def test_a_zip_is_read_without_unpacking(tmp_path: Path, member: str) -> None:
    path = write_zip(
        tmp_path / "hun-eng.zip", {"_about.txt": "no tab", "hun-eng/": "", member: "Hi.\tSzia!\n"}
    )
    assert corpora.read_pairs(str(path)) == [("Hi.", "Szia!")]
    assert list(tmp_path.iterdir()) == [path]


def test_text_keeps_blank_lines_and_odd_separators(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "One  \r\n\r\ntwo\u2028still two\x0c.\r\n")
    assert corpora.read_text(path) == ["One", "", "two\u2028still two\x0c."]


def test_the_licence_around_a_gutenberg_text_is_left_out(tmp_path: Path) -> None:
    frame = "*** {} OF THE PROJECT GUTENBERG EBOOK TIMAR'S TWO WORLDS ***"
    text = "\n".join(
        ["Licence", frame.format("START"), "CHAPTER I.", "", "Once.", frame.format("END"), "Licence"]
    )
    assert corpora.read_text(write(tmp_path, "a.txt", text)) == ["CHAPTER I.", "", "Once."]


def test_parallel_files_are_paired_by_line(tmp_path: Path) -> None:
    german = write(tmp_path, "a.de", "Ein Hund. \nZwei\u2028Katzen.\n")
    english = write(tmp_path, "a.en.gz", gzip.compress(b"A dog.\r\nTwo cats."))
    assert corpora.read_parallel(german, english) == [
        ("Ein Hund.", "A dog."),
        ("Zwei\u2028Katzen.", "Two cats."),
    ]


def test_registered_pairs_come_with_english_last(folder: Path) -> None:
    write_zip(folder / "spa-eng.zip", {"spa.txt": "Hi.\tHola.\tCC-BY\n"})
    write(folder, "multi30k/val.de.gz", gzip.compress(b"Ein Hund."))
    write(folder, "multi30k/val.en.gz", gzip.compress(b"A dog."))
    assert corpora.load_pairs("spa-eng") == [("Hola.", "Hi.")]
    assert corpora.load_pairs("multi30k", split="validation") == [("Ein Hund.", "A dog.")]
    for corpus in registry.CORPORA.values():
        assert corpus.languages[-1] == "en"


# The quick part

SIMPLE = [f"Bead {n}." for n in range(5_507)]


def write_english(folder: Path, english: list[str]) -> None:
    write_zip(folder / "spa-eng.zip", {"spa.txt": "".join(f"{each}\tCuenta.\n" for each in english)})


def test_quick_english_is_5000_sentences_to_train_on_and_500_held_out(folder: Path) -> None:
    write_english(folder, [*SIMPLE, "It's red!"])
    train, held_out = corpora.quick_english()
    assert (len(train), len(held_out)) == (5_000, 500)
    every = {tuple(sentence) for sentence in train + held_out}
    assert len(every) == 5_500
    assert every <= {("bead", str(n), ".") for n in range(5_507)} | {("it", "'s", "red", "!")}


def test_quick_english_hangs_on_no_order_of_the_file(folder: Path) -> None:
    write_english(folder, SIMPLE)
    expected = corpora.quick_english()
    write_english(folder, SIMPLE[::-1] + SIMPLE[:101])
    assert corpora.quick_english() == expected
    assert expected[1][0] == ["bead", "5396", "."], "the choice has changed, and with it every lab's figures"


def test_quick_english_takes_one_of_two_sentences_that_differ_in_case_and_punctuation(folder: Path) -> None:
    write_english(folder, [*SIMPLE, *(f"bead {n}!" for n in range(5_507))])
    train, held_out = corpora.quick_english()
    assert len({sentence[1] for sentence in train + held_out}) == 5_500
    assert {sentence[2] for sentence in train + held_out} == {"."}, "capitals sort first"


def test_quick_english_needs_its_corpus(folder: Path) -> None:
    with pytest.raises(corpora.CorpusMissing, match="Type `course data get spa-eng`"):
        corpora.quick_english()
    write_english(folder, SIMPLE[:5_498])
    with pytest.raises(corpora.CorpusError, match=r"at least 5,500 different .* sentences, received 5,498"):
        corpora.quick_english()


# Files that are not


def read_error(path: Path, reader: str = "read_pairs") -> str:
    with pytest.raises(corpora.CorpusError) as caught:
        getattr(corpora, reader)(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("line", ["only one", "\tright", "left\t", "left\t \tthird"])
def test_a_missing_column_names_its_line(tmp_path: Path, line: str) -> None:
    message = read_error(write(tmp_path, "a.tsv", f"Hi.\tSzia!\n\n{line}\n"))
    assert "line 3: expected two sentences with a tab between them, received" in message
    assert repr(line) in message


def test_another_encoding_names_line_and_byte(tmp_path: Path) -> None:
    path = write(tmp_path, "a.tsv", b"Hi.\tSzia!\nTea.\t" + "Teát.".encode("cp1250") + b"\n")
    assert "line 2, byte 8 of the line: expected UTF-8, received the byte 0xe1" in read_error(path)


def test_the_byte_counts_a_byte_order_mark(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", b"\xef\xbb\xbfab\xff")
    assert "line 1, byte 6 of the line: expected UTF-8, received the byte 0xff" in read_error(
        path, "read_text"
    )


@pytest.mark.parametrize("reader", ["read_pairs", "read_text"])
def test_an_empty_file_is_reported(tmp_path: Path, reader: str) -> None:
    assert "expected text, received an empty file" in read_error(write(tmp_path, "a.txt", ""), reader)
    assert "expected text, received only blanks" in read_error(write(tmp_path, "b.txt", "\n \n"), reader)
    assert "received an empty file" in read_error(write(tmp_path, "a.zip", ""), reader)


def test_a_folder_instead_of_a_file_is_reported(tmp_path: Path) -> None:
    assert "expected a file, received a folder" in read_error(tmp_path)


def test_a_file_that_is_not_there_is_reported(tmp_path: Path) -> None:
    assert f"found nothing (looked in {tmp_path})" in read_error(tmp_path / "a.tsv")


def test_a_file_that_may_not_be_read_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))  # root may read anything

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert "expected a readable file, received: Permission denied" in read_error(tmp_path / "a.tsv")


def test_html_instead_of_an_archive_is_recognised(tmp_path: Path) -> None:
    page = " <!doctype HTML><title>Sign in</title>"
    assert "expected a zip archive" in read_error(write(tmp_path, "a.zip", page))
    assert "received an HTML page" in read_error(write(tmp_path, "a.gz", page))


@pytest.mark.parametrize("keep", [0.3, 0.7, 0.99])
@pytest.mark.parametrize("name", ["a.zip", "a.gz"])
def test_a_truncated_archive_is_reported(tmp_path: Path, name: str, keep: float) -> None:
    text = "".join(f"Sentence {n}.\tMondat {n}.\n" for n in range(211))
    whole = write_zip(tmp_path / "whole.zip", {"a.txt": text}).read_bytes()
    whole = whole if name == "a.zip" else gzip.compress(text.encode())
    message = read_error(write(tmp_path, name, whole[: int(keep * len(whole))]))
    assert "expected a whole" in message
    assert "cut short" in message


def test_a_damaged_gzip_file_is_reported(tmp_path: Path) -> None:
    whole = bytearray(gzip.compress(b"Hi.\tSzia!\n" * 101))
    whole[10] = 0x07  # a kind of block that does not exist
    assert "invalid block type" in read_error(write(tmp_path, "a.gz", bytes(whole)))


def test_a_damaged_member_is_reported(tmp_path: Path) -> None:
    whole = write_zip(tmp_path / "a.zip", {"a.txt": "Hi.\tSzia!\n"}).read_bytes()
    assert "Bad CRC-32" in read_error(write(tmp_path, "a.zip", whole.replace(b"Szia!", b"Szja!", 1)))


def test_a_locked_archive_is_reported(tmp_path: Path) -> None:
    whole = bytearray(write_zip(tmp_path / "a.zip", {"a.txt": "Hi.\tSzia!\n"}).read_bytes())
    whole[6] |= 1  # the encryption flag, in the member's header and in the directory
    whole[whole.index(b"PK\x01\x02") + 8] |= 1
    assert "password" in read_error(write(tmp_path, "a.zip", bytes(whole)))


@pytest.mark.parametrize("member", ["../a.txt", "/etc/a.txt", "a/../../b.txt", "..\\a.txt", "C:\\a.txt"])
def test_a_path_escaping_the_archive_is_refused(tmp_path: Path, member: str) -> None:
    path = write_zip(tmp_path / "a.zip", {"pairs.txt": "Hi.\tSzia!\n", member: "x\ty\n"})
    message = read_error(path)
    assert "expected members inside the archive's own folder" in message
    assert repr(member) in message
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("members", [{"a.txt": "x\ty", "b.txt": "x\ty"}, {"_about.txt": "x"}, {"a.jpg": "x"}])
def test_an_archive_must_hold_one_text(tmp_path: Path, members: dict[str, str]) -> None:
    message = read_error(write_zip(tmp_path / "a.zip", members))
    assert "expected exactly one .txt or .tsv in the archive" in message
    assert all(member in message for member in members)


def test_parallel_files_of_different_length_are_refused(tmp_path: Path) -> None:
    source, target = write(tmp_path, "a.de", "eins\nzwei\ndrei\n"), write(tmp_path, "a.en", "one\ntwo\n")
    with pytest.raises(
        corpora.FormatError, match=r"a\.de and .*a\.en: expected equally many lines, received 3 and 2"
    ):
        corpora.read_parallel(source, target)


def test_a_blank_line_in_a_parallel_file_is_named(tmp_path: Path) -> None:
    source, target = write(tmp_path, "a.de", "eins\nzwei\ndrei\n"), write(tmp_path, "a.en", "one\n\nthree\n")
    with pytest.raises(
        corpora.FormatError, match=r"a\.en, line 2: expected a sentence, received a blank line"
    ):
        corpora.read_parallel(source, target)


# Names and folders


@pytest.mark.parametrize(
    ("wrong", "close"), [("spa_eng", "spa-eng"), ("Multi30K", "multi30k"), ("tamar", "timar")]
)
@pytest.mark.parametrize("function", ["load_pairs", "load_text", "available", "fetch"])
def test_an_unknown_name_suggests_close_ones(function: str, wrong: str, close: str) -> None:
    with pytest.raises(corpora.UnknownCorpus, match=rf"received '{wrong}'.*Did you mean .*{close}"):
        getattr(corpora, function)(wrong)


def test_a_name_close_to_none_lists_all() -> None:
    with pytest.raises(
        corpora.UnknownCorpus, match=r"one of spa-eng, hun-eng, multi30k, timar, received 'qqq'\. A file"
    ):
        corpora.available("qqq")


def test_a_missing_corpus_says_what_to_type(folder: Path) -> None:
    assert not corpora.available("spa-eng")
    with pytest.raises(corpora.CorpusMissing) as caught:
        corpora.load_pairs("spa-eng")
    message = str(caught.value)
    assert f"there is no {folder / 'spa-eng.zip'}" in message
    assert "Type `course data get spa-eng` (2.6 MB)" in message
    assert "set COURSE_DATA_DIR to a folder that holds spa-eng.zip" in message


def test_half_a_corpus_is_not_available(folder: Path) -> None:
    write(folder, "multi30k/val.de.gz", gzip.compress(b"Ein Hund."))
    assert not corpora.available("multi30k")
    with pytest.raises(corpora.CorpusMissing, match=r"val\.en\.gz.*course data get multi30k"):
        corpora.load_pairs("multi30k", split="validation")


@pytest.mark.parametrize(("is_file", "found"), [(False, "nothing"), (True, "a file")])
def test_a_data_folder_that_is_none_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_file: bool, found: str
) -> None:
    nowhere = tmp_path / "nowhere"
    if is_file:
        nowhere.touch()
    monkeypatch.setenv("COURSE_DATA_DIR", str(nowhere))
    assert not corpora.available("timar")
    expected = rf"COURSE_DATA_DIR is set to {nowhere}: expected a folder there, found {found}"
    for call in (lambda: corpora.load_text("timar"), lambda: corpora.fetch("spa-eng")):
        with pytest.raises(corpora.CorpusError, match=expected):
            call()
    for command in (["list"], ["get", "spa-eng"], ["verify"]):
        result = CliRunner().invoke(cli_data.app, command)
        assert result.exit_code == 1
        assert f"found {found}" in result.stderr


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: corpora.load_pairs("timar"), r"expected load_text\('timar'\)"),
        (lambda: corpora.load_text("hun-eng"), r"expected load_pairs\('hun-eng'\)"),
        (lambda: corpora.load_pairs("multi30k"), "one of train, validation, test, received None"),
        (
            lambda: corpora.load_pairs("multi30k", split="dev"),
            "one of train, validation, test, received 'dev'",
        ),
        (
            lambda: corpora.load_pairs("spa-eng", split="test"),
            "expected no split, received 'test'. Use split_pairs",
        ),
    ],
)
def test_the_wrong_way_to_load_names_the_right_one(call, message: str) -> None:
    with pytest.raises(corpora.CorpusError, match=message):
        call()


# The command line


def test_list_tells_what_is_here_and_what_is_not(folder: Path) -> None:
    write(folder, "timar_eng.txt", "x")
    write(folder, "multi30k/val.de.gz", "x")
    result = CliRunner().invoke(cli_data.app, ["list"])
    rows = {
        name: next(line for line in result.stdout.splitlines() if f" {name} " in line)
        for name in registry.CORPORA
    }
    assert result.exit_code == 0
    assert all(part in rows["spa-eng"] for part in ("es → en", "2.6 MB", "CC BY 2.0", "not here"))
    assert "timar_eng.txt" in rows["timar"]
    assert "1 of 6 files" in rows["multi30k"]
    assert f"Data folder: {folder}" in result.stdout
    assert "read_pairs(path)" in result.stdout


def test_verify_with_nothing_here_says_so(folder: Path) -> None:
    result = CliRunner().invoke(cli_data.app, ["verify"])
    assert result.exit_code == 0
    assert f"no corpus lies in {folder}" in result.stdout


def test_verify_fails_on_an_altered_file_and_still_checks_the_rest(folder: Path) -> None:
    write(folder, "spa-eng.zip", "not the pairs")
    write(folder, "timar_eng.txt", "Another edition.")
    corpora.fetch("timar", accept_changed=True)
    result = CliRunner().invoke(cli_data.app, ["verify"])
    assert result.exit_code == 1
    assert f"DIFFERS   {folder / 'spa-eng.zip'}" in result.stdout
    assert f"accepted  {folder / 'timar_eng.txt'}" in result.stdout
    assert registry.SPA_ENG.files[0].sha256 in result.stderr
    assert (folder / "spa-eng.zip").read_text() == "not the pairs"


def test_verify_reports_a_folder_in_a_files_place(folder: Path) -> None:
    (folder / "spa-eng.zip").mkdir()
    result = CliRunner().invoke(cli_data.app, ["verify"])
    assert result.exit_code == 1
    assert "expected a readable file, received: Is a directory" in result.stderr


def test_get_of_an_unknown_name_suggests(folder: Path) -> None:
    result = CliRunner().invoke(cli_data.app, ["get", "spaeng"])
    assert result.exit_code == 1
    assert "Did you mean spa-eng" in result.stderr


def test_importing_loads_nothing_heavy() -> None:
    heavy = {"requests", "urllib3", "rich", "scipy", "numpy", "platformdirs"}
    code = f"import sys, course_utils.text.corpora; print(sorted({heavy} & set(sys.modules)))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"
