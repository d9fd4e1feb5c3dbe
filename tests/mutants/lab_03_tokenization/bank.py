"""The answers to lab 03, collected."""

from tests.mutants import Bank

BANK = Bank()
