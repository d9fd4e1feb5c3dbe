"""Lab 05, LSTM: what each exercise is worth and how it is checked."""

from course_utils.checks.lab_05_lstm import (  # importing declares the exercises, in this order
    recurrence,
    step,
    cell,
    over_time,
    loss,
    sampling,
)
from course_utils.checks.lab_05_lstm.material import LAB

__all__ = ["LAB"]
