"""A notebook run in a kernel of its own for `course demo`: what its cells gave and what its checks kept."""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode

from course_utils.checks import store
from course_utils.checks.exercise import Lab, load_lab
from course_utils.checks.outcome import CheckFailed

if TYPE_CHECKING:
    from nbclient import NotebookClient

CELL_SECONDS = 300


class DemoError(Exception):
    """What keeps the demo from going on, in one line."""


@dataclass(frozen=True)
class Run:
    """A notebook that was run.

    Attributes:
        notebook: with its outputs.
        kept: exercise id -> what its check left in the progress file of this run.
        error: the first cell's error, as "NameError: ...", or "".
    """

    notebook: NotebookNode
    kept: dict[str, dict[str, Any]]
    error: str


async def run_notebook(notebook: NotebookNode, folder: Path, on_cell: Callable[..., None]) -> Run:
    """Run a notebook in `folder`, to its end whatever its cells raise; `on_cell` is called before each.

    Progress is kept in a folder of this run's own: a demo must not count as the student's work.

    Raises:
        DemoError: the kernel does not start, dies, or takes five minutes for one cell.
    """
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--IPKernelApp.log_level=CRITICAL"],  # it warns of every start and every Ctrl-C
        on_cell_start=on_cell,
    )
    with tempfile.TemporaryDirectory() as state:
        try:
            await client.async_execute(env={**os.environ, "COURSE_STATE_DIR": state})
        except (NoSuchKernel, DeadKernelError, CellTimeoutError) as error:
            why = f"{type(error).__name__}: {str(error).splitlines()[0]}"
            raise DemoError(f"a notebook could not be run ({why}); course doctor may tell why") from error
        finally:
            await _end_kernel(client)
        return Run(notebook, kept_outcomes(notebook, state), first_error(notebook))


async def _end_kernel(client: NotebookClient) -> None:
    """End a kernel that was stopped while it started: nbclient sees to it only from the first cell on.

    Else it would live until Python ends, and be ended then on a closed event loop, loudly.
    """
    if client.km is not None:
        await client._async_cleanup_kernel()
    atexit.unregister(client._cleanup_kernel)


def leave_ctrl_c_to_asyncio() -> None:
    """Keep nbclient from taking SIGINT: it stops the kernel and then stumbles over its absence, loudly.

    asyncio cancels every run, and each then shuts its own kernel down. nbclient expects this refusal: it
    is what it gets outside the main thread.
    """

    def refuse(*_: object) -> None:
        raise RuntimeError

    asyncio.get_running_loop().add_signal_handler = refuse  # type: ignore[method-assign, assignment]
    # pyzmq reports through this log, at length, where a socket is closed while something is still on its way
    logging.getLogger("tornado.general").setLevel(logging.CRITICAL)


def lab_of(notebook: NotebookNode) -> Lab:
    """The lab that a notebook belongs to."""
    return load_lab(notebook.metadata["course"]["lab"])


def kept_outcomes(notebook: NotebookNode, state: str) -> dict[str, dict[str, Any]]:
    """Exercise id -> what its check kept in the folder `state`; exercises never checked are left out."""
    with _state_folder(state):
        kept = {id: store.load(id) for id in lab_of(notebook).exercises}
    return {id: entry for id, entry in kept.items() if "status" in entry}


@contextmanager
def _state_folder(folder: str) -> Iterator[None]:
    before = os.environ.get("COURSE_STATE_DIR")
    os.environ["COURSE_STATE_DIR"] = folder
    try:
        yield
    finally:
        if before is None:
            del os.environ["COURSE_STATE_DIR"]
        else:
            os.environ["COURSE_STATE_DIR"] = before


def first_error(notebook: NotebookNode) -> str:
    """The first error among the outputs, in one line; "" for none. A check not passed is none."""
    errors = [output for output in outputs_of(notebook.cells) if output.output_type == "error"]
    errors = [error for error in errors if error.ename != CheckFailed.__name__]
    return f"{errors[0].ename}: {errors[0].evalue}" if errors else ""


def outputs_of(cells: list[NotebookNode]) -> Iterator[NotebookNode]:
    return (output for cell in cells if cell.cell_type == "code" for output in cell.outputs)
