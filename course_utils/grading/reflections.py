"""What a student wrote in the cell of a reflection question."""

from __future__ import annotations


def written(text: str, asked: str) -> str:
    """The student's own part of a cell, "" for an untouched one.

    Wherever it stands: below the prompt, between the lines of the question or behind them.

    Args:
        text: the cell as it was handed in.
        asked: the cell as it was handed out.
    """
    given = [line.strip() for line in asked.splitlines() if line.strip()]
    own = []
    for line in text.splitlines():
        begins = next((each for each in given if line.strip().startswith(each)), "")
        if begins:
            given.remove(begins)  # a line that is quoted in the answer stays there
        own.append(line.strip().removeprefix(begins) if begins else line)
    return "\n".join(own).strip()
