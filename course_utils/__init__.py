"""Helpers of the attention course: what a lab imports to check an exercise, ask for a hint, see progress."""

import os

from course_utils.checks.core import check, hint, progress, student_or_reference

# Dozens of lines about CUDA and oneDNN would open every notebook; a real error still raises.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

__all__ = ["check", "hint", "progress", "student_or_reference"]
