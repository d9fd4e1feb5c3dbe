"""`course demo`: what it shows is what the notebooks gave and what the checks kept."""

from __future__ import annotations

import asyncio
import base64
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from rich.console import Console

from course_utils import demo, demo_notebooks
from course_utils.checks.exercise import Lab, load_lab
from course_utils.demo_notebooks import DemoError, Run

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
ANSWERS = {
    "0.1": ("greet", "def greet(name):\n    return f'Hello, {name}!'"),
    "0.2": ("count_words", "def count_words(sentence):\n    return len(sentence.split())"),
    "0.3": (
        "longest_first",
        "def longest_first(words):\n    return sorted(words, key=lambda w: (-len(w), w))",
    ),
    "0.4": ("mean_length", "def mean_length(s):\n    return sum(map(count_words, s)) / max(len(s), 1)"),
}
SIGNATURE = [
    "print('order  perplexity')\nprint('    2       [3.5]')",
    "from IPython.display import Image\nImage(data=PICTURE)",
]


def shown(draw) -> str:
    """What `draw(console)` prints on a console 100 characters wide."""
    console = Console(file=io.StringIO(), width=100)
    draw(console)
    return console.file.getvalue()


def course_cell(role: str, exercise: str, source: str) -> nbformat.NotebookNode:
    return new_code_cell(source, metadata={"course": {"role": role, "exercise": exercise}})


def notebook(solved: bool) -> nbformat.NotebookNode:
    """A small lab 00: what a student opens, or its solution with signature cells."""
    cells = [new_code_cell(f"from course_utils import check\nPICTURE = {PIXEL!r}")]
    for id, (name, answer) in ANSWERS.items():
        message = load_lab("00").exercises[id].stub
        stub = f"{answer.splitlines()[0]}\n    raise NotImplementedError({message!r})"
        cells.append(course_cell("answer", id, answer if solved else stub))
        cells.append(course_cell("check", id, f"check({id!r}, {name})"))
    cells += [new_code_cell(source, metadata={"tags": ["signature"]}) for source in SIGNATURE]
    return new_notebook(cells=cells, metadata={"course": {"lab": "00"}, "kernelspec": KERNEL})


@pytest.fixture
def course(tmp_path) -> Path:
    """A folder with one small lab in it."""
    for folder, solved in (("labs", False), ("solutions", True)):
        (tmp_path / folder).mkdir()
        nbformat.write(notebook(solved), tmp_path / folder / "00_setup.ipynb")
    return tmp_path


# The whole of it -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_demo_shows_the_world_the_points_and_the_signature(course):
    own = os.environ["COURSE_STATE_DIR"]
    kept_before = sorted(Path(own).rglob("*"))
    text = shown(lambda console: demo.run(course, console))
    assert "Hungarian" in text
    rows = {line.split()[1]: line for line in text.splitlines() if line.startswith("│")}
    points = {id: exercise.points for id, exercise in load_lab("00").exercises.items()}
    for id, worth in points.items():
        half = f"passed {worth:g}/{worth:g}" if id in ("0.1", "0.2") else f"not attempted 0/{worth:g}"
        cells = [cell.strip() for cell in rows[id].split("│")]
        assert cells[2:5] == [f"not attempted 0/{worth:g}", half, f"passed {worth:g}/{worth:g}"]
    assert [cell.strip() for cell in rows["points"].split("│")][2:5] == ["0/4", "2/4", "4/4"]
    assert "    2       [3.5]" in text
    assert (course / "demo-output/00_setup-1.png").read_bytes() == PIXEL
    assert "stopped" not in text
    assert os.environ["COURSE_STATE_DIR"] == own
    assert sorted(Path(own).rglob("*")) == kept_before, "the demo counted as the student's own work"


@pytest.mark.slow
def test_a_solution_that_stops_ends_the_demo(course):
    path = course / "solutions/00_setup.ipynb"
    solution = nbformat.read(path, as_version=4)
    solution.cells.insert(1, new_code_cell("1 / 0"))
    nbformat.write(solution, path)
    with pytest.raises(
        DemoError, match=r"solutions/00_setup.ipynb stops with ZeroDivisionError: division by"
    ):
        shown(lambda console: demo.run(course, console))


