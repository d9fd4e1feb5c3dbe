"""The world is unambiguous, and says exactly the Hungarian that was checked by hand."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from pathlib import Path

import pytest

from course_utils.text.world import World
from course_utils.text.world.grammar import Lexeme
from course_utils.text.world.parsing import trees_of
from course_utils.text.world.source import build_grammar, load_grammar
from course_utils.text.world.spelling import record_of, records_of

GRAMMAR = load_grammar()
SENTENCE = GRAMMAR.symbols["sentence"]
with (Path(__file__).parent / "files" / "hungarian_reference.tsv").open(encoding="utf-8") as file:
    REFERENCE = list(csv.DictReader(file, delimiter="\t"))


def tokens_of(text: str) -> list[str]:
    """Written English as the world's tokens: lower-cased, clitics and punctuation apart."""
    apart = re.sub(r"(\w)(n't\b)", r"\1 \2", text.lower())
    return re.findall(r"o'clock|n't|'s|\w+|[.,?!]", apart)


def check_one_tree(records):
    for record in records:
        trees = trees_of(SENTENCE, list(record.english))
        assert [record_of(tree, GRAMMAR) for tree in trees] == [record], record.english_text


def test_a_sentence_has_one_tree_and_its_probability():
    check_one_tree(World(seed=3).sentences(150))


def test_long_sentences_have_one_tree_too():
    for record in World(seed=5).sentences(46, split="long"):
        assert len(trees_of(SENTENCE, list(record.english))) == 1, record.english_text


def test_world_knows_the_record_of_what_it_can_say_and_of_nothing_else():
    world = World(seed=11)
    for record in world.sentences(17):
        assert world.parse(list(record.english)) == record
    assert world.parse(["the", "bear", "ate", "the"]) is None
    assert world.parse(["bear", "the", "ate", "the", "honey", "."]) is None
    assert world.parse([]) is None


def test_world_minds_the_article():
    said = ["please", "buy", "a", "pear", "and", "an", "apple", "."]
    assert World().parse(said).english == tuple(said)
    assert World().parse(["please", "buy", "an", "pear", "and", "an", "apple", "."]) is None


@pytest.mark.slow
def test_many_sentences_have_one_tree():
    check_one_tree(World(seed=7).sentences(3_000))


def test_a_sentence_with_two_trees_would_be_noticed():
    rules = "1 {one:animal} ran\n= {one} futott\n1 {two:animal} ran\n= {two} futott"
    animals = {"english": "sg", "hungarian": "nom", "words": "dog | kutya"}
    grammar = build_grammar({"animal": animals}, {"construction": {"runs": {"sentence": 1, "rules": rules}}})
    assert len(trees_of(grammar.symbols["sentence"], ["dog", "ran"])) == 2


def test_words_of_a_class_share_no_form():
    for name, symbol in GRAMMAR.symbols.items():
        words = [word for word in symbol.options if isinstance(word, Lexeme)]
        for side in (0, 1):
            for form in words[0].forms[side] if words else ():
                said = [" ".join(word.forms[side][form]) for word in words]
                assert len(set(said)) == len(said), f"{name}.{form}: {said}"


@pytest.mark.slow
def test_no_sentence_has_two_translations():
    forth, back = defaultdict(set), defaultdict(set)
    for seed in range(11):
        for record in World(seed).sentences(20_000):
            forth[record.english].add((record.hungarian, record.log_probability))
            back[record.hungarian].add(record.english)
    assert [pair for pair in forth.items() if len(pair[1]) > 1] == []
    assert [pair for pair in back.items() if len(pair[1]) > 1] == []


@pytest.mark.parametrize("row", REFERENCE, ids=lambda row: row["english"][:40])
def test_the_checked_sentences_are_said_so(row):
    trees = trees_of(SENTENCE, tokens_of(row["english"]))
    texts = [
        (record.english_text, record.hungarian_text) for record in (record_of(t, GRAMMAR) for t in trees)
    ]
    assert texts == [(row["english"], row["hungarian"])]
    assert row["remark"]


def test_the_checked_sentences_cover_every_construction():
    said = {trees_of(SENTENCE, tokens_of(row["english"]))[0].rule.owner for row in REFERENCE}
    assert said == {rule.owner for rule in SENTENCE.options}
    assert len(REFERENCE) >= 60


def test_a_checked_story_is_told_so():
    english = (
        "Eva invited Paul to the picnic on Sunday. Paul brought cheese and lemonade. The cheese was salty. "
        "They danced all evening. When was the picnic? The picnic was on Sunday. Who brought the cheese? "
        "Paul brought it."
    )
    hungarian = (
        "Éva meghívta Pált a vasárnapi piknikre. Pál hozott sajtot és limonádét. A sajt sós volt. "
        "Egész este táncoltak. Mikor volt a piknik? A piknik vasárnap volt. Ki hozta el a sajtot? "
        "Pál hozta el."
    )
    (tree,) = trees_of(GRAMMAR.symbols["story"], tokens_of(english))
    records = records_of(tree, GRAMMAR)
    assert [record.english_text for record in records] == re.split(r"(?<=[.?]) ", english)
    assert [record.hungarian_text for record in records] == re.split(r"(?<=[.?]) ", hungarian)
    assert sum(record.log_probability for record in records) == pytest.approx(tree.log_probability)
