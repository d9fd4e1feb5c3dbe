"""Hidden checks of lab 00, setup."""

from course_utils.checks.asserts import expect_close, expect_equal
from course_utils.grading.hidden import exercise

SYLLABLES = ("bo", "Ka", "li", "Mu", "zé", "-ra", " So", "t'")


def drawn_name(rng):
    """A name that nobody can have written down: "MulizéKa"."""
    return "".join(str(each) for each in rng.choice(SYLLABLES, size=5)).strip()


@exercise("0.1").check()
def greets_anybody(candidate, rng):
    """it greets whoever comes, with the name as it is written"""
    for name in (drawn_name(rng), "van der Berg", "ÉVA", "x"):
        expect_equal(candidate(name), "Hello, " + name + "!", f"the greeting of {name!r} is another")


@exercise("0.2").check()
def counts_any_sentence(candidate, rng):
    """sentences of any length and with any words are counted"""
    for count in (23, 997):
        words = rng.choice(["bear", "well-known", "–", "3.5", "o'clock", "a@b.hu", "ház", "!"], size=count)
        sentence = "  ".join(str(word) for word in words)
        expect_equal(candidate(sentence), count, f"a sentence of {count} words has another number of words")


@exercise("0.3").check()
def sorts_any_words(candidate, rng):
    """many words come in order, also such as begin alike"""
    words = ["".join(str(letter) for letter in rng.choice(list("ab"), size=length)) for length in (5, 7) * 41]
    expected = []
    for length in (7, 5):
        expected += sorted(word for word in words if len(word) == length)
    expect_equal(candidate(words), expected, "82 words of a and b come in another order")


@exercise("0.4").check()
def averages_many_sentences(candidate, rng):
    """thousands of sentences have a mean length, too"""
    counts = [int(count) for count in rng.integers(0, 9, size=3_001)]
    sentences = [" ".join(["bear"] * count) for count in counts]
    expect_close(candidate(sentences), sum(counts) / 3_001, "3,001 sentences have another mean length")
