"""The course's notebooks on disk: which sources there are, writing their notebooks, holding these to them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.validator import iter_validate

from course_utils.authoring import readme
from course_utils.authoring.build import Pair, build_pair, notebook_text
from course_utils.authoring.compare import first_difference
from course_utils.authoring.outputs import ExecutionFailed, executed, is_stale, with_kept_outputs
from course_utils.authoring.source import Problem, SourceError, read_source
from course_utils.checks.exercise import Lab
from course_utils.models import scoreboard

LoadLab = Callable[[str], Lab]


@dataclass(frozen=True)
class Files:
    """A source and its two notebooks."""

    source: Path
    solution: Path
    lab: Path

    @property
    def slug(self) -> str:
        """What to type after `course build`: "01_ngrams"."""
        return self.source.stem

    @property
    def scores(self) -> Path:
        """The folder where the results that solutions record become the course's own."""
        return self.source.parents[1] / "course_utils" / "models"


def find_files(root: Path, names: list[str]) -> list[Files]:
    """The files of the named labs, of all for no name. A name is a number, a slug or a path: 01, 01_ngrams.

    Raises:
        ValueError: no solutions folder in `root`, or a name that none of its sources has.
    """
    sources = sorted((root / "solutions").glob("*.py"))
    if not sources:
        raise ValueError(
            f"expected solutions/NN_slug.py in {root}, got none: run this in the course's own folder"
        )
    known = {path.stem: path for path in sources}
    wanted = [_matching(name, known) for name in names] if names else sources
    return [
        Files(p, p.with_suffix(".ipynb"), root / "labs" / f"{p.stem}.ipynb") for p in dict.fromkeys(wanted)
    ]


def _matching(name: str, known: dict[str, Path]) -> Path:
    stem = Path(name).stem
    found = [path for slug, path in known.items() if stem in (slug, slug.partition("_")[0])]
    if len(found) != 1:
        raise ValueError(f"expected one of {', '.join(known)}, got {name!r}")
    return found[0]


def write(files: Files, load_lab: LoadLab, execute: bool) -> list[str]:
    """Write both notebooks; unchanged cells keep their committed outputs unless `execute` makes new ones.

    Returns:
        What was done, in lines to print.

    Raises:
        SourceError: the source is malformed, or does not run when it is to. Nothing is written then.
    """
    pair = _build(files.source, load_lab)
    solution = _executed(files, pair.solution) if execute else _with_committed_outputs(files, pair)
    written = [_write(files.lab, pair.lab), _write(files.solution, solution)]
    return written + ([f"{files.solution}: {_stale(files)}"] if is_stale(solution) else [])


def _build(source: Path, load_lab: LoadLab) -> Pair:
    try:
        lab = load_lab(source.name[:2])
    except KeyError as error:
        found = f"no declarations for lab {source.name[:2]} ({error.args[0]})"
        raise SourceError(source, [Problem(1, found, "its module in course_utils/checks")]) from error
    return build_pair(source, lab)


def _with_committed_outputs(files: Files, pair: Pair) -> NotebookNode:
    committed = _read(files.solution)
    return with_kept_outputs(pair.solution, committed) if committed else pair.solution


def _executed(files: Files, solution: NotebookNode) -> NotebookNode:
    with tempfile.TemporaryDirectory() as state:
        try:
            run = executed(solution, files.source.parent, Path(state))
        except ExecutionFailed as error:
            line = read_source(files.source).cells[error.index].line if error.index is not None else 1
            problem = Problem(line, "a cell that stops", f"it to run to its end; it stopped with {error}")
            raise SourceError(files.source, [problem]) from error
        scoreboard.publish(files.slug[:2], Path(state), files.scores)
    return run


def _read(path: Path) -> NotebookNode | None:
    """The notebook, or None where there is no file, or one with something else in it (conflict marks)."""
    try:
        text = path.read_text(encoding="utf-8")
        invalid = any(iter_validate(json.loads(text), version=4, version_minor=5))
    except (OSError, ValueError):
        return None
    return None if invalid else nbformat.v4.reads(text)


def _write(path: Path, notebook: NotebookNode) -> str:
    text = notebook_text(notebook)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return f"{path}: unchanged"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return f"{path}: written"


def _stale(files: Files) -> str:
    return f"its outputs are not those of this source; type: course build --execute {files.slug}"


def differences(files: Files, load_lab: LoadLab) -> list[str]:
    """How the committed notebooks differ from what the source gives, in lines to print; writes nothing.

    Raises:
        SourceError: the source is malformed.
    """
    pair = _build(files.source, load_lab)
    solution = _with_committed_outputs(files, pair)
    found = [
        *_difference(files.lab, pair.lab, files.slug),
        *_difference(files.solution, solution, files.slug),
    ]
    return found + ([f"{files.solution}: {_stale(files)}"] if is_stale(solution) else [])


def _difference(path: Path, built: NotebookNode, slug: str) -> list[str]:
    if path.exists() and path.read_bytes() == notebook_text(built).encode():
        return []
    committed = _read(path)
    if committed is None:
        what = ["is no notebook of format 4.5" if path.exists() else "is missing"]
    else:
        what = first_difference(committed, built) or ["is laid out otherwise than a build does"]
    return [f"{path}: {what[0]}", *(f"    {line}" for line in what[1:]), f"    type: course build {slug}"]


def _orphans(root: Path) -> list[str]:
    slugs = {path.stem for path in (root / "solutions").glob("*.py")}
    found = [path for folder in ("labs", "solutions") for path in sorted((root / folder).glob("*.ipynb"))]
    left = [path for path in found if path.stem not in slugs]
    return [f"{path}: no solutions/{path.stem}.py; delete the notebook or write its source" for path in left]


def write_all(root: Path, names: list[str], load_lab: LoadLab, execute: bool) -> tuple[list[str], list[str]]:
    """Write the notebooks of the named labs; for no name of all, and the README's table of them.

    One that fails does not stop the others.

    Returns:
        What was done and what was wrong, in lines to print.
    """
    done: list[str] = []
    wrong: list[str] = []
    for files in find_files(root, names):
        try:
            done += write(files, load_lab, execute)
        except SourceError as error:
            wrong.append(str(error))
    if not names and _readme(root).exists():
        done.append(readme.write(_readme(root), _labs(root, load_lab)))
    return done, wrong


def _readme(root: Path) -> Path:
    return root / "README.md"


def _labs(root: Path, load_lab: LoadLab) -> list[tuple[str, Lab]]:
    return [(files.slug, load_lab(files.slug[:2])) for files in find_files(root, [])]


def check_all(root: Path, names: list[str], load_lab: LoadLab) -> list[str]:
    """How the committed notebooks of the named labs, or of all, differ from their sources, in lines."""
    wrong: list[str] = []
    for files in find_files(root, names):
        try:
            wrong += differences(files, load_lab)
        except SourceError as error:
            wrong.append(str(error))
    if not names and _readme(root).exists():
        wrong += readme.differences(_readme(root), _labs(root, load_lab))
    return wrong if names else wrong + _orphans(root)
