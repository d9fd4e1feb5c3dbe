"""`course demo`: the world, the newest lab and three sample notebooks, without network or browser."""

from __future__ import annotations

import asyncio
import base64
import math
import time
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from course_utils.authoring.samples import samples
from course_utils.checks.exercise import Lab
from course_utils.demo_notebooks import (
    DemoError,
    Run,
    lab_of,
    leave_ctrl_c_to_asyncio,
    outputs_of,
    run_notebook,
)
from course_utils.grading.notebooks import definitions

SIGNATURE_TAG = "signature"
PICTURES = "demo-output"
SENTENCES = 6
SEED = 0
AT_ONCE = 2  # a kernel for each core of the smallest machine that the course is for


def run(root: Path = Path(), console: Console | None = None) -> None:
    """Show the course in `root` at work; pictures go to `root`/demo-output.

    Raises:
        DemoError: no lab is here, its solution does not run, or it has no signature cell.
    """
    console = console or Console()
    start = time.perf_counter()
    path = newest_solution(root)
    console.print(world_table())
    runs = run_lab(path, root / "labs" / path.name, console)
    solution = runs.pop("solution")
    if solution.error:
        raise DemoError(f"{path} stops with {solution.error}")
    console.print(points_table(lab_of(solution.notebook), runs))
    for name, sample in runs.items():
        if sample.error:
            console.print(f"{name}: a cell stopped with {sample.error}", style="bold red", highlight=False)
    show_signature(solution.notebook, root / PICTURES, path.stem, console)
    console.print(f"Done in {time.perf_counter() - start:.0f} seconds.")


def newest_solution(root: Path) -> Path:
    """The solution notebook with the highest number.

    Raises:
        DemoError: there is none, or its lab is missing.
    """
    found = sorted((root / "solutions").glob("[0-9][0-9]_*.ipynb"))
    if not found:
        where = root.resolve()
        raise DemoError(f"no solutions/NN_slug.ipynb in {where}: run this in the course's own folder")
    if not (root / "labs" / found[-1].name).is_file():
        raise DemoError(f"{found[-1]} has no lab: type course build {found[-1].stem}")
    return found[-1]


def world_table() -> Table:
    """Some sentences of the world, their translations and how likely each is."""
    from course_utils.text.world import World

    table = Table(title="The world: sentences, their translation and exact probability")
    table.add_column("English")
    table.add_column("Hungarian")
    table.add_column("probability", justify="right")
    for record in World(SEED).sentences(SENTENCES):
        probability = f"{math.exp(record.log_probability):.1e}"
        table.add_row(record.english_text, record.hungarian_text, probability)
    return table


# Running notebooks -----------------------------------------------------------------------------------------


