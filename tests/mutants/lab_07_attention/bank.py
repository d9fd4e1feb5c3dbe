"""The answers to lab 07, collected."""

from tests.mutants import Bank

BANK = Bank()
