"""Getting a corpus and checking it: nothing takes its place before its checksum, or its user, has agreed."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils.text.corpora import readers, storage
from course_utils.text.corpora.archives import expect_kind
from course_utils.text.corpora.download import discard, download
from course_utils.text.corpora.errors import ChecksumError, CorpusError, CorpusMissing
from course_utils.text.corpora.registry import Corpus, CorpusFile, find

if TYPE_CHECKING:
    from rich.progress import Progress


def fetch(name: str, *, accept_changed: bool = False) -> list[Path]:
    """Bring every file of a corpus to the data folder, with a progress bar; files that are there stay.

    With `accept_changed` a file that differs from the course's own, lying there or coming from the publisher,
    is taken if it can be read as this corpus; its checksum is noted, and later checks hold it to that.

    Returns:
        The paths of the corpus's files.

    Raises:
        UnknownCorpus: no corpus is called `name`.
        CorpusMissing: no publisher offers the file at a fixed address; the text says how to get it by hand.
        DownloadError: see `download`. What was received is kept, and the next call goes on from there.
        ChecksumError: a file is not the one the course was made with. A download is then removed, a file that
            was there already is left alone.
        CorpusError: the data folder cannot be written to.
    """
    corpus = find(name)
    for file in corpus.files:
        state = storage.state(file)
        if state == "absent":
            _bring(corpus, file, accept_changed)
        elif state == "altered":
            _judge(corpus, file, storage.location(file), accept_changed)
    return [storage.location(file) for file in corpus.files]


def require_unchanged(corpus: Corpus, file: CorpusFile) -> None:
    """Check a file that is present.

    Raises:
        ChecksumError: it is neither the course's own nor one accepted with `fetch(..., accept_changed=True)`.
    """
    if storage.state(file) == "altered":
        _judge(corpus, file, storage.location(file), accept_changed=False)


def _bring(corpus: Corpus, file: CorpusFile, accept_changed: bool) -> None:
    if file.address is None:
        raise CorpusMissing(_by_hand(corpus, file))
    target = storage.location(file)
    part = target.with_name(target.name + ".part")
    _make_folder(target.parent)
    with _progress_bar() as bar:
        download(file.address, part, _advance(bar, file))
    try:
        with part.open("rb") as stream:
            expect_kind(stream.read(512), target.suffix, file.address)
        _judge(corpus, file, part, accept_changed)
    except CorpusError:
        discard(part)
        raise
    os.replace(part, target)
    discard(part)  # its note


def _judge(corpus: Corpus, file: CorpusFile, path: Path, accept_changed: bool) -> None:
    """Let `path` pass as `file`, or raise ChecksumError (CorpusError where it cannot even be read)."""
    digest = storage.sha256_of(path)
    if digest == file.sha256:
        return
    if not accept_changed:
        raise ChecksumError(_mismatch(corpus, file, path, digest))
    reader = readers.read_pairs if corpus.layout == "columns" else readers.read_text
    reader(path)
    storage.accept(storage.location(file), digest)


def _mismatch(corpus: Corpus, file: CorpusFile, path: Path, digest: str) -> str:
    source = file.address if path.suffix == ".part" else path
    downloaded = path.suffix == ".part"
    again = "The download is removed." if downloaded else "To replace it, delete it and get it again."
    moves = " This publisher replaces the file from time to time." if corpus.moves else ""
    return (
        f"{source}: expected SHA-256 {file.sha256} ({file.size:,} bytes), received {digest} "
        f"({path.stat().st_size:,} bytes). {again}{moves} To work with this version, with figures that "
        f"differ from the course's: `course data get {corpus.name} --accept-changed`."
    )


def _by_hand(corpus: Corpus, file: CorpusFile) -> str:
    return (
        f"{corpus.name} has no fixed address to download from. By hand: {corpus.by_hand} "
        f"({corpus.homepage}), as {storage.location(file)}; then "
        f"type `course data get {corpus.name} --accept-changed`."
    )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CorpusError(
            f"{folder}: expected to make this folder, received: {error.strerror}. "
            f"Set {storage.VARIABLE} to a folder you may write to."
        ) from error


def _progress_bar() -> "Progress":
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    return Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True))


def _advance(bar: "Progress", file: CorpusFile) -> Callable[[int, int | None], None]:
    task = bar.add_task(file.path, total=file.size)

    def advance(done: int, total: int | None) -> None:
        bar.update(task, completed=done, total=total or file.size)

    return advance
