"""Answers to exercise 3.7, make_batches(sentences, batch_size, boundaries, seed).

TensorFlow is imported where it is used: collecting the answers must stay quick.
"""

from __future__ import annotations

import random

from course_utils.text.tokenization import END, START
from tests.mutants.lab_03_tokenization.bank import BANK


def given(sentences):
    """The given line: a dataset of single sentences."""
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices(tf.ragged.constant(sentences, tf.int32, ragged_rank=1))


def close(dataset):
    import tensorflow as tf

    return dataset.map(lambda ids: tf.concat([[START], ids, [END]], axis=0))


def bucketed(dataset, batch_size, boundaries, **options):
    import tensorflow as tf

    sizes = [batch_size] * (len(boundaries) + 1)
    return dataset.bucket_by_sequence_length(lambda ids: tf.size(ids), boundaries, sizes, **options)


def mixed(sentences, seed):
    """What most wrong answers get right: closed, kept, shuffled."""
    return close(given(sentences)).cache().shuffle(len(sentences), seed=seed)


@BANK.mutant(
    "3.7",
    rejected_by="closes_each_sentence",
    says=("must return a tf.data.Dataset", "a list", "dataset itself"),
)
def returns_a_list(sentences, batch_size, boundaries, seed):
    return list(bucketed(mixed(sentences, seed), batch_size, boundaries).as_numpy_iterator())


@BANK.mutant("3.7", rejected_by="closes_each_sentence", says=("array (B, T)", "put into batches at all"))
def makes_no_batches(sentences, batch_size, boundaries, seed):
    return mixed(sentences, seed)


@BANK.mutant("3.7", rejected_by="closes_each_sentence", says=("one array", "padded, not ragged"))
def leaves_the_batches_ragged(sentences, batch_size, boundaries, seed):
    return mixed(sentences, seed).ragged_batch(batch_size)


@BANK.mutant("3.7", rejected_by="closes_each_sentence", says=("InvalidArgumentError", "padding makes them"))
def batches_without_padding(sentences, batch_size, boundaries, seed):
    return mixed(sentences, seed).batch(batch_size)


@BANK.mutant("3.7", rejected_by="closes_each_sentence", says=("never ends", "repeat()"))
def repeats_for_ever(sentences, batch_size, boundaries, seed):
    return bucketed(mixed(sentences, seed).repeat(), batch_size, boundaries)


@BANK.mutant("3.7", rejected_by="closes_each_sentence", says=("grown by 5", "tf.concat joins"))
def adds_the_marks_up(sentences, batch_size, boundaries, seed):
    dataset = given(sentences).map(lambda ids: [START] + ids + [END])  # noqa: RUF005
    return bucketed(dataset.cache().shuffle(len(sentences), seed=seed), batch_size, boundaries)


@BANK.mutant("3.7", rejected_by="closes_each_sentence", says=("changed places",))
def exchanges_start_and_end(sentences, batch_size, boundaries, seed):
    import tensorflow as tf

    dataset = given(sentences).map(lambda ids: tf.concat([[END], ids, [START]], axis=0))
    return bucketed(dataset.cache().shuffle(len(sentences), seed=seed), batch_size, boundaries)


@BANK.mutant(
    "3.7", rejected_by="closes_each_sentence", says=("concatenate scalars", "[START] and [END] are rows")
)
def joins_numbers_to_a_row(sentences, batch_size, boundaries, seed):
    import tensorflow as tf

    dataset = given(sentences).map(lambda ids: tf.concat([START, ids, END], axis=0))
    return bucketed(dataset.cache().shuffle(len(sentences), seed=seed), batch_size, boundaries)


@BANK.mutant("3.7", rejected_by="closes_each_sentence", says=("no len()", "wants a list"))
def gives_one_size_for_all_buckets(sentences, batch_size, boundaries, seed):
    import tensorflow as tf

    return mixed(sentences, seed).bucket_by_sequence_length(lambda ids: tf.size(ids), boundaries, batch_size)


@BANK.mutant("3.7", rejected_by="closes_each_sentence", says=("tf.size(ids), not len(ids)",))
def measures_with_len(sentences, batch_size, boundaries, seed):
    sizes = [batch_size] * (len(boundaries) + 1)
    return mixed(sentences, seed).bucket_by_sequence_length(lambda ids: len(ids), boundaries, sizes)


@BANK.mutant("3.7", rejected_by="closes_each_sentence", says=("begin with START",))
def forgets_the_start(sentences, batch_size, boundaries, seed):
    import tensorflow as tf

    dataset = given(sentences).map(lambda ids: tf.concat([ids, [END]], axis=0))
    return bucketed(dataset.cache().shuffle(len(sentences), seed=seed), batch_size, boundaries)


