"""The outputs of a solution: made by running it, kept across builds, and known to be stale when they are."""

from __future__ import annotations

import os
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING

from nbformat import NotebookNode

if TYPE_CHECKING:
    from nbclient import NotebookClient

_CELL_SECONDS = 600  # a whole solution may take 120; a slow machine still gets to its end


class ExecutionFailed(Exception):
    """A solution that does not run to its end.

    Attributes:
        index: the cell it stopped at, or None when no cell was begun.
    """

    def __init__(self, index: int | None, what: str):
        self.index = index
        super().__init__(what)


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that a kernel runs."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def with_kept_outputs(built: NotebookNode, committed: NotebookNode) -> NotebookNode:
    """`built` with the committed outputs of each code cell whose source is unchanged."""
    kept = {(cell.get("id"), cell.source): cell for cell in code_cells(committed)}
    notebook = deepcopy(built)
    for cell in code_cells(notebook):
        if old := kept.get((cell.id, cell.source)):
            cell.execution_count, cell.outputs = old.execution_count, deepcopy(old.outputs)
    return notebook


def is_stale(solution: NotebookNode) -> bool:
    """Whether its outputs are not those of one run from top to bottom.

    A changed or new cell has no execution count; a cell moved or taken out leaves the counts out of order.
    """
    counts = [cell.execution_count for cell in code_cells(solution)]
    return counts != list(range(1, len(counts) + 1))


def executed(solution: NotebookNode, folder: Path, state: Path) -> NotebookNode:
    """A copy of `solution` run from top to bottom in `folder`, with nothing in it that varies by run.

    Progress goes to the folder `state`: running a solution must not count as the author's.

    Raises:
        ExecutionFailed: a cell not tagged raises-exception raised, took over ten minutes or lost its kernel.
    """
    from nbclient.exceptions import CellControlSignal, DeadKernelError

    run = deepcopy(solution)
    client = _client(run, folder)
    begun: list[int] = []
    client.on_cell_start = lambda cell, cell_index: begun.append(cell_index)
    try:
        client.execute(env={**os.environ, "COURSE_STATE_DIR": str(state)})
    except (CellControlSignal, DeadKernelError) as error:
        raise ExecutionFailed(begun[-1] if begun else None, _described(error)) from error
    run.metadata = deepcopy(solution.metadata)  # the kernel's own holds a patch version of Python
    return run


def _client(notebook: NotebookNode, folder: Path) -> NotebookClient:
    from nbclient import NotebookClient

    return NotebookClient(
        notebook,
        timeout=_CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],  # else each kernel warns of its transport in the terminal
    )


def _described(error: Exception) -> str:
    """An error in one line: nbclient's own text is a whole traceback in terminal colours."""
    from nbclient.exceptions import CellExecutionError

    if isinstance(error, CellExecutionError):
        return f"{error.ename}: {error.evalue}"
    return f"{type(error).__name__}: {error}"
