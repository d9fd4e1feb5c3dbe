"""Exercise 4.2: the window language model as a network."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array, expect_arrays_close
from course_utils.checks.asserts import expect
from course_utils.checks.describing import describe
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_04_embeddings import oracles
from course_utils.checks.lab_04_embeddings.material import LAB, draw
from course_utils.checks.lab_04_embeddings.oracles import Array
from course_utils.checks.layers import LayerCandidate, LayerHandle

V, N, D, H = 11, 4, 5, 7
SHAPES = ((V + 1, D), (D * (N - 1), H), (H,), (H, V), (V,))

window_model = LAB.exercise(
    "4.2",
    name="window_model",
    title="a network that predicts the next word",
    points=3,
    difficulty=2,
    candidate=LayerCandidate,
    reference="course_utils.models.window:window_model",
    uses=("keras", "tensorflow"),
    hints=(
        "Four layers in a row: Embedding, Flatten, Dense with an activation, Dense without one.",
        'keras.Sequential([layers.Input((n - 1,), dtype="int32"), layers.Embedding(...), layers.Flatten(), ...])',
        'Embedding(vocabulary_size + 1, width), Flatten(), Dense(hidden, activation="relu"), Dense(vocabulary_size)',
    ),
)


ERRORS = {
    f"expected shape=(None, {N})": "A context is n-1 ids long: keras.Input((n - 1,)).",
    "is not in [0,": "Embedding takes first how many rows the table has, vocabulary_size + 1, and then their width.",
}


def logits_of(model: LayerHandle, contexts: np.ndarray, **arguments: Any) -> Any:
    """What the model gives for these contexts."""
    with exceptions_mean(known=ERRORS):
        return model(contexts, **arguments)


def built(candidate: Any) -> LayerHandle:
    """The student's model after its first call, when its weights are there."""
    model: LayerHandle = candidate(V, N, D, H)
    logits_of(model, np.zeros((2, N - 1), "int32"))
    return model


def draw_weights(rng: np.random.Generator) -> list[Array]:
    """The five weights of such a model."""
    return [draw(rng, *shape) for shape in SHAPES]


@window_model.check(
    hints=(
        "Embedding makes (B, n-1, width) of the ids (B, n-1). Flatten puts the n-1 vectors of a row side by side.",
        "The last layer is as wide as the vocabulary: Dense(vocabulary_size).",
    )
)
def gives_a_number_for_each_word(candidate, rng):
    """for each context there is one number for each word of the vocabulary"""
    model: LayerHandle = candidate(V, N, D, H)
    got = expect_array(logits_of(model, rng.integers(0, V, size=(3, N - 1))), "the model must give an array")
    expect(
        got.shape == (3, V),
        f"3 contexts and a vocabulary of {V}: there must be {V} numbers for each context",
        expected=f"shape (3, {V}) = (B, V)",
        got=f"shape {got.shape}",
        cause=_cause_of_shape(got.shape),
    )


def _cause_of_shape(shape: tuple[int, ...]) -> str:
    if len(shape) == 3:
        return "A row for each word of the context is left: Flatten belongs between Embedding and the first Dense."
    if shape == (3, V + 1):
        return "<s> is never predicted: the last layer has vocabulary_size numbers, the table one row more."
    if shape == (3, H):
        return "That is the hidden layer: the last one, Dense(vocabulary_size), is missing."
    return "The last layer must be Dense(vocabulary_size)."


@window_model.check(
    hints=("The ids of words go from 0 to V-1, and that of <s> is V: the table needs V+1 rows.",)
)
def has_a_row_for_the_start_token(candidate, rng):
    """the table of vectors has a row for <s>, whose id is V"""
    table = built(candidate).weights[:1]
    rows = len(table[0]) if table else 0
    expect(
        rows == V + 1,
        f"with {V} words and <s> the table must have {V + 1} rows",
        expected=f"a table of shape {SHAPES[0]} = (V + 1, D)",
        got=f"shape {table[0].shape}" if table else "no weights",
        cause="Contexts hold the id V too, that of <s>: Embedding(vocabulary_size + 1, width).",
    )


