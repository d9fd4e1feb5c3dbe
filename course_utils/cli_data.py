"""`course data`: what real text there is, getting it, and checking it."""

from typing import Annotated, NoReturn

import typer

from course_utils.text.corpora import CorpusError, data_folder, fetch
from course_utils.text.corpora.obtain import require_unchanged
from course_utils.text.corpora.registry import CORPORA, Corpus, CorpusFile, find
from course_utils.text.corpora.storage import location, state

app = typer.Typer(help="Real text for the labs: list it, get it, verify it.", no_args_is_help=True)


@app.command("list")
def list_corpora() -> None:
    """Show every corpus: languages, size, licence, and where it lies on this machine."""
    from rich.console import Console
    from rich.table import Table

    try:
        folder = data_folder()
    except CorpusError as error:
        _fail(str(error))
    table = Table("name", "languages", "size", "licence", "where it is", title="Corpora")
    for corpus in CORPORA.values():
        table.add_row(
            corpus.name,
            " → ".join(corpus.languages),
            _megabytes(corpus),
            corpus.licence,
            _whereabouts(corpus),
        )
    console = Console()
    console.print(table)
    console.print(f"Data folder: {folder}", soft_wrap=True)
    console.print("A file of your own: corpora.read_pairs(path) or corpora.read_text(path).", soft_wrap=True)


@app.command()
def get(
    name: Annotated[str, typer.Argument(help=f"One of {', '.join(CORPORA)}.")],
    accept_changed: Annotated[
        bool,
        typer.Option(
            "--accept-changed", help="Take a version other than the course's own, if it can be read."
        ),
    ] = False,
) -> None:
    """Download one corpus, verify it, and put it into the data folder. Interrupted? Run it again to go on."""
    try:
        paths = fetch(name, accept_changed=accept_changed)
    except CorpusError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        _fail(f"Stopped. What was received is kept: `course data get {name}` goes on from there.", code=130)
    corpus = find(name)
    for path in paths:
        typer.echo(path)
    typer.echo(f"{corpus.title}. Licence: {corpus.licence}. Attribution: {corpus.attribution}.")


@app.command()
def verify() -> None:
    """Check every file that is here against its checksum."""
    try:
        altered = [message for message in map(_verified, _present_files()) if message]
    except CorpusError as error:
        _fail(str(error))
    if altered:
        _fail("\n".join(altered))


def _present_files() -> list[tuple[Corpus, CorpusFile]]:
    present = [
        (corpus, file) for corpus in CORPORA.values() for file in corpus.files if location(file).exists()
    ]
    if not present:
        typer.echo(f"Nothing to verify: no corpus lies in {data_folder()}.")
    return present


def _verified(entry: tuple[Corpus, CorpusFile]) -> str:
    """Print how one file stands; give back what is wrong with it, or ""."""
    corpus, file = entry
    try:
        require_unchanged(corpus, file)
    except CorpusError as error:
        typer.echo(f"DIFFERS   {location(file)}")
        return str(error)
    typer.echo(f"{'accepted' if state(file) == 'accepted' else 'verified'}  {location(file)}")
    return ""


def _megabytes(corpus: Corpus) -> str:
    return f"{corpus.size / 1e6:.1f} MB"


def _whereabouts(corpus: Corpus) -> str:
    paths = [location(file) for file in corpus.files]
    here = [path for path in paths if path.is_file()]
    if not here:
        return "not here"
    if len(here) < len(paths):
        return f"{len(here)} of {len(paths)} files in {paths[0].parent}"
    return str(paths[0] if len(paths) == 1 else paths[0].parent)


def _fail(message: str, code: int = 1) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)
