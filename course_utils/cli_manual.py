"""`course grade manual`: answers to a reflection question, side by side, get points and comments."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from course_utils.checks.exercise import Reflection
    from course_utils.grading.gradebook import Gradebook
    from course_utils.grading.manual import Answer

_ANONYMOUS = "Leave out who wrote what, and shuffle the answers."
_EXPORT = "Write all answers into a CSV file with columns for points and comments, and end."
_IMPORT = "Take points and comments from such a file, all of them or none."


def manual(
    lab: Annotated[str, typer.Option(help="The lab's number, as in --lab 08.")],
    gradebook: Annotated[str, typer.Option(help="The gradebook: a file or a URL.")] = "grades.db",
    anonymous: Annotated[bool, typer.Option("--anonymous", help=_ANONYMOUS)] = False,
    export: Annotated[Path | None, typer.Option(help=_EXPORT)] = None,
    filled: Annotated[Path | None, typer.Option("--import", help=_IMPORT)] = None,
) -> None:
    """Grade the answers to reflection questions, question by question."""
    if bool(export) + bool(filled) + anonymous > 1:
        typer.echo("expected one of --anonymous, --export and --import: a file says who wrote what", err=True)
        raise typer.Exit(2)
    from course_utils.checks.core import lab_modules
    from course_utils.grading.gradebook import opened

    if lab not in lab_modules() or ("://" not in gradebook and not Path(gradebook).is_file()):
        typer.echo(f"expected a lab and its gradebook, got {lab!r} and {gradebook}", err=True)
        raise typer.Exit(2)
    with opened(gradebook) as book:
        if export:
            _export(book, lab, export)
        elif filled:
            _import(book, lab, filled)
        else:
            _ask(book, lab, anonymous)


def _export(book: Gradebook, lab: str, path: Path) -> None:
    from course_utils.grading import manual_files

    answers = [answer for answer in book.answers(lab) if answer.text.strip() or answer.score]
    manual_files.export(answers, path)
    waiting = sum(answer.waits for answer in answers)
    typer.echo(
        f"{len(answers)} answers in {path}, {waiting} of them wait for points. "
        f"Fill in the columns points and comment, then: course grade manual --lab {lab} --import {path}"
    )


def _import(book: Gradebook, lab: str, path: Path) -> None:
    from course_utils.checks.core import load_lab
    from course_utils.grading.manual_files import BadScores, Filled

    def older(answer: Answer, version: str) -> Answer | None:
        return book.older(lab, answer, version)

    try:
        scores = Filled(book.answers(lab), load_lab(lab).reflections, older, _grader()).scores(path)
    except BadScores as error:
        typer.echo(f"{error}\nNothing was taken from {path}: mend it and import it again.", err=True)
        raise typer.Exit(1) from None
    book.add_scores(lab, scores)
    typer.echo(f"New scores from {path}: {len(scores)}.")
    if outdated := sum(answer.outdated for answer in book.answers(lab)):
        typer.echo(f"Given for texts that were handed in anew since, and listed again: {outdated}.")


def _ask(book: Gradebook, lab: str, anonymous: bool) -> None:
    from rich.console import Console

    from course_utils.checks.core import load_lab

    answers, given = book.answers(lab), 0
    try:
        for question in load_lab(lab).reflections.values():
            asked = [answer for answer in answers if answer.question == question.id]
            if anonymous:
                asked.sort(key=lambda answer: answer.version)
            given += sum(_ask_all(book, lab, question, asked, anonymous, Console()))
    except typer.Abort:
        typer.echo("\nEverything given so far is kept.")
        raise typer.Exit(130) from None
    typer.echo(f"Scores given: {given}. To go: {sum(each.waits for each in book.answers(lab))}.")


def _ask_all(
    book: Gradebook, lab: str, question: Reflection, answers: list[Answer], anonymous: bool, console: Console
) -> Iterator[bool]:
    """For each answer that waits, whether it was given points. Each score is stored at once."""
    from rich.markdown import Markdown
    from rich.panel import Panel
    from rich.text import Text

    from course_utils.grading.pages import visible

    waiting = [answer for answer in answers if answer.waits]
    if waiting:
        console.rule(
            f"{question.id} {question.title}: 0 to {question.points:g} points, {len(waiting)} to grade"
        )
        console.print(Markdown(_model_answer(lab, question.id)))
    for number, answer in enumerate(waiting, start=1):
        name = f"answer {number}" if anonymous else visible(answer.student)
        console.print(Panel(Text(visible(answer.text)), title=Text(f"{name} ({number} of {len(waiting)})")))
        if answer.score:
            console.print(Text(f"{answer.score.points:g} given for an older text. {answer.score.comment}"))
        points = _points(question.points)
        if points is not None:
            comment = typer.prompt("comment (Enter for none)", default="", show_default=False)
            book.add_scores(lab, [answer.scored(points, comment.strip(), _grader())])
        yield points is not None


def _points(most: float) -> float | None:
    """Points from the terminal, asked for until they can be; None to skip."""
    from course_utils.grading.manual_files import points_in

    while typed := typer.prompt(
        f"points (0 to {most:g}, Enter skips)", default="", show_default=False
    ).strip():
        try:
            return points_in(typed, most)
        except ValueError as error:
            typer.echo(str(error))
    return None


def _model_answer(lab: str, question: str) -> str:
    """The question as it is asked, with the model answer where the solutions are at hand."""
    for path in (*Path("solutions").glob(f"{lab}_*.ipynb"), *Path("labs").glob(f"{lab}_*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            own = cell["metadata"].get("course", {})
            if (own.get("role"), own.get("exercise")) == ("reflection", question):
                return "".join(cell["source"])
    return ""


def _grader() -> str:
    with suppress(KeyError, OSError):  # a container may know no name for its user
        return getpass.getuser()
    return ""
