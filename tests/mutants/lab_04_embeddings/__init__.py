"""Answers to the exercises of lab 04: importing a module adds its answers to the bank."""

from tests.mutants.lab_04_embeddings import analogies, loss, neighbours, network, pairs, training, windows
from tests.mutants.lab_04_embeddings.bank import BANK

__all__ = ["BANK", "analogies", "loss", "neighbours", "network", "pairs", "training", "windows"]
