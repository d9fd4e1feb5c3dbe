"""Answers to the exercises of lab 06: importing a module adds its answers to the bank."""

from tests.mutants.lab_06_seq2seq import (
    averages,
    decoding,
    encoder,
    encoder_decoder,
    forcing,
    precision,
    stepping,
)
from tests.mutants.lab_06_seq2seq.bank import BANK

__all__ = [
    "BANK",
    "averages",
    "decoding",
    "encoder",
    "encoder_decoder",
    "forcing",
    "precision",
    "stepping",
]
