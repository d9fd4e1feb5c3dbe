"""Lab 07, attention: what each exercise is worth and how it is checked."""

from course_utils.checks.lab_07_attention import (  # importing declares the exercises, in this order
    attending,
    dot,
    general,
    additive,
    stepping,
    error_rate,
)
from course_utils.checks.lab_07_attention.material import LAB

__all__ = ["LAB"]
