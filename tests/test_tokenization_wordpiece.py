"""WordPiece, beside a matcher that tries every prefix."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.text import corpora
from course_utils.text.tokenization import UNKNOWN, WordPiece
from course_utils.text.tokenization.wordpiece import words_and_marks
from tests.conftest import require
from tests.texts import ANY_TEXT, TRAINED_ON

TOKENIZER = WordPiece.train(TRAINED_ON, 131)


def test_the_longest_piece_is_taken_first() -> None:
    tokenizer = WordPiece(("un", "##aff", "##able", "##a", "##f", "u", "##n"))
    assert tokenizer.pieces("unaffable") == ["un", "##aff", "##able"]
    assert tokenizer.pieces("una unx") == ["un", "##a", "<unk>"]
    assert tokenizer.decode(tokenizer.encode("unaffable una")) == "unaffable una"


def test_the_longest_piece_can_lead_nowhere() -> None:
    """The rule does not look ahead: "ab" + "##c" is missing, "a" + "##bc" is never tried."""
    assert WordPiece(("a", "ab", "##bc")).pieces("abc") == ["<unk>"]


def naive_pieces(known: set[str], word: str) -> list[str]:
    pieces: list[str] = []
    while word:
        fitting = [piece for piece in known if word.startswith(piece.removeprefix("##"))]
        fitting = [piece for piece in fitting if piece.startswith("##") == bool(pieces)]
        if not fitting:
            return ["<unk>"]
        pieces.append(max(fitting, key=len))
        word = word.removeprefix(pieces[-1].removeprefix("##"))
    return pieces


LETTERS = st.text("abc", min_size=1, max_size=5)


@given(st.sets(LETTERS | LETTERS.map("##".__add__), max_size=23), st.text("abc", max_size=13))
def test_pieces_are_those_of_trying_every_prefix(known: set[str], word: str) -> None:
    assert WordPiece(tuple(sorted(known))).pieces(word) == naive_pieces(known, word)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("She doesn't.", "She doesn ' t ."),
        ("well-known --bread_", "well - known - - bread _"),
        ("e\u0301te\u0301 हिन्दी 中文", "e\u0301te\u0301 हिन्दी 中文"),
        ("☃👍🏽", "☃ 👍 🏽"),
        ("a\u00a0b\u2028c\0d", "a b c d"),
        ("", ""),
    ],
)
def test_words_and_marks(text: str, parts: str) -> None:
    assert words_and_marks(text) == parts.split(" ") if parts else words_and_marks(text) == []


@given(ANY_TEXT)
def test_only_blanks_part_words_and_are_lost(text: str) -> None:
    kept = [character for character in text if not character.isspace() and character != "\0"]
    assert "".join(words_and_marks(text)) == "".join(kept)


@given(ANY_TEXT)
def test_pieces_spell_the_words_that_were_trained_on(text: str) -> None:
    tokenizer = WordPiece.train([text], 1000)
    for word in words_and_marks(text):
        pieces = tokenizer.pieces(word)
        if len(word.encode()) > 100:
            assert pieces == ["<unk>"]
        else:
            assert pieces[0] + "".join(piece.removeprefix("##") for piece in pieces[1:]) == word


def test_frequent_words_and_endings_become_pieces() -> None:
    words = [f"{stem}ban" for stem in ("ház", "kert", "bolt", "park")]
    tokenizer = WordPiece.train([*words * 2, *["ház"] * 5], 23)  # 4 special ones, 15 letters, 4 merges
    assert tokenizer.known[-4:] == ("##an", "##ban", "##áz", "ház")
    assert tokenizer.pieces("házban boltban") == ["ház", "##ban", "b", "##o", "##l", "##t", "##ban"]


@pytest.mark.parametrize(
    ("word", "known"), [("a" * 100, True), ("a" * 101, False), ("é" * 50, True), ("é" * 51, False)]
)
def test_words_of_more_than_a_hundred_bytes_are_unknown(word: str, known: bool) -> None:
    tokenizer = WordPiece(("a", "##a", "é", "##é"))
    assert (tokenizer.encode(word) != [UNKNOWN]) == known


def test_capitals_are_kept() -> None:
    assert WordPiece(("a", "A")).pieces("A a") == ["A", "a"]


@pytest.mark.parametrize("piece", ["", "##", "a b", "a.", "..", "##a##b", " "])
def test_what_is_no_piece(piece: str) -> None:
    with pytest.raises(ValueError, match="expected parts of words") as caught:
        WordPiece((piece,))
    assert repr(piece) in str(caught.value)


def test_a_piece_twice() -> None:
    with pytest.raises(ValueError, match="expected each piece once, received 'a' twice"):
        WordPiece(("a", "b", "a"))


@pytest.mark.parametrize(
    "text",
    [
        "She doesn't; it's Tom's, we'll see!",
        "A well-known (red) one at 10:30, for 4.99 or 4,990, at eight o'clock.",
        "The dogs' bones, the bears' honey, the boss's hat.",
        "On October 20, 2013.",
    ],
)
def test_decoding_writes_prose(text: str) -> None:
    tokenizer = WordPiece.train([text], 200)
    assert tokenizer.decode(tokenizer.encode(text)) == text


@pytest.mark.slow
def test_decoding_leaves_nearly_all_of_spa_eng_as_it_was() -> None:
    require(
        corpora.available("spa-eng"), "`course data get spa-eng`, or set COURSE_DATA_DIR to a folder with it"
    )
    texts = {english for _, english in corpora.load_pairs("spa-eng")}
    tokenizer = WordPiece.train(texts, 1000)
    changed = sum(tokenizer.decode(tokenizer.encode(text)) != text for text in texts)
    # What was written otherwise than usual: 20/20, 'small', D. C., C++.
    assert changed / len(texts) < 0.0002


def test_a_piece_from_inside_a_word_can_come_first() -> None:
    tokenizer = WordPiece(("a", "##b"))
    assert tokenizer.decode([5, 5, 4, 5]) == "bb ab"
