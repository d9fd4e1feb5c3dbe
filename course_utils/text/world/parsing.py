"""A parser of the world's English: it finds every tree that a sentence has, by trying every rule."""

from __future__ import annotations

from collections.abc import Iterator

from course_utils.text.world.grammar import ENGLISH, Lexeme, Node, Phrase, Rule, Symbol

Found = tuple[Node, int]


def trees_of(symbol: Symbol, tokens: list[str]) -> list[Phrase]:
    """Every tree of `symbol` that is spelled so, up to the articles "a" and "an"."""
    found = [tree for tree, end in _parse(symbol, "", tokens, 0) if end == len(tokens)]
    return [tree for tree in found if isinstance(tree, Phrase)]


def _parse(symbol: Symbol, form: str, tokens: list[str], at: int) -> Iterator[Found]:
    for option in symbol.options:
        if isinstance(option, Rule):
            yield from _items(option, form, tokens, at, 0, [])
        elif (end := _after(option.forms[ENGLISH][form], tokens, at)) is not None:
            yield option, end


def _items(
    rule: Rule, form: str, tokens: list[str], at: int, item: int, children: list[Node]
) -> Iterator[Found]:
    """What the rule's items from `item` on make of the tokens from `at` on."""
    if item == len(rule.sides[ENGLISH]):
        yield rule.assemble(children), at
        return
    wanted = rule.sides[ENGLISH][item]
    if isinstance(wanted, str):
        words = [] if wanted == "//" else [wanted]
        if (end := _after(words, tokens, at)) is not None:
            yield from _items(rule, form, tokens, end, item + 1, children)
        return
    slot, own, inherits = wanted
    asked = own + form if inherits else own
    for child, end in _fillers(rule, slot, asked, tokens, at, children):
        filled = [*children[:slot], child, *children[slot + 1 :]]
        yield from _items(rule, form, tokens, end, item + 1, filled)


def _fillers(
    rule: Rule, slot: int, asked: str, tokens: list[str], at: int, children: list[Node]
) -> Iterator[Found]:
    if slot < len(children):
        end = _after(children[slot].spell(ENGLISH, asked), tokens, at)
        if end is not None:
            yield children[slot], end
        return
    symbol, earlier = rule.slots[slot]
    for child, end in _parse(symbol, asked, tokens, at):
        if not (isinstance(child, Lexeme) and child in [children[k] for k in earlier]):
            yield child, end


def _after(words: list[str], tokens: list[str], at: int) -> int | None:
    """Where the tokens go on after these words, None where they are others."""
    if at + len(words) > len(tokens):
        return None
    said = zip(words, tokens[at:], strict=False)
    fits = all(token == word.lower() or (word == "a(n)" and token in ("a", "an")) for word, token in said)
    return at + len(words) if fits else None
