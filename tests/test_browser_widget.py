"""Lab 10's field for a sentence of one's own, typed into and run in a real browser.

The lab's own cell, after a small untrained transformer in the place of the training.
COURSE_SCREENSHOTS=FOLDER also saves pictures of what it sees.
"""

from __future__ import annotations

import ast
import os
import shutil
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from tests.conftest import require
from tests.jupyterlab import OpenNotebook, browser_page, served

LAB = Path(__file__).parents[1] / "labs/10_transformer_translation.ipynb"
SMALL = """
from course_utils.models.transformer import Transformer, TransformerConfig

def words(sentences):
    return WordTokenizer.train(sentences, 100)

hungarian = words(["a kutya ellopta a tésztát .", "simon eldobta az új táskámat ."])
english = words(["the dog stole the pasta .", "simon threw away my new bag ."])
keras.utils.set_random_seed(3)
small = {"width": 8, "heads": 2, "hidden": 5, "encoder_layers": 1, "decoder_layers": 1, "longest": 40}
model = Transformer(TransformerConfig(len(hungarian), len(english), **small))
model.build()
reading, layer, head = "being written", 0, 1
"""


@pytest.fixture
def chromium() -> str:
    found = shutil.which("chromium")
    require(found, "install Chromium (on Debian: apt-get install chromium) to try the labs in a browser")
    return str(found)


def small_notebook() -> nbformat.NotebookNode:
    """The lab's imports and its cell with the field, with what that cell needs between them."""
    codes = [cell.source for cell in nbformat.read(LAB, as_version=4).cells if cell.cell_type == "code"]
    imports = next(code for code in codes if "import keras" in code).partition("world = World")[0]
    padded = next(code for code in codes if "def padded" in code)
    function = next(node for node in ast.parse(padded).body if getattr(node, "name", "") == "padded")
    field = next(code for code in codes if "interact_manual" in code)
    sources = {
        "before": f"{imports}\n{ast.get_source_segment(padded, function)}\n{SMALL}",
        "field": field,
        "after": 'print("done")',
    }
    cells = [nbformat.v4.new_code_cell(source, id=name) for name, source in sources.items()]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=kernel)


@pytest.fixture
def notebook(tmp_path, chromium):
    """The small notebook in JupyterLab, and what goes wrong on the page."""
    (tmp_path / "labs").mkdir()
    path = tmp_path / "labs/field.ipynb"
    nbformat.write(small_notebook(), path)
    with served(path.parent, tmp_path / "private") as address, browser_page(chromium) as (page, problems):
        yield OpenNotebook(page, address, path), problems


def picture(notebook: OpenNotebook, name: str) -> None:
    folder = os.environ.get("COURSE_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        notebook.picture(Path(folder) / f"{name}.png", "field", "field")


def translate(notebook: OpenNotebook, sentence: str) -> None:
    whole = notebook.output("field").first
    whole.locator("input[type=text]").fill(sentence)
    whole.get_by_role("button", name="Run Interact").click()


@pytest.mark.slow
@pytest.mark.browser
def test_a_sentence_typed_into_the_field_is_translated_and_shown(notebook):
    notebook, problems = notebook
    notebook.run_all()
    shown = notebook.output("field").last  # inside the cell's own output: what the button's run gives
    expect(notebook.output("field")).to_have_count(2)
    expect(shown.locator("img")).to_have_count(0)

    translate(notebook, "Simon ellopta a macskát .")
    # On a busy machine ipywidgets may show what the run gave twice over: the same picture then
    expect(shown.locator("img").first).to_be_visible()
    assert len({image.get_attribute("src") for image in shown.locator("img").all()}) == 1
    assert shown.locator("pre").first.inner_text().strip()
    picture(notebook, "field")

    translate(notebook, "kutya " * 36)
    expect(shown).to_contain_text("At most 35 words, please: these are 36.")
    expect(shown.locator("img")).to_have_count(0)

    translate(notebook, "")
    expect(shown).not_to_contain_text("At most")
    notebook.expect_status("Idle")
    picture(notebook, "field-empty")
    assert "Traceback" not in shown.inner_text()
    assert problems == []
