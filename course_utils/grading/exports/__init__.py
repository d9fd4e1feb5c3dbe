"""Grades for other programs, one module a format; all are made from the gradebook's records."""
