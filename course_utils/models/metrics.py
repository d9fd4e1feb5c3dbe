"""How good translations and alignments are: BLEU, BLEU by sentence length, chrF, alignment error rate."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from sacrebleu.metrics import BLEU, CHRF

Sentence = Sequence[str] | str
Bin = tuple[int, int]
Links = set[tuple[int, int]]


@dataclass(frozen=True)
class Bleu:
    """BLEU from 0 to 100 (Papineni et al. 2002) and sacrebleu's signature, which says how it was counted."""

    score: float
    signature: str

    def __str__(self) -> str:
        return f"BLEU {self.score:.1f} ({self.signature})"


def bleu(hypotheses: Sequence[Sentence], references: Sequence[Sentence]) -> Bleu:
    """BLEU of all hypotheses together, each against one reference, as sacrebleu counts it (Post 2018).

    Lists of tokens are scored as they are cut. Plain strings, the way for real text, are cut by sacrebleu's
    standard tokenizer ("13a"), capitals kept. Only whole corpora mean much: where no sentence has four
    tokens there is no 4-gram to count, and BLEU is 0 even for a perfect translation.

    Raises:
        TypeError: some sentences are strings and some are lists of tokens.
        ValueError: no sentences, or not one reference for each hypothesis.
    """
    metric, hypotheses, references = _prepared(hypotheses, references)
    score = metric.corpus_score(hypotheses, [references]).score
    return Bleu(min(score, 100.0), str(metric.get_signature()))  # rounding may take it a hair above


def bleu_interval(
    hypotheses: Sequence[Sentence], references: Sequence[Sentence], resamples: int = 1000
) -> tuple[float, float]:
    """The 95 % confidence interval of `bleu`, as `length_curve` has it for each bin.

    Raises what `bleu` raises, and ValueError for fewer than 2 resamples.
    """
    _check_resamples(resamples)
    metric, hypotheses, references = _prepared(hypotheses, references)
    return _with_interval(metric, hypotheses, [references], resamples)[1:]


def chrf(hypotheses: Sequence[Sentence], references: Sequence[Sentence]) -> float:
    """chrF from 0 to 100 (Popović 2015): sequences of up to 6 letters in both, as sacrebleu counts them.

    Unlike BLEU it gives a word with a wrong ending credit for its stem. Blanks do not count, so it does not
    matter how a sentence is cut into tokens.

    Raises what `bleu` raises.
    """
    _, hypotheses, references = _prepared(hypotheses, references)
    return float(CHRF().corpus_score(hypotheses, [references]).score)


def _prepared(hypotheses: Sequence[Sentence], references: Sequence[Sentence]) -> tuple[BLEU, list, list]:
    """The metric, and the sentences as the strings it wants."""
    if not hypotheses or len(hypotheses) != len(references):
        raise ValueError(
            "expected at least one hypothesis and a reference for each, "
            f"received {len(hypotheses)} hypotheses and {len(references)} references"
        )
    plain = {isinstance(sentence, str) for sentence in (*hypotheses, *references)}
    if len(plain) > 1:
        raise TypeError("expected all sentences as lists of tokens or all as strings, received both")
    if plain == {True}:
        return BLEU(tokenize="13a"), list(hypotheses), list(references)
    # force: no warning about full stops that stand apart, as tokens are meant to.
    metric = BLEU(tokenize="none", force=True)
    return metric, [" ".join(tokens) for tokens in hypotheses], [" ".join(tokens) for tokens in references]


@dataclass(frozen=True)
class LengthBin:
    """BLEU of the sentences with `low` to `high` source words, and its 95 % confidence interval."""

    low: int
    high: int
    sentences: int
    bleu: float
    low_ci: float
    high_ci: float

    def __post_init__(self) -> None:
        if not (0 < self.low <= self.high and self.sentences > 0):
            raise ValueError(f"expected at least one sentence of 0 < low <= high words, received {self}")
        if not (0 <= self.low_ci <= self.high_ci <= 100 and 0 <= self.bleu <= 100):
            raise ValueError(f"expected BLEU and its interval between 0 and 100, received {self}")


def length_curve(
    hypotheses: Sequence[Sentence],
    references: Sequence[Sentence],
    lengths: Sequence[int],
    bins: Sequence[Bin],
    resamples: int = 1000,
) -> list[LengthBin]:
    """BLEU by source length: a LengthBin for each of `bins`, (low, high) with both ends inside.

    The interval is sacrebleu's: the mean of `resamples` bootstrap samples of the bin's sentences, give or
    take half the width of the middle 95 % of them (Koehn 2004), with its fixed seed.

    Args:
        lengths: of the sources, in words, one for each hypothesis.

    Raises:
        TypeError: some sentences are strings and some are lists of tokens.
        ValueError: lists of different lengths, a bin without sentences, a sentence not in exactly one bin,
            or fewer than 2 resamples.
    """
    if len(lengths) != len(hypotheses):
        raise ValueError(f"expected {len(hypotheses)} lengths, one a hypothesis, received {len(lengths)}")
    _check_resamples(resamples)
    metric, hypotheses, references = _prepared(hypotheses, references)
    _check_bins(lengths, bins)
    curve = []
    for low, high in bins:
        members = [i for i, length in enumerate(lengths) if low <= length <= high]
        chosen = [hypotheses[i] for i in members], [[references[i] for i in members]]
        curve.append(LengthBin(low, high, len(members), *_with_interval(metric, *chosen, resamples)))
    return curve


def _check_resamples(resamples: int) -> None:
    if resamples < 2:
        raise ValueError(f"expected at least 2 resamples, received {resamples}")


