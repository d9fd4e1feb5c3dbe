"""IBM Model 1: word translations and alignments learned from sentence pairs alone (Brown et al. 1993).

Every target word comes from one source word of its pair, or from NULL, each as likely as the other before the
words themselves are looked at. EM finds the translation probabilities that make the targets most likely; the
likelihood has a single maximum, so nothing depends on the start.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Tokens = Sequence[str]
Pair = tuple[Tokens, Tokens]
Ids = dict[str, int]


@dataclass(frozen=True)
class IBM1:
    """A trained model. `IBM1.train(pairs)` makes one.

    Attributes:
        source_ids: the known source words and their rows in `table`; NULL has the row after them.
        target_ids: the known target words and their columns.
        table: (source words + 1, target words), the probability of a target word given a source word.
        log_likelihoods: of the training targets, in nats, before each iteration and after the last.
    """

    source_ids: Ids
    target_ids: Ids
    table: csr_array
    log_likelihoods: tuple[float, ...]

    @classmethod
    def train(cls, pairs: Sequence[Pair], iterations: int = 5) -> IBM1:
        """Learn from (source tokens, target tokens) pairs, beginning with all translations equally likely.

        Raises:
            ValueError: no pairs, a pair with an empty side, or fewer than 1 iteration.
        """
        _check(pairs, iterations)
        source_ids = _numbered(source for source, _ in pairs)
        target_ids = _numbered(target for _, target in pairs)
        together = _Cooccurrences.of(pairs, source_ids, target_ids)
        probabilities, log_likelihoods = together.maximise(iterations)
        cells = np.divmod(together.keys, len(target_ids))
        table = csr_array((probabilities, cells), shape=(len(source_ids) + 1, len(target_ids)))
        return cls(source_ids, target_ids, table, tuple(log_likelihoods))

    def translations(self, word: str, n: int = 5) -> list[tuple[str, float]]:
        """The `n` likeliest target words of a source word with their probabilities, the likeliest first.

        Raises:
            KeyError: a word that was not in the training pairs.
        """
        if word not in self.source_ids:
            raise KeyError(f"expected one of the {len(self.source_ids)} source words, received {word!r}")
        row = self.table[[self.source_ids[word]]].toarray()[0]
        words = list(self.target_ids)
        best = [int(column) for column in np.argsort(-row, kind="stable")[:n] if row[column] > 0]
        return [(words[column], float(row[column])) for column in best]

    def links(self, source: Tokens, target: Tokens) -> set[tuple[int, int]]:
        """The most probable alignment: each target word and the source word most likely to give it.

        Returns:
            (source index, target index) pairs. A target word that NULL gives rather, or that none of the
            source words was ever seen with, is in none; of equal source words the first counts.
        """
        null = (len(source), len(self.source_ids))  # the last, so that a word is preferred to it
        sources = [*_known(source, self.source_ids), null]
        targets = _known(target, self.target_ids)
        scores = self.table[[row for _, row in sources]][:, [column for _, column in targets]].toarray()
        heaviest = [sources[best][0] for best in scores.argmax(axis=0)]
        return {
            (s, t)
            for s, (t, _), score in zip(heaviest, targets, scores.max(axis=0), strict=True)
            if s < len(source) and score > 0
        }


def _known(sentence: Tokens, ids: Ids) -> list[tuple[int, int]]:
    """The place and the id of each word that has one."""
    return [(place, ids[word]) for place, word in enumerate(sentence) if word in ids]


def _check(pairs: Sequence[Pair], iterations: int) -> None:
    if not pairs:
        raise ValueError("expected at least one pair of sentences, received none")
    if empty := [index for index, (source, target) in enumerate(pairs) if not (source and target)]:
        raise ValueError(f"expected words on both sides of every pair, received an empty side in {empty[:5]}")
    if iterations < 1:
        raise ValueError(f"expected at least 1 iteration, received {iterations}")


def _numbered(sentences: Iterable[Tokens]) -> dict[str, int]:
    words = dict.fromkeys(word for sentence in sentences for word in sentence)
    return {word: number for number, word in enumerate(words)}


@dataclass(frozen=True)
class _Cooccurrences:
    """Every meeting of a source and a target word in a pair, flattened: N meetings, K different word pairs.

    Attributes:
        keys: (K,) source id * target words + target id, sorted.
        kind: (N,) which of the K word pairs met.
        position: (N,) in which target position, counted through all sentences.
        source: (K,) the source id of each word pair.
        width: how many target words there are.
        choices: (P,) how many source words, NULL included, each of the P target positions could come from.
    """

    keys: NDArray[np.int64]
    kind: NDArray[np.int64]
    position: NDArray[np.int64]
    source: NDArray[np.int64]
    width: int
    choices: NDArray[np.int64]

    @classmethod
    def of(cls, pairs: Sequence[Pair], source_ids: Ids, target_ids: Ids) -> _Cooccurrences:
        null, width = len(source_ids), len(target_ids)
        sources = [np.array([*(source_ids[word] for word in source), null]) for source, _ in pairs]
        targets = [np.array([target_ids[word] for word in target]) for _, target in pairs]
        met = [
            np.add.outer(target, source * width).ravel()
            for source, target in zip(sources, targets, strict=True)
        ]
        keys, kind = np.unique(np.concatenate(met), return_inverse=True)
        choices = np.repeat([len(source) for source in sources], [len(target) for target in targets])
        position = np.repeat(np.arange(len(choices)), choices)
        return cls(keys, kind, position, keys // width, width, choices)

    def maximise(self, iterations: int) -> tuple[NDArray[np.float64], list[float]]:
        """EM: the probability (K,) of each word pair, and the log-likelihood along the way."""
        # The first E-step only wants them equal; the first log-likelihood wants them to sum to 1.
        probability = np.full(len(self.keys), 1 / self.width)
        log_likelihoods = []
        for _ in range(iterations):
            total, log_likelihood = self._evaluate(probability)
            log_likelihoods.append(log_likelihood)
            count = np.bincount(self.kind, weights=probability[self.kind] / total[self.position])
            probability = count / np.bincount(self.source, weights=count)[self.source]
        return probability, [*log_likelihoods, self._evaluate(probability)[1]]

    def _evaluate(self, probability: NDArray[np.float64]) -> tuple[NDArray, float]:
        """Summed probability (P,) of each target word from all its source words, and the log-likelihood."""
        total = np.bincount(self.position, weights=probability[self.kind])
        return total, float(np.log(total / self.choices).sum())
