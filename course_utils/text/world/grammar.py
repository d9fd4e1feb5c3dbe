"""The engine: a synchronous probabilistic context-free grammar without recursion.

A derivation is one tree that is spelled twice, once in English and once in Hungarian, after the manner of
syntax-directed transduction (Lewis & Stearns 1968). Choices are made once, in the tree; what differs between
the languages (word order, endings, articles) is only spelling, so the probability of a sentence is that of
its tree, and the alignment follows from which tree node each word came from.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from math import exp, fsum, log, log1p
from random import Random
from typing import Any

from course_utils.text.world.notation import PUNCTUATION, GrammarError, RuleText, Side, Slot, Word
from course_utils.text.world.splits import is_held_out

ENGLISH, HUNGARIAN = 0, 1
Link = tuple[int, int]
Layout = tuple[list[str], list[int]]
# A word as such, or (slot, form, whether the form asked of the phrase is added to it).
Item = Any
_SINGLE = [(0, 0)]
Plan = list[tuple[int, int, int | None]]


class Lexeme:
    """A word of the lexicon in both languages: a leaf of the tree, with every form it has on either side."""

    __slots__ = ("forms", "head", "held_out", "log_probability", "name", "probability", "symbol")

    def __init__(self, symbol: str, forms: tuple[dict[str, list[str]], dict[str, list[str]]]) -> None:
        self.symbol, self.forms = symbol, forms
        self.name = " ".join(next(iter(forms[ENGLISH].values())))
        self.probability = self.log_probability = 0.0
        self.head: Lexeme = self
        self.held_out: bool = False

    def spell(self, side: int, form: str) -> list[str]:
        return self.forms[side][form]

    def links(self, english: str, hungarian: str) -> list[Link]:
        """All pairs (Hungarian index, English index): a word of several tokens is translated as a whole."""
        sizes = len(self.forms[HUNGARIAN][hungarian]), len(self.forms[ENGLISH][english])
        if sizes == (1, 1):
            return _SINGLE
        return [(i, j) for i in range(sizes[0]) for j in range(sizes[1])]


class Phrase:
    """A rule with its slots filled: an inner node of the tree. `shares`: each child's log-probability."""

    __slots__ = ("_layouts", "children", "log_probability", "rule", "shares")

    def __init__(self, rule: Rule, children: list[Node], shares: list[float]) -> None:
        self.rule, self.children, self.shares = rule, children, shares
        self.log_probability = rule.log_probability + sum(shares)
        self._layouts: dict[tuple[int, str], Layout] = {}

    @property
    def head(self) -> Lexeme:
        return self.children[self.rule.head].head

    @property
    def held_out(self) -> bool:
        """Whether a combination of words in this tree is kept from training."""
        return any(child.held_out for child in self.children) or any(
            is_held_out(self.children[a].head.name, self.children[b].head.name) for a, b in self.rule.held_out
        )

    def spell(self, side: int, form: str) -> list[str]:
        return self.layout(side, form)[0]

    def layout(self, side: int, form: str) -> Layout:
        """The tokens of one side and where each item of the rule begins among them (and the last ends)."""
        if (side, form) in self._layouts:
            return self._layouts[side, form]
        tokens: list[str] = []
        starts = [0]
        for item in self.rule.sides[side]:
            if type(item) is str:
                tokens.append(item)
            else:
                slot, own, inherits = item
                tokens += self.children[slot].spell(side, own + form if inherits else own)
            starts.append(len(tokens))
        self._layouts[side, form] = tokens, starts
        return tokens, starts

    def links(self, english: str, hungarian: str) -> list[Link]:
        """Pairs (Hungarian index, English index) of words that are translations of each other."""
        found: list[Link] = []
        at_english, at_hungarian = self.layout(ENGLISH, english)[1], self.layout(HUNGARIAN, hungarian)[1]
        for h, e, slot in self.rule.plan:
            to_h, to_e = at_hungarian[h], at_english[e]
            if slot is None:
                ends = at_hungarian[h + 1], at_english[e + 1]
                inner = [(i, j) for i in range(ends[0] - to_h) for j in range(ends[1] - to_e)]
            else:
                inner = self._inner_links(slot, e, h, english, hungarian)
            found += [(i + to_h, j + to_e) for i, j in inner]
        return found

    def _inner_links(self, slot: int, e: int, h: int, english: str, hungarian: str) -> list[Link]:
        _, form, inherits = self.rule.sides[ENGLISH][e]
        _, other, passed_on = self.rule.sides[HUNGARIAN][h]
        return self.children[slot].links(
            form + english if inherits else form, other + hungarian if passed_on else other
        )

    def coreference(self) -> Link | None:
        """Indices of the pronoun and of the last word of what it refers to, among the English tokens."""
        starts = self.layout(ENGLISH, "")[1]
        found = [(starts[at], starts[antecedent + 1] - 1) for at, antecedent in self.rule.references]
        return found[0] if found else None


Node = Lexeme | Phrase


