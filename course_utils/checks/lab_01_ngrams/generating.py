"""Exercise 1.6: writing one word at a time."""

from __future__ import annotations

from collections import Counter

from course_utils.checks import oracles
from course_utils.checks.asserts import expect, expect_equal
from course_utils.checks.lab_01_ngrams.material import LAB, draw_sentences, flat
from course_utils.checks.outcome import Rejected

generate = LAB.exercise(
    "1.6",
    name="generate",
    title="write, one word at a time",
    points=3,
    returns=(list, tuple),
    reference="course_utils.checks.oracles:generate",
    hints=(
        "Keep a list that starts as n-1 times '<s>'. Look up the followers of its last n-1 tokens, draw one, append it.",
        "rng.choice(words, p=counts / counts.sum()) draws a word in proportion to its count.",
        "Stop when '</s>' is drawn, or when max_words words are there. Return the words without '<s>' and '</s>'.",
    ),
)


@generate.check(hints=("Stop as soon as '</s>' is drawn, and leave '<s>' and '</s>' out of the result.",))
def writes_the_only_sentence_there_is(candidate, rng):
    """trained on one sentence, it writes that sentence"""
    sentence = [str(word) for word in rng.permutation(["bear", "fish", "honey", "ate"])]
    for n in (2, 3, 4):
        got = list(candidate(oracles.count_ngrams([sentence], n), n, 7, 20))
        expect_equal(
            got,
            sentence,
            f"with n = {n}, trained on one sentence, it can only write that sentence",
            cause="Start from n-1 '<s>', stop at '</s>', return the words alone.",
        )


@generate.check(hints=("len(words) < max_words belongs into the loop's condition.",))
def stops_at_max_words(candidate, rng):
    """it stops after max_words words"""
    counts = {("<s>",): Counter({"a": 1}), ("a",): Counter({"a": 1})}
    for limit in (1, 5, 13):
        got = list(candidate(counts, 2, 7, limit))
        expect_equal(len(got), limit, f"with max_words = {limit} it must stop after {limit} words")


@generate.check(hints=("The context is the last n-1 tokens, not the whole list and not only the last word.",))
def follows_the_last_n_minus_1_words(candidate, rng):
    """each word was seen after the n-1 words before it"""
    sentences = draw_sentences(rng)
    for n in (2, 3):
        known = flat(oracles.count_ngrams(sentences, n))
        for seed in range(11):
            words = list(candidate(oracles.count_ngrams(sentences, n), n, seed, 9))
            padded = ["<s>"] * (n - 1) + words
            new = [t for i in range(len(words)) if (t := tuple(padded[i : i + n])) not in known]
            expect(
                not new,
                f"with n = {n}, every {n}-gram written must have been seen",
                expected="seen ones",
                got=new,
            )


@generate.check(
    hints=("np.random.default_rng(seed) makes a generator: use it, and no other source of chance.",)
)
def repeats_itself_for_a_seed(candidate, rng):
    """the same seed gives the same sentence, other seeds others"""
    counts = oracles.count_ngrams(draw_sentences(rng, 23), 2)
    written = [tuple(candidate(counts, 2, seed, 9)) for seed in range(13)]
    again = [tuple(candidate(counts, 2, seed, 9)) for seed in range(13)]
    expect_equal(
        again, written, "the same seed must give the same sentence", cause="Draw only from default_rng(seed)."
    )
    expect(
        len(set(written)) > 1,
        "different seeds must give different sentences",
        expected="several",
        got=written[0],
    )


@generate.check(
    hints=("Draw with p = counts / their sum: neither always the likeliest word, nor all words alike.",)
)
def draws_in_proportion_to_counts(candidate, rng):
    """a word that followed three times as often is drawn three times as often"""
    counts = {
        ("<s>",): Counter({"ate": 3, "slept": 1}),
        ("ate",): Counter({"</s>": 1}),
        ("slept",): Counter({"</s>": 1}),
    }
    draws = 600
    offset = int(rng.integers(1_000_000))
    share = sum(list(candidate(counts, 2, offset + seed, 5)) == ["ate"] for seed in range(draws)) / draws
    # ±0.1 is more than five standard deviations (0.018 each); uniform drawing gives 0.5, the likeliest word 1.
    if abs(share - 0.75) > 0.1:
        raise Rejected(
            "'ate' followed 3 times and 'slept' once, so 'ate' must be drawn in about 75 % of cases",
            expected="about 0.75",
            got=f"{share:.2f}",
            cause="All words equally likely gives 0.50; always taking the likeliest gives 1.00.",
        )
