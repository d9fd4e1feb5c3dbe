"""Lies beside the notebooks: whoever imports it has taken a student's file for a module of its own."""

raise SystemExit("imported from the folder of submissions")
