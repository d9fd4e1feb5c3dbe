"""Answers to the exercises of lab 03: importing a module adds its answers to the bank."""

from tests.mutants.lab_03_tokenization import (
    applying,
    batching,
    counting,
    learning,
    matching,
    merging,
    splitting,
)
from tests.mutants.lab_03_tokenization.bank import BANK

__all__ = ["BANK", "applying", "batching", "counting", "learning", "matching", "merging", "splitting"]
