"""What the world says of its words: which ones are of one kind, and which are forms of one word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from course_utils.text.world.grammar import ENGLISH, Lexeme
from course_utils.text.world.source import load_grammar

Kind = tuple[str, str]  # a word class and a form in it: ("animal", "pl")


def word_kinds() -> dict[str, frozenset[Kind]]:
    """Each word of one token with every class and form that it can have: dogs -> animal pl, pet pl.

    Two words of one kind can stand in each other's place in some sentence of the world.
    """
    kinds: defaultdict[str, set[Kind]] = defaultdict(set)
    for class_name, forms in _lexemes():
        for form, word in forms.items():
            kinds[word].add((class_name, form))
    return {word: frozenset(found) for word, found in kinds.items()}


def form_pairs(first: str, second: str) -> list[tuple[str, str]]:
    """Two forms of each word that has both, as in form_pairs("sg", "pl"): ("dog", "dogs"), each pair once."""
    pairs = {
        (forms[first], forms[second]): None
        for _, forms in _lexemes()
        if first in forms and second in forms and forms[first] != forms[second]
    }
    return list(pairs)


def _lexemes() -> Iterator[tuple[str, dict[str, str]]]:
    """Class and forms, in small letters, of each word; forms of several tokens are left out."""
    for class_name, symbol in load_grammar().symbols.items():
        for word in symbol.options:
            if isinstance(word, Lexeme):
                forms = word.forms[ENGLISH].items()
                yield (
                    class_name,
                    {form: tokens[0].lower() for form, tokens in forms if form and len(tokens) == 1},
                )
