"""Sentences of ids to padded batches."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.text.pipeline import pair_batches, sentence_batches

pytestmark = pytest.mark.slow  # loads TensorFlow

BUCKETS = (3, 7, 11)
# 41 sentences of 0 to 10 ids: 12 fit in the first bucket, 14 in the second, 15 in the third.
SENTENCES = [list(range(number, number + number * 3 % 11)) for number in range(4, 45)]
PAIRS = SENTENCES, [[200 + number, *[9] * (number * 5 % 10)] for number in range(41)]

Batch = tuple[np.ndarray, ...]


def batches_of(dataset: tf.data.Dataset) -> list[Batch]:
    """One epoch, ((source, decoder_input), target, mask) flattened."""
    return [tuple(part.numpy() for part in tf.nest.flatten(batch)) for batch in dataset]


def rows(batches: Iterable[Batch]) -> list[tuple[tuple[int, ...], ...]]:
    """Each example as it was before padding: its inputs and targets where the mask is True."""
    return [
        tuple(tuple(int(number) for number in row[mask]) for row in (inputs, targets))
        for inputs, targets, masks in batches
        for inputs, targets, mask in zip(inputs, targets, masks, strict=True)
    ]


def shifted(sentence: list[int], start: int = 2, end: int = 3) -> tuple[tuple[int, ...], ...]:
    return (start, *sentence), (*sentence, end)


def sentences(**changed: Any) -> tf.data.Dataset:
    arguments: dict[str, Any] = {"batch_size": 5, "bucket_boundaries": BUCKETS, "seed": 1}
    return sentence_batches(SENTENCES, **{**arguments, **changed})


# Contents --------------------------------------------------------------------------------------------------


def test_a_batch_of_sentences() -> None:
    dataset = sentence_batches([[7, 8], [], [9]], batch_size=5, bucket_boundaries=[4], seed=None)
    ((inputs, targets, mask),) = batches_of(dataset)
    assert inputs.tolist() == [[2, 7, 8, 0], [2, 0, 0, 0], [2, 9, 0, 0]]
    assert targets.tolist() == [[7, 8, 3, 0], [3, 0, 0, 0], [9, 3, 0, 0]]
    assert mask.tolist() == [
        [True, True, True, False],
        [True, False, False, False],
        [True, True, False, False],
    ]
    assert (inputs.dtype, targets.dtype, mask.dtype) == (np.int32, np.int32, np.bool_)


def test_a_batch_of_pairs() -> None:
    dataset = pair_batches([[7, 8], [9]], [[5], [6, 4, 6]], batch_size=2, bucket_boundaries=[5], seed=None)
    assert isinstance(dataset.element_spec[0], tuple)
    ((source, decoder_input, target, mask),) = batches_of(dataset)
    assert source.tolist() == [[7, 8, 3, 0, 0], [9, 3, 0, 0, 0]]
    assert decoder_input.tolist() == [[2, 5, 0, 0, 0], [2, 6, 4, 6, 0]]
    assert target.tolist() == [[5, 3, 0, 0, 0], [6, 4, 6, 3, 0]]
    assert mask.tolist() == [[True] * 2 + [False] * 3, [True] * 4 + [False]]
    assert (source.dtype, decoder_input.dtype, target.dtype, mask.dtype) == (*[np.int32] * 3, np.bool_)


def test_other_markers() -> None:
    dataset = sentence_batches([[0, 4]], batch_size=1, bucket_boundaries=[5], seed=1, start_id=9, end_id=1)
    ((inputs, targets, mask),) = batches_of(dataset)
    assert inputs.tolist() == [[9, 0, 4, 0, 0]]
    assert targets.tolist() == [[0, 4, 1, 0, 0]]
    assert mask.tolist() == [[True, True, True, False, False]], "an id 0 within a sentence is a token too"


def test_every_sentence_comes_once_an_epoch() -> None:
    assert Counter(rows(batches_of(sentences()))) == Counter(map(shifted, SENTENCES))


def test_every_pair_comes_once_an_epoch_and_stays_together() -> None:
    dataset = pair_batches(*PAIRS, batch_size=5, bucket_boundaries=BUCKETS, seed=1)
    found = Counter(
        (tuple(source[source > 0].tolist()), *row)
        for source, inputs, targets, mask in batches_of(dataset)
        for source, row in zip(source, rows([(inputs, targets, mask)]), strict=True)
    )
    assert found == Counter(((*left, 3), *shifted(right)) for left, right in zip(*PAIRS, strict=True))


@settings(max_examples=20)
@given(
    st.lists(st.lists(st.integers(0, 23), max_size=12), min_size=1, max_size=29),
    st.integers(1, 7),
    st.sets(st.integers(1, 12)),
    st.booleans(),
    st.none() | st.integers(0, 99),
)
def test_nothing_is_lost(
    examples: list[list[int]], batch_size: int, buckets: set[int], fixed_lengths: bool, seed: int | None
) -> None:
    dataset = sentence_batches(
        examples,
        batch_size=batch_size,
        bucket_boundaries=[*sorted(buckets), 13],
        seed=seed,
        fixed_lengths=fixed_lengths,
    )
    batches = batches_of(dataset)
    assert Counter(rows(batches)) == Counter(map(shifted, examples))
    assert len(dataset) == len(batches)
    for inputs, targets, mask in batches:
        assert not inputs[~mask].any()
        assert not targets[~mask].any()
        assert len(mask) <= batch_size


# Shapes ----------------------------------------------------------------------------------------------------


def shapes(dataset: tf.data.Dataset) -> Counter[tuple[int, ...]]:
    return Counter(inputs.shape for inputs, _, _ in batches_of(dataset))


def test_the_shapes_are_few_and_the_same_in_every_epoch() -> None:
    dataset = sentences()
    in_each_epoch = [shapes(dataset) for _ in range(3)]
    assert in_each_epoch[0] == {(5, 3): 2, (2, 3): 1, (5, 7): 2, (4, 7): 1, (5, 11): 3}
    assert in_each_epoch[0] == in_each_epoch[1] == in_each_epoch[2]
    assert len(dataset) == 9


def test_a_sentence_goes_into_the_first_bucket_with_room_for_its_marker() -> None:
    for length, bucket in [(0, 3), (2, 3), (3, 7), (6, 7), (7, 11), (10, 11)]:
        dataset = sentence_batches([[4] * length], batch_size=1, bucket_boundaries=BUCKETS, seed=1)
        assert shapes(dataset) == {(1, bucket): 1}


def test_a_pair_goes_by_its_longer_side() -> None:
    for source, target in [(6, 1), (1, 6)]:
        dataset = pair_batches(
            [[4] * source], [[4] * target], batch_size=1, bucket_boundaries=BUCKETS, seed=1
        )
        assert {part.shape for part in batches_of(dataset)[0]} == {(1, 7)}


def test_lengths_that_are_not_fixed_are_those_of_the_longest_sentence() -> None:
    for inputs, _, mask in batches_of(sentences(fixed_lengths=False)):
        assert inputs.shape[1] == mask.sum(axis=1).max()
    dataset = pair_batches(
        [[4], [4, 4]], [[5], [5]], batch_size=2, bucket_boundaries=BUCKETS, seed=1, fixed_lengths=False
    )
    assert [part.shape for part in batches_of(dataset)[0]] == [(2, 3), (2, 2), (2, 2), (2, 2)]


def test_smaller_batches_can_be_left_out() -> None:
    dataset = sentences(drop_remainder=True)
    assert shapes(dataset) == {(5, 3): 2, (5, 7): 2, (5, 11): 3}
    assert len(dataset) == 7


# Order -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pairs", [False, True])
def test_every_epoch_has_an_order_of_its_own(pairs: bool) -> None:
    def epochs(seed: int) -> list[list[list[int]]]:
        keras.utils.set_random_seed(7)
        made = (
            pair_batches(*PAIRS, batch_size=5, bucket_boundaries=BUCKETS, seed=seed)
            if pairs
            else sentences(seed=seed)
        )
        return [[row.tolist() for batch in batches_of(made) for row in batch[-2]] for _ in range(2)]

    first, second = epochs(seed=1)
    assert first != second
    assert sorted(first) == sorted(second)
    assert epochs(seed=1) == [first, second]
    assert epochs(seed=2)[0] != first


def test_batches_of_all_lengths_are_mixed() -> None:
    lengths = [inputs.shape[1] for inputs, _, _ in batches_of(sentences(batch_size=1))]
    changes = sum(left != right for left, right in itertools.pairwise(lengths))
    assert changes > len(BUCKETS) - 1, "batches come bucket by bucket"


def test_without_a_seed_the_order_is_kept() -> None:
    dataset = sentences(seed=None)
    found = rows(batches_of(dataset))
    for low, high in itertools.pairwise((0, *BUCKETS)):
        inside = [shifted(sentence) for sentence in SENTENCES if low < len(sentence) + 1 <= high]
        assert [row for row in found if low < len(row[0]) <= high] == inside
    assert rows(batches_of(dataset)) == found


def steps(dataset: tf.data.Dataset) -> list[str]:
    """The kinds of the datasets that a dataset is made of, the last step first."""
    found = []
    while dataset._inputs():
        found.append(type(dataset).__name__.strip("_").removesuffix("Dataset"))
        dataset = dataset._inputs()[0]
    return found


def test_cached_then_shuffled_and_prefetched_last() -> None:
    found = steps(sentences())
    assert found[0] == "Prefetch"
    assert found.index("Shuffle") < found.index("Cache") < found.index("Map")
    assert "Shuffle" not in steps(sentences(seed=None))


@pytest.mark.parametrize("seed", [None, 1])
def test_looking_at_one_batch_is_no_mistake(seed: int | None, capfd: pytest.CaptureFixture[str]) -> None:
    """A cache that is left half full says so at length."""
    capfd.readouterr()
    for _ in sentences(seed=seed).take(1):
        pass
    assert capfd.readouterr() == ("", "")


# Errors ----------------------------------------------------------------------------------------------------


def test_sentences_that_are_too_long() -> None:
    with pytest.raises(ValueError) as caught:
        sentence_batches(
            [[4] * 3, [4] * 9, [4] * 23, [4] * 8], batch_size=5, bucket_boundaries=[5, 9], seed=1
        )
    assert str(caught.value) == (
        "expected sentences of at most 8 ids, as the last of bucket_boundaries is 9 and counts a marker; "
        "2 are longer, the first at index 1, the longest with 23 ids. Leave them out, or add a bucket"
    )


@pytest.mark.parametrize("sides", [([[4]], [[4] * 9]), ([[4] * 9], [[4]])])
def test_a_pair_with_one_side_that_is_too_long(sides: tuple[list[list[int]], list[list[int]]]) -> None:
    with pytest.raises(ValueError, match=r"pairs of at most 8 ids, .* the longest with 9 ids"):
        pair_batches(*sides, batch_size=5, bucket_boundaries=[5, 9], seed=1)


def test_sources_without_targets() -> None:
    with pytest.raises(ValueError, match="expected as many sources as targets, received 2 and 1"):
        pair_batches([[4], [5]], [[4]], batch_size=5, bucket_boundaries=[5], seed=1)


def test_nothing_to_make_batches_of() -> None:
    with pytest.raises(ValueError, match="expected sentences, received none"):
        sentence_batches([], batch_size=5, bucket_boundaries=[5], seed=1)
    with pytest.raises(ValueError, match="expected pairs, received none"):
        pair_batches([], [], batch_size=5, bucket_boundaries=[5], seed=1)


@pytest.mark.parametrize("boundaries", [(), (0, 5), (7, 5), (5, 5)])
def test_boundaries_that_do_not_ascend(boundaries: tuple[int, ...]) -> None:
    with pytest.raises(ValueError) as caught:
        sentences(bucket_boundaries=boundaries)
    assert str(caught.value) == f"expected ascending bucket_boundaries, received {boundaries!r}"


@pytest.mark.parametrize("batch_size", [0, -3])
def test_a_batch_size_below_one(batch_size: int) -> None:
    with pytest.raises(ValueError, match=f"expected a batch_size of at least 1, received {batch_size}"):
        sentences(batch_size=batch_size)


def test_batches_that_are_all_left_out() -> None:
    message = "a batch_size of at most 15, the size of the largest bucket, .* received 17"
    with pytest.raises(ValueError, match=message):
        sentences(batch_size=17, drop_remainder=True)


# Keras -----------------------------------------------------------------------------------------------------


class Bigram(keras.Model):
    """Logits for the next token from the last; counts how often it is traced."""

    def __init__(self) -> None:
        super().__init__()
        self.logits = keras.layers.Embedding(300, 300)
        self.traced: list[tuple[int | None, ...]] = []

    def call(self, token_ids: tf.Tensor) -> tf.Tensor:
        self.traced.append(tuple(token_ids.shape))
        return self.logits(token_ids)


def test_keras_trains_on_them_and_counts_no_padding() -> None:
    keras.utils.set_random_seed(7)
    model = Bigram()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="mean_with_sample_weight")
    model.compile("adam", loss, weighted_metrics=["accuracy"])
    history = model.fit(sentences(), epochs=3, shuffle=False, verbose=0).history
    assert history["loss"][-1] < history["loss"][0]
    assert set(model.traced) <= {(None, None), *shapes(sentences())}

    once = sentence_batches(SENTENCES, batch_size=41, bucket_boundaries=[11], seed=None)
    wide = sentence_batches(SENTENCES, batch_size=41, bucket_boundaries=[47], seed=None)
    assert model.evaluate(once, verbose=0) == pytest.approx(model.evaluate(wide, verbose=0), rel=1e-6)
