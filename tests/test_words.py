"""Words and sentences of English prose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.text.words import sentences, words

PROSE = st.text(st.sampled_from(list("aAbéI nt'’-_.,!?1 9ßİ\n\t\"")) | st.characters(), max_size=60)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("She doesn't.", "she does n't ."),
        ("I'm here, they're not", "i 'm here , they 're not"),
        ("He’ll say we’ve Tom’s", "he 'll say we 've tom 's"),
        ("can't won't couldn't've", "ca n't wo n't could n't 've"),
        ("Don't!", "do n't !"),
        ("at 10:30 for 4.99, the 1st", "at 10:30 for 4.99 , the 1st"),
        ("a well-known o'clock, to-night--no", "a well-known o'clock , to-night -- no"),
        ("mother-in-law's", "mother-in-law 's"),
        ('_If_ "yes"...', '_ if _ " yes " ...'),
        ("'tis the dogs' bone", "' tis the dogs ' bone"),
        ("Árvíztűrő tükörfúrógép", "árvíztűrő tükörfúrógép"),
        ("", ""),
    ],
)
def test_words_and_marks_and_clitics(text: str, tokens: str) -> None:
    assert words(text) == tokens.split()


@given(PROSE)
def test_no_character_is_lost(text: str) -> None:
    assert "".join(words(text)) == "".join(text.lower().replace("’", "'").split())


@given(PROSE)
def test_tokenizing_again_changes_nothing(text: str) -> None:
    tokens = words(text)
    assert words(" ".join(tokens)) == tokens


@given(PROSE)
def test_tokens_are_lower_case_and_without_blanks(text: str) -> None:
    assert all(token and token == token.lower() and not any(map(str.isspace, token)) for token in words(text))


def test_sentences_end_at_stops_and_at_blank_lines() -> None:
    lines = ["CHAPTER I.", "", "It rained. Did it?", "“Yes!” said she. “It", "did.” Then", "", "", "silence"]
    assert [" ".join(sentence) for sentence in sentences(lines)] == [
        "chapter i .",
        "it rained .",
        "did it ?",
        "“ yes ! ” said she .",
        "“ it did . ”",
        "then",
        "silence",
    ]


def test_titles_and_initials_end_no_sentence() -> None:
    assert len(sentences(["The St. Barbara carried Mr. M. Timar."])) == 1


def test_the_pronoun_i_and_short_answers_end_one() -> None:
    assert len(sentences(["It was I. No. He went."])) == 3


@given(st.lists(PROSE, max_size=7))
def test_sentences_hold_the_words_of_the_lines_in_order(lines: list[str]) -> None:
    lines = [line.replace("\n", " ") for line in lines]
    together = [token for sentence in sentences(lines) for token in sentence]
    assert "".join(together) == "".join(words(" ".join(lines)))


@given(st.lists(PROSE, max_size=7))
def test_no_sentence_is_empty(lines: list[str]) -> None:
    assert all(sentences(lines))
