"""The checks that grade each exercise, and what shows their outcome."""
