"""The answers to lab 06, collected."""

from tests.mutants import Bank

BANK = Bank()