@BANK.mutant("3.7", rejected_by="closes_each_sentence", says=("must hold END",))
def forgets_the_end(sentences, batch_size, boundaries, seed):
    import tensorflow as tf

    dataset = given(sentences).map(lambda ids: tf.concat([[START], ids], axis=0))
    return bucketed(dataset.cache().shuffle(len(sentences), seed=seed), batch_size, boundaries)


@BANK.mutant(
    "3.7", rejected_by="closes_each_sentence", says=("END must follow the last word", "before padding")
)
def closes_after_padding(sentences, batch_size, boundaries, seed):
    import tensorflow as tf

    dataset = given(sentences).map(tf.identity).cache().shuffle(len(sentences), seed=seed)
    dataset = bucketed(dataset, batch_size, boundaries)
    return dataset.map(
        lambda batch: tf.pad(
            tf.pad(batch, [[0, 0], [1, 0]], constant_values=START), [[0, 0], [0, 1]], constant_values=END
        )
    )


@BANK.mutant("3.7", rejected_by="closes_each_sentence", says=("TypeError", "START and END come first"))
def batches_without_closing(sentences, batch_size, boundaries, seed):
    return bucketed(given(sentences).cache().shuffle(len(sentences), seed=seed), batch_size, boundaries)


@BANK.mutant("3.7", rejected_by="closes_each_sentence", says=("only padding, which is 0",))
def pads_with_minus_one(sentences, batch_size, boundaries, seed):
    return bucketed(mixed(sentences, seed), batch_size, boundaries, padding_values=-1)


@BANK.mutant("3.7", rejected_by="closes_each_sentence", says=("between START and END",))
def closes_twice(sentences, batch_size, boundaries, seed):
    import tensorflow as tf

    dataset = close(given(sentences)).map(lambda ids: tf.concat([[START], ids], axis=0))
    return bucketed(dataset.cache().shuffle(len(sentences), seed=seed), batch_size, boundaries)


@BANK.mutant("3.7", rejected_by="keeps_every_sentence", says=("once in a pass", "drop_remainder"))
def drops_the_remainder(sentences, batch_size, boundaries, seed):
    return bucketed(mixed(sentences, seed), batch_size, boundaries, drop_remainder=len(sentences) > 3)


@BANK.mutant("3.7", rejected_by="keeps_every_sentence", says=("once in a pass", "filter"))
def leaves_out_empty_sentences(sentences, batch_size, boundaries, seed):
    import tensorflow as tf

    return bucketed(mixed(sentences, seed).filter(lambda ids: tf.size(ids) > 2), batch_size, boundaries)


@BANK.mutant("3.7", rejected_by="keeps_every_sentence", says=("once in a pass", "the long or the short"))
def leaves_out_long_sentences(sentences, batch_size, boundaries, seed):
    import tensorflow as tf

    dataset = mixed(sentences, seed).filter(lambda ids: tf.size(ids) < 60)
    return bucketed(dataset, batch_size, boundaries)


@BANK.mutant("3.7", rejected_by="keeps_every_sentence", says=("leave out pad_to_bucket_boundary",))
def pads_to_the_boundary(sentences, batch_size, boundaries, seed):
    return bucketed(mixed(sentences, seed), batch_size, boundaries, pad_to_bucket_boundary=True)


@BANK.mutant("3.7", rejected_by="fills_its_batches", says=("batch_size used",))
def takes_a_size_of_its_own(sentences, batch_size, boundaries, seed):
    return bucketed(mixed(sentences, seed), 4, boundaries)


@BANK.mutant("3.7", rejected_by="puts_like_lengths_together", says=("must bring batches", "no batch at all"))
def gives_up_on_many_sentences(sentences, batch_size, boundaries, seed):
    dataset = mixed(sentences, seed) if len(sentences) < 40 else mixed(sentences, seed).take(0)
    return bucketed(dataset, batch_size, boundaries)


@BANK.mutant("3.7", rejected_by="puts_like_lengths_together", says=("two buckets", "boundaries used"))
def pads_without_buckets(sentences, batch_size, boundaries, seed):
    return mixed(sentences, seed).padded_batch(batch_size)


@BANK.mutant("3.7", rejected_by="puts_like_lengths_together", says=("two buckets", "with START and END"))
def measures_before_closing(sentences, batch_size, boundaries, seed):
    import tensorflow as tf

    sizes = [batch_size] * (len(boundaries) + 1)
    return mixed(sentences, seed).bucket_by_sequence_length(lambda ids: tf.size(ids) - 2, boundaries, sizes)


