"""Helpers of the attention course: what a lab imports to check an exercise, ask for a hint, see progress."""

from course_utils.checks.core import check, hint, progress, student_or_reference

__all__ = ["check", "hint", "progress", "student_or_reference"]
