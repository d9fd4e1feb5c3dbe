"""The answers to lab 01, collected."""

from tests.mutants import Bank

BANK = Bank()
