"""The answers to lab 10, collected."""

from tests.mutants import Bank

BANK = Bank()
