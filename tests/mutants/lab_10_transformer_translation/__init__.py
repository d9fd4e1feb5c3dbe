"""Answers to the exercises of lab 10: importing a module adds its answers to the bank."""

from tests.mutants.lab_10_transformer_translation import (
    accuracy,
    averaging,
    heads,
    learning,
    model,
    schedule,
    smoothing,
)
from tests.mutants.lab_10_transformer_translation.bank import BANK

__all__ = ["BANK", "accuracy", "averaging", "heads", "learning", "model", "schedule", "smoothing"]
