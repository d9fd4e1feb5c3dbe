"""The splits: no sentence in two of them, held-out combinations in one only, all lengths in `long`."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise, product
from math import log
from random import Random

import pytest

from course_utils.text.world import SPLITS, World
from course_utils.text.world.source import load_grammar
from course_utils.text.world.splits import is_held_out, split_of

WORLD = World(seed=0)
TRAINED = WORLD.sentences(20_000, split="train")


def test_splits_share_no_sentence_in_either_language():
    drawn = {name: World(seed).sentences(997, split=name) for seed, name in enumerate(SPLITS)}
    for side in ("english", "hungarian"):
        sides = {name: {getattr(record, side) for record in records} for name, records in drawn.items()}
        for one, two in product(SPLITS, SPLITS):
            assert one == two or not sides[one] & sides[two]


def test_an_unknown_split_is_refused():
    with pytest.raises(ValueError, match=r"expected split to be one of train, .*, received 'dev'"):
        WORLD.sentences(1, split="dev")
    with pytest.raises(ValueError, match="received 'long'"):
        WORLD.stories(1, split="long")


def test_held_out_combinations_are_in_one_split_only():
    traits = [word.name for word in load_grammar().symbols["trait"].options]
    animals = [word.forms[0] for word in load_grammar().symbols["animal"].options]
    held = {
        (trait, form[0])
        for trait, forms in product(traits, animals)
        if is_held_out(trait, forms["sg"][0])
        for form in forms.values()
    }
    for name in (*SPLITS[:3], "long"):
        records = WORLD.sentences(1_150, split=name)
        assert not any(held & set(pairwise(r.english)) for r in records), name
    records = WORLD.sentences(2_300, split="compositional")
    assert sum(bool(held & set(pairwise(r.english))) for r in records) > 50


def test_every_verb_is_trained_with_other_objects_than_it_is_tested_with():
    deeds = {word.forms[0]["past"][0]: word.name for word in load_grammar().symbols["deed"].options}
    things = {word.name for word in load_grammar().symbols["thing"].options}
    pattern = re.compile(rf"\b({'|'.join(deeds)}) (?:the|a|an) ({'|'.join(things)})\b")
    drawn = {"train": TRAINED, "compositional": WORLD.sentences(2_300, "compositional")}
    pairs = {
        name: {
            (deeds[verb], thing)
            for record in records
            for verb, thing in pattern.findall(" ".join(record.english))
        }
        for name, records in drawn.items()
    }
    assert not any(is_held_out(*pair) for pair in pairs["train"])
    new = pairs["compositional"] - pairs["train"]
    assert sum(is_held_out(*pair) for pair in new) > 20


def test_training_holds_every_word_that_is_tested():
    trained = {word for record in TRAINED for word in record.english}
    for name in SPLITS[1:]:
        tested = {word for record in WORLD.sentences(499, split=name) for word in record.english}
        assert tested <= trained, name


def test_long_split_is_even_and_training_holds_all_its_lengths():
    lengths = Counter(record.length for record in WORLD.sentences(46, split="long"))
    assert lengths == dict.fromkeys(range(3, 26), 2)
    trained = Counter(record.length for record in TRAINED)
    assert set(range(3, 26)) <= set(trained)
    assert trained[8] > 20 * trained[22]


def test_the_split_of_a_sentence_never_changes():
    # A changed hash would move sentences from one split to another between two versions of the course.
    texts = ["it is raining in budapest .", "the food was good .", "peter ran ."]
    assert [split_of(text, held_out=False) for text in texts] == ["test", "train", "test"]
    assert split_of("peter ran .", held_out=True) == "compositional"
    held_out = [name for name in ("dog", "cat", "horse", "bird", "bear") if is_held_out("clever", name)]
    assert held_out == ["dog", "bird", "bear"]


def test_leaving_combinations_out_changes_the_entropy_by_little():
    # docs/world.md says how much a model could gain on `test`: -log of the share that is not held out.
    sentence, random = load_grammar().symbols["sentence"], Random(7)
    held_out = sum(sentence.draw(random).held_out for _ in range(20_000))
    assert -log(1 - held_out / 20_000) == pytest.approx(0.1, abs=0.01)
