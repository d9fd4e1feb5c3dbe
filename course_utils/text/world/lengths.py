"""Sentences of a wanted length: trees drawn from the top down, each slot given its share of the words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from random import Random

from course_utils.text.world.grammar import ENGLISH, Lexeme, Node, Phrase, Rule, Symbol
from course_utils.text.world.notation import PUNCTUATION, SENTENCE_BREAK

_NO_WORDS = PUNCTUATION | {SENTENCE_BREAK}
# The forms that a tree is spelled in: more than one where a rule has the same slot in several places.
Forms = tuple[str, ...]
Lengths = dict[int, float]


def draw_of_length(symbol: Symbol, length: int, random: Random) -> Iterator[Phrase]:
    """Draws from the symbol's sentences of `length` English words, punctuation not counted, without end.

    Rules and slots' lengths are drawn by Bayes' rule, p(choice | length) ∝ p(choice) p(length | choice). A
    tree that repeats a word where none may be repeated is drawn again, which makes p(tree | length) slightly
    inexact.
    """
    if length not in symbol_lengths(symbol, ("",)):
        raise ValueError(f"expected a length that {symbol.name!r} can have, received {length}")
    while True:
        tree = _draw(symbol, ("",), length, random)
        if isinstance(tree, Phrase):
            yield tree


@cache
def symbol_lengths(symbol: Symbol, forms: Forms) -> Lengths:
    """p(length | symbol), the English words summed over all forms that are asked of one tree."""
    lengths: Lengths = {}
    for option in symbol.options:
        for length, p in _option_lengths(option, forms).items():
            lengths[length] = lengths.get(length, 0.0) + option.probability * p
    return lengths


def _option_lengths(option: Lexeme | Rule, forms: Forms) -> Lengths:
    if isinstance(option, Rule):
        return _lengths_from(option, forms, -1)
    return {sum(len(option.forms[ENGLISH][form]) for form in forms): 1.0}


@cache
def _lengths_from(rule: Rule, forms: Forms, slot: int) -> Lengths:
    """The lengths of this slot and the later ones together; -1 stands for the rule's own words."""
    if slot == len(rule.slots):
        return {0: 1.0}
    later = _lengths_from(rule, forms, slot + 1)
    total: Lengths = {}
    for length, p in _slot_lengths(rule, forms, slot).items():
        for rest, q in later.items():
            total[length + rest] = total.get(length + rest, 0.0) + p * q
    return total


def _slot_lengths(rule: Rule, forms: Forms, slot: int) -> Lengths:
    if slot >= 0:
        return symbol_lengths(rule.slots[slot][0], _asked(rule, forms, slot))
    words = [item for item in rule.sides[ENGLISH] if type(item) is str and item not in _NO_WORDS]
    return {len(words) * len(forms): 1.0}


@cache
def _asked(rule: Rule, forms: Forms, slot: int) -> Forms:
    """The forms a slot is asked for, in all its places, when the rule is asked for `forms`."""
    places = [item for item in rule.sides[ENGLISH] if type(item) is not str and item[0] == slot]
    return tuple(own + form if inherits else own for _, own, inherits in places for form in forms)


def _draw(symbol: Symbol, forms: Forms, length: int, random: Random) -> Node | None:
    options, cumulative = _options(symbol, forms, length)
    option = options[bisect_right(cumulative, random.random() * cumulative[-1])]
    return option if isinstance(option, Lexeme) else _expand(option, forms, length, random)


@cache
def _options(symbol: Symbol, forms: Forms, length: int) -> tuple[list[Lexeme | Rule], list[float]]:
    """The options that can have this length and their cumulative p(option) p(length | option)."""
    fitting = [option for option in symbol.options if length in _option_lengths(option, forms)]
    weights = [option.probability * _option_lengths(option, forms)[length] for option in fitting]
    return fitting, list(accumulate(weights))


def _expand(rule: Rule, forms: Forms, length: int, random: Random) -> Phrase | None:
    """A tree of this length, or None where the draws repeat a word."""
    left = length - next(iter(_slot_lengths(rule, forms, -1)))
    children: list[Node] = []
    for slot, (symbol, earlier) in enumerate(rule.slots):
        lengths, cumulative = _shares(rule, forms, slot, left)
        own = lengths[bisect_right(cumulative, random.random() * cumulative[-1])]
        child = _draw(symbol, _asked(rule, forms, slot), own, random)
        if child is None or child in [children[k] for k in earlier]:
            return None
        children.append(child)
        left -= own
    return rule.assemble(children)


@cache
def _shares(rule: Rule, forms: Forms, slot: int, left: int) -> tuple[list[int], list[float]]:
    """How many of the words left this slot may have, and cumulative p(slot) p(later slots have the rest)."""
    own, later = _slot_lengths(rule, forms, slot), _lengths_from(rule, forms, slot + 1)
    fitting = [length for length in own if left - length in later]
    return fitting, list(accumulate(own[length] * later[left - length] for length in fitting))
