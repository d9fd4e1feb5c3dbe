"""The contenders of `benchmarks/grading.py`, and what they grade."""
