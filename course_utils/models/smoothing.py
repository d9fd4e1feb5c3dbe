"""Smoothing of n-gram counts: what share of the probability goes to n-grams never seen, and how it is spread.

Every strategy turns counts into the same two arrays an order (`Weights`), so one loop scores them all:

    P_m(w | h) = probability[hw]                          if the m-gram hw was seen
               = backoff[h] * lower(P_{m-1}(w | h'))      otherwise, h' being h without its first word

with P_0 = 1/V, where V counts every word, `</s>` and `<unk>`, but not `<s>`. Shapes as in `ngram_counts`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from course_utils.models.ngram_counts import NGramCounts
from course_utils.models.vocabulary import Ids

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Weights:
    """One order: probability (U_m,) of the n-grams seen; backoff (U_{m-1}+2,) of contexts, unseen last."""

    probability: Floats
    backoff: Floats


class Smoothing(ABC):
    """A way to fit `Weights` to counts."""

    sums_to_one = True

    @abstractmethod
    def fit(self, counts: NGramCounts) -> tuple[Weights, ...]:
        """One `Weights` an order, lowest first."""

    def lower(self, shorter: Floats, size: int) -> Floats:
        """What the probability of an unseen n-gram is a multiple of: that of the n-gram one word shorter."""
        return shorter


@dataclass(frozen=True)
class AddK(Smoothing):
    """P(w | h) = (c(hw) + k) / (c(h) + k V): `k` is added to every count; k = 1 is Laplace's rule.

    Raises ValueError unless k > 0.
    """

    k: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.k < np.inf:
            raise ValueError(f"expected k to be a positive number, received {self.k!r}")

    def fit(self, counts: NGramCounts) -> tuple[Weights, ...]:
        added = self.k * len(counts.vocabulary)
        totals = [_sum_by_context(counts, m, table.counts) for m, table in enumerate(counts.tables, 1)]
        return tuple(
            Weights(
                (table.counts + self.k) / (total[table.contexts] + added),
                np.append(added / (total + added), 1),
            )
            for table, total in zip(counts.tables, totals, strict=True)
        )

    def lower(self, shorter: Floats, size: int) -> Floats:
        return np.full_like(shorter, 1 / size)


@dataclass(frozen=True)
class StupidBackoff(Smoothing):
    """Scores S(w | h) = c(hw) / c(h), or factor * S(w | h') where hw was never seen; not probabilities.

    At the bottom S(w) = c(w) / N, which is 0 for a word never seen. Brants et al. 2007, equation 5.
    Raises ValueError unless 0 < factor < 1.
    """

    factor: float = 0.4
    sums_to_one = False

    def __post_init__(self) -> None:
        _check_fraction(self.factor, "factor")

    def fit(self, counts: NGramCounts) -> tuple[Weights, ...]:
        return tuple(self._fit(counts, m) for m in range(1, counts.order + 1))

    def _fit(self, counts: NGramCounts, m: int) -> Weights:
        table = counts.table(m)
        totals = _sum_by_context(counts, m, table.counts)
        return Weights(table.counts / totals[table.contexts], np.full(len(totals) + 1, self.factor))


class InterpolatedKneserNey(Smoothing):
    """P_m(w | h) = (a(hw) - D(a(hw))) / A(h) + backoff(h) P_{m-1}(w | h').

    a are the `adjusted_counts`, A(h) is their sum over the words seen after h, and backoff(h) is what the
    discounts took away, the sum of D(a(hw)) over these words, divided by A(h); 1 where h was never seen.
    Kneser & Ney 1995, interpolated at every order as in Chen & Goodman 1998 and KenLM's lmplz.
    """

    @abstractmethod
    def discounts(self, adjusted: Ids) -> Floats:
        """What is taken from a count of 0, 1, 2 and of 3 or more, (4,), given an order's counts, (U,)."""

    def fit(self, counts: NGramCounts) -> tuple[Weights, ...]:
        fitted: list[Weights] = []
        lower = np.full(1, 1 / len(counts.vocabulary))
        for m in range(1, counts.order + 1):
            fitted.append(self._fit(counts, m, lower))
            lower = fitted[-1].probability
        return tuple(fitted)

    def _fit(self, counts: NGramCounts, m: int, lower: Floats) -> Weights:
        table, adjusted = counts.table(m), adjusted_counts(counts, m)
        discount = self.discounts(adjusted)[np.minimum(adjusted, 3)]
        totals = _sum_by_context(counts, m, adjusted)
        taken = _sum_by_context(counts, m, discount)
        backoff = np.divide(taken, totals, out=np.ones_like(taken), where=totals > 0)
        kept = (adjusted - discount) / np.maximum(totals, 1)[table.contexts]
        return Weights(kept + backoff[table.contexts] * lower[table.suffixes], np.append(backoff, 1))


@dataclass(frozen=True)
class KneserNey(InterpolatedKneserNey):
    """One discount an order: `discount` for all, or where it is None n_1 / (n_1 + 2 n_2) for each.

    n_r is the number of n-grams of the order with adjusted count r (Ney, Essen & Kneser 1994). Where n_1 or
    n_2 is 0 the formula gives 0 or 1, so all or nothing of a count of 1 would be kept; it becomes 0.5.
    Raises ValueError unless 0 < discount < 1.
    """

    discount: float | None = None

    def __post_init__(self) -> None:
        if self.discount is not None:
            _check_fraction(self.discount, "discount")

    def discounts(self, adjusted: Ids) -> Floats:
        once, twice = np.bincount(adjusted, minlength=3)[1:3]
        estimate = once / (once + 2 * twice) if once and twice else 0.5
        discount = estimate if self.discount is None else self.discount
        return np.array([0, discount, discount, discount])


@dataclass(frozen=True)
class ModifiedKneserNey(InterpolatedKneserNey):
    """Three discounts an order: D_r = r - (r+1) Y n_{r+1} / n_r for r = 1, 2, 3+, Y = n_1 / (n_1 + 2 n_2).

    Chen & Goodman 1998, equation 26, as KenLM's lmplz estimates them. Where one is not above 0 or n_1, n_2 or
    n_3 is 0, lmplz refuses unless given --discount_fallback; here all three become that option's 0.5, 1, 1.5.
    """

    def discounts(self, adjusted: Ids) -> Floats:
        n = np.bincount(adjusted, minlength=5)[:5].astype(float)
        r = np.arange(1, 4)
        if n[1:4].all():
            discounts = r - (r + 1) * n[1] / (n[1] + 2 * n[2]) * n[2:5] / n[1:4]
            if (discounts > 0).all():
                return np.append(0, discounts)
        return np.array([0, 0.5, 1, 1.5])


def adjusted_counts(counts: NGramCounts, m: int) -> Ids:
    """What Kneser-Ney counts for each m-gram of a model of `counts.order`, (U_m,), exactly as lmplz does.

    - highest order: how often it occurs;
    - lower orders: its continuation count N1+(. w), how many different tokens, `<s>` included, precede it;
    - but an m-gram that begins with `<s>` keeps its raw count at every order: only `<s>` can precede it;
    - and one that begins with two or more has none: it is a shorter n-gram over again, with more padding.
    """
    table = counts.table(m)
    if m == counts.order:
        return np.where(table.starts < 2, table.counts, 0)
    continuations = np.bincount(counts.table(m + 1).suffixes, minlength=len(table))
    return np.where(table.starts == 0, continuations, np.where(table.starts == 1, table.counts, 0))


def _sum_by_context(counts: NGramCounts, m: int, values: Ids | Floats) -> Floats:
    contexts = len(counts.table(m - 1)) + 1 if m > 1 else 1
    return np.asarray(np.bincount(counts.table(m).contexts, values, contexts), np.float64)


def _check_fraction(value: float, name: str) -> None:
    if not 0 < value < 1:
        raise ValueError(f"expected {name} to be between 0 and 1, both excluded, received {value!r}")
