"""What the scoreboard keeps of a model: its perplexity, or a translator's BLEU by length and what it cost."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

from course_utils.models.metrics import LengthBin


@dataclass(frozen=True)
class Entry:
    """One model of one lab."""

    KIND: ClassVar[str]  # begins the name of a student's file
    COURSE_FILE: ClassVar[str]  # beside this module

    lab: str
    model: str

    def __post_init__(self) -> None:
        if not (isinstance(self.lab, str) and isinstance(self.model, str)):
            raise TypeError(f"expected lab and model as strings, received {self.lab!r} and {self.model!r}")

    @classmethod
    def read(cls, entry: dict[str, Any]) -> Self:
        """What `dataclasses.asdict` made of an entry, as it was."""
        return cls(**entry)

    def published(self, before: Self | None) -> Self:
        """As the course's own file keeps it in place of `before`: a like result must change nothing."""
        raise NotImplementedError


@dataclass(frozen=True)
class Score(Entry):
    """What one model reached: perplexity on the course's test sentences, `</s>` counted as a token."""

    KIND = "score"
    COURSE_FILE = "scoreboard.json"

    perplexity: float

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self.perplexity >= 1 and math.isfinite(self.perplexity)):
            raise ValueError(
                f"{self.model!r}: expected a perplexity of at least 1, received {self.perplexity!r}"
            )

    def published(self, before: Score | None) -> Score:
        """To four digits: how a processor adds must not make every build a change."""
        return replace(self, perplexity=round(self.perplexity, 4))


@dataclass(frozen=True)
class Translation(Entry):
    """What one translator reached and what it cost.

    Attributes:
        bleu: on the world's test sentences, from 0 to 100.
        seconds: of training.
        parameters: how many numbers it learned.
        curve: BLEU by source length on the "long" split.
        chrf, compositional: chrF on the test sentences, and BLEU on the "compositional" split, where known.
        interval: the 95 % confidence interval of `bleu`, where known.
    """

    KIND = "translation"
    COURSE_FILE = "scoreboard_translation.json"

    bleu: float
    seconds: float
    parameters: int
    curve: tuple[LengthBin, ...]
    chrf: float | None = None
    compositional: float | None = None
    interval: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.bleu <= 100:
            raise ValueError(f"{self.model!r}: expected BLEU from 0 to 100, received {self.bleu!r}")
        for name in ("chrf", "compositional"):
            figure = getattr(self, name)
            if figure is not None and not 0 <= figure <= 100:
                raise ValueError(f"{self.model!r}: expected {name} from 0 to 100, received {figure!r}")
        if self.interval is not None and not 0 <= self.interval[0] <= self.interval[1] <= 100:
            raise ValueError(
                f"{self.model!r}: expected an interval between 0 and 100, received {self.interval!r}"
            )
        if not (0 < self.seconds < math.inf and self.parameters > 0):
            raise ValueError(
                f"{self.model!r}: expected seconds and parameters above 0, "
                f"received {self.seconds!r} and {self.parameters!r}"
            )
        if not (self.curve and all(isinstance(point, LengthBin) for point in self.curve)):
            raise TypeError(f"{self.model!r}: expected a curve of LengthBin, received {self.curve!r}")

    @classmethod
    def read(cls, entry: dict[str, Any]) -> Translation:
        """What `dataclasses.asdict` made of an entry, as it was."""
        curve = tuple(LengthBin(**point) for point in entry["curve"])
        interval = entry.get("interval") and tuple(entry["interval"])
        return cls(**{**entry, "curve": curve, "interval": interval})

    def published(self, before: Translation | None) -> Translation:
        """BLEU to one digit after the point; seconds to two digits, and as before within a factor of 1.5."""
        seconds = float(f"{self.seconds:.2g}")
        if before and before.seconds / 1.5 <= self.seconds <= before.seconds * 1.5:
            seconds = before.seconds
        curve = tuple(
            replace(
                point,
                bleu=round(point.bleu, 1),
                low_ci=round(point.low_ci, 1),
                high_ci=round(point.high_ci, 1),
            )
            for point in self.curve
        )
        return replace(
            self,
            bleu=round(self.bleu, 1),
            seconds=seconds,
            curve=curve,
            chrf=self.chrf and round(self.chrf, 1),
            compositional=self.compositional and round(self.compositional, 1),
            interval=self.interval and (round(self.interval[0], 1), round(self.interval[1], 1)),
        )


@dataclass(frozen=True)
class Row(Score):
    """A score as the scoreboard shows it: the student's own, or the course's where there is none."""

    yours: bool


@dataclass(frozen=True)
class TranslationRow(Translation):
    """A translator as the scoreboard shows it: the student's own, or the course's where there is none."""

    yours: bool = field(kw_only=True)
