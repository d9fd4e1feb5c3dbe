"""Lab 08, self-attention: what each exercise is worth and how it is checked."""

from course_utils.checks.lab_08_self_attention import (  # importing declares the exercises, in this order
    looking_up,
    scaling,
    scaling_in_training,
    masking,
    splitting,
    multi_head,
    antecedents,
)
from course_utils.checks.lab_08_self_attention.material import LAB

__all__ = ["LAB"]
