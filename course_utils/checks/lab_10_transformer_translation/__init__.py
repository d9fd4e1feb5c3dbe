"""Lab 10, transformer translation: what each exercise is worth and how it is checked."""

from course_utils.checks.lab_10_transformer_translation import (  # importing declares them, in this order
    accuracy,
    model,
    learning,
    smoothing,
    schedule,
    averaging,
    heads,
)
from course_utils.checks.lab_10_transformer_translation.material import LAB

__all__ = ["LAB"]
