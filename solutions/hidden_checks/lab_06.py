"""Hidden checks of lab 06, sequence to sequence."""

import numpy as np

from course_utils.checks.arrays import expect_arrays_close
from course_utils.checks.asserts import expect_close
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_06_seq2seq import oracles
from course_utils.checks.lab_06_seq2seq.averages import expect_figures, figures_of
from course_utils.checks.lab_06_seq2seq.decoding import SIZE, translated
from course_utils.checks.lab_06_seq2seq.encoder import built as built_encoder
from course_utils.checks.lab_06_seq2seq.encoder import draw_encoder
from course_utils.checks.lab_06_seq2seq.encoder_decoder import built, draw_network, draw_pairs, stepped
from course_utils.checks.lab_06_seq2seq.forcing import parts_of
from course_utils.checks.lab_06_seq2seq.material import draw, draw_sentences, padded
from course_utils.checks.lab_06_seq2seq.scripted import Scripted
from course_utils.grading.hidden import exercise
from course_utils.text.tokenization import END, START, UNKNOWN

COMPILED = "Training compiles the call for batches of any size: source_ids.shape[0] is None then."


@exercise("6.1").check()
def takes_sentences_without_words_and_any_ids(candidate, rng):
    """a sentence without words has an END, and ids may be large"""
    sentences = [*draw_sentences(rng, (3, 0, 11), 90_000), [89_999]]
    names = ("decoder input", "targets", "mask")
    for got, wanted, name in zip(parts_of(candidate, sentences), oracles.teacher_forcing(sentences), names, strict=True):
        expect_arrays_close(got, wanted, f"sentences of 3, 0, 11 and 1 of 90,000 words: another {name}", tolerance=0)


@exercise("6.2").check()
def goes_by_the_mask_alone(candidate, rng):
    """real tokens may stand anywhere in a row"""
    batches = []
    for shape in ((3, 7), (1, 5)):
        mask = rng.random(shape) < 0.5
        mask[0, 0], mask[0, -1] = False, True
        batches.append((3 * draw(rng, *shape, 13), rng.integers(0, 13, size=shape), mask))
    wanted = oracles.loss_and_accuracy(batches)
    expect_figures(figures_of(candidate, batches), wanted, "padding before and between the real tokens", {})


@exercise("6.3").check()
def batches_of_any_size_can_be_compiled(candidate, rng):
    """training can compile it for batches of any size"""
    import keras

    layer = built_encoder(candidate, *draw_encoder(rng))
    with exceptions_mean(known={"raised": COMPILED}):
        layer.invoke("compute_output_spec", keras.KerasTensor((None, 5), "int32"))


@exercise("6.4").check()
def translates_one_sentence_in_steps(candidate, rng):
    """steps for a single sentence give what one call gives"""
    network = draw_network(rng)
    model = built(candidate, network)
    sources, inputs = draw_pairs(rng, sentences=1, steps=4)
    state = tuple(each.astype("float32") for each in network.encode(sources))
    wanted, found = network.logits(inputs, state), []
    for t in range(4):
        logits, state = stepped(model, inputs[:, t], state)
        found.append(logits)
    problem = "4 steps for one sentence: other logits than one call gives"
    expect_arrays_close(np.stack(found, axis=1), wanted, problem, tolerance=1e-4, axes="(B, T, V)")


@exercise("6.5").check()
def ends_at_nothing_but_the_end(candidate, rng):
    """special tokens other than END are tokens of the translation"""
    script = draw_sentences(rng, (6, 2, 4), SIZE)
    script[0][2], script[0][4], script[2][1] = UNKNOWN, START, UNKNOWN
    got = translated(candidate, Scripted(script, SIZE, closed=True))
    wanted = padded([[*words, END] for words in script])
    expect_arrays_close(got, wanted, "translations with <unk> and <s> among their tokens", axes="(B, L)")


@exercise("6.6").check()
def compares_whole_words(candidate, rng):
    """a word is found where the reference has it, not where it is a part of one"""
    pairs = [("he an the a", "the ant then at he", 1, 2 / 4), ("e a t in", "the ant in", 2, 0.0)]
    pairs.append(("a b c d e a b c d", "x a b c d a b c d", 4, 2 / 6))
    for said, asked, n, wanted in pairs:
        problem = f"n = {n}, said: {said}; reference: {asked}: another precision"
        expect_close(candidate([said.split()], [asked.split()], n), wanted, problem)
