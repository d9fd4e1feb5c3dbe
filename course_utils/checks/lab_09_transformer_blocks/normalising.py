"""Exercise 9.3: layer normalisation."""

from __future__ import annotations

import numpy as np

from course_utils.checks.arrays import ARRAY, expect_arrays_close, expect_shape
from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.gradients import DifferentiableCandidate
from course_utils.checks.lab_09_transformer_blocks import oracles
from course_utils.checks.lab_09_transformer_blocks.material import CUTS, LAB, draw
from course_utils.checks.lab_09_transformer_blocks.oracles import EPSILON, Array

layer_norm = LAB.exercise(
    "9.3",
    name="layer_norm",
    title="layer normalisation",
    points=2,
    difficulty=1,
    returns=ARRAY,
    candidate=DifferentiableCandidate,
    reference="course_utils.checks.lab_09_transformer_blocks.references:layer_norm",
    uses=("keras", "tensorflow"),
    hints=(
        "Over the last axis: the mean, and the variance, which is the mean of (x - mean)².",
        "ops.mean(x, axis=-1, keepdims=True) keeps the axis, so that it fits x. ops.square, ops.sqrt.",
        "scale * (x - mean) / ops.sqrt(variance + epsilon) + shift",
    ),
)

B, T, D = 3, 5, 7
FITS = "keepdims=True keeps the axis that the mean runs over, with one entry: (B, T, 1) fits (B, T, D)."
EXCEPTIONS = {
    "required broadcastable shapes": FITS,
    "ncompatible shapes": FITS,
    "could not be broadcast": FITS,
    "has no attribute 'mean'": "A tensor has no .mean(): ops.mean(x, axis=-1, keepdims=True).",
    "has no attribute 'var'": "A tensor has no .var(): ops.mean(ops.square(x - mean), axis=-1, keepdims=True).",
}


def normed(candidate, x: Array, scale: Array, shift: Array, epsilon: float = EPSILON) -> Array:
    """What the student makes of x, of the same shape."""
    with exceptions_mean(known=EXCEPTIONS):
        outputs: Array = candidate(x, scale, shift, epsilon)
    expect_shape(outputs, x.shape, "the output must have the shape of x", axes="(B, T, D)", cause=FITS)
    return outputs


def plain_norm(x: Array, axis: int | tuple[int, ...]) -> Array:
    """Mean 0 and variance 1 over any axes, for likely mistakes."""
    return np.asarray((x - x.mean(axis, keepdims=True)) / np.sqrt(x.var(axis, keepdims=True) + EPSILON))


def _over_other_axes(x: Array) -> dict[str, Array]:
    """What mean and variance run over by mistake -> what that makes of x with scale 1 and shift 0."""
    over: dict[str, int | tuple[int, ...]] = {
        "the batch, axis 0": 0,
        "the places, axis 1": 1,
        "the whole array": (0, 1, 2),
        "places and numbers": (1, 2),
    }
    return {
        f"The mean runs over {what}: it must run over the D numbers of one place, axis=-1.": plain_norm(
            x, axis
        )
        for what, axis in over.items()
    }


def _mistakes(x: Array) -> dict[str, Array]:
    """A likely mistake -> what it makes of x with scale 1 and shift 0."""
    centred = x - x.mean(axis=-1, keepdims=True)
    deviation = x.std(axis=-1, keepdims=True)
    wide = x.std(axis=-1, keepdims=True, ddof=1)
    return {
        **_over_other_axes(x),
        "The mean is not subtracted.": x / deviation,
        "The mean is subtracted neither from x nor in the variance.": x
        / np.sqrt((x**2).mean(axis=-1, keepdims=True)),
        "The squares are summed: the variance is their mean.": centred / deviation / np.sqrt(x.shape[-1]),
        "The differences are not squared: the variance is the mean of the squares.": centred
        / abs(centred).mean(axis=-1, keepdims=True),
        "scale and shift are exchanged.": np.ones_like(x),
        "It is divided by the variance: take its square root.": centred / deviation**2,
        "It is not divided by the standard deviation.": centred,
        "The variance is divided by D - 1: here it is the plain mean of the squares, divided by D.": centred
        / wide,
        "The root of the mean of x² stands where the variance should: subtract the mean first.": centred
        / np.sqrt((x**2).mean(axis=-1, keepdims=True)),
    }


@layer_norm.check(hints=("On paper: 1, 1, 3, 3 has the mean 2 and the variance 1.",))
def gives_what_was_worked_out_on_paper(candidate, rng):
    """1, 1, 3, 3 becomes -1, -1, 1, 1"""
    x = 3 * draw(rng, 2, 3, 4) + 2
    x[0, 0] = rng.permutation([1, 1, 3, 3])
    expect_arrays_close(
        normed(candidate, x, np.ones(4, "float32"), np.zeros(4, "float32")),
        (x - x.mean(axis=-1, keepdims=True)) / x.std(axis=-1, keepdims=True),
        "scale 1 and shift 0: each place must have mean 0 and variance 1",
        tolerance=1e-3,
        axes="(B, T, D)",
        cause="(x - mean) / sqrt(variance), with both over the last axis.",
        mistakes=_mistakes(x),
    )


