"""Grading untrusted notebooks: student code runs walled off, another process judges what it gives back."""
