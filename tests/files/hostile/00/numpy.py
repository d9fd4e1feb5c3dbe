"""Lies beside the notebooks: whoever imports it has taken a student's file for NumPy."""

raise SystemExit("imported from the folder of submissions")
