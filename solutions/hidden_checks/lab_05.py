"""Hidden checks of lab 05, LSTM."""

import numpy as np

from course_utils.checks.arrays import expect_arrays_close
from course_utils.checks.asserts import expect
from course_utils.checks.lab_05_lstm import oracles
from course_utils.checks.lab_05_lstm.cell import built as built_cell
from course_utils.checks.lab_05_lstm.cell import step_of as cell_step
from course_utils.checks.lab_05_lstm.loss import expect_loss, loss_of
from course_utils.checks.lab_05_lstm.material import draw, draw_weights
from course_utils.checks.lab_05_lstm.over_time import built, outputs_of
from course_utils.checks.lab_05_lstm.step import gates_by_bias, one, step_of
from course_utils.grading.hidden import exercise


@exercise("5.1").check()
def reads_whole_numbers(candidate, rng):
    """inputs may be whole numbers, as counts and ones are"""
    x, kernel = rng.integers(0, 3, size=(11, 4)), rng.normal(size=(4, 2))
    recurrent, bias = rng.normal(size=(2, 2)), rng.normal(size=2)
    expected = oracles.rnn_states(x, kernel, recurrent, bias)
    expect_arrays_close(candidate(x, kernel, recurrent, bias), expected, "11 inputs of whole numbers: other states")


@exercise("5.2").check()
def goes_back_over_any_number_of_states(candidate, rng):
    """a single state has a norm, and so has each of hundreds"""
    for steps in (1, 2, 307):
        states, recurrent = rng.uniform(-0.2, 0.2, size=(steps, 3)), np.linalg.qr(rng.normal(size=(3, 3)))[0]
        gradient, norms = np.ones(3), [3**0.5]
        for state in states[:0:-1]:
            gradient = recurrent @ (gradient * (1 - state**2))
            norms.insert(0, float(np.linalg.norm(gradient)))
        got = candidate(states, recurrent)
        expect_arrays_close(got, np.array(norms), f"{steps} states of width 3: other norms")


@exercise("5.3").check()
def stands_large_sums(candidate, rng):
    """gates far open or shut stay numbers"""
    for sums, wanted in (((200.0, -200.0, 200.0, 200.0), 1.0), ((200.0, 200.0, -200.0, 200.0), -0.5)):
        new_h, new_c = step_of(candidate, one(0.0), one(0.75), one(0.5), gates_by_bias(*sums))
        expect_arrays_close(new_c, one(wanted), f"sums {sums}, c = 0.5: another memory")
        expect_arrays_close(new_h, np.tanh(one(wanted)), f"sums {sums}, c = 0.5: another output")


@exercise("5.4").check()
def has_weights_of_its_own(candidate, rng):
    """two cells that are used in turn do not share their weights"""
    drawn = [draw_weights(rng, 5, 3), draw_weights(rng, 5, 3)]
    cells = [built_cell(candidate, 5, 3) for _ in drawn]
    for cell, weights in zip(cells, drawn, strict=True):
        cell.set_weights(weights.as_list())
    x, h, c = draw(rng, 1, 5), draw(rng, 1, 3), draw(rng, 1, 3)
    for cell, weights in zip(cells, drawn, strict=True):
        new_h, new_c = oracles.lstm_step(x, h, c, weights)
        _, *got = cell_step(cell, x, h, c)
        for part, wanted, name in zip(got, (new_h, new_c), "hc", strict=True):
            expect_arrays_close(part, wanted, f"two cells with weights of their own, one sentence: another {name}")


@exercise("5.5").check()
def gives_the_last_output_behind_any_padding(candidate, rng):
    """the last output is that of the last real step, wherever the padding stands"""
    weights, x = draw_weights(rng, inputs=3, units=5), draw(rng, 4, 7, 3)
    mask = np.array([[0, 0, 0, 1, 1, 1, 1], [1, 0, 1, 0, 0, 1, 0], [0] * 7, [1] * 7], bool)
    expected = oracles.lstm_outputs(x, weights, mask)[:, -1]
    got = outputs_of(built(candidate, weights, return_sequences=False), x, mask)
    expect_arrays_close(got, expected, "padding before, between and everywhere: other last outputs", tolerance=1e-4)


@exercise("5.6").check()
def goes_by_the_mask_alone(candidate, rng):
    """real tokens may stand anywhere, not at the beginning alone"""
    mask = rng.random((5, 11)) < 0.4
    mask[:, 0], mask[0], mask[1, -1] = False, False, True
    logits, targets = draw(rng, 5, 11, 13), rng.integers(0, 13, size=mask.shape)
    wanted = oracles.next_token_loss(logits, targets, mask)
    expect_loss(loss_of(candidate, logits, targets, mask), wanted, "padding before and between: another loss", "", {})


@exercise("5.7").check()
def draws_any_of_thousands(candidate, rng):
    """of thousands of tokens each may be drawn"""
    logits = np.full(5_003, 3.5, "float32")
    seeds = rng.integers(10**6, size=300)
    ids = {int(candidate(logits, 1.0, np.random.default_rng(int(seed)))) for seed in seeds}
    expect(all(0 <= id < 5_003 for id in ids), "an id from 0 to 5,002 is asked for", got=sorted(ids)[-3:])
    # 9 of 300 are there already, on average; a hundred once in 10^60 times. Equal seeds: 0.05 pairs
    expect(len(ids) > 200, "300 draws of 5,003 alike must be nearly all different", got=f"{len(ids)} different ids")
