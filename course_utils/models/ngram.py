"""N-gram language models: probability, perplexity, suggestions and generation from counts and a smoothing.

    counts = NGramCounts.from_sentences([["the", "bear", "ate"], ["the", "fish", "ate"]], order=3)
    model = NGramModel(counts, KneserNey())
    model.suggest(["the"])  # ['bear', 'fish', 'ate']

Logarithms are natural. Words outside the vocabulary are scored as `<unk>`, one more word of it: with
`min_count=1` a word never seen, so that perplexities compare only between models with the same vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from course_utils.models.ngram_counts import NGramCounts, leading_starts
from course_utils.models.smoothing import (
    AddK,
    Floats,
    InterpolatedKneserNey,
    KneserNey,
    ModifiedKneserNey,
    Smoothing,
    StupidBackoff,
    Weights,
)
from course_utils.models.vocabulary import (
    END_ID,
    START,
    UNKNOWN_ID,
    Ids,
    Sentences,
    Vocabulary,
    check_positive,
)

__all__ = [
    "AddK",
    "KneserNey",
    "ModifiedKneserNey",
    "NGramCounts",
    "NGramModel",
    "StupidBackoff",
    "Vocabulary",
]


@dataclass(frozen=True)
class NGramModel:
    """A model of order n over V tokens, fitted when it is made.

    A `context` is the sentence so far, a list of tokens (`<s>` may lead it, and changes nothing). The model
    looks at its last n-1 tokens, and at `<s>` where there are fewer.
    """

    counts: NGramCounts
    smoothing: Smoothing
    weights: tuple[Weights, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", self.smoothing.fit(self.counts))

    def log_probabilities(self, sentences: Sentences) -> Floats:
        """log P of every token given those before it in its sentence, `</s>` included, in one row (N,).

        A sentence of w words takes w+1 places. StupidBackoff gives logs of scores, -inf for a new word.
        Raises TypeError for a string in place of a list of tokens, ValueError for no sentences.
        """
        words, starts = self.counts.vocabulary.encode_sentences(sentences)
        size = len(self.counts.vocabulary)
        probabilities = np.full(len(words), 1 / size)
        for weights, (contexts, ngrams) in zip(self.weights, self.counts.chain(words, starts), strict=True):
            backed_off = weights.backoff[contexts] * self.smoothing.lower(probabilities, size)
            probabilities = np.where(ngrams < 0, backed_off, weights.probability[ngrams])
        with np.errstate(divide="ignore"):
            return np.log(probabilities)

    def perplexity(self, sentences: Sentences) -> float:
        """exp of the mean negative log-probability a token; `</s>` is a token, `<s>` is not.

        A word outside the vocabulary is a token like any other, with the probability of `<unk>`. Raises
        ValueError for scores that are not probabilities, and whatever `log_probabilities` raises.
        """
        if not self.smoothing.sums_to_one:
            raise ValueError(
                f"expected probabilities, received scores: those of {self.smoothing!r} do not sum to 1"
            )
        return float(np.exp(-self.log_probabilities(sentences).mean()))

    def unseen_share(self, sentences: Sentences) -> Floats:
        """As `NGramCounts.unseen_share`: the share of unseen m-grams, for m = 1..n."""
        return self.counts.unseen_share(sentences)

    def next_word_probabilities(self, context: Sequence[str]) -> Floats:
        """P of each token of the vocabulary after `context`, (V,), summing to 1.

        StupidBackoff's scores are divided by their sum.
        """
        size = len(self.counts.vocabulary)
        probabilities = np.full(size, 1 / size)
        for weights, table, number in zip(
            self.weights, self.counts.tables, self._context_numbers(context), strict=True
        ):
            probabilities = weights.backoff[number] * self.smoothing.lower(probabilities, size)
            first, last = np.searchsorted(table.keys, [number * size, (number + 1) * size])
            probabilities[table.words[first:last]] = weights.probability[first:last]
        return probabilities / probabilities.sum() if not self.smoothing.sums_to_one else probabilities

    def suggest(self, context: Sequence[str], k: int = 3) -> list[str]:
        """The k likeliest words after `context`, ties in alphabetical order; never `<unk>` or `</s>`."""
        check_positive(k, "k")
        probabilities = self.next_word_probabilities(context)
        likeliest = np.argsort(-probabilities, kind="stable")  # ids are in alphabetical order
        words = likeliest[(likeliest != UNKNOWN_ID) & (likeliest != END_ID)]
        return [self.counts.vocabulary.tokens[word] for word in words[:k]]

    def generate(self, rng: np.random.Generator, max_words: int, context: Sequence[str] = ()) -> list[str]:
        """Words drawn one by one to go on from `context`, until `</s>` is drawn or there are `max_words`.

        `<unk>` is never drawn: its share goes to the other tokens.
        """
        check_positive(max_words, "max_words")
        words = list(context)
        while len(words) < len(context) + max_words:
            probabilities = self.next_word_probabilities(words)
            probabilities[UNKNOWN_ID] = 0
            drawn = rng.choice(len(probabilities), p=probabilities / probabilities.sum())
            if drawn == END_ID:
                break
            words.append(self.counts.vocabulary.tokens[drawn])
        return words[len(context) :]

    def to_arpa(self, path: Path | str) -> None:
        """Writes the model in ARPA format (log10), which KenLM and others read.

        Raises ValueError for a smoothing other than Kneser-Ney's, and for a word with white space in it.
        """
        if not isinstance(self.smoothing, InterpolatedKneserNey):
            raise ValueError(f"expected Kneser-Ney smoothing for an ARPA file, received {self.smoothing!r}")
        spaced = [token for token in self.counts.vocabulary.tokens if token.split() != [token]]
        if spaced:
            raise ValueError(f"expected words without white space for an ARPA file, received {spaced[0]!r}")
        Path(path).write_text("".join(self._arpa_lines()), encoding="utf-8")

    def _context_numbers(self, context: Sequence[str]) -> Ids:
        """For m = 1..n, the number of the context of order m after `context`, (n,)."""
        words = context[leading_starts(context) :]
        words = words[max(0, len(words) - self.counts.order + 1) :]
        with_next = np.append(self.counts.vocabulary.encode(words), END_ID)  # any token would do
        return np.array([contexts[-1] for contexts, _ in self.counts.chain(with_next, np.zeros(1, np.int64))])

    def _arpa_lines(self) -> Iterator[str]:
        kept = [table.starts < 2 for table in self.counts.tables]  # `<s> <s> word` is `<s> word` once more
        yield "\\data\\\n"
        yield from (f"ngram {m}={flags.sum() + (m == 1)}\n" for m, flags in enumerate(kept, 1))
        backoffs: list[Floats | None] = [np.log10(weights.backoff) for weights in self.weights[1:]]
        for m, (texts, flags, backoff) in enumerate(
            zip(self._texts(), kept, [*backoffs, None], strict=True), 1
        ):
            logs = np.log10(self.weights[m - 1].probability)
            yield f"\n\\{m}-grams:\n"
            if m == 1:
                yield f"0\t{START}" + ("\n" if backoff is None else f"\t{backoff[-2]:.7g}\n")
            for number in np.flatnonzero(flags):
                tail = "\n" if backoff is None else f"\t{backoff[number]:.7g}\n"
                yield f"{logs[number]:.7g}\t{texts[number]}{tail}"
        yield "\n\\end\\\n"

    def _texts(self) -> Iterator[list[str]]:
        """For m = 1..n, the text of every m-gram, and last that of m `<s>`."""
        tokens = self.counts.vocabulary.tokens
        texts = [*tokens, START]
        yield texts
        for table in self.counts.tables[1:]:
            pairs = zip(table.contexts.tolist(), table.words.tolist(), strict=True)
            texts = [*(f"{texts[context]} {tokens[word]}" for context, word in pairs), f"{texts[-1]} {START}"]
            yield texts
