"""Words and sentences of English prose, for the labs' sections on real text."""

import re
from collections.abc import Iterable, Iterator

_CLITIC = r"'(?:s|m|re|ve|ll|d)(?![^\W_])"
_TOKEN = re.compile(
    rf"""
      n't(?![^\W_])                                          # does|n't
    | {_CLITIC}                                              # i|'m
    | \d+(?:[.,:]\d+)*(?![^\W_])                             # 4.99, 10:30
    | (?:[^\W_]+-)*[^\W_]+?(?=n't(?![^\W_]))                 # does, before n't
    | [^\W_]+(?:-[^\W_]+|(?!{_CLITIC})'[^\W_]+)*             # well-known, o'clock
    | -{{2,}} | \.{{2,}}                                     # a dash, an ellipsis
    | \S
    """,
    re.VERBOSE,
)
# A stop, what closes after it, a gap, and what may open before the next sentence's first letter.
_BOUNDARY = re.compile(r"""[.!?]["'”’)\]]*(\s+)(?=["'“‘(\[_]*([^\W_]))""")
_TITLES = {"mr", "mrs", "ms", "dr", "st", "prof"}


def words(text: str) -> list[str]:
    """Lower-cased words and punctuation marks; clitics apart: "She doesn't." -> ["she", "does", "n't", "."].

    Curly apostrophes become straight ones. Apart from that and the blanks nothing is lost, and the tokens
    joined by blanks give the same tokens again.
    """
    return _TOKEN.findall(text.lower().replace("’", "'"))


def sentences(lines: Iterable[str]) -> list[list[str]]:
    """Tokens of each sentence of plain-text prose, whose paragraphs are parted by blank lines.

    A sentence ends at ".", "!" or "?" before a capital or a digit, save after titles ("St.") and initials.
    """
    return [words(sentence) for paragraph in _paragraphs(lines) for sentence in _cut(paragraph)]


def _paragraphs(lines: Iterable[str]) -> Iterator[str]:
    paragraph: list[str] = []
    for line in lines:
        if line.strip():
            paragraph.append(line.strip())
        elif paragraph:
            yield " ".join(paragraph)
            paragraph = []
    if paragraph:
        yield " ".join(paragraph)


def _cut(paragraph: str) -> Iterator[str]:
    start = 0
    for boundary in _BOUNDARY.finditer(paragraph):
        if _ends_sentence(paragraph[start : boundary.start()], boundary):
            yield paragraph[start : boundary.start(1)]
            start = boundary.end()
    yield paragraph[start:]


def _ends_sentence(before: str, boundary: re.Match[str]) -> bool:
    following = boundary.group(2)
    if not (following.isupper() or following.isdigit()):
        return False
    return not (boundary.group().startswith(".") and _abbreviated(before))


def _abbreviated(before: str) -> bool:
    """Whether the text before a full stop ends in a title or an initial."""
    word = re.split(r"[\W_]", before)[-1]
    return word.lower() in _TITLES or (len(word) == 1 and word.isupper() and word != "I")
