"""Hidden checks of lab 03, tokenization."""

import string

import numpy as np

from course_utils.checks.asserts import expect_equal
from course_utils.checks.lab_03_tokenization import oracles
from course_utils.checks.lab_03_tokenization.batching import closed, draw_sentences, expect_all_sentences
from course_utils.checks.lab_03_tokenization.counting import expect_pairs
from course_utils.checks.lab_03_tokenization.learning import expect_merges
from course_utils.checks.lab_03_tokenization.splitting import expect_tokens
from course_utils.grading.hidden import exercise


def drawn_word(rng, letters=string.ascii_lowercase):
    """A word that no list holds."""
    return "".join(str(letter) for letter in rng.choice(list(letters), size=5))


@exercise("3.1").check()
def cuts_clitics_off_any_word(candidate, rng):
    """what a clitic stands behind may be any word"""
    for clitic in oracles.CLITICS:
        word = drawn_word(rng, "bcdgkpz")
        expect_tokens(candidate, f"So {word}{clitic}, {word}!", f"{word + clitic!r} is cut in another way", "")
    expect_tokens(candidate, "I won't, you needn't, the bears'll go.", "other contractions are cut differently", "")


@exercise("3.2").check()
def takes_symbols_of_any_kind(candidate, rng):
    """symbols may be bytes, as learning needs them, and may hold a blank"""
    words = {oracles.single_bytes("ház"): 3, oracles.single_bytes("házak"): 2}
    expect_pairs(candidate, words, "pairs of bytes are counted differently", "")
    expect_pairs(candidate, {("a b", "c"): 2, ("a", "b c"): 5}, "symbols with a blank in them are others", "")


@exercise("3.3").check()
def takes_symbols_with_blanks(candidate, rng):
    """a symbol may hold a blank, and any other character"""
    for blank in (" ", "\u00a0", "|", "\x00"):
        end, other = drawn_word(rng), drawn_word(rng)
        symbols = (f"x{blank}{end}", other, end, other, f"{end}{blank}{other}", blank, end, other)
        expected = (*symbols[:2], end + other, symbols[4], blank, end + other)
        expect_equal(tuple(candidate(symbols, (end, other))), expected, f"symbols with {blank!r} in them")


@exercise("3.4").check()
def learns_as_many_as_are_asked_for(candidate, rng):
    """no merge where none is asked for, or where there are no words"""
    words = {drawn_word(rng): int(count) for count in rng.integers(1, 9, size=5)}
    expect_equal(list(candidate(words, 0)), [], "n_merges = 0 asks for none")
    expect_equal(list(candidate({}, 7)), [], "without words there is nothing to merge")
    expect_merges(candidate, words, 29, "29 merges of five words are others", "")


@exercise("3.5").check()
def applies_thousands_of_merges(candidate, rng):
    """there may be thousands of merges, of which few fit"""
    fitting = [(b"k", b"e"), (b"r", b"t"), (b"ke", b"rt")]
    merges = [(bytes([number % 7]), bytes([number // 7])) for number in range(1_201)]
    merges = [*merges[:401], fitting[0], *merges[401:801], fitting[1], *merges[801:], fitting[2]]
    expect_equal(list(candidate("kertek", merges)), [b"kert", b"e", b"k"], "1,204 merges, three of which fit")


@exercise("3.6").check()
def takes_pieces_of_any_length(candidate, rng):
    """a piece may be as long as a sentence, and a word as long as a page"""
    stem, ending = drawn_word(rng) * 9, drawn_word(rng) * 5
    vocabulary = {stem, f"##{ending}", *string.ascii_lowercase, *(f"##{letter}" for letter in "abc")}
    expect_equal(candidate(stem + ending, vocabulary), [stem, f"##{ending}"], "pieces of 45 and 25 letters")
    expect_equal(candidate("abc" * 101, vocabulary), ["a", "##b", "##c", *["##a", "##b", "##c"] * 100], "303 letters")


@exercise("3.7").check()
def keeps_large_ids(candidate, rng):
    """ids of a large vocabulary stay what they are, in any number of buckets"""
    lengths = [int(length) for length in rng.integers(1, 23, size=31)]
    sentences = [[id + 70_000 for id in sentence] for sentence in draw_sentences(rng, lengths)]
    batches = candidate(sentences, 3, [4, 7, 11, 17], 7)
    expect_all_sentences(batches, sentences, "ids above 70,000 must come out as they went in", "")
    widest = max(len(closed(sentence)) for sentence in sentences)
    expect_equal(max(np.shape(batch)[1] for batch in batches), widest, "the widest batch is that of the longest")
