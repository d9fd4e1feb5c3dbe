"""The notation of `constructions.toml`: what a rule looks like on the page.

A rule is two lines, English and Hungarian, and perhaps a third one that names slots::

    3  the~1 {animal} ate~2 the~3 {food} because~4 it>food was~5 {taste} .
    =  a(z)~1 {animal} megette~2 a(z)~3 {food.acc} , mert~4 {taste} volt~5 .
    +  food taste

- `3` is the rule's weight; weights are divided by their sum over the rules of one symbol.
- `{animal}` is a slot filled from the symbol `animal`; `{who:person}` is a slot called `who`, filled from
  `person`; `{food.acc}` asks for the form `acc`, `{noun.*}` for the form that was asked of the whole rule
  (`{noun.my_*}` for `my_acc` where that was `acc`).
- words with the same mark (`~4`) are translations of each other; a mark may be a slot's name (`did~verb`,
  `did~verb2` where the slot stands for the second time). A slot's two sides are linked by themselves, and so
  is punctuation that both sides hold equally often.
- `it>food` says that "it" refers to what fills the slot `food`; one pronoun of a construction's rule may.
- `a(z)` becomes "a" or "az", `a(n)` becomes "a" or "an", by the sound of the next word.
- `+ food taste` names two slots whose combinations are partly held out (see `splits.py`).
- `//` ends a sentence of a story or an exchange.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

PUNCTUATION = frozenset([".", ",", "?", "!", ":", ";"])
SENTENCE_BREAK = "//"
_SLOT = re.compile(r"\{(?P<name>\w+)(?::(?P<symbol>\w+))?(?:\.(?P<form>\w*\*?))?\}")
_WORD = re.compile(r"(?P<text>[^~>{}]+)(?:>(?P<refers>\w+))?(?:~(?P<marks>\w+(?:,\w+)*))?")


class GrammarError(ValueError):
    """The grammar's data is wrong; the message names the entry, what was expected and what was received."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word written in the rule itself."""

    text: str
    marks: tuple[str, ...] = ()
    refers: str | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that another symbol fills; an empty `form` is the first, `*` the one asked of the rule."""

    name: str
    symbol: str
    form: str


Side = tuple[Word | Slot, ...]


@dataclass(frozen=True, slots=True)
class RuleText:
    """One parsed rule of the symbol `owner`."""

    owner: str
    weight: float
    english: Side
    hungarian: Side
    held_out: tuple[tuple[str, str], ...]

    @property
    def slots(self) -> dict[str, str]:
        """Slot name -> symbol, in the order of the English side."""
        return {item.name: item.symbol for item in self.english if isinstance(item, Slot)}


def parse_rules(owner: str, text: str) -> list[RuleText]:
    """All rules written for one symbol, in their order; raises GrammarError naming the line."""
    rules: list[list[str]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if line[0] not in "=+":
            rules.append([line])
        elif not rules:
            raise GrammarError(f"{owner}: expected a rule to begin with its weight, received {line!r}")
        else:
            rules[-1].append(line)
    if not rules:
        raise GrammarError(f"{owner}: expected at least one rule, received none")
    return [_parse_rule(owner, lines) for lines in rules]


def _parse_rule(owner: str, lines: list[str]) -> RuleText:
    head, _, english = lines[0].partition(" ")
    hungarian = [line[1:] for line in lines if line[0] == "="]
    if len(hungarian) != 1:
        raise GrammarError(
            f"{owner}: expected one Hungarian line ('=') after {lines[0]!r}, received {len(hungarian)}"
        )
    pairs = tuple(_parse_pair(owner, line) for line in lines if line[0] == "+")
    symbols: dict[str, str] = {}
    sides = [_parse_side(owner, side, symbols) for side in (english, hungarian[0])]
    rule = RuleText(owner, parse_weight(owner, head), sides[0], sides[1], pairs)
    _check_sides(rule)
    return rule


def parse_weight(owner: str, text: str) -> float:
    """A positive number; raises GrammarError naming `owner` otherwise."""
    try:
        weight = float(text)
    except ValueError:
        weight = 0.0
    if not 0.0 < weight < float("inf"):
        raise GrammarError(f"{owner}: expected a positive weight, received {text!r}")
    return weight


def _parse_pair(owner: str, line: str) -> tuple[str, str]:
    names = line[1:].split()
    if len(names) != 2:
        raise GrammarError(f"{owner}: expected '+' and the names of two slots, received {line!r}")
    return names[0], names[1]


def _parse_side(owner: str, text: str, symbols: dict[str, str]) -> Side:
    items: list[Word | Slot] = []
    for token in text.split():
        if match := _SLOT.fullmatch(token):
            symbol = symbols.setdefault(match["name"], match["symbol"] or match["name"])
            items.append(Slot(match["name"], symbol, match["form"] or ""))
        elif match := _WORD.fullmatch(token):
            items.append(
                Word(match["text"], tuple(filter(None, (match["marks"] or "").split(","))), match["refers"])
            )
        else:
            raise GrammarError(f"{owner}: expected a word or a slot such as {{food.acc}}, received {token!r}")
    return tuple(items)


def _check_sides(rule: RuleText) -> None:
    breaks = [side.count(Word(SENTENCE_BREAK)) + 1 for side in (rule.english, rule.hungarian)]
    if breaks[0] != breaks[1]:
        raise GrammarError(
            f"{rule.owner}: expected as many sentences in both languages, "
            f"received {breaks[0]} and {breaks[1]}"
        )
    names = set(rule.slots)
    hungarian = {item.name for item in rule.hungarian if isinstance(item, Slot)}
    if names != hungarian:
        raise GrammarError(
            f"{rule.owner}: expected the same slots on both sides, "
            f"received {sorted(names)} in English and {sorted(hungarian)} in Hungarian"
        )
    used = [item.refers for item in rule.english if isinstance(item, Word) and item.refers]
    if len(used) > 1:
        raise GrammarError(f"{rule.owner}: expected one pronoun that refers, received {len(used)}")
    for name in sorted(set(used).union(*rule.held_out) - names):
        raise GrammarError(f"{rule.owner}: expected one of the slots {sorted(names)}, received {name!r}")
