"""Hungarian spelling: every form of the lexicon and every word of many sentences, judged by hunspell."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from course_utils.text.world import World
from course_utils.text.world.grammar import HUNGARIAN, Lexeme
from course_utils.text.world.source import load_grammar
from tests.conftest import require

# What the dictionary does not know and is right all the same.
EXCEPTIONS = {
    "Blackberry": "a brand's name",
    "Blackberrytől": "a brand's name with its ending, joined as the y is pronounced",
    "Orange": "a brand's name",
    "Orange-tól": "a brand's name with its ending, hyphenated after a silent letter",
}


def misspelled(words: set[str]) -> set[str]:
    """The words that hunspell's Hungarian dictionary rejects."""
    found = subprocess.run(
        ["hunspell", "-d", "hu_HU", "-i", "utf-8", "-l"],
        input="\n".join(sorted(words)),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return set(found.stdout.split())


@pytest.fixture(autouse=True)
def _hunspell():
    what_to_do = "apt-get install hunspell hunspell-hu"
    require(shutil.which("hunspell"), what_to_do)
    known = subprocess.run(["hunspell", "-D"], input="", capture_output=True, encoding="utf-8", check=False)
    require("hu_HU" in known.stderr, what_to_do)


def lexicon_words() -> set[str]:
    symbols = load_grammar().symbols.values()
    words = [word for symbol in symbols for word in symbol.options if isinstance(word, Lexeme)]
    return {token for word in words for form in word.forms[HUNGARIAN].values() for token in form}


def test_the_judge_can_tell_right_from_wrong():
    wrong = {"medvet", "házben", "könyvat"}
    assert misspelled({*wrong, "medvét", "házban", "könyvet"}) == wrong


def test_every_form_of_the_lexicon_is_spelled_right():
    assert misspelled(lexicon_words() - set(EXCEPTIONS)) == set()


def test_every_word_of_many_sentences_is_spelled_right():
    texts = [record.hungarian_text for record in World(seed=11).sentences(2_000)]
    texts += [record.hungarian_text for story in World(seed=11).stories(200) for record in story.sentences]
    words = {word for text in texts for word in re.findall(r"[\w-]+", text)}
    assert len(words) > 1_000
    assert misspelled(words - set(EXCEPTIONS)) == set()


def test_every_exception_is_needed():
    assert misspelled(set(EXCEPTIONS)) == set(EXCEPTIONS)
    assert set(EXCEPTIONS) <= lexicon_words()
