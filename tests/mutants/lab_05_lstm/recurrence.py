"""Answers to exercises 5.1, rnn_states, and 5.2, gradient_norms."""

from __future__ import annotations

import functools
import itertools
import math

import numpy as np

from tests.mutants.lab_05_lstm.bank import BANK


@BANK.mutant("5.1", rejected_by="takes_one_step", says=("tanh(0.75)", "tanh is missing"))
def forgets_tanh(x, kernel, recurrent_kernel, bias):
    h, states = np.zeros(bias.shape), []
    for x_t in x:
        h = x_t @ kernel + h @ recurrent_kernel + bias
        states.append(h)
    return np.stack(states)


@BANK.mutant("5.1", rejected_by="takes_one_step", says=("bias is missing",))
def forgets_the_bias(x, kernel, recurrent_kernel, bias):
    h, states = np.zeros(bias.shape), []
    for x_t in x:
        h = np.tanh(x_t @ kernel + h @ recurrent_kernel)
        states.append(h)
    return np.stack(states)


@BANK.mutant("5.1", rejected_by="takes_one_step", says=("inside the tanh",))
def adds_the_bias_outside(x, kernel, recurrent_kernel, bias):
    h, states = np.zeros(bias.shape), []
    for x_t in x:
        h = np.tanh(x_t @ kernel + h @ recurrent_kernel) + bias
        states.append(h)
    return np.stack(states)


@BANK.mutant("5.1", rejected_by="takes_one_step", says=("sigmoid",))
def takes_a_sigmoid(x, kernel, recurrent_kernel, bias):
    h, states = np.zeros(bias.shape), []
    for x_t in x:
        h = 1 / (1 + np.exp(-(x_t @ kernel + h @ recurrent_kernel + bias)))
        states.append(h)
    return np.stack(states)


@BANK.mutant("5.1", rejected_by="takes_one_step", says=("0, not 1",))
def starts_from_ones(x, kernel, recurrent_kernel, bias):
    h, states = np.ones(bias.shape), []
    for x_t in x:
        h = np.tanh(x_t @ kernel + h @ recurrent_kernel + bias)
        states.append(h)
    return np.stack(states)


@BANK.mutant("5.1", rejected_by="takes_one_step", says=("must return a NumPy array", "list"))
def returns_the_list(x, kernel, recurrent_kernel, bias):
    h, states = np.zeros(bias.shape), []
    for x_t in x:
        h = np.tanh(x_t @ kernel + h @ recurrent_kernel + bias)
        states.append(h)
    return states


@BANK.mutant("5.1", rejected_by="takes_one_step", says=("(T, U)", "shape (1,)"))
def returns_the_last_state(x, kernel, recurrent_kernel, bias):
    h = np.zeros(bias.shape)
    for x_t in x:
        h = np.tanh(x_t @ kernel + h @ recurrent_kernel + bias)
    return h


@BANK.mutant("5.1", rejected_by="takes_one_step", says=("shape (2, 1)",))
def returns_the_zero_state_too(x, kernel, recurrent_kernel, bias):
    states = [np.zeros(bias.shape)]
    for x_t in x:
        states.append(np.tanh(x_t @ kernel + states[-1] @ recurrent_kernel + bias))
    return np.stack(states)


@BANK.mutant("5.1", rejected_by="carries_the_state_along", says=("must be kept from one step",))
def forgets_the_state(x, kernel, recurrent_kernel, bias):
    h, states = np.zeros(bias.shape), []
    for x_t in x:
        states.append(np.tanh(x_t @ kernel + h @ recurrent_kernel + bias))
    return np.stack(states)


@BANK.mutant("5.1", rejected_by="carries_the_state_along", says=("without its weights",))
def adds_the_state_itself(x, kernel, recurrent_kernel, bias):
    h, states = np.zeros(bias.shape), []
    for x_t in x:
        h = np.tanh(x_t @ kernel + h + bias)
        states.append(h)
    return np.stack(states)


@BANK.mutant("5.1", rejected_by="carries_the_state_along", says=("append a new array",))
def changes_one_array(x, kernel, recurrent_kernel, bias):
    h, states = np.zeros(bias.shape), []
    for x_t in x:
        h[:] = np.tanh(x_t @ kernel + h @ recurrent_kernel + bias)
        states.append(h)
    return np.stack(states)


