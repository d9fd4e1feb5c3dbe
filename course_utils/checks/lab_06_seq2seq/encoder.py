"""Exercise 6.3: an encoder, and the state that it hands over."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_arrays_close, expect_shape
from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_06_seq2seq import oracles
from course_utils.checks.lab_06_seq2seq.material import (
    FIRST_WORD,
    LAB,
    REFERENCES,
    Array,
    Ids,
    Mask,
    Weights,
    draw,
    draw_lstm,
    draw_sentences,
    expect_state,
    padded,
)
from course_utils.checks.layers import LayerCandidate, LayerHandle
from course_utils.text.tokenization import END, UNKNOWN

encoder = LAB.exercise(
    "6.3",
    name="Encoder",
    title="the state after the last word",
    points=2,
    difficulty=2,
    candidate=LayerCandidate,
    reference=f"{REFERENCES}:Encoder",
    uses=("keras", "tensorflow"),
    hints=(
        "Three steps: the words' vectors, a mask that says where there are words, the LSTM over both.",
        "ops.not_equal(source_ids, PAD) is the mask (B, S). self.lstm(vectors, mask=mask) gives three things: the last "
        "output, h and c.",
        "_, h, c = self.lstm(self.embedding(source_ids), mask=ops.not_equal(source_ids, PAD)), then return h, c.",
    ),
)

WORDS, UNITS, WIDTH = 13, 3, 2
EXCEPTIONS = {
    "too many values to unpack": "With return_state=True the LSTM gives three things: _, h, c = self.lstm(...).",
    "not enough values to unpack": "With return_state=True the LSTM gives three things: _, h, c = self.lstm(...).",
    "tuple index out of range": "The second thing that self.lstm takes is initial_state: name the mask, mask=...",
    "Input to reshape": "The LSTM reads vectors (B, S, E): first self.embedding(source_ids).",
    "rank": "The LSTM reads vectors (B, S, E): first self.embedding(source_ids).",
    "to be a int32 tensor": "The LSTM reads vectors (B, S, E): first self.embedding(source_ids).",
    **dict.fromkeys(
        ("ncompatible", "split_dim", "broadcastable"), "The mask has a place for each word, (B, S)."
    ),
}
TWO_STATES = "return h, c: after _, h, c = self.lstm(...)."


def draw_encoder(rng: np.random.Generator) -> tuple[Array, Weights]:
    """A table of vectors (WORDS, WIDTH) and the weights of an LSTM."""
    return draw(rng, WORDS, WIDTH), draw_lstm(rng, WIDTH, UNITS)


def built(candidate: Any, table: Array, weights: Weights) -> LayerHandle:
    """The student's encoder with these weights."""
    layer: LayerHandle = candidate(len(table), weights.units, table.shape[1])
    state_of(layer, np.array([[FIRST_WORD, END]], "int32"))  # the first call makes the weights
    layer.set_weights([table, *weights.as_list()])
    return layer


def state_of(layer: LayerHandle, source_ids: Ids) -> tuple[Array, Array]:
    """The two states that a call gives, after making sure of their form."""
    with exceptions_mean(known=EXCEPTIONS):
        got = layer(source_ids)
    problem = "the encoder must give the output h and the memory c"
    return expect_state(got, problem, cause=TWO_STATES)


def expect_states(got: tuple[Array, Array], wanted: oracles.State, problem: str, **told: Any) -> None:
    """Both states are right; `mistakes` map a cause to the two states that it gives."""
    mistakes = told.pop("mistakes", {})
    for at, name in enumerate(("h", "c")):
        expect_arrays_close(
            got[at],
            wanted[at],
            f"{problem}: {name}",
            axes="(B, U)",
            mistakes={mistake: states[at] for mistake, states in mistakes.items()},
            **told,
        )


@encoder.check(hints=("With return_state=True the LSTM gives its last output, h and c: hand over h and c.",))
def hands_over_both_states(candidate, rng):
    """two states come out, h and c, a row for each sentence"""
    layer = built(candidate, *draw_encoder(rng))
    ids = padded(draw_sentences(rng, (5,) * 7, WORDS))
    for state, name in zip(state_of(layer, ids), "hc", strict=True):
        expect_shape(
            state,
            (7, UNITS),
            f"7 sentences, {UNITS} units: {name} must have 7 rows of {UNITS}",
            axes="(B, U)",
            cause=TWO_STATES,
        )


