"""How well does the transformer translate after some minutes of training on a laptop's processor?

    COURSE_DATA_DIR=... python benchmarks/multi30k.py [--test] [epochs [seed]]

Multi30k, German to English (Elliott et al. 2016), all of its 29,000 training pairs but the few of over 47
pieces; 6,000 pieces for both languages, cut by Unigram; float32, XLA. What there is to choose is chosen by
the validation set; only `--test` translates the test set, test_2016_flickr. Decoding is greedy. BLEU is
that of sacrebleu's standard tokenizer, against the one reference, as published and with both sides in lower
case. Minutes are those of the training, with the compilation of its step and with validation.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import keras
from rich.console import Console
from rich.table import Table

from course_utils.models import metrics
from course_utils.models.decoding import translate
from course_utils.models.losses import smoothed_loss
from course_utils.models.schedules import WarmupLinear
from course_utils.models.training import train
from course_utils.models.transformer import Transformer, TransformerConfig
from course_utils.text.corpora import load_pairs
from course_utils.text.pipeline import pair_batches
from course_utils.text.tokenization import Unigram

PIECES, BUCKETS, BATCH, LONGEST = 6_000, (12, 14, 16, 19, 22, 26, 32, 48), 128, 96
CONFIG = TransformerConfig(PIECES, PIECES, 128, 4, 256, 3, 3, dropout=0.2, longest=LONGEST)
EPOCHS, AVERAGE, PEAK, WARMUP = 24, 3, 3e-3, 400
Pairs = list[tuple[str, str]]


def batches(tokenizer: Unigram, pairs: Pairs, **options: Any):
    ids = [(tokenizer.encode(source), tokenizer.encode(target)) for source, target in pairs]
    fitting = [pair for pair in ids if max(map(len, pair)) < BUCKETS[-1]]
    return pair_batches(*zip(*fitting, strict=True), bucket_boundaries=BUCKETS, **options)


def trained(tokenizer: Unigram, epochs: int, seed: int) -> tuple[keras.Model, float, str]:
    """The model, its minutes, and what to say of its validation."""
    keras.utils.set_random_seed(seed)
    pairs, unseen = load_pairs("multi30k", "train"), load_pairs("multi30k", "validation")
    training = batches(tokenizer, pairs, batch_size=BATCH, seed=seed, drop_remainder=True)
    validation = batches(tokenizer, unseen, batch_size=BATCH, seed=None)
    schedule = WarmupLinear(PEAK, WARMUP, len(training) * epochs)
    model = Transformer(CONFIG)
    started = time.perf_counter()
    history = train(
        model,
        training,
        validation,
        optimizer=keras.optimizers.Adam(schedule, beta_2=0.98, epsilon=1e-9),
        epochs=epochs,
        patience=epochs,
        loss=smoothed_loss,
        average=AVERAGE,
        jit_compile=True,
    )
    best = min(history, key=lambda epoch: epoch.validation_loss)
    words = f"{best.validation_loss:.3f} after epoch {history.index(best) + 1}"
    return model, (time.perf_counter() - started) / 60, words


def bleu(model: keras.Model, tokenizer: Unigram, split: str) -> tuple[float, float]:
    """As published, and lower-cased."""
    sources, references = zip(*load_pairs("multi30k", split), strict=True)
    ids = translate(model, [tokenizer.encode(source) for source in sources], LONGEST)
    written = [tokenizer.decode(each) for each in ids]
    cased = metrics.bleu(written, references)
    lower = metrics.bleu([each.lower() for each in written], [each.lower() for each in references])
    return cased.score, lower.score


def main() -> None:
    splits = ("validation", "test") if "--test" in sys.argv else ("validation",)
    given = [int(each) for each in sys.argv[1:] if each != "--test"]
    epochs, seed = (*given, *(EPOCHS, 0)[len(given) :])
    texts = [text for pair in load_pairs("multi30k", "train") for text in pair]
    tokenizer = Unigram.train(texts, PIECES)
    model, minutes, loss = trained(tokenizer, epochs, seed)
    table = Table(title=f"Multi30k, German to English, greedy: {model.count_params():,} parameters")
    for heading in ("epochs", "minutes", "least validation loss", "split", "BLEU", "lower-cased BLEU"):
        table.add_column(heading, justify="right")
    for split in splits:
        figures = [f"{score:.1f}" for score in bleu(model, tokenizer, split)]
        table.add_row(str(epochs), f"{minutes:.1f}", loss, split, *figures)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
