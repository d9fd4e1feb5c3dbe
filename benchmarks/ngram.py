"""How fast are the n-gram models, and do they give the same perplexity, beside nltk.lm and KenLM?

    pip install -e '.[bench]'
    COURSE_DATA_DIR=... LMPLZ=.../lmplz python benchmarks/ngram.py

Each repeat times everyone one after the other on the same text. The table gives medians of tokens a second,
`</s>` counted, and of the ratios within a repeat.

- Training goes from lists of tokens to a model. nltk: `padded_everygram_pipeline` and `fit`, which leaves
  most of the work to scoring. KenLM: `lmplz`, from a file of words to an ARPA file, starting it included.
- Scoring gives one log-probability a token. KenLM: `full_scores` of joined sentences, the model being loaded.
- nltk and ours are Kneser-Ney with one discount an order, KenLM is modified Kneser-Ney. The perplexities at
  the end compare KenLM with ours of that kind, on all the held-out text.
- nltk scores tens of tokens a second. So first all three train on TRAINED tokens and score TESTED (too few to
  show our speed, which comes from doing many at once); then ours and KenLM train on and score everything.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.models.ngram import KneserNey, ModifiedKneserNey, NGramCounts, NGramModel
from course_utils.text.corpora import load_pairs, load_text, sentences, words

ORDERS = (3, 5)
REPEATS = 5
TRAINED, TESTED = 150_000, 100
HEADER = ("text", "order", "task", "tokens", "ours/s", "nltk/s", "KenLM/s", "ours:nltk", "ours:KenLM")
Text = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Task:
    """What is trained on and what is scored."""

    name: str
    train: Text
    test: Text
    order: int


class Ours:
    def __init__(self, task: Task) -> None:
        self.task = task

    def train(self) -> None:
        self.model = NGramModel(NGramCounts.from_sentences(self.task.train, self.task.order), KneserNey())

    def score(self) -> object:
        return self.model.log_probabilities(self.task.test)


class Nltk:
    def __init__(self, task: Task) -> None:
        self.task = task

    def train(self) -> None:
        from nltk.lm import KneserNeyInterpolated
        from nltk.lm.preprocessing import padded_everygram_pipeline

        self.model = KneserNeyInterpolated(self.task.order)
        self.model.fit(*padded_everygram_pipeline(self.task.order, self.task.train))

    def score(self) -> object:
        before = self.task.order - 1
        padded = [["<s>"] * before + [*sentence, "</s>"] for sentence in self.task.test]
        return [
            self.model.logscore(tokens[i], tokens[i - before : i])
            for tokens in padded
            for i in range(before, len(tokens))
        ]


class KenLM:
    """`lmplz` and the model that it wrote; without `lmplz`, the model that we write."""

    def __init__(self, task: Task, folder: str) -> None:
        self.task = task
        self.text, self.arpa = Path(folder, "text"), Path(folder, "arpa")
        self.text.write_text("".join(" ".join(sentence) + "\n" for sentence in task.train), encoding="utf-8")
        self.joined = [" ".join(sentence) for sentence in task.test]
        if not lmplz():
            modified(task).to_arpa(self.arpa)
            self.load()

    def train(self) -> None:
        command = [str(lmplz()), "-o", str(self.task.order), "-S", "1G", "--text", str(self.text)]
        subprocess.run([*command, "--arpa", str(self.arpa)], check=True, capture_output=True)

    def load(self) -> None:
        import kenlm

        config = kenlm.Config()
        config.show_progress, config.arpa_complain = False, kenlm.ARPALoadComplain.NONE
        self.model = kenlm.Model(str(self.arpa), config)

    def score(self) -> list[float]:
        return [log10 for sentence in self.joined for log10, _, _ in self.model.full_scores(sentence)]


def main() -> None:
    require_peers()
    if not lmplz():
        print("lmplz is neither in LMPLZ nor on PATH: KenLM does not train, and scores with our ARPA file.\n")
    print_row(*HEADER)
    perplexities = [compare(name, text, order) for name, text in corpora() for order in ORDERS]
    print("\nPerplexity of all the held-out text, modified Kneser-Ney", *perplexities, sep="\n")


def require_peers() -> None:
    missing = [name for name in ("kenlm", "nltk") if importlib.util.find_spec(name) is None]
    if missing:
        sys.exit(f"{' and '.join(missing)} not found. To install the peers: pip install -e '.[bench]'")


def lmplz() -> str | None:
    return os.environ.get("LMPLZ") or shutil.which("lmplz")


def corpora() -> Iterator[tuple[str, Text]]:
    yield "timar", sentences(load_text("timar"))
    english = list(dict.fromkeys(target for _, target in load_pairs("spa-eng")))  # many repeat
    np.random.default_rng(0).shuffle(english)  # the file goes from short to long
    yield "spa-eng", [words(sentence) for sentence in english]


def compare(name: str, text: Text, order: int) -> str:
    """Prints the rows of one text and order; returns a line with the perplexities."""
    train, test = [s for i, s in enumerate(text) if i % 20], text[::20]
    part = Task(name, up_to(train, TRAINED), up_to(test, TESTED), order)
    whole = Task(f"{name} all", train, test, order)
    with tempfile.TemporaryDirectory() as folder:
        measure(part, Ours(part), Nltk(part), KenLM(part, folder))
    with tempfile.TemporaryDirectory() as folder:
        kenlm = KenLM(whole, folder)
        measure(whole, Ours(whole), None, kenlm)
        theirs = 10 ** -float(np.mean(kenlm.score()))
    ours = modified(whole).perplexity(test)
    return f"{name:>11}  order {order}  ours {ours:9.4f}  KenLM {theirs:9.4f}  apart {ours / theirs - 1:+.1e}"


def modified(task: Task) -> NGramModel:
    return NGramModel(NGramCounts.from_sentences(task.train, task.order), ModifiedKneserNey())


def measure(task: Task, ours: Ours, nltk: Nltk | None, kenlm: KenLM) -> None:
    print_speeds(task, "train", task.train, [ours.train, nltk and nltk.train, lmplz() and kenlm.train])
    if lmplz():
        kenlm.load()
    print_speeds(task, "score", task.test, [ours.score, nltk and nltk.score, kenlm.score])


def print_speeds(task: Task, name: str, text: Text, calls: Sequence[Any]) -> None:
    tokens = count_tokens(text)
    seconds = np.array([[timed(call) for call in calls] for _ in range(REPEATS)])
    speeds = [f"{speed:,.0f}" for speed in np.median(tokens / seconds, axis=0)]
    ratios = [f"{ratio:,.1f}" for ratio in np.median(seconds[:, 1:] / seconds[:, :1], axis=0)]
    print_row(task.name, task.order, name, f"{tokens:,}", *speeds, *ratios)


def timed(call: Callable[[], object] | None) -> float:
    if not call:
        return np.nan
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def count_tokens(text: Text) -> int:
    return sum(len(sentence) + 1 for sentence in text)


def up_to(text: Text, tokens: int) -> Text:
    """The first sentences, with `tokens` tokens or just over."""
    sizes = accumulate(len(sentence) + 1 for sentence in text)
    return text[: 1 + next((i for i, size in enumerate(sizes) if size >= tokens), len(text))]


def print_row(*cells: object) -> None:
    print("  ".join(f"{str(cell).replace('nan', '-'):>11}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
