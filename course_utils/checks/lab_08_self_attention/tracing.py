"""A student's function as `fit` calls it: a graph is built of it before there are numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks.describing import describe_call
from course_utils.checks.gradients import DifferentiableCandidate
from course_utils.checks.tensors import plain


class TracedCandidate(DifferentiableCandidate):
    """Calls the student's function as it is, under a tape, and as part of a graph."""

    def in_a_graph(self, *arrays: np.ndarray, **settings: Any) -> Any:
        """What the function gives when a graph is built of it for arrays of these shapes, and then run.

        Args:
            settings: arguments that stay as they are.

        Raises:
            Rejected: the function raised or printed without end.
        """
        import tensorflow as tf

        self.last_call = describe_call(self._name, arrays, settings)
        graph = tf.function(lambda *tensors: self._function(*tensors, **settings), autograph=False)
        self.last_result = plain(self._guarded(graph, tuple(map(tf.constant, arrays)), {}))
        return self.last_result
