"""One file over HTTP into a `.part` beside its place, going on where an interrupted download stopped.

A note beside the `.part` keeps the address and the server's ETag (or date). Resuming sends the latter back as
`If-Range` (RFC 9110, section 13.1.5), so that a file changed meanwhile on the server is fetched from its
start instead of being joined to bytes of the old one.
"""

import itertools
import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils.text.corpora.archives import looks_like_html
from course_utils.text.corpora.errors import CorpusError, DownloadError

if TYPE_CHECKING:
    import requests

ATTEMPTS = 4
PAUSE = 0.5  # seconds before the second attempt, doubling
TIMEOUT = (10.0, 30.0)  # seconds to connect, seconds without a byte
CHUNK = 1 << 16  # bytes
Progress = Callable[[int, int | None], None]  # bytes so far, bytes in all where the server says


class _Interrupted(Exception):
    """The connection or the server failed in a way that another attempt may mend."""


def download(address: str, part: Path, progress: Progress) -> None:
    """Bring the whole file at `address` to `part`, resuming from what `part` holds already.

    On a lost connection, as on Ctrl-C, `part` stays for the next time.

    Raises:
        DownloadError: the server refuses, sends a web page instead, or fails at every attempt.
        CorpusError: the disk is full or may not be written to (`part` is then removed).
    """
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE * 2 ** (attempt - 1))
        try:
            return _attempt(address, part, progress)
        except _Interrupted as error:
            reason = error
    kept = _size(part)
    advice = (
        "They are kept: run it again to go on from there." if kept else "Is this machine on the internet?"
    )
    raise DownloadError(
        f"{address}: expected the whole file, received {kept:,} bytes in {ATTEMPTS} attempts; "
        f"the last ended with: {reason}. {advice}"
    )


def discard(part: Path) -> None:
    """Remove a `.part` and its note."""
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)


def _attempt(address: str, part: Path, progress: Progress) -> None:
    import requests
    import urllib3

    try:
        with requests.get(address, headers=_headers(address, part), stream=True, timeout=TIMEOUT) as response:
            _expect_success(response, part)
            _write(response, part, progress)
    except (requests.ConnectionError, requests.Timeout, urllib3.exceptions.HTTPError) as error:
        cause = error.args[0] if error.args else error
        raise _Interrupted(str(getattr(cause, "reason", cause))) from error
    except requests.RequestException as error:  # a malformed address, endless redirects
        raise DownloadError(f"{address}: expected a file, received: {error}") from error


def _headers(address: str, part: Path) -> dict[str, str]:
    # Some publishers refuse the libraries' own names.
    # "identity": ranges count bytes of the file, not of an encoding of it.
    headers = {"User-Agent": "attention-course (course data get)", "Accept-Encoding": "identity"}
    validator = _validator(address, part)
    if validator and _size(part):
        headers |= {"Range": f"bytes={_size(part)}-", "If-Range": validator}
    return headers


def _expect_success(response: "requests.Response", part: Path) -> None:
    status = response.status_code
    if status == 416:  # `part` is longer than the file: it cannot be its beginning
        discard(part)
        raise _Interrupted("416 Range Not Satisfiable")
    if status == 429 or status >= 500:
        raise _Interrupted(f"{status} {response.reason}")
    if status not in (200, 206):
        raise DownloadError(
            f"{response.url}: expected the file (status 200), received status {status} {response.reason}. "
            "The publisher may have moved it."
        )


def _write(response: "requests.Response", part: Path, progress: Progress) -> None:
    start = _range_start(response, part)
    # Bytes as sent: a .gz that a server labels as encoded must not be unpacked on the way.
    chunks = response.raw.stream(CHUNK, decode_content=False)
    first = next(chunks, b"")
    if start == 0 and looks_like_html(first):
        raise DownloadError(
            f"{response.url}: expected a file, received an HTML page beginning {first[:40]!r}. "
            "Does this network want you to sign in first? Open any page in a browser, then try again."
        )
    _save(response, part, start, itertools.chain([first], chunks), progress)


def _save(
    response: "requests.Response", part: Path, start: int, chunks: Iterable[bytes], progress: Progress
) -> None:
    total = _total(response, start)
    try:
        with part.open("ab" if start else "wb") as stream:
            if not start:  # only now that the old bytes are gone may the note speak of the new ones
                _remember(response, part)
            for chunk in chunks:
                stream.write(chunk)
                progress(stream.tell(), total)
    except OSError as error:
        discard(part)
        raise CorpusError(_disk_failure(error, part, total)) from error
    if total is not None and _size(part) < total:
        raise _Interrupted(f"the connection closed after {_size(part):,} of {total:,} bytes")


def _range_start(response: "requests.Response", part: Path) -> int:
    """The offset of the first byte sent: 0 where the server ignored the range, or the file has changed."""
    if response.status_code != 206:
        return 0
    sent = response.headers.get("Content-Range", "")
    if sent.startswith(f"bytes {_size(part)}-"):
        return _size(part)
    discard(part)
    raise _Interrupted(f"the server sent the range {sent!r}")


def _total(response: "requests.Response", start: int) -> int | None:
    length = response.headers.get("Content-Length", "")
    return start + int(length) if length.isdigit() else None


def _remember(response: "requests.Response", part: Path) -> None:
    """Note what identifies this version of the file. A weak ETag does not: equal ones may differ in bytes."""
    asked = response.history[0] if response.history else response
    etag = response.headers.get("ETag", "")
    strong = etag if etag and not etag.startswith("W/") else ""
    note = {"address": asked.url, "validator": strong or response.headers.get("Last-Modified", "")}
    _note(part).write_text(json.dumps(note), encoding="utf-8")


def _validator(address: str, part: Path) -> str:
    """What the server called the version that `part` holds; "" when unknown, and nothing can be resumed."""
    try:
        note = json.loads(_note(part).read_text(encoding="utf-8"))
        return note["validator"] if note["address"] == address else ""
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _note(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _disk_failure(error: OSError, part: Path, total: int | None) -> str:
    needed = f" for {total:,} bytes" if total else ""
    return (
        f"{part}: expected room{needed} and the right to write there, received: {error.strerror}. "
        "Nothing is left behind. Free some space, or set COURSE_DATA_DIR to another folder."
    )
