"""Loads `lexicon.toml`: word classes, their forms in both languages, and the words' true sentiment scores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from course_utils.text.world.grammar import GrammarError, Lexeme
from course_utils.text.world.notation import parse_weight


@dataclass(frozen=True, slots=True)
class WordClass:
    """The words of one class, likelier ones first, with their weights and (where they have one) scores."""

    name: str
    forms: tuple[list[str], list[str]]
    words: list[Lexeme]
    weights: list[float]
    scores: dict[str, float]


def load_lexicon(lexicon: dict[str, Any]) -> Iterator[WordClass]:
    """All classes. One with `of` holds the words of the classes named there, taken in turn."""
    for name, entry in lexicon.items():
        if parts := entry.get("of"):
            yield _load_union(name, parts.split(), lexicon)
        else:
            yield load_class(name, entry)


def _load_union(name: str, parts: list[str], lexicon: dict[str, Any]) -> WordClass:
    for part in parts:
        if part not in lexicon:
            raise GrammarError(f"class {name!r}: expected `of` to name classes, received unknown {part!r}")
        if "words" not in lexicon[part]:
            raise GrammarError(f"class {name!r}: expected `of` to name classes with words, received {part!r}")
    first = lexicon[parts[0]]
    words = [_lines(lexicon[part]["words"]) for part in parts]
    mixed = [line for lines in zip_longest(*words) for line in lines if line]
    return load_class(name, {**first, "words": "\n".join(mixed)})


def load_class(name: str, entry: dict[str, Any]) -> WordClass:
    """One table of the lexicon; raises GrammarError naming class, word, what was expected and received.

    A word is a line "English forms | Hungarian forms", after which may follow "| weight" and "| score". Forms
    are separated by blanks, the words inside one by "_". Without a weight, the r-th word weighs 1 / (r + 1).
    """
    for key in ("english", "hungarian", "words"):
        if not entry.get(key):
            raise GrammarError(f"class {name!r}: expected a non-empty {key!r}, received {entry.get(key)!r}")
    if unknown := sorted(set(entry) - {"english", "hungarian", "words"}):
        raise GrammarError(f"class {name!r}: expected english, hungarian and words, received {unknown}")
    forms = entry["english"].split(), entry["hungarian"].split()
    loaded = WordClass(name, forms, [], [], {})
    for rank, line in enumerate(_lines(entry["words"]), start=1):
        _add_word(loaded, line, 1.0 / (rank + 1))
    names = [word.name for word in loaded.words]
    for word in names:
        if names.count(word) > 1:
            raise GrammarError(f"class {name!r}: expected each word once, received {word!r} twice")
    return loaded


def _lines(words: str) -> list[str]:
    return [line.strip() for line in words.splitlines() if line.strip()]


def _add_word(loaded: WordClass, line: str, usual_weight: float) -> None:
    owner = f"class {loaded.name!r}, {line!r}"
    parts = [part.strip() for part in line.split("|")]
    if not 2 <= len(parts) <= 4:
        raise GrammarError(
            f"{owner}: expected 'English | Hungarian', weight and score, received {len(parts)} parts"
        )
    english, hungarian = (_forms(owner, *pair) for pair in zip(loaded.forms, parts[:2], strict=True))
    word = Lexeme(loaded.name, (english, hungarian))
    loaded.words.append(word)
    loaded.weights.append(parse_weight(owner, parts[2]) if len(parts) > 2 and parts[2] else usual_weight)
    if len(parts) == 4:
        loaded.scores[word.name.lower()] = _score(owner, parts[3])


def _forms(owner: str, names: list[str], text: str) -> dict[str, list[str]]:
    received = text.split()
    if len(received) != len(names):
        raise GrammarError(
            f"{owner}: expected {len(names)} forms ({' '.join(names)}), received {len(received)}: {text!r}"
        )
    forms = {name: form.split("_") for name, form in zip(names, received, strict=True)}
    return {"": next(iter(forms.values())), **forms}


def _score(owner: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise GrammarError(f"{owner}: expected a sentiment score, received {text!r}") from None