@BANK.mutant("5.1", rejected_by="equals_the_loop_over_single_numbers", says=("h @ recurrent_kernel",))
def puts_the_matrix_first(x, kernel, recurrent_kernel, bias):
    h, states = np.zeros(bias.shape), []
    for x_t in x:
        h = np.tanh(x_t @ kernel + recurrent_kernel @ h + bias)
        states.append(h)
    return np.stack(states)


@BANK.mutant(
    "5.1",
    rejected_by="equals_the_loop_over_single_numbers",
    says=("* number by number", "your line", "with the weights behind"),
)
def multiplies_number_by_number(x, kernel, recurrent_kernel, bias):
    h, states = np.zeros(bias.shape), []
    for x_t in x:
        h = np.tanh(x_t * kernel + h * recurrent_kernel + bias)
        states.append(h[0])
    return np.stack(states)


def mutant_of_5_1(check, *says):
    return BANK.mutant("5.1", rejected_by=check, says=says)


@mutant_of_5_1("takes_one_step", "your line", "states.append(h)")
def notes_nothing(x, kernel, recurrent_kernel, bias):
    h, states = np.zeros(bias.shape), []
    for x_t in x:
        h = np.tanh(x_t @ kernel + h @ recurrent_kernel + bias)
    return np.stack(states)


@mutant_of_5_1("takes_one_step", "state before the step")
def notes_the_state_too_early(x, kernel, recurrent_kernel, bias):
    h, states = np.zeros(bias.shape), []
    for x_t in x:
        states.append(h)
        h = np.tanh(x_t @ kernel + h @ recurrent_kernel + bias)
    return np.stack(states)


@mutant_of_5_1("takes_one_step", "whole sum")
def closes_tanh_early(x, kernel, recurrent_kernel, bias):
    h, states = np.zeros(bias.shape), []
    for x_t in x:
        h = x_t @ kernel + np.tanh(h @ recurrent_kernel + bias)
        states.append(h)
    return np.stack(states)


@mutant_of_5_1("takes_one_step", "exchanged")
def exchanges_the_kernels(x, kernel, recurrent_kernel, bias):
    h, states = np.zeros(bias.shape), []
    for x_t in x:
        h = np.tanh(x_t @ recurrent_kernel + h @ kernel + bias)
        states.append(h)
    return np.stack(states)


@mutant_of_5_1("takes_one_step", "your line", "np.tanh")
def takes_the_tanh_of_one_number(x, kernel, recurrent_kernel, bias):
    h, states = np.zeros(bias.shape), []
    for x_t in x:
        h = math.tanh(x_t @ kernel + h @ recurrent_kernel + bias)
        states.append(h)
    return np.stack(states)


@mutant_of_5_1("takes_one_step", "rather than all of x")
def takes_all_inputs_at_each_step(x, kernel, recurrent_kernel, bias):
    h, states = np.zeros(bias.shape), []
    for _ in x:
        h = np.tanh(x @ kernel + h @ recurrent_kernel + bias)
        states.append(h)
    return np.stack(states)


@mutant_of_5_1("carries_the_state_along", "added to the new one")
def adds_the_old_state(x, kernel, recurrent_kernel, bias):
    h, states = np.zeros(bias.shape), []
    for x_t in x:
        h = h + np.tanh(x_t @ kernel + h @ recurrent_kernel + bias)
        states.append(h)
    return np.stack(states)


@BANK.alternative("5.1")
def into_an_array(x, kernel, recurrent_kernel, bias):
    states = np.zeros((len(x) + 1, len(bias)))
    for t, driven in enumerate(x @ kernel + bias):
        states[t + 1] = np.tanh(driven + states[t] @ recurrent_kernel)
    return states[1:]


@BANK.alternative("5.1")
def by_accumulating(x, kernel, recurrent_kernel, bias):
    def step(h, x_t):
        return np.tanh(np.concatenate([x_t, h]) @ np.concatenate([kernel, recurrent_kernel]) + bias)

    return np.array(list(itertools.accumulate(x, step, initial=np.zeros(len(bias))))[1:])


