"""Lab 01, n-grams."""

from __future__ import annotations

import math
import random

from course_utils.checks import oracles
from tests.mutants import Bank

BANK = Bank()


@BANK.mutant("1.1", rejected_by="counts_tokens_of_every_kind", says=("the counts for n",))
def writes_everything_small(sentences, n):
    return oracles.count_ngrams([[word.lower() for word in words] for words in sentences], n)


@BANK.mutant("1.1", rejected_by="counts_tokens_of_every_kind", says=("the counts for n",))
def leaves_out_marks(sentences, n):
    return oracles.count_ngrams([[word for word in words if word.isalpha()] for words in sentences], n)


@BANK.mutant("1.2", rejected_by="suggests_tokens_of_every_kind", says=("the suggestions differ",))
def suggests_letters_only(tables, typed, k=3):
    return [word for word in oracles.suggest(tables, typed, 99) if word.isalpha()][:k]


@BANK.mutant("1.3", rejected_by="smooths_single_words", says=("single words",))
def takes_the_empty_context_for_an_unseen_one(counts, context, word, k, vocabulary_size):
    if not context:
        return 1 / vocabulary_size
    return oracles.add_k_probability(counts, context, word, k, vocabulary_size)


@BANK.mutant("1.4", rejected_by="counts_certain_words", says=("three of them certain",))
def leaves_out_what_was_certain(log_probabilities):
    logs = [log for log in log_probabilities if log]
    return math.exp(-sum(logs) / max(len(logs), 1))


def _remembering():
    known = {}

    def remembers_answers_of_other_tables(tables, context, word, discount, vocabulary_size):
        key = (context, word, discount, vocabulary_size)
        if key not in known:
            known[key] = oracles.kneser_ney_probability(tables, context, word, discount, vocabulary_size)
        return known[key]

    return remembers_answers_of_other_tables


BANK.mutant("1.5", rejected_by="knows_only_the_tables_it_is_given", says=("the a) is another",))(
    _remembering()
)


@BANK.mutant("1.6", rejected_by="writes_nothing_when_nothing_is_asked_for", says=("max_words = 0",))
def asks_for_the_length_behind_the_first_word(counts, n, seed, max_words):
    rng = random.Random(seed)
    tokens = ["<s>"] * (n - 1)
    words = []
    while True:
        followers = counts[tuple(tokens[len(tokens) - n + 1 :])]
        [word] = rng.choices(list(followers), weights=list(followers.values()))
        if word == "</s>":
            return words
        words.append(word)
        tokens.append(word)
        if len(words) >= max_words:
            return words
