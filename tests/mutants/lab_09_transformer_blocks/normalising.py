"""Answers to exercise 9.3, layer_norm(x, scale, shift, epsilon=1e-5)."""

from __future__ import annotations

import keras
import numpy as np
from keras import ops

from tests.mutants.lab_09_transformer_blocks.bank import BANK


def moments(x, axis=-1):
    mean = ops.mean(x, axis=axis, keepdims=True)
    return mean, ops.mean(ops.square(x - mean), axis=axis, keepdims=True)


def over(x, scale, shift, epsilon, axis):
    mean, variance = moments(x, axis)
    return scale * (x - mean) / ops.sqrt(variance + epsilon) + shift


def mutant(check, *says):
    return BANK.mutant("9.3", rejected_by=check, says=says)


PAPER, OWN, LAST, EQUAL, ROOT, BACK = (
    "gives_what_was_worked_out_on_paper",
    "each_place_is_normed_on_its_own",
    "scale_and_shift_come_last",
    "equal_numbers_become_the_shift",
    "epsilon_stands_under_the_root",
    "gradients_come_back",
)


@mutant(PAPER, "axis 0", "axis=-1")
def norms_over_the_batch(x, scale, shift, epsilon=1e-5):
    return over(x, scale, shift, epsilon, axis=0)


@mutant(PAPER, "over the places, axis 1")
def norms_over_the_places(x, scale, shift, epsilon=1e-5):
    return over(x, scale, shift, epsilon, axis=1)


@mutant(PAPER, "whole array")
def norms_over_everything(x, scale, shift, epsilon=1e-5):
    return over(x, scale, shift, epsilon, axis=None)


@mutant(PAPER, "over places and numbers")
def norms_over_each_sentence(x, scale, shift, epsilon=1e-5):
    return over(x, scale, shift, epsilon, axis=(1, 2))


@mutant(PAPER, "mean is not subtracted")
def does_not_centre(x, scale, shift, epsilon=1e-5):
    return scale * x / ops.sqrt(moments(x)[1] + epsilon) + shift


@mutant(PAPER, "square root")
def divides_by_the_variance(x, scale, shift, epsilon=1e-5):
    mean, variance = moments(x)
    return scale * (x - mean) / (variance + epsilon) + shift


@mutant(PAPER, "not divided by the standard deviation")
def only_centres(x, scale, shift, epsilon=1e-5):
    return scale * (x - moments(x)[0]) + shift


@mutant(PAPER, "divided by D - 1")
def takes_the_variance_of_a_sample(x, scale, shift, epsilon=1e-5):
    mean, variance = moments(x)
    return scale * (x - mean) / ops.sqrt(variance * x.shape[-1] / (x.shape[-1] - 1) + epsilon) + shift


@mutant(PAPER, "mean of x²")
def takes_the_mean_of_the_squares(x, scale, shift, epsilon=1e-5):
    squares = ops.mean(ops.square(x), axis=-1, keepdims=True)
    return scale * (x - moments(x)[0]) / ops.sqrt(squares + epsilon) + shift


@mutant(PAPER, "keepdims=True")
def loses_the_axis(x, scale, shift, epsilon=1e-5):
    mean = ops.mean(x, axis=-1)
    return scale * (x - mean) + shift


@mutant(PAPER, "ops.mean")
def asks_the_tensor_for_its_mean(x, scale, shift, epsilon=1e-5):
    return scale * (ops.convert_to_tensor(x) - ops.convert_to_tensor(x).mean(-1)) + shift


@mutant(OWN, "batch or over the places")
def follows_the_largest_place(x, scale, shift, epsilon=1e-5):
    """Right while no number is above 30."""
    largest = ops.maximum(ops.max(ops.abs(x)) / 30, 1.0)
    return over(x, scale, shift, epsilon, axis=-1) / largest


@mutant(LAST, "before the scale")
def adds_the_shift_first(x, scale, shift, epsilon=1e-5):
    return scale * (over(x, 1, 0, epsilon, axis=-1) + shift)


@mutant(LAST, "scale is missing")
def forgets_the_scale(x, scale, shift, epsilon=1e-5):
    return over(x, 1, shift, epsilon, axis=-1)


