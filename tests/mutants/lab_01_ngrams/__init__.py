"""Answers to the exercises of lab 01: importing a module adds its answers to the bank."""

from tests.mutants.lab_01_ngrams import add_k, counting, generating, kneser_ney, perplexity, suggesting
from tests.mutants.lab_01_ngrams.bank import BANK

__all__ = ["BANK", "add_k", "counting", "generating", "kneser_ney", "perplexity", "suggesting"]
