"""From a tree to records: both languages spelled, articles settled, words linked."""

from __future__ import annotations

from collections.abc import Iterator

from course_utils.text.world.grammar import ENGLISH, HUNGARIAN, Phrase
from course_utils.text.world.notation import SENTENCE_BREAK
from course_utils.text.world.record import Record
from course_utils.text.world.source import Grammar

_VOWELS = frozenset("aáeéiíoóöőuúüűAÁEÉIÍOÓÖŐUÚÜŰ")


def settle_articles(tokens: list[str]) -> None:
    """Turns "a(z)" into "a" or "az" and "a(n)" into "a" or "an", in place, by the word that follows."""
    for at in range(len(tokens) - 1):
        if tokens[at] == "a(z)":
            tokens[at] = "az" if tokens[at + 1][0] in _VOWELS else "a"
        elif tokens[at] == "a(n)":
            tokens[at] = "an" if tokens[at + 1][0] in _VOWELS else "a"


def english_key(tree: Phrase) -> str:
    """The English tokens joined by blanks: what a sentence's split depends on."""
    tokens = list(tree.spell(ENGLISH, ""))
    settle_articles(tokens)
    return " ".join(token for token in tokens if token != SENTENCE_BREAK).lower()


def record_of(tree: Phrase, grammar: Grammar) -> Record:
    """The whole tree as one record, sentence breaks left out."""
    return next(_records(tree, grammar, whole=True))


def records_of(tree: Phrase, grammar: Grammar) -> list[Record]:
    """One record a sentence of a story or exchange.

    A record's log-probability is that of the choices first seen in it, so that they sum to that of the whole.
    """
    return list(_records(tree, grammar, whole=False))


def _records(tree: Phrase, grammar: Grammar, whole: bool) -> Iterator[Record]:
    english, hungarian = list(tree.spell(ENGLISH, "")), list(tree.spell(HUNGARIAN, ""))
    settle_articles(english)
    settle_articles(hungarian)
    links = tree.links("", "")
    reference = tree.coreference()
    if SENTENCE_BREAK not in english:
        yield _record(tree, grammar, english, hungarian, links, tree.log_probability, reference)
        return
    parts = _parts(english, whole), _parts(hungarian, whole)
    shares = [tree.log_probability] if whole else _shares(tree)
    for e, h, share in zip(*parts, shares, strict=True):
        at_e, at_h = ({old: new for new, old in enumerate(part)} for part in (e, h))
        inside = [(at_h[i], at_e[j]) for i, j in links if i in at_h and j in at_e]
        found = reference and reference[0] in at_e and reference[1] in at_e
        moved = (at_e[reference[0]], at_e[reference[1]]) if reference and found else None
        words = [english[k] for k in e], [hungarian[k] for k in h]
        yield _record(tree, grammar, *words, inside, share, moved)


def _parts(tokens: list[str], whole: bool) -> list[list[int]]:
    """The indices of the tokens of each sentence."""
    parts: list[list[int]] = [[]]
    for at, token in enumerate(tokens):
        if token != SENTENCE_BREAK:
            parts[-1].append(at)
        elif not whole:
            parts.append([])
    return parts


def _shares(tree: Phrase) -> list[float]:
    shares = [tree.rule.log_probability]
    seen: set[int] = set()
    for item in tree.rule.sides[ENGLISH]:
        if item == SENTENCE_BREAK:
            shares.append(0.0)
        elif not isinstance(item, str) and item[0] not in seen:
            seen.add(item[0])
            shares[-1] += tree.shares[item[0]]
    return shares


def _record(
    tree: Phrase,
    grammar: Grammar,
    english: list[str],
    hungarian: list[str],
    links: list[tuple[int, int]],
    log_probability: float,
    reference: tuple[int, int] | None,
) -> Record:
    construction = grammar.constructions[tree.rule.owner]
    cased = " ".join(english), " ".join(hungarian)
    lower = tuple(cased[0].lower().split(" "))
    scores = grammar.scores
    return Record(
        lower,
        tuple(cased[1].lower().split(" ")),
        tuple(sorted(links)),
        log_probability,
        construction.name,
        sum(scores[word] for word in lower if word in scores) if construction.sentiment else None,
        reference,
        construction.email_kind,
        *cased,
    )
