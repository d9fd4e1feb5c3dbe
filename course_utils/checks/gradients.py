"""A student's function as training calls it: on tensors, watched by a tape."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from course_utils.checks.candidate import Candidate
from course_utils.checks.describing import describe_call
from course_utils.checks.tensors import plain


class DifferentiableCandidate(Candidate):
    """Calls the student's function, and differentiates it."""

    def gradients(self, *arrays: np.ndarray, **settings: Any) -> list[np.ndarray | None]:
        """For each array the gradient of the sum of what the function gives; None where there is none.

        Args:
            settings: arguments that stay as they are, such as a size.

        Raises:
            Rejected: the function raised or printed without end.
        """
        import tensorflow as tf

        self.last_call = describe_call(self._name, arrays, settings)
        tensors = [tf.constant(copy.deepcopy(array)) for array in arrays]
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            total = tf.reduce_sum(self._guarded(self._function, tuple(tensors), settings))
        found: list[Any] = tape.gradient(total, tensors)
        return [None if each is None else plain(tf.convert_to_tensor(each)) for each in found]
