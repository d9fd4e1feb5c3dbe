"""Lab 00, setup: four small exercises that show how checks, hints and progress work."""

from __future__ import annotations

from typing import Any

from course_utils.checks.asserts import expect, expect_close, expect_equal
from course_utils.checks.exercise import Lab

LAB = Lab("00", "setup")
LAB.reflection("0.a", "What a check can and cannot tell", 1)
LAB.reflection("0.b", "What is hard about translating", 1)

NAMES = ("Anna", "Peter", "Kata", "Daniel", "Zsofi")
ORACLE = "course_utils.checks.lab_00_setup:"


# The course's own versions stand in where an exercise is not done. The checks do not use them.
def greet(name: str) -> str:
    return f"Hello, {name}!"


def count_words(sentence: str) -> int:
    return len(sentence.split())


def longest_first(words: list[str]) -> list[str]:
    return sorted(words, key=lambda word: (-len(word), word))


def mean_length(sentences: list[str]) -> float:
    return sum(map(count_words, sentences)) / max(len(sentences), 1)


greeting = LAB.exercise(
    "0.1",
    name="greet",
    title="a first function",
    points=1,
    difficulty=1,
    returns=str,
    reference=ORACLE + "greet",
    hints=("An f-string puts a value into a text: f'The number is {number}.'", "return f'Hello, {name}!'"),
)


@greeting.check(hints=("The result must hold what came in as name, whoever it is.",))
def greets_the_one_named(candidate, rng):
    """it greets the one whose name it got"""
    for name in rng.permutation(NAMES)[:3]:
        got = candidate(str(name))
        expect(
            str(name) in got,
            f"the greeting must hold the name {name}",
            expected=f"a text with {name} in it",
            got=repr(got),
            cause="Is a name written into the function? Use the parameter. An f-string has an f before the quote "
            "and the parameter in braces.",
        )


@greeting.check(hints=("Compare letter by letter: capital H, comma, space, name, exclamation mark.",))
def writes_it_exactly(candidate, rng):
    """the text is exactly 'Hello, Anna!'"""
    expect_equal(
        candidate("Anna"),
        "Hello, Anna!",
        "the greeting must be written exactly as asked",
        cause="Look at the capital H, the comma, the one space and the exclamation mark.",
    )


counting = LAB.exercise(
    "0.2",
    name="count_words",
    title="count the words of a sentence",
    points=1,
    difficulty=1,
    returns=int,
    reference=ORACLE + "count_words",
    hints=(
        "A sentence is a text. len of a text counts its characters.",
        "sentence.split() gives a list of words.",
    ),
)


ONE_BY_ONE = "Words are separated by spaces. If there is a loop, does return come after it, not inside?"


@counting.check(
    hints=("len(sentence) counts characters. sentence.split() cuts a text where there are spaces.",)
)
def counts_words_not_characters(candidate, rng):
    """words are counted, all of them"""
    sentence = "the bear and the fox ate the honey"
    got = candidate(sentence)
    causes = {
        len(sentence): f"{len(sentence)} is the number of characters, not of words.",
        sentence.count(" "): "That is the number of spaces: there is one word more.",
        len(set(sentence.split())): "That is the number of different words: each 'the' counts.",
    }
    expect_equal(got, 8, f"the number of words in {sentence!r} must be 8", cause=causes.get(got, ONE_BY_ONE))


@counting.check(
    hints=("split() without an argument treats any run of spaces as one gap; split(' ') does not.",)
)
def bears_extra_spaces(candidate, rng):
    """extra spaces are no words"""
    for gap in (2, 3, 5):
        sentence = "the" + " " * gap + "bear "
        expect_equal(
            candidate(sentence),
            2,
            f"{sentence!r} has two words",
            cause="Counting single spaces, or split(' '), takes the emptiness between two spaces for a word.",
        )


@counting.check(hints=("Do not look at the letters: whatever stands between two spaces is one word.",))
def takes_whatever_stands_between_spaces(candidate, rng):
    """a number is a word, and so is one with an apostrophe"""
    for sentence in ("3 bears don't know", "it isn't 4 o'clock", "I've 12 bears' honey"):
        expect_equal(
            candidate(sentence),
            4,
            f"{sentence!r} has four words",
            cause="A pattern such as \\w+ cuts at the apostrophe; isalpha leaves out numbers. Cut at spaces only.",
        )


@counting.check(hints=("What does ''.split() give? And how long is that?",))
def finds_no_word_in_nothing(candidate, rng):
    """an empty sentence has no words"""
    for sentence in ("", "   "):
        expect_equal(
            candidate(sentence),
            0,
            f"{sentence!r} is an empty sentence and has no words",
            cause="Counting gaps and adding 1 gives 1.",
        )
    expect_equal(candidate("bear"), 1, "'bear' is one word")


