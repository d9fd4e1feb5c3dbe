"""What the grammar says about itself exactly, by recursion over its symbols: entropy and expected length."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import log

from course_utils.text.world.grammar import ENGLISH, Lexeme, Rule, Symbol
from course_utils.text.world.notation import SENTENCE_BREAK


@cache
def entropy(symbol: Symbol) -> float:
    """H(N) = sum over options of p (-log p + entropy of the option's slots), in nats (Grenander 1967).

    It is the entropy of the English sentences because the grammar is unambiguous: one sentence, one tree.
    """
    total = 0.0
    for option in symbol.options:
        slots = option.slots if isinstance(option, Rule) else []
        inner = sum(_slot_entropy(child, len(earlier)) for child, earlier in slots)
        total += option.probability * (inner - option.log_probability)
    return total


@cache
def _slot_entropy(symbol: Symbol, earlier: int) -> float:
    return expected_later(symbol, earlier, lambda word, p: -log(p)) if earlier else entropy(symbol)


@cache
def expected_tokens(symbol: Symbol, form: str = "") -> float:
    """The expected number of English tokens, punctuation included, without an end-of-sentence token."""
    return sum(
        option.probability
        * (len(option.forms[ENGLISH][form]) if isinstance(option, Lexeme) else _rule_tokens(option, form))
        for option in symbol.options
    )


def _rule_tokens(rule: Rule, form: str) -> float:
    total = 0.0
    for item in rule.sides[ENGLISH]:
        if isinstance(item, str):
            total += item != SENTENCE_BREAK
        else:
            symbol, earlier = rule.slots[item[0]]
            total += _slot_tokens(symbol, len(earlier), item[1] + form if item[2] else item[1])
    return total


@cache
def _slot_tokens(symbol: Symbol, earlier: int, form: str) -> float:
    if not earlier:
        return expected_tokens(symbol, form)
    return expected_later(symbol, earlier, lambda word, p: len(word.forms[ENGLISH][form]))


def expected_later(symbol: Symbol, earlier: int, value: Callable[[Lexeme, float], float]) -> float:
    """The mean of `value(word, p)` over the word drawn after `earlier` other ones, without repeating any.

    The sum runs over the sets of words drawn before, each with its probability.
    """
    words = [word for word in symbol.options if isinstance(word, Lexeme)]
    before: dict[tuple[int, ...], float] = {(): 1.0}
    for _ in range(earlier):
        after: dict[tuple[int, ...], float] = {}
        for used, mass in before.items():
            for at, p in _rest(words, used):
                key = tuple(sorted((*used, at)))
                after[key] = after.get(key, 0.0) + mass * p
        before = after
    return sum(
        mass * p * value(words[at], p) for used, mass in before.items() for at, p in _rest(words, used)
    )


def _rest(words: list[Lexeme], used: tuple[int, ...]) -> list[tuple[int, float]]:
    left = 1.0 - sum(words[k].probability for k in used)
    return [(at, word.probability / left) for at, word in enumerate(words) if at not in used]
