"""Hidden checks of lab 10, transformer translation."""

import math

import numpy as np

from course_utils.checks.arrays import expect_array, expect_arrays_close

from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_10_transformer_translation import oracles
from course_utils.checks.lab_10_transformer_translation.accuracy import accuracy_of, draw_logits
from course_utils.checks.lab_10_transformer_translation.averaging import averaged, drawn_checkpoints
from course_utils.checks.lab_10_transformer_translation.heads import Case, rates_of, rates_oracle
from course_utils.checks.lab_10_transformer_translation.material import draw, expect_number, mask_of
from course_utils.checks.lab_10_transformer_translation.model import built, trusted
from course_utils.checks.lab_10_transformer_translation.smoothing import loss_of
from course_utils.grading.hidden import exercise

COMPILED = "Training compiles the call: NumPy, len and Python's loops find no numbers there. keras.ops does without."


@exercise("10.1").check()
def goes_by_the_mask_alone(candidate, rng):
    """real tokens may stand anywhere in a row"""
    mask = rng.random((5, 13)) < 0.5
    mask[0], mask[1, :6], mask[1, 6:] = False, False, True
    targets, hits = rng.integers(0, 17, mask.shape), rng.random(mask.shape) < 0.5
    logits = draw_logits(rng, targets, hits, 17)
    wanted = oracles.masked_accuracy(logits, targets, mask)
    problem = "padding before and between the real tokens: another accuracy"
    expect_number(accuracy_of(candidate, logits, targets, mask), wanted, problem, cause="")


@exercise("10.2").check()
def can_be_compiled(candidate, rng):
    """training can compile the call, for batches of any size"""
    import keras

    model = built(candidate, trusted(rng))
    ids = [keras.KerasTensor((None, length), "int32") for length in (5, 7)]
    with exceptions_mean(known={"raised": COMPILED}):
        model.invoke("compute_output_spec", ids)


@exercise("10.3").check()
def padding_may_stand_anywhere(candidate, rng):
    """padding before and between the real tokens counts no more than behind them"""
    mask = rng.permuted(mask_of((5, 3, 1), 7), axis=1)
    mask[0] = [False, True, True, False, True, True, True]
    logits, targets = 3 * draw(rng, 3, 7, 23), rng.integers(0, 23, mask.shape)
    wanted = oracles.smoothed_loss(logits, targets, mask, 0.25)
    got = loss_of(candidate, logits, targets, mask, 0.25)
    expect_number(got, wanted, "padding before and between the real tokens: another loss", cause="")


@exercise("10.4").check()
def takes_steps_of_any_shape(candidate, rng):
    """steps of any shape, and after millions of updates, have their rates"""
    width, warmup = 512, 4_000
    for steps in (np.array([[0, 3_999, 4_000], [7, 10**6, 3 * 10**7]]), np.array([[[11]]]), np.array(10**5)):
        with exceptions_mean("An array of steps gives an array of rates, of the same shape."):
            got = expect_array(np.asarray(candidate(steps, width, warmup)), "steps must have their rates")
        wanted = np.array([oracles.learning_rate(int(step), 1, warmup) for step in steps.flat]).reshape(steps.shape)
        problem = f"steps of shape {steps.shape}, width 512, warmup 4,000: the rates times √512"
        expect_arrays_close(got * math.sqrt(512), wanted, problem, tolerance=1e-6)
        ratio = got / (wanted / math.sqrt(512))
        expect_arrays_close(ratio, np.ones(steps.shape), f"{problem}, divided by the right ones", tolerance=1e-3)


@exercise("10.5").check()
def takes_any_number_of_checkpoints(candidate, rng):
    """each of many checkpoints has the same share"""
    for count in (3, 23):
        checkpoints = drawn_checkpoints(rng, count)
        got, wanted = averaged(candidate, checkpoints), oracles.average_weights(checkpoints)
        for at, (ours, right) in enumerate(zip(got, wanted, strict=True)):
            expect_arrays_close(ours, right, f"{count} checkpoints: another weight {at}", tolerance=1e-4)


@exercise("10.6").check()
def takes_any_number_of_layers_and_heads(candidate, rng):
    """there may be any number of layers, heads and sentences"""
    for layers, heads, sentences in ((1, 1, 1), (5, 2, 2), (1, 7, 3)):
        lengths = [int(length) for length in rng.integers(2, 5, size=sentences)]
        gold = [{(int(rng.integers(length)), place) for place in range(length)} for length in lengths]
        weights = rng.random((layers, sentences, heads, max(lengths), max(lengths) + 1)).astype("float32")
        case = Case(weights, lengths, lengths, gold)
        problem = f"{layers} layers of {heads} heads, {sentences} sentences: other rates"
        expect_arrays_close(rates_of(candidate, case), rates_oracle(case), problem)
