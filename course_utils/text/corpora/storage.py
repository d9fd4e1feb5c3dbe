"""Where corpora lie on this machine, and whether a file that lies there is the one meant."""

import hashlib
import os
from pathlib import Path
from typing import Literal

from course_utils.text.corpora.errors import CorpusError, CorpusMissing
from course_utils.text.corpora.registry import Corpus, CorpusFile, find

VARIABLE = "COURSE_DATA_DIR"
State = Literal["absent", "pinned", "accepted", "altered"]


def data_folder() -> Path:
    """`COURSE_DATA_DIR` when that is set, else this course's folder in the user's cache (maybe not made yet).

    Raises:
        CorpusError: `COURSE_DATA_DIR` names something that is not a folder.
    """
    named = os.environ.get(VARIABLE)
    if not named:
        import platformdirs

        return platformdirs.user_cache_path("attention-course", appauthor=False)
    folder = Path(named).expanduser()
    if not folder.is_dir():
        found = "a file" if folder.exists() else "nothing"
        raise CorpusError(
            f"{VARIABLE} is set to {folder}: expected a folder there, found {found}. "
            f"Make that folder, or unset {VARIABLE} to use your cache folder."
        )
    return folder


def location(file: CorpusFile) -> Path:
    """Where the file lies, or would lie."""
    return data_folder() / file.path


def available(name: str) -> bool:
    """Whether every file of the corpus is on this machine. Looks at the disk only, and at no contents.

    Raises:
        UnknownCorpus: no corpus is called `name`.
    """
    corpus = find(name)
    try:
        return all(location(file).is_file() for file in corpus.files)
    except CorpusError:  # COURSE_DATA_DIR points nowhere: `fetch` and the readers say so
        return False


def require(corpus: Corpus, file: CorpusFile) -> Path:
    """The path of one file of a corpus.

    Raises:
        CorpusMissing: it is not on this machine; the text says what to type.
    """
    path = location(file)
    if path.exists():
        return path
    raise CorpusMissing(
        f"{corpus.name} is not on this machine: there is no {path}. Type `course data get {corpus.name}` "
        f"({corpus.size / 1e6:.1f} MB), or set {VARIABLE} to a folder that holds {file.path}."
    )


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes.

    Raises:
        CorpusError: it is a folder, or may not be read.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise CorpusError(f"{path}: expected a readable file, received: {error.strerror}.") from error


def state(file: CorpusFile) -> State:
    """How a file stands: "pinned" is the course's own, "accepted" one that the user took knowingly."""
    path = location(file)
    if not path.exists():
        return "absent"
    digest = sha256_of(path)
    if digest == file.sha256:
        return "pinned"
    return "accepted" if digest == _accepted_digest(path) else "altered"


def accept(path: Path, digest: str) -> None:
    """Note that the user takes this version of a file, so that later checks hold it to that.

    Raises:
        CorpusError: the note cannot be written beside the file.
    """
    try:
        _record(path).write_text(f"{digest}  {path.name}\n", encoding="utf-8")
    except OSError as error:
        raise CorpusError(f"{_record(path)}: expected to write it, received: {error.strerror}.") from error


def _accepted_digest(path: Path) -> str | None:
    record = _record(path)
    return record.read_text(encoding="utf-8").partition(" ")[0] if record.is_file() else None


def _record(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")
