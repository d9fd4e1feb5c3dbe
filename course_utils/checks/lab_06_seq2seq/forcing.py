"""Exercise 6.1: what the decoder is given, and what it is to say."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array, expect_arrays_close, expect_shape
from course_utils.checks.asserts import expect
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_06_seq2seq import oracles
from course_utils.checks.lab_06_seq2seq.material import LAB, REFERENCES, Array, draw_sentences, expect_parts
from course_utils.text.tokenization import END, PAD, START, UNKNOWN

teacher_forcing = LAB.exercise(
    "6.1",
    name="teacher_forcing",
    title="shifted by one place",
    points=2,
    difficulty=1,
    returns=tuple,
    reference=f"{REFERENCES}:teacher_forcing",
    uses=("keras",),
    hints=(
        "For one sentence w of n ids: the inputs are [START] + w, the targets w + [END]. Both have n + 1 places.",
        "The longest sentence gives T = n + 1. Start from np.full((B, T), PAD) and write each sentence into its row.",
        "decoder_input[row, : len(w) + 1] = [START, *w], the targets alike; the mask is True on the same places.",
    ),
)

NAMES = ("decoder input", "targets", "mask")
FORM = "(decoder_input, targets, mask)"
LENGTHS = {
    "broadcast": "A row of n + 1 places takes n + 1 ids: [START] + w and w + [END].",
    "inhomogeneous": "The rows have different lengths: fill each up with PAD to the length of the longest.",
}


def parts_of(candidate: Any, sentences: list[list[int]]) -> list[Array]:
    """The three arrays that a call gives, after making sure of their shapes."""
    with exceptions_mean(known=LENGTHS):
        got = candidate(sentences)
    problem = "three arrays must come back: decoder input, targets and mask"
    parts = expect_parts(got, 3, problem, form=FORM, cause="return decoder_input, targets, mask")
    length = max(map(len, sentences)) + 1
    found = []
    for part, name in zip(parts, NAMES, strict=True):
        array = expect_array(part, f"the {name} must be an array")
        expect_shape(
            array,
            (len(sentences), length),
            f"{len(sentences)} sentences, the longest of {length - 1} ids: the {name} must have {length} places",
            axes="(B, T)",
            cause=f"With START or END each sentence is one id longer, so T = {length - 1} + 1.",
        )
        found.append(array)
    for array, name in zip(found[:2], NAMES, strict=False):
        _expect_ids(array, name)
    return found


def _expect_ids(array: Array, name: str) -> None:
    """Whole numbers: 5.0 is no place in a vocabulary."""
    expect(
        array.dtype.kind in "iu",
        f"the {name} must hold ids, whole numbers",
        expected="an array of int",
        got=f"an array of {array.dtype}",
        cause="np.zeros makes fractions: np.full((B, T), PAD), or dtype=int.",
    )


def draw_unequal(rng: np.random.Generator) -> list[list[int]]:
    """Sentences of 4, 1 and 7 ids, an unknown word among them: that is a word like any other."""
    sentences = draw_sentences(rng, (4, 1, 7), 99)
    sentences[2][3] = UNKNOWN
    return sentences


@teacher_forcing.check(
    hints=("The inputs begin with START, the targets end with END: otherwise both are the sentence.",)
)
def shifts_by_one_place(candidate, rng):
    """of one sentence, the inputs begin with START and the targets end with END"""
    for length in (3, 7):
        [words] = draw_sentences(rng, (length,), 99)
        inputs, targets, _ = parts_of(candidate, [words])
        same = np.array_equal(inputs, targets)
        expect_row(inputs[0], [START, *words], f"a sentence of {length} ids: the decoder input", words, same)
        expect_row(targets[0], [*words, END], f"a sentence of {length} ids: the targets", words, same)


def expect_row(got: Array, wanted: list[int], what: str, words: list[int], same: bool) -> None:
    """The ids of one row; a likely mistake is named. `same`: input and targets do not differ."""
    begun, closed = [START, *words], [*words, END]
    unshifted = (
        "Input and targets are the same there: then the answer stands in the question. The targets are one "
        "place ahead."
    )
    exchanged = "These are the targets: input and targets are exchanged."
    mistakes = {
        tuple(begun): unshifted if wanted == closed else "",
        tuple(closed): unshifted if same else exchanged,
        (END, *words): "It begins with END, which is 3: START is 2.",
        (*words, START): "It ends with START, which is 2: END is 3.",
        (*words, PAD): "END is missing: the decoder must learn to say when a translation is over.",
        (PAD, *words): "START is missing: the decoder needs something to begin with.",
    }
    cause = mistakes.get(tuple(got.tolist()), "")
    expect(
        got.tolist() == wanted,
        f"{what} must be {_shown(wanted)}",
        expected=str(wanted),
        got=str(got.tolist()),
        cause=cause or "[START] + words and words + [END].",
    )


def _shown(row: list[int]) -> str:
    return "START and then the words" if row[0] == START else "the words and then END"


@teacher_forcing.check(
    hints=(
        "Padding comes after everything else, END too: first put START and END on, then fill up with PAD.",
    )
)
def pads_behind_the_end(candidate, rng):
    """shorter sentences are filled up with PAD, behind their END"""
    sentences = draw_unequal(rng)
    inputs, targets, _ = parts_of(candidate, sentences)
    wanted = oracles.teacher_forcing(sentences)
    for got, right, name in zip((inputs, targets), wanted, NAMES, strict=False):
        expect_arrays_close(
            got,
            right,
            f"3 sentences of 4, 1 and 7 ids: each row of the {name} must hold its sentence, then PAD, which is 0",
            axes="(B, T)",
            cause="Put START or END on each sentence by itself, and fill up with PAD after that.",
            mistakes=_mispadded(sentences, right, begins=name == NAMES[0]),
        )


def _mispadded(sentences: list[list[int]], right: Any, begins: bool) -> dict[str, Array]:
    """A likely mistake -> the array it gives."""
    width = right.shape[1]
    on_the_left = [np.roll(row, width - 1 - len(words)) for row, words in zip(right, sentences, strict=True)]
    mistakes = {
        "The padding stands before the sentence: it belongs behind it.": np.array(on_the_left),
        "It is filled up with END: padding is PAD, id 0.": np.where(right == PAD, END, right),
    }
    if begins:
        closed = right.copy()
        for row, words in zip(closed, sentences, strict=True):
            row[len(words) + 1 : len(words) + 2] = END  # no place is left for it behind the longest
        mistakes["END stands behind the shorter sentences: the decoder is never given it, put PAD there."] = (
            closed
        )
    else:
        last = np.where(right == END, PAD, right)
        last[:, -1] = END
        mistakes["END stands in the last place of each row: it belongs directly behind the last word."] = last
    return mistakes


@teacher_forcing.check(
    hints=("The mask says which targets are real, END included: n + 1 places for a sentence of n ids.",)
)
def masks_what_is_no_target(candidate, rng):
    """the mask is True on the words and END, and False on padding"""
    sentences = draw_unequal(rng)
    _, _, mask = parts_of(candidate, sentences)
    inputs, targets, right = oracles.teacher_forcing(sentences)
    expect(
        mask.dtype == bool,
        "the mask must hold True and False",
        expected="an array of bool",
        got=f"an array of {mask.dtype}",
        cause="A comparison gives one: targets != PAD.",
    )
    expect_arrays_close(
        mask,
        right,
        "3 sentences of 4, 1 and 7 ids: the mask must be True on their 5, 2 and 8 targets",
        axes="(B, T)",
        cause="True where there is a target, END counted.",
        mistakes={
            "It is the other way round: True is a real token.": ~right,
            "END is left out: it is a target like any word.": right & (targets != END),
            "It is True everywhere: padding is no target.": np.ones_like(right),
            "It is made from the decoder input: START is no target, and END is one.": right
            & (inputs != START),
            "An unknown word, id 1, is left out: only PAD, id 0, is no target.": targets > UNKNOWN,
        },
    )