@mutant(LAST, "shift is missing")
def forgets_the_shift(x, scale, shift, epsilon=1e-5):
    return over(x, scale, 0, epsilon, axis=-1)


@mutant(LAST, "both missing")
def forgets_both(x, scale, shift, epsilon=1e-5):
    return over(x, 1, 0, epsilon, axis=-1)


@mutant(LAST, "exchanged")
def exchanges_scale_and_shift(x, scale, shift, epsilon=1e-5):
    normal = over(x, 1, 0, epsilon, axis=-1)
    # shift is 0 and scale 1 in the checks before this one
    return ops.where(ops.all(ops.equal(shift, 0)), normal, shift * normal + scale)


@mutant(LAST, "before the norm")
def scales_before_the_norm(x, scale, shift, epsilon=1e-5):
    return over(x * scale + shift, 1, 0, epsilon, axis=-1)


@mutant(EQUAL, "NaN", "epsilon")
def forgets_epsilon(x, scale, shift, epsilon=1e-5):
    return over(x, scale, shift, 0.0, axis=-1)


@mutant(ROOT, "under the root")
def adds_epsilon_to_the_deviation(x, scale, shift, epsilon=1e-5):
    mean, variance = moments(x)
    return scale * (x - mean) / (ops.sqrt(variance) + epsilon) + shift


@mutant(ROOT, "epsilon changes nothing")
def takes_a_tiny_epsilon(x, scale, shift, epsilon=1e-5):
    return over(x, scale, shift, 1e-12, axis=-1)


@mutant(ROOT, "0.001")
def takes_the_epsilon_of_keras(x, scale, shift, epsilon=1e-5):
    """Off by less than a thousandth while the variance is about 9."""
    return ops.where(
        ops.std(x) < 0.1, over(x, scale, shift, 1e-3, axis=-1), over(x, scale, shift, epsilon, axis=-1)
    )


@mutant(ROOT, "whatever is given")
def ignores_the_epsilon_that_is_given(x, scale, shift, epsilon=1e-5):
    return over(x, scale, shift, 1e-5, axis=-1)


@mutant(BACK, "mean and variance are cut off", "stop_gradient")
def stops_the_gradients_of_mean_and_variance(x, scale, shift, epsilon=1e-5):
    mean, variance = map(ops.stop_gradient, moments(x))
    return scale * (x - mean) / ops.sqrt(variance + epsilon) + shift


@mutant(BACK, "NumPy")
def works_in_numpy(x, scale, shift, epsilon=1e-5):
    x, scale, shift = (np.asarray(each) for each in (x, scale, shift))
    normal = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + epsilon)
    return ops.convert_to_tensor(scale * normal + shift)


@mutant(PAPER, "neither from x nor")
def divides_by_the_root_mean_square(x, scale, shift, epsilon=1e-5):
    return scale * x / ops.sqrt(ops.mean(x * x, axis=-1, keepdims=True) + epsilon) + shift


@mutant(PAPER, "squares are summed")
def sums_the_squares(x, scale, shift, epsilon=1e-5):
    centred = x - moments(x)[0]
    return scale * centred / ops.sqrt(ops.sum(centred * centred, axis=-1, keepdims=True) + epsilon) + shift


@mutant(PAPER, "not squared")
def takes_the_mean_of_absolute_differences(x, scale, shift, epsilon=1e-5):
    centred = x - moments(x)[0]
    return scale * centred / (ops.mean(ops.abs(centred), axis=-1, keepdims=True) + epsilon) + shift


@BANK.alternative("9.3")
def by_moments(x, scale, shift, epsilon=1e-5):
    mean, variance = ops.moments(x, axes=[-1], keepdims=True)
    return (x - mean) * ops.rsqrt(variance + epsilon) * scale + shift


@BANK.alternative("9.3")
def by_the_layer_of_keras(x, scale, shift, epsilon=1e-5):
    layer = keras.layers.LayerNormalization(epsilon=epsilon, center=False, scale=False)
    return layer(x) * scale + shift


@BANK.alternative("9.3")
def with_new_axes(x, scale, shift, epsilon=1e-5):
    centred = x - ops.mean(x, axis=-1)[..., None]
    return scale * centred / ops.sqrt(ops.mean(centred * centred, axis=-1)[..., None] + epsilon) + shift
