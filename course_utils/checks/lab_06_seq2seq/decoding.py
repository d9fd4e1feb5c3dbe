"""Exercise 6.5: translating a batch, a token at a time, until every sentence has ended."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks.arrays import ARRAY, expect_arrays_close, expect_shape
from course_utils.checks.asserts import expect, expect_equal
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_06_seq2seq.material import (
    FIRST_WORD,
    LAB,
    REFERENCES,
    Ids,
    draw_sentences,
    padded,
)
from course_utils.checks.lab_06_seq2seq.scripted import Scripted
from course_utils.text.tokenization import END, START

greedy = LAB.exercise(
    "6.5",
    name="greedy",
    title="the likeliest next token, until all have ended",
    points=4,
    difficulty=3,
    returns=ARRAY,
    reference=f"{REFERENCES}:greedy",
    uses=("keras", "tensorflow"),
    hints=(
        "Each round: logits, state = model.step(last, state); the likeliest token of each row; note it; it is the next "
        "round's last.",
        "Keep an array that says which sentences have ended. At those, note PAD, whatever the model says.",
        "ended = np.zeros(B, bool) before the loop. In it: tokens = np.where(ended, PAD, likeliest), then "
        "ended = ended | (tokens == END), and break when ended.all().",
    ),
)

SIZE = 19
NOTHING_NOTED = "Note the tokens of each round in a list, and np.stack(list, axis=1) at the end."
EXCEPTIONS = {
    "at least one array": NOTHING_NOTED,
    "truth value": "tokens == END is an array: .all() asks whether it holds for all sentences.",
    "unhashable": "The package's own decoding takes Keras models alone: write the rounds yourself.",
    "out of bounds": "Each round gives one token for each row: np.argmax(logits, axis=-1) is (B,).",
}


def translated(candidate: Any, model: Scripted, max_length: int = 17) -> Ids:
    """What a call gives: (B, L) of ids."""
    with exceptions_mean(known=EXCEPTIONS):
        got: Ids = candidate(model, model.source_ids(), max_length)
    expect(
        got.dtype.kind in "iu",
        "the tokens must be ids, whole numbers",
        expected="an array of int",
        got=f"an array of {got.dtype}",
        cause="np.argmax gives ids; an array of zeros to write into needs dtype=int.",
    )
    return got


@greedy.check(hints=("START is the first token that step is given, and no part of the translation.",))
def translates_one_sentence(candidate, rng):
    """one sentence: the likeliest token again and again, END at the end"""
    for length in (1, 6):
        script = [rng.permutation(np.arange(FIRST_WORD, SIZE))[:length].tolist()]  # no word twice
        got = translated(candidate, Scripted(script, SIZE))
        wanted = padded([[*script[0], END]])
        problem = f"a translation of {length} words and END"
        expect_equal(got.ndim, 2, f"{problem} must come back as an array (B, L), here (1, {length + 1})")
        expect_shape(got, wanted.shape, problem, axes="(B, L)", cause=_cause_of_length(got, length))
        expect_arrays_close(
            got,
            wanted,
            problem,
            axes="(B, L)",
            cause="Note the likeliest token of each round.",
            mistakes={
                REPLACED: np.where(wanted == END, 0, wanted),
                "What step was given is noted: note the token that its logits say.": np.array(
                    [[START, *script[0]]]
                ),
            },
        )


def _cause_of_length(got: Ids, length: int) -> str:
    """Why the translation of one sentence has not `length` words and END."""
    if got.shape == (1, length + 2) and got[0, 0] == START:
        return "START is there only to begin with: leave it out of the translation."
    if got.shape == (1, length):
        return "END is missing: it belongs to the translation. Note the token first, then ask whether it was END."
    if got.shape[1] > length:
        return "Does it stop when the sentence has ended?"
    return "It stops too soon: go on until END has come, or max_length tokens are there."


REPLACED = "END itself is replaced by PAD: a sentence ends after it. First note the token, then ask whether it was END."


@greedy.check(
    hints=(
        "Some sentences end sooner. The model goes on saying something for them: that must not be noted.",
        "tokens = np.where(ended, PAD, likeliest)",
    )
)
def pads_what_has_ended(candidate, rng):
    """sentences end at different places, and after END there is only PAD"""
    script = draw_sentences(rng, (3, 7, 1, 5), SIZE)
    model = Scripted(script, SIZE)
    got = translated(candidate, model)
    ended = [[*words, END] for words in script]
    wanted = padded(ended)
    expect_shape(
        got,
        wanted.shape,
        "translations of 3, 7, 1 and 5 words, and END each",
        axes="(B, L)",
        cause=f"{_cause_of_rounds(got)} It goes on until the last sentence has ended, and no longer: 8 rounds.",
    )
    expect_arrays_close(
        got,
        wanted,
        "translations of 3, 7, 1 and 5 words: END, and after it only PAD, which is 0",
        axes="(B, L)",
        cause="Once a sentence has ended, note PAD for it, whatever the model says.",
        mistakes={
            "It goes on after END: what the model says then is noted. Put PAD there.": model.babble(8),
            "After END there is END again: put PAD there.": np.where(wanted == 0, END, wanted),
            REPLACED: np.where(wanted == END, 0, wanted),
        },
    )


def _cause_of_rounds(got: Ids) -> str:
    """Why 17 tokens at most, and sentences that end in rounds 2 to 8, gave another number of rounds."""
    if got.shape[-1] == 17:
        return "It never stops: the sentences do not end in the same round, so remember which have ended."
    if got.shape[-1] == 2:
        return "It stops when the first sentence has ended."
    return ""


@greedy.check(
    hints=(
        "A sentence that has ended once stays ended: remember it, as what the model says next may not be END.",
        "if ended.all(): break",
    )
)
def stops_when_all_have_ended(candidate, rng):
    """as soon as the last sentence has ended, the model is not asked again"""
    for lengths in ((2, 6), (4,), (5, 5, 3), (0, 2)):
        script = draw_sentences(rng, lengths, SIZE)
        got = translated(candidate, Scripted(script, SIZE, closed=True), max_length=31)
        longest = max(lengths) + 1
        expect_shape(
            got,
            (len(lengths), longest),
            f"translations of {', '.join(map(str, lengths))} words and END, max_length=31",
            axes="(B, L)",
            cause=f"The longest has {longest} tokens, END counted: nothing must follow.",
        )


@greedy.check(hints=("for place in range(max_length) ends by itself; END may never come.",))
def breaks_off_at_max_length(candidate, rng):
    """a translation that does not end is broken off at max_length tokens"""
    for max_length in (1, 5):
        script = draw_sentences(rng, (2, 23, 11), SIZE)
        got = translated(candidate, Scripted(script, SIZE), max_length)
        wanted = padded([[*words, END] for words in script])[:, :max_length]
        problem = f"max_length={max_length}, and some translations would be longer"
        expect_shape(got, wanted.shape, problem, axes="(B, L)", cause=f"At most {max_length} rounds.")
        expect_arrays_close(got, wanted, problem, axes="(B, L)", cause="The tokens up to there, unchanged.")
