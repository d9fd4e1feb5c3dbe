"""Exercises 5.1 and 5.2: a plain recurrent network, and the gradient on its way back."""

from __future__ import annotations

import math

import numpy as np

from course_utils.checks.arrays import ARRAY, expect_arrays_close, expect_shape
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_05_lstm import oracles
from course_utils.checks.lab_05_lstm.material import LAB

rnn_states = LAB.exercise(
    "5.1",
    name="rnn_states",
    title="a state that is carried along",
    points=2,
    difficulty=1,
    returns=ARRAY,
    reference="course_utils.models.recurrent_cell:rnn_states",
    hints=(
        "One line in a loop over the inputs: the new h from the input of this step and the h of the step before.",
        "x_t @ kernel is (D,) times (D, U), which is (U,); h @ recurrent_kernel is (U,) too.",
        "h = np.tanh(x_t @ kernel + h @ recurrent_kernel + bias), and then states.append(h)",
    ),
)


SHAPES = {
    1: "The states of all steps are asked for, (T, U): append each to the list, and np.stack(states).",
    3: "Each state is a row of U numbers: x_t @ kernel, with @ and not *, and x_t rather than all of x.",
}
ONE_OF_MANY = {
    "at least one array": "Nothing was noted: states.append(h), in the loop, after the line that makes h.",
    "0-dimensional": "math.tanh takes one number; np.tanh takes an array.",
}


@rnn_states.check(hints=("tanh goes around the whole sum: x_t @ kernel + h @ recurrent_kernel + bias.",))
def takes_one_step(candidate, rng):
    """one step from the zero state, of width 1, as on paper"""
    x, w, r, b = 1.0, 0.5, 0.75, 0.25
    with exceptions_mean(known=ONE_OF_MANY):
        got = candidate(np.array([[x]]), np.array([[w]]), np.array([[r]]), np.array([b]))
    total = w * x + b
    problem = (
        f"x = {x}, W = {w}, b = {b}: the first state must be tanh({w} · {x} + {r} · 0 + {b}) = tanh({total})"
    )
    expect_shape(got, (1, 1), problem, axes="(T, U)", cause=SHAPES.get(got.ndim, ""))
    expect_arrays_close(
        got,
        np.array([[math.tanh(total)]]),
        problem,
        axes="(T, U)",
        mistakes=_wrong_first_states(x, w, r, b),
    )


def _wrong_first_states(x: float, w: float, r: float, b: float) -> dict[str, np.ndarray]:
    """What a first state of width 1 is by each mistake."""
    total = w * x + b
    states = {
        "The tanh is missing.": total,
        "The bias is missing.": math.tanh(w * x),
        "The bias belongs inside the tanh.": math.tanh(w * x) + b,
        "tanh goes around the whole sum, the input's part too.": w * x + math.tanh(b),
        "kernel is for the input and recurrent_kernel for the state: they are exchanged.": math.tanh(
            r * x + b
        ),
        "That is the state before the step: append h after the line that makes the new one.": 0.0,
        "That is the sigmoid, which goes from 0 to 1. A state uses tanh, from -1 to 1.": oracles.sigmoid(
            total
        ),
        "The state before the first step is 0, not 1.": math.tanh(total + r),
    }
    return {mistake: np.array([[state]]) for mistake, state in states.items()}


@rnn_states.check(hints=("Call the new state h again, so that the next step of the loop finds it there.",))
def carries_the_state_along(candidate, rng):
    """the second state is made from the first one"""
    x, w, r, b = np.array([[1.0], [2.0]]), 0.5, 0.75, 0.25
    got = candidate(x, np.array([[w]]), np.array([[r]]), np.array([b]))
    first = math.tanh(w + b)
    second = math.tanh(2 * w + r * first + b)
    expect_arrays_close(
        got,
        np.array([[first], [second]]),
        "inputs 1 and 2, W = 0.5, R = 0.75, b = 0.25: two states, the second one from the input 2 and the first state",
        axes="(T, U)",
        mistakes={
            "The second state knows nothing of the first: h must be kept from one step to the next.": np.array(
                [[first], [math.tanh(2 * w + b)]]
            ),
            "The state before comes in without its weights: h @ recurrent_kernel.": np.array(
                [[first], [math.tanh(2 * w + first + b)]]
            ),
            "The old state is added to the new one: it comes in through recurrent_kernel alone.": np.array(
                [[first], [first + second]]
            ),
            "Each state is there twice the same: append a new array, do not change the old one.": np.array(
                [[second], [second]]
            ),
        },
    )