@window_model.check(
    hints=(
        "Table (V+1, D), then a kernel and a bias for each Dense: (D·(n-1), H), (H,), (H, V), (V,).",
        "Flatten, and not a mean over the words: each place of the context has weights of its own.",
    )
)
def has_these_layers(candidate, rng):
    """its weights are those of the table and of two Dense layers"""
    shapes = [weight.shape for weight in built(candidate).weights]
    expect(
        shapes == list(SHAPES),
        f"V = {V}, n = {N}, width = {D}, hidden = {H}: the weights must have these shapes",
        expected=describe(list(SHAPES)),
        got=describe(shapes),
        cause=_cause_of_shapes(shapes),
    )


def _cause_of_shapes(shapes: list[tuple[int, ...]]) -> str:
    if len(shapes) > 1 and shapes[1] == (D, H):
        return "The vectors of the context were added or averaged: Flatten puts them side by side."
    if len(shapes) == 3:
        return "One Dense is missing: between the vectors and the last layer stands the hidden one."
    if len(shapes) > 5:
        return "There are more layers than asked for."
    if (D,) in [shape[1:] for shape in shapes[1:]]:
        return "The hidden layer has `hidden` units, the vectors have `width` numbers."
    return "Embedding(V + 1, width), Flatten, Dense(hidden), Dense(V), each Dense with its bias."


@window_model.check(
    hints=("The last Dense has no activation: the softmax is in the loss, from_logits=True.",)
)
def gives_logits(candidate, rng):
    """it gives logits, on which no softmax was taken yet"""
    model = built(candidate)
    model.set_weights([3 * weight for weight in draw_weights(rng)])
    got = model(rng.integers(0, V + 1, size=(5, N - 1)))
    expect(
        not (np.allclose(got.sum(axis=1), 1, atol=1e-3) and (got >= 0).all()),
        "the model must give logits, and these are probabilities",
        expected="numbers of any size and sign",
        got="rows that sum to 1",
        cause="The softmax comes with the loss: from_logits=True. Here it would be taken twice.",
    )
    expect(
        bool((got < 0).any()),
        "logits can be negative, and these never are",
        expected="numbers of any sign",
        got=f"a smallest one of {got.min():.4g}",
        cause="Leave the last Dense without an activation.",
    )


@window_model.check(hints=('Dense(hidden, activation="relu"): what is below 0 becomes 0.',))
def computes_what_a_loop_does(candidate, rng):
    """with given weights each number is that of a slow loop"""
    model, weights = built(candidate), draw_weights(rng)
    model.set_weights(weights)
    contexts = rng.integers(0, V + 1, size=(13, N - 1))
    expect_arrays_close(
        model(contexts),
        np.array([oracles.logits(context, weights) for context in contexts]),
        "with given weights the logits must be those of a loop over single numbers",
        tolerance=1e-4,
        axes="(B, V)",
        cause='The vectors side by side, then Dense with activation="relu", then Dense without.',
        mistakes={
            'The hidden layer has no activation: activation="relu".': _without_relu(contexts, weights, _same),
            'The hidden layer has a tanh where activation="relu" is asked for.': _without_relu(
                contexts, weights, np.tanh
            ),
            'The hidden layer has a sigmoid where activation="relu" is asked for.': _without_relu(
                contexts, weights, lambda sums: 1 / (1 + np.exp(-sums))
            ),
        },
    )


@window_model.check(hints=("Four layers and no more: Embedding, Flatten, Dense and Dense.",))
def is_the_same_in_training(candidate, rng):
    """in training it computes the same"""
    model = built(candidate)
    model.set_weights(draw_weights(rng))
    contexts = rng.integers(0, V + 1, size=(13, N - 1))
    expect_arrays_close(
        logits_of(model, contexts, training=True),
        logits_of(model, contexts),
        "with training=True the logits must be the same as without",
        tolerance=1e-4,
        axes="(B, V)",
        cause="Is there a Dropout, or noise? The four layers that the exercise names are all of it.",
    )


def _same(sums: Array) -> Array:
    return sums


def _without_relu(contexts: np.ndarray, weights: list[Array], activation: Any) -> Array:
    table, kernel, bias, last_kernel, last_bias = weights
    sums = table[contexts].reshape(len(contexts), -1) @ kernel + bias
    found: Array = activation(sums) @ last_kernel + last_bias
    return found
