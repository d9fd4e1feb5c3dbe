"""What the world says of its words."""

from course_utils.models.kinds import form_pairs, word_kinds
from course_utils.text.world import World


def test_words_of_one_class_and_form_are_of_one_kind():
    kinds = word_kinds()
    assert ("animal", "sg") in kinds["bear"] & kinds["dog"]
    assert not kinds["bear"] & kinds["bears"]
    assert ("animal", "pl") in kinds["bears"]


def test_apple_is_a_fruit_and_a_brand_and_apples_only_a_fruit():
    kinds = word_kinds()
    assert kinds["apple"] == {("fruit", "sg"), ("brand", "nom")}
    assert kinds["apples"] == {("fruit", "pl")}


def test_every_kind_is_of_a_word_that_the_world_can_say():
    kinds = word_kinds()
    assert all(word == word.lower() and " " not in word for word in kinds)
    said = {token for record in World(seed=3).sentences(3000) for token in record.english}
    assert len(said & kinds.keys()) > 0.7 * len(said)
    assert all(form and found for found in kinds.values() for _, form in found)


def test_form_pairs_are_two_forms_of_one_word():
    pairs = form_pairs("sg", "pl")
    assert ("bear", "bears") in pairs
    assert ("mouse", "mice") in pairs
    assert len(pairs) == len(set(pairs))
    assert all(one != other for one, other in pairs)
    assert ("bigger", "big") in form_pairs("comp", "plain")
    assert form_pairs("sg", "no such form") == []
