"""Exercise 6.4: the decoder starts where the encoder ended."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array, expect_arrays_close, expect_shape
from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_06_seq2seq import oracles
from course_utils.checks.lab_06_seq2seq.material import (
    LAB,
    REFERENCES,
    Array,
    Ids,
    draw,
    draw_lstm,
    draw_sentences,
    expect_parts,
    expect_state,
    padded,
)
from course_utils.checks.lab_06_seq2seq.mistakes import misdecoded, misstepped
from course_utils.checks.lab_06_seq2seq.oracles import Network
from course_utils.checks.layers import LayerCandidate, LayerHandle
from course_utils.text.tokenization import END, START

encoder_decoder = LAB.exercise(
    "6.4",
    name="EncoderDecoder",
    title="the state is handed over",
    points=3,
    difficulty=2,
    candidate=LayerCandidate,
    reference=f"{REFERENCES}:EncoderDecoder",
    uses=("keras", "tensorflow"),
    hints=(
        "In __init__: self.encoder = Encoder(source_size, units, embedding). call has four stations: encode the "
        "source; the vectors of the decoder input; the decoder, from the encoder's state on; the last layer.",
        "self.decoder(vectors, initial_state=state) gives three things: the outputs (B, T, U), h and c.",
        "step is call for T = 1: vectors (B, 1, E) by [:, None], outputs[:, 0] is (B, U). It gives the logits and the "
        "state (h, c).",
    ),
)

SOURCE_WORDS, TARGET_WORDS, UNITS, WIDTH = 11, 13, 3, 2
EXCEPTIONS = {
    "no attribute 'encoder'": "In __init__: self.encoder = Encoder(source_size, units, embedding)",
    "positional argument: 'self'": "self.encoder is a layer with its sizes: Encoder(source_size, units, embedding)",
    f"In[1]: [{UNITS},{4 * UNITS}]": f"The state must be {UNITS} numbers wide, the units: in __init__, "
    "Encoder(source_size, units, embedding), in this order.",
    "but it received 3 input": "The decoder gives three things, and the last layer takes the first: "
    "outputs, _, _ = self.decoder(...).",
    "out of range using input dim": "An axis is missing: source ids are (B, S), the decoder input (B, T), and in step "
    "self.target_embedding(token_ids)[:, None] makes (B, 1, E) of (B,).",
    "too many values to unpack": "The decoder gives three things: outputs, h, c = self.decoder(...).",
    "not enough values to unpack": "The decoder gives three things: outputs, h, c = self.decoder(...). The state is "
    "a pair, (h, c).",
    "ncompatible": "The decoder reads vectors (B, T, E), the last layer outputs (B, T, U). In step T is 1: "
    "self.target_embedding(token_ids)[:, None] is (B, 1, E).",
    "Input to reshape": "The decoder reads vectors (B, T, E): in step, self.target_embedding(token_ids)[:, None].",
    "rank": "The decoder reads vectors (B, T, E): in step, self.target_embedding(token_ids)[:, None].",
    "indices[": "Each language has its own table: source ids belong to the encoder, the decoder's to "
    "self.target_embedding.",
    "out of range": "Each language has its own table: source ids belong to the encoder, the decoder's to "
    "self.target_embedding.",
    "unpack_x_y": "inputs is a pair: source_ids, decoder_input = inputs.",
}


def draw_network(rng: np.random.Generator) -> Network:
    """Weights of a small encoder–decoder."""
    return Network(
        draw(rng, SOURCE_WORDS, WIDTH),
        draw_lstm(rng, WIDTH, UNITS),
        draw(rng, TARGET_WORDS, WIDTH),
        draw_lstm(rng, WIDTH, UNITS),
        draw(rng, UNITS, TARGET_WORDS),
        draw(rng, TARGET_WORDS),
    )


def draw_pairs(rng: np.random.Generator, sentences: int, steps: int) -> tuple[Ids, Ids]:
    """Source ids with padding, and decoder inputs of `steps` tokens."""
    lengths = tuple(int(length) for length in rng.integers(1, 6, sentences))
    sources = padded([[*words, END] for words in draw_sentences(rng, lengths, SOURCE_WORDS)], length=7)
    inputs = draw_sentences(rng, (steps - 1,) * sentences, TARGET_WORDS)
    return sources, padded([[START, *words] for words in inputs])


def built(candidate: Any, network: Network) -> LayerHandle:
    """The student's model with these weights."""
    model: LayerHandle = candidate(SOURCE_WORDS, TARGET_WORDS, UNITS, WIDTH)
    called(model, np.array([[5, END]], "int32"), np.array([[START, 5]], "int32"))  # makes the weights
    _expect_sizes_of_encoder(model.weights)
    model.set_weights(network.as_list())
    return model


