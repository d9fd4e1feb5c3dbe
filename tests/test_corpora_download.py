"""Downloading corpora from a publisher that runs on this machine and misbehaves as told."""

import dataclasses
import errno
import gzip
import hashlib
import io
import os
import socketserver
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from typer.testing import CliRunner

from course_utils import cli_data
from course_utils.text import corpora
from course_utils.text.corpora import download as downloading
from course_utils.text.corpora import registry, storage

PAIRS = [(f"Sentence {n}.", f"Mondat {n * n}.") for n in range(1009)]
CHUNK = 1 << 10


def zipped(text: str, member: str = "tiny.txt") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(member, text)
        archive.writestr("_about.txt", "no pairs in here")
    return buffer.getvalue()


CONTENT = zipped("".join(f"{english}\t{hungarian}\n" for english, hungarian in PAIRS))
HTML = b"<!DOCTYPE html><html><body>Please sign in to the hotel's network.</body></html>"


class Publisher(ThreadingHTTPServer):
    """Serves `content` at any path. `die_after`: bytes that go out before the line drops, a request each."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.content = CONTENT
        self.ranges = True
        self.headers = {"ETag": '"first"'}
        self.status = [200]
        self.die_after: list[int] = []
        self.asked: list[dict[str, str]] = []
        self.sent: list[int] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/tiny.zip"


class Answer(BaseHTTPRequestHandler):
    server: Publisher

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        publisher = self.server
        publisher.asked.append(dict(self.headers))
        status = publisher.status.pop(0) if len(publisher.status) > 1 else publisher.status[0]
        start = self.first_byte() if status == 200 else 0
        if start > len(publisher.content):
            status, start = 416, len(publisher.content)
        body = publisher.content[start:]
        self.send_response(206 if start and status == 200 else status)
        for name, value in publisher.headers.items():
            self.send_header(name, value)
        if start:
            last = len(publisher.content) - 1
            self.send_header("Content-Range", f"bytes {start}-{last}/{last + 1}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        body = body[: publisher.die_after.pop(0)] if publisher.die_after else body
        publisher.sent.append(len(body))
        self.wfile.write(body)

    def first_byte(self) -> int:
        wanted, condition = self.headers.get("Range", ""), self.headers.get("If-Range")
        current = condition in (self.server.headers.get("ETag"), self.server.headers.get("Last-Modified"))
        return int(wanted[6:-1]) if wanted and self.server.ranges and current else 0


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder; small chunks and no pauses."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("COURSE_DATA_DIR", str(folder))
    monkeypatch.setattr(downloading, "PAUSE", 0.0)
    monkeypatch.setattr(downloading, "CHUNK", CHUNK)
    return folder


@pytest.fixture
def tiny(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> registry.Corpus:
    """A registered corpus of one zip that the publisher offers."""
    return register(monkeypatch, "tiny.zip", CONTENT, publisher.address)


def register(
    monkeypatch: pytest.MonkeyPatch, path: str, content: bytes, address: str | None
) -> registry.Corpus:
    file = registry.CorpusFile(path, len(content), hashlib.sha256(content).hexdigest(), address)
    corpus = dataclasses.replace(registry.HUN_ENG, name="tiny", files=(file,))
    monkeypatch.setitem(registry.CORPORA, "tiny", corpus)
    return corpus


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def no_progress(done: int, total: int | None) -> None:
    pass


def stop_at(limit: int) -> Callable[[int, int | None], None]:
    """Ctrl-C, once so many bytes are here."""

    def progress(done: int, total: int | None) -> None:
        if done >= limit:
            raise KeyboardInterrupt

    return progress


def test_a_corpus_is_downloaded_verified_and_read(tiny: registry.Corpus, folder: Path) -> None:
    assert not corpora.available("tiny")
    assert corpora.fetch("tiny") == [folder / "tiny.zip"]
    assert corpora.available("tiny")
    assert names(folder) == ["tiny.zip"]
    assert corpora.load_pairs("tiny") == [(hungarian, english) for english, hungarian in PAIRS]


def test_what_is_here_is_not_downloaded_again(tiny: registry.Corpus, publisher: Publisher) -> None:
    corpora.fetch("tiny")
    corpora.fetch("tiny")
    assert len(publisher.asked) == 1


def test_without_the_variable_the_users_cache_folder_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COURSE_DATA_DIR")
    import platformdirs

    assert corpora.data_folder() == Path(platformdirs.user_cache_dir("attention-course", appauthor=False))


def test_a_dropped_connection_is_resumed_where_it_stopped(
    tiny: registry.Corpus, publisher: Publisher
) -> None:
    publisher.die_after = [5003, 7001]
    corpora.fetch("tiny")
    resumed = [asked["Range"] for asked in publisher.asked[1:]]
    assert resumed == ["bytes=5003-", "bytes=12004-"]
    assert publisher.sent == [5003, 7001, len(CONTENT) - 12004]
    assert publisher.asked[1]["If-Range"] == '"first"'
    assert len(corpora.load_pairs("tiny")) == 1009


def test_the_date_serves_where_there_is_no_strong_etag(tiny: registry.Corpus, publisher: Publisher) -> None:
    publisher.headers = {"ETag": 'W/"weak"', "Last-Modified": "Fri, 05 Jun 2026 07:11:13 GMT"}
    publisher.die_after = [5003]
    corpora.fetch("tiny")
    assert publisher.asked[1]["If-Range"] == "Fri, 05 Jun 2026 07:11:13 GMT"
    assert publisher.sent[1] == len(CONTENT) - 5003


@pytest.mark.parametrize("headers", [{}, {"ETag": 'W/"weak"'}])
def test_nothing_is_resumed_that_the_server_cannot_identify(
    tiny: registry.Corpus, publisher: Publisher, headers: dict[str, str]
) -> None:
    publisher.headers = headers
    publisher.die_after = [5003]
    corpora.fetch("tiny")
    assert "Range" not in publisher.asked[1]
    assert publisher.sent == [5003, len(CONTENT)]


def test_a_server_without_ranges_is_asked_for_the_whole_again(
    tiny: registry.Corpus, publisher: Publisher, folder: Path
) -> None:
    publisher.ranges = False
    publisher.die_after = [5003]
    corpora.fetch("tiny")
    assert publisher.sent == [5003, len(CONTENT)]
    assert (folder / "tiny.zip").read_bytes() == CONTENT


def test_a_file_changed_on_the_server_is_fetched_from_its_start(publisher: Publisher, folder: Path) -> None:
    part = folder / "file.part"
    publisher.content, publisher.headers = b"a" * 9973, {"ETag": '"old"'}
    with pytest.raises(KeyboardInterrupt):
        downloading.download(publisher.address, part, stop_at(2 * CHUNK))
    assert part.stat().st_size == 2 * CHUNK
    publisher.content, publisher.headers = b"b" * 9973, {"ETag": '"new"'}
    downloading.download(publisher.address, part, no_progress)
    assert publisher.asked[-1]["If-Range"] == '"old"'
    assert part.read_bytes() == b"b" * 9973


def test_control_c_keeps_the_part_and_the_next_run_goes_on(publisher: Publisher, folder: Path) -> None:
    part = folder / "tiny.zip.part"
    with pytest.raises(KeyboardInterrupt):
        downloading.download(publisher.address, part, stop_at(3 * CHUNK))
    assert part.read_bytes() == CONTENT[: 3 * CHUNK]
    downloading.download(publisher.address, part, no_progress)
    assert publisher.asked[-1]["Range"] == f"bytes={3 * CHUNK}-"
    assert part.read_bytes() == CONTENT


def test_bytes_of_another_address_are_not_gone_on_with(publisher: Publisher, folder: Path) -> None:
    part = folder / "tiny.zip.part"
    with pytest.raises(KeyboardInterrupt):
        downloading.download(publisher.address + "?old", part, stop_at(CHUNK))
    downloading.download(publisher.address, part, no_progress)
    assert "Range" not in publisher.asked[-1]


def test_a_damaged_note_means_starting_over(publisher: Publisher, folder: Path) -> None:
    part = folder / "tiny.zip.part"
    part.write_bytes(b"x" * 71)
    part.with_name("tiny.zip.part.json").write_text("[1", encoding="utf-8")
    downloading.download(publisher.address, part, no_progress)
    assert part.read_bytes() == CONTENT


def test_a_part_longer_than_the_file_is_thrown_away(publisher: Publisher, folder: Path) -> None:
    part = folder / "tiny.zip.part"
    downloading.download(publisher.address, part, no_progress)
    part.write_bytes(CONTENT + b"too much")
    downloading.download(publisher.address, part, no_progress)
    assert part.read_bytes() == CONTENT
    assert len(publisher.asked) == 3


def test_progress_counts_resumed_bytes_too(publisher: Publisher, folder: Path) -> None:
    part = folder / "tiny.zip.part"
    with pytest.raises(KeyboardInterrupt):
        downloading.download(publisher.address, part, stop_at(3 * CHUNK))
    seen: list[tuple[int, int | None]] = []
    downloading.download(publisher.address, part, lambda done, total: seen.append((done, total)))
    assert seen[0] == (4 * CHUNK, len(CONTENT))
    assert seen[-1] == (len(CONTENT), len(CONTENT))


def test_a_busy_server_is_asked_again(tiny: registry.Corpus, publisher: Publisher) -> None:
    publisher.status = [503, 429, 200]
    corpora.fetch("tiny")
    assert len(publisher.asked) == 3


def test_a_connection_that_keeps_dropping_says_what_was_received(
    tiny: registry.Corpus, publisher: Publisher, folder: Path
) -> None:
    publisher.die_after = [101, 101, 101, 101]
    with pytest.raises(
        corpora.DownloadError, match=r"received 404 bytes in 4 attempts.*They are kept: run it again"
    ):
        corpora.fetch("tiny")
    assert names(folder) == ["tiny.zip.part", "tiny.zip.part.json"]
    corpora.fetch("tiny")
    assert publisher.asked[-1]["Range"] == "bytes=404-"
    assert names(folder) == ["tiny.zip"]


def test_an_absent_server_is_named(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as closed:
        address = f"http://127.0.0.1:{closed.server_address[1]}/tiny.zip"
    register(monkeypatch, "tiny.zip", CONTENT, address)
    with pytest.raises(
        corpora.DownloadError,
        match=f"{address}: expected the whole file, received 0 bytes.*refused.*internet",
    ):
        corpora.fetch("tiny")
    assert names(folder) == []


def test_a_server_that_stalls_is_given_up(
    publisher: Publisher, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloading, "TIMEOUT", (0.1, 0.1))
    monkeypatch.setattr(downloading, "ATTEMPTS", 2)
    stalled = threading.Event()
    monkeypatch.setattr(Answer, "do_GET", lambda self: stalled.wait(5) and None)
    with pytest.raises(corpora.DownloadError, match=r"2 attempts.*timed out"):
        downloading.download(publisher.address, folder / "tiny.zip.part", no_progress)
    stalled.set()


@pytest.mark.parametrize("status", [403, 404, 406])
def test_a_refusal_is_reported_at_once(
    tiny: registry.Corpus, publisher: Publisher, folder: Path, status: int
) -> None:
    publisher.status = [status]
    with pytest.raises(
        corpora.DownloadError, match=rf"{publisher.address}: expected.*200.*received status {status}"
    ):
        corpora.fetch("tiny")
    assert len(publisher.asked) == 1
    assert names(folder) == []


def test_a_sign_in_page_is_recognised(tiny: registry.Corpus, publisher: Publisher, folder: Path) -> None:
    publisher.content = HTML
    with pytest.raises(corpora.DownloadError, match=r"expected a file, received an HTML page.*sign in"):
        corpora.fetch("tiny")
    assert names(folder) == []


def test_a_sign_in_page_does_not_cost_what_was_received(publisher: Publisher, folder: Path) -> None:
    part = folder / "tiny.zip.part"
    with pytest.raises(KeyboardInterrupt):
        downloading.download(publisher.address, part, stop_at(3 * CHUNK))
    publisher.content, publisher.headers = HTML, {}
    with pytest.raises(corpora.DownloadError, match="HTML page"):
        downloading.download(publisher.address, part, no_progress)
    assert part.read_bytes() == CONTENT[: 3 * CHUNK]


def test_a_wrong_checksum_leaves_nothing(tiny: registry.Corpus, publisher: Publisher, folder: Path) -> None:
    publisher.content = zipped("Hi.\tSzia!\n")
    received = hashlib.sha256(publisher.content).hexdigest()
    expected = f"{publisher.address}: expected SHA-256 {tiny.files[0].sha256}.*received {received}"
    with pytest.raises(corpora.ChecksumError, match=rf"{expected}.*course data get tiny --accept-changed"):
        corpora.fetch("tiny")
    assert names(folder) == []


def test_another_kind_of_file_leaves_nothing(
    tiny: registry.Corpus, publisher: Publisher, folder: Path
) -> None:
    publisher.content = gzip.compress(b"Hi.\tSzia!\n")
    with pytest.raises(
        corpora.ArchiveError, match=r"tiny.zip: expected a zip archive.*received one beginning"
    ):
        corpora.fetch("tiny", accept_changed=True)
    assert names(folder) == []


def test_a_changed_file_can_be_taken_knowingly(
    tiny: registry.Corpus, publisher: Publisher, folder: Path
) -> None:
    publisher.content = zipped("Hi.\tSzia!\tCC-BY\n")
    corpora.fetch("tiny", accept_changed=True)
    assert corpora.load_pairs("tiny") == [("Szia!", "Hi.")]
    assert storage.state(tiny.files[0]) == "accepted"
    assert names(folder) == ["tiny.zip", "tiny.zip.sha256"]
    corpora.fetch("tiny")
    assert len(publisher.asked) == 1
    (folder / "tiny.zip").write_bytes(zipped("Hi.\tHali!\n"))
    assert storage.state(tiny.files[0]) == "altered"


@pytest.mark.parametrize("content", [CONTENT[:-997], zipped("one column\n"), zipped("")])
def test_a_changed_file_that_cannot_be_read_is_not_taken(
    tiny: registry.Corpus, publisher: Publisher, folder: Path, content: bytes
) -> None:
    publisher.content = content
    with pytest.raises(corpora.CorpusError, match="expected"):
        corpora.fetch("tiny", accept_changed=True)
    assert names(folder) == []


def test_an_altered_file_of_the_users_is_never_overwritten(
    tiny: registry.Corpus, publisher: Publisher, folder: Path
) -> None:
    mine = zipped("Hi.\tSzia!\n")
    (folder / "tiny.zip").write_bytes(mine)
    with pytest.raises(
        corpora.ChecksumError, match=r"tiny\.zip: expected SHA-256.*delete it and get it again"
    ):
        corpora.fetch("tiny")
    assert (folder / "tiny.zip").read_bytes() == mine
    assert publisher.asked == []


def test_a_server_that_labels_a_gzip_file_as_encoded_does_not_get_it_unpacked(
    publisher: Publisher, folder: Path
) -> None:
    publisher.content = gzip.compress(b"Hallo.\n", mtime=0)
    publisher.headers = {"Content-Encoding": "gzip"}
    downloading.download(publisher.address, folder / "de.gz.part", no_progress)
    assert (folder / "de.gz.part").read_bytes() == publisher.content


def test_a_full_disk_leaves_nothing(
    tiny: registry.Corpus, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FullDisk(io.FileIO):
        def write(self, data: object) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    real_open = Path.open
    monkeypatch.setattr(
        Path,
        "open",
        lambda self, mode="r", **kw: FullDisk(str(self), mode) if mode == "wb" else real_open(self, mode),
    )
    with pytest.raises(
        corpora.CorpusError, match=rf"tiny\.zip\.part: expected room for {len(CONTENT):,} bytes.*No space"
    ):
        corpora.fetch("tiny")
    assert names(folder) == []


def test_a_folder_that_cannot_be_made_is_named(
    monkeypatch: pytest.MonkeyPatch, folder: Path, publisher: Publisher
) -> None:
    register(monkeypatch, "sub/tiny.zip", CONTENT, publisher.address)
    (folder / "sub").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(
        corpora.CorpusError, match=r"sub: expected to make this folder, received: File exists"
    ):
        corpora.fetch("tiny")
    assert publisher.asked == []


def test_a_folder_without_the_right_to_write_is_named(
    tiny: registry.Corpus, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_open = Path.open

    def refusing(self: Path, mode: str = "r", **keywords: object) -> object:
        if mode == "wb":  # root may write anywhere, so the refusal is played
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))
        return real_open(self, mode)

    monkeypatch.setattr(Path, "open", refusing)
    with pytest.raises(
        corpora.CorpusError, match=r"tiny\.zip\.part: expected room.*Permission denied.*COURSE_DATA_DIR"
    ):
        corpora.fetch("tiny")
    assert names(folder) == []


def test_a_corpus_without_an_address_says_how_to_get_it(folder: Path) -> None:
    with pytest.raises(
        corpora.CorpusMissing, match=r"By hand: .*Project Gutenberg.*gutenberg.org.*timar_eng\.txt"
    ):
        corpora.fetch("timar")
    (folder / "timar_eng.txt").write_text("Another edition.\n", encoding="utf-8")
    with pytest.raises(corpora.ChecksumError, match="This publisher replaces the file"):
        corpora.fetch("timar")
    corpora.fetch("timar", accept_changed=True)
    assert corpora.load_text("timar") == ["Another edition."]


def test_addresses_are_in_the_form_that_requests_sends() -> None:
    """A note beside a `.part` holds the address as sent: another spelling would never resume."""
    addresses = [
        file.address for corpus in registry.CORPORA.values() for file in corpus.files if file.address
    ]
    assert len(addresses) == 8
    assert [requests.Request("GET", address).prepare().url for address in addresses] == addresses


def test_course_data_get_prints_where_and_whose(tiny: registry.Corpus, folder: Path) -> None:
    result = CliRunner().invoke(cli_data.app, ["get", "tiny"])
    assert result.exit_code == 0
    assert str(folder / "tiny.zip") in result.stdout
    assert "CC BY 2.0" in result.stdout
    assert "tatoeba.org" in result.stdout


def test_course_data_get_shows_a_progress_bar(tiny: registry.Corpus) -> None:
    result = CliRunner().invoke(cli_data.app, ["get", "tiny"])
    assert "tiny.zip" in result.stderr
    assert "kB" in result.stderr


def test_course_data_get_reports_a_failure_without_a_traceback(
    tiny: registry.Corpus, publisher: Publisher
) -> None:
    publisher.status = [404]
    result = CliRunner().invoke(cli_data.app, ["get", "tiny"])
    assert result.exit_code == 1
    assert "received status 404" in result.stderr
    assert "Traceback" not in result.output


def test_course_data_get_stopped_by_the_user_says_how_to_go_on(
    tiny: registry.Corpus, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("course_utils.text.corpora.obtain._advance", lambda bar, file: stop_at(CHUNK))
    result = CliRunner().invoke(cli_data.app, ["get", "tiny"])
    assert result.exit_code == 130
    assert "course data get tiny" in result.stderr
    assert "tiny.zip.part" in names(folder)


def test_course_data_get_can_take_a_changed_file(tiny: registry.Corpus, publisher: Publisher) -> None:
    publisher.content = zipped("Hi.\tSzia!\n")
    result = CliRunner().invoke(cli_data.app, ["get", "tiny", "--accept-changed"])
    assert result.exit_code == 0
    assert corpora.available("tiny")
