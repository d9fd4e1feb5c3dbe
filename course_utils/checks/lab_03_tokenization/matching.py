"""Exercise 3.6: WordPiece, the longest match first."""

from __future__ import annotations

from typing import Any

from course_utils.checks.asserts import expect, expect_equal
from course_utils.checks.lab_03_tokenization import oracles
from course_utils.checks.lab_03_tokenization.material import LAB, REFERENCES, STEMS, expect_texts

longest_match = LAB.exercise(
    "3.6",
    name="longest_match",
    title="WordPiece: the longest match first",
    points=3,
    difficulty=2,
    returns=list,
    seconds=3,
    reference=f"{REFERENCES}:longest_match",
    hints=(
        "Try the whole word, then the word without its last letter, and so on, until what you try is in vocabulary.",
        "Then do the same with the rest of the word. There each piece you look up begins with '##'.",
        "If nothing fits, not even one letter, the answer is ['<unk>'], whatever was found before.",
    ),
)


def expect_pieces(candidate: Any, word: str, vocabulary: set[str], problem: str, cause: str) -> None:
    pieces = list(candidate(word, vocabulary))
    expect_texts(pieces, "each piece must be a text", cause="Pieces of the vocabulary are texts.")
    expect(
        all(piece in vocabulary or piece == "<unk>" for piece in pieces),
        "each piece must be one of the vocabulary, or '<unk>'",
        expected=f"some of {sorted(vocabulary)[:11]}",
        got=pieces,
        cause="A piece inside a word carries its ##, in the vocabulary and in the answer; the first piece has none.",
    )
    expect_equal(pieces, oracles.longest_match(word, vocabulary), problem, cause=cause)


@longest_match.check(hints=("A word that is in the vocabulary is one piece.",))
def finds_whole_words(candidate, rng):
    """a word of the vocabulary is one piece"""
    vocabulary = {*STEMS, "h", "k", "##ert", "##áz"}
    word = str(rng.choice(["ház", "kert"]))
    cause = "Begin with the whole word, and without ## before it."
    expect_pieces(candidate, word, vocabulary, f"{word!r} is in the vocabulary", cause)
    expect_pieces(
        candidate,
        "Magyarországon",
        vocabulary | {"Magyarországon", "Magyar", "##ország", "##on"},
        "'Magyarországon' is in the vocabulary",
        "A piece may be as long as the word, and is looked up as it is written, with its capital.",
    )


@longest_match.check(hints=("From the second piece on, look up '##' + the rest, not the rest itself.",))
def marks_pieces_inside_a_word(candidate, rng):
    """a piece inside a word has ## before it, and only that"""
    vocabulary = {"ház", "kert", "ban", "##ban", "##ház", "##kert"}
    problem = "the first piece stands without ##, every other one with it"
    expect_pieces(
        candidate,
        "házban",
        vocabulary,
        problem,
        "'ban' begins a word and '##ban' goes on inside one: two different pieces.",
    )
    expect_pieces(
        candidate,
        "kertházban",
        vocabulary,
        problem,
        "A word may have many pieces. And go on behind the letters of the piece: its ## is no part of the word.",
    )


@longest_match.check(
    hints=("Start with the longest piece that could fit and shorten it, not the other way round.",)
)
def takes_the_longest_piece(candidate, rng):
    """of all the pieces that fit the longest is taken, each time"""
    vocabulary = {"h", "há", "ház", "##z", "##b", "##ba", "##ban", "##a", "##n", "##na", "##nak"}
    for word in ("házban", "háznak"):
        expect_pieces(
            candidate,
            word,
            vocabulary,
            "at each place the longest piece that fits must be taken",
            "Try long pieces first, for the rest of the word too.",
        )
    expect_pieces(
        candidate,
        "hna",
        vocabulary,
        "a piece may be a single letter: 'h'",
        "Shorten what you try down to one letter: range(len(word), at, -1) ends at at + 1.",
    )


@longest_match.check(
    hints=(
        "A word with a part that nothing fits is one '<unk>': forget the pieces found before.",
        "Where nothing fits, the place in the word stays where it is, and a while loop goes on for ever: return there.",
    )
)
def calls_the_whole_word_unknown(candidate, rng):
    """a word with no way through is one <unk>"""
    vocabulary = {"ház", "kert", "##ban", "##ért", "k", "##e"}
    for word in ("házak", "xházban", "házxban", "madár"):
        expect_pieces(
            candidate,
            word,
            vocabulary,
            "when no piece fits, the whole word is unknown: one '<unk>' and nothing else",
            "Return ['<unk>'] at once. A part of a word is never unknown, and no letter is skipped.",
        )


@longest_match.check(hints=("The first piece is looked up without ##. A '##ban' cannot begin a word.",))
def begins_words_with_unmarked_pieces(candidate, rng):
    """a piece with ## cannot begin a word, nor one without go on"""
    vocabulary = {"##ban", "##h", "ház", "ak", "##n"}
    for word in ("ban", "házak", "h"):
        expect_pieces(
            candidate,
            word,
            vocabulary,
            "what is in the vocabulary only with ## cannot begin a word, and without it cannot go on",
            "Put ## before what is looked up if, and only if, it is not the first piece.",
        )


@longest_match.check(
    hints=(
        "The rule does not look ahead: once the longest piece is taken, it stays, even if that ends in '<unk>'.",
    )
)
def never_goes_back(candidate, rng):
    """the longest piece stays, even where a shorter one would have led on"""
    vocabulary = {"ker", "kert", "##tek", "##ek", "##t"}
    expect_pieces(
        candidate,
        "kertek",
        vocabulary,
        "'kert' comes first, then '##ek'",
        "The longest first, and then the rest, word[end:]: strip and replace take away more.",
    )
    expect_pieces(
        candidate,
        "kertek",
        vocabulary - {"##ek"},
        "'kert' is taken first, and then nothing fits: unknown, although 'ker' and '##tek' would do",
        "This is what WordPiece does: no second try with a shorter piece.",
    )


@longest_match.check()
def agrees_with_slow_matching(candidate, rng):
    """the pieces equal those of a slow matcher, on random words"""
    for _ in range(31):
        starts = {*"abc", *("".join(rng.choice(list("abc"), size=size)) for size in (2, 2, 3))}
        inside = {"##" + "".join(rng.choice(list("abc"), size=size)) for size in (1, 1, 1, 1, 2, 2, 3)}
        word = "".join(rng.choice(list("abc"), size=7))
        expect_pieces(candidate, word, starts | inside, f"the pieces of {word!r} differ", "Try it on paper.")
