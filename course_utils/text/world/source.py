"""Puts lexicon and constructions together into one grammar; the data files are read once a process."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from math import fsum
from typing import Any

from course_utils.text.world.grammar import ENGLISH, HUNGARIAN, GrammarError, Rule, Symbol
from course_utils.text.world.lexicon import load_lexicon
from course_utils.text.world.notation import parse_rules, parse_weight

STARTS = ("sentence", "exchange", "story")
EMAIL_KINDS = ("personal", "work", "invitation")
_KEYS = {"about", "rules", "sentiment", "email", *STARTS}


@dataclass(frozen=True, slots=True)
class Construction:
    """A kind of sentence: its name, what it is about, and what every sentence of it is."""

    name: str
    about: str
    sentiment: bool
    email_kind: str | None


@dataclass(slots=True)
class Grammar:
    """All symbols by name, the constructions, and the words' true sentiment scores."""

    symbols: dict[str, Symbol] = field(default_factory=dict)
    constructions: dict[str, Construction] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)


@cache
def load_grammar() -> Grammar:
    """The world's grammar, from the data files beside this module."""
    folder = files("course_utils.text.world")
    lexicon, constructions = (
        tomllib.loads((folder / name).read_text("utf-8")) for name in ("lexicon.toml", "constructions.toml")
    )
    return build_grammar(lexicon, constructions)


def build_grammar(lexicon: dict[str, Any], constructions: dict[str, Any]) -> Grammar:
    """A grammar from the contents of the two data files; raises GrammarError naming what is wrong where."""
    grammar = Grammar()
    for loaded in load_lexicon(lexicon):
        name = loaded.name
        grammar.symbols[name] = Symbol(name)
        grammar.symbols[name].set_options(loaded.words, loaded.weights)
        _add_scores(grammar.scores, loaded.scores)
    builder = _Builder(grammar, constructions.get("phrase", {}))
    for name in builder.phrases:
        builder.phrase(name)
    for start in STARTS:
        builder.start(start, constructions.get("construction", {}))
    for name, entry in constructions.get("construction", {}).items():
        grammar.constructions[name] = _construction(name, entry)
    _check_forms(grammar)
    return grammar


def _check_forms(grammar: Grammar) -> None:
    """Every form a sentence can ask of a word is listed; raises GrammarError naming who asks."""
    asked = {
        (grammar.symbols[start], side, "", start)
        for start in STARTS
        if start in grammar.symbols
        for side in (ENGLISH, HUNGARIAN)
    }
    waiting = list(asked)
    while waiting:
        for request in _requests(*waiting.pop()):
            if request not in asked:
                asked.add(request)
                waiting.append(request)


def _requests(symbol: Symbol, side: int, form: str, owner: str) -> list[tuple[Symbol, int, str, str]]:
    """What a symbol asked for this form asks of others in turn."""
    requests = []
    for option in symbol.options:
        if isinstance(option, Rule):
            slots = [item for item in option.sides[side] if type(item) is not str]
            requests += [
                (option.slots[slot][0], side, own + form if inherits else own, option.owner)
                for slot, own, inherits in slots
            ]
        elif form not in option.forms[side]:
            listed = " ".join(filter(None, option.forms[side]))
            raise GrammarError(f"{owner}: expected a form of {symbol.name!r} ({listed}), received {form!r}")
    return requests


def _add_scores(scores: dict[str, float], new: dict[str, float]) -> None:
    for word, score in new.items():
        if scores.setdefault(word, score) != score:
            raise GrammarError(f"{word!r}: expected one sentiment score, received {scores[word]} and {score}")


def _construction(name: str, entry: dict[str, Any]) -> Construction:
    kind = entry.get("email")
    if kind not in (None, *EMAIL_KINDS):
        raise GrammarError(
            f"construction {name!r}: expected email to be one of {EMAIL_KINDS}, received {kind!r}"
        )
    if unknown := sorted(set(entry) - _KEYS):
        raise GrammarError(f"construction {name!r}: expected keys of {sorted(_KEYS)}, received {unknown}")
    return Construction(name, entry.get("about", ""), bool(entry.get("sentiment")), kind)


class _Builder:
    """Compiles phrases when they are first needed, so that their order on the page is free."""

    def __init__(self, grammar: Grammar, phrases: dict[str, str]) -> None:
        self.symbols, self.phrases = grammar.symbols, phrases
        self.under_way: list[str] = []
        for name in phrases:
            if name in self.symbols:
                raise GrammarError(f"phrase {name!r}: expected a name no word class has")

    def phrase(self, name: str) -> None:
        if name in self.symbols:
            return
        if name in self.under_way:
            raise GrammarError(f"phrase {name!r}: expected no cycle, received {' -> '.join(self.under_way)}")
        self.under_way.append(name)
        rules = self.rules(name, self.phrases[name])
        if any(rule.references for rule in rules):
            raise GrammarError(f"phrase {name!r}: expected pronouns to refer in constructions only")
        symbol = Symbol(name)
        symbol.set_options(rules, [rule.weight for rule in rules])
        self.symbols[name] = symbol
        self.under_way.pop()

    def rules(self, owner: str, text: str) -> list[Rule]:
        rules = []
        for parsed in parse_rules(owner, text):
            for needed in parsed.slots.values():
                if needed not in self.symbols and needed not in self.phrases:
                    raise GrammarError(
                        f"{owner}: expected a word class or phrase, received unknown {needed!r}"
                    )
                if needed in self.phrases:
                    self.phrase(needed)
            rules.append(Rule(parsed, self.symbols))
        return rules

    def start(self, start: str, constructions: dict[str, Any]) -> None:
        """The start symbol's options are all rules of its constructions, each with its share."""
        options: list[Rule] = []
        weights: list[float] = []
        for name, entry in constructions.items():
            if start in entry:
                share = parse_weight(f"construction {name!r}", str(entry[start]))
                rules = self.rules(name, entry["rules"])
                total = fsum(rule.weight for rule in rules)
                options += rules
                weights += [share * rule.weight / total for rule in rules]
        if options:
            self.symbols[start] = Symbol(start)
            self.symbols[start].set_options(options, weights)
