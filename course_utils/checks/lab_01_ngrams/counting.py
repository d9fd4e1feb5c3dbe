"""Exercise 1.1: counting n-grams."""

from __future__ import annotations

from typing import Any

from course_utils.checks import oracles
from course_utils.checks.asserts import expect, expect_equal, expect_same_counts
from course_utils.checks.lab_01_ngrams.material import (
    LAB,
    LONG_SAMPLE,
    SAMPLE,
    as_context_and_word,
    draw_sentences,
    flat,
    show_counts,
)

count_ngrams = LAB.exercise(
    "1.1",
    name="count_ngrams",
    title="count what comes next",
    points=2,
    difficulty=2,
    returns=dict,
    reference="course_utils.checks.oracles:count_ngrams",
    hints=(
        "Take one sentence, n = 3, and write down on paper every context of two tokens and the token after it.",
        "First make the padded sentence: n-1 times '<s>', then the words, then one '</s>'.",
        "Then go over the positions i = n-1, n, ...: the word is padded[i], its context the n-1 tokens before it, "
        "tuple(padded[i - n + 1 : i]).",
    ),
)


def counts_of(candidate: Any, sentences: list[list[str]]) -> dict[tuple[str, ...], float]:
    """What the candidate counts for n = 2, after making sure that it counts something, in the right form."""
    counts = flat(candidate(sentences, 2))
    expect(bool(counts), "three sentences must give some counts", expected="a table", got=show_counts(counts))
    return counts


@count_ngrams.check(
    hints=(
        "A list cannot be a key of a dict: a context is a tuple, tuple(padded[...]).",
        "When a context comes for the first time, counts[context] = Counter().",
    )
)
def has_a_counter_for_each_context(candidate, rng):
    """each context is a tuple, and has a Counter of the words that came next"""
    counts_of(candidate, SAMPLE)


@count_ngrams.check(
    hints=(
        "Which line makes the table? It must run anew at each call.",
        "Make it inside the function, counts = {}, and not among the parameters.",
    )
)
def starts_from_nothing(candidate, rng):
    """each call counts anew"""
    expected = counts_of(candidate, SAMPLE)
    expect_same_counts(
        flat(candidate(SAMPLE, 2)),
        expected,
        "a second call with the same sentences must give the same counts",
        show=as_context_and_word,
        cause="Is the table made outside the function, or as a default, counts={}? Then it keeps what it held.",
    )


@count_ngrams.check(
    hints=(
        "A context holds n-1 tokens: for n = 2 it is a tuple of one word, ('bear',).",
        "With i the position of the word, its context is padded[i - n + 1 : i].",
    )
)
def uses_contexts_of_n_minus_1_tokens(candidate, rng):
    """a context is a tuple of the n-1 tokens before the word"""
    for n in (2, 3, 5):
        lengths = sorted({len(ngram) for ngram in flat(candidate(LONG_SAMPLE, n))})
        expect_equal(
            lengths,
            [n],
            f"for n = {n}, a context and its next word must make {n} tokens together",
            cause=f"A context holds n-1 = {n - 1} tokens, at the left edge of a sentence too: each window is full.",
        )


@count_ngrams.check(
    hints=(
        "The first word of a sentence is predicted too. What stands before it?",
        "Before the first word stand n-1 start tokens: ['<s>'] * (n - 1) + words.",
    )
)
def pads_the_start(candidate, rng):
    """the first words are counted, after start tokens <s>"""
    for n in (3, 2):
        counts = flat(candidate([["bear", "ate"]], n))
        expect(
            bool(counts),
            f"for n = {n}, nothing was counted in a sentence of two words",
            expected=f"{'<s>' * (n - 1)} in front",
            got=show_counts(counts),
            cause="Are sentences shorter than n left out? With its padding each has something to count.",
        )
        first = ("<s>",) * (n - 1) + ("bear",)
        expect(
            counts.get(first) == 1,
            f"for n = {n}, the first word must be counted after {n - 1} start tokens '<s>'",
            expected=f"counts[{first[:-1]!r}]['bear'] == 1",
            got=show_counts(counts),
            cause=f"Pad each sentence with n-1 = {n - 1} '<s>' in front.",
        )
        predicted = [ngram[-1] for ngram in counts]
        expect(
            "<s>" not in predicted,
            "'<s>' must never be counted as a next word",
            expected="'<s>' only in contexts",
            got=show_counts(counts),
            cause=f"For n = {n}, is the padding longer than n-1 = {n - 1} tokens?",
        )


@count_ngrams.check(
    hints=("A model must also learn where sentences end: the last thing it predicts is the token '</s>'.",)
)
def closes_with_one_end_token(candidate, rng):
    """the end of a sentence is counted once, as </s>"""
    for n in (2, 3):
        counts = flat(candidate([["bear", "ate", "fish"]], n))
        ends = sum(count for ngram, count in counts.items() if ngram[-1] == "</s>")
        expect_equal(
            ends,
            1,
            f"for n = {n}, one sentence must give one end token '</s>' as a next word",
            cause="Put exactly one '</s>' after the last word. If it is there: does the loop reach the last position?",
        )
    counts = flat(candidate([[]], 2))
    expect(
        counts.get(("<s>", "</s>")) == 1,
        "an empty sentence must give one end token '</s>', right after the start",
        expected="after ('<s>',): </s> 1",
        got=show_counts(counts),
        cause="Is a sentence without words left out? It begins and ends too.",
    )


@count_ngrams.check(hints=("Treat each sentence by itself: a new padded list for each one.",))
def keeps_sentences_apart(candidate, rng):
    """no n-gram reaches from one sentence into the next"""
    counts = flat(candidate([["bear", "ate"], ["fish", "swam"]], 2))
    straddling = [ngram for ngram in counts if ngram[:-1] == ("</s>",) or ngram == ("ate", "fish")]
    expect(
        not straddling,
        "an n-gram must not reach from one sentence into the next",
        expected="no such n-gram",
        got=show_counts({ngram: counts[ngram] for ngram in straddling}),
        cause="Were the sentences joined into one long list?",
    )
    expect_equal(
        (counts.get(("bear", "ate")), counts.get(("fish", "swam"))),
        (1, 1),
        "each of two sentences must be counted",
        cause="Is return inside the loop?",
    )


@count_ngrams.check(hints=("Add 1 each time: counts[context][word] += 1.",))
def adds_up_repeats(candidate, rng):
    """an n-gram that comes again is counted again"""
    counts = flat(candidate([["the", "bear"], ["the", "fish"], ["the", "bear"]], 2))
    expect_equal(
        counts.get(("<s>", "the"), 0),
        3,
        "three sentences start with 'the', so counts[('<s>',)]['the'] must be 3",
        cause="Is the count set to 1, or the context's Counter made anew, each time? One sentence comes twice: both count.",
    )


@count_ngrams.check()
def agrees_with_slow_counting(candidate, rng):
    """the counts equal a slow count, for n = 1 to 5 on random sentences"""
    for n in (1, 2, 3, 4, 5):
        sentences = draw_sentences(rng)
        expected = flat(oracles.count_ngrams(sentences, n))
        cause = "The tokens of a context keep the order they have in the sentence."
        if n == 1:
            cause = "For n = 1 the context is the empty tuple (). Mind that x[-0:] is all of x."
        expect_same_counts(
            flat(candidate(sentences, n)),
            expected,
            f"the counts for n = {n} differ",
            show=as_context_and_word,
            cause=cause,
        )
