"""How fast does the course's transformer train, beside others of the same size on the same processor?

    pip install -e '.[bench]'
    COURSE_DATA_DIR=... python benchmarks/training.py [contender ...]

Multi30k, German to English: 3 + 3 layers, width 128, 4 heads, feed-forward 256, 6,000 pieces, the target
embedding tied to the output, dropout 0.2, smoothing 0.1, Adam. Everyone trains in a process of its own on all
cores, one at a time: in each repeat all contenders take the same batches in turn, so that what else the
machine does falls on all alike. A peer that is not installed is left out.

- ours, stock, keras-hub: one training step, compiled by XLA. stock is the same model of Keras's own layers
  (`MultiHeadAttention`, `LayerNormalization`, `Dropout`), keras-hub has `TransformerEncoder` and
  `TransformerDecoder`. "no XLA" is ours as a plain `tf.function`.
- torch: `nn.Transformer`, norm first, fused Adam; eager and by `torch.compile`.
- tutorial: what TensorFlow's "Neural machine translation with a Transformer and Keras" does, with its masks
  mended: norm after each sublayer, 64 sentences a batch in random order, padded to the longest, no XLA.

Target tokens are real ones; padding and `<s>` are not counted. "products" are each one's own best at large
float32 matrix products, in GFLOP/s, measured between the repeats: libraries differ in how well they know the
processor. The share of the peak is what the matrix products of ours amount to, padding too, over the best of
all these.
"""

from __future__ import annotations

import importlib
import importlib.util
import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table
from training_peers.sizes import HIDDEN, LAYERS, PIECES, PRODUCT, WIDTH, Batch, Step

from course_utils.text.corpora import load_pairs
from course_utils.text.tokenization import Unigram
from course_utils.text.tokenization.base import END, START

# The eight lengths that leave the least padding: 85 % of the target places are real. The compiler takes some
# seconds for each
BUCKETS, TOKENS, ROWS = (12, 14, 16, 19, 22, 26, 31, 40), 2_500, 64
REPEATS, BATCHES = 7, 16
Pairs = list[tuple[list[int], list[int]]]

# Batches ---------------------------------------------------------------------------------------------------


def pairs() -> Pairs:
    """The training pairs in ids of one vocabulary."""
    texts = load_pairs("multi30k", "train")
    tokenizer = Unigram.train((text for pair in texts for text in pair), PIECES)
    return [(tokenizer.encode(source), tokenizer.encode(target)) for source, target in texts]


def batch(chosen: Pairs, source_length: int, target_length: int) -> Batch:
    shape = (len(chosen), target_length)
    made = Batch(
        np.zeros((len(chosen), source_length), np.int32), np.zeros(shape, np.int32), np.zeros(shape, np.int32)
    )
    for row, (source, target) in enumerate(chosen):
        made.source[row, : len(source) + 1] = [*source, END]
        made.inputs[row, : len(target) + 1] = [START, *target]
        made.target[row, : len(target) + 1] = [*target, END]
    return made


def bucketed(everything: Pairs, seed: int) -> list[Batch]:
    """As many of each length as there are in the corpus, about BATCHES in all; one of each at least."""
    rng, made = np.random.default_rng(seed), []
    lengths = np.array([max(map(len, pair)) + 1 for pair in everything])
    for low, high in zip((0, *BUCKETS), BUCKETS, strict=False):
        members, rows = np.flatnonzero((lengths > low) & (lengths <= high)), TOKENS // high
        count = max(1, round(BATCHES * len(members) * high / lengths_in_buckets(lengths)))
        for chosen in rng.permutation(members)[: count * rows].reshape(count, rows):
            made.append(batch([everything[i] for i in chosen], high, high))
    return made


def lengths_in_buckets(lengths: np.ndarray) -> int:
    """Places of all sentences that fit, each padded to its bucket."""
    fitting = lengths[lengths <= BUCKETS[-1]]
    return int(np.array(BUCKETS)[np.searchsorted(BUCKETS, fitting)].sum())


def unsorted(everything: Pairs, seed: int) -> list[Batch]:
    """Any ROWS sentences, padded to the longest source and the longest target; as many places as above."""
    chosen = np.random.default_rng(seed).permutation(len(everything))
    made: list[Batch] = []
    while sum(each.target.size for each in made) < BATCHES * TOKENS:
        rows = [everything[i] for i in chosen[len(made) * ROWS : (len(made) + 1) * ROWS]]
        made.append(batch(rows, *(max(map(len, side)) + 1 for side in zip(*rows, strict=True))))
    return made


