"""Exercise 5.5: the cell run over time, with a mask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array, expect_arrays_close, expect_shape
from course_utils.checks.asserts import expect, expect_equal
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_05_lstm import oracles
from course_utils.checks.lab_05_lstm.material import LAB, draw, draw_weights
from course_utils.checks.lab_05_lstm.oracles import Array, Mask, Weights
from course_utils.checks.layers import LayerCandidate, LayerHandle

lstm = LAB.exercise(
    "5.5",
    name="LSTM",
    title="the cell over time, with a mask",
    points=4,
    difficulty=3,
    candidate=LayerCandidate,
    reference="course_utils.models.recurrent_cell:LSTM",
    uses=("keras", "tensorflow"),
    hints=(
        "Go through the T steps of all sentences at once: inputs[:, t] is (B, D). Keep every output in a list.",
        "ops.where(mask[:, t, None], new, old) takes the new value where the token is real, else the old one. "
        "Both h and c need it.",
        "_, (new_h, new_c) = self.cell(inputs[:, t], [h, c]); then where; then outputs.append(h).",
        "ops.stack(outputs, axis=1) is (B, T, U). The last output is h itself.",
    ),
)

ONE_STEP = (
    "One step is: output, [new_h, new_c] = self.cell(inputs[:, t], [h, c]). The sentences are the first axis of "
    "inputs, the states go in as a list and come out as one. The cell has self.units units."
)
EXCEPTIONS = {
    "truth value": "A mask holds many values, so it is neither true nor false: ask `if mask is not None`.",
    "positional arguments": ONE_STEP,
    "size-incompatible": ONE_STEP,
    "Incompatible shapes": ONE_STEP,
    "Shapes of all inputs must match": ONE_STEP,
}
WITHOUT_MASK = {"NoneType": "Here is no mask: it is None, and every step is real. Ask `if mask is not None`."}
FORGETFUL = "Everything in call: zeros for h and c at its beginning, for as many rows as there are this time."


def built(candidate: Any, weights: Weights, return_sequences: bool = True) -> LayerHandle:
    """The student's layer with these weights."""
    layer: LayerHandle = candidate(weights.units, return_sequences=return_sequences)
    outputs_of(layer, np.zeros((3, 1, len(weights.kernel)), "float32"))  # one step makes the weights
    layer.set_weights(weights.as_list())
    return layer


def outputs_of(layer: LayerHandle, x: Array, mask: Mask | None = None) -> Array:
    """What a call gives, after making sure that it is an array."""
    known = {**EXCEPTIONS, **(WITHOUT_MASK if mask is None else {})}
    with exceptions_mean(known=known):
        got = layer(x) if mask is None else layer(x, mask=mask)
    problem = "call must return one array of outputs"
    return expect_array(got, problem, cause="Stacked outputs, or h alone: the state c is not returned.")


@lstm.check(
    hints=(
        "ops.stack(outputs, axis=1) puts the steps on the second axis. Without return_sequences: return h.",
    )
)
def gives_all_outputs_or_the_last(candidate, rng):
    """(B, T, U) with return_sequences, the last output (B, U) without"""
    weights, x = draw_weights(rng, inputs=7, units=2), draw(rng, 3, 5, 7)
    expect_shape(
        outputs_of(built(candidate, weights), x),
        (3, 5, 2),
        "return_sequences=True, 3 sentences of 5 steps, 2 units: an output for each step of each sentence",
        axes="(B, T, U)",
    )
    expect_shape(
        outputs_of(built(candidate, weights, return_sequences=False), x),
        (3, 2),
        "return_sequences=False, 3 sentences, 2 units: the last output of each sentence only",
        axes="(B, U)",
    )


