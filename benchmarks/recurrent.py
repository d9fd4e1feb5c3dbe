"""How fast is the course's LSTM beside Keras' own, on this processor? `python benchmarks/recurrent.py`

Width 128, length 24, single precision, TensorFlow. All variants run in turn in each of the repeats, so that
what else the machine does falls on all alike; medians. "trained" is the forward pass, a sum of squares and
the gradients of weights and inputs; in a language model (embedding 64, 994 words) one `train_on_batch`.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf
from rich.console import Console
from rich.table import Table

from course_utils.models.recurrent import LSTM

WIDTH, LENGTH, EMBEDDING, WORDS = 128, 24, 64, 994
BATCHES = (16, 32, 64, 256)
REPEATS, WARM_UP = 31, 3

Runs = dict[str, Callable[[], object]]
OURS, THEIRS = "course", "keras"


def sequences(batch: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Random inputs (B, T, 128), and a mask (B, T) of sentences of 5 to 24 words."""
    rng = np.random.default_rng(7)
    inputs = rng.normal(size=(batch, LENGTH, WIDTH)).astype(np.float32)
    return tf.constant(inputs), tf.constant(np.arange(LENGTH) < rng.integers(5, LENGTH + 1, size=(batch, 1)))


def layer_runs(
    layer: keras.layers.Layer,
    batch: int,
    masked: bool,
    length: int | None = LENGTH,
    jit_compile: bool = False,
) -> tuple[Callable[[], object], Callable[[], object]]:
    """The layer's forward pass and its training step, each compiled for `length`, None for any."""
    inputs, mask = sequences(batch)
    if not layer.built:
        layer.build(inputs.shape)
    weights = [variable.value for variable in layer.trainable_variables]
    shapes = [tf.TensorSpec((batch, length, WIDTH)), tf.TensorSpec((batch, length), tf.bool)]

    @tf.function(input_signature=shapes, jit_compile=jit_compile)
    def read(inputs, mask):
        return layer(inputs, mask=mask if masked else None)

    @tf.function(input_signature=shapes, jit_compile=jit_compile)
    def train(inputs, mask):
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            loss = tf.reduce_sum(layer(inputs, mask=mask if masked else None) ** 2)
        return tape.gradient(loss, [inputs, *weights])

    return lambda: read(inputs, mask), lambda: train(inputs, mask)


def language_model_run(recurrent: type[keras.layers.Layer], batch: int) -> Callable[[], object]:
    """One step of training a language model, the whole of it."""
    token_ids, mask = keras.Input((LENGTH,), dtype="int32"), keras.Input((LENGTH,), dtype="bool")
    embedded = keras.layers.Embedding(WORDS + 1, EMBEDDING)(token_ids)
    states = recurrent(WIDTH, return_sequences=True)(embedded, mask=mask)
    model = keras.Model([token_ids, mask], keras.layers.Dense(WORDS)(states))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    ids = np.random.default_rng(7).integers(WORDS, size=(batch, LENGTH))
    real = sequences(batch)[1].numpy()
    return lambda: model.train_on_batch([ids, real], ids, sample_weight=real)


def medians(runs: Runs) -> dict[str, float]:
    """Median milliseconds of each run, all of them taken in turn."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for repeat in range(WARM_UP + REPEATS):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            if repeat >= WARM_UP:
                times[name].append(1e3 * (time.perf_counter() - start))
    return {name: statistics.median(each) for name, each in times.items()}


def add_rows(table: Table, what: str, batch: int, runs: Runs) -> None:
    found = medians(runs)
    for name, milliseconds in found.items():
        rate, gain = batch * LENGTH / milliseconds, found[THEIRS] / milliseconds
        table.add_row(what, str(batch), name, f"{milliseconds:.2f}", f"{rate:.0f}", f"{gain:.2f}")
    table.add_section()


def add_layers(table: Table, batch: int, masked: bool, everything: bool) -> None:
    """Rows of the layer alone: forward and trained."""
    theirs, ours = keras.layers.LSTM(WIDTH, return_sequences=True), LSTM(WIDTH, return_sequences=True)
    runs = {THEIRS: layer_runs(theirs, batch, masked), OURS: layer_runs(ours, batch, masked)}
    if everything:
        unrolled = keras.layers.LSTM(WIDTH, return_sequences=True, unroll=True)
        runs["keras, unroll=True"] = layer_runs(unrolled, batch, masked)
        runs["keras, jit_compile"] = layer_runs(theirs, batch, masked, jit_compile=True)
        runs["keras, any length"] = layer_runs(theirs, batch, masked, length=None)
        runs["course, any length"] = layer_runs(ours, batch, masked, length=None)
    kind = "layer, mask" if masked else "layer"
    add_rows(table, f"{kind}: forward", batch, {name: read for name, (read, _) in runs.items()})
    add_rows(table, f"{kind}: trained", batch, {name: train for name, (_, train) in runs.items()})


def main() -> None:
    columns = ("what", "batch", "by", "ms", "tokens/ms", "times Keras")
    table = Table(*columns, title=f"LSTM of width {WIDTH} over {LENGTH} steps")
    for batch in BATCHES:
        for masked in (False, True):
            add_layers(table, batch, masked, everything=batch == 64 and masked)
        makers = {THEIRS: keras.layers.LSTM, OURS: LSTM}
        models = {name: language_model_run(make, batch) for name, make in makers.items()}
        add_rows(table, "language model: trained", batch, models)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
