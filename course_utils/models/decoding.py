"""Translating with a trained model: from sources to tokens, one at a time, a whole batch at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from course_utils.text.tokenization.base import END, PAD, START

Ids = NDArray[np.int32]

_LENGTH_STEP = 8  # sources are padded to multiples of it: few shapes to compile


def greedy(model: keras.Model, source_ids: Ids, max_length: int) -> Ids:
    """The likeliest next token, again and again, until every translation has ended.

    Args:
        model: with `encode` and `step` as in `models.translation`.
        source_ids: (B, S), each closed by `</s>`, with padding on the right.
        max_length: tokens, `</s>` counted, at which a translation is broken off.

    Returns:
        Token ids (B, L) without `<s>`; L is the length of the longest. What follows `</s>` is padding.
    """
    if max_length < 1:
        raise ValueError(f"expected max_length to be at least 1, received {max_length}")
    longest = getattr(model, "longest", None)  # a transformer has places for so many tokens
    if longest is not None and max_length > longest:
        raise ValueError(
            f"expected max_length of at most {longest}, the model's longest, received {max_length}"
        )
    tokens = _greedy_search(model)(tf.constant(source_ids, tf.int32), tf.constant(max_length))
    return np.asarray(tokens)


def translate(
    model: keras.Model, sentences: Sequence[Sequence[int]], max_length: int, batch_size: int = 256
) -> list[list[int]]:
    """The greedy translations of sentences of source ids, in their order; without `<s>` and `</s>`.

    Sentences of like length go through the model together; nobody's translation depends on its company.
    Raises ValueError as `greedy` does.
    """
    lengths = np.array([len(sentence) + 1 for sentence in sentences], np.int64)
    translations: list[list[int]] = [[] for _ in sentences]
    order = np.argsort(lengths, kind="stable")
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        width = -(-int(lengths[rows].max()) // _LENGTH_STEP) * _LENGTH_STEP
        # Filled up with empty sentences: one shape less to compile
        source_ids = np.full((batch_size, width), PAD, np.int32)
        source_ids[:, 0] = END
        for line, row in enumerate(rows):
            source_ids[line, : lengths[row]] = [*sentences[row], END]
        for row, tokens in zip(rows, greedy(model, source_ids, max_length).tolist(), strict=False):
            translations[row] = tokens[: tokens.index(END)] if END in tokens else tokens
    return translations


@lru_cache(maxsize=4)
def _greedy_search(model: keras.Model) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    """Compiled once for each shape of the sources."""

    @tf.function
    def search(source_ids: tf.Tensor, max_length: tf.Tensor) -> tf.Tensor:
        batch = tf.shape(source_ids)[0]
        tokens = tf.fill((batch, max_length), PAD)

        def unfinished(place: tf.Tensor, last: tf.Tensor, *_: Any) -> tf.Tensor:
            ended = tf.reduce_all((last == END) | (last == PAD))
            return (place < max_length) & ~ended

        def extend(place: tf.Tensor, last: tf.Tensor, tokens: tf.Tensor, state: Any) -> tuple[Any, ...]:
            logits, state = model.step(last, state)
            likeliest = tf.argmax(logits, axis=-1, output_type=tf.int32)
            likeliest = tf.where((last == END) | (last == PAD), PAD, likeliest)
            at = tf.one_hot(place, max_length, on_value=True, off_value=False)
            return place + 1, likeliest, tf.where(at, likeliest[:, None], tokens), state

        first = tf.fill((batch,), START)
        start = (tf.constant(0), first, tokens, model.encode(source_ids))
        length, _, tokens, _ = tf.while_loop(unfinished, extend, start)
        return tokens[:, :length]

    return search
