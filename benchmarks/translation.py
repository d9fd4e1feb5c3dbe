"""How well do the recurrent translators translate, and how fast do they learn to?

`python benchmarks/translation.py`: Hungarian to English in the world, up to three seeds: BLEU on the test
set and by length on the long one, alignment error rate, beside what needs no network. `python
benchmarks/translation.py spa-eng` (or hun-eng): real text, one seed, the attention model alone.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from rich.console import Console
from rich.table import Table

from course_utils.models import metrics
from course_utils.models.attention import AdditiveAttention, DotAttention, GeneralAttention
from course_utils.models.decoding import translate
from course_utils.models.ibm1 import IBM1
from course_utils.models.training import train
from course_utils.models.translation import AttentionTranslator, EncoderDecoder
from course_utils.text.corpora import load_pairs, split_pairs
from course_utils.text.pipeline import pair_batches
from course_utils.text.tokenization import ByteBPE, WordTokenizer
from course_utils.text.tokenization.base import END, START
from course_utils.text.world import Record, World

UNITS, EMBEDDING, RATE, BATCH, BUCKETS, LONGEST = 96, 64, 5e-3, 64, (8, 12, 18, 32), 36
PLAIN_UNITS, DROPOUT = 128, 0.05
FORWARDS, PLAIN = "encoder-decoder, forwards", "encoder-decoder"
EPOCHS = {FORWARDS: 7, PLAIN: 7, "additive": 6, "dot": 6, "general": 6}
SEEDS = {FORWARDS: (0, 1, 2), PLAIN: (0, 1, 2), "additive": (0, 1, 2), "dot": (0,), "general": (0,)}
BINS = [(2, 5), (6, 9), (10, 14), (15, 19), (20, 26)]
ATTENTION = {"additive": lambda: AdditiveAttention(UNITS), "dot": DotAttention, "general": GeneralAttention}
Ids = list[list[int]]


@dataclass(frozen=True)
class Corpus:
    """The world's three sets and the two languages' words."""

    train: list[Record]
    validation: list[Record]
    test: list[Record]
    long: list[Record]
    hungarian: WordTokenizer
    english: WordTokenizer

    def ids(self, records: Sequence[Record], kind: str) -> tuple[Ids, Ids]:
        """Sources and targets; the encoder–decoder reads its sources backwards (Sutskever et al. 2014)."""
        sources = [self.hungarian.encode(" ".join(record.hungarian)) for record in records]
        targets = [self.english.encode(" ".join(record.english)) for record in records]
        return [ids[::-1] for ids in sources] if kind == PLAIN else sources, targets


def corpus() -> Corpus:
    world = World(seed=1)
    records = world.sentences(20_000, "train")
    return Corpus(
        records,
        world.sentences(1_000, "validation"),
        world.sentences(2_000, "test"),
        world.sentences(2_300, "long"),
        WordTokenizer.train((" ".join(record.hungarian) for record in records), 10_000),
        WordTokenizer.train((" ".join(record.english) for record in records), 10_000),
    )


def make(kind: str, world: Corpus) -> keras.Model:
    sizes = len(world.hungarian.vocabulary), len(world.english.vocabulary)
    if kind in (FORWARDS, PLAIN):
        return EncoderDecoder(*sizes, PLAIN_UNITS, embedding=EMBEDDING)
    return AttentionTranslator(*sizes, UNITS, ATTENTION[kind](), embedding=EMBEDDING, dropout=DROPOUT)


def trained(kind: str, world: Corpus, seed: int, epochs: int) -> tuple[keras.Model, float]:
    """The model and the seconds that its training took, compilation and validation too."""
    keras.utils.set_random_seed(seed)
    options: dict[str, Any] = {
        "batch_size": BATCH,
        "bucket_boundaries": BUCKETS,
        "seed": seed,
        "drop_remainder": True,
    }
    batches = pair_batches(*world.ids(world.train, kind), **options)
    validation = pair_batches(
        *world.ids(world.validation, kind), batch_size=250, bucket_boundaries=BUCKETS[-1:], seed=None
    )
    model, schedule = make(kind, world), keras.optimizers.schedules.CosineDecay(RATE, len(batches) * epochs)
    started = time.perf_counter()
    optimizer = keras.optimizers.Adam(schedule, clipnorm=1.0)
    train(model, batches, validation, optimizer=optimizer, epochs=epochs, verbose=False)
    return model, time.perf_counter() - started


def translations(model: keras.Model, world: Corpus, records: Sequence[Record], kind: str) -> list[list[str]]:
    words = world.english.vocabulary
    return [[words[i] for i in ids] for ids in translate(model, world.ids(records, kind)[0], LONGEST)]


def error_rates(model: AttentionTranslator, world: Corpus, kind: str) -> tuple[float, float]:
    """AER on the test set, given the true translation so far: of weights, and of shares."""
    sources, targets = world.ids(world.test, kind)
    found: tuple[list[metrics.Links], list[metrics.Links]] = [], []
    for start in range(0, len(sources), 250):
        pairs = list(zip(sources[start : start + 250], targets[start : start + 250], strict=True))
        source_ids, target_ids = np.zeros((2, len(pairs), BUCKETS[-1]), np.int32)
        for row, (source, target) in enumerate(pairs):
            source_ids[row, : len(source) + 1] = [*source, END]
            target_ids[row, : len(target) + 1] = [START, *target]
        weights = model.alignments(source_ids, target_ids)
        lengths = [len(source) for source, _ in pairs], [len(target) for _, target in pairs]
        found[0].extend(metrics.links(weights, *lengths))
        found[1].extend(metrics.links(metrics.shares(weights, *lengths), *lengths))
    gold = [record.alignment for record in world.test]
    return metrics.alignment_error_rate(found[0], gold), metrics.alignment_error_rate(found[1], gold)


def row(kind: str, world: Corpus, seed: int, epochs: int) -> list[str]:
    model, seconds = trained(kind, world, seed, epochs)
    test = metrics.bleu(translations(model, world, world.test, kind), [list(r.english) for r in world.test])
    curve = metrics.length_curve(
        translations(model, world, world.long, kind),
        [list(record.english) for record in world.long],
        [record.hungarian_length for record in world.long],
        BINS,
        resamples=2,
    )
    kept = f"{curve[-1].bleu / curve[0].bleu:.0%}"
    rates = [f"{rate:.3f}" for rate in error_rates(model, world, kind)] if kind in ATTENTION else ["", ""]
    figures = [f"{test.score:.1f}", *(f"{each.bleu:.1f}" for each in curve), kept, *rates]
    return [kind, str(seed), f"{seconds:.0f}", f"{model.count_params():,}", *figures]


def baselines(world: Corpus) -> dict[str, float]:
    """Alignment error rate without a network."""
    gold = [record.alignment for record in world.test]
    ibm1 = IBM1.train([(record.hungarian, record.english) for record in world.train])
    return {
        "diagonal": metrics.alignment_error_rate(
            [metrics.diagonal_links(len(r.hungarian), len(r.english)) for r in world.test], gold
        ),
        "IBM Model 1": metrics.alignment_error_rate(
            [ibm1.links(r.hungarian, r.english) for r in world.test], gold
        ),
    }


def world_table() -> Table:
    table, world = Table(title="Hungarian to English, 20,000 pairs of the world"), corpus()
    headings = ["model", "seed", "seconds", "parameters", "test BLEU", *(f"{a}-{b}" for a, b in BINS)]
    for heading in (*headings, "kept", "AER", "by shares"):
        table.add_column(heading, justify="left" if heading == "model" else "right")
    for name, rate in baselines(world).items():
        table.add_row(name, *[""] * (len(headings)), f"{rate:.3f}")
    for kind, epochs in EPOCHS.items():
        for seed in SEEDS[kind]:
            table.add_row(*row(kind, world, seed, epochs))
    return table


# Real text -------------------------------------------------------------------------------------------------

PIECES, REAL_UNITS, REAL_EPOCHS, REAL_BUCKETS = 6_000, 192, 5, (8, 12, 18, 32)


def pieces(name: str) -> tuple[dict[str, list[tuple[str, str]]], ByteBPE, ByteBPE]:
    """The splits, English first, in which no sentence of either side is in two; and a tokenizer a side."""
    splits = split_pairs(load_pairs(name), validation=2_000, test=0.15)
    pairs = {
        "train": [(english, other) for other, english in splits.train],
        "validation": [(english, other) for other, english in splits.validation],
        "test": [(english, other) for other, english in splits.test],
    }
    english, other = zip(*pairs["train"], strict=True)
    return pairs, ByteBPE.train(english, PIECES), ByteBPE.train(other, PIECES)


def real_table(name: str) -> Table:
    """From English, as in Keras's example for spa-eng, on the whole test set."""
    pairs, english, other = pieces(name)
    fitting = {
        part: [
            (source, target)
            for source, target in ((english.encode(e), other.encode(o)) for e, o in pairs[part])
            if max(len(source), len(target)) < REAL_BUCKETS[-1]
        ]
        for part in ("train", "validation")
    }
    keras.utils.set_random_seed(0)
    options: dict[str, Any] = {
        "batch_size": 128,
        "bucket_boundaries": REAL_BUCKETS,
        "seed": 0,
        "drop_remainder": True,
    }
    batches = pair_batches(*zip(*fitting["train"], strict=True), **options)
    validation = pair_batches(
        *zip(*fitting["validation"], strict=True),
        batch_size=250,
        bucket_boundaries=REAL_BUCKETS[-1:],
        seed=None,
    )
    sizes = len(english.vocabulary), len(other.vocabulary), REAL_UNITS
    model = AttentionTranslator(*sizes, embedding=128, dropout=0.2)
    schedule = keras.optimizers.schedules.CosineDecay(4e-3, len(batches) * REAL_EPOCHS)
    started = time.perf_counter()
    optimizer = keras.optimizers.Adam(schedule, clipnorm=1.0)
    train(model, batches, validation, optimizer=optimizer, epochs=REAL_EPOCHS)
    seconds = time.perf_counter() - started
    written = translate(model, [english.encode(source) for source, _ in pairs["test"]], 64)
    hypotheses, references = [other.decode(ids) for ids in written], [target for _, target in pairs["test"]]
    table = Table(title=f"{name}: English to the other language, whole test set")
    for heading in ("test pairs", "seconds of training", "parameters", "BLEU", "ROUGE-1 F1", "ROUGE-2 F1"):
        table.add_column(heading, justify="right")
    bleu = metrics.bleu(hypotheses, references)
    rouge = [f"{score:.3f}" for score in rouge_scores(hypotheses, references)]
    table.add_row(
        f"{len(references):,}", f"{seconds:.0f}", f"{model.count_params():,}", f"{bleu.score:.1f}", *rouge
    )
    return table


def rouge_scores(hypotheses: Sequence[str], references: Sequence[str]) -> list[float]:
    """Mean F1 of ROUGE-1 and ROUGE-2, counted by the package that Keras's example uses."""
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rouge1", "rouge2"], use_stemmer=False)
    scores = [scorer.score(target, found) for target, found in zip(references, hypotheses, strict=True)]
    return [float(np.mean([score[kind].fmeasure for score in scores])) for kind in ("rouge1", "rouge2")]


if __name__ == "__main__":
    tables = [real_table(name) for name in sys.argv[1:]] or [world_table()]
    for each in tables:
        Console(width=150).print(each)
