"""The answers to lab 04, collected."""

from tests.mutants import Bank

BANK = Bank()
