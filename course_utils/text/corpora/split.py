"""Parting sentence pairs for training, validation and test, with no sentence in more than one of them."""

import random
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

Pair = tuple[str, str]


class Splits(NamedTuple):
    """Three disjoint lists of pairs, each in the order of the corpus."""

    train: list[Pair]
    validation: list[Pair]
    test: list[Pair]


def split_pairs(
    pairs: Sequence[Pair], *, validation: float | int, test: float | int, seed: int = 0
) -> Splits:
    """Split so that no source and no target sentence of one split occurs in another.

    Pairs that share a sentence, on either side, are linked; all pairs linked to one another, however
    indirectly, go to one split. Sentences are compared without case, punctuation and blanks ("Go!" is "go.").
    A float below 1 is a share of the pairs, an int a number of pairs. Both are upper bounds: a group that no
    longer fits goes elsewhere, in the end to training. The same pairs and seed give the same splits on every
    platform.

    Raises:
        ValueError: a share or number is out of range, or a split that was asked for stays empty.
    """
    wanted = {
        "test": _pair_count(test, len(pairs), "test"),
        "validation": _pair_count(validation, len(pairs), "validation"),
    }
    if sum(wanted.values()) >= max(len(pairs), 1):
        raise ValueError(
            f"expected validation and test to leave some of {len(pairs)} to training, received {wanted}"
        )
    groups = _groups(pairs)
    split_of_group = _assign(Counter(groups), wanted, seed)
    splits: dict[str, list[Pair]] = {"train": [], "validation": [], "test": []}
    for pair, group in zip(pairs, groups, strict=True):
        splits[split_of_group[group]].append(pair)
    _require_filled(splits, wanted)
    return Splits(**splits)


def normalised(sentence: str) -> str:
    """The sentence without case, punctuation and spacing; one that is all punctuation stays as it is."""
    plain = unicodedata.normalize("NFKC", sentence).casefold()
    return "".join(plain.translate(_PUNCTUATION).split()) or plain


class _DropPunctuation(dict[int, int | None]):
    """A table for str.translate that looks each character up once, on first sight."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.category(chr(code)).startswith("P") else code
        return self[code]


_PUNCTUATION = _DropPunctuation()


def _pair_count(wanted: float | int, total: int, split: str) -> int:
    if isinstance(wanted, float) and 0 <= wanted < 1:
        return round(wanted * total)
    if isinstance(wanted, int) and wanted >= 0:
        return wanted
    raise ValueError(
        f"{split}: expected a share from 0.0 to below 1.0 or a number of pairs, received {wanted!r}"
    )


def _groups(pairs: Sequence[Pair]) -> list[int]:
    """The group of each pair: connected components of the graph of sentences (nodes) and pairs (edges)."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    sources, source_count = _numbered(source for source, _ in pairs)
    targets, target_count = _numbered(target for _, target in pairs)
    nodes = source_count + target_count
    edges = (np.ones(len(pairs)), (np.array(sources, int), np.array(targets, int) + source_count))
    _, component = connected_components(coo_array(edges, shape=(nodes, nodes)), directed=False)
    # Numbered by first appearance: SciPy promises no order of its labels.
    number: dict[int, int] = {}
    return [number.setdefault(label, len(number)) for label in component[np.array(sources, int)].tolist()]


def _numbered(sentences: Iterable[str]) -> tuple[list[int], int]:
    number: dict[str, int] = {}
    numbers = [number.setdefault(normalised(sentence), len(number)) for sentence in sentences]
    return numbers, len(number)


def _assign(sizes: Mapping[int, int], wanted: dict[str, int], seed: int) -> dict[int, str]:
    """A split for each group, groups taken in a random order and put where they still fit."""
    room = dict(wanted)
    split_of_group = {}
    # random() alone is promised to give the same numbers in every Python; shuffle() is not.
    draw = random.Random(seed).random
    for _, group in sorted((draw(), group) for group in sorted(sizes)):
        split = next((name for name, left in room.items() if sizes[group] <= left), "train")
        split_of_group[group] = split
        if split in room:
            room[split] -= sizes[group]
    return split_of_group


def _require_filled(splits: dict[str, list[Pair]], wanted: dict[str, int]) -> None:
    for name, count in wanted.items():
        if count and not splits[name]:
            raise ValueError(
                f"{name}: expected up to {count} pairs, received none: every group of linked pairs is larger"
            )