def run_alone(cells: list[nbformat.NotebookNode], folder: Path, **metadata) -> Run:
    alone = new_notebook(
        cells=cells, metadata={"course": {"lab": "00"}, "kernelspec": {**KERNEL, **metadata}}
    )
    return asyncio.run(demo_notebooks.run_notebook(alone, folder, lambda **_: None))


@pytest.mark.slow
def test_a_sample_runs_to_its_end_in_its_folder_whatever_it_raises(tmp_path):
    done = run_alone([new_code_cell("1 / 0"), new_code_cell("open('here', 'w').close()")], tmp_path)
    assert done.error == "ZeroDivisionError: division by zero"
    assert (tmp_path / "here").exists()
    assert done.kept == {}


def test_an_unknown_kernel_is_told_in_one_line(tmp_path):
    with pytest.raises(DemoError, match=r"NoSuchKernel.*nowhere.*course doctor") as caught:
        run_alone([], tmp_path, name="nowhere")
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_a_kernel_that_dies_is_told_in_one_line(tmp_path):
    with pytest.raises(DemoError, match=r"DeadKernelError.*course doctor"):
        run_alone([new_code_cell("import os; os._exit(3)")], tmp_path)


@pytest.mark.slow
def test_ctrl_c_ends_the_demo_and_its_kernels_quietly(course):
    started = course / "kernel"
    for path in course.glob("*/*.ipynb"):
        slow = nbformat.read(path, as_version=4)
        wait = f"import os, time\nopen({str(started)!r}, 'w').write(str(os.getpid()))\ntime.sleep(100)"
        slow.cells.insert(0, new_code_cell(wait))
        nbformat.write(slow, path)
    command = [str(Path(sys.executable).with_name("course")), "demo"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, cwd=course, **pipes) as running:
        wait_until(lambda: running.poll() is not None or (started.exists() and started.read_text()))
        running.send_signal(signal.SIGINT)
        text, _ = running.communicate(timeout=30)
    assert running.returncode == 130, text
    assert "Traceback" not in text
    with pytest.raises(ProcessLookupError):  # its kernel is gone
        os.kill(int(started.read_text()), 0)


@pytest.mark.slow
def test_a_run_stopped_while_its_kernel_starts_leaves_nothing_behind(tmp_path, monkeypatch):
    """No process, and nothing for Python's end: there it failed, loudly, on an event loop closed by then."""
    children, at_exit = psutil.Process().children, []
    before = set(children())
    for module in ("nbclient.client", "course_utils.demo_notebooks"):
        stand_in = SimpleNamespace(register=at_exit.append, unregister=at_exit.remove)
        monkeypatch.setattr(f"{module}.atexit", stand_in)

    async def stop_early() -> None:
        alone = new_notebook(metadata={"course": {"lab": "00"}, "kernelspec": KERNEL})
        running = asyncio.create_task(demo_notebooks.run_notebook(alone, tmp_path, lambda **_: None))
        while set(children()) == before:
            assert not running.done()
            await asyncio.sleep(0.001)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(stop_early())
    assert set(children()) == before
    assert at_exit == []


