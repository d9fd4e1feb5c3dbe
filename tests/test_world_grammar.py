"""The engine against enumeration, and clear errors for broken data."""

from __future__ import annotations

from collections import Counter, defaultdict
from math import exp
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.text.world import GrammarError
from course_utils.text.world.grammar import ENGLISH, HUNGARIAN
from course_utils.text.world.lengths import draw_of_length, symbol_lengths
from course_utils.text.world.measure import entropy, expected_tokens
from course_utils.text.world.notation import parse_rules
from course_utils.text.world.source import build_grammar, load_grammar
from course_utils.text.world.spelling import record_of, settle_articles

ANIMALS = {
    "english": "sg pl",
    "hungarian": "nom acc",
    "words": "dog dogs | kutya kutyát\nox oxen | ökör ökröt",
}
VERBS = {"english": "past", "hungarian": "d", "words": "saw | látta | 3\nheard | hallotta | 1"}
LEXICON = {"animal": ANIMALS, "verb": VERBS}
SEES = "1 the~1 {a:animal} {verb} the~2 {b:animal} .\n= a(z)~1 {a} {verb} a(z)~2 {b.acc} ."


def toy(rules=SEES, lexicon=LEXICON, phrases=None, **construction):
    entry = {"sentence": 1, "rules": rules, **construction}
    return build_grammar(lexicon, {"phrase": phrases or {}, "construction": {"sees": entry}})


# Exactness --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["thing_indefinite", "subject", "past_time", "beasts", "device_definite", "place"]
)
def test_a_phrases_probabilities_sum_to_one_and_give_its_entropy(name):
    symbol = load_grammar().symbols[name]
    trees = list(symbol.derivations())
    surprises = [-tree.log_probability for tree in trees]
    assert len(trees) > 13
    assert sum(exp(-s) for s in surprises) == pytest.approx(1.0, abs=1e-9)
    assert sum(exp(-s) * s for s in surprises) == pytest.approx(entropy(symbol), abs=1e-9)


@pytest.mark.parametrize(
    ("name", "form"), [("thing_indefinite", "acc"), ("subject", "nom"), ("past_time", "")]
)
def test_expected_tokens_are_those_of_the_enumerated_phrases(name, form):
    symbol = load_grammar().symbols[name]
    trees = list(symbol.derivations())
    mean = sum(exp(tree.log_probability) * len(tree.spell(ENGLISH, form)) for tree in trees)
    assert mean == pytest.approx(expected_tokens(symbol, form), abs=1e-9)


def test_three_words_without_repetition_are_counted_exactly():
    foods = load_grammar().symbols["foods"]
    trees = list(foods.derivations())
    probabilities = [exp(tree.log_probability) for tree in trees]
    assert sum(probabilities) == pytest.approx(1.0, abs=1e-9)
    assert sum(-p * t.log_probability for p, t in zip(probabilities, trees, strict=True)) == pytest.approx(
        entropy(foods), abs=1e-9
    )
    lengths = [len(tree.spell(ENGLISH, "acc")) for tree in trees]
    assert sum(p * n for p, n in zip(probabilities, lengths, strict=True)) == pytest.approx(
        expected_tokens(foods, "acc"), abs=1e-9
    )


def test_a_whole_toy_grammar_is_enumerated():
    grammar = toy()
    records = {record_of(t, grammar) for t in grammar.symbols["sentence"].derivations()}
    assert {record.english_text: round(exp(record.log_probability), 9) for record in records} == {
        "The dog saw the ox.": 0.45,
        "The dog heard the ox.": 0.15,
        "The ox saw the dog.": 0.3,
        "The ox heard the dog.": 0.1,
    }
    assert {record.hungarian_text for record in records} == {
        "A kutya látta az ökröt.",
        "A kutya hallotta az ökröt.",
        "Az ökör látta a kutyát.",
        "Az ökör hallotta a kutyát.",
    }
    assert {record.alignment for record in records} == {tuple((i, i) for i in range(6))}


def test_draws_come_as_often_as_their_probability_says():
    symbol, random = load_grammar().symbols["past_time"], Random(3)
    drawn = Counter(" ".join(symbol.draw(random).spell(ENGLISH, "")) for _ in range(20_000))
    for tree in symbol.derivations():
        expected = 20_000 * exp(tree.log_probability)
        assert abs(drawn[" ".join(tree.spell(ENGLISH, ""))] - expected) < 5 * expected**0.5 + 1


def test_lengths_are_those_of_the_enumerated_phrases():
    symbol = load_grammar().symbols["thing_indefinite"]
    lengths: dict[int, float] = defaultdict(float)
    for tree in symbol.derivations():
        lengths[len(tree.spell(ENGLISH, "acc")) + len(tree.spell(ENGLISH, "nom"))] += exp(
            tree.log_probability
        )
    assert symbol_lengths(symbol, ("acc", "nom")) == pytest.approx(dict(lengths), abs=1e-9)