def walked_back(states, matrix, slope, start):
    """Norms of a gradient that begins with `start` and meets slope(t), then the matrix, on each step back."""
    gradient = start
    norms = [np.linalg.norm(gradient)]
    for t in range(len(states) - 1, 0, -1):
        gradient = matrix @ (gradient * slope(t))
        norms.append(np.linalg.norm(gradient))
    return np.array(norms[::-1])


def mutant_of_5_2(check, *says):
    return BANK.mutant("5.2", rejected_by=check, says=says)


@mutant_of_5_2("begins_with_ones_at_the_end", "must be that of", "the others 0")
def starts_from_zeros(states, recurrent_kernel):
    return walked_back(states, recurrent_kernel, lambda t: 1 - states[t] ** 2, np.zeros(states.shape[1]))


@mutant_of_5_2("begins_with_ones_at_the_end", "turn them round")
def lists_them_from_the_end(states, recurrent_kernel):
    return walked_back(states, recurrent_kernel, lambda t: 1 - states[t] ** 2, np.ones(states.shape[1]))[::-1]


@mutant_of_5_2("begins_with_ones_at_the_end", "shape (4,)", "one for each")
def leaves_out_the_last(states, recurrent_kernel):
    return walked_back(states, recurrent_kernel, lambda t: 1 - states[t] ** 2, np.ones(states.shape[1]))[:-1]


@mutant_of_5_2("begins_with_ones_at_the_end", "np.linalg.norm(gradient)")
def sums_the_gradient(states, recurrent_kernel):
    gradient = np.ones(states.shape[1])
    sums = [gradient.sum()]
    for h in states[:0:-1]:
        gradient = recurrent_kernel @ (gradient * (1 - h**2))
        sums.append(gradient.sum())
    return np.array(sums[::-1])


@mutant_of_5_2("begins_with_ones_at_the_end", "norm squared")
def forgets_the_root(states, recurrent_kernel):
    return walked_back(states, recurrent_kernel, lambda t: 1 - states[t] ** 2, np.ones(states.shape[1])) ** 2


@mutant_of_5_2("begins_with_ones_at_the_end", "shape (5, 2)", "shape (5,)", "one number of each")
def returns_the_gradients(states, recurrent_kernel):
    gradients = [np.ones(states.shape[1])]
    for h in states[:0:-1]:
        gradients.append(recurrent_kernel @ (gradients[-1] * (1 - h**2)))
    return np.array(gradients[::-1]).reshape(len(states), -1).squeeze()


@mutant_of_5_2("begins_with_ones_at_the_end", "R = 0 lets nothing through")
def forgets_the_matrix(states, recurrent_kernel):
    units = states.shape[1]
    return walked_back(states, np.eye(units), lambda t: 1 - states[t] ** 2, np.ones(units))


@mutant_of_5_2("begins_with_ones_at_the_end", "4 steps apart")
def goes_back_once_too_often(states, recurrent_kernel):
    more = np.concatenate([states[:1], states])
    return walked_back(more, recurrent_kernel, lambda t: 1 - more[t] ** 2, np.ones(states.shape[1]))


@mutant_of_5_2("begins_with_ones_at_the_end", "each step back appends")
def goes_back_no_step(states, recurrent_kernel):
    return np.array([np.linalg.norm(np.ones(states.shape[1]))])


@mutant_of_5_2("uses_the_slope_of_tanh", "begins at the last state")
def goes_forwards(states, recurrent_kernel):
    return walked_back(states, recurrent_kernel, lambda t: 1 - states[-t] ** 2, np.ones(states.shape[1]))


@mutant_of_5_2("shrinks_by_the_same_factor", "never negative")
def keeps_the_sign(states, recurrent_kernel):
    gradient = np.ones(states.shape[1])
    norms = [np.linalg.norm(gradient)]
    for h in states[:0:-1]:
        gradient = recurrent_kernel @ (gradient * (1 - h**2))
        norms.append(np.linalg.norm(gradient) if len(gradient) > 1 else gradient[0])
    return np.array(norms[::-1])


