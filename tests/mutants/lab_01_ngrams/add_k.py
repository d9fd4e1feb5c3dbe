"""Answers to exercise 1.3, add_k_probability(counts, context, word, k, vocabulary_size)."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from tests.mutants.lab_01_ngrams.bank import BANK


@BANK.mutant("1.3", rejected_by="matches_the_sum_on_paper", says=("0.4", "(3 + 1) / (4 + 1·6)", "0.75"))
def does_not_smooth(counts, context, word, k, vocabulary_size):
    return counts[context][word] / sum(counts[context].values())


@BANK.mutant("1.3", rejected_by="matches_the_sum_on_paper", says=("0.4", "each of the 6 words"))
def adds_k_once_below(counts, context, word, k, vocabulary_size):
    followers = counts.get(context, {})
    return (followers.get(word, 0) + k) / (sum(followers.values()) + k)


@BANK.mutant("1.3", rejected_by="matches_the_sum_on_paper", says=("0.4", "6 words of the vocabulary"))
def counts_followers_for_the_vocabulary(counts, context, word, k, vocabulary_size):
    followers = counts.get(context, {})
    return (followers.get(word, 0) + k) / (sum(followers.values()) + k * len(followers))


@BANK.mutant("1.3", rejected_by="matches_the_sum_on_paper", says=("0.4", "numerator"))
def adds_k_only_below(counts, context, word, k, vocabulary_size):
    followers = counts.get(context, {})
    return followers.get(word, 0) / (sum(followers.values()) + k * vocabulary_size)


@BANK.mutant("1.3", rejected_by="matches_the_sum_on_paper", says=("0.4", "context's total"))
def divides_by_the_kinds(counts, context, word, k, vocabulary_size):
    followers = counts.get(context, {})
    return (followers.get(word, 0) + k) / (len(followers) + k * vocabulary_size)


@BANK.mutant("1.3", rejected_by="matches_the_sum_on_paper", says=("0.4", "this context's"))
def divides_by_the_whole_table(counts, context, word, k, vocabulary_size):
    total = sum(sum(followers.values()) for followers in counts.values())
    return (counts.get(context, {}).get(word, 0) + k) / (total + k * vocabulary_size)


@BANK.mutant("1.3", rejected_by="matches_the_sum_on_paper", says=("0.4", "brackets"))
def forgets_the_brackets(counts, context, word, k, vocabulary_size):
    followers = counts.get(context, {})
    return followers.get(word, 0) + k / (sum(followers.values()) + k * vocabulary_size)


@BANK.mutant("1.3", rejected_by="matches_the_sum_on_paper", says=("0.4", "logarithm"))
def returns_a_logarithm(counts, context, word, k, vocabulary_size):
    followers = counts.get(context, {})
    return math.log((followers.get(word, 0) + k) / (sum(followers.values()) + k * vocabulary_size))


@BANK.mutant("1.3", rejected_by="matches_the_sum_on_paper", says=("0.4", "got: 0"))
def divides_without_fraction(counts, context, word, k, vocabulary_size):
    followers = counts.get(context, {})
    return (followers.get(word, 0) + k) // (sum(followers.values()) + k * vocabulary_size)


@BANK.mutant("1.3", rejected_by="matches_the_sum_on_paper", says=("argument counts must stay", "'ate'"))
def adds_k_to_the_table(counts, context, word, k, vocabulary_size):
    counts[context][word] += k
    return counts[context][word] / (sum(counts[context].values()) + k * (vocabulary_size - 1))


@BANK.mutant("1.3", rejected_by="matches_the_sum_on_paper", says=("must return a float", "a list"))
def returns_all_probabilities(counts, context, word, k, vocabulary_size):
    followers = counts.get(context, {})
    total = sum(followers.values()) + k * vocabulary_size
    return [(count + k) / total for count in followers.values()]


@BANK.mutant("1.3", rejected_by="gives_unseen_words_a_share", says=("0.1", "not missing"))
def gives_unseen_words_nothing(counts, context, word, k, vocabulary_size):
    followers = counts.get(context, {})
    if followers and word not in followers:
        return 0.0
    return (followers.get(word, 0) + k) / (sum(followers.values()) + k * vocabulary_size)


@BANK.mutant("1.3", rejected_by="gives_unseen_words_a_share", says=("KeyError", "'honey'", ".get"))
def looks_up_unseen_words(counts, context, word, k, vocabulary_size):
    followers = dict(counts.get(context, {}))
    return (followers[word] + k) / (sum(followers.values()) + k * vocabulary_size)


@BANK.mutant("1.3", rejected_by="gives_unseen_words_a_share", says=("must return a float", "None"))
def returns_only_for_seen_words(counts, context, word, k, vocabulary_size):
    followers = counts.get(context, {})
    if word in followers:
        return (followers[word] + k) / (sum(followers.values()) + k * vocabulary_size)


@BANK.mutant("1.3", rejected_by="is_uniform_after_an_unseen_context", says=("KeyError", "'cat'", ".get"))
def looks_up_unseen_contexts(counts, context, word, k, vocabulary_size):
    followers = counts[context]
    return (followers[word] + k) / (sum(followers.values()) + k * vocabulary_size)


@BANK.mutant("1.3", rejected_by="is_uniform_after_an_unseen_context", says=("never seen", "1/5"))
def gives_unseen_contexts_nothing(counts, context, word, k, vocabulary_size):
    if context not in counts:
        return 0.0
    followers = counts[context]
    return (followers[word] + k) / (sum(followers.values()) + k * vocabulary_size)


@BANK.mutant(
    "1.3", rejected_by="is_uniform_after_an_unseen_context", says=("argument counts", "('cat',)", "adds")
)
def adds_unseen_contexts_to_the_table(counts, context, word, k, vocabulary_size):
    followers = counts.setdefault(context, Counter())
    return (followers[word] + k) / (sum(followers.values()) + k * vocabulary_size)


@BANK.mutant("1.3", rejected_by="sums_to_one", says=("sum to 1", "k multiplied"))
def forgets_k_below(counts, context, word, k, vocabulary_size):
    followers = counts.get(context, {})
    return (followers.get(word, 0) + k) / (sum(followers.values()) + vocabulary_size)


@BANK.mutant("1.3", rejected_by="sums_to_one", says=("sum to 1", "k = 0.25"))
def adds_one_above(counts, context, word, k, vocabulary_size):
    followers = counts.get(context, {})
    return (followers.get(word, 0) + 1) / (sum(followers.values()) + k * vocabulary_size)


@BANK.mutant("1.3", rejected_by="uses_any_k", says=("k = 0.01", "used everywhere"))
def adds_one_whatever_k(counts, context, word, k, vocabulary_size):
    followers = counts.get(context, {})
    return (followers.get(word, 0) + 1) / (sum(followers.values()) + vocabulary_size)


@BANK.alternative("1.3")
def by_a_comprehension(counts, context, word, k, vocabulary_size):
    total = sum(count for other, count in counts.items() if other == context for count in count.values())
    seen = counts[context][word] if context in counts else 0
    return (seen + k) / (total + k * vocabulary_size)


@BANK.alternative("1.3")
def by_trying(counts, context, word, k, vocabulary_size):
    try:
        followers = counts[context]
    except KeyError:
        return 1 / vocabulary_size
    return np.float64(followers[word] + k) / (followers.total() + k * vocabulary_size)


@BANK.alternative("1.3")
def by_mixing_with_the_uniform(counts, context, word, k, vocabulary_size):
    followers = counts.get(context, Counter())
    total = sum(followers.values())
    share = total / (total + k * vocabulary_size)
    seen = followers[word] / total if total else 0
    return share * seen + (1 - share) / vocabulary_size


@BANK.mutant("1.3", rejected_by="matches_the_sum_on_paper", says=("both sums need brackets",))
def forgets_all_brackets(counts, context, word, k, vocabulary_size):
    followers = counts.get(context, Counter())
    return followers[word] + k / max(sum(followers.values()), 1) + k * vocabulary_size


@BANK.mutant("1.3", rejected_by="matches_the_sum_on_paper", says=("the sum below the line needs brackets",))
def forgets_the_brackets_below(counts, context, word, k, vocabulary_size):
    followers = counts.get(context, Counter())
    return (followers[word] + k) / max(sum(followers.values()), 1) + k * vocabulary_size
