"""Hidden checks of lab 07, attention."""

from dataclasses import replace

import numpy as np

from course_utils.checks.arrays import expect_arrays_close
from course_utils.checks.asserts import expect_close
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_07_attention import oracles
from course_utils.checks.lab_07_attention.additive import kind_of as additive
from course_utils.checks.lab_07_attention.attending import attended
from course_utils.checks.lab_07_attention.general import kind_of as general
from course_utils.checks.lab_07_attention.material import context_and_weights, draw
from course_utils.checks.lab_07_attention.stepping import built as built_cell
from course_utils.checks.lab_07_attention.stepping import step_of
from course_utils.checks.lab_07_attention.steps import drawn_inputs, drawn_weights, planned
from course_utils.grading.hidden import exercise

COMPILED = "Training compiles the call, for batches and sentences of any size: no loop over them, no len, no NumPy."
SHAPES = ((1, 1, 1), (1, 7, 3), (5, 1, 2))  # (B, S, D)


@exercise("7.1").check()
def takes_one_sentence_one_place_one_number(candidate, rng):
    """a single sentence, a single place and a single number have their axes, too"""
    for batch, places, width in SHAPES:
        scores, states = draw(rng, batch, places), draw(rng, batch, places, width)
        for mask in (None, np.ones((batch, places), bool)):
            got, wanted = attended(candidate, scores, states, mask), oracles.attend(scores, states, mask)
            for part, right, name in zip(got, wanted, ("context", "weights"), strict=True):
                expect_arrays_close(part, right, f"states of shape {states.shape}: another {name}")


@exercise("7.2").check()
def compares_one_query_with_one_place(candidate, rng):
    """a single sentence, a single place and a single number have their axes, too"""
    layer = candidate()
    for batch, places, width in SHAPES:
        query, memory = draw(rng, batch, width), draw(rng, batch, places, width)
        wanted = oracles.attend(oracles.dot_scores(query, memory), memory)
        got = context_and_weights(layer(query, memory), batch, places, width)
        for part, right, name in zip(got, wanted, ("context", "weights"), strict=True):
            expect_arrays_close(part, right, f"a memory of shape {memory.shape}: another {name}", tolerance=1e-4)


def expect_compiles(layer, kind):
    """A graph can be built of its call when batch and places are not known yet."""
    import keras

    query, memory = keras.KerasTensor((None, kind.query), "float32"), keras.KerasTensor((None, None, 7), "float32")
    with exceptions_mean(known={"raised": COMPILED}):
        layer.invoke("compute_output_spec", query, memory)


@exercise("7.3").check()
def batches_of_any_size_can_be_compiled(candidate, rng):
    """training can compile it for batches and sentences of any size"""
    kind = general(5)
    expect_compiles(kind.built(candidate, kind.drawn_weights(rng)), kind)


@exercise("7.4").check()
def sentences_of_any_length_can_be_compiled(candidate, rng):
    """training can compile it for batches and sentences of any size"""
    kind = additive(3, 5)
    expect_compiles(kind.built(candidate, kind.drawn_weights(rng)), kind)


@exercise("7.5").check()
def steps_without_a_mask(candidate, rng):
    """without a mask every place of the memory is real"""
    weights, inputs = drawn_weights(rng), replace(drawn_inputs(rng), mask=None)
    got, wanted = step_of(built_cell(candidate, weights), inputs), planned(inputs, weights)
    for part in ("weights", "h", "c", "output"):
        problem = f"mask=None: another {part} than where all places are real"
        expect_arrays_close(getattr(got, part), getattr(wanted, part), problem, tolerance=1e-4)


@exercise("7.6").check()
def tells_far_places_apart(candidate, rng):
    """links of long sentences are told apart"""
    places = [int(place) for place in rng.choice(np.arange(11, 99), size=5, replace=False)]
    ours = [{(1, place) for place in places} | {(0, 110), (12, 1034)}]
    theirs = [{(place, 1) for place in places} | {(1, 10), (11, 2)} | {(10 + place // 10, place % 10) for place in places}]
    expect_close(candidate(ours, theirs), 1.0, "no link of a long sentence is predicted, though digits agree")
    both = [ours[0] | theirs[0]]
    wanted = 1 - 2 * len(ours[0]) / (len(ours[0]) + len(both[0]))
    expect_close(candidate(ours, both), wanted, "all links that are predicted are true, and others are, too")
