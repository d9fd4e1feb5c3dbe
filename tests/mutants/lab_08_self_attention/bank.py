"""The answers to lab 08, collected."""

from tests.mutants import Bank

BANK = Bank()
