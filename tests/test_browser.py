"""A student's hour in a real browser: lab 01 in JupyterLab, from untouched to the first points.

COURSE_SCREENSHOTS=FOLDER pytest tests/test_browser.py also saves pictures of what it sees. The README's is
docs/images/card.png: a copy of FOLDER/card.png.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from tests.conftest import require
from tests.jupyterlab import OpenNotebook, browser_page, served

LAB = Path(__file__).parents[1] / "labs/01_ngrams.ipynb"
EXERCISES = ("1.1", "1.2", "1.3", "1.4", "1.5", "1.6")
MENUS = ["File", "Edit", "View", "Run", "Kernel", "Tabs", "Settings", "Help"]
# The second forgets that a sentence ends.
RIGHT, WRONG = (
    f"""def count_ngrams(sentences, n):
    counts = {{}}
    for sentence in sentences:
        padded = ["<s>"] * (n - 1) + sentence{end}
        for i in range(n - 1, len(padded)):
            context = tuple(padded[i - n + 1 : i])
            counts.setdefault(context, Counter())[padded[i]] += 1
    return counts"""
    for end in (' + ["</s>"]', "")
)


@pytest.fixture
def chromium() -> str:
    found = shutil.which("chromium")
    require(found, "install Chromium (on Debian: apt-get install chromium) to try the labs in a browser")
    return str(found)


@pytest.fixture
def lab(tmp_path, chromium):
    """Lab 01 as a student opens it, and what goes wrong on the page."""
    (tmp_path / "labs").mkdir()
    copy = Path(shutil.copy(LAB, tmp_path / "labs"))
    with served(copy.parent, tmp_path / "private") as address, browser_page(chromium) as (page, problems):
        yield OpenNotebook(page, address, copy), problems


def picture(notebook: OpenNotebook, name: str, first: str, last: str) -> None:
    folder = os.environ.get("COURSE_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        notebook.picture(Path(folder) / f"{name}.png", first, last)


def run_untouched_lab(notebook: OpenNotebook) -> None:
    notebook.run_all()
    expect(notebook.output(notebook.ids[-1])).to_contain_text("0 of 16 points")
    for exercise in EXERCISES:
        card = notebook.output(f"check-{exercise.replace('.', '-')}")
        expect(card.locator(".course-card")).to_contain_text(f"Exercise {exercise}")
        expect(card).to_contain_text("not done yet")


def answer_wrongly(notebook: OpenNotebook) -> None:
    notebook.type("answer-1-1", WRONG)
    notebook.run("answer-1-1")
    notebook.run("check-1-1")
    card = notebook.output("check-1-1")
    expect(card).to_contain_text("✗ the end of a sentence is counted once, as </s>")
    expect(card).to_contain_text("Put exactly one '</s>' after the last word.")
    expect(card).not_to_contain_text("2 of 2 points")
    # JupyterLab lets the colours through.
    expect(card.get_by_text("✗", exact=True).first).to_have_css("color", "rgb(229, 72, 77)")


def ask_for_a_hint(notebook: OpenNotebook) -> None:
    notebook.insert_below("check-1-1", "hint", 'hint("1.1")')
    notebook.run("hint")
    expect(notebook.output("hint")).to_contain_text("Exercise 1.1, hint 1")
    expect(notebook.output("hint")).to_contain_text("the last thing it predicts is the token '</s>'")


def answer_rightly(notebook: OpenNotebook) -> None:
    notebook.type("answer-1-1", RIGHT)
    for id in ("answer-1-1", "check-1-1", notebook.ids[-1]):
        notebook.run(id)
    expect(notebook.output("check-1-1")).to_contain_text("2 of 2 points")
    expect(notebook.output("check-1-1")).not_to_contain_text("✗")
    expect(notebook.output(notebook.ids[-1])).to_contain_text("2 of 16 points")


def see_that_progress_is_kept(notebook: OpenNotebook) -> None:
    notebook.restart_kernel()
    notebook.insert_below(notebook.ids[-1], "again", "from course_utils import progress; progress()")
    notebook.run("again")
    expect(notebook.output("again")).to_contain_text("Lab 01 n-grams: 2 of 16")
    # The first thing this kernel ran: it is a new one.
    expect(notebook.cell("again").locator(".jp-InputPrompt")).to_have_text("[1]:")


def see_that_saving_keeps_the_rest(notebook: OpenNotebook) -> None:
    """The student's answer as it was typed, and all that grading needs."""
    notebook.save()
    saved = {cell.id: cell for cell in notebook.saved().cells}
    assert saved["answer-1-1"].source == RIGHT
    for cell in nbformat.read(LAB, as_version=4).cells:
        assert saved[cell.id].metadata == cell.metadata
    assert "jupytext" not in notebook.saved().metadata


@pytest.mark.slow
@pytest.mark.browser
def test_a_student_is_taught_by_the_checks(lab):
    notebook, problems = lab
    expect(notebook.page.locator(".lm-MenuBar-itemLabel")).to_have_text(MENUS)
    run_untouched_lab(notebook)
    picture(notebook, "untouched", "answer-1-1", "check-1-1")
    answer_wrongly(notebook)
    ask_for_a_hint(notebook)
    picture(notebook, "card", "answer-1-1", "hint")
    answer_rightly(notebook)
    picture(notebook, "passed", "answer-1-1", "check-1-1")
    picture(notebook, "progress", notebook.ids[-1], notebook.ids[-1])
    see_that_progress_is_kept(notebook)
    see_that_saving_keeps_the_rest(notebook)
    assert problems == []
