"""Which characters make up words and which part them, the same for Python's `re` and for tensorflow's RE2.

They differ on `\\w`. So the classes are spelled out, as ranges, and both are given the same.
"""

import sys
import unicodedata
from collections.abc import Callable
from functools import cache
from itertools import groupby


@cache
def word_characters() -> str:
    """The inside of a character class: letters, digits, and the marks that go on top of them."""
    return _ranges(lambda character: unicodedata.category(character)[0] in "LMN")


@cache
def blank_characters() -> str:
    """The inside of a character class: blanks, and NUL, at which RE2's splitter would stop reading."""
    return _ranges(lambda character: character.isspace() or character == "\0")


def _ranges(wanted: Callable[[str], bool]) -> str:
    """All wanted characters, as "A-Za-z". None has a meaning of its own in a character class."""
    found = (code for code in range(sys.maxunicode + 1) if wanted(chr(code)))
    runs = groupby(enumerate(found), key=lambda numbered: numbered[1] - numbered[0])
    return "".join(_range([code for _, code in run]) for _, run in runs)


def _range(codes: list[int]) -> str:
    return f"{chr(codes[0])}-{chr(codes[-1])}"
