"""What the checks of lab 04 share: the lab, numbers drawn afresh, and gradients through a student's function."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from course_utils.checks.candidate import Candidate
from course_utils.checks.describing import describe_call
from course_utils.checks.exercise import Lab
from course_utils.checks.lab_04_embeddings.oracles import Array
from course_utils.checks.outcome import Rejected, Status
from course_utils.checks.tensors import plain

LAB = Lab("04", "embeddings")
LAB.reflection("4.a", "Why the network knows what the table of counts does not", 1)
LAB.reflection("4.b", "One vector for a word that is two things", 1)


def draw(rng: np.random.Generator, *shape: int) -> Array:
    """Numbers around 0, as vectors and weights are, in the 32 bits that Keras computes with."""
    return rng.normal(size=shape).astype("float32")


@contextmanager
def exceptions_mean(cause: Callable[[str], str]) -> Iterator[None]:
    """An exception in the student's code that nobody has explained yet gets the cause that its text suggests."""
    try:
        yield
    except Rejected as error:
        if error.status is Status.ERRORED and not error.cause:
            error.cause = cause(error.problem)
        raise


class DifferentiableCandidate(Candidate):
    """The student's function, called as training calls it too: on tensors, watched by a tape."""

    def gradients(self, *arrays: Array) -> list[Array | None]:
        """For each argument the gradient of the sum of what the function gives; None where there is none."""
        import tensorflow as tf

        self.last_call = describe_call(self._name, arrays, {})
        tensors = [tf.constant(copy.deepcopy(array)) for array in arrays]
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            total = tf.reduce_sum(self._guarded(self._function, tuple(tensors), {}))
        found: list[Any] = tape.gradient(total, tensors)
        return [None if each is None else plain(tf.convert_to_tensor(each)) for each in found]
