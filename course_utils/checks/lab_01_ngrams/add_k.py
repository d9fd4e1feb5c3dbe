"""Exercise 1.3: add-k smoothing."""

from __future__ import annotations

from course_utils.checks import oracles
from course_utils.checks.asserts import expect_close, expect_sums_to_one
from course_utils.checks.lab_01_ngrams.material import LAB, WORDS, as_key, bear_counts, draw_tables

add_k = LAB.exercise(
    "1.3",
    name="add_k_probability",
    title="add-k smoothing",
    points=2,
    difficulty=1,
    returns=float,
    reference="course_utils.checks.oracles:add_k_probability",
    hints=(
        "Without smoothing it would be count / total, where total is how often the context was seen.",
        "Pretend that each of the vocabulary_size words was seen k times more after this context.",
        "(count + k) / (total + k * vocabulary_size)",
    ),
)


PAPER_CAUSE = (
    "The numerator is the count plus k, 3 + 1. The denominator is this context's total, 3 + 1, plus k for each of "
    "the 6 words of the vocabulary."
)
PAPER_CAUSES = {
    "0.75": "That is 3/4, without any smoothing: k belongs above and below, once for each of the 6 words there.",
    "9.25": "3 + 1/4 + 1·6: both sums need brackets, (count + k) / (total + k·V).",
    "7": "(3 + 1)/4 + 1·6 = 7: the sum below the line needs brackets, (...) / (total + k·V).",
    "3.1": "3 + 1/10: the sum above the line needs brackets, (count + k) / (...).",
    "-0.916291": "That is its logarithm: return the probability itself.",
    "0": "// drops what stands after the point: divide with /.",
}


@add_k.check(hints=("Add k to the count: the bear 'ate' 3 times, so the numerator is 3 + k.",))
def matches_the_sum_on_paper(candidate, rng):
    """after 'bear' (ate 3, slept 1), with k = 1 and 6 words, P(ate) = 4/10"""
    got = candidate(bear_counts(), ("bear",), "ate", 1, 6)
    expect_close(
        got,
        0.4,
        "P(ate | bear) must be (3 + 1) / (4 + 1·6) = 0.4",
        cause=PAPER_CAUSES.get(as_key(got), PAPER_CAUSE),
    )


@add_k.check(hints=("counts[context] is a Counter: for a word it does not hold it gives 0.",))
def gives_unseen_words_a_share(candidate, rng):
    """a word never seen after the context gets k / (total + k·V)"""
    got = candidate(bear_counts(), ("bear",), "honey", 1, 6)
    expect_close(
        got, 0.1, "P(honey | bear) must be (0 + 1) / (4 + 1·6) = 0.1", cause="Its count is 0, not missing."
    )


@add_k.check(
    hints=("counts.get(context, {}) gives an empty table for a context never seen: all counts are 0.",)
)
def is_uniform_after_an_unseen_context(candidate, rng):
    """after a context never seen all words are equally likely"""
    expect_close(
        candidate(bear_counts(), ("cat",), "ate", 1, 5),
        0.2,
        "after a context never seen, P must be (0 + 1) / (0 + 1·5) = 1/5",
        cause="Its counts and its total are 0: the same formula holds.",
    )


@add_k.check(
    hints=("If k is added once a word in the numerator, how often must it be added in the denominator?",)
)
def sums_to_one(candidate, rng):
    """the probabilities of all words sum to 1"""
    tables = draw_tables(rng, 3)
    vocabulary = [*WORDS, "</s>", "<unk>"]
    contexts = list(tables[3])
    for k in (1, 0.25, 3):
        context = contexts[rng.integers(len(contexts))]
        probabilities = [
            float(candidate(tables[3], context, word, k, len(vocabulary))) for word in vocabulary
        ]
        cause = "Is k, and not 1, added above, and k multiplied by the size of the vocabulary below?"
        expect_sums_to_one(
            probabilities, f"with k = {k} the probabilities after {context} must sum to 1", cause=cause
        )


@add_k.check(hints=("Look for a place where 1 stands instead of k.",))
def uses_any_k(candidate, rng):
    """k may be any positive number"""
    tables = draw_tables(rng, 2)
    for counts, context in ((bear_counts(), ("bear",)), (tables[2], ("the",)), (tables[2], ("never",))):
        for k in (0.01, 0.7, 13):
            expected = oracles.add_k_probability(counts, context, "ate", k, 11)
            got = candidate(counts, context, "ate", k, 11)
            cause = "Is k used everywhere, and the same k?"
            expect_close(got, expected, f"with k = {k} the probability is another", cause=cause)
