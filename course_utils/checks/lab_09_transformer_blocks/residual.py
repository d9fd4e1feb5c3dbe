"""Exercise 9.4: what stands around each sublayer."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_arrays_close, expect_shape
from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_09_transformer_blocks import oracles
from course_utils.checks.lab_09_transformer_blocks.material import (
    CUTS,
    LAB,
    D,
    config,
    draw,
    draw_norm,
    given_back,
)
from course_utils.checks.lab_09_transformer_blocks.oracles import Array
from course_utils.checks.layers import LayerCandidate, LayerHandle

residual = LAB.exercise(
    "9.4",
    name="Residual",
    title="a way past each sublayer",
    points=2,
    difficulty=1,
    candidate=LayerCandidate,
    reference="course_utils.models.transformer_blocks:Around",
    uses=("keras", "tensorflow"),
    hints=(
        "Where does the norm stand? With pre-norm in before, and after only adds; with post-norm it is the other way round.",
        "x = x + self.dropout(outputs, training=training): the dropout is for the outputs alone.",
        "self.config.norm == 'pre' says which one it is: return self.norm(x) if ... else x.",
    ),
)

B, T = 3, 5
X_OUT = "after(x, outputs) needs both: x + outputs."


def built(candidate: Any, weights: list[Array], **changes: Any) -> LayerHandle:
    """The student's layer with these weights, (scale, shift)."""
    layer: LayerHandle = candidate(config(**changes))
    layer.invoke("build", (None, None, D))
    layer.set_weights(weights)
    return layer


def run(layer: LayerHandle, method: str, *arrays: Array, **options: Any) -> Array:
    """What `before` or `after` gives, of the shape of x."""
    with exceptions_mean("self.norm, self.dropout and self.config are there, made in __init__."):
        got = layer.invoke(method, *arrays, **options)
    outputs = given_back(got, f"{method} must return an array, with pre-norm and with post-norm")
    expect_shape(
        outputs,
        arrays[0].shape,
        f"{method} must keep the shape of x",
        axes="(B, T, D)",
        cause="x and the outputs are added number by number, not put side by side."
        if len(arrays) > 1
        else "",
    )
    return outputs


@residual.check(hints=("Only with pre-norm the sublayer reads normed numbers: self.norm(x).",))
def before_norms_with_pre_norm_alone(candidate, rng):
    """before(x) is norm(x) with pre-norm, and x itself with post-norm"""
    x, weights = draw(rng, B, T, D), draw_norm(rng)
    normal = oracles.layer_norm(x, *weights)
    another = oracles.layer_norm(x, np.ones(D), np.zeros(D))
    for norm, wanted, other in (("pre", normal, x), ("post", x, normal)):
        expect_arrays_close(
            run(built(candidate, weights, norm=norm), "before", x),
            wanted,
            f'norm="{norm}": before(x) must be {"self.norm(x)" if norm == "pre" else "x as it is"}',
            tolerance=1e-4,
            cause="pre-norm stands before the sublayer, post-norm after the sum.",
            mistakes={
                'With pre-norm the sublayer reads self.norm(x): where self.config.norm == "pre".'
                if norm == "pre"
                else "With post-norm x goes in as it is: the norm comes after the sum.": other,
                "That is a norm without the learned scale and shift: take self.norm.": another,
            },
        )


def _mistakes(x: Array, outputs: Array, norm: str, weights: list[Array]) -> dict[str, Array]:
    """A likely mistake -> what after(x, outputs) then gives."""
    total = x + outputs
    normal = oracles.layer_norm(total, *weights)
    other = normal if norm == "pre" else total
    alone = oracles.layer_norm(outputs, *weights) if norm == "post" else outputs
    return {
        "The residual connection is missing: x must be added to the outputs.": alone,
        "The outputs are missing: that is x alone.": x,
        "The sum is normed: with pre-norm it stays as it is."
        if norm == "pre"
        else "With post-norm the sum must be normed.": other,
        "The outputs are normed and then added: with post-norm the sum is normed.": x
        + oracles.layer_norm(outputs, *weights),
        "x is normed before it is added: it must come by as it is.": oracles.layer_norm(x, *weights)
        + outputs,
        "Sum and mean are not the same: it is divided by 2.": total / 2,
        "x is added twice.": total + x,
    }