@lstm.check(hints=("Each step takes the h and the c that the step before has made.",))
def equals_one_step_after_another(candidate, rng):
    """each output is that of the step, with the state of the step before"""
    weights, x = draw_weights(rng, inputs=7, units=2), draw(rng, 3, 5, 7)
    wanted = oracles.lstm_outputs(x, weights)
    expect_arrays_close(
        outputs_of(built(candidate, weights), x),
        wanted,
        "5 steps without a mask must give those of 5 single steps, one after another",
        axes="(B, T, U)",
        cause="The output is h. Both h and c go on into the next step, as [h, c], and both start at 0. The cell "
        "is made once, in build.",
        mistakes=_wrong_orders(x, weights),
    )
    expect_arrays_close(
        outputs_of(built(candidate, weights, return_sequences=False), x),
        wanted[:, -1],
        "return_sequences=False must give the output of the last step",
        axes="(B, U)",
        cause="It is the h of the last step, t = T - 1: neither c nor the h of another step.",
        mistakes={"That is the first output.": wanted[:, 0]},
    )


def _wrong_orders(x: Array, weights: Weights) -> dict[str, Array]:
    """What the outputs are where the steps are not taken one after another."""
    backwards = oracles.lstm_outputs(x[:, ::-1], weights)
    return {
        "h and c must both go on into the next step: each step starts from zeros here.": _alone(x, weights),
        "It reads the sentence from its end.": backwards[:, ::-1],
        "It reads the sentence from its end, and the outputs stand in that order.": backwards,
    }


def _alone(x: Array, weights: Weights) -> Array:
    """The outputs of steps that know nothing of each other."""
    return np.stack([oracles.lstm_outputs(x[:, t : t + 1], weights)[:, 0] for t in range(x.shape[1])], axis=1)


@lstm.check(hints=(FORGETFUL,))
def starts_afresh_in_each_call(candidate, rng):
    """a second call, on another number of sentences, knows nothing of the first"""
    weights = draw_weights(rng, inputs=7, units=2)
    layer = built(candidate, weights)
    for batch, steps in ((3, 5), (3, 5), (2, 11)):
        x = draw(rng, batch, steps, 7)
        with exceptions_mean(FORGETFUL, {"ncompatible": FORGETFUL}):
            got = outputs_of(layer, x)
        expect_arrays_close(
            got,
            oracles.lstm_outputs(x, weights),
            f"calls with other sentences before must not change what {batch} sentences of {steps} steps give",
            axes="(B, T, U)",
            cause=FORGETFUL,
        )


@lstm.check(
    hints=(
        "Where mask[:, t] is False the state must stay: what padding holds must not matter.",
        "ops.where(mask[:, t, None], new_h, h): True is a real token.",
    )
)
def padding_changes_nothing(candidate, rng):
    """padding behind a sentence leaves its outputs and its last output alone"""
    weights, x = draw_weights(rng, inputs=7, units=2), draw(rng, 3, 5, 7)
    real = oracles.lstm_outputs(x, weights)
    padded = np.concatenate([x, draw(rng, 3, 4, 7)], axis=1)
    mask = np.arange(9) < np.full((3, 1), 5)
    with exceptions_mean("mask[:, t] is (B,) and h is (B, U): mask[:, t, None] is (B, 1) and fits."):
        got = outputs_of(built(candidate, weights), padded, mask)
    expect_arrays_close(
        got[:, :5],
        real,
        "5 real steps and 4 of padding: the outputs of the real steps must be those without padding",
        axes="(B, T, U)",
        mistakes={"True in the mask is a real token; False is padding.": 0 * real},
        cause="Padding comes after them: how can it change them?",
    )
    _expect_last_real_output(candidate, weights, padded, mask)


def _expect_last_real_output(candidate: Any, weights: Weights, padded: Array, mask: Mask) -> None:
    last = oracles.lstm_outputs(padded[:, :5], weights)[:, -1]
    expect_arrays_close(
        outputs_of(built(candidate, weights, return_sequences=False), padded, mask),
        last,
        "5 real steps and 4 of padding: the last output must be that of the last real step",
        axes="(B, U)",
        mistakes={
            "The mask does nothing here: the padding is read like words.": oracles.lstm_outputs(
                padded, weights
            )[:, -1],
            "The state is set to 0 at the padding. It must stay as it was.": 0 * last,
            "The inputs are set to 0 at the padding, and a step is still a step: both h and c must stay.": (
                oracles.lstm_outputs(padded * mask[:, :, None], weights)[:, -1]
            ),
        },
        cause="At padding both h and c stay as they were.",
    )