@mutant_of_5_2("shrinks_by_the_same_factor", "once only")
def goes_one_step_back_each_time(states, recurrent_kernel):
    ones = np.ones(states.shape[1])
    norms = [np.linalg.norm(ones)]
    for h in states[:0:-1]:
        norms.append(np.linalg.norm(recurrent_kernel @ (ones * (1 - h**2))))
    return np.array(norms[::-1])


@mutant_of_5_2("shrinks_by_the_same_factor", "by R and by nothing else")
def multiplies_twice(states, recurrent_kernel):
    return walked_back(
        states, recurrent_kernel @ recurrent_kernel, lambda t: 1 - states[t] ** 2, np.ones(states.shape[1])
    )


@mutant_of_5_2("uses_the_slope_of_tanh", "slope of tanh is missing")
def forgets_the_slope(states, recurrent_kernel):
    return walked_back(states, recurrent_kernel, lambda t: 1, np.ones(states.shape[1]))


@mutant_of_5_2("uses_the_slope_of_tanh", "with the square")
def forgets_the_square(states, recurrent_kernel):
    return walked_back(states, recurrent_kernel, lambda t: 1 - states[t], np.ones(states.shape[1]))


@mutant_of_5_2("uses_the_slope_of_tanh", "tanh of the sum already")
def takes_tanh_again(states, recurrent_kernel):
    return walked_back(
        states, recurrent_kernel, lambda t: 1 - np.tanh(states[t]) ** 2, np.ones(states.shape[1])
    )


@mutant_of_5_2("uses_the_slope_of_tanh", "one state off")
def takes_the_slope_one_state_too_early(states, recurrent_kernel):
    return walked_back(states, recurrent_kernel, lambda t: 1 - states[t - 1] ** 2, np.ones(states.shape[1]))


@mutant_of_5_2("shrinks_by_the_same_factor", "slope of tanh is 1")
def takes_the_slope_of_the_sigmoid(states, recurrent_kernel):
    return walked_back(
        states, recurrent_kernel, lambda t: states[t] * (1 - states[t]), np.ones(states.shape[1])
    )


@mutant_of_5_2("equals_nudging_each_state", "wrong way round")
def forgets_to_transpose(states, recurrent_kernel):
    return walked_back(states, recurrent_kernel.T, lambda t: 1 - states[t] ** 2, np.ones(states.shape[1]))


@mutant_of_5_2("equals_nudging_each_state", "First the slope, then R")
def meets_the_slope_last(states, recurrent_kernel):
    gradient = np.ones(states.shape[1])
    norms = [np.linalg.norm(gradient)]
    for h in states[:0:-1]:
        gradient = (recurrent_kernel @ gradient) * (1 - h**2)
        norms.append(np.linalg.norm(gradient))
    return np.array(norms[::-1])


@mutant_of_5_2("equals_nudging_each_state", "found by nudging", "vector (U,)")
def multiplies_the_norms(states, recurrent_kernel):
    factors = [np.linalg.norm(recurrent_kernel * (1 - h**2), 2) for h in states[1:]]
    return np.sqrt(states.shape[1]) * np.append(np.cumprod(factors[::-1])[::-1], 1)


@BANK.alternative("5.2")
def by_jacobians(states, recurrent_kernel):
    jacobians = [
        np.diag(1 - h**2) @ recurrent_kernel.T for h in states[1:]
    ]  # of each state by the one before
    ones = np.ones(states.shape[1])
    products = [
        functools.reduce(np.matmul, jacobians[t:][::-1], np.eye(len(ones))) for t in range(len(states))
    ]
    return np.array([np.linalg.norm(ones @ product) for product in products])


@BANK.alternative("5.2")
def by_recursion(states, recurrent_kernel):
    def back(t):
        if t == len(states) - 1:
            return [np.ones(states.shape[1])]
        later = back(t + 1)
        return [recurrent_kernel.dot((1 - states[t + 1] ** 2) * later[0]), *later]

    return np.linalg.norm(back(0), axis=1)


@BANK.alternative("5.2")
def by_rows(states, recurrent_kernel):
    gradient, norms = np.ones((1, states.shape[1])), np.empty(len(states))
    for t in reversed(range(len(states))):
        norms[t] = np.sqrt((gradient**2).sum())
        gradient = (gradient * (1 - states[t]) * (1 + states[t])) @ recurrent_kernel.T
    return norms