def _expect_sizes_of_encoder(weights: list[Array]) -> None:
    """The first weight is the encoder's table of vectors."""
    expect_shape(
        weights[0] if weights else np.zeros(0),
        (SOURCE_WORDS, WIDTH),
        f"the model has {SOURCE_WORDS} source words and vectors of {WIDTH} numbers: so must its encoder",
        axes="(source_size, embedding)",
        cause="self.encoder = Encoder(source_size, units, embedding), with the sizes that __init__ is given.",
    )


def called(model: LayerHandle, source_ids: Ids, decoder_input: Ids) -> Array:
    """The logits that a call gives, after making sure that they are an array."""
    with exceptions_mean(known=EXCEPTIONS):
        got = model([source_ids, decoder_input])
    problem = "calling the model must give the logits and nothing else"
    return expect_array(
        got, problem, cause="return self.to_logits(outputs): in training no state is asked for."
    )


def stepped(model: LayerHandle, token_ids: Ids, state: Any) -> tuple[Array, tuple[Array, Array]]:
    """The logits and the state that one step gives, after making sure of their form."""
    with exceptions_mean(known=EXCEPTIONS):
        got = model.invoke("step", token_ids, state)
    form = "(logits, (h, c))"
    problem = "step must give the logits and the new state"
    logits, state = expect_parts(got, 2, problem, form=form, cause=f"return {form}")
    cause = f"The state is the pair (h, c): return {form}"
    return expect_array(logits, problem), expect_state(state, "step must give the new state", cause=cause)


@encoder_decoder.check(
    hints=("The decoder gives an output for each place; the last layer makes V logits of it.",)
)
def gives_logits_for_every_place(candidate, rng):
    """V logits come out for every place of the decoder input"""
    model = built(candidate, draw_network(rng))
    sources, inputs = draw_pairs(rng, sentences=2, steps=5)
    causes = {
        (2, 5, UNITS): "These are the decoder's outputs: self.to_logits comes last.",
        (2, 7, TARGET_WORDS): "The decoder reads the decoder input, not the source.",
        (2, TARGET_WORDS): "Only the last output is used: the last layer takes all of them, (B, T, U).",
    }
    logits = called(model, sources, inputs)
    expect_shape(
        logits,
        (2, 5, TARGET_WORDS),
        f"2 sentences, decoder inputs of 5 tokens, {TARGET_WORDS} target words: the logits",
        axes="(B, T, V)",
        cause=causes.get(logits.shape, ""),
    )


@encoder_decoder.check(
    hints=(
        "Without initial_state the decoder starts from zeros, and knows nothing of the source.",
        "state = self.encode(source_ids), then self.decoder(vectors, initial_state=state)",
    )
)
def starts_from_the_encoders_state(candidate, rng):
    """the decoder starts from the encoder's h and c"""
    network = draw_network(rng)
    sources, inputs = draw_pairs(rng, sentences=3, steps=4)
    h, c = network.encode(sources)
    logits = network.logits(inputs, (h, c))
    expect_arrays_close(
        called(built(candidate, network), sources, inputs),
        logits,
        "3 pairs: the logits must be those of an LSTM that goes on from the encoder's last state",
        tolerance=1e-4,
        axes="(B, T, V)",
        cause="encode, then the vectors of the decoder input, the decoder with initial_state, the last layer.",
        mistakes=misdecoded(network, inputs, (h, c)),
    )


