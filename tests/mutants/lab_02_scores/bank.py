"""The answers to lab 02, collected."""

from tests.mutants import Bank

BANK = Bank()