def wait_until(holds, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


# Its parts -------------------------------------------------------------------------------------------------


def test_newest_solution_is_the_one_of_the_highest_number(course):
    for folder in ("labs", "solutions"):
        (course / folder / "10_later.ipynb").touch()
        (course / folder / "9_unnumbered.ipynb").touch()
    assert demo.newest_solution(course) == course / "solutions/10_later.ipynb"


def tagged_cells() -> nbformat.NotebookNode:
    cells = [
        new_code_cell("import math\nprint(math.pi)"),
        course_cell("answer", "0.1", "x = 1"),
        new_code_cell("train()"),
        course_cell("check", "0.1", "check()"),
        new_code_cell("shown", metadata={"tags": ["signature"]}),
        new_markdown_cell("after"),
        course_cell("answer", "0.2", "y = 1"),
    ]
    return new_notebook(cells=cells, metadata={"course": {"lab": "00"}})


def test_samples_run_only_what_their_points_depend_on():
    whole = tagged_cells()
    kept = demo.graded(whole)
    assert [cell.source for cell in kept.cells] == ["import math", "x = 1", "check()", "y = 1"]
    assert kept.metadata == whole.metadata
    assert len(whole.cells) == 7, "the notebook itself lost cells"


def test_the_solution_runs_up_to_its_last_signature():
    kept = demo.up_to_signature(tagged_cells())
    assert [cell.source for cell in kept.cells][-1] == "shown"
    assert len(kept.cells) == 5
    untagged = new_notebook(cells=[new_code_cell("1")])
    assert demo.up_to_signature(untagged).cells == untagged.cells


def test_a_solution_without_its_lab_says_how_to_make_it(course):
    (course / "solutions/01_ngrams.ipynb").touch()
    with pytest.raises(DemoError, match=r"01_ngrams.ipynb has no lab: type course build 01_ngrams"):
        demo.newest_solution(course)


def test_another_folder_is_told(tmp_path):
    with pytest.raises(
        DemoError, match=rf"no solutions/NN_slug.ipynb in {tmp_path}: run this in the course's"
    ):
        demo.run(tmp_path)


def small_lab() -> Lab:
    lab = Lab("07", "beads")
    for id, points in (("7.1", 3), ("7.2", 5)):
        lab.exercise(id, name="f", title="count", points=points, difficulty=2, returns=int, reference="a:b")
    return lab


def test_points_are_those_the_checks_kept():
    kept = {"7.1": {"status": "passed", "earned": 3.0}, "7.2": {"status": "timed_out", "earned": 1.25}}
    runs = {"half_done": Run(new_notebook(), kept, ""), "untouched": Run(new_notebook(), {}, "")}
    lines = shown(lambda console: console.print(demo.points_table(small_lab(), runs))).splitlines()
    rows = [[cell.strip() for cell in line.split("│")[1:4]] for line in lines if line.startswith("│")]
    assert rows == [
        ["7.1 count", "passed 3/3", "never checked"],
        ["7.2 count", "timed out 1.25/5", "never checked"],
        ["points", "4.25/8", "0/8"],
    ]


def signature(*outputs: nbformat.NotebookNode, tags: tuple[str, ...] = ("signature",)):
    return new_notebook(cells=[new_code_cell("", outputs=list(outputs), metadata={"tags": list(tags)})])


PRINTED = new_output("stream", name="stdout", text="a [bold] table\n")
WARNED = new_output("stream", name="stderr", text="a warning\n")
RETURNED = new_output("execute_result", data={"text/plain": "{'bleu': 31}"})
DRAWN = new_output(
    "display_data", data={"image/png": base64.b64encode(PIXEL).decode(), "text/plain": "<Figure>"}
)


def test_signature_is_printed_and_its_pictures_are_saved(tmp_path):
    outputs = [WARNED, PRINTED, DRAWN, RETURNED, DRAWN]
    folder = tmp_path / "demo-output"
    text = shown(lambda console: demo.show_signature(signature(*outputs), folder, "07_beads", console))
    assert "a [bold] table" in text
    assert "{'bleu': 31}" in text
    assert "<Figure>" not in text
    assert "a warning" not in text
    assert sorted(path.name for path in folder.iterdir()) == ["07_beads-1.png", "07_beads-2.png"]
    assert (folder / "07_beads-2.png").read_bytes() == PIXEL


@pytest.mark.parametrize("solution", [signature(PRINTED, tags=("other",)), signature(), signature(WARNED)])
def test_a_lab_without_a_signature_is_told(tmp_path, solution):
    with pytest.raises(DemoError, match=r"solutions/07_beads.ipynb: no cell tagged signature shows anything"):
        shown(lambda console: demo.show_signature(solution, tmp_path, "07_beads", console))


def test_the_state_folder_is_put_back(tmp_path, monkeypatch):
    monkeypatch.delenv("COURSE_STATE_DIR")
    empty = new_notebook(metadata={"course": {"lab": "00"}})
    assert demo_notebooks.kept_outcomes(empty, str(tmp_path)) == {}
    assert "COURSE_STATE_DIR" not in os.environ