@layer_norm.check(hints=("Mean and variance of one place come from its own D numbers.",))
def each_place_is_normed_on_its_own(candidate, rng):
    """what stands at other places changes nothing"""
    x, scale, shift = draw(rng, B, T, D), np.ones(D, "float32"), np.zeros(D, "float32")
    other = 50 * draw(rng, B, T, D)
    other[1, 2] = x[1, 2]
    expect_arrays_close(
        normed(candidate, other, scale, shift)[1, 2],
        normed(candidate, x, scale, shift)[1, 2],
        "with other vectors at all other places, place 2 of sentence 1 must stay as it was",
        tolerance=1e-4,
        cause="No mean may run over the batch or over the places.",
    )


@layer_norm.check(hints=("scale · normalised + shift: first the product, then the sum, number by number.",))
def scale_and_shift_come_last(candidate, rng):
    """each number has a scale and a shift of its own"""
    x, scale, shift = 3 * draw(rng, B, T, D) + 2, 1 + draw(rng, D), draw(rng, D)
    normal = oracles.layer_norm(x, np.ones(D), np.zeros(D))
    expect_arrays_close(
        normed(candidate, x, scale, shift),
        oracles.layer_norm(x, scale, shift),
        "the output must be scale · (x - mean) / sqrt(variance + epsilon) + shift",
        tolerance=1e-4,
        axes="(B, T, D)",
        cause="scale and shift, both (D,), come last.",
        mistakes={
            "The shift is added before the scale: scale · normalised + shift.": scale * (normal + shift),
            "The scale is missing.": normal + shift,
            "The shift is missing.": scale * normal,
            "scale and shift are both missing.": normal,
            "scale and shift are exchanged.": shift * normal + scale,
            "Another epsilon than the given one is taken: 0.001.": scale
            * normal
            * np.sqrt((x.var(axis=-1, keepdims=True) + EPSILON) / (x.var(axis=-1, keepdims=True) + 1e-3))
            + shift,
            "scale and shift come before the norm, which undoes most of them.": plain_norm(
                x * scale + shift, -1
            ),
        },
    )


@layer_norm.check(hints=("Four equal numbers have the variance 0: epsilon keeps 0/0 away.",))
def equal_numbers_become_the_shift(candidate, rng):
    """a place whose numbers are all equal gives the shift, not NaN"""
    x = np.ones((B, T, D), "float32") * rng.integers(-3, 4, size=(B, T, 1))
    scale, shift = 1 + draw(rng, D), draw(rng, D)
    expect_arrays_close(
        normed(candidate, x.astype("float32"), scale, shift),
        np.broadcast_to(shift, x.shape),
        "x - mean is 0 everywhere: the output must be the shift",
        tolerance=1e-4,
        cause="Add epsilon to the variance before the root.",
    )


@layer_norm.check(hints=("epsilon is added to the variance, inside the root.",))
def epsilon_stands_under_the_root(candidate, rng):
    """small numbers are not blown up: sqrt(variance + epsilon)"""
    x = (0.003 * draw(rng, B, T, D)).astype("float32")
    deviation = x.std(axis=-1, keepdims=True)
    centred = x - x.mean(axis=-1, keepdims=True)
    for epsilon in (EPSILON, 1e-4):
        expect_arrays_close(
            normed(candidate, x, np.ones(D, "float32"), np.zeros(D, "float32"), epsilon),
            centred / np.sqrt(deviation**2 + epsilon),
            f"numbers of about 0.003, epsilon {epsilon:g}: the divisor must be sqrt(variance + epsilon)",
            tolerance=1e-3,
            cause="Take the epsilon that is given, and add it to the variance.",
            mistakes={
                "epsilon is added to the standard deviation: it belongs under the root.": centred
                / (deviation + epsilon),
                "epsilon changes nothing here: it is added to the variance.": centred / deviation,
                "Another epsilon than the given one is taken: 0.001.": centred / np.sqrt(deviation**2 + 1e-3),
                "epsilon is 0.00001 whatever is given: take the argument.": centred
                / np.sqrt(deviation**2 + EPSILON),
            },
        )


def _gradient_at(x: Array, scale: Array) -> tuple[Array, Array]:
    """Of the sum of all outputs at x, and what is left of it where mean and variance are cut off."""
    deviation = np.sqrt(x.var(axis=-1, keepdims=True) + EPSILON)
    normal = (x - x.mean(axis=-1, keepdims=True)) / deviation
    along = normal * (scale * normal).mean(axis=-1, keepdims=True)
    return (scale - scale.mean() - along) / deviation, scale / deviation


@layer_norm.check(hints=("ops.mean, ops.square and ops.sqrt let a gradient through; np. does not.",))
def gradients_come_back(candidate, rng):
    """a gradient arrives at x, scale and shift"""
    x, scale, shift = draw(rng, B, T, D), 1 + draw(rng, D), draw(rng, D)
    found = candidate.gradients(x, scale, shift)
    for gradient, name in zip(found, ("x", "scale", "shift"), strict=True):
        expect(
            gradient is not None,
            f"a gradient must arrive at {name}",
            expected="a gradient",
            got="none",
            cause=CUTS,
        )
    whole, cut = _gradient_at(x, scale)
    expect_arrays_close(
        found[0],
        whole,
        "the gradient at x must come by all its ways: through x, the mean and the variance",
        tolerance=1e-2,
        cause=CUTS,
        mistakes={f"It comes through x alone, mean and variance are cut off. {CUTS}": cut},
    )
