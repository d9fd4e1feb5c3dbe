"""Lab 03, tokenization: what each exercise is worth and how it is checked."""

from course_utils.checks.lab_03_tokenization import (  # importing declares the exercises, in this order
    splitting,
    counting,
    merging,
    learning,
    applying,
    matching,
    batching,
)
from course_utils.checks.lab_03_tokenization.material import LAB

__all__ = ["LAB"]
