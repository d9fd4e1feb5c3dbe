"""Answers to the exercises of lab 08: importing a module adds its answers to the bank."""

from tests.mutants.lab_08_self_attention import (
    antecedents,
    looking_up,
    masking,
    multi_head,
    scaling,
    splitting,
)
from tests.mutants.lab_08_self_attention.bank import BANK

__all__ = ["BANK", "antecedents", "looking_up", "masking", "multi_head", "scaling", "splitting"]