def run_lab(solution_path: Path, lab_path: Path, console: Console) -> dict[str, Run]:
    """Run the solution and three samples of its lab, two at a time: "solution", "untouched", ... -> run.

    The solution runs up to its last signature cell; of the samples only what their points depend on, or each
    would train the lab's models once more.
    """
    solution = nbformat.read(solution_path, as_version=4)
    handed_in = samples(nbformat.read(lab_path, as_version=4), solution)
    notebooks = {"solution": up_to_signature(solution), **{k: graded(v) for k, v in handed_in.items()}}
    console.print(f"\nRunning {solution_path} and three samples of {lab_path}:", highlight=False)
    columns = ("  {task.description:<10}", MofNCompleteColumn(), TextColumn("cells"), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        return asyncio.run(_run_all(notebooks, solution_path.parent, progress))


def up_to_signature(notebook: NotebookNode) -> NotebookNode:
    """A copy without the cells behind the last that is tagged "signature"; all of it, where none is."""
    tagged = [i for i, cell in enumerate(notebook.cells) if SIGNATURE_TAG in cell.metadata.get("tags", [])]
    return NotebookNode({**notebook, "cells": notebook.cells[: tagged[-1] + 1 if tagged else None]})


def graded(notebook: NotebookNode) -> NotebookNode:
    """A copy of what points depend on: answers, checks, and what other cells define."""
    wanted = []
    for cell in notebook.cells:
        if cell.metadata.get("course", {}).get("role") in ("answer", "check"):
            wanted.append(cell)
        elif cell.cell_type == "code" and (kept := definitions(cell.source)):
            wanted.append(NotebookNode({**cell, "source": kept}))
    return NotebookNode({**notebook, "cells": wanted})


async def _run_all(notebooks: dict[str, NotebookNode], folder: Path, progress: Progress) -> dict[str, Run]:
    leave_ctrl_c_to_asyncio()
    free = asyncio.Semaphore(AT_ONCE)

    async def run_one(name: str, notebook: NotebookNode) -> Run:
        task = progress.add_task(name.replace("_", " "), total=len(notebook.cells), start=False)
        async with free:
            progress.start_task(task)
            done = await run_notebook(notebook, folder, lambda **cell: progress.advance(task))
            progress.update(task, completed=len(notebook.cells))
            return done

    tasks = [asyncio.create_task(run_one(name, notebook)) for name, notebook in notebooks.items()]
    try:
        return dict(zip(notebooks, await asyncio.gather(*tasks), strict=True))
    except DemoError:
        for task in tasks:
            task.cancel()
        raise
    finally:  # each shuts its own kernel down; Ctrl-C has cancelled them already, and twice is too often
        await asyncio.wait(tasks)


# Showing what came out -------------------------------------------------------------------------------------


def points_table(lab: Lab, runs: dict[str, Run]) -> Table:
    """Outcome and points of every exercise in every run, from the progress files that the checks kept."""
    table = Table(
        title=f"Three sample notebooks of lab {lab.id}, {lab.title}: outcome and points", show_footer=True
    )
    total = sum(exercise.points for exercise in lab.exercises.values())
    table.add_column("exercise", footer="points")
    for name, run in runs.items():
        earned = sum(run.kept.get(id, {}).get("earned", 0) for id in lab.exercises)
        table.add_column(name.replace("_", " "), footer=f"{earned:g}/{total:g}")
    for id, exercise in lab.exercises.items():
        shown = [_outcome(run.kept.get(id), exercise.points) for run in runs.values()]
        table.add_row(f"{id} {exercise.title}", *shown)
    return table


def _outcome(kept: dict[str, Any] | None, points: float) -> str:
    if kept is None:
        return "never checked"
    return f"{kept['status'].replace('_', ' ')} {kept['earned']:g}/{points:g}"


def show_signature(solution: NotebookNode, folder: Path, slug: str, console: Console) -> None:
    """Print what the cells tagged "signature" printed, and save their pictures in `folder`.

    Raises:
        DemoError: no cell has that tag, or the tagged ones gave neither text nor picture.
    """
    tagged = [cell for cell in solution.cells if SIGNATURE_TAG in cell.metadata.get("tags", [])]
    outputs = list(outputs_of(tagged))
    texts = [text for text in map(_text, outputs) if text]
    pictures = [output.data["image/png"] for output in outputs if "image/png" in output.get("data", {})]
    if not texts and not pictures:
        raise DemoError(f"solutions/{slug}.ipynb: no cell tagged {SIGNATURE_TAG} shows anything")
    console.print(f"\nWhat lab {slug} is there to show:", highlight=False)
    for text in texts:
        console.print(f"\n{text.rstrip()}", markup=False, highlight=False, soft_wrap=True)
    folder.mkdir(exist_ok=True)
    for number, picture in enumerate(pictures, 1):
        path = folder / f"{slug}-{number}.png"
        path.write_bytes(base64.b64decode(picture))
        console.print(f"\nPicture saved: {path}", highlight=False, soft_wrap=True)


def _text(output: NotebookNode) -> str:
    """What an output says in text; the text beside a picture only names the picture's type."""
    if output.output_type == "stream":
        return str(output.text) if output.name == "stdout" else ""
    data = output.get("data", {})
    return "" if "image/png" in data else str(data.get("text/plain", ""))
