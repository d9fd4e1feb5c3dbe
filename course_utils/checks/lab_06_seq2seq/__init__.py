"""Lab 06, sequence to sequence: what each exercise is worth and how it is checked."""

from course_utils.checks.lab_06_seq2seq import (  # importing declares the exercises, in this order
    forcing,
    averages,
    encoder,
    encoder_decoder,
    decoding,
    precision,
)
from course_utils.checks.lab_06_seq2seq.material import LAB

__all__ = ["LAB"]