@rnn_states.check(hints=("Rows times matrix: h @ recurrent_kernel, not recurrent_kernel @ h.",))
def equals_the_loop_over_single_numbers(candidate, rng):
    """for wider inputs and states every number is right"""
    x, kernel = rng.normal(size=(7, 3)), rng.normal(size=(3, 5))
    recurrent, bias = rng.normal(size=(5, 5)), rng.normal(size=5)
    cause = "@ multiplies matrices, * number by number. With the weights behind: x_t @ kernel."
    with exceptions_mean(cause):
        got = candidate(x, kernel, recurrent, bias)
    expect_arrays_close(
        got,
        oracles.rnn_states(x, kernel, recurrent, bias),
        "7 inputs of width 3 must give 7 states of width 5, equal to those of a loop over single numbers",
        axes="(T, U)",
        cause=cause,
        mistakes={
            "R stands before h, or is transposed: h @ recurrent_kernel.": oracles.rnn_states(
                x, kernel, recurrent.T, bias
            )
        },
    )


gradient_norms = LAB.exercise(
    "5.2",
    name="gradient_norms",
    title="the gradient on its way back through time",
    points=3,
    difficulty=2,
    returns=ARRAY,
    reference="course_utils.models.recurrent_cell:gradient_norms",
    hints=(
        "Start at the end with a gradient of ones. Each step back multiplies it by a slope and by a matrix.",
        "Going back from the state h to the one before: first times (1 - h**2), then recurrent_kernel @ ...",
        "gradient = recurrent_kernel @ (gradient * (1 - states[t] ** 2)) is the gradient of states[t - 1].",
    ),
)


@gradient_norms.check(hints=("norms[-1] belongs to the last state itself. Its gradient is ones.",))
def begins_with_ones_at_the_end(candidate, rng):
    """the last state's gradient is all ones, so its norm is the square root of U"""
    for units in (2, 7):
        got = candidate(np.zeros((5, units)), np.zeros((units, units)))
        expect_shape(
            got, (5,), "5 states must give 5 norms, one for each", axes="(T,)", cause=_cause_of_count(got)
        )
        expect_arrays_close(
            got,
            np.array([0, 0, 0, 0, math.sqrt(units)]),
            f"U = {units}, R = 0: the last norm must be that of {units} ones, {math.sqrt(units):.4g}, the others 0",
            axes="(T,)",
            mistakes={
                "The norms are listed from the end: turn them round.": np.array(
                    [math.sqrt(units), 0, 0, 0, 0]
                ),
                "That is the gradient's sum, or its norm squared: np.linalg.norm(gradient).": np.array(
                    [0, 0, 0, 0, units]
                ),
                "R = 0 lets nothing through: is recurrent_kernel missing from the step back?": np.full(
                    5, math.sqrt(units)
                ),
                "The norms as they are, not as shares of the last: that one is the root of U.": np.array(
                    [0, 0, 0, 0, 1]
                ),
            },
        )


def _cause_of_count(got: oracles.Array) -> str:
    """Why there are other than one norm for each of 5 states."""
    if got.ndim > 1:
        return "These are the gradients: np.linalg.norm(gradient) makes one number of each."
    if len(got) == 6:
        return "The last state's norm is in the list already: 5 states are only 4 steps apart."
    return "The list begins with the last state's norm. Each step back appends one more."


