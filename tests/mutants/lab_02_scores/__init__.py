"""Answers to the exercises of lab 02: importing a module adds its answers to the bank."""

from tests.mutants.lab_02_scores import classes, confusion, learning, logistic, sampling, scoring, softmax
from tests.mutants.lab_02_scores.bank import BANK

__all__ = ["BANK", "classes", "confusion", "learning", "logistic", "sampling", "scoring", "softmax"]
