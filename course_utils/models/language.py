"""Keras language models over padded batches of sentences: their input, their perplexity, writing with them.

A model here maps [token_ids (B, T), padding_mask (B, T)] to logits (B, T, V): at each place, one logit for
each token that can come next. It must be causal; the padding is on the right.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from course_utils.models.vocabulary import END_ID, Sentences, Vocabulary

if TYPE_CHECKING:
    import keras

Ids = NDArray[np.int32]
Mask = NDArray[np.bool_]

_LENGTH_STEP = 8  # lengths are padded up to multiples of it: few shapes to compile, little padding


def shifted(vocabulary: Vocabulary, sentences: Sentences) -> tuple[Ids, Ids, Mask]:
    """What a language model reads and what it is to predict there, for N sentences of at most T-1 words.

    Inputs (N, T) are `<s> w1 … wn`, targets (N, T) are `w1 … wn </s>`; the mask (N, T) is True on these n+1
    places. Elsewhere the ids are 0. Raises as `Vocabulary.encode_sentences` does.
    """
    ids, starts = vocabulary.encode_sentences(sentences)
    lengths = np.diff(starts, append=len(ids))
    mask = np.arange(lengths.max()) < lengths[:, None]
    targets = np.zeros(mask.shape, np.int32)
    targets[mask] = ids
    inputs = np.roll(targets, 1, axis=1) * mask
    inputs[:, 0] = vocabulary.start_id
    return inputs, targets, mask


def perplexity(
    model: keras.Model, vocabulary: Vocabulary, sentences: Sentences, batch_size: int = 256
) -> float:
    """Exact perplexity of `sentences`: exp of the mean over all tokens, `</s>` too, of -log P(token).

    Raises as `Vocabulary.encode_sentences` does.
    """
    inputs, targets, mask = shifted(vocabulary, sentences)
    total = 0.0
    for rows, length in _by_length(mask.sum(axis=1), batch_size):
        # The last batch is filled up with sentences that come again and are not counted: one shape less.
        filled = np.resize(rows, batch_size)
        logits = model.predict_on_batch([inputs[filled, :length], mask[filled, :length]])
        log_p = _log_softmax(logits[: len(rows)])
        counted = mask[rows, :length]
        total += log_p[counted, targets[rows, :length][counted]].sum()
    return math.exp(-total / mask.sum())


def sample(logits: NDArray[np.floating], temperature: float, rng: np.random.Generator) -> int:
    """Draw an id with probability softmax(logits / temperature); logits (V,).

    Raises:
        ValueError: `temperature` is not above 0.
    """
    if not temperature > 0:
        raise ValueError(f"expected a temperature above 0, received {temperature!r}")
    shares = np.cumsum(np.exp(_log_softmax(np.asarray(logits) / temperature)))
    return int(np.searchsorted(shares, rng.random() * shares[-1], side="right"))


def generate(
    model: keras.Model, vocabulary: Vocabulary, rng: np.random.Generator, temperature: float, max_words: int
) -> list[str]:
    """Write a sentence word by word, until `</s>` is drawn or `max_words` are there."""
    token_ids = np.zeros((1, max_words + 1), np.int32)
    token_ids[0, 0] = vocabulary.start_id
    words: list[str] = []
    while len(words) < max_words:
        # Always the whole length, of which the mask hides the rest: one shape to compile.
        mask = np.arange(max_words + 1)[None] <= len(words)
        drawn = sample(model.predict_on_batch([token_ids, mask])[0, len(words)], temperature, rng)
        if drawn == END_ID:
            break
        words.append(vocabulary.tokens[drawn])
        token_ids[0, len(words)] = drawn
    return words


def _by_length(lengths: NDArray[np.int64], batch_size: int) -> Iterator[tuple[NDArray[np.int64], int]]:
    """Batches of rows whose lengths, rounded up but not above the longest, are the same, and that length."""
    rounded = np.minimum(-(-lengths // _LENGTH_STEP) * _LENGTH_STEP, lengths.max())
    for length in np.unique(rounded):
        rows = np.flatnonzero(rounded == length)
        for start in range(0, len(rows), batch_size):
            yield rows[start : start + batch_size], int(length)


def _log_softmax(logits: NDArray) -> NDArray[np.float64]:
    shifted_logits = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    return shifted_logits - np.log(np.exp(shifted_logits).sum(axis=-1, keepdims=True))
