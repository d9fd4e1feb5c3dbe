"""How a check sees a function that returns a tf.data.Dataset: as the batches of one pass, or of several."""

from __future__ import annotations

import copy
import itertools
from typing import Any

import numpy as np

from course_utils.checks.arguments import reject_changed_arguments
from course_utils.checks.candidate import Candidate
from course_utils.checks.describing import describe, describe_call, with_article
from course_utils.checks.outcome import Rejected

LIMIT = 1_000  # batches of one pass; what the checks ask for gives a few dozen
Batches = list[np.ndarray]
CAUSES = {  # of what TensorFlow says
    "RaggedTensorSpec": "START and END come first: map each sentence to tf.concat([[START], ids, [END]], axis=0), "
    "then pad. (It is map that makes an ordinary tensor of each row of a ragged one.)",
    "different shapes": "Sentences of different lengths cannot be stacked: padding makes them equally long.",
    "concatenate scalars": "START and END are numbers and a sentence is a row: [START] and [END] are rows too.",
    "at least rank": "In map, ids is one sentence and has one axis: axis=0.",
    "bucket_boundaries) + 1": "Two boundaries make three buckets: [batch_size] * (len(boundaries) + 1).",
    "'int' has no len()": "bucket_by_sequence_length wants a list, one size for each bucket: "
    "[batch_size] * (len(boundaries) + 1).",
    "len is not well defined": "Inside a dataset a sentence is a tensor, whose length is tf.size(ids), not len(ids).",
    "pad_to_bucket_boundary": "A batch is padded to its longest sentence: leave out pad_to_bucket_boundary.",
}


class DatasetCandidate(Candidate):
    """Calls the student's function and reads the dataset it gives, within the same limits and watch.

    A dataset works only when it is read: what goes wrong then is told as what goes wrong in the call.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Batches:
        """The batches of one pass, each an array of whole numbers (B, T)."""
        return self.passes(1, *args, **kwargs)[0]

    def passes(self, count: int, *args: Any, **kwargs: Any) -> list[Batches]:
        """The batches of `count` passes over one dataset.

        Raises:
            Rejected: as `Candidate` does; no dataset, without end, or batches that are no arrays (B, T).
        """
        self.last_call = describe_call(self._name, args, kwargs)
        given = copy.deepcopy((args, kwargs))
        try:
            self.last_result = self._guarded(self._read, (count, *given[0]), given[1])
        except Rejected as error:
            error.cause = next((CAUSES[text] for text in CAUSES if text in error.problem), error.cause)
            raise
        reject_changed_arguments(self._function, (args, kwargs), given)
        passes: list[Batches] = self.last_result
        return passes

    def _read(self, count: int, *args: Any, **kwargs: Any) -> list[Batches]:
        dataset = self._function(*args, **kwargs)
        _require_dataset(self._name, dataset)
        return [batches_of(dataset) for _ in range(count)]


def batches_of(dataset: Any) -> Batches:
    """One pass over a dataset.

    Raises:
        Rejected: it does not end, or holds something else than arrays (B, T) of whole numbers.
    """
    batches = list(itertools.islice(iter(dataset), LIMIT + 1))
    if len(batches) > LIMIT:
        raise Rejected(
            "the dataset never ends",
            expected="each sentence once in a pass",
            got=f"more than {LIMIT:,} batches",
            cause="repeat() goes on for ever: whoever trains on the dataset decides how many passes there are.",
        )
    return [_as_array(batch) for batch in batches]


def _require_dataset(name: str, value: Any) -> None:
    import tensorflow as tf

    if isinstance(value, tf.data.Dataset):
        return
    raise Rejected(
        f"{name} must return a tf.data.Dataset",
        expected="a tf.data.Dataset",
        got="None" if value is None else f"{with_article(type(value).__name__)}: {describe(value)}",
        cause=_cause_of_no_dataset(value),
    )


def _cause_of_no_dataset(value: Any) -> str:
    if value is None:
        return "Is return missing? Return the last dataset: return dataset.prefetch(tf.data.AUTOTUNE)."
    return "Return the dataset itself: list(...), iter(...) and next(...) are for whoever reads from it."


def _as_array(batch: Any) -> np.ndarray:
    kind = type(batch).__name__
    if isinstance(batch, tuple | dict) or "Ragged" in kind or "Sparse" in kind:
        cause = "Each batch is one array of ids alone, without anything beside it."
        if "Ragged" in kind:
            cause = "Its rows have different lengths: batches have to be padded, not ragged."
        raise Rejected(
            "each batch must be one array (B, T)", expected="an array", got=with_article(kind), cause=cause
        )
    array = np.asarray(batch)
    if array.ndim != 2 or array.dtype.kind not in "iu":
        raise Rejected(
            "each batch must be an array (B, T) of whole numbers",
            expected="one row for each sentence, one column for each place",
            got=f"shape {array.shape} of {array.dtype}",
            cause="Are the sentences put into batches at all, and once only? Ids are whole numbers.",
        )
    return array
