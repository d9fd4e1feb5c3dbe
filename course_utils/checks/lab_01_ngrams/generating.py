"""Exercise 1.6: writing one word at a time."""

from __future__ import annotations

from collections import Counter

from course_utils.checks import oracles
from course_utils.checks.asserts import expect, expect_equal
from course_utils.checks.describing import describe
from course_utils.checks.lab_01_ngrams.material import LAB, WORDS, draw_sentences, flat
from course_utils.checks.outcome import Rejected

generate = LAB.exercise(
    "1.6",
    name="generate",
    title="write, one word at a time",
    points=3,
    difficulty=2,
    returns=(list, tuple),
    reference="course_utils.checks.oracles:generate",
    hints=(
        "Keep a list that starts as n-1 times '<s>'. Look up the followers of its last n-1 tokens, draw one, append it.",
        "rng.choice(words, p=counts / counts.sum()) draws a word in proportion to its count.",
        "Stop when '</s>' is drawn, or when max_words words are there. Return the words without '<s>' and '</s>'.",
    ),
)


ONE_WORD = "It writes one word only: go on, with the context moved on by a word, until '</s>' is drawn."
STUCK = "It writes the first word again and again: the context must be the LAST n-1 tokens, looked up anew for each word."


@generate.check(hints=("Stop as soon as '</s>' is drawn, and leave '<s>' and '</s>' out of the result.",))
def writes_the_only_sentence_there_is(candidate, rng):
    """trained on one sentence, it writes that sentence"""
    sentence = [str(word) for word in rng.permutation(["bear", "fish", "honey", "ate"])]
    for n in (2, 3, 4):
        got = list(candidate(oracles.count_ngrams([sentence], n), n, 7, 20))
        cause = "Start from n-1 '<s>', stop at '</s>', and return the words without '<s>' and '</s>'."
        if set(got) == {sentence[0]}:
            cause = ONE_WORD if len(got) == 1 else STUCK
        problem = f"with n = {n}, trained on one sentence, it can only write that sentence"
        expect_equal(got, sentence, problem, cause=cause)


@generate.check(
    hints=("With n-1 start tokens in the list, the loop goes on while len(tokens) - (n - 1) < max_words.",)
)
def stops_at_max_words(candidate, rng):
    """it stops after max_words words"""
    counts = {("<s>",): Counter({"a": 1}), ("a",): Counter({"a": 1})}
    for limit in (1, 5, 13):
        got = list(candidate(counts, 2, 7, limit))
        expect_equal(
            len(got),
            limit,
            f"with max_words = {limit} it must stop after {limit} words",
            cause="Ask before each word whether there are max_words already; start tokens are no words.",
        )


@generate.check(hints=("The context is the last n-1 tokens, not the whole list and not only the last word.",))
def follows_the_last_n_minus_1_words(candidate, rng):
    """each word was seen after the n-1 words before it"""
    sentences = draw_sentences(rng)
    for n in (2, 3):
        counts = oracles.count_ngrams(sentences, n)
        known = flat(counts)
        texts = [list(candidate(counts, n, seed, 9)) for seed in range(11)]
        expect(any(texts), f"with n = {n}, some of 11 texts must have words", expected="words", got=texts)
        for words in texts:
            padded = ["<s>"] * (n - 1) + words
            new = [t for i in range(len(words)) if (t := tuple(padded[i : i + n])) not in known]
            expect(
                not new,
                f"with n = {n}, every {n}-gram written must have been seen",
                expected=f"only {n}-grams of the text",
                got=new,
                cause=f"Look up all of the last n-1 = {n - 1} tokens.",
            )


@generate.check(
    hints=("np.random.default_rng(seed) makes a generator: use it, and no other source of chance.",)
)
def repeats_itself_for_a_seed(candidate, rng):
    """the same seed gives the same sentence, other seeds others"""
    alike = Counter({str(word): 1 for word in rng.permutation([*WORDS, "</s>"])})
    counts = {(context,): alike for context in ("<s>", *WORDS)}  # 13 sentences are equal once in 10^10 times
    written = [tuple(candidate(counts, 2, seed, 9)) for seed in range(13)]
    again = [tuple(candidate(counts, 2, seed, 9)) for seed in range(13)]
    changed = [pair for pair in zip(written, again, strict=True) if pair[0] != pair[1]]
    expect(
        not changed,
        "the same seed must give the same sentence",
        expected="the same sentence twice",
        got=" and then ".join(map(describe, changed[0])) if changed else "",
        cause="Make default_rng(seed) in the function, not outside the function, and draw from it alone: "
        "random.choices and np.random.choice do not know it.",
    )
    expect(
        len(set(written)) > 1,
        "different seeds must give different sentences",
        expected="several sentences",
        got=f"13 times {describe(written[0])}",
        cause="Is the seed a fixed number, or the likeliest word always taken?",
    )


@generate.check(hints=("rng = np.random.default_rng(seed) stands before the loop.",))
def draws_anew_for_each_word(candidate, rng):
    """what is drawn for one word says nothing about the next"""
    coin = Counter({"heads": 1, "tails": 1})
    counts = {("<s>",): coin, ("heads",): coin, ("tails",): coin}
    offset = int(rng.integers(1_000_000))
    throws = {tuple(candidate(counts, 2, offset + seed, 2)) for seed in range(61)}
    expect(
        len(throws) == 4,  # a given pair is missing in 61 independent ones once in 40 million times
        "two throws of a coin must give all four pairs of heads and tails, over many seeds",
        expected="four different pairs",
        got=sorted(throws),
        cause="Is the generator made inside the loop? Then each word gets the same number: make it once, before.",
    )


@generate.check(
    hints=(
        "tokens[-(n - 1):] with n = 1 is tokens[-0:], the whole list.",
        "tokens[len(tokens) - n + 1 :] holds the last n-1 tokens, none for n = 1.",
    )
)
def draws_single_words_too(candidate, rng):
    """with n = 1 the context is always the empty tuple ()"""
    words = {str(word) for word in rng.choice(WORDS, size=3, replace=False)}
    try:
        got = list(candidate({(): Counter(dict.fromkeys(sorted(words), 1))}, 1, 7, 23))
    except Rejected as error:
        error.problem = f"with n = 1, {error.problem}"
        error.cause = "The context of n = 1 is (). Mind that tokens[-0:] is the whole list."
        raise
    expect(
        len(got) == 23 and set(got) <= words,
        f"with n = 1 and max_words = 23, it must write 23 words, each one of {sorted(words)}",
        expected="23 words of the table",
        got=got,
        cause="For n = 1 there are no start tokens to take away.",
    )


@generate.check(
    hints=("Draw with p = counts / their sum: neither always the likeliest word, nor all words alike.",)
)
def draws_in_proportion_to_counts(candidate, rng):
    """a word that followed four times as often is drawn four times as often"""
    counts = {
        ("<s>",): Counter({"ate": 4, "slept": 1}),
        ("ate",): Counter({"</s>": 1}),
        ("slept",): Counter({"</s>": 1}),
    }
    draws = 1000
    offset = int(rng.integers(1_000_000))
    share = sum(list(candidate(counts, 2, offset + seed, 5)) == ["ate"] for seed in range(draws)) / draws
    # ±0.08 is more than six standard deviations of a right answer (0.0126 each), and of a wrong one.
    expect(
        abs(share - 0.8) < 0.08,
        "'ate' followed 4 times and 'slept' once, so 'ate' must be drawn in about 80 % of cases",
        expected="about 0.80",
        got=f"{share:.2f}",
        cause="All words equally likely gives 0.50, exp of the counts 0.95, always the likeliest word 1.00.",
    )
