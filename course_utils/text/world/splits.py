"""Which split a sentence belongs to: decided by hashes, so the same on every machine and for every seed."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b

SPLITS = ("train", "validation", "test", "compositional", "long")
# Shares of the sentences that hold no held-out combination; what is left is kept for `long`.
UPPER_BOUNDS = (("train", 0.7), ("validation", 0.8), ("test", 0.9))
HELD_OUT_SHARE = 0.12


def _fraction(text: str) -> float:
    """A number in [0, 1) that only depends on the text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=6).digest(), "big") / 2**48


@cache
def is_held_out(first: str, second: str) -> bool:
    """Whether the combination of two words occurs in the compositional split alone."""
    return _fraction(f"{first}+{second}") < HELD_OUT_SHARE


def split_of(english: str, held_out: bool) -> str:
    """The split of a sentence, by its English tokens joined by blanks.

    Every Hungarian sentence has one English one and the reverse, so no sentence of either language is in two
    splits.
    """
    if held_out:
        return "compositional"
    fraction = _fraction(english)
    return next((name for name, bound in UPPER_BOUNDS if fraction < bound), "long")


def check_split(name: str | None, allowed: tuple[str, ...] = SPLITS) -> None:
    """Raises ValueError when there is no such split."""
    if name is not None and name not in allowed:
        raise ValueError(f"expected split to be one of {', '.join(allowed)} or None, received {name!r}")
