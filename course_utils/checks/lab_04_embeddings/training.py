"""Exercise 4.6: a training step written by hand."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array, expect_arrays_close
from course_utils.checks.asserts import expect, expect_close
from course_utils.checks.describing import describe
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_04_embeddings import oracles
from course_utils.checks.lab_04_embeddings.material import LAB, draw
from course_utils.checks.lab_04_embeddings.oracles import Array
from course_utils.checks.layers import LayerCandidate, LayerHandle

V, D, B, N = 13, 5, 7, 3
RATE = 0.07  # no optimizer's own
OPTIMIZER = {"class_name": "SGD", "config": {"learning_rate": RATE}}

skip_gram = LAB.exercise(
    "4.6",
    name="SkipGram",
    title="a training step by hand",
    points=3,
    difficulty=3,
    candidate=LayerCandidate,
    reference="course_utils.models.skipgram:SkipGram",
    uses=("keras", "tensorflow"),
    hints=(
        "Three parts: the loss inside `with tf.GradientTape() as tape:`, then the gradients, then the optimizer.",
        "Look the vectors up inside the tape: self.centres(centre), self.contexts(context), self.contexts(negatives). "
        "The loss is ops.mean(...) of what negative_sampling_loss gives.",
        "gradients = tape.gradient(loss, self.trainable_variables), and then "
        "self.optimizer.apply(gradients, self.trainable_variables)",
    ),
)


class Batch:
    """A model with drawn tables, a drawn batch, and the tables after one training step on it."""

    def __init__(self, candidate: Any, rng: np.random.Generator):
        self.model: LayerHandle = candidate(V, D)
        self.before = [draw(rng, V, D), draw(rng, V, D)]
        self.model.set_weights(self.before)
        self.model.invoke("compile", optimizer=OPTIMIZER)
        self.centres, self.candidates = rng.integers(0, 5, size=B), rng.integers(4, V - 1, size=(B, 1 + N))
        self.result = self._train()
        self.after = self.model.weights

    def _train(self) -> Any:
        with warnings.catch_warnings(), exceptions_mean(STEPS, known=ERRORS):
            warnings.simplefilter("ignore")  # of a table without a gradient, which the check itself finds
            return self.model.invoke("train_step", (self.centres, self.candidates))

    def moved(self, table: int) -> Array:
        """The gradient that the step went against, (V, D)."""
        found: Array = (self.before[table] - self.after[table]) / RATE
        return found

    def slopes(self) -> tuple[Array, Array]:
        """What the gradients of both tables must be."""
        return oracles.skipgram_slopes(self.before[0], self.before[1], self.centres, self.candidates)


OUTSIDE = (
    "The tape saw no way from the tables to the loss: look the vectors up, and work the loss out, inside it."
)
VECTORS = (
    "negative_sampling_loss takes vectors, (B, D) and (B, N, D): look the ids up in the two tables first."
)
STEPS = "Loss inside the tape, tape.gradient(loss, variables), self.optimizer.apply(gradients, variables)."
ERRORS = {
    "No gradients": OUTSIDE,
    "NoneType": OUTSIDE,
    "None values": OUTSIDE,
    "non-persistent": "A tape gives its gradients once: ask it for those of all variables in one call.",
    "too many indices": VECTORS,
    "out of bounds for array of dimension": VECTORS,
}


@skip_gram.check(
    hints=("The two lines after the tape: the gradients, and self.optimizer.apply(gradients, variables).",)
)
def moves_both_tables(candidate, rng):
    """one step moves the vectors of both tables"""
    batch = Batch(candidate, rng)
    for table, name in enumerate(("centres", "contexts")):
        expect(
            not np.array_equal(batch.before[table], batch.after[table]),
            f"a step of training must change the table {name}, and it stayed as it was",
            expected="other numbers than before",
            got="the same ones",
            cause=_cause_of_rest(batch, table),
        )


def _cause_of_rest(batch: Batch, table: int) -> str:
    if all(np.array_equal(*pair) for pair in zip(batch.before, batch.after, strict=True)):
        return (
            "The gradients alone change nothing: self.optimizer.apply(gradients, self.trainable_variables)."
        )
    if table == 1:
        return f"Are contexts and negatives looked up in self.contexts? {BOTH}"
    return f"Are the centre words looked up in self.centres? {BOTH}"


BOTH = "And are both tables among the variables? Train both: self.trainable_variables holds them."


@skip_gram.check(hints=("negative_sampling_loss gives (B,): the loss of the batch is ops.mean of it.",))
def tells_the_mean_loss(candidate, rng):
    """it returns the mean loss of the batch, from before the step"""
    batch = Batch(candidate, rng)
    words, contexts = batch.before
    losses = oracles.negative_sampling_loss(
        words[batch.centres], contexts[batch.candidates[:, 0]], contexts[batch.candidates[:, 1:]]
    )
    got = batch.result.get("loss") if isinstance(batch.result, Mapping) else None
    expect(
        got is not None,
        "train_step must return a dict that holds the loss",
        expected='{"loss": ...}',
        got=describe(batch.result),
        cause="Leave the last line as it was given.",
    )
    found = expect_array(np.asarray(got), "the loss must be a number")
    expect_close(
        float(found),
        float(losses.mean()),
        f"a batch of {B} pairs: the loss must be the mean of their losses",
        tolerance=1e-4,
        cause=_cause_of_loss(float(found), losses, batch),
    )


def _cause_of_loss(got: float, losses: Array, batch: Batch) -> str:
    words, contexts = batch.before
    turned = oracles.negative_sampling_loss(
        words[batch.centres], contexts[batch.candidates[:, -1]], contexts[batch.candidates[:, :-1]]
    )
    one_table = oracles.negative_sampling_loss(
        words[batch.centres], words[batch.candidates[:, 0]], words[batch.candidates[:, 1:]]
    )
    swapped = oracles.negative_sampling_loss(
        contexts[batch.centres], words[batch.candidates[:, 0]], words[batch.candidates[:, 1:]]
    )
    everything = oracles.negative_sampling_loss(
        words[batch.centres], contexts[batch.candidates[:, 0]], contexts[batch.candidates]
    )
    likely = {
        "That is the sum over the batch: ops.mean.": losses.sum(),
        "That is the loss with a minus before it: the optimizer makes smaller what it is given.": -losses.mean(),
        "Nothing was reported: leave self.mean_loss.update_state(loss) and the line after it as they were.": 0.0,
        "It was divided by the number of candidates: the mean is over the pairs.": losses.mean() / (1 + N),
        "The true context is among the negatives, too: those are candidates[:, 1:].": everything.mean(),
        "The true context is the first of each row, the negatives are the others.": turned.mean(),
        "All vectors come from self.centres: contexts and negatives have the table self.contexts.": one_table.mean(),
        "The tables are the wrong way round: centre words in self.centres.": swapped.mean(),
        "The negatives count with their mean: add them up.": _with_mean_negatives(batch).mean(),
    }
    return next((cause for cause, number in likely.items() if np.isclose(got, number, rtol=1e-4)), WHOLE)


WHOLE = (
    "ops.mean of negative_sampling_loss(centre's vectors, the context's, the negatives'), of all negatives."
)


def _with_mean_negatives(batch: Batch) -> Array:
    words, contexts = batch.before
    own, true = words[batch.centres], contexts[batch.candidates[:, 0]]
    alone = oracles.negative_sampling_loss(own, true, np.zeros((B, 0, D)))
    both = oracles.negative_sampling_loss(own, true, contexts[batch.candidates[:, 1:]])
    mean: Array = alone + (both - alone) / N
    return mean


@skip_gram.check(
    hints=("tape.gradient(loss, self.trainable_variables): of the loss, in the order of the variables.",)
)
def goes_against_the_gradient(candidate, rng):
    """each vector moves against its gradient, as worked out by hand"""
    batch = Batch(candidate, rng)
    for table, (name, slope) in enumerate(zip(("centres", "contexts"), batch.slopes(), strict=True)):
        expect_arrays_close(
            batch.moved(table),
            slope,
            f"the table {name}: what the step took away, divided by the learning rate, must be the gradient",
            tolerance=2e-3,
            axes="(V, D)",
            cause="The gradient of the mean loss, by all trainable variables, applied once, by self.optimizer: it has the "
            "learning rate that compile was given.",
            mistakes={
                "It goes up instead of down: hand the gradients to the optimizer as they are.": -slope,
                "That is the gradient of the summed losses: take their mean inside the tape.": B * slope,
                "The step was taken twice.": 2 * slope,
            },
        )


@skip_gram.check(
    hints=("Nothing of the last batch may be left over in the next: everything anew in each call.",)
)
def takes_a_second_step(candidate, rng):
    """a second step goes on from where the first one ended"""
    batch = Batch(candidate, rng)
    first = [table.copy() for table in batch.after]
    slopes = oracles.skipgram_slopes(first[0], first[1], batch.centres, batch.candidates)
    batch._train()
    for name, before, after, slope in zip(
        ("centres", "contexts"), first, batch.model.weights, slopes, strict=True
    ):
        expect_arrays_close(
            (before - after) / RATE,
            slope,
            f"the table {name} after a second step on the same batch",
            tolerance=2e-3,
            axes="(V, D)",
            cause="Are gradients added up from step to step, or is something kept in self?",
        )


@skip_gram.check(
    hints=(
        "fit calls train_step without numbers, to build a graph of it, and then runs the graph. A print shows no "
        "number there, and float(...), .numpy() and NumPy's functions fail: return what self.mean_loss.result() gives.",
    )
)
def lets_fit_use_it(candidate, rng):
    """fit trains with it, batch by batch"""
    batch = Batch(candidate, rng)
    with warnings.catch_warnings(), exceptions_mean(GRAPH):
        warnings.simplefilter("ignore")
        batch.model.invoke("fit", batch.centres, batch.candidates, batch_size=B, shuffle=False, verbose=0)
    slopes = oracles.skipgram_slopes(batch.after[0], batch.after[1], batch.centres, batch.candidates)
    for name, before, after, slope in zip(
        ("centres", "contexts"), batch.after, batch.model.weights, slopes, strict=True
    ):
        expect_arrays_close(
            (before - after) / RATE,
            slope,
            f"the table {name} after one batch by fit",
            tolerance=2e-3,
            axes="(V, D)",
            cause="Does something happen in the first call alone, or in Python and not in the graph?",
        )


GRAPH = (
    "fit runs train_step without numbers first, to build a graph of it: float(...), len(...), .numpy() and NumPy "
    "find none there. ops.mean does, and ops.shape."
)