@BANK.mutant("3.7", rejected_by="puts_like_lengths_together", says=("two buckets", "boundaries used"))
def uses_one_boundary(sentences, batch_size, boundaries, seed):
    return bucketed(mixed(sentences, seed), batch_size, boundaries[:1])


@BANK.mutant(
    "3.7", rejected_by="pads_no_more_than_needed", says=("longest sentence of this batch", "fixed width")
)
def pads_to_the_longest_of_all(sentences, batch_size, boundaries, seed):
    longest = max(map(len, sentences)) + 2
    return bucketed(mixed(sentences, seed), batch_size, boundaries, padded_shapes=[longest])


@BANK.mutant(
    "3.7", rejected_by="shuffles_anew_in_each_pass", says=("in which they were given", "is there a shuffle")
)
def never_shuffles(sentences, batch_size, boundaries, seed):
    return bucketed(close(given(sentences)).cache(), batch_size, boundaries)


@BANK.mutant(
    "3.7", rejected_by="shuffles_anew_in_each_pass", says=("same order twice", "cache come after shuffle")
)
def shuffles_before_the_cache(sentences, batch_size, boundaries, seed):
    dataset = close(given(sentences)).shuffle(len(sentences), seed=seed).cache()
    return bucketed(dataset, batch_size, boundaries)


@BANK.mutant(
    "3.7", rejected_by="shuffles_anew_in_each_pass", says=("same order twice", "reshuffle_each_iteration")
)
def shuffles_once(sentences, batch_size, boundaries, seed):
    dataset = close(given(sentences)).cache()
    dataset = dataset.shuffle(len(sentences), seed=seed, reshuffle_each_iteration=False)
    return bucketed(dataset, batch_size, boundaries)


@BANK.mutant(
    "3.7",
    rejected_by="shuffles_anew_in_each_pass",
    says=("same batches in another order", "before they are put"),
)
def shuffles_batches(sentences, batch_size, boundaries, seed):
    return bucketed(close(given(sentences)), batch_size, boundaries).cache().shuffle(99, seed=seed)


@BANK.mutant("3.7", rejected_by="shuffles_anew_in_each_pass", says=("from the end", "len(sentences)"))
def shuffles_with_a_small_buffer(sentences, batch_size, boundaries, seed):
    dataset = close(given(sentences)).cache().shuffle(batch_size, seed=seed)
    return bucketed(dataset, batch_size, boundaries)


@BANK.mutant("3.7", rejected_by="shuffles_anew_in_each_pass", says=("from the end", "len(sentences)"))
def shuffles_with_the_buffer_of_examples(sentences, batch_size, boundaries, seed):
    return bucketed(close(given(sentences)).cache().shuffle(1_000, seed=seed), batch_size, boundaries)


@BANK.mutant(
    "3.7", rejected_by="shuffles_anew_in_each_pass", says=("same order twice", "shuffle of the list")
)
def shuffles_the_list(sentences, batch_size, boundaries, seed):
    mixed_up = random.Random(seed).sample(sentences, len(sentences))
    return bucketed(close(given(mixed_up)).cache(), batch_size, boundaries)


@BANK.mutant("3.7", rejected_by="repeats_itself_with_the_same_seed", says=("same seed", "seed=seed"))
def forgets_the_seed(sentences, batch_size, boundaries, seed):
    dataset = close(given(sentences)).cache().shuffle(len(sentences))
    return bucketed(dataset, batch_size, boundaries)


@BANK.mutant("3.7", rejected_by="repeats_itself_with_the_same_seed", says=("another seed", "fixed number"))
def uses_a_seed_of_its_own(sentences, batch_size, boundaries, seed):
    return bucketed(mixed(sentences, 42), batch_size, boundaries)


@BANK.alternative("3.7")
def by_a_generator(sentences, batch_size, boundaries, seed):
    import tensorflow as tf

    signature = tf.TensorSpec([None], tf.int64)
    dataset = tf.data.Dataset.from_generator(
        lambda: ([START, *sentence, END] for sentence in sentences), output_signature=signature
    )
    return bucketed(dataset.cache().shuffle(len(sentences), seed=seed), batch_size, boundaries)


@BANK.alternative("3.7")
def by_grouping(sentences, batch_size, boundaries, seed):
    import tensorflow as tf

    def bucket(ids):
        return tf.reduce_sum(tf.cast(tf.size(ids) >= tf.constant(boundaries), tf.int64))

    return mixed(sentences, seed).group_by_window(
        bucket, lambda _, window: window.padded_batch(batch_size), window_size=batch_size
    )
