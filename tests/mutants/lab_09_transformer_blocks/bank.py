"""The answers to lab 09, collected."""

from tests.mutants import Bank

BANK = Bank()