@gradient_norms.check(hints=("Each step back multiplies by R once more: 1, R, R², R³, from the end.",))
def shrinks_by_the_same_factor(candidate, rng):
    """with states of zero, each step back multiplies by R"""
    for factor in (0.9, 0.5, 1.25, -0.5):
        wanted = np.array([abs(factor) ** back for back in range(20, -1, -1)])
        expect_arrays_close(
            candidate(np.zeros((21, 1)), np.array([[factor]])),
            wanted,
            f"one unit, all states 0, R = {factor}: 20 steps back the norm must be {abs(factor)}^20 = {wanted[0]:.3g}",
            axes="(T,)",
            cause="Where h = 0 the slope of tanh is 1, so a step back multiplies by R and by nothing else.",
            mistakes={
                "A norm is never negative: np.linalg.norm, or the absolute value.": np.array(
                    [factor**back for back in range(20, -1, -1)]
                ),
                "It shrinks once only: multiply what the last step back left.": np.array(
                    [abs(factor)] * 20 + [1.0]
                ),
            },
        )


@gradient_norms.check(hints=("The slope of tanh where tanh gave h is 1 - h²: no tanh is needed again.",))
def uses_the_slope_of_tanh(candidate, rng):
    """a step back from a state h multiplies by 1 - h²"""
    h, r = np.array([0.25, 0.5, 0.75]), 0.5
    norms = {
        mistake: np.array([r * r * slope[1] * slope[2], r * slope[2], 1.0])
        for mistake, slope in _slopes(h).items()
    }
    wanted = norms.pop("right")
    expect_arrays_close(
        candidate(h[:, None], np.array([[r]])),
        wanted,
        "states 0.25, 0.5, 0.75 and R = 0.5: the first step back is 0.5 · (1 - 0.75²), the next one times 0.5 · (1 - 0.5²)",
        axes="(T,)",
        cause="A step back multiplies by 1 - h² of the state it leaves, and by R.",
        mistakes=norms,
    )


def _slopes(h: np.ndarray) -> dict[str, np.ndarray]:
    """The slope of tanh at states h, and what it is taken for by mistake."""
    return {
        "right": 1 - h**2,
        "The slope of tanh is missing: times (1 - h²).": np.ones(3),
        "The slope of tanh is 1 - h², with the square.": 1 - h,
        "h is tanh of the sum already: the slope is 1 - h², not 1 - tanh(h)².": 1 - np.tanh(h) ** 2,
        "h · (1 - h) is the slope of the sigmoid. That of tanh is 1 - h².": h * (1 - h),
        "That is one state off: leaving states[t] backwards takes the slope at states[t].": np.roll(
            1 - h**2, 1
        ),
        "The way begins at the last state: the loop runs over the states from the end.": (1 - h**2)[
            [0, 2, 1]
        ],
    }


@gradient_norms.check(
    hints=("Forwards the matrix stands behind, h @ R. Backwards it stands before: R @ (gradient * slope).",)
)
def equals_nudging_each_state(candidate, rng):
    """for wider states it is what nudging each number of a state does to the last one"""
    states, recurrent = rng.uniform(-0.8, 0.8, size=(7, 5)), rng.normal(scale=0.5, size=(5, 5))
    wanted = oracles.gradient_norms(states, recurrent)
    expect_arrays_close(
        candidate(states, recurrent),
        wanted,
        "7 states of width 5: the norms must be those found by nudging each number and running the steps again",
        axes="(T,)",
        cause="The gradient is a vector (U,): times the slope number by number, then recurrent_kernel @ it.",
        mistakes={
            "R is the wrong way round: forwards h @ R, so backwards R @ gradient.": _norms_with(
                states, recurrent.T
            ),
            "First the slope, then R: the step went through tanh last, so the way back meets it first.": _norms_with(
                states, recurrent, slope_last=True
            ),
        },
    )


def _norms_with(states: oracles.Array, matrix: oracles.Array, slope_last: bool = False) -> oracles.Array:
    """The norms that two likely mistakes give: another matrix, or the slope after it (then that of t - 1)."""
    gradient = np.ones(states.shape[1])
    norms = [np.linalg.norm(gradient)]
    for t in range(len(states) - 1, 0, -1):
        slope = 1 - states[t] ** 2
        gradient = slope * (matrix @ gradient) if slope_last else matrix @ (slope * gradient)
        norms.append(np.linalg.norm(gradient))
    return np.array(norms[::-1])