@dataclass(frozen=True)
class _Handling:
    """How a step with a mask might go: what becomes of h, c and the output where the token is not real."""

    keeps_h: bool = True
    keeps_c: bool = True
    shows: bool = True
    shows_new: bool = False


WRONG_HANDLING = {
    "h is kept and c is not: the memory must be kept too.": _Handling(keeps_c=False),
    "c is kept and h is not: h goes into the next step as well.": _Handling(keeps_h=False),
    "The state is kept, but the output at a masked step is 0: it must be the h that was kept.": _Handling(
        shows=False
    ),
    "The output is taken before the mask: append the h that was kept, after ops.where.": _Handling(
        shows_new=True
    ),
}


@lstm.check(
    hints=(
        "At a masked step: h = old h, c = old c, and the output is that old h once more.",
        "Append h to outputs after the two lines with ops.where.",
    )
)
def equals_keras_on_masked_steps_too(candidate, rng):
    """it equals keras.layers.LSTM with the same weights, masked steps included"""
    weights, x = draw_weights(rng, inputs=7, units=2), draw(rng, 3, 5, 7)
    mask = rng.random((3, 5)) < 0.6
    mask[:, :4] = [[True, False, True, False], [True, True, False, False], [False, True, False, True]]
    expect_arrays_close(
        outputs_of(built(candidate, weights), x, mask),
        _by_keras(x, weights, mask),
        "masked steps in the middle: each output must be that of keras.layers.LSTM with the same weights",
        axes="(B, T, U)",
        cause="A masked step keeps h and c as they were, and its output is that h.",
        mistakes={
            mistake: _handled(x, weights, mask, handling) for mistake, handling in WRONG_HANDLING.items()
        },
    )


def _by_keras(x: Array, weights: Weights, mask: Mask) -> Array:
    import keras

    layer = keras.layers.LSTM(weights.units, return_sequences=True)
    layer.build(x.shape)
    layer.set_weights(weights.as_list())
    return np.asarray(layer(x, mask=mask))


def _handled(x: Array, weights: Weights, mask: Mask, handling: _Handling) -> Array:
    """The outputs of an LSTM that handles masked steps so."""
    h = c = np.zeros((len(x), weights.units))
    outputs = []
    for t in range(x.shape[1]):
        new_h, new_c = oracles.lstm_step(x[:, t], h, c, weights)
        real = mask[:, t, None]
        h = np.where(real | (not handling.keeps_h), new_h, h)
        c = np.where(real | (not handling.keeps_c), new_c, c)
        outputs.append((new_h if handling.shows_new else h) * (real | handling.shows))
    return np.stack(outputs, axis=1)


@lstm.check(
    hints=("np.where gives a bare NumPy array, through which no gradient comes back. ops.where does not.",)
)
def training_reaches_every_weight(candidate, rng):
    """a gradient arrives at every weight, with a mask too"""
    layer = built(candidate, draw_weights(rng, inputs=7, units=2))
    for mask in (None, np.ones((3, 5), bool)):
        found = layer.gradients(draw(rng, 3, 5, 7), mask=mask)
        expect(
            len(found) == 3 and all(gradient is not None for gradient in found),
            "a gradient must arrive at all three weights of the cell",
            expected="three gradients",
            got=f"{sum(gradient is not None for gradient in found)} of {len(found)}",
            cause="Everything on the way must be keras.ops: np.where, np.stack and .numpy() cut the way back.",
        )


@lstm.check(
    hints=("get_config holds what __init__ needs: units and return_sequences, after **super().get_config().",)
)
def can_be_made_anew(candidate, rng):
    """a saved layer can be made anew from its configuration"""
    units, x = int(rng.integers(2, 9)), draw(rng, 3, 5, 7)
    for return_sequences, shape in ((True, (3, 5, units)), (False, (3, units))):
        again = candidate(units, return_sequences=return_sequences).rebuilt()
        expect_shape(
            outputs_of(again, x),
            shape,
            f"made anew from the configuration of LSTM({units}, return_sequences={return_sequences}), it must "
            "give outputs of the same shape",
        )
    expect_equal(len(again.weights), 3, "made anew, it must have three weights again")