def _check_bins(lengths: Sequence[int], bins: Sequence[Bin]) -> None:
    if empty := [(low, high) for low, high in bins if not any(low <= length <= high for length in lengths)]:
        raise ValueError(f"expected sentences in every bin, received none for {empty}")
    for length in sorted(set(lengths)):
        if (inside := sum(low <= length <= high for low, high in bins)) != 1:
            raise ValueError(f"expected each length in one bin, received {inside} bins for length {length}")


def _with_interval(
    metric: BLEU, hypotheses: list[str], references: list[list[str]], resamples: int
) -> tuple[float, float, float]:
    """BLEU and the two ends of its confidence interval."""
    score = metric.corpus_score(hypotheses, references, n_bootstrap=resamples)
    # The JSON is where sacrebleu gives the interval away; a BLEU of 0 has none.
    told = json.loads(score.format(width=6, signature=str(metric.get_signature()), is_json=True))
    mean, half = told.get("confidence_mean", 0.0), told.get("confidence_var", 0.0)
    return min(score.score, 100.0), max(mean - half, 0.0), min(mean + half, 100.0)


def links(weights: ArrayLike, source_lengths: Sequence[int], target_lengths: Sequence[int]) -> list[Links]:
    """The alignment that attention weights stand for: each target word's heaviest source position.

    Args:
        weights: (B, T, S), a row a target position; of T and S only the first words of a sentence count.
        source_lengths: words of each source, `</s>` and padding not counted.
        target_lengths: words of each target, counted alike.

    Returns:
        B sets of (source index, target index). A target word whose heaviest position is the closing `</s>`
        (its index is the source length) or lies beyond it is in no link; of equal weights the first counts.

    Raises:
        ValueError: the lengths do not fit the weights' shape.
    """
    weights = np.asarray(weights)
    _check_lengths(weights, source_lengths, target_lengths)
    return [
        {(int(s), t) for t, s in enumerate(heaviest[:target_length]) if s < source_length}
        for heaviest, source_length, target_length in zip(
            weights.argmax(axis=2), source_lengths, target_lengths, strict=True
        )
    ]


def shares(weights: ArrayLike, source_lengths: Sequence[int], target_lengths: Sequence[int]) -> np.ndarray:
    """How much of all looks at a source place are each target word's: its part of the place's weight.

    A decoder can guess many a word without looking, a full stop or "the"; its eyes then rest on a place that
    other words need. Of such a place it gets a small share, and the largest one of the place of its own.

    Args:
        weights: (B, T, S).
        source_lengths, target_lengths: as in `links`, for which the result is made.

    Returns:
        (B, T, S); 0 beyond a sentence's words.

    Raises:
        ValueError: the lengths do not fit the weights' shape.
    """
    weights = np.array(weights, np.float64)
    _check_lengths(weights, source_lengths, target_lengths)
    for sentence, source_length, target_length in zip(weights, source_lengths, target_lengths, strict=True):
        sentence[target_length:] = 0
        sentence[:, source_length:] = 0
    received = weights.sum(axis=1, keepdims=True)
    return np.divide(weights, received, out=np.zeros_like(weights), where=received > 0)


def _check_lengths(weights: np.ndarray, source_lengths: Sequence[int], target_lengths: Sequence[int]) -> None:
    if weights.ndim != 3 or not len(weights) == len(source_lengths) == len(target_lengths):
        raise ValueError(
            "expected weights (B, T, S) and B lengths of either side, received weights "
            f"{weights.shape}, {len(source_lengths)} source and {len(target_lengths)} target lengths"
        )
    for axis, name, lengths in ((1, "target", target_lengths), (2, "source", source_lengths)):
        if max(lengths, default=0) > weights.shape[axis]:
            raise ValueError(
                f"expected {name} lengths of at most {weights.shape[axis]}, as weights of shape "
                f"{weights.shape} have, received {max(lengths)}"
            )


def diagonal_links(source_length: int, target_length: int) -> Links:
    """The baseline that knows no word: each target word is linked to the source word at the same height.

    The middle of target word t lies at (t + 1/2) / target_length of its sentence; the link goes to the source
    word that covers that point of its own. Returns a set of (source index, target index).

    Raises:
        ValueError: no source word to link to.
    """
    if source_length < 1 or target_length < 0:
        raise ValueError(f"expected words on both sides, received {source_length} and {target_length}")
    return {((2 * t + 1) * source_length // (2 * target_length), t) for t in range(target_length)}


def alignment_error_rate(
    predicted: Sequence[Iterable[tuple[int, int]]], gold: Sequence[Iterable[tuple[int, int]]]
) -> float:
    """AER (Och & Ney 2003, equation 5) where all gold links are sure: 1 - 2 |A ∩ G| / (|A| + |G|).

    Links are counted over all sentences together. 0 is perfect, 1 is without one common link.

    Args:
        predicted: for each sentence its (source index, target index) links, as from `links`.
        gold: the true ones, as in `record.alignment`.

    Raises:
        ValueError: not as many predicted as gold sentences, or no link at all.
    """
    if len(predicted) != len(gold):
        raise ValueError(f"expected links for {len(gold)} sentences, as in gold, received {len(predicted)}")
    pairs = [(set(ours), set(theirs)) for ours, theirs in zip(predicted, gold, strict=True)]
    common = sum(len(ours & theirs) for ours, theirs in pairs)
    every = sum(len(ours) + len(theirs) for ours, theirs in pairs)
    if not every:
        raise ValueError("expected at least one link, received none in all sentences")
    return 1 - 2 * common / every
