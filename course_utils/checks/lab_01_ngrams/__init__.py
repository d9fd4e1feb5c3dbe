"""Lab 01, n-grams: what each exercise is worth and how it is checked."""

from course_utils.checks.lab_01_ngrams import (  # importing declares the exercises, in this order
    counting,
    suggesting,
    add_k,
    perplexity,
    kneser_ney,
    generating,
)
from course_utils.checks.lab_01_ngrams.material import LAB

__all__ = ["LAB"]
