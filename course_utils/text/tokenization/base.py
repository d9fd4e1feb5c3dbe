"""What every tokenizer is: trained on texts, then a fixed vocabulary with which it encodes and decodes."""

from __future__ import annotations

import json
import operator
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any, Self

PAD, UNKNOWN, START, END = range(4)
SPECIAL = ("<pad>", "<unk>", "<s>", "</s>")  # how the first four ids of every tokenizer are shown
_FORMAT = "attention-course tokenizer"


class TokenizerFileError(ValueError):
    """A file that holds no tokenizer, a damaged one, or one of another kind; the text names the file."""


class Tokenizer(ABC):
    """Text to ids and back.

    Ids 0 to 3 are `<pad>`, `<unk>`, `<s>` and `</s>`, those of the pieces follow. A tokenizer never changes
    once it is made, and tokenizers with the same pieces are equal.
    """

    @classmethod
    @abstractmethod
    def train(cls, texts: Iterable[str], vocabulary_size: int) -> Self:
        """A tokenizer of at most `vocabulary_size` ids, the special ones counted, made from `texts`.

        The same texts give the same tokenizer. Raises TypeError for texts that are no str, ValueError for one
        with half of a surrogate pair and for a vocabulary that is too small.
        """

    @abstractmethod
    def encode(self, text: str) -> list[int]:
        """Ids of a text, without `<s>` and `</s>`.

        Raises TypeError for what is no str, ValueError for half of a surrogate pair, which no file of UTF-8
        can hold.
        """

    @abstractmethod
    def _decode(self, ids: list[int]) -> str:
        """The text of ids that are known and not special."""

    @abstractmethod
    def _shown(self) -> Iterable[str]:
        """How each piece is shown, in the order of the ids, special ones left out."""

    @abstractmethod
    def _state(self) -> dict[str, Any]:
        """What a file has to hold, in the types of JSON."""

    @classmethod
    @abstractmethod
    def _from_state(cls, state: dict[str, Any]) -> Self:
        """Undoes `_state`. Raises ValueError, TypeError or KeyError for what `_state` cannot have given."""

    def decode(self, ids: Iterable[int]) -> str:
        """The text of `ids`; special ids are skipped.

        Raises ValueError for an id outside the vocabulary, TypeError for what is no whole number.
        """
        return self._decode([number for number in map(self._checked, ids) if number >= len(SPECIAL)])

    def pieces(self, text: str) -> list[str]:
        """What `encode` cuts a text into, as a reader sees it; `<unk>` for what the vocabulary lacks."""
        return [self.vocabulary[number] for number in self.encode(text)]

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """How each id is shown."""
        return (*SPECIAL, *self._shown())

    def __len__(self) -> int:
        return len(self.vocabulary)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self):,} ids>"

    def save(self, path: str | PathLike[str]) -> None:
        """Writes one JSON file, from which `load` gives an equal tokenizer."""
        content = {"format": _FORMAT, "kind": type(self).__name__, **self._state()}
        Path(path).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Self:
        """The tokenizer that `save` wrote. `Tokenizer.load` gives one of whichever kind the file holds.

        Raises OSError when the file cannot be read, TokenizerFileError when it holds something else.
        """
        content = _read(Path(path))
        kind = _kinds().get(str(content.get("kind")))
        if kind is None or not issubclass(kind, cls):
            expected = "of any kind" if cls is Tokenizer else f"of the kind {cls.__name__}"
            raise TokenizerFileError(
                f"{path}: expected a tokenizer {expected}, received the kind {content.get('kind')!r}."
            )
        try:
            return kind._from_state(content)
        except (ValueError, TypeError, KeyError) as error:
            raise TokenizerFileError(
                f"{path}: expected a whole {kind.__name__}, received a damaged one "
                f"({type(error).__name__}: {error})."
            ) from error

    def _checked(self, number: int) -> int:
        """An id of any integer type, NumPy's too, as an int within the vocabulary."""
        try:
            index = operator.index(number)
        except TypeError as error:
            raise TypeError(f"expected ids to be whole numbers, received {number!r:.60}") from error
        if not 0 <= index < len(self):
            raise ValueError(f"expected ids from 0 to {len(self) - 1}, received {index}")
        return index


def check_text(text: str) -> str:
    """The text itself. Raises TypeError for what is no str, ValueError for half of a surrogate pair."""
    if not isinstance(text, str):
        raise TypeError(f"expected a text, received {type(text).__name__} {text!r:.60}")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(
            f"expected whole Unicode characters, received half of a surrogate pair, "
            f"U+{ord(text[error.start]):04X}, at position {error.start} of {text[:60]!r}"
        ) from error
    return text


def checked_texts(texts: Iterable[str]) -> Iterator[str]:
    """Each text, checked. Raises TypeError for one string in place of a collection of them."""
    if isinstance(texts, str):
        raise TypeError(f"expected a collection of texts, received one text, {texts!r:.60}")
    return map(check_text, texts)


def check_vocabulary_size(vocabulary_size: int, smallest: int, reason: str) -> None:
    """Raises ValueError unless there is room for the `smallest` vocabulary; `reason` says what it holds."""
    if vocabulary_size < smallest:
        raise ValueError(
            f"expected a vocabulary_size of at least {smallest} ({reason}), received {vocabulary_size}"
        )


def check_once(pieces: Iterable[str]) -> None:
    """Raises ValueError when a piece comes twice."""
    twice = [piece for piece, count in Counter(pieces).items() if count > 1]
    if twice:
        raise ValueError(f"expected each piece once, received {twice[0]!r} twice")


def _kinds() -> dict[str, type[Tokenizer]]:
    """Every class of tokenizer by its name."""
    return {kind.__name__: kind for kind in Tokenizer.__subclasses__()}


def _read(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    try:
        content = json.loads(data)
    except ValueError as error:
        raise TokenizerFileError(
            f"{path}: expected the JSON of a tokenizer, received {data[:40]!r} ({error})."
        ) from error
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        raise TokenizerFileError(f"{path}: expected the JSON of a tokenizer, received {data[:40]!r}.")
    return content
