"""Answers to the exercises of lab 05: importing a module adds its answers to the bank."""

from tests.mutants.lab_05_lstm import cell, loss, over_time, recurrence, sampling, step
from tests.mutants.lab_05_lstm.bank import BANK

__all__ = ["BANK", "cell", "loss", "over_time", "recurrence", "sampling", "step"]
