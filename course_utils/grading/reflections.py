"""What a student wrote to the questions that are graded by hand."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from course_utils.checks.exercise import Lab
from course_utils.grading.cells import REFLECTION, Cell


def reflections_in(
    cells: tuple[Cell, ...], given: Collection[str], asked: Mapping[tuple[str, str], str], lab: Lab
) -> dict[str, str]:
    """Question id -> the student's own words, "" for none.

    A question is found by its marks, or else by the id that begins its text, as in "**8.a** ...". Text cells
    that a student put right below belong to the answer.

    Args:
        given: the sources of the release's cells.
        asked: (REFLECTION, question id) -> its cell as students get it.
    """
    places = {cell.exercise: place for place, cell in enumerate(cells) if cell.role == REFLECTION}
    for id in lab.reflections.keys() - places.keys():
        begun = [i for i, cell in enumerate(cells) if not cell.role and cell.source.startswith(f"**{id}**")]
        if begun:
            places[id] = begun[-1]
    texts = {id: "\n\n".join(_with_own(cells[place:], given, lab)) for id, place in places.items()}
    return {id: written(text, asked.get((REFLECTION, id), "")) for id, text in texts.items()}


def _with_own(cells: tuple[Cell, ...], given: Collection[str], lab: Lab) -> Iterator[str]:
    """The text of the first cell, and of the student's own text cells after it."""
    yield cells[0].source
    questions = tuple(f"**{id}**" for id in lab.reflections)
    for cell in cells[1:]:
        own = cell.kind == "markdown" and not cell.role and cell.source not in given
        if not own or cell.source.startswith(questions):
            return
        yield cell.source


def written(text: str, asked: str) -> str:
    """The student's own part of a cell, "" for an untouched one.

    Wherever it stands: below the prompt, between the lines of the question or behind them.

    Args:
        text: the cell as it was handed in.
        asked: the cell as it was handed out.
    """
    given = [line.strip() for line in asked.splitlines() if line.strip()]
    own = []
    for line in text.splitlines():
        begins = next((each for each in given if line.strip().startswith(each)), "")
        if begins:
            given.remove(begins)  # a line that is quoted in the answer stays there
        own.append(line.strip().removeprefix(begins) if begins else line)
    return "\n".join(own).strip()
