"""Exercise 4.1: contexts and what follows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.checks.arrays import expect_array
from course_utils.checks.asserts import expect, expect_equal
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_04_embeddings import oracles
from course_utils.checks.lab_04_embeddings.material import LAB

START, END = 23, 1  # ids that no word has
Rows = list[list[int]]

windows = LAB.exercise(
    "4.1",
    name="windows",
    title="contexts, and what follows them",
    points=2,
    difficulty=1,
    returns=(tuple, list),
    reference="course_utils.models.window:windows",
    hints=(
        "It is count_ngrams of lab 01 over again. Instead of counting, write the context down, and the id after it.",
        "For each sentence: padded = [start_id] * (n - 1) + list(sentence) + [end_id].",
        "Then for i from n-1 to the end: contexts.append(padded[i - n + 1 : i]) and following.append(padded[i]).",
    ),
)


def windows_of(candidate: Any, sentences: Rows, n: int) -> tuple[Rows, list[int]]:
    """Contexts and what follows them as lists, after making sure of their form."""
    with exceptions_mean(known={"inhomogeneous": UNEVEN}):
        got = candidate(sentences, n, START, END)
    expect(
        len(got) == 2,
        "windows must return two arrays: the contexts and what follows them",
        expected="(contexts, following)",
        got=f"{len(got)} things",
        cause="Two lists in step, not one list of pairs: return np.array(contexts), np.array(following).",
    )
    contexts, following = (_array_of(part, name) for part, name in zip(got, NAMES, strict=True))
    problem = f"for n = {n} there must be a row of {_ids(n - 1)} for each context, and one id after each"
    expect(
        contexts.ndim == 2 and following.ndim == 1 and len(contexts) == len(following) > 0,
        problem,
        expected=f"shapes (M, {n - 1}) and (M,), with the same M",
        got=f"shapes {contexts.shape} and {following.shape}",
        cause=_cause_of_form(contexts, following),
    )
    return contexts.tolist(), following.tolist()


NAMES = ("contexts", "what follows")


def _ids(count: int) -> str:
    return "1 id" if count == 1 else f"{count} ids"


def _array_of(part: Any, name: str) -> np.ndarray:
    problem = f"{name} must be an array of whole numbers"
    ragged = str(getattr(part, "dtype", "")) == "object"
    array = expect_array(part, problem, cause=UNEVEN if ragged else WHOLE_NUMBERS)
    expect(
        array.size == 0 or array.dtype.kind in "iu",
        problem,
        expected="ids, as the sentences hold them",
        got=part,
        cause=WHOLE_NUMBERS,
    )
    return array


WHOLE_NUMBERS = "return np.array(contexts), np.array(following): ids stay whole numbers."
UNEVEN = "Each context holds n-1 ids, the first ones of a sentence too: fill up with start_id."


def _cause_of_form(contexts: np.ndarray, following: np.ndarray) -> str:
    if not contexts.size and not following.size:
        return (
            "Nothing is in them. A sentence shorter than the window has its windows, too, filled up with start_id; "
            "one without words has that of its end."
        )
    if contexts.ndim == 1 and following.ndim == 2:
        return "The two are the wrong way round: the contexts come first, and then what follows them."
    if following.ndim == 2:
        return "What follows a context is one id, not a row: padded[i], not padded[i : i + 1]."
    if len(contexts) != len(following):
        return "At each place one context and one id: append to both in the same line of the loop."
    return ""


@windows.check(
    hints=("Return two arrays: np.array(contexts) of shape (M, n-1), np.array(following) of shape (M,).",)
)
def gives_contexts_and_what_follows(candidate, rng):
    """there are two arrays: contexts of n-1 ids, and the id that follows each"""
    for n in (3, 2, 5):
        contexts, following = windows_of(candidate, [[5, 7, 3, 8, 6, 4]], n)
        expect_equal(
            len(contexts[0]),
            n - 1,
            f"for n = {n} each context must hold {_ids(n - 1)}",
            cause="The context and what follows make n ids together: padded[i - n + 1 : i], without padded[i].",
        )
        place = contexts.index([5, 7, 3, 8][: n - 1]) if [5, 7, 3, 8][: n - 1] in contexts else -1
        expect(
            place >= 0 and following[place] == [5, 7, 3, 8, 6, 4][n - 1],
            f"for n = {n}, the sentence 5 7 3 8 6 4: after {[5, 7, 3, 8][: n - 1]} follows {[5, 7, 3, 8, 6][n - 1]}",
            expected=f"{[5, 7, 3, 8][: n - 1]} -> {[5, 7, 3, 8, 6][n - 1]}",
            got=_shown(contexts, following),
            cause="A context keeps the order of the sentence, and what follows it is the very next id.",
        )


@windows.check(hints=("Before the first word stand n-1 times start_id. It is an argument: use it.",))
def fills_up_the_start(candidate, rng):
    """the first words have contexts too, filled up with start_id"""
    for n in (4, 2, 3):
        contexts, following = windows_of(candidate, [[5, 7]], n)
        wanted = [([START] * (n - 1), 5), (([START] * (n - 1) + [5])[1:], 7)]
        got = list(zip(contexts, following, strict=True))[:2]
        expect(
            got == wanted,
            f"for n = {n}, the sentence 5 7 must begin with the context {wanted[0][0]}, which 5 follows",
            expected=_shown(*zip(*wanted, strict=True)),
            got=_shown(*zip(*got, strict=True)),
            cause=_cause_of_start(contexts, following, n),
        )


def _cause_of_start(contexts: Rows, following: list[int], n: int) -> str:
    right = zip(*oracles.windows([[5, 7]], n, START, END), strict=True)
    if sorted(zip(contexts, following, strict=True)) == sorted(right):
        return "These are the right windows in another order: keep that of the text."
    if START in following and END in contexts[0]:
        return "start_id and end_id are exchanged: the start stands in contexts, and the end follows."
    if START in following:
        return f"The start token is never what follows: {n - 1} of them, no more."
    if any(START in context[1:] and context[0] != START for context in contexts):
        return "The start tokens stand on the left, before the words."
    if following[0] == 5 and not any(START in context for context in contexts):
        return "Use the argument start_id: its value is another one at each call."
    return (
        "Put n-1 times start_id in front of each sentence: its first word follows a context of these alone."
    )


@windows.check(hints=("Each sentence ends in end_id, which is predicted too, and once.",))
def closes_with_one_end(candidate, rng):
    """the end of a sentence follows once, and stands in no context"""
    for sentence in ([5, 7, 3], []):
        contexts, following = windows_of(candidate, [sentence], 3)
        expect_equal(
            following.count(END),
            1,
            f"in the sentence {sentence} the end, {END}, must follow once",
            cause="Put one end_id behind the last word. If it is there: does the loop reach the last place?",
        )
        expect(
            not any(END in context for context in contexts),
            f"nothing comes after the end, so {END} must stand in no context",
            expected="no such context",
            got=_shown(contexts, following),
            cause="The last window is the one that the end follows. Or was more than one end_id put there?",
        )


@windows.check(hints=("A new padded list for each sentence: no context reaches back into the one before.",))
def keeps_sentences_apart(candidate, rng):
    """no context reaches from one sentence into the next"""
    contexts, following = windows_of(candidate, [[5, 7], [3], [8, 6]], 3)
    for first in (3, 8):
        place = following.index(first) if first in following else -1
        expect(
            place >= 0 and contexts[place] == [START, START],
            f"{first} begins a sentence: its context must be start tokens alone",
            expected=f"{[START, START]} -> {first}",
            got=_shown(contexts[place:], following[place:]) if place >= 0 else f"{first} never follows",
            cause="Were the sentences joined into one row? Or is return inside the loop?",
        )


@windows.check()
def agrees_with_slow_windows(candidate, rng):
    """they equal slow ones, for n = 2 to 5 on random sentences"""
    for n in (2, 3, 4, 5):
        sentences = [rng.integers(2, 9, size=rng.integers(0, 7)).tolist() for _ in range(11)]
        got, wanted = windows_of(candidate, sentences, n), oracles.windows(sentences, n, START, END)
        pairs = [list(zip(*each, strict=True)) for each in (got, wanted)]
        expect(
            pairs[0] == pairs[1],
            f"the windows for n = {n} differ",
            expected=f"{len(pairs[1])} of them, beginning with {_shown(*wanted)}",
            got=f"{len(pairs[0])}, beginning with {_shown(*got)}",
            cause="One for each id of each sentence and one for each end, in their order; windows that repeat stay.",
        )


def _shown(contexts: Sequence[list[int]], following: Sequence[int]) -> str:
    return ", ".join(f"{context} -> {id}" for context, id in list(zip(contexts, following, strict=True))[:8])
