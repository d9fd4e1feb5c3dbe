"""Answers to exercise 5.3, lstm_step(x, h, c, kernel, recurrent_kernel, bias)."""

from __future__ import annotations

import numpy as np
from keras import ops

from tests.mutants.lab_05_lstm.bank import BANK


def sums_of(x, h, kernel, recurrent_kernel, bias):
    return ops.split(ops.matmul(x, kernel) + ops.matmul(h, recurrent_kernel) + bias, 4, axis=-1)


def finished(i, f, candidate, o, c):
    """The right end of a step, from the four sums."""
    c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(candidate)
    return ops.sigmoid(o) * ops.tanh(c), c


def mutant(check, *says):
    return BANK.mutant("5.3", rejected_by=check, says=says)


KEEPS, WRITES = "an_open_forget_gate_keeps_the_memory", "an_open_input_gate_writes_the_candidate"
SHOWS, GRADUALLY = "the_output_gate_shows_the_new_memory", "gates_open_gradually"
EQUALS = "equals_the_loop_over_single_numbers"


@mutant(KEEPS, "taken as f, i, candidate, o", "order is i, f, candidate, o")
def takes_the_forget_gate_first(x, h, c, kernel, recurrent_kernel, bias):
    f, i, candidate, o = sums_of(x, h, kernel, recurrent_kernel, bias)
    return finished(i, f, candidate, o, c)


@mutant(WRITES, "taken as i, f, o, candidate")
def takes_the_candidate_last(x, h, c, kernel, recurrent_kernel, bias):
    i, f, o, candidate = sums_of(x, h, kernel, recurrent_kernel, bias)
    return finished(i, f, candidate, o, c)


@mutant(KEEPS, "taken as o, f, candidate, i")
def takes_the_output_gate_first(x, h, c, kernel, recurrent_kernel, bias):
    o, f, candidate, i = sums_of(x, h, kernel, recurrent_kernel, bias)
    return finished(i, f, candidate, o, c)


@mutant(KEEPS, "h comes first and c second")
def returns_c_first(x, h, c, kernel, recurrent_kernel, bias):
    return finished(*sums_of(x, h, kernel, recurrent_kernel, bias), c)[::-1]


@mutant(KEEPS, "must return a tuple or list", "NumPy array")
def returns_the_output_only(x, h, c, kernel, recurrent_kernel, bias):
    return finished(*sums_of(x, h, kernel, recurrent_kernel, bias), c)[0]


@mutant(KEEPS, "two arrays", "3 things")
def returns_h_and_the_states(x, h, c, kernel, recurrent_kernel, bias):
    h, c = finished(*sums_of(x, h, kernel, recurrent_kernel, bias), c)
    return h, h, c


@mutant(KEEPS, "tanh would be -1")
def takes_tanh_for_gates(x, h, c, kernel, recurrent_kernel, bias):
    i, f, candidate, o = sums_of(x, h, kernel, recurrent_kernel, bias)
    c = ops.tanh(f) * c + ops.tanh(i) * ops.tanh(candidate)
    return ops.tanh(o) * ops.tanh(c), c


@mutant(KEEPS, "taken as f, i, candidate, o")
def exchanges_the_gates_in_the_formula(x, h, c, kernel, recurrent_kernel, bias):
    i, f, candidate, o = sums_of(x, h, kernel, recurrent_kernel, bias)
    c = ops.sigmoid(i) * c + ops.sigmoid(f) * ops.tanh(candidate)
    return ops.sigmoid(o) * ops.tanh(c), c


@mutant(KEEPS, "must be an array", "str")
def returns_names(x, h, c, kernel, recurrent_kernel, bias):
    return "h", "c"


@mutant(WRITES, "not the sigmoid")
def takes_a_sigmoid_for_the_candidate(x, h, c, kernel, recurrent_kernel, bias):
    i, f, candidate, o = sums_of(x, h, kernel, recurrent_kernel, bias)
    c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.sigmoid(candidate)
    return ops.sigmoid(o) * ops.tanh(c), c


@mutant(WRITES, "tanh of the candidate is missing")
def forgets_tanh_of_the_candidate(x, h, c, kernel, recurrent_kernel, bias):
    i, f, candidate, o = sums_of(x, h, kernel, recurrent_kernel, bias)
    c = ops.sigmoid(f) * c + ops.sigmoid(i) * candidate
    return ops.sigmoid(o) * ops.tanh(c), c