class Rule:
    """A rule ready to be expanded. Two slots of one word class in a rule never hold the same word."""

    def __init__(self, text: RuleText, symbols: dict[str, Symbol]) -> None:
        names = list(text.slots)
        self.owner, self.weight = text.owner, text.weight
        self.probability = self.log_probability = 0.0
        self.slots = [(symbols[symbol], _earlier(text, symbols, name)) for name, symbol in text.slots.items()]
        self.repeats = [(slot, earlier) for slot, (_, earlier) in enumerate(self.slots) if earlier]
        self.sides = tuple(_compile_side(side, names) for side in (text.english, text.hungarian))
        self.plan = _link_plan(text, names)
        self.held_out = [(names.index(a), names.index(b)) for a, b in text.held_out]
        self.head = _head(text, names)
        self.references = _references(text)

    def expand(self, random: Random) -> Phrase:
        children: list[Node] = []
        for symbol, earlier in self.slots:
            child = symbol.draw(random)
            while earlier and child in [children[k] for k in earlier]:
                child = symbol.draw(random)
            children.append(child)
        return self.assemble(children)

    def assemble(self, children: list[Node]) -> Phrase:
        """The tree with these children; p(word) grows by what its earlier neighbours leave to it."""
        shares = [child.log_probability for child in children]
        for slot, earlier in self.repeats:
            shares[slot] -= log1p(-sum(exp(children[k].log_probability) for k in earlier))
        return Phrase(self, children, shares)


class Symbol:
    """A nonterminal: a word class (its options are lexemes) or a phrase (its options are rules)."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.options: Sequence[Lexeme | Rule] = ()
        self.cumulative: list[float] = []
        self.lexical = False

    def set_options(self, options: Sequence[Lexeme | Rule], weights: Sequence[float]) -> None:
        """Weights become probabilities.

        What draws depend on is made with + and / alone, and with `fsum`, since Python 3.12 changed how `sum`
        rounds: so the tables agree on every platform.
        """
        total = fsum(weights)
        for option, weight in zip(options, weights, strict=True):
            option.probability = weight / total
            option.log_probability = log(option.probability)
        self.options = options
        self.cumulative = list(accumulate(option.probability for option in options))
        self.cumulative[-1] = 1.0
        self.lexical = isinstance(options[0], Lexeme)

    def draw(self, random: Random) -> Node:
        option = self.options[bisect_right(self.cumulative, random.random())]
        return option if isinstance(option, Lexeme) else option.expand(random)

    def derivations(self) -> Iterator[Node]:
        """Every tree of this symbol, in a fixed order: only for symbols that have few."""
        for option in self.options:
            if isinstance(option, Lexeme):
                yield option
            else:
                yield from _expansions(option, [])


def _expansions(rule: Rule, children: list[Node]) -> Iterator[Phrase]:
    if len(children) == len(rule.slots):
        yield rule.assemble(children)
        return
    symbol, earlier = rule.slots[len(children)]
    for child in symbol.derivations():
        if child not in [children[k] for k in earlier]:
            yield from _expansions(rule, [*children, child])


def _earlier(text: RuleText, symbols: dict[str, Symbol], name: str) -> list[int]:
    names = list(text.slots)
    symbol = text.slots[name]
    before = names[: names.index(name)]
    return [names.index(n) for n in before if text.slots[n] == symbol and symbols[symbol].lexical]


def _compile_side(side: Side, names: list[str]) -> list[Item]:
    return [
        item.text
        if isinstance(item, Word)
        else (names.index(item.name), item.form.removesuffix("*"), item.form.endswith("*"))
        for item in side
    ]


def _link_plan(text: RuleText, names: list[str]) -> Plan:
    """Which items are translations of each other: by mark, by slot (k-th with k-th), by punctuation."""
    plan: Plan = []
    for e, item in enumerate(text.english):
        for h, other in enumerate(text.hungarian):
            if isinstance(item, Slot) and isinstance(other, Slot):
                if item.name == other.name and _rank(text.english, e) == _rank(text.hungarian, h):
                    plan.append((h, e, names.index(item.name)))
            elif _marks(text.english, e) & _marks(text.hungarian, h) or _same_punctuation(text, e, h):
                plan.append((h, e, None))
    return plan


def _marks(side: Side, at: int) -> set[str]:
    """A word's own marks; a slot's name, with 2, 3, ... where it stands again."""
    item = side[at]
    if isinstance(item, Word):
        return set(item.marks)
    rank = _rank(side, at)
    return {f"{item.name}{rank + 1}" if rank else item.name}


def _rank(side: Side, at: int) -> int:
    """How many items like this one, the same word or the same slot in any form, stand before it."""
    return [_likeness(item) for item in side[:at]].count(_likeness(side[at]))


def _likeness(item: Word | Slot) -> tuple[type, str]:
    return type(item), item.name if isinstance(item, Slot) else item.text


def _same_punctuation(text: RuleText, e: int, h: int) -> bool:
    item, other = text.english[e], text.hungarian[h]
    if not (isinstance(item, Word) and item == other and item.text in PUNCTUATION):
        return False
    counts = [sum(1 for word in side if word == item) for side in (text.english, text.hungarian)]
    return counts[0] == counts[1] and _rank(text.english, e) == _rank(text.hungarian, h)


def _head(text: RuleText, names: list[str]) -> int:
    """The slot that takes the endings asked of the phrase; without one, the last slot."""
    inflected = [item.name for item in text.hungarian if isinstance(item, Slot) and "*" in item.form]
    return names.index((inflected or names or [""])[-1]) if names else 0


def _references(text: RuleText) -> list[tuple[int, int]]:
    slots = {item.name: at for at, item in reversed(list(enumerate(text.english))) if isinstance(item, Slot)}
    return [
        (at, slots[item.refers])
        for at, item in enumerate(text.english)
        if isinstance(item, Word) and item.refers
    ]


__all__ = ["ENGLISH", "HUNGARIAN", "GrammarError", "Lexeme", "Node", "Phrase", "Rule", "Symbol"]
