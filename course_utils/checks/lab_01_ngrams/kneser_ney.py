"""Exercise 1.5: interpolated Kneser–Ney."""

from __future__ import annotations

from collections import Counter
from typing import Any

from course_utils.checks import oracles
from course_utils.checks.asserts import expect_close, expect_sums_to_one
from course_utils.checks.lab_01_ngrams.material import LAB, WORDS, as_key, bear_counts, draw_tables

kneser_ney = LAB.exercise(
    "1.5",
    name="kneser_ney_probability",
    title="interpolated Kneser–Ney",
    points=4,
    difficulty=3,
    returns=float,
    reference="course_utils.checks.oracles:kneser_ney_probability",
    hints=(
        "Three numbers come from the table: the word's count, the context's total, and how many different words "
        "followed the context.",
        "The discount taken from each of those different words adds up to discount * len(followers). Divided by "
        "total, it is the share that the shorter context hands out.",
        "The shorter context is context[1:], and the function calls itself for it. Below the empty context "
        "stands 1 / vocabulary_size.",
        "max(count - discount, 0) / total + discount * len(followers) / total * lower",
    ),
)


def tiny_tables() -> dict[int, Any]:
    """after 'bear': ate 3, slept 1; different left neighbours: ate 2, slept 1, honey 1."""
    return {2: bear_counts(), 1: {(): Counter({"ate": 2, "slept": 1, "honey": 1})}}


SHARE = "The share handed out is discount · (number of different followers) / total, 0.5·3/4"
# P(ate) = (2 − 0.5)/4 + 0.5·3/4 · 1/5, and what one mistake in it gives.
PAPER_CAUSES = {
    "0.5": "That is 2/4, without any discount: take it from the count, and add the shorter context's part.",
    "0.575": "The count is not discounted: max(count - discount, 0) / total, 1.5/4 and not 2/4.",
    "0.375": "That is 1.5/4 alone: the shorter context's part is added for seen words too, here 0.5·3/4 · 1/5.",
    "0.425": "That is what a discount of 0.75 gives: use the parameter discount, here 0.5.",
    "0.475": f"{SHARE}, and not discount itself, 0.5.",
    "0.4": f"{SHARE}, and not discount/total: three different words each gave up 0.5.",
    "0.75": "1.5/4 + 0.5·3/4: the share is handed out to all 5 words, so multiply it by 1/5.",
    "-0.798508": "That is its logarithm: return the probability itself.",
}
PAPER_CAUSE = (
    "Three different words each gave up 0.5, the discount; that share is spread over all 5 words, 1/5 each."
)


@kneser_ney.check(hints=("For the empty context, lower is 1 / vocabulary_size.",))
def starts_from_the_uniform_distribution(candidate, rng):
    """without a context it interpolates with 1/V"""
    got = candidate(tiny_tables(), (), "ate", 0.5, 5)
    expect_close(
        got,
        1.5 / 4 + 0.5 * 3 / 4 / 5,
        "P(ate) must be (2 − 0.5)/4 + 0.5·3/4 · 1/5 = 0.45",
        cause=PAPER_CAUSES.get(as_key(got), PAPER_CAUSE),
    )


@kneser_ney.check(
    hints=(
        "The interpolation is a sum: the discounted share, plus the back-off weight times lower, for seen words too.",
    )
)
def interpolates_a_seen_word(candidate, rng):
    """a word seen after the context gets its discounted share plus its part of the shorter context's"""
    expect_close(
        candidate(tiny_tables(), ("bear",), "ate", 0.5, 5),
        2.5 / 4 + 0.5 * 2 / 4 * 0.45,
        "P(ate | bear) must be (3 − 0.5)/4 + 0.5·2/4 · P(ate), with P(ate) = 0.45",
        cause="Is the shorter context's part added for seen words as well, with the weight discount·2/4?",
    )


@kneser_ney.check(hints=("max(count - discount, 0): what was never seen cannot give anything up.",))
def backs_off_for_an_unseen_word(candidate, rng):
    """a word never seen after the context gets only the shorter context's part"""
    lower = 0.5 / 4 + 0.5 * 3 / 4 / 5
    expect_close(
        candidate(tiny_tables(), ("bear",), "honey", 0.5, 5),
        0.5 * 2 / 4 * lower,
        "P(honey | bear) must be 0 + 0.5·2/4 · P(honey), with P(honey) = 0.2",
        cause="Its count of 0 must not become 0 − discount: max(count - discount, 0). The weight 0.5·2/4 stays.",
    )


@kneser_ney.check(hints=("If the context is not in its table, the answer is that of context[1:].",))
def falls_through_an_unseen_context(candidate, rng):
    """after a context never seen it is the shorter context's probability"""
    expect_close(
        candidate(tiny_tables(), ("cat",), "ate", 0.5, 5),
        0.45,
        "P(ate | cat), 'cat' never seen, must equal P(ate) = 0.45",
        cause="With a total of 0 there is nothing to divide by: return the shorter context's probability.",
    )


@kneser_ney.check(hints=("context[1:] is the context without its leftmost word, the one farthest away.",))
def drops_the_word_farthest_away(candidate, rng):
    """the shorter context is the longer one without its leftmost word"""
    tables = {
        3: {("old", "bear"): Counter({"slept": 2}), ("a", "fish"): Counter({"swam": 1})},
        2: {**bear_counts(), ("old",): Counter({"honey": 1})},
        1: tiny_tables()[1],
    }
    shorter = oracles.kneser_ney_probability(tables, ("bear",), "slept", 0.5, 5)
    expect_close(
        candidate(tables, ("old", "bear"), "slept", 0.5, 5),
        1.5 / 2 + 0.5 * 1 / 2 * shorter,
        f"P(slept | old bear) must be (2 − 0.5)/2 + 0.5·1/2 · P(slept | bear), with P(slept | bear) = {shorter:.4g}",
        cause="Shorten the context one word at a time, from the left: context[1:], not context[:-1].",
    )


@kneser_ney.check(
    hints=("What is taken away (the discounts) must be handed out exactly: compare the two sums.",)
)
def distributes_exactly_one(candidate, rng):
    """the probabilities of all words sum to 1"""
    tables = oracles.continuation_tables(draw_tables(rng, 3))
    vocabulary = [*WORDS, "</s>", "<unk>"]
    contexts = [("never", "seen"), *list(tables[3])[:5], ("the",), ()]
    for context in contexts:
        probabilities = [float(candidate(tables, context, word, 0.7, len(vocabulary))) for word in vocabulary]
        expect_sums_to_one(
            probabilities,
            f"after {context} the probabilities must sum to 1",
            cause="The weight of the shorter context is discount · (number of different followers) / total.",
        )


@kneser_ney.check()
def agrees_with_slow_kneser_ney(candidate, rng):
    """the probabilities equal slow ones, up to 4-grams on random sentences"""
    tables = oracles.continuation_tables(draw_tables(rng, 4))
    for context in list(tables[4])[:7]:
        word, discount = str(rng.choice(WORDS)), float(rng.uniform(0.1, 0.9))
        expected = oracles.kneser_ney_probability(tables, context, word, discount, 13)
        got = candidate(tables, context, word, discount, 13)
        expect_close(
            got,
            expected,
            f"P({word} | {' '.join(context)}) is another",
            cause="Is discount used at every order?",
        )
