"""Exercise 6.6: the part of BLEU that counts."""

from __future__ import annotations

from itertools import chain
from typing import Any

from course_utils.checks.asserts import expect_close
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_06_seq2seq import oracles
from course_utils.checks.lab_06_seq2seq.material import LAB, REFERENCES

ngram_precision = LAB.exercise(
    "6.6",
    name="ngram_precision",
    title="how much of a translation is in the reference",
    points=2,
    difficulty=2,
    returns=float,
    reference=f"{REFERENCES}:ngram_precision",
    hints=(
        "Two numbers over all pairs: how many n-grams the hypotheses have, and how many of them are found. Divide at "
        "the end.",
        "Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)) counts the n-grams of one sentence.",
        "For two Counters, a & b has the smaller of both counts of everything: sum((a & b).values()) are found.",
    ),
)

Sentences = list[list[str]]
EXCEPTIONS = {
    "unhashable": "A list cannot be counted: make a tuple of each n-gram, tuple(tokens[i : i + n]).",
    "division by zero": "Where no hypothesis has n words there are no n-grams: return 0.0 then.",
}


def expect_precision(
    candidate: Any,
    hypotheses: Sentences,
    references: Sentences,
    n: int,
    cause: str,
    mistakes: dict[str, float] | None = None,
) -> None:
    """The oracle's precision; a likely mistake's number is named."""
    with exceptions_mean(known=EXCEPTIONS):
        got = float(candidate(hypotheses, references, n))
    wanted = oracles.ngram_precision(hypotheses, references, n)
    named = {"It is a share from 0 to 1, not percent.": 100 * wanted, **(mistakes or {})}
    fits = (mistake for mistake, figure in named.items() if abs(figure - got) < 1e-9)
    said = " / ".join(" ".join(words) for words in hypotheses)
    asked = " / ".join(" ".join(words) for words in references)
    expect_close(got, wanted, f"n = {n}, said: {said}; reference: {asked}", cause=next(fits, cause))


def split(*sentences: str) -> Sentences:
    """Texts as lists of words."""
    return [sentence.split() for sentence in sentences]


@ngram_precision.check(hints=("n words have one n-gram; a sentence of 5 words has 4 pairs of neighbours.",))
def counts_what_is_found(candidate, rng):
    """of one sentence, the share of its n-grams that the reference has"""
    said, asked = split("the old bear ate a fish"), split("the bear ate a red fish")
    for n in (1, 2, 3):
        right = oracles.ngram_precision(said, asked, n)
        expect_precision(
            candidate,
            said,
            asked,
            n,
            f"The hypothesis has {7 - n} n-grams of {n} words, one beginning at each place.",
            {
                "It is divided by the wrong number: by that of the hypothesis's n-grams, 7 - n.": (
                    right * (7 - n) / 6 if n > 1 else -1.0
                ),
                "That is the share of what is not found.": 1 - right,
                "a | b keeps the larger of both counts: a & b keeps the smaller.": 2 - right,
                "These are n-grams of one word less.": (
                    oracles.ngram_precision(said, asked, n - 1) if n > 1 else -1.0
                ),
                "These are n-grams of one word more.": oracles.ngram_precision(said, asked, n + 1),
            },
        )
    turned, cause = split("fish a ate bear the"), "The words of an n-gram have an order: do not sort them."
    expect_precision(candidate, turned, split("the bear ate a fish"), 2, cause)


@ngram_precision.check(hints=("Divide by what was said, not by what should have been said.",))
def is_divided_by_what_was_said(candidate, rng):
    """two right words of two are a precision of 1, and two right of six a third"""
    reference = split("she gave the bear a fish")
    for said in split("the bear", "gave a", "the bear eats an apple pie today"):
        expect_precision(
            candidate,
            [said],
            reference,
            1,
            "Divide by the number of the hypothesis's n-grams.",
            {"It is divided by the number of the reference's n-grams: that is recall.": 2 / 6},
        )


@ngram_precision.check(
    hints=("A reference with one `the` has room for one `the`: the smaller of the two counts.",)
)
def repeating_a_word_does_not_pay(candidate, rng):
    """an n-gram is found at most as often as the reference has it"""
    said, asked = split("the the the the the the the"), split("the cat is on the mat")
    cause = "Take the smaller of the two counts: a & b of two Counters."
    once = "Each different n-gram is counted once: how often both have it matters."
    expect_precision(
        candidate,
        said,
        asked,
        1,
        cause,
        {
            "Each of the seven is found in the reference, and there are only two there: clip the count.": 1.0,
            once: 1 / 7,
        },
    )
    said, asked = split("a b a b a b c"), split("a b a b d")
    expect_precision(candidate, said, asked, 2, cause, {once: 2 / 6})


@ngram_precision.check(
    hints=(
        "Keep both sums over all pairs, and divide once, behind the loop.",
        "No n-gram reaches from one sentence into the next.",
    )
)
def counts_over_all_sentences(candidate, rng):
    """over several sentences, all n-grams are counted together"""
    said = split("the bear ate a fish yesterday", "yes", "no red fish")
    asked = split("a bear ate the red fish today", "yes", "no cat")
    joined = [list(chain.from_iterable(said))], [list(chain.from_iterable(asked))]
    for n in (1, 2):
        alone = [oracles.ngram_precision([one], [other], n) for one, other in zip(said, asked, strict=True)]
        expect_precision(
            candidate,
            said,
            asked,
            n,
            "Add up what is found and what was said over all sentences, then divide.",
            {
                "It is the mean of the sentences' precisions: a short sentence then weighs as much as a long one.": (
                    sum(alone) / 3
                ),
                "That is the last sentence alone.": alone[-1],
                "That is the first sentence alone: return stands inside the loop.": alone[0],
                "The sentences are joined, or their counts: a word must be found in its own reference, and no n-gram reaches from one "
                "sentence into the next.": oracles.ngram_precision(*joined, n),
            },
        )


@ngram_precision.check(hints=("A sentence of 2 words has no 3-gram: that is no mistake, it adds nothing.",))
def short_sentences_are_no_trouble(candidate, rng):
    """short sentences: those said add what they have, and where none has n words the precision is 0"""
    expect_precision(
        candidate, split("", "yes"), split("no", "yes"), 2, "Return 0.0 where there is no n-gram."
    )
    expect_precision(
        candidate, split("", "yes ."), split("no", "yes ."), 2, "An empty sentence adds nothing."
    )
    expect_precision(
        candidate,
        split("yes it is", "no ."),
        split("yes", "no ."),
        2,
        "In a short reference nothing is found, and what was said counts all the same.",
    )
