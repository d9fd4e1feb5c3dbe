"""Exercise 5.4: the step as a Keras layer with weights of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array, expect_arrays_close, expect_shape
from course_utils.checks.asserts import expect, expect_equal
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_05_lstm import oracles
from course_utils.checks.lab_05_lstm.material import LAB, draw, draw_weights
from course_utils.checks.lab_05_lstm.oracles import Array, Weights
from course_utils.checks.layers import LayerCandidate, LayerHandle

lstm_cell = LAB.exercise(
    "5.4",
    name="LSTMCell",
    title="the step as a Keras layer",
    points=3,
    difficulty=2,
    candidate=LayerCandidate,
    reference="course_utils.models.recurrent_cell:LSTMCell",
    uses=("keras", "tensorflow"),
    hints=(
        "build makes three weights with self.add_weight(shape=..., initializer=...); call hands them to lstm_step.",
        "The input's width is input_shape[-1]. Shapes: (D, 4U), (U, 4U) and (4U,), made in this order.",
        "In call: h, c = lstm_step(inputs, *states, self.kernel, self.recurrent_kernel, self.bias)",
        "Where a new bias is 1: ops.repeat([0.0, 1.0, 0.0, 0.0], self.units), and self.bias.assign(...) of it.",
    ),
)


SHAPES = "D is input_shape[-1], U is self.units: the shapes are (D, 4U), (U, 4U) and (4U,)."
EXCEPTIONS = {
    "is not defined": "The layer's weights are its attributes: self.kernel, self.recurrent_kernel, self.bias.",
    "item assignment": "A weight gets new values as a whole: self.bias.assign(an array of 4U numbers).",
    "required positional argument": "lstm_step takes six arguments: inputs, h, c and the three weights. states is "
    "the list [h, c].",
    "ncompatible": SHAPES,  # so TensorFlow writes it: "Incompatible shapes", "size-incompatible"
    "Number of ways to split": SHAPES,
    "Cannot convert": SHAPES,
}
NEW_STATES = "return h, [h, c], with the new h and the new c that lstm_step gives."


def built(candidate: Any, inputs: int, units: int) -> LayerHandle:
    """The student's cell after its first call, when its weights are there."""
    cell: LayerHandle = candidate(units)
    with exceptions_mean(known=EXCEPTIONS):
        cell(np.zeros((2, inputs), "float32"), [np.zeros((2, units), "float32") for _ in "hc"])
    return cell


def step_of(cell: LayerHandle, x: Array, h: Array, c: Array) -> tuple[Array, Array, Array]:
    """The output and both states that a call gives, after making sure of their form."""
    got = cell(x, [h, c])
    problem = "call must return the output h and the list of the new states"
    form = "(h, [h, c])"
    expect(
        isinstance(got, tuple | list) and len(got) == 2,
        problem,
        expected=form,
        got=got,
        cause="return h, [h, c]",
    )
    output, states = got
    expect(
        isinstance(states, tuple | list) and len(states) == 2,
        problem,
        expected=form,
        got=got,
        cause="return h, [h, c]: the output, and the new states h and c in a list.",
    )
    found = [expect_array(part, problem) for part in (output, *states)]
    return found[0], found[1], found[2]


@lstm_cell.check(hints=("add_weight belongs into build, which Keras calls once: three weights, no more.",))
def has_the_weights_of_keras(candidate, rng):
    """it has the weights of Keras's LSTM: (D, 4U), (U, 4U) and (4U,)"""
    for inputs, units in ((5, 7), (3, 2)):
        cell = built(candidate, inputs, units)
        cell.set_weights(draw_weights(rng, inputs, units).as_list())
        expect_equal(
            len(cell.trainable_shapes),
            3,
            "training must be able to change all three weights",
            cause="Keep add_weight's trainable=True, as it is without being said.",
        )


@lstm_cell.check(hints=("return h, [h, c]: the output, and the new states in a list.",))
def returns_the_output_and_the_states(candidate, rng):
    """it returns the output h, and the new states [h, c]"""
    cell = built(candidate, 5, 7)
    last_h, last_c = draw(rng, 3, 7), draw(rng, 3, 7)
    output, h, c = step_of(cell, draw(rng, 3, 5), last_h, last_c)
    for new, last, name in ((h, last_h, "h"), (c, last_c, "c")):
        expect(
            not np.array_equal(new, last),
            f"the states that come back must be new: {name} is as it was given",
            expected="[the new h, the new c]",
            got=f"the {name} of before",
            cause=NEW_STATES,
        )
    for part, name in ((output, "output"), (h, "new h"), (c, "new c")):
        expect_shape(part, (3, 7), f"3 rows and 7 units: the {name} must hold 3 rows of 7", axes="(B, U)")
    expect_arrays_close(
        output,
        h,
        "the output of an LSTM is its new h",
        cause="return h, [h, c]",
        mistakes={"The output is c, or the states are [c, h]: return h, [h, c].": c},
    )