@encoder.check(hints=("Read from the first word to the last, and hand over what there is at the end.",))
def reads_word_after_word(candidate, rng):
    """without padding it is the state of an LSTM after the last word"""
    table, weights = draw_encoder(rng)
    ids = padded([[*words, END] for words in draw_sentences(rng, (4,) * 3, WORDS)])
    ids[:, 1] = UNKNOWN
    h, c = wanted = _states(table, weights, ids)
    expect_states(
        state_of(built(candidate, table, weights), ids),
        wanted,
        "3 sentences of 4 words and END, no padding: the states after the last step",
        cause="_, h, c = self.lstm(vectors, mask=mask)",
        mistakes={
            "Both are h: the memory c is the third thing that the LSTM gives.": (h, h),
            "h and c are exchanged: return h, c": (c, h),
            "Nothing was read: the mask must be True at a word and False at padding.": (0 * h, 0 * c),
            "END is left out: it is a token like any other, and stands in the mask as True.": _states(
                table, weights, ids, ids != END
            ),
            "The source is read backwards.": _states(table, weights, ids[:, ::-1]),
            "An unknown word, id 1, is left out: only PAD, id 0, is no word.": _states(
                table, weights, ids, ids != UNKNOWN
            ),
        },
    )


def _states(table: Array, weights: Weights, ids: Ids, mask: Mask | None = None) -> oracles.State:
    return oracles.last_state(table[ids], weights, ids != 0 if mask is None else mask)


@encoder.check(
    hints=(
        "Without a mask the LSTM goes on reading the padding as if it were words, and the state changes.",
        "self.lstm(vectors, mask=ops.not_equal(source_ids, PAD))",
    )
)
def padding_changes_nothing(candidate, rng):
    """it is the state after the last real token, however much padding follows"""
    table, weights = draw_encoder(rng)
    table[0] += 3  # what stands for padding is a vector like any other
    sentences = [[*words, END] for words in draw_sentences(rng, (5, 2, 1), WORDS)]
    ids = padded(sentences, length=9)
    alone = [_states(table, weights, np.array([sentence])) for sentence in sentences]
    wanted = tuple(np.concatenate(each) for each in zip(*alone, strict=True))
    zeros = table * (np.arange(WORDS) > 0)[:, None]
    everywhere = np.ones_like(ids, bool)
    expect_states(
        state_of(built(candidate, table, weights), ids),
        (wanted[0], wanted[1]),
        "sentences of 6, 3 and 2 tokens, padded to 9: the states must be those of each sentence alone",
        cause="The mask is True at real tokens, ops.not_equal(source_ids, PAD), and goes to the LSTM.",
        mistakes={
            "That is the state after the padded last step: the padding was read like words. The LSTM needs the mask.": (
                _states(table, weights, ids, everywhere)
            ),
            "The padding's vectors are 0, and a step is still a step: give the LSTM the mask.": _states(
                zeros, weights, ids, everywhere
            ),
            "The states are 0: True in the mask is a real token.": (0 * wanted[0], 0 * wanted[1]),
            "That is one token before the last: END is read too.": _states(table, weights, ids, ids > END),
        },
    )


@encoder.check(hints=("Use keras.ops: np.array(...) and .numpy() cut the way back for the gradient.",))
def training_reaches_every_weight(candidate, rng):
    """a gradient arrives at the vectors and at all weights of the LSTM"""
    layer = built(candidate, *draw_encoder(rng))
    found = layer.gradients(padded([[*words, END] for words in draw_sentences(rng, (5, 2), WORDS)]))
    arrived = sum(gradient is not None for gradient in found)
    expect(
        arrived == len(found) == 4,
        "a gradient must arrive at all 4 weights",
        expected="4 gradients",
        got=f"{arrived} of {len(found)}",
        cause="Everything on the way must be keras.ops: NumPy's functions cut the way back.",
    )


@encoder.check(
    hints=(
        "training.train compiles its step: the call runs once without numbers, to build a graph of it.",
        "ops.not_equal(source_ids, PAD) works without numbers; np.array, len, float and .numpy() do not.",
    )
)
def can_be_compiled(candidate, rng):
    """training compiles the call: it works without numbers, too"""
    import keras

    layer = built(candidate, *draw_encoder(rng))
    with exceptions_mean(known={"raised": COMPILED}):
        layer.invoke("compute_output_spec", keras.KerasTensor((3, 5), "int32"))


COMPILED = (
    "This is a call as training compiles it, without numbers. NumPy, len(...), float(...) and .numpy() find none "
    "there: keras.ops does."
)