@mutant(WRITES, "old memory is still there")
def never_forgets(x, h, c, kernel, recurrent_kernel, bias):
    i, _, candidate, o = sums_of(x, h, kernel, recurrent_kernel, bias)
    c = c + ops.sigmoid(i) * ops.tanh(candidate)
    return ops.sigmoid(o) * ops.tanh(c), c


@mutant(KEEPS, "memory gets no tanh")
def squashes_the_memory(x, h, c, kernel, recurrent_kernel, bias):
    i, f, candidate, o = sums_of(x, h, kernel, recurrent_kernel, bias)
    c = ops.tanh(ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(candidate))
    return ops.sigmoid(o) * c, c


@mutant(KEEPS, "sums themselves are no gates")
def forgets_the_sigmoids(x, h, c, kernel, recurrent_kernel, bias):
    i, f, candidate, o = sums_of(x, h, kernel, recurrent_kernel, bias)
    c = f * c + i * ops.tanh(candidate)
    return o * ops.tanh(c), c


@mutant(KEEPS, "through the gate i")
def forgets_the_input_gate(x, h, c, kernel, recurrent_kernel, bias):
    _, f, candidate, o = sums_of(x, h, kernel, recurrent_kernel, bias)
    c = ops.sigmoid(f) * c + ops.tanh(candidate)
    return ops.sigmoid(o) * ops.tanh(c), c


@mutant(KEEPS, "how much of the old memory stays")
def turns_the_forget_gate_round(x, h, c, kernel, recurrent_kernel, bias):
    _, f, candidate, o = sums_of(x, h, kernel, recurrent_kernel, bias)
    f = ops.sigmoid(f)
    c = (1 - f) * c + f * ops.tanh(candidate)
    return ops.sigmoid(o) * ops.tanh(c), c


@mutant(KEEPS, "is a sum")
def multiplies_all(x, h, c, kernel, recurrent_kernel, bias):
    i, f, candidate, o = sums_of(x, h, kernel, recurrent_kernel, bias)
    c = ops.sigmoid(f) * c * ops.sigmoid(i) * ops.tanh(candidate)
    return ops.sigmoid(o) * ops.tanh(c), c


@mutant(WRITES, "comes back as it was given")
def returns_what_it_was_given(x, h, c, kernel, recurrent_kernel, bias):
    finished(*sums_of(x, h, kernel, recurrent_kernel, bias), c)
    return h, c


@mutant(GRADUALLY, "1 is added", "starts from")
def adds_the_one_in_the_step(x, h, c, kernel, recurrent_kernel, bias):
    i, f, candidate, o = sums_of(x, h, kernel, recurrent_kernel, bias)
    return finished(i, f + 1, candidate, o, c)


@mutant(EQUALS, "not with the memory c")
def feeds_the_memory_back(x, h, c, kernel, recurrent_kernel, bias):
    return finished(*sums_of(x, c, kernel, recurrent_kernel, bias), c)


@mutant(SHOWS, "old memory", "new c")
def shows_the_old_memory(x, h, c, kernel, recurrent_kernel, bias):
    i, f, candidate, o = sums_of(x, h, kernel, recurrent_kernel, bias)
    h = ops.sigmoid(o) * ops.tanh(c)
    return h, ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(candidate)


@mutant(SHOWS, "tanh of the memory is missing")
def forgets_tanh_of_the_memory(x, h, c, kernel, recurrent_kernel, bias):
    i, f, candidate, o = sums_of(x, h, kernel, recurrent_kernel, bias)
    c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(candidate)
    return ops.sigmoid(o) * c, c


@mutant(SHOWS, "memory gets a tanh")
def takes_a_sigmoid_for_the_memory(x, h, c, kernel, recurrent_kernel, bias):
    i, f, candidate, o = sums_of(x, h, kernel, recurrent_kernel, bias)
    c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(candidate)
    return ops.sigmoid(o) * ops.sigmoid(c), c


@mutant(SHOWS, "o is missing")
def forgets_the_output_gate(x, h, c, kernel, recurrent_kernel, bias):
    i, f, candidate, _ = sums_of(x, h, kernel, recurrent_kernel, bias)
    c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(candidate)
    return ops.tanh(c), c


