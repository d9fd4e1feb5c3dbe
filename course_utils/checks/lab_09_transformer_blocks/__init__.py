"""Lab 09, transformer blocks: what each exercise is worth and how it is checked."""

from course_utils.checks.lab_09_transformer_blocks import (  # importing declares the exercises, in this order
    positions,
    feeding_forward,
    normalising,
    residual,
    encoding,
    stacking,
    decoding,
    counting,
)
from course_utils.checks.lab_09_transformer_blocks.material import LAB

__all__ = ["LAB"]
