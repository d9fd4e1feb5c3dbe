"""Answers to exercise 1.5, kneser_ney_probability(tables, context, word, discount, vocabulary_size)."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from tests.mutants.lab_01_ngrams.bank import BANK


def followers_of(tables, context):
    return tables[len(context) + 1].get(context, Counter())


@BANK.mutant(
    "1.5",
    rejected_by="starts_from_the_uniform_distribution",
    says=("0.45", "0.375", "1.5/4 alone", "seen words too"),
)
def stops_at_the_unigrams(tables, context, word, discount, vocabulary_size):
    followers = followers_of(tables, context)
    lower = stops_at_the_unigrams(tables, context[1:], word, discount, vocabulary_size) if context else 0
    if not followers:
        return lower
    total = sum(followers.values())
    return max(followers[word] - discount, 0) / total + discount * len(followers) / total * lower


@BANK.mutant(
    "1.5", rejected_by="starts_from_the_uniform_distribution", says=("0.45", "2/4", "without any discount")
)
def leaves_unigrams_undiscounted(tables, context, word, discount, vocabulary_size):
    followers = followers_of(tables, context)
    if not context:
        return followers[word] / sum(followers.values())
    lower = leaves_unigrams_undiscounted(tables, context[1:], word, discount, vocabulary_size)
    if not followers:
        return lower
    total = sum(followers.values())
    return max(followers[word] - discount, 0) / total + discount * len(followers) / total * lower


@BANK.mutant("1.5", rejected_by="starts_from_the_uniform_distribution", says=("0.45", "not discount/total"))
def forgets_how_many_gave_up(tables, context, word, discount, vocabulary_size):
    followers = followers_of(tables, context)
    lower = (
        forgets_how_many_gave_up(tables, context[1:], word, discount, vocabulary_size)
        if context
        else 1 / vocabulary_size
    )
    if not followers:
        return lower
    total = sum(followers.values())
    return max(followers[word] - discount, 0) / total + discount / total * lower


@BANK.mutant(
    "1.5", rejected_by="starts_from_the_uniform_distribution", says=("RecursionError", "without end")
)
def never_ends(tables, context, word, discount, vocabulary_size):
    followers = followers_of(tables, context)
    lower = never_ends(tables, context[1:], word, discount, vocabulary_size)
    total = sum(followers.values())
    return max(followers[word] - discount, 0) / total + discount * len(followers) / total * lower


@BANK.mutant("1.5", rejected_by="starts_from_the_uniform_distribution", says=("KeyError: 0", "your line"))
def confuses_length_and_order(tables, context, word, discount, vocabulary_size):
    followers = tables[len(context)].get(context, Counter())
    total = sum(followers.values())
    return max(followers[word] - discount, 0) / total


@BANK.mutant(
    "1.5", rejected_by="starts_from_the_uniform_distribution", says=("0.45", "use the parameter discount")
)
def fixes_the_discount(tables, context, word, discount, vocabulary_size):
    followers = followers_of(tables, context)
    lower = (
        fixes_the_discount(tables, context[1:], word, discount, vocabulary_size)
        if context
        else 1 / vocabulary_size
    )
    if not followers:
        return lower
    total = sum(followers.values())
    return max(followers[word] - 0.75, 0) / total + 0.75 * len(followers) / total * lower


@BANK.mutant("1.5", rejected_by="starts_from_the_uniform_distribution", says=("must return a float", "None"))
def forgets_the_return(tables, context, word, discount, vocabulary_size):
    followers = followers_of(tables, context)
    total = sum(followers.values())
    max(followers[word] - discount, 0) / total + discount * len(followers) / total / vocabulary_size


@BANK.mutant("1.5", rejected_by="interpolates_a_seen_word", says=("seen words as well",))
def backs_off_instead_of_mixing(tables, context, word, discount, vocabulary_size):
    followers = followers_of(tables, context)
    if context:
        lower = backs_off_instead_of_mixing(tables, context[1:], word, discount, vocabulary_size)
    else:
        lower = 1 / vocabulary_size
    if not followers:
        return lower
    total = sum(followers.values())
    if context and followers[word]:
        return (followers[word] - discount) / total
    return max(followers[word] - discount, 0) / total + discount * len(followers) / total * lower


@BANK.mutant("1.5", rejected_by="interpolates_a_seen_word", says=("P(ate) = 0.45", "discount·2/4"))
def mixes_with_the_uniform_at_once(tables, context, word, discount, vocabulary_size):
    followers = followers_of(tables, context)
    if not followers:
        return mixes_with_the_uniform_at_once(tables, context[1:], word, discount, vocabulary_size)
    total = sum(followers.values())
    return max(followers[word] - discount, 0) / total + discount * len(followers) / total / vocabulary_size


@BANK.mutant("1.5", rejected_by="interpolates_a_seen_word", says=("discount·2/4",))
def weighs_with_the_table_of_single_words(tables, context, word, discount, vocabulary_size):
    followers = followers_of(tables, context)
    lower = (
        weighs_with_the_table_of_single_words(tables, context[1:], word, discount, vocabulary_size)
        if context
        else 1 / vocabulary_size
    )
    if not followers:
        return lower
    total = sum(followers.values())
    return max(followers[word] - discount, 0) / total + discount * len(tables[1][()]) / total * lower


@BANK.mutant("1.5", rejected_by="backs_off_for_an_unseen_word", says=("max(count - discount, 0)",))
def takes_from_unseen_words(tables, context, word, discount, vocabulary_size):
    followers = followers_of(tables, context)
    lower = (
        takes_from_unseen_words(tables, context[1:], word, discount, vocabulary_size)
        if context
        else 1 / vocabulary_size
    )
    if not followers:
        return lower
    total = sum(followers.values())
    return (followers[word] - discount) / total + discount * len(followers) / total * lower


@BANK.mutant("1.5", rejected_by="backs_off_for_an_unseen_word", says=("P(honey)", "weight"))
def gives_unseen_words_the_lower_unweighted(tables, context, word, discount, vocabulary_size):
    followers = followers_of(tables, context)
    lower = (
        gives_unseen_words_the_lower_unweighted(tables, context[1:], word, discount, vocabulary_size)
        if context
        else 1 / vocabulary_size
    )
    if word not in followers:
        return lower
    total = sum(followers.values())
    return (followers[word] - discount) / total + discount * len(followers) / total * lower


@BANK.mutant("1.5", rejected_by="falls_through_an_unseen_context", says=("KeyError", "('cat',)", ".get"))
def expects_every_context_known(tables, context, word, discount, vocabulary_size):
    followers = tables[len(context) + 1][context]
    lower = (
        expects_every_context_known(tables, context[1:], word, discount, vocabulary_size)
        if context
        else 1 / vocabulary_size
    )
    total = sum(followers.values())
    return max(followers[word] - discount, 0) / total + discount * len(followers) / total * lower


@BANK.mutant("1.5", rejected_by="falls_through_an_unseen_context", says=("ZeroDivisionError", "can be 0"))
def divides_by_an_empty_total(tables, context, word, discount, vocabulary_size):
    followers = followers_of(tables, context)
    lower = (
        divides_by_an_empty_total(tables, context[1:], word, discount, vocabulary_size)
        if context
        else 1 / vocabulary_size
    )
    total = sum(followers.values())
    return max(followers[word] - discount, 0) / total + discount * len(followers) / total * lower


@BANK.mutant("1.5", rejected_by="falls_through_an_unseen_context", says=("P(ate) = 0.45", "0.2"))
def is_uniform_after_unseen_contexts(tables, context, word, discount, vocabulary_size):
    followers = followers_of(tables, context)
    if not followers:
        return 1 / vocabulary_size
    lower = (
        is_uniform_after_unseen_contexts(tables, context[1:], word, discount, vocabulary_size)
        if context
        else 1 / vocabulary_size
    )
    total = sum(followers.values())
    return max(followers[word] - discount, 0) / total + discount * len(followers) / total * lower


@BANK.mutant(
    "1.5", rejected_by="falls_through_an_unseen_context", says=("argument tables", "('cat',)", "adds")
)
def adds_the_context_to_the_table(tables, context, word, discount, vocabulary_size):
    followers = tables[len(context) + 1].setdefault(context, Counter())
    lower = (
        adds_the_context_to_the_table(tables, context[1:], word, discount, vocabulary_size)
        if context
        else 1 / vocabulary_size
    )
    total = sum(followers.values())
    if not total:
        return lower
    return max(followers[word] - discount, 0) / total + discount * len(followers) / total * lower


@BANK.mutant("1.5", rejected_by="drops_the_word_farthest_away", says=("context[1:]", "not context[:-1]"))
def drops_the_nearest_word(tables, context, word, discount, vocabulary_size):
    followers = followers_of(tables, context)
    lower = (
        drops_the_nearest_word(tables, context[:-1], word, discount, vocabulary_size)
        if context
        else 1 / vocabulary_size
    )
    if not followers:
        return lower
    total = sum(followers.values())
    return max(followers[word] - discount, 0) / total + discount * len(followers) / total * lower


@BANK.mutant("1.5", rejected_by="drops_the_word_farthest_away", says=("one word at a time",))
def jumps_to_the_unigrams(tables, context, word, discount, vocabulary_size):
    followers = followers_of(tables, context)
    lower = (
        jumps_to_the_unigrams(tables, (), word, discount, vocabulary_size) if context else 1 / vocabulary_size
    )
    if not followers:
        return lower
    total = sum(followers.values())
    return max(followers[word] - discount, 0) / total + discount * len(followers) / total * lower


@BANK.mutant("1.5", rejected_by="distributes_exactly_one", says=("sum to 1",))
def leaves_the_end_out_of_the_total(tables, context, word, discount, vocabulary_size):
    followers = followers_of(tables, context)
    lower = (
        leaves_the_end_out_of_the_total(tables, context[1:], word, discount, vocabulary_size)
        if context
        else 1 / vocabulary_size
    )
    total = sum(count for follower, count in followers.items() if follower != "</s>")
    if not total:
        return lower
    return max(followers[word] - discount, 0) / total + discount * len(followers) / total * lower


@BANK.mutant("1.5", rejected_by="distributes_exactly_one", says=("sum to 1",))
def gives_the_end_nothing(tables, context, word, discount, vocabulary_size):
    if word == "</s>":
        return 0.0
    followers = followers_of(tables, context)
    lower = (
        gives_the_end_nothing(tables, context[1:], word, discount, vocabulary_size)
        if context
        else 1 / vocabulary_size
    )
    if not followers:
        return lower
    total = sum(followers.values())
    return max(followers[word] - discount, 0) / total + discount * len(followers) / total * lower


@BANK.mutant("1.5", rejected_by="agrees_with_slow_kneser_ney", says=("is another", "every order"))
def discounts_trigrams_half(tables, context, word, discount, vocabulary_size):
    discount_here = discount / 2 if len(context) > 2 else discount
    followers = followers_of(tables, context)
    lower = (
        discounts_trigrams_half(tables, context[1:], word, discount, vocabulary_size)
        if context
        else 1 / vocabulary_size
    )
    if not followers:
        return lower
    total = sum(followers.values())
    return max(followers[word] - discount_here, 0) / total + discount_here * len(followers) / total * lower


@BANK.alternative("1.5")
def by_recursion_on_orders(tables, context, word, discount, vocabulary_size):
    def probability(n):
        if n == 0:
            return 1 / vocabulary_size
        followers = tables[n].get(context[len(context) - n + 1 :])
        if followers is None:
            return probability(n - 1)
        total = sum(followers.values())
        share = followers[word] - discount if word in followers else 0
        return (share + discount * len(followers) * probability(n - 1)) / total

    return probability(len(context) + 1)


@BANK.alternative("1.5")
def by_summing_from_the_longest(tables, context, word, discount, vocabulary_size):
    probability, weight = 0.0, 1.0
    for drop in range(len(context) + 1):
        followers = tables[len(context) - drop + 1].get(tuple(context[drop:]), {})
        if followers:
            counts = np.array(list(followers.values()))
            probability += weight * max(followers.get(word, 0) - discount, 0.0) / counts.sum()
            weight *= discount * len(counts) / counts.sum()
    return probability + weight / vocabulary_size


@BANK.alternative("1.5")
def by_trying_the_context(tables, context, word, discount, vocabulary_size):
    lower = (
        by_trying_the_context(tables, context[1:], word, discount, vocabulary_size)
        if context
        else 1 / vocabulary_size
    )
    try:
        followers = tables[len(context) + 1][context]
        total = followers.total()
        given_up = sum(min(count, discount) for count in followers.values())
        return max(followers[word] - discount, 0) / total + given_up / total * lower
    except KeyError:
        return lower


@BANK.mutant("1.5", rejected_by="starts_from_the_uniform_distribution", says=("0.45", "not discounted"))
def forgets_to_discount_the_count(tables, context, word, discount, vocabulary_size):
    followers = followers_of(tables, context)
    lower = (
        forgets_to_discount_the_count(tables, context[1:], word, discount, vocabulary_size)
        if context
        else 1 / vocabulary_size
    )
    total = sum(followers.values())
    return followers[word] / total + discount * len(followers) / total * lower


@BANK.mutant("1.5", rejected_by="starts_from_the_uniform_distribution", says=("0.45", "not discount itself"))
def hands_out_the_discount_itself(tables, context, word, discount, vocabulary_size):
    followers = followers_of(tables, context)
    lower = (
        hands_out_the_discount_itself(tables, context[1:], word, discount, vocabulary_size)
        if context
        else 1 / vocabulary_size
    )
    total = sum(followers.values())
    return max(followers[word] - discount, 0) / total + discount * lower


@BANK.mutant("1.5", rejected_by="starts_from_the_uniform_distribution", says=("0.45", "multiply it by 1/5"))
def does_not_spread_the_share(tables, context, word, discount, vocabulary_size):
    followers = followers_of(tables, context)
    lower = (
        does_not_spread_the_share(tables, context[1:], word, discount, vocabulary_size)
        if context
        else 1 / vocabulary_size
    )
    total = sum(followers.values())
    return max(followers[word] - discount, 0) / total + discount * len(followers) / total * (
        lower if context else 1
    )


@BANK.mutant("1.5", rejected_by="starts_from_the_uniform_distribution", says=("0.45", "logarithm"))
def returns_a_logarithm(tables, context, word, discount, vocabulary_size):
    followers = followers_of(tables, context)
    lower = (
        returns_a_logarithm(tables, context[1:], word, discount, vocabulary_size)
        if context
        else 1 / vocabulary_size
    )
    total = sum(followers.values())
    return math.log(max(followers[word] - discount, 0) / total + discount * len(followers) / total * lower)
