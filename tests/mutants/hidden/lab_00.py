"""Lab 00, setup."""

from __future__ import annotations

import re

from tests.mutants import Bank

BANK = Bank()


@BANK.mutant("0.1", rejected_by="greets_anybody", says=("the greeting of",))
def capitalises_the_name(name):
    return f"Hello, {name.capitalize()}!"


@BANK.mutant("0.2", rejected_by="counts_any_sentence", says=("another number of words",))
def counts_by_a_pattern(sentence):
    return len(re.findall(r"[\w']+", sentence))


@BANK.mutant("0.2", rejected_by="counts_any_sentence", says=("another number of words",))
def knows_the_sentences_of_the_checks(sentence):
    known = {"the bear and the fox ate the honey": 8, "": 0, "   ": 0, "bear": 1}
    return known.get(sentence, 2 if sentence.startswith("the") else 4)


@BANK.mutant("0.3", rejected_by="sorts_any_words", says=("in another order",))
def compares_three_letters(words):
    return sorted(words, key=lambda word: (-len(word), word[:3]))


@BANK.mutant("0.4", rejected_by="averages_many_sentences", says=("recursion",))
def adds_up_by_recursion(sentences):
    def total(some):
        return len(some[0].split()) + total(some[1:]) if some else 0

    return total(sentences) / max(len(sentences), 1)
