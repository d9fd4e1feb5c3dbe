"""Exercise 3.7: batches of like length."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from course_utils.checks.asserts import expect, expect_equal
from course_utils.checks.describing import describe
from course_utils.checks.lab_03_tokenization.datasets import Batches, DatasetCandidate
from course_utils.checks.lab_03_tokenization.material import LAB, REFERENCES
from course_utils.text.tokenization import END, PAD, START

make_batches = LAB.exercise(
    "3.7",
    name="make_batches",
    title="batches of like length",
    points=3,
    difficulty=3,
    candidate=DatasetCandidate,
    uses=("tensorflow",),
    reference=f"{REFERENCES}:make_batches",
    hints=(
        "One step after the other: dataset = dataset.map(...), then cache, then shuffle, then the batches.",
        "tf.concat([[START], ids, [END]], axis=0) puts the marks around one sentence; in map, ids is one sentence.",
        "dataset.bucket_by_sequence_length(lambda ids: tf.size(ids), boundaries, "
        "[batch_size] * (len(boundaries) + 1)) collects and pads. Shuffle before it, with seed=seed.",
    ),
)

Sentences = list[list[int]]


def draw_sentences(rng: np.random.Generator, lengths: list[int]) -> Sentences:
    """Sentences of these lengths, no two the same: each begins with a number of its own."""
    first = rng.permutation(max(1_000, len(lengths))) + 100
    return [
        [int(first[at]), *map(int, rng.integers(4, 99, size=length - 1))] for at, length in enumerate(lengths)
    ]


def closed(sentence: Any) -> tuple[int, ...]:
    return (START, *sentence, END)


def sentences_in(batches: Batches) -> list[tuple[int, ...]]:
    """The rows of all batches up to their END, after making sure that nothing but PAD follows it."""
    return [_sentence_in([int(id) for id in row]) for batch in batches for row in batch]


def _sentence_in(row: list[int]) -> tuple[int, ...]:
    before = "each sentence, once, before the sentences are put into batches."
    begins = row[:1] == [START]
    swapped = "Have START and END changed places? " if row[:1] == [END] else ""
    _expect_of_row(
        begins, row, "each row must begin with START, which is 2", f"{swapped}Put START in front of {before}"
    )
    _expect_of_row(END in row, row, "each row must hold END, which is 3", f"Put END behind {before}")
    end = row.index(END) + 1
    _expect_of_row(
        not any(row[end:]) and PAD not in row[:end],
        row,
        "END must follow the last word at once, and behind END there may be only padding, which is 0",
        "START and END belong to the sentence: they are put on before padding. Padding is 0, at the end.",
    )
    return tuple(row[:end])


def _expect_of_row(holds: bool, row: list[int], problem: str, cause: str) -> None:
    expect(holds, problem, expected="[2, ..., 3, 0, 0]", got=describe(row), cause=cause)


def expect_all_sentences(batches: Batches, sentences: Sentences, problem: str, cause: str) -> None:
    found, wanted = Counter(sentences_in(batches)), Counter(map(closed, sentences))
    missing, extra = list((wanted - found).elements()), list((found - wanted).elements())
    expect(
        not missing and not extra,
        problem,
        expected=f"{len(sentences)} sentences, among them {describe(list(missing[0]))}"
        if missing
        else f"{len(sentences)} sentences, each once",
        got=f"{found.total()} sentences" + (f", among them {describe(list(extra[0]))}" if extra else ""),
        cause=cause,
    )


@make_batches.check(hints=("tf.concat([[START], ids, [END]], axis=0) inside dataset.map.",))
def closes_each_sentence(candidate, rng):
    """each row is START, the ids, END, and then padding"""
    sentences = draw_sentences(rng, [2, 5, 3])
    batches = candidate(sentences, 3, [50], 7)
    sums = [[id + START + END for id in sentence] for sentence in sentences]
    expect(
        not any(row in sums for batch in batches for row in batch.tolist()),
        "the ids must stay what they are, between START and END",
        expected=f"{[START, *sentences[1], END]}",
        got=f"{sums[1]}",
        cause=f"Every id has grown by {START + END}: + joins lists, but adds up tensors. tf.concat joins tensors.",
    )
    expect_all_sentences(
        batches,
        sentences,
        "the ids between START and END must be those of the sentence",
        "Nothing else is added, and no id is changed.",
    )


@make_batches.check(
    hints=("The last batch of a bucket may be smaller: no drop_remainder. An empty sentence is one too.",)
)
def keeps_every_sentence(candidate, rng):
    """a pass holds each sentence once, empty ones too"""
    sentences = [*draw_sentences(rng, [3] * 7 + [8] * 5 + [61]), []]
    expect_all_sentences(
        candidate(sentences, 4, [7], 7),
        sentences,
        "each sentence must come once in a pass",
        "Does drop_remainder, take, filter or repeat leave out sentences, the long or the short ones, or bring "
        "them twice?",
    )


@make_batches.check(
    hints=("bucket_batch_sizes is one size for each bucket: [batch_size] * (len(boundaries) + 1).",)
)
def fills_its_batches(candidate, rng):
    """a batch has batch_size sentences, as long as there are enough"""
    size = int(rng.choice([2, 3, 5]))
    batches = candidate(draw_sentences(rng, [4] * 11), size, [9], 7)
    expect_equal(
        sorted(len(batch) for batch in batches),
        sorted([size] * (11 // size) + [11 % size]),
        f"11 sentences of one length in batches of {size}: so many sentences must each batch have",
        cause="Is batch_size used, the same for every bucket?",
    )


def _some(batches: Batches) -> Batches:
    """The batches, after making sure that there are any: of none, all that is asked of each would hold."""
    expect(
        len(batches) > 0,
        "a pass must bring batches",
        expected="batches of the sentences given",
        got="no batch at all",
        cause="Is what make_batches returns made of the sentences it was given? drop_remainder, take and filter "
        "leave some out.",
    )
    return batches


def bucket(length: int, boundaries: list[int]) -> int:
    return sum(length >= boundary for boundary in boundaries)


@make_batches.check(
    hints=(
        "bucket_by_sequence_length(length of one sentence, boundaries, sizes) does the sorting and the padding.",
        "The length that counts is that with START and END: add them first.",
    )
)
def puts_like_lengths_together(candidate, rng):
    """a batch holds lengths from one bucket only"""
    first, second = boundaries = [int(rng.integers(5, 7)), int(rng.integers(8, 11))]
    lengths = [int(length) for length in rng.permutation([2, 3, 4, 5, 6, 7, 8, 9, 11] * 5)]
    for batch in _some(candidate(draw_sentences(rng, lengths), 3, boundaries, 7)):
        found = sorted(map(len, sentences_in([batch])))
        expect(
            len({bucket(length, boundaries) for length in found}) == 1,
            f"with boundaries {boundaries} no batch may hold lengths of two buckets",
            expected=f"lengths below {first}, or from {first} to {second - 1}, or from {second} on",
            got=f"lengths {found} in one batch",
            cause="Is the length that decides the one with START and END? And are boundaries used?",
        )


@make_batches.check(
    hints=(
        "Padding goes to the longest sentence of the batch. That is what happens without further options.",
    )
)
def pads_no_more_than_needed(candidate, rng):
    """a batch is as wide as its longest sentence"""
    for batch in _some(candidate(draw_sentences(rng, [2, 3, 4, 5, 12, 14]), 2, [10], 7)):
        longest = max(map(len, sentences_in([batch])))
        expect_equal(
            batch.shape[1],
            longest,
            f"the longest sentence of this batch has {longest} ids, with START and END",
            cause="Was padded before the batches were made, to a fixed width, or to the bucket's boundary?",
        )


@make_batches.check(
    hints=(
        "cache keeps what came before it, in the order it came. So shuffle must come after cache.",
        "And shuffle sentences, before they are put into batches: a shuffle of batches keeps the same company.",
        "shuffle mixes what its buffer holds: for any sentence to come anywhere it must hold all of them.",
    )
)
def shuffles_anew_in_each_pass(candidate, rng):
    """each pass brings the sentences in another order, in other company"""
    sentences = draw_sentences(rng, [4] * 41)
    passes = candidate.passes(2, sentences, 5, [9], int(rng.integers(1_000)))
    orders = [sentences_in(batches) for batches in passes]
    expect(
        orders[0] != list(map(closed, sentences)),
        "the sentences must not come in the order in which they were given",
        expected="another order",
        got="the given order",
        cause="Is there a shuffle?",
    )
    expect(
        orders[0] != orders[1],
        "the second pass must bring the sentences in another order than the first",
        expected="two different orders",
        got="the same order twice",
        cause="Does cache come after shuffle? It then keeps the order of the first pass for ever. "
        "Or does reshuffle_each_iteration=False, or a shuffle of the list before there is a dataset?",
    )
    _expect_new_company(passes)
    _expect_far_travel(candidate, rng)


def _expect_new_company(passes: list[Batches]) -> None:
    companies = [{frozenset(sentences_in([batch])) for batch in batches} for batches in passes]
    expect(
        companies[0] != companies[1],
        "each pass must make other batches, not only bring the same batches in another order",
        expected="sentences in new company",
        got="the same batches in another order",
        cause="Shuffle the sentences before they are put into batches.",
    )


def _expect_far_travel(candidate: Any, rng: np.random.Generator) -> None:
    """That 31 places at the front hold nobody from the last half comes by chance once in 2 billion times.

    A buffer of 1,000 is what examples show, and too small for what the lab goes on to do.
    """
    sentences = draw_sentences(rng, [4] * 2_503)
    late = set(map(closed, sentences[len(sentences) // 2 :]))
    order = sentences_in(candidate(sentences, 131, [9], int(rng.integers(1_000))))
    expect(
        any(sentence in late for sentence in order[:31]),
        "a sentence from the end must be able to come first",
        expected=f"sentences from all over at the front, of {len(sentences):,}",
        got="only sentences of the first half among the first 31",
        cause="shuffle looks at buffer_size sentences at a time: give it len(sentences), to mix all of them.",
    )


@make_batches.check(hints=("shuffle(len(sentences), seed=seed).",))
def repeats_itself_with_the_same_seed(candidate, rng):
    """the same seed gives the same order, another seed another"""
    sentences, seed = draw_sentences(rng, [4] * 37), int(rng.integers(1_000))
    first, again, other = (
        sentences_in(candidate(sentences, 5, [9], number)) for number in (seed, seed, seed + 1)
    )
    expect(
        first == again,
        "called twice with the same seed, the first pass must bring the same order",
        expected="the same order",
        got="two different orders",
        cause="shuffle(..., seed=seed)",
    )
    expect(
        first != other,
        "another seed must bring another order",
        expected="two different orders",
        got="the same order twice",
        cause="Is a fixed number given to shuffle, in place of seed?",
    )