sorting = LAB.exercise(
    "0.3",
    name="longest_first",
    title="sort words, longest first",
    points=1,
    difficulty=1,
    returns=list,
    reference=ORACLE + "longest_first",
    hints=(
        "sorted(words, key=...) gives a new list; words.sort(...) changes the one you were given.",
        "A key may be a pair: sort by minus the length first, then by the word itself.",
        "sorted(words, key=lambda word: (-len(word), word))",
    ),
)


def _disordered(rng: Any, ordered: list[str]) -> list[list[str]]:
    """The words turned round, and two orders drawn: never all of them in order already."""
    drawn = [[str(word) for word in rng.permutation(ordered)] for _ in range(2)]
    return [ordered[::-1], ordered[1:] + ordered[:1], *drawn]


@sorting.check(hints=("The key of a word is its length; longest first means largest first.",))
def puts_long_words_first(candidate, rng):
    """longer words come first"""
    ordered = ["delicious", "honey", "bear", "the", "a"]
    for words in _disordered(rng, ordered):
        expect_equal(
            candidate(words),
            ordered,
            "longer words must come first",
            cause="sorted without a key sorts by alphabet; with key=len the shortest comes first.",
        )


@sorting.check(hints=("For equal lengths compare the words: the key may be a pair, (-len(word), word).",))
def breaks_ties_by_alphabet(candidate, rng):
    """words of equal length come in alphabetical order"""
    ordered = ["cab", "cat", "cot", "fox"]
    for words in _disordered(rng, ordered):
        expect_equal(
            candidate(words),
            ordered,
            "words of equal length must come in alphabetical order",
            cause="With key=len alone they keep the order they came in; reverse=True turns the alphabet round "
            "too; word[0] compares first letters only.",
        )


@sorting.check(hints=("sorted keeps every item. A set, or the keys of a dict, hold each word once.",))
def keeps_every_word(candidate, rng):
    """a word that comes twice stays there twice"""
    expect_equal(
        candidate(["the", "bear", "and", "the", "bear"]),
        ["bear", "bear", "and", "the", "the"],
        "each word must come as often as it came in",
        cause="A set, and the keys of a dict, hold each word only once.",
    )


@sorting.check(hints=("words[0] needs a first word. sorted(words, key=...) needs none.",))
def leaves_nothing_empty(candidate, rng):
    """a list without words stays an empty list"""
    expect_equal(candidate(["bear"]), ["bear"], "a list of one word must stay as it is")
    expect_equal(candidate([]), [], "a list without words must stay an empty list")


averaging = LAB.exercise(
    "0.4",
    name="mean_length",
    title="the mean length of some sentences",
    points=1,
    difficulty=1,
    returns=float,
    reference=ORACLE + "mean_length",
    hints=(
        "Add up the numbers of words, then divide by the number of sentences.",
        "What if there are no sentences? Then the mean length is 0.0.",
    ),
)


@averaging.check(hints=("The mean is the sum of the lengths divided by how many sentences there are.",))
def averages_the_lengths(candidate, rng):
    """the mean is the number of words divided by the number of sentences"""
    counts = [int(count) for count in rng.integers(1, 9, size=7)]
    counts[0] += 1 if sum(counts) % 7 == 0 else 0  # a whole number would hide // and round
    expect_close(
        candidate([" ".join(["word"] * count) for count in counts]),
        sum(counts) / 7,
        f"sentences of {counts} words have another mean length",
        cause="Divide by how many sentences there are; / keeps the fraction, // drops it. Count words, not characters.",
    )


@averaging.check(
    hints=("Each sentence counts, an empty one with 0 words. split() takes several spaces for one gap.",)
)
def counts_empty_sentences_too(candidate, rng):
    """an empty sentence is a sentence of 0 words, and extra spaces are no words"""
    sentences = ["the  bear", "", "a fox and a bear"]
    got = candidate(sentences)
    causes = {
        3.5: "3.5 is 7 words divided by 2: the empty sentence is one of the 3 sentences.",
        3.0: "Are single spaces counted, or is it split(' ')? They find a word between two spaces; split() does not.",
    }
    expect_close(
        got,
        7 / 3,
        "three sentences of 2, 0 and 5 words have a mean length of 7/3",
        cause=causes.get(float(got), "An empty sentence has 0 words. Extra spaces are no words."),
    )


@averaging.check(hints=("Before dividing, ask whether the list is empty.",))
def survives_an_empty_list(candidate, rng):
    """without any sentence the mean is 0.0"""
    expect_close(candidate([]), 0.0, "without any sentence the mean length must be 0.0")
    expect_close(candidate(["a bear"]), 2.0, "with one sentence of two words the mean length must be 2.0")