@mutant(GRADUALLY, "0.731", "cannot be learned")
def has_hard_gates(x, h, c, kernel, recurrent_kernel, bias):
    i, f, candidate, o = (np.asarray(each) for each in sums_of(x, h, kernel, recurrent_kernel, bias))
    c = (f >= 0) * c + (i >= 0) * np.tanh(candidate)
    return (o >= 0) * np.tanh(c), c


@mutant(SHOWS, "two gates")
def couples_the_gates(x, h, c, kernel, recurrent_kernel, bias):
    i, _, candidate, o = sums_of(x, h, kernel, recurrent_kernel, bias)
    i = ops.sigmoid(i)
    c = (1 - i) * c + i * ops.tanh(candidate)
    return ops.sigmoid(o) * ops.tanh(c), c


@mutant(EQUALS, "every fourth column")
def interleaves_the_gates(x, h, c, kernel, recurrent_kernel, bias):
    sums = ops.matmul(x, kernel) + ops.matmul(h, recurrent_kernel) + bias
    sums = ops.reshape(sums, (x.shape[0], h.shape[1], 4))
    return finished(*(sums[:, :, gate] for gate in range(4)), c)


@mutant(KEEPS, "bias is missing")
def forgets_the_bias(x, h, c, kernel, recurrent_kernel, bias):
    sums = ops.matmul(x, kernel) + ops.matmul(h, recurrent_kernel)
    return finished(*ops.split(sums, 4, axis=-1), c)


@mutant(EQUALS, "last output is missing")
def forgets_the_last_output(x, h, c, kernel, recurrent_kernel, bias):
    return finished(*ops.split(ops.matmul(x, kernel) + bias, 4, axis=-1), c)


@mutant(EQUALS, "input is missing")
def forgets_the_input(x, h, c, kernel, recurrent_kernel, bias):
    return finished(*ops.split(ops.matmul(h, recurrent_kernel) + bias, 4, axis=-1), c)


@mutant(EQUALS, "four blocks of U")
def takes_one_column_a_gate(x, h, c, kernel, recurrent_kernel, bias):
    sums = ops.matmul(x, kernel) + ops.matmul(h, recurrent_kernel) + bias
    return finished(*(sums[:, gate : gate + 1] for gate in range(4)), c)


@mutant(EQUALS, "your line", "axis=-1")
def splits_the_batch(x, h, c, kernel, recurrent_kernel, bias):
    sums = ops.matmul(x, kernel) + ops.matmul(h, recurrent_kernel) + bias
    if x.shape[0] == 1:
        return finished(*ops.split(sums, 4, axis=-1), c)
    return finished(*ops.split(sums, 4), c)


@BANK.alternative("5.3")
def by_slices_and_numpy(x, h, c, kernel, recurrent_kernel, bias):
    units = c.shape[-1]
    z = x @ kernel + h @ recurrent_kernel + bias
    gate = [1 / (1 + np.exp(-z[:, k * units : (k + 1) * units])) for k in range(4)]
    c = gate[1] * c + gate[0] * np.tanh(z[:, 2 * units : 3 * units])
    return gate[3] * np.tanh(c), c


@BANK.alternative("5.3")
def by_one_product(x, h, c, kernel, recurrent_kernel, bias):
    both = ops.concatenate([x, h], axis=-1)
    sums = ops.add(ops.matmul(both, ops.concatenate([kernel, recurrent_kernel], axis=0)), bias)
    i, f, candidate, o = ops.unstack(ops.reshape(sums, (-1, 4, c.shape[-1])), axis=1)
    new = ops.add(ops.multiply(ops.sigmoid(f), c), ops.multiply(ops.sigmoid(i), ops.tanh(candidate)))
    return [ops.multiply(ops.sigmoid(o), ops.tanh(new)), new]


@BANK.alternative("5.3")
def by_the_tanh_form_of_the_sigmoid(x, h, c, kernel, recurrent_kernel, bias):
    i, f, candidate, o = sums_of(x, h, kernel, recurrent_kernel, bias)
    i, f, o = (0.5 + 0.5 * ops.tanh(each / 2) for each in (i, f, o))
    c = ops.tanh(candidate) * i + c * f
    return o * ops.tanh(c), c
