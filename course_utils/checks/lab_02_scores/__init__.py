"""Lab 02, scores and softmax: what each exercise is worth and how it is checked."""

from course_utils.checks.lab_02_scores import (  # importing declares the exercises, in this order
    scoring,
    learning,
    logistic,
    softmax,
    classes,
    confusion,
    sampling,
)
from course_utils.checks.lab_02_scores.material import LAB

__all__ = ["LAB"]
