"""Training a translator: compiled steps, a progress bar, and the best weights kept whatever happens."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from course_utils.models.losses import masked_accuracy, masked_loss

Loss = Callable[[Any, Any, Any], Any]


@dataclass(frozen=True)
class Epoch:
    """What one epoch gave. Losses are in nats a token, accuracy is the share of tokens guessed right."""

    loss: float
    validation_loss: float
    validation_accuracy: float
    seconds: float  # of training, without validation
    tokens_per_second: float


def train(
    model: keras.Model,
    batches: tf.data.Dataset,
    validation: tf.data.Dataset,
    *,
    optimizer: keras.optimizers.Optimizer,
    epochs: int,
    patience: int = 3,
    checkpoint: str | os.PathLike[str] | None = None,
    loss: Loss = masked_loss,
    average: int = 1,
    jit_compile: bool = False,
    verbose: bool = True,
) -> list[Epoch]:
    """Train until `epochs` are over, or validation has not improved for `patience` epochs in a row.

    The model ends with the weights of the epoch that had the least validation loss; also when the training is
    interrupted (the square button in JupyterLab), which is no error. Interrupted before the first epoch is
    over, it keeps the weights that it has.

    Args:
        batches, validation: as `text.pipeline.pair_batches` makes them: (inputs, targets, mask).
        checkpoint: a .keras file that holds the best model so far, complete at any moment.
        loss: of (logits (B, T, V), targets (B, T), mask (B, T)), a mean over the tokens of the mask.
        average: of so many last epochs, at their ends, the mean of the weights is what is validated,
            kept and saved; training goes on from the weights that it had.
        jit_compile: compile the step by XLA, once for each shape of a batch. It takes seconds for each, and
            a transformer's step is then three times as fast; an LSTM's is half as fast.
        verbose: show loss, tokens a second and the time left.

    Raises:
        ValueError: a number of epochs, a patience or an average below 1, or a checkpoint that does not end
            in .keras.
        FloatingPointError: the loss is no longer a number. The best weights are in place before.
    """
    _check(epochs, patience, average, checkpoint)
    steps = _Steps(model, optimizer, loss, jit_compile)
    best, last = _Best(model, checkpoint), _Last(model, average)
    history: list[Epoch] = []
    try:
        for number in range(1, epochs + 1):
            bar = _Bar(f"epoch {number}/{epochs}", len(batches), verbose)
            mean_loss, tokens = steps.epoch(batches, bar)
            seconds = bar.seconds
            with last.averaged():
                found = steps.validation(validation)
                history.append(Epoch(mean_loss, *found, seconds, tokens / seconds))
                best.offer(history[-1], number)
            bar.close(history[-1])
            if number - best.number >= patience:
                break
    except KeyboardInterrupt:
        if verbose:
            print(f"\nInterrupted. {best.words()}")
    finally:
        best.restore()
    return history


class _Steps:
    """The compiled steps of one training."""

    def __init__(
        self, model: keras.Model, optimizer: keras.optimizers.Optimizer, loss: Loss, jit_compile: bool
    ) -> None:
        @tf.function(jit_compile=jit_compile)
        def step(inputs, targets, mask):
            with tf.GradientTape() as tape:
                value = loss(model(inputs, training=True), targets, mask)
            variables = model.trainable_variables
            optimizer.apply(tape.gradient(value, [each.value for each in variables]), variables)
            return value

        @tf.function
        def validation_step(inputs, targets, mask):
            logits = model(inputs, training=False)
            return masked_loss(logits, targets, mask), masked_accuracy(logits, targets, mask)

        def train_on(inputs, targets, mask):
            if not model.built:  # its weights, and the optimizer's, must be there before the step is traced
                model(inputs)
            if not optimizer.built:
                optimizer.build(model.trainable_variables)
            return step(inputs, targets, mask)

        self.train, self.validate = train_on, validation_step

    def epoch(self, batches: tf.data.Dataset, bar: _Bar) -> tuple[float, int]:
        """Mean loss and number of tokens of one pass."""
        losses, counts = [], []
        for inputs, targets, mask in batches:
            losses.append(self.train(inputs, targets, mask))
            counts.append(tf.math.count_nonzero(mask))
            bar.advance(losses, counts)
        loss = float(np.average(np.array(losses), weights=np.array(counts)))
        if not np.isfinite(loss):
            raise FloatingPointError(f"expected a finite loss, received {loss}: try a smaller learning rate")
        return loss, int(np.sum(counts))

    def validation(self, batches: tf.data.Dataset) -> tuple[float, float]:
        """Loss and accuracy over all tokens."""
        figures = [(*self.validate(*batch), tf.math.count_nonzero(batch[2])) for batch in batches]
        losses, hits, counts = np.array(figures, np.float64).T
        return float(np.average(losses, weights=counts)), float(np.average(hits, weights=counts))


class _Bar:
    """Keras's progress bar, with the loss of the last batches and tokens a second; silent if not `shown`."""

    def __init__(self, title: str, steps: int, shown: bool) -> None:
        self._started = self._refreshed = time.perf_counter()
        self._bar = keras.utils.Progbar(steps, stateful_metrics=["loss", "tokens/s"]) if shown else None
        self._say(title)

    def advance(self, losses: list[tf.Tensor], counts: list[tf.Tensor]) -> None:
        """One batch more. Shown a few times a second: to read a loss is to wait for it."""
        now, done = time.perf_counter(), len(losses)
        if self._bar is None or (now - self._refreshed < 0.3 and done < self._bar.target):
            return
        self._refreshed = now
        speed = float(np.sum(counts)) / (time.perf_counter() - self._started)
        self._bar.update(done, [("loss", float(np.mean(losses[-20:]))), ("tokens/s", round(speed))])

    @property
    def seconds(self) -> float:
        """Since the epoch began."""
        return time.perf_counter() - self._started

    def close(self, epoch: Epoch) -> None:
        """What validation gave."""
        self._say(f"validation: loss {epoch.validation_loss:.3f}, accuracy {epoch.validation_accuracy:.3f}")

    def _say(self, words: str) -> None:
        if self._bar is not None:
            print(words)


