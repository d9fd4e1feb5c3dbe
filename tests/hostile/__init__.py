"""Notebooks of students who attack their grader, as sources; the notebooks made of them lie in files/hostile.

`python -m tests.hostile.make` writes them again. By hand they are graded as any others are:
`course grade tests/files/hostile/00 --lab 00`; `benchmarks/hostile.py` says what became of each.
"""