@encoder_decoder.check(
    hints=("step is call for one token: the same vectors, the same decoder, the same last layer.",)
)
def one_step_is_a_call_of_one_token(candidate, rng):
    """a step from the encoder's state gives the logits of the first place"""
    network = draw_network(rng)
    model = built(candidate, network)
    sources, inputs = draw_pairs(rng, sentences=3, steps=1)
    h, c = network.encode(sources)
    logits, _ = stepped(model, inputs[:, 0], (h.astype("float32"), c.astype("float32")))
    causes = {
        (3, 1, TARGET_WORDS): "The axis of time has one place here: outputs[:, 0].",
        (3,): "step gives the logits of all words; greedy chooses among them.",
        (3, UNITS): "These are the decoder's outputs: self.to_logits comes last.",
    }
    problem = f"step with 3 tokens, {TARGET_WORDS} target words: the logits"
    cause = causes.get(logits.shape, "")
    expect_shape(logits, (3, TARGET_WORDS), problem, axes="(B, V)", cause=cause)
    expect_arrays_close(
        logits,
        network.logits(inputs, (h, c))[:, 0],
        "one step must give the logits of a call with one token",
        tolerance=1e-4,
        axes="(B, V)",
        cause="The same as in call, from the state that step was given. The axis of time is in the middle, (B, 1, E).",
        mistakes=misstepped(network, inputs, (h, c)),
    )


@encoder_decoder.check(
    hints=("outputs, h, c = self.decoder(...): the new state is (h, c), and the next step starts from it.",)
)
def steps_give_what_a_call_gives(candidate, rng):
    """step after step, each from the state before it, gives the logits of one call"""
    network = draw_network(rng)
    model = built(candidate, network)
    sources, inputs = draw_pairs(rng, sentences=3, steps=5)
    state: Any = tuple(each.astype("float32") for each in network.encode(sources))
    found, given = [], state
    for t in range(5):
        logits, state = stepped(model, inputs[:, t], state)
        found.append(logits)
        if t == 0:
            _expect_new_state(network, inputs, given, state)
    expect_arrays_close(
        np.stack(found, axis=1),
        network.logits(inputs, given),
        "5 steps, each from the state of the one before, must give the logits of one call with 5 tokens",
        tolerance=1e-4,
        axes="(B, T, V)",
        cause="The new state is the decoder's h and c after this step.",
    )


def _expect_new_state(network: Network, inputs: Ids, given: Any, got: tuple[Array, Array]) -> None:
    """The state after the first step."""
    vectors = network.target_table[inputs[:, :1]]
    _, (h, c) = oracles.outputs(vectors, network.decoder, state=given)
    others = "h and c are exchanged: the state is (h, c).", "That is h again: the state is (h, c)."
    for at, (wanted, name, other) in enumerate(zip((h, c), "hc", others, strict=True)):
        expect_arrays_close(
            got[at],
            wanted,
            f"after one step the new state's {name} must be the decoder's",
            tolerance=1e-4,
            axes="(B, U)",
            cause="return logits, (h, c), with the h and c that the decoder gives.",
            mistakes={
                "That is the state of before: each step would start from the same place.": given[at],
                other: (c, h)[at],
            },
        )


@encoder_decoder.check(
    hints=("The encoder learns through the state alone: nothing may cut it off from the loss.",)
)
def training_reaches_the_encoder(candidate, rng):
    """a gradient arrives at every weight, through the state at the encoder's too"""
    model = built(candidate, draw_network(rng))
    found = model.gradients(list(draw_pairs(rng, sentences=3, steps=4)))
    arrived = sum(gradient is not None for gradient in found)
    expect(
        arrived == len(found) == 10,
        "a gradient must arrive at all 10 weights, the encoder's 4 among them",
        expected="10 gradients",
        got=f"{arrived} of {len(found)}",
        cause="stop_gradient, NumPy's functions and .numpy() cut the way back through the state.",
    )