def test_sentences_of_one_length_are_drawn_as_often_as_among_all():
    phrases = {
        "np": "5 {animal}\n= {animal}\n2 the big {animal}\n= a {animal}\n1 a big old {animal}\n= egy {animal}"
    }
    rules = "3 {one:np} {verb} {two:np} !\n= {one} {verb} {two}\n1 {np} {verb} it\n= {np} {verb}"
    sentence, random = toy(rules, phrases=phrases).symbols["sentence"], Random(5)
    trees = {tuple(tree.spell(ENGLISH, "")): exp(tree.log_probability) for tree in sentence.derivations()}
    fitting = {words: p for words, p in trees.items() if len(words) - words.count("!") == 6}
    source = draw_of_length(sentence, 6, random)
    drawn = Counter(tuple(next(source).spell(ENGLISH, "")) for _ in range(20_000))
    assert set(drawn) == set(fitting)
    for words, p in fitting.items():
        expected = 20_000 * p / sum(fitting.values())
        assert abs(drawn[words] - expected) < 5 * expected**0.5, words


def test_sentence_breaks_are_no_tokens():
    assert expected_tokens(toy("1 hello ! // bye !\n= szia ! // viszlát !").symbols["sentence"]) == 4.0


def test_a_length_nothing_has_is_refused():
    with pytest.raises(ValueError, match="expected a length that 'sentence' can have, received 71"):
        next(draw_of_length(toy().symbols["sentence"], 71, Random(1)))


@given(st.lists(st.sampled_from(["a(z)", "alma", "Kutya", "Éva", "a(n)", "apple", "pear"]), min_size=1))
def test_articles_only_look_at_the_next_word(words):
    tokens = [*words, "end"]
    settle_articles(tokens)
    for at, word in enumerate(words):
        if not word.startswith("a("):
            assert tokens[at] == word
        elif words[at + 1 : at + 2] in (["alma"], ["Éva"], ["apple"]):
            assert tokens[at] == ("az" if word == "a(z)" else "an")
        elif words[at + 1 : at + 2] in (["Kutya"], ["pear"], []) and word == "a(z)":
            assert tokens[at] == ("a" if words[at + 1 :] else "az")


# Notation ---------------------------------------------------------------------------------------------------


def test_a_mark_may_name_a_slot_where_it_stands_again():
    rules = "1 did~verb you~verb {verb} ? // I~verb2 did~verb2 .\n= {verb} ? // {verb} ."
    record = record_of(next(toy(rules).symbols["sentence"].derivations()), toy(rules))
    assert record.english == ("did", "you", "saw", "?", "i", "did", ".")
    assert set(record.alignment) == {(0, 0), (0, 1), (0, 2), (1, 3), (2, 4), (2, 5), (3, 6)}


def test_a_word_spelled_like_a_slot_is_no_slot():
    rules = "1 animal~1 {animal}\n= {animal} állat~1"
    record = record_of(next(toy(rules).symbols["sentence"].derivations()), toy(rules))
    assert set(record.alignment) == {(1, 0), (0, 1)}


def test_words_of_several_tokens_are_linked_as_a_whole():
    lexicon = {"animal": {"english": "sg", "hungarian": "nom", "words": "polar_bear | jeges_medve"}}
    grammar = toy("1 {animal}\n= {animal}", lexicon)
    record = record_of(next(grammar.symbols["sentence"].derivations()), grammar)
    assert record.alignment == ((0, 0), (0, 1), (1, 0), (1, 1))


def test_a_phrase_passes_forms_on():
    phrases = {"np": "1 the~1 {animal.*}\n= a(z)~1 {animal.*}"}
    grammar = toy("1 {np.sg} ran\n= {np.acc} futott", phrases=phrases)
    tree = next(grammar.symbols["sentence"].derivations())
    assert tree.spell(ENGLISH, "") == ["the", "dog", "ran"]
    assert tree.spell(HUNGARIAN, "") == ["a(z)", "kutyát", "futott"]


# Broken data ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"words": "dog dogs | kutya"},
            r"'animal', 'dog dogs \| kutya': expected 2 forms \(nom acc\), received 1",
        ),
        ({"words": "dog | kutya kutyát"}, r"expected 2 forms \(sg pl\), received 1: 'dog'"),
        ({"words": "dog dogs | a b | 0"}, "expected a positive weight, received '0'"),
        ({"words": "dog dogs | a b | -3"}, "expected a positive weight, received '-3'"),
        ({"words": "dog dogs | a b | nan"}, "expected a positive weight, received 'nan'"),
        ({"words": "dog dogs | a b | much"}, "expected a positive weight, received 'much'"),
        ({"words": "dog dogs | a b | | good"}, "expected a sentiment score, received 'good'"),
        (
            {"words": "dog dogs | a b\ndog dogs | c d"},
            "'animal': expected each word once, received 'dog' twice",
        ),
        ({"words": "dog dogs"}, r"expected 'English \| Hungarian', weight and score, received 1 parts"),
        ({"words": ""}, "class 'animal': expected a non-empty 'words', received ''"),
        ({"english": None}, "class 'animal': expected a non-empty 'english', received None"),
        ({"colour": "red"}, r"class 'animal': expected english, hungarian and words, received \['colour'\]"),
        ({"of": "verb wolf"}, "class 'animal': expected `of` to name classes, received unknown 'wolf'"),
    ],
)
def test_broken_words_are_refused(change, message):
    with pytest.raises(GrammarError, match=message):
        toy(lexicon={**LEXICON, "animal": {**ANIMALS, **change}})


