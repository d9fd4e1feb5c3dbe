"""Takes out of a cell what only IPython understands, so that the rest of it runs as Python.

Text in, text out, in one pass; nothing is run. A line keeps its number, since messages name it.
"""

from __future__ import annotations

import ast
import re
import warnings

# At the begin of a statement: %magic, !shell, ?help, name?, files = !ls, x = %magic
MAGIC = re.compile(
    r"(?P<indent>[ \t]*)(?:"
    r"%time[ \t]+(?P<timed>(?![-!?%]))"
    r"|(?P<taken>(?P<target>[^\W\d][\w.]*(?:[ \t]*,[ \t]*[^\W\d][\w.]*)*[ \t]*=[ \t]*)?"
    r"(?:[!%]|\?(?=[ \t]*[\w?]))(?:[^\n\\]|\\.|\\\n|\\\Z)*"
    r"|[^\W\d][\w.]*\?{1,2}[ \t]*(?=\n|\Z)))"
)
CELL_MAGIC = re.compile(r"\s*%%(?P<name>\w*)[^\n]*")
KEEP_BODY = {"time", "timeit", "capture", "prun", "python", "python3"}
# What a statement may hold that would hide its end: text, comments, brackets, continued lines
TOKEN = re.compile(
    r"(?P<long>\"\"\"|''')(?:\\.|(?!(?P=long)).)*(?:(?P=long)|\Z)"
    r"|(?P<short>[\"'])(?:\\.|(?!(?P=short))[^\n\\])*(?:(?P=short)|(?=\n)|\Z)"
    r"|\#[^\n]*|\\\n|[()\[\]{}]|\n",
    re.DOTALL,
)


def plain_python(source: str) -> tuple[str, tuple[str, ...]]:
    """The cell without magics, and what was taken out.

    `%time x = f()` leaves its statement and `%%time` its body; a cell of another language, as `%%bash`,
    leaves nothing; `files = !ls` leaves `files = None`. What is Python already stays as it is, to the letter.
    """
    if tree(source) is not None:
        return source, ()
    taken: list[str] = []
    body = _without_cell_magic(source.replace("\r\n", "\n"), taken)
    return _without_lines(body, taken), tuple(taken)


def tree(source: str) -> list[ast.stmt] | None:
    """The statements of a cell; None where it is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a student's "\d" is no matter of whoever grades
            return ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _without_cell_magic(source: str, taken: list[str]) -> str:
    place = 0
    while found := CELL_MAGIC.match(source, place):
        taken.append(found[0].strip())
        if found["name"] not in KEEP_BODY:
            return ""
        place = found.end()
    return "\n" * source.count("\n", 0, place) + source[place:]


def _without_lines(source: str, taken: list[str]) -> str:
    parts: list[str] = []
    place = done = depth = 0
    fresh = True  # here a statement begins
    while place < len(source):
        if fresh and (found := MAGIC.match(source, place)):
            parts += [source[done : found.start()], _instead(found, taken)]
            place = done = found.end()
        token = TOKEN.search(source, place)
        if token is None:
            break
        place = token.end()
        depth = max(0, depth + (token[0] in "([{") - (token[0] in ")]}"))
        fresh = token[0] == "\n" and depth == 0
    return "".join([*parts, source[done:]])


def _instead(found: re.Match[str], taken: list[str]) -> str:
    """What stands in the place of a magic, on as many lines."""
    if found["taken"] is None:
        taken.append("%time")
        return found["indent"]
    taken.append(found["taken"].split("\n")[0].strip())
    statement = f"{found['target']}None" if found["target"] else "pass"
    return found["indent"] + statement + "\n" * found["taken"].count("\n")
