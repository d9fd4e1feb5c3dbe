"""Answers to the exercises of lab 07: importing a module adds its answers to the bank."""

from tests.mutants.lab_07_attention import additive, attending, dot, error_rate, general, stepping
from tests.mutants.lab_07_attention.bank import BANK

__all__ = ["BANK", "additive", "attending", "dot", "error_rate", "general", "stepping"]
