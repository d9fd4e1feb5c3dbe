"""From words and marks back to a line of prose."""

import re
from collections.abc import Iterable

_NONE_BEFORE = re.compile(r" (?=[.,?!:;%)\]}”…]|n't(?!\w)|'(?:s|m|re|ve|ll|d)(?!\w)|(?<=s )'(?= |$))")
_NONE_AFTER = re.compile(r"(?<=[(\[{“¿¡$£€]) ")
_QUOTED = re.compile(r'" ([^"]*) "')
_INITIALS = re.compile(r"(?<=\b[^\W\d_]\.) (?=[^\W\d_]\.)")  # at 9 a. m.


def joined(tokens: Iterable[str]) -> str:
    """Tokens as one writes them: marks and clitics attached, blanks inside brackets and "quotes" removed."""
    text = " ".join(tokens)
    for blank in (_NONE_BEFORE, _NONE_AFTER, _INITIALS):
        text = blank.sub("", text)
    return _QUOTED.sub(r'"\1"', text)