def test_a_union_of_unions_is_refused():
    lexicon = {**LEXICON, "pet": {"of": "animal"}, "friend": {"of": "pet"}}
    with pytest.raises(
        GrammarError, match="class 'friend': expected `of` to name classes with words, received 'pet'"
    ):
        toy(lexicon=lexicon)


def test_two_scores_of_one_word_are_refused():
    words = {"english": "a", "hungarian": "b", "words": "saw | x | | 2.0"}
    other = {"english": "a", "hungarian": "b", "words": "saw | y | | 1.0"}
    with pytest.raises(GrammarError, match=r"'saw': expected one sentiment score, received 2.0 and 1.0"):
        toy(lexicon={**LEXICON, "one": words, "two": other})


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("0 hello\n= szia", "sees: expected a positive weight, received '0'"),
        ("one hello\n= szia", "sees: expected a positive weight, received 'one'"),
        ("1 hello", r"sees: expected one Hungarian line \('='\) after '1 hello', received 0"),
        ("1 hello\n= szia\n= üdv", "received 2"),
        ("= szia", "sees: expected a rule to begin with its weight, received '= szia'"),
        ("", "sees: expected at least one rule, received none"),
        ("1 {wolf}\n= {wolf}", "sees: expected a word class or phrase, received unknown 'wolf'"),
        ("1 {animal.huge}\n= {animal}", r"sees: expected a form of 'animal' \(sg pl\), received 'huge'"),
        ("1 {animal}\n= {animal.dat}", r"sees: expected a form of 'animal' \(nom acc\), received 'dat'"),
        (
            "1 {animal}\n= állat",
            r"expected the same slots on both sides, received \['animal'\] in English and \[\]",
        ),
        ("1 it>bear {animal}\n= {animal}", r"expected one of the slots \['animal'\], received 'bear'"),
        ("1 it>animal it>animal {animal}\n= {animal}", "expected one pronoun that refers, received 2"),
        ("1 {animal}\n= {animal}\n+ animal bear", r"expected one of the slots \['animal'\], received 'bear'"),
        (
            "1 {animal}\n= {animal}\n+ animal",
            r"expected '\+' and the names of two slots, received '\+ animal'",
        ),
        ("1 {animal\n= {animal}", r"expected a word or a slot such as \{food.acc\}, received '\{animal'"),
        ("1 hello // you\n= szia", "expected as many sentences in both languages, received 2 and 1"),
    ],
)
def test_broken_rules_are_refused(rules, message):
    with pytest.raises(GrammarError, match=message):
        toy(rules)


def test_broken_constructions_are_refused():
    with pytest.raises(
        GrammarError, match=r"'sees': expected email to be one of .*'work'.*, received 'spam'"
    ):
        toy(email="spam")
    with pytest.raises(GrammarError, match=r"'sees': expected keys of .*, received \['colour'\]"):
        toy(colour="red")
    with pytest.raises(GrammarError, match="construction 'sees': expected a positive weight, received '-1'"):
        toy(sentence=-1)
    with pytest.raises(GrammarError, match="'a': expected no cycle, received a -> b"):
        toy(phrases={"a": "1 x {b}\n= x {b}", "b": "1 y {a}\n= y {a}"})
    with pytest.raises(GrammarError, match="phrase 'a': expected pronouns to refer in constructions only"):
        toy(phrases={"a": "1 it>animal {animal}\n= {animal}"})
    with pytest.raises(GrammarError, match="phrase 'verb': expected a name no word class has"):
        toy(phrases={"verb": "1 x\n= x"})


def parsed_or_refused(text):
    try:
        return [rule.weight for rule in parse_rules("owner", text)]
    except GrammarError as error:
        return str(error)


@given(st.text(alphabet="{}~>.*:ab1 =+\n", max_size=40))
def test_any_text_is_parsed_or_refused_clearly(text):
    result = parsed_or_refused(text)
    assert result.startswith("owner: expected") if isinstance(result, str) else min(result) > 0


def test_everything_in_the_data_files_is_used():
    symbols = load_grammar().symbols
    waiting = [symbols[start] for start in ("sentence", "exchange", "story")]
    used = set()
    while waiting:
        symbol = waiting.pop()
        if symbol.name not in used:
            used.add(symbol.name)
            waiting += [child for option in symbol.options for child, _ in getattr(option, "slots", [])]
    assert used == set(symbols)
