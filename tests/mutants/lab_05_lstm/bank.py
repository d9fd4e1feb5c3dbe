"""The answers to lab 05, collected."""

from tests.mutants import Bank

BANK = Bank()