@lstm_cell.check(
    hints=("The states it is given are the last h and the last c: use these, and keep none in self.",)
)
def takes_the_step(candidate, rng):
    """with given weights and states it does what one step does"""
    weights = draw_weights(rng, inputs=5, units=7)
    cell = built(candidate, 5, 7)
    cell.set_weights(weights.as_list())
    for again in ("", " in a second call"):
        x, h, c = draw(rng, 3, 5), draw(rng, 3, 7), draw(rng, 3, 7)
        found = step_of(cell, x, h, c)
        for part, name in ((1, "h"), (2, "c")):
            expect_arrays_close(
                found[part],
                oracles.lstm_step(x, h, c, weights)[part - 1],
                f"the new {name} must be that of lstm_step with these weights and states{again}",
                axes="(B, U)",
                cause="Does it use what it was given in states, and nothing kept from earlier calls?",
                mistakes={mistake: step[part - 1] for mistake, step in _steps(x, h, c, weights).items()},
            )


def _steps(x: Array, h: Array, c: Array, weights: Weights) -> dict[str, tuple[Array, Array]]:
    """A likely mistake -> the h and c that it gives."""
    raised = weights.with_forget_bias_raised()
    first = replace(weights, bias=np.repeat([0.0, 1.0, 0.0, 0.0], weights.units))
    return {
        "states are [h, c]: h first.": oracles.lstm_step(x, c, h, weights),
        "It starts from zeros instead of the states it is given.": oracles.lstm_step(
            x, 0 * h, 0 * c, weights
        ),
        "The 1 for the forget gate is added in each call: it is only what the bias starts from.": (
            oracles.lstm_step(x, h, c, raised)
        ),
        "The bias stays 0 and 1, whatever training makes of it: self.bias.assign(...) in build, neither "
        "self.bias = ... nor in call.": oracles.lstm_step(x, h, c, first),
    }


@lstm_cell.check(hints=("The bias starts as U zeros, U ones, U zeros, U zeros: i, f, candidate, o.",))
def starts_with_an_open_forget_gate(candidate, rng):
    """the forget gate's bias starts at 1, the others at 0"""
    bias = built(candidate, 5, 3).weights[2]
    wanted = np.repeat([0.0, 1.0, 0.0, 0.0], 3)
    expect_arrays_close(
        bias,
        wanted,
        "3 units: the bias must start as three 0 for i, three 1 for f, three 0 for the candidate, three 0 for o",
        axes="(4U,)",
        mistakes={
            "All are 0: a new network would halve its memory at each step. self.bias.assign(...) sets the "
            "weight itself; np.array(self.bias) is a copy.": 0 * wanted,
            "All are 1: only the forget gate starts open.": 0 * wanted + 1,
            "These are the numbers of i, f, candidate, o in turn. The gates are blocks: ops.repeat.": np.tile(
                [0.0, 1.0, 0.0, 0.0], 3
            ),
            "The ones are in the block of i, the first. f is the second.": np.repeat([1.0, 0.0, 0.0, 0.0], 3),
        },
        cause="Only the second block of U, that of the forget gate, is 1.",
    )


@lstm_cell.check(
    hints=('initializer="glorot_uniform" draws numbers; "zeros" would make all units alike for ever.',)
)
def starts_with_different_units(candidate, rng):
    """both kernels start as random numbers, the recurrent one orthogonal"""
    cells = [built(candidate, 5, 7).weights for _ in range(2)]
    for at, name in enumerate(("kernel", "recurrent_kernel")):
        expect(
            len(np.unique(cells[0][at])) > 1,
            f"the {name} must start as random numbers",
            expected="different numbers",
            got=f"{cells[0][at].flat[0]:g} everywhere",
            cause="Units that start alike get the same gradient, and stay alike.",
        )
        expect(
            not np.array_equal(cells[0][at], cells[1][at]),
            f"the {name} of each new cell must be drawn anew",
            expected="other numbers in another cell",
            got="the same numbers twice",
            cause="Is there a fixed seed in the initializer?",
        )
    recurrent = cells[0][1]
    expect_arrays_close(
        recurrent @ recurrent.T,
        np.eye(7),
        "the rows of a new recurrent_kernel must have length 1 and stand at right angles: R @ R.T is",
        cause='initializer="orthogonal" makes such a matrix.',
    )


@lstm_cell.check(
    hints=("np.tanh leaves Keras: what it gives is a bare array, and no gradient comes back through it.",)
)
def training_reaches_every_weight(candidate, rng):
    """a gradient arrives at every weight"""
    cell = built(candidate, 5, 7)
    found = cell.gradients(draw(rng, 3, 5), [draw(rng, 3, 7), draw(rng, 3, 7)])
    for gradient, name in zip(found, ("kernel", "recurrent_kernel", "bias"), strict=True):
        expect(
            gradient is not None,
            f"a gradient must arrive at the {name}",
            expected="a gradient",
            got="none",
            cause="Everything from the weights to the output must be keras.ops, in lstm_step too: NumPy's functions "
            "and float() cut the way back.",
        )


@lstm_cell.check(
    hints=('get_config holds what __init__ needs: {**super().get_config(), "units": self.units}.',)
)
def can_be_made_anew(candidate, rng):
    """a saved cell can be made anew from its configuration"""
    units = int(rng.integers(2, 9))
    x, h, c = draw(rng, 3, 5), draw(rng, 3, units), draw(rng, 3, units)
    again = f"Made anew from its configuration, it must have {units} units again."
    missing = 'get_config must hold what __init__ needs: {**super().get_config(), "units": self.units}.'
    with exceptions_mean(again, {"required positional argument: 'units'": missing, "ncompatible": again}):
        step_of(candidate(units).rebuilt(), x, h, c)
