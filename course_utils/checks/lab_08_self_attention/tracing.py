"""A student's function as `fit` calls it: a graph is built of it before there are numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.checks.candidate import Candidate
from course_utils.checks.describing import describe_call
from course_utils.checks.tensors import plain


class TracedCandidate(Candidate):
    """Calls the student's function as it is, and as part of a graph."""

    def in_a_graph(self, array: np.ndarray, *settings: Any) -> Any:
        """What the function gives when a graph is built of it for arrays of this shape, and then run.

        Raises:
            Rejected: the function raised or printed without end.
        """
        import tensorflow as tf

        self.last_call = describe_call(self._name, (array, *settings), {})
        graph = tf.function(lambda tensor: self._function(tensor, *settings), autograph=False)
        self.last_result = plain(self._guarded(graph, (tf.constant(array),), {}))
        return self.last_result
