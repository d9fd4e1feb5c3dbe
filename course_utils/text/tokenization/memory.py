"""A dict that works out what it lacks: words repeat, so that nearly all of a text is found in it."""

from collections.abc import Callable

LIMIT = 1 << 16  # entries; then it begins anew, so that an endless stream of text cannot fill the machine


class Memory(dict[str, list[int]]):
    """The ids of words met before."""

    def __init__(self, ids_of: Callable[[str], list[int]]) -> None:
        self.ids_of = ids_of

    def __missing__(self, word: str) -> list[int]:
        if len(self) >= LIMIT:
            self.clear()
        ids = self[word] = self.ids_of(word)
        return ids
