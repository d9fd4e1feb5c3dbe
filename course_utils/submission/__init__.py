"""Handing in: a student's notebook is looked over, without running it, and packed."""
