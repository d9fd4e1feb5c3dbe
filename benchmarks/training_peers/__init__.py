"""The contenders of `benchmarks/training.py`."""