@residual.check(hints=("The sum is x + outputs. With post-norm it is normed, with pre-norm it stays.",))
def after_adds_x(candidate, rng):
    """after(x, outputs) is x + outputs, normed with post-norm alone"""
    x, outputs, weights = draw(rng, B, T, D), draw(rng, B, T, D), draw_norm(rng)
    for norm in ("pre", "post"):
        wanted = x + outputs if norm == "pre" else oracles.layer_norm(x + outputs, *weights)
        expect_arrays_close(
            run(built(candidate, weights, norm=norm), "after", x, outputs),
            wanted,
            f'norm="{norm}": after(x, outputs) must be {"x + outputs" if norm == "pre" else "self.norm(x + outputs)"}',
            tolerance=1e-4,
            axes="(B, T, D)",
            cause=X_OUT,
            mistakes=_mistakes(x, outputs, norm, weights),
        )


@residual.check(hints=("Hand training on: self.dropout(outputs, training=training).",))
def dropout_waits_for_training(candidate, rng):
    """dropout is for training alone"""
    x, outputs, weights = draw(rng, B, T, D), 1 + draw(rng, B, T, D), draw_norm(rng)
    layer = built(candidate, weights, norm="pre", dropout=0.5)
    expect_arrays_close(
        run(layer, "after", x, outputs, training=False),
        x + outputs,
        "training=False: dropout must change nothing",
        cause="Hand on what call is told: self.dropout(outputs, training=training).",
    )
    trained = run(layer, "after", x, outputs, training=True)
    expect(
        not np.allclose(trained, x + outputs, atol=1e-5),
        "training=True, dropout 0.5: half of the outputs must be left out",
        expected="other numbers than without dropout",
        got="the same numbers",
        cause="self.dropout(outputs, training=training).",
    )


@residual.check(hints=("x + self.dropout(outputs): x itself is never dropped.",))
def x_is_never_dropped(candidate, rng):
    """in training x still comes through whole"""
    x, outputs = 3 + draw(rng, 2 * B, T, D), draw(rng, 2 * B, T, D)
    layer = built(candidate, draw_norm(rng), norm="pre", dropout=0.5)
    got = run(layer, "after", x, outputs, training=True)
    kept = np.isclose(got, x, atol=1e-4)
    doubled = np.isclose(got, x + 2 * outputs, atol=1e-4)
    wrong = ~(kept | doubled)
    expect(
        not wrong.any(),
        "dropout 0.5: each number must be x alone, where the output is left out, or x + 2 · output",
        expected="x, or x + output / (1 - 0.5)",
        got=f"{wrong.sum()} of {wrong.size} numbers are neither"
        + (f", {(got == 0).sum()} of them are 0" if (got == 0).any() else ""),
        cause="The dropout is for the outputs, before x is added: x + self.dropout(outputs, ...).",
    )


def _expect_gradient(got: Array | None, wanted: Array | None, where: str, method: str) -> None:
    """There is a gradient, and where `wanted` is known, it is all there."""
    problem = f"training goes back through {method}: a gradient must arrive at {where}"
    expect(got is not None, problem, expected="a gradient", got="none", cause=CUTS)
    if got is not None and wanted is not None:
        expect_arrays_close(got, wanted, problem, tolerance=1e-4, cause=CUTS)


@residual.check(hints=("From x and the outputs to the sum everything is keras.ops and layers.",))
def gradients_come_back(candidate, rng):
    """gradients arrive at x, at the outputs and at the norm"""
    x, outputs, weights = draw(rng, B, T, D), draw(rng, B, T, D), draw_norm(rng)
    for norm in ("pre", "post"):
        layer = built(candidate, weights, norm=norm)
        (of_x, of_outputs, *of_norm), *_ = layer.gradients_by_output(x, outputs, method="after")
        # The loss is a mean of squares
        whole = 2 * (x + outputs) / x.size if norm == "pre" else of_outputs
        _expect_gradient(of_outputs, whole, "the outputs", "after")
        _expect_gradient(of_x, whole, "x", "after")
        (of_x, *of_read), *_ = layer.gradients_by_output(x, method="before")
        _expect_gradient(of_x, None if norm == "pre" else 2 * x / x.size, "x", "before")
        for gradient in of_norm if norm == "post" else of_read:
            _expect_gradient(gradient, None, "the norm's weights", "after" if norm == "post" else "before")
