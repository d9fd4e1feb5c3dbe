"""Values and calls as the short text that messages show."""

from __future__ import annotations

import numbers
import sys
from collections import Counter, defaultdict
from types import ModuleType
from typing import Any

SHOWN = 200  # characters of a value that a message shows
VOWELS = tuple("aeiou")
SPOKEN_TYPES = {"ndarray": "NumPy array"}  # how students call it, where that is not the type's name


def describe(value: Any, limit: int = SHOWN) -> str:
    """A value as short text; a value whose own repr fails is named by its type."""
    try:
        text = repr(_plain(value))
    except Exception:
        text = f"{with_article(type_name(type(value)))} that cannot be shown"
    return shorten(text, limit)


def shorten(text: str, limit: int = SHOWN) -> str:
    """`text`, cut where it is too long for a message."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _plain(value: Any) -> Any:
    """What prints as a student writes it: 'ate' for np.str_('ate'), {...} for Counter({...}).

    A random generator's own text is the place in memory where it lies.
    """
    if type(value) in (dict, Counter, defaultdict):
        return {_plain(key): _plain(each) for key, each in value.items()}
    if type(value) in (list, tuple):
        return type(value)(map(_plain, value))
    numpy: ModuleType | None = sys.modules.get("numpy")  # before NumPy is imported nothing is of its types
    random: ModuleType | None = sys.modules.get("numpy.random")
    if random is not None and isinstance(value, random.Generator):
        return _Written("np.random.default_rng(...)")
    return value.item() if numpy is not None and isinstance(value, numpy.generic) else value


class _Written:
    """Shows as this text, wherever it stands."""

    def __init__(self, text: str):
        self._text = text

    def __repr__(self) -> str:
        return self._text


def describe_call(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """`name(args)` as the student would type it, long arguments cut."""
    shown = [describe(arg, 120) for arg in args] + [
        f"{key}={describe(arg, 60)}" for key, arg in kwargs.items()
    ]
    return f"{name}({', '.join(shown)})"


def type_name(kind: type) -> str:
    """What a message calls a type."""
    return SPOKEN_TYPES.get(kind.__name__, kind.__name__)


def cause_of_list(values: list[Any]) -> str:
    """What to do with a list that came where an array is expected."""
    if any(hasattr(value, "dtype") and not isinstance(value, numbers.Number) for value in values):
        return "It is a Python list of arrays: np.stack(...), or keras.ops.stack(...) of tensors, makes one."
    return "It is a Python list: np.array(...) makes an array of it."


def with_article(noun: str) -> str:
    """\"a list\", \"an int\"."""
    return f"an {noun}" if noun.lower().startswith(VOWELS) else f"a {noun}"