# By module, function and arguments: PyTorch and TensorFlow do not bear each other in one process
CONTENDERS: dict[str, tuple[str, str, dict[str, bool]]] = {
    "ours": ("of_keras", "ours", {}),
    "ours, no XLA": ("of_keras", "ours", {"jit_compile": False}),
    "stock": ("of_keras", "stock", {}),
    "keras-hub": ("of_keras", "keras_hub", {}),
    "torch, eager": ("of_torch", "torch_step", {"compiled": False}),
    "torch, compiled": ("of_torch", "torch_step", {"compiled": True}),
    "tutorial": ("of_keras", "tutorial", {}),
}
NEEDS = {"keras-hub": "keras_hub", "torch, eager": "torch", "torch, compiled": "torch"}

# One at a time ---------------------------------------------------------------------------------------------


class Timed(NamedTuple):
    seconds: float
    tokens: int
    loss: float
    products: float  # GFLOP/s


def compete(name: str, connection: Connection) -> None:
    """A contender's process: for every list of batches that arrives, how long they took."""
    module, function, options = CONTENDERS[name]
    peer = importlib.import_module(f"training_peers.{module}")
    step: Step = getattr(peer, function)(**options)
    while batches := connection.recv():
        started = time.perf_counter()
        losses = [step(batch) for batch in batches]
        seconds = time.perf_counter() - started
        tokens = sum(int(np.count_nonzero(batch.target)) for batch in batches)
        connection.send(Timed(seconds, tokens, float(np.mean(losses)), peak(peer.multiplied())))


class Contender:
    """The other end."""

    def __init__(self, name: str) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=compete, args=(name, theirs), daemon=True)
        self.process.start()

    def train(self, batches: list[Batch]) -> Timed:
        self.connection.send(batches)
        return self.connection.recv()

    def end(self) -> None:
        self.connection.send([])
        self.process.join()


def peak(multiplied: Callable[[], object]) -> float:
    """GFLOP/s of the best of some large products."""
    times = []
    for _ in range(6):
        started = time.perf_counter()
        multiplied()
        times.append(time.perf_counter() - started)
    return 2 * PRODUCT**3 / min(times) / 1e9


def operations(batch: Batch) -> int:
    """Of the matrix products of one step, padding too: 2 a multiplication, forward and twice that back."""
    rows, source = batch.source.shape
    target, square, pieces = batch.target.shape[1], WIDTH * WIDTH, WIDTH * PIECES
    of_source = LAYERS * (4 * square + 2 * WIDTH * HIDDEN + 2 * WIDTH * source) + LAYERS * 2 * square
    of_target = LAYERS * (6 * square + 2 * WIDTH * HIDDEN + 2 * WIDTH * (target + source)) + pieces
    return 6 * rows * (source * of_source + target * of_target)


def measured(names: list[str]) -> dict[str, list[Timed]]:
    """What all repeats gave."""
    everything = pairs()
    contenders = {}
    for name in names:
        contenders[name] = Contender(name)
        # Compiles; a bucket more or less full is no new shape
        found = contenders[name].train(batches_for(name, everything, 0))
        print(f"{name}: first batches {found.seconds:.0f} s, loss {found.loss:.2f}", flush=True)
    times: dict[str, list[Timed]] = {name: [] for name in names}
    for repeat in range(1, REPEATS + 1):
        for name, contender in contenders.items():
            times[name].append(contender.train(batches_for(name, everything, repeat)))
    for contender in contenders.values():
        contender.end()
    return times


def batches_for(name: str, everything: Pairs, seed: int) -> list[Batch]:
    return unsorted(everything, seed) if name == "tutorial" else bucketed(everything, seed)


def best(found: list[Timed]) -> float:
    return max(each.products for each in found)


def main() -> None:
    names = sys.argv[1:] or list(CONTENDERS)
    missing = [name for name in names if name in NEEDS and not importlib.util.find_spec(NEEDS[name])]
    names = [name for name in names if name not in missing]
    times = measured(names)
    speeds = {name: [each.tokens / each.seconds for each in times[name]] for name in names}
    table = Table(
        title=f"Training, {LAYERS} + {LAYERS} layers of width {WIDTH}: medians of {REPEATS} repeats"
    )
    for heading in ("by", "target tokens/s", "least", "most", f"{names[0]} : it", "loss", "products"):
        table.add_column(heading, justify="left" if heading == "by" else "right")
    for name, found in speeds.items():
        ratio = statistics.median(first / it for first, it in zip(speeds[names[0]], found, strict=True))
        figures = [f"{number:,.0f}" for number in (statistics.median(found), min(found), max(found))]
        table.add_row(
            name, *figures, f"{ratio:.2f}", f"{times[name][-1].loss:.2f}", f"{best(times[name]):.0f}"
        )
    Console(width=110).print(table)
    if names[0] == "ours":
        work = sum(map(operations, bucketed(pairs(), 1))) / 1e9
        rate = statistics.median(work / each.seconds for each in times["ours"])
        most = max(map(best, times.values()))
        print(f"matrix products of ours: {rate:.0f} GFLOP/s, {rate / most:.0%} of {most:.0f}")
    print(*(f"not installed: {name}" for name in missing), sep="\n")


if __name__ == "__main__":
    main()