class _Last:
    """The weights at the ends of the last epochs, and their mean (Vaswani et al. 2017, section 6.1)."""

    def __init__(self, model: keras.Model, average: int) -> None:
        self._model = model
        self._every: deque[list[np.ndarray]] = deque(maxlen=average)

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """One epoch more; inside, the model has the mean of all that are remembered."""
        variables = self._model.trainable_variables
        self._every.append([keras.ops.convert_to_numpy(each) for each in variables])
        if len(self._every) == 1:
            yield
            return
        try:
            for variable, values in zip(variables, zip(*self._every, strict=True), strict=True):
                variable.assign(np.mean(values, axis=0))
            yield
        finally:
            for variable, value in zip(variables, self._every[-1], strict=True):
                variable.assign(value)


class _Best:
    """The weights of the epoch with the least validation loss."""

    def __init__(self, model: keras.Model, checkpoint: str | os.PathLike[str] | None) -> None:
        self._model = model
        self._path = None if checkpoint is None else Path(checkpoint)
        self._weights: list[np.ndarray] | None = None
        self._loss = np.inf
        self.number = 0

    def offer(self, epoch: Epoch, number: int) -> None:
        """Keep the model's weights where they are the best so far."""
        if epoch.validation_loss < self._loss:
            weights = self._model.get_weights()
            self._loss, self.number, self._weights = epoch.validation_loss, number, weights
            if self._path is not None:
                _save(self._model, self._path)

    def restore(self) -> None:
        """Give the model its best weights back."""
        if self._weights is not None:
            self._model.set_weights(self._weights)

    def words(self) -> str:
        """What the model has been left with."""
        if not self.number:
            return "No epoch was over: the model keeps the weights that it has."
        return f"The model has the weights of epoch {self.number}, validation loss {self._loss:.3f}."


def _save(model: keras.Model, path: Path) -> None:
    """Beside the old file, then in its place: being killed half-way leaves the old one."""
    beside = path.with_name(f"{path.stem}-new.keras")
    model.save(beside)
    os.replace(beside, path)


def _check(epochs: int, patience: int, average: int, checkpoint: str | os.PathLike[str] | None) -> None:
    if epochs < 1 or patience < 1:
        raise ValueError(f"expected epochs and patience of at least 1, received {epochs} and {patience}")
    if average < 1:
        raise ValueError(f"expected an average of at least 1 epoch, received {average}")
    if checkpoint is not None and Path(checkpoint).suffix != ".keras":
        raise ValueError(f"expected a checkpoint that ends in .keras, received {os.fspath(checkpoint)!r}")
