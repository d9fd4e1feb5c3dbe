"""A course of three students on lab 00, small enough to grade in a test."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.conftest import require

RIGHT = {
    "0.1": "def greet(name):\n    return f'Hello, {name}!'",
    "0.2": "def count_words(sentence):\n    return len(sentence.split())",
    "0.3": "def longest_first(words):\n    return sorted(words, key=lambda w: (-len(w), w))",
    "0.4": "def mean_length(s):\n    return sum(len(x.split()) for x in s) / max(len(s), 1)",
}


def write(path: Path, **changed: str) -> Path:
    """A notebook of lab 00 with right answers but for those given, as e2=..."""
    answers = {**RIGHT, **{f"0.{name[1:]}": source for name, source in changed.items()}}
    cells = [
        {"cell_type": "code", "source": source, "metadata": {"course": {"role": "answer", "exercise": id}}}
        for id, source in answers.items()
    ]
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5}))
    return path


def make_course(folder: Path) -> Path:
    """A folder with labs/ and submissions/ of three students, one of them wrong."""
    require(shutil.which("bwrap"), "install bubblewrap")
    write(folder / "labs/00_setup.ipynb")
    for student in ("anna", "bela"):
        write(folder / f"submissions/{student}.ipynb")
    write(folder / "submissions/cili.ipynb", e2="def count_words(s):\n    return 3")
    return folder
