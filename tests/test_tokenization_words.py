"""WordTokenizer, and how words and marks become a line of prose again."""

import pytest
from hypothesis import given

from course_utils.text import corpora
from course_utils.text.tokenization import UNKNOWN, WordTokenizer
from course_utils.text.tokenization.joining import joined
from course_utils.text.words import words
from tests.conftest import require
from tests.texts import ANY_TEXT


def test_the_most_frequent_words_are_known() -> None:
    tokenizer = WordTokenizer.train(["b c b a", "A b C d"], 7)
    assert tokenizer.known == ("b", "a", "c"), "a and c are equally frequent; b leads, d has no room"
    assert tokenizer.vocabulary[4:] == tokenizer.known


def test_clitics_marks_and_unknown_words() -> None:
    tokenizer = WordTokenizer.train(["does n't . 's the bear"], 50)
    assert " ".join(tokenizer.pieces("The bear's cub doesn't.")) == "the bear 's <unk> does n't ."
    assert tokenizer.encode("cub") == [UNKNOWN]
    assert tokenizer.decode(tokenizer.encode("The bear's cub doesn't.")) == "the bear's doesn't."


@given(ANY_TEXT)
def test_what_was_trained_on_is_known(text: str) -> None:
    tokenizer = WordTokenizer.train([text], 1000)
    assert tokenizer.pieces(text) == words(text)


@pytest.mark.parametrize(
    "text",
    [
        "she doesn't; it's tom's, we'll see!",
        'he said: "i am here." "why?"',
        "an apple (a red one) [at 10:30] costs £4.99, 50% off...",
        "the dogs' bones and the bears' honey",
        "he left at 9 a.m. and came back at 5 p.m. or so.",
        "“yes,” she said. ¿qué?",
        "yes -- no",
        "",
    ],
)
def test_words_are_joined_as_one_writes_them(text: str) -> None:
    assert joined(words(text)) == text


@given(ANY_TEXT)
def test_joining_moves_blanks_only(text: str) -> None:
    assert joined(words(text)).replace(" ", "") == "".join(words(text))


def test_joining_leaves_nearly_all_of_spa_eng_as_it_was() -> None:
    require(
        corpora.available("spa-eng"), "`course data get spa-eng`, or set COURSE_DATA_DIR to a folder with it"
    )
    texts = {english.lower().replace("’", "'") for _, english in corpora.load_pairs("spa-eng")}
    changed = sum(joined(words(text)) != text for text in texts)
    # What was written otherwise than usual: 20/20, 10-minute, 'small', C++.
    assert changed / len(texts) < 0.0004
