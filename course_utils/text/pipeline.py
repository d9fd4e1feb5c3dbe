"""From sentences of ids to padded batches, by tf.data.

Sentences of like length share a batch, so that little is padded. Each is padded to the length of its bucket:
a model is compiled once for each new shape it meets, and these are few, the same ones in every epoch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, pairwise
from typing import Any

import numpy as np
import tensorflow as tf

from course_utils.text.tokenization.base import END, START

Sentences = Sequence[Sequence[int]]


def sentence_batches(
    token_ids: Sentences,
    *,
    batch_size: int,
    bucket_boundaries: Sequence[int],
    seed: int | None,
    start_id: int = START,
    end_id: int = END,
    fixed_lengths: bool = True,
    drop_remainder: bool = False,
) -> tf.data.Dataset:
    """Batches for a language model: (inputs (B, T), targets (B, T), mask (B, T)).

    Of a sentence w1 … wn the inputs are `<s> w1 … wn`, the targets `w1 … wn </s>`, and the mask is True on
    these n+1 places; the rest is padding, id 0. Ids are int32, the mask is bool. `model.fit(batches,
    shuffle=False)` takes the mask as weights of the targets; Keras warns when it is asked to shuffle too.

    `bucket_boundaries` are the greatest T of each bucket, ascending. With `fixed_lengths` T is that of the
    bucket, else that of the batch's longest sentence. The last batch of a bucket is smaller, unless
    `drop_remainder` leaves it out. With a `seed` each epoch has an order of its own, and making the batches
    anew, with the same seed here and in `keras.utils.set_random_seed`, gives the same epochs; None keeps the
    order within each bucket. `len` of the result is the number of batches in an epoch.

    Raises ValueError for no sentences, for one that is longer than the last bucket (all that are too long are
    counted), for boundaries that don't ascend, for a batch_size below 1, and when no batch would be left.
    """
    lengths = _lengths(token_ids) + 1
    _check_lengths(lengths, bucket_boundaries, "sentences")

    def example(ids: tf.Tensor) -> tuple[tf.Tensor, ...]:
        inputs, targets = tf.concat([[start_id], ids], 0), tf.concat([ids, [end_id]], 0)
        return inputs, targets, tf.ones_like(targets, tf.bool)

    examples = tf.data.Dataset.from_tensor_slices(_ragged(token_ids)).map(example)
    return _batches(
        examples,
        lambda inputs, targets, mask: tf.size(targets),
        lengths,
        batch_size,
        bucket_boundaries,
        seed,
        fixed_lengths,
        drop_remainder,
    )


def pair_batches(
    source_ids: Sentences,
    target_ids: Sentences,
    *,
    batch_size: int,
    bucket_boundaries: Sequence[int],
    seed: int | None,
    fixed_lengths: bool = True,
    drop_remainder: bool = False,
) -> tf.data.Dataset:
    """Batches for translation: ((source (B, S), decoder_input (B, T)), target (B, T), mask (B, T)).

    Source: `v1 … vm </s>`; decoder input: `<s> w1 … wn`; target: `w1 … wn </s>`; the mask is True on the
    target's n+1 places. A pair goes by its longer side; with `fixed_lengths` S and T are its bucket's length.
    Everything else is as in `sentence_batches`.

    Raises ValueError as `sentence_batches` does, and unless there are as many sources as targets.
    """
    if len(source_ids) != len(target_ids):
        raise ValueError(
            f"expected as many sources as targets, received {len(source_ids):,} and {len(target_ids):,}"
        )
    lengths = np.maximum(_lengths(source_ids), _lengths(target_ids)) + 1
    _check_lengths(lengths, bucket_boundaries, "pairs")

    def example(source: tf.Tensor, target: tf.Tensor) -> tuple[Any, tf.Tensor, tf.Tensor]:
        closed = tf.concat([target, [END]], 0)
        inputs = tf.concat([source, [END]], 0), tf.concat([[START], target], 0)
        return inputs, closed, tf.ones_like(closed, tf.bool)

    pairs = tf.data.Dataset.from_tensor_slices((_ragged(source_ids), _ragged(target_ids)))
    return _batches(
        pairs.map(example),
        lambda inputs, target, mask: tf.maximum(tf.size(inputs[0]), tf.size(target)),
        lengths,
        batch_size,
        bucket_boundaries,
        seed,
        fixed_lengths,
        drop_remainder,
    )


def _batches(
    examples: tf.data.Dataset,
    length: Callable[..., tf.Tensor],
    lengths: np.ndarray,
    batch_size: int,
    bucket_boundaries: Sequence[int],
    seed: int | None,
    fixed_lengths: bool,
    drop_remainder: bool,
) -> tf.data.Dataset:
    if seed is not None:
        # Cached before it is shuffled: the other way round every epoch would come in the order of the first.
        examples = examples.cache().shuffle(len(lengths), seed=seed)
    batches = examples.bucket_by_sequence_length(
        length,
        [boundary + 1 for boundary in bucket_boundaries],  # TensorFlow's are the first length outside
        [batch_size] * (len(bucket_boundaries) + 1),
        pad_to_bucket_boundary=fixed_lengths,
        drop_remainder=drop_remainder,
    )
    count = _count(lengths, batch_size, bucket_boundaries, drop_remainder)
    return batches.apply(tf.data.experimental.assert_cardinality(count)).prefetch(tf.data.AUTOTUNE)


def _count(
    lengths: np.ndarray, batch_size: int, bucket_boundaries: Sequence[int], drop_remainder: bool
) -> int:
    """The number of batches, which tf.data cannot know before it has made them."""
    if batch_size < 1:
        raise ValueError(f"expected a batch_size of at least 1, received {batch_size}")
    sizes = np.bincount(np.searchsorted(bucket_boundaries, lengths))
    count = int((sizes // batch_size if drop_remainder else -(-sizes // batch_size)).sum())
    if not count:
        raise ValueError(
            f"expected a batch_size of at most {sizes.max()}, the size of the largest bucket, as "
            f"drop_remainder leaves smaller batches out; received {batch_size}"
        )
    return count


def _ragged(token_ids: Sentences) -> tf.RaggedTensor:
    """(N, None), int32."""
    flat = np.fromiter(chain.from_iterable(token_ids), np.int32)
    return tf.RaggedTensor.from_row_lengths(flat, _lengths(token_ids))


def _lengths(token_ids: Sentences) -> np.ndarray:
    return np.fromiter(map(len, token_ids), np.int64, len(token_ids))


def _check_lengths(lengths: np.ndarray, bucket_boundaries: Sequence[int], what: str) -> None:
    """Raises ValueError where examples and buckets don't fit; `lengths` count one marker."""
    if not len(lengths):
        raise ValueError(f"expected {what}, received none")
    if not bucket_boundaries or any(left >= right for left, right in pairwise([0, *bucket_boundaries])):
        raise ValueError(f"expected ascending bucket_boundaries, received {bucket_boundaries!r}")
    long = np.flatnonzero(lengths > bucket_boundaries[-1])
    if len(long):
        raise ValueError(
            f"expected {what} of at most {bucket_boundaries[-1] - 1} ids, as the last of bucket_boundaries "
            f"is {bucket_boundaries[-1]} and counts a marker; {len(long):,} are longer, the first at index "
            f"{long[0]}, the longest with {lengths.max() - 1} ids. Leave them out, or add a bucket"
        )
