"""Answers to the exercises of lab 09: importing a module adds its answers to the bank."""

from tests.mutants.lab_09_transformer_blocks import (
    counting,
    decoding,
    encoding,
    feeding_forward,
    normalising,
    positions,
    residual,
    stacking,
)
from tests.mutants.lab_09_transformer_blocks.bank import BANK

__all__ = [
    "BANK",
    "counting",
    "decoding",
    "encoding",
    "feeding_forward",
    "normalising",
    "positions",
    "residual",
    "stacking",
]
