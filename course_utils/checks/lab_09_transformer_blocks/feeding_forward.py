"""Exercise 9.2: the feed-forward layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_arrays_close, expect_shape
from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_09_transformer_blocks import oracles
from course_utils.checks.lab_09_transformer_blocks.material import (
    CUTS,
    HIDDEN,
    LAB,
    D,
    draw,
    draw_feed_forward,
    give_weights,
    given_back,
)
from course_utils.checks.lab_09_transformer_blocks.oracles import Array
from course_utils.checks.layers import LayerCandidate, LayerHandle

feed_forward = LAB.exercise(
    "9.2",
    name="FeedForward",
    title="two layers at every place",
    points=2,
    difficulty=1,
    candidate=LayerCandidate,
    reference="course_utils.models.transformer_blocks:FeedForward",
    uses=("keras", "tensorflow"),
    hints=(
        "build makes four weights in this order: W1 (D, hidden), b1 (hidden,), W2 (hidden, D), b2 (D,).",
        "ops.matmul(x, W1) + b1 is (B, T, hidden), and ops.relu(...) of it stays so.",
        "return ops.matmul(ops.relu(ops.matmul(x, self.first) + self.first_bias), self.second) + self.second_bias",
    ),
)

B, T = 2, 5
SHAPES = [(D, HIDDEN), (HIDDEN,), (HIDDEN, D), (D,)]
SIZES = "W1 is (D, hidden), b1 (hidden,), W2 (hidden, D), b2 (D,): hidden is self.hidden, and D the last of input_shape."
ATTRIBUTES = "The layer's weights are its attributes, made in build: self.... = self.add_weight(...)."
EXCEPTIONS = {
    "is not defined": ATTRIBUTES,
    "'FeedForward' object has no attribute": ATTRIBUTES,
    "already built": "The weights are made in build, once, and not in call.",
    "to a shape": f"The shape of a bias is a tuple, too: (hidden,), with the comma. {SIZES}",
}


def called(layer: LayerHandle, x: Array) -> Array:
    """What the layer makes of x, of the same shape."""
    with exceptions_mean(known=EXCEPTIONS):
        got = layer(x)
    problem = "call must return an array of the shape of x"
    outputs = given_back(got, problem)
    expect_shape(outputs, x.shape, problem, axes="(B, T, D)", cause="W2 brings hidden numbers back to D.")
    return outputs


def built(candidate: Any, weights: list[Array]) -> LayerHandle:
    """The student's layer with these weights."""
    layer: LayerHandle = candidate(HIDDEN)
    with exceptions_mean(known=EXCEPTIONS):
        layer.invoke("build", (B, T, D))
    if len(layer.weights) < len(SHAPES):  # Keras's layers make theirs when they are called
        called(layer, np.zeros((B, T, D), "float32"))
    give_weights(layer, weights, SIZES)
    return layer


@feed_forward.check(
    hints=("Four lines with self.add_weight: W1 (D, hidden), b1 (hidden,), W2 (hidden, D), b2 (D,).",)
)
def has_two_matrices_and_two_biases(candidate, rng):
    """it has W1 (D, hidden), b1 (hidden,), W2 (hidden, D) and b2 (D,)"""
    called(built(candidate, draw_feed_forward(rng)), draw(rng, B, T, D))


@feed_forward.check(hints=("The products run over the last axis alone: nothing sums over places.",))
def each_place_is_worked_out_on_its_own(candidate, rng):
    """another word at one place changes this place alone"""
    layer = built(candidate, draw_feed_forward(rng))
    x = draw(rng, B, T, D)
    changed = x.copy()
    changed[:, 2] = draw(rng, B, D)
    before, after = called(layer, x), called(layer, changed)
    others = np.arange(T) != 2
    expect_arrays_close(
        after[:, others],
        before[:, others],
        "another vector at place 2: the outputs of all other places must stay as they were",
        cause="Only attention carries something from place to place: no sum, mean or softmax over axis 1 here.",
    )
    expect(
        not np.allclose(after[:, 2], before[:, 2], atol=1e-4),
        "another vector at place 2 must change the output there",
        expected="other numbers",
        got="the same numbers",
        cause="The output must be worked out from x.",
    )


def _mistakes(
    x: Array, first: Array, first_bias: Array, second: Array, second_bias: Array
) -> dict[str, Array]:
    """A likely mistake -> what it makes of x."""
    inner = x @ first + first_bias
    relu = np.maximum(inner, 0)
    return {
        "The relu is missing: two products without anything between them are one product.": inner @ second
        + second_bias,
        "A second relu stands at the end: the output may be negative.": np.maximum(
            relu @ second + second_bias, 0
        ),
        "The relu comes after the second product: it stands between the two.": np.maximum(
            inner @ second + second_bias, 0
        ),
        "b1 is missing.": np.maximum(x @ first, 0) @ second + second_bias,
        "b1 is added after the relu: it comes before.": (np.maximum(x @ first, 0) + first_bias) @ second
        + second_bias,
        "b2 is missing.": relu @ second,
        "A tanh stands where the relu should.": np.tanh(inner) @ second + second_bias,
        "x is added: the residual connection is not part of this layer.": x + relu @ second + second_bias,
    }


@feed_forward.check(hints=("The order: W1, b1, relu, W2, b2. After the second there is no relu.",))
def is_a_relu_between_two_layers(candidate, rng):
    """it is max(0, x W1 + b1) W2 + b2"""
    weights = draw_feed_forward(rng)
    x = draw(rng, B, T, D)
    expect_arrays_close(
        called(built(candidate, weights), x),
        oracles.feed_forward(x, *weights),
        "it must be max(0, x W1 + b1) W2 + b2",
        tolerance=1e-4,
        axes="(B, T, D)",
        cause="matmul with W1, plus b1, relu, matmul with W2, plus b2.",
        mistakes=_mistakes(x, *weights),
    )


@feed_forward.check(
    hints=('add_weight without an initializer draws numbers; initializer="zeros" is for the two biases.',)
)
def matrices_start_at_random_and_biases_at_0(candidate, rng):
    """matrices start as random numbers, biases as 0"""
    layer = candidate(HIDDEN)
    called(layer, draw(rng, B, T, D))
    for weight, name in zip(layer.weights, ("W1", "b1", "W2", "b2"), strict=True):
        random = len(np.unique(weight)) > 1
        wanted = "different numbers" if name.startswith("W") else "0 everywhere"
        expect(
            random if name.startswith("W") else not weight.any(),
            f"a new {name} must be {wanted}",
            expected=wanted,
            got="different numbers" if random else f"{weight.flat[0]:g} everywhere",
            cause='add_weight(shape=...) draws numbers; for a bias say initializer="zeros".',
        )


@feed_forward.check(hints=("Everything from the weights to the output is keras.ops.",))
def training_reaches_every_weight(candidate, rng):
    """a gradient arrives at all four weights"""
    layer = built(candidate, draw_feed_forward(rng))
    expect(
        layer.trainable_shapes == SHAPES,
        "training must be able to change all four weights",
        expected=str(SHAPES),
        got=str(layer.trainable_shapes),
        cause="Keep add_weight's trainable=True, as it is without being said.",
    )
    for gradient, name in zip(layer.gradients(draw(rng, B, T, D)), ("W1", "b1", "W2", "b2"), strict=True):
        expect(
            gradient is not None,
            f"a gradient must arrive at {name}",
            expected="a gradient",
            got="none",
            cause=CUTS,
        )
