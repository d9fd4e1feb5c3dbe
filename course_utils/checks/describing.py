"""Values and calls as the short text that messages show."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

SHOWN = 200  # characters of a value that a message shows
VOWELS = tuple("aeiou")


def describe(value: Any, limit: int = SHOWN) -> str:
    """A value as short text; a value whose own repr fails is named by its type."""
    try:
        text = f"{dict(value)!r}" if type(value) in (Counter, defaultdict) else repr(value)
    except Exception:
        text = f"{with_article(type(value).__name__)} that cannot be shown"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def describe_call(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """`name(args)` as the student would type it, long arguments cut."""
    shown = [describe(arg, 120) for arg in args] + [
        f"{key}={describe(arg, 60)}" for key, arg in kwargs.items()
    ]
    return f"{name}({', '.join(shown)})"


def with_article(noun: str) -> str:
    """\"a list\", \"an int\"."""
    return f"an {noun}" if noun.lower().startswith(VOWELS) else f"a {noun}"
