"""What one asks of word vectors: who is near whom, analogies, which of two groups, the main directions.

`vectors` is (V, D), a row a word of `words`. Near means a large cosine.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Found = list[tuple[str, float]]  # words with their cosine, the nearest first


def unit(vectors: Floats) -> Floats:
    """Vectors (..., D) made 1 long; a zero vector stays one."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(lengths == 0, 1, lengths)


def row_of(words: Sequence[str], word: str) -> int:
    """Where `word` stands.

    Raises:
        ValueError: it is none of `words`.
    """
    try:
        return words.index(word)
    except ValueError:
        raise ValueError(f"expected one of the {len(words)} words, received {word!r}") from None


def nearest_neighbours(vectors: Floats, words: Sequence[str], word: str, k: int = 5) -> Found:
    """The k other words of largest cosine with `word`, the nearest first; ValueError for an unknown word."""
    row = row_of(words, word)
    return _nearest(vectors, words, vectors[row], {row}, k)


def analogy(vectors: Floats, words: Sequence[str], a: str, b: str, c: str) -> str:
    """a is to b as c is to ...: the word nearest to b - a + c that is none of the three.

    The vectors are made 1 long first (3CosAdd of O. Levy and Y. Goldberg, 2014). Raises ValueError for an
    unknown word.
    """
    rows = [row_of(words, word) for word in (a, b, c)]
    from_a, from_b, from_c = unit(vectors[rows])
    return _nearest(vectors, words, from_b - from_a + from_c, set(rows), 1)[0][0]


def _nearest(vectors: Floats, words: Sequence[str], target: Floats, left_out: set[int], k: int) -> Found:
    cosines = unit(vectors) @ unit(target)
    order = [int(row) for row in np.argsort(-cosines, kind="stable") if int(row) not in left_out]
    return [(words[row], float(cosines[row])) for row in order[:k]]


def lean(
    vectors: Floats, words: Sequence[str], word: str, towards: Collection[str], away: Collection[str]
) -> float:
    """Cosine of `word` with the middle of one group less that with the middle of another, from -2 to 2.

    The middle of a group is the mean of its words' vectors, each made 1 long, `word` itself left out.

    Raises:
        ValueError: a word is unknown, or a group has no other word than `word`.
    """
    own = unit(vectors[row_of(words, word)])
    cosines = []
    for group in (towards, away):
        rows = [row_of(words, each) for each in group if each != word]
        if not rows:
            raise ValueError(f"expected a group with other words than {word!r}, received {list(group)}")
        cosines.append(float(own @ unit(unit(vectors[rows]).mean(axis=0))))
    return cosines[0] - cosines[1]


@dataclass(frozen=True)
class PrincipalAxes:
    """The k directions (k, D) in which some vectors differ most, the first one most of all.

    `shares` (k,) are those of the vectors' total variance. Which words the axes are made from and which are
    then shown on them may differ.
    """

    mean: Floats
    directions: Floats
    shares: Floats

    @classmethod
    def of(cls, vectors: Floats, k: int = 2) -> PrincipalAxes:
        """Axes of N vectors (N, D); each is turned so that its largest entry is positive.

        Raises:
            ValueError: k is not between 1 and the smaller of N and D.
        """
        if not 1 <= k <= min(vectors.shape):
            raise ValueError(f"expected k between 1 and {min(vectors.shape)}, received {k}")
        mean = vectors.mean(axis=0)
        _, sizes, directions = np.linalg.svd(vectors - mean, full_matrices=False)
        largest = np.take_along_axis(directions, np.abs(directions).argmax(axis=1)[:, None], axis=1)
        variances = sizes**2 / max(np.sum(sizes**2), np.finfo(float).tiny)
        return cls(mean, (directions * np.sign(largest))[:k], variances[:k])

    def project(self, vectors: Floats) -> Floats:
        """Coordinates (N, k) of vectors (N, D)."""
        return (vectors - self.mean) @ self.directions.T


def share_of_kin(vectors: Floats, words: Sequence[str], kinds: Mapping[str, frozenset]) -> float:
    """For how many of `words` the nearest other one shares a kind with it. Words without a kind do not count.

    Raises:
        ValueError: no word has a kind.
    """
    cosines = unit(vectors) @ unit(vectors).T
    np.fill_diagonal(cosines, -np.inf)
    nearest = cosines.argmax(axis=1)
    known = [row for row, word in enumerate(words) if kinds.get(word)]
    if not known:
        raise ValueError("expected kinds for some of the words, received none")
    return float(np.mean([bool(kinds[words[row]] & kinds.get(words[nearest[row]], set())) for row in known]))
