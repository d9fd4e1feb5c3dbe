"""Lab 04, embeddings: what each exercise is worth and how it is checked."""

from course_utils.checks.lab_04_embeddings import (  # importing declares the exercises, in this order
    windows,
    network,
    neighbours,
    pairs,
    loss,
    training,
    analogies,
)
from course_utils.checks.lab_04_embeddings.material import LAB

__all__ = ["LAB"]
