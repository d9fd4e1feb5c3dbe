"""What a draw from the world is: a sentence in two languages with everything the grammar knows about it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from course_utils.text.world.notation import PUNCTUATION

_NO_SPACE_BEFORE = re.compile(r" (?=[.,?!:;]|n't\b|'\w+\b)")
_SENTENCE_START = re.compile(r"(?:^|[.?!] )\w")


@dataclass(frozen=True, slots=True)
class Record:
    """One sentence of the world, as lower-cased tokens of both languages.

    `alignment` holds pairs (Hungarian index, English index). `log_probability` is that of the English
    sentence, in nats. `sentiment` is the sum of the words' true scores, None where the sentence is not about
    a feeling or an opinion. `coreference` holds the English indices of a pronoun and of the word it refers
    to. `email_kind` is "personal", "work", "invitation" or None.
    """

    english: tuple[str, ...]
    hungarian: tuple[str, ...]
    alignment: tuple[tuple[int, int], ...]
    log_probability: float
    construction: str
    sentiment: float | None = None
    coreference: tuple[int, int] | None = None
    email_kind: str | None = None
    english_cased: str = field(default="", repr=False)
    hungarian_cased: str = field(default="", repr=False)

    @property
    def sentiment_label(self) -> str | None:
        """ "happy" for a positive sentiment, "sad" for a negative one."""
        return None if self.sentiment is None else "happy" if self.sentiment > 0 else "sad"

    @property
    def length(self) -> int:
        """The number of English tokens that are not punctuation."""
        return sum(token not in PUNCTUATION for token in self.english)

    @property
    def hungarian_length(self) -> int:
        """The number of Hungarian tokens that are not punctuation: the length of what is translated."""
        return sum(token not in PUNCTUATION for token in self.hungarian)

    @property
    def english_text(self) -> str:
        """The English sentence as one writes it: "Apple doesn't sell apples."."""
        return written(self.english_cased)

    @property
    def hungarian_text(self) -> str:
        """The Hungarian sentence as one writes it."""
        return written(self.hungarian_cased)


@dataclass(frozen=True, slots=True)
class Story:
    """Three to six sentences about the same characters, then pairs of a question about them and its answer.

    The records' log-probabilities sum to that of the story: each has that of the choices first seen in it, so
    that an answer, which the story determines, has 0.
    """

    sentences: tuple[Record, ...]
    questions: tuple[tuple[Record, Record], ...]

    @classmethod
    def of(cls, records: list[Record]) -> Story:
        """A story's records in order; the first that ends in a question mark begins the questions."""
        first = next(at for at, record in enumerate(records) if record.english[-1] == "?")
        told, asked = records[:first], records[first:]
        return cls(tuple(told), tuple(zip(asked[::2], asked[1::2], strict=True)))


def written(cased_tokens: str) -> str:
    """Tokens joined by blanks -> text: punctuation and clitics attached, sentences begun with a capital."""
    text = _NO_SPACE_BEFORE.sub("", cased_tokens)
    return _SENTENCE_START.sub(lambda match: match.group().upper(), text)
