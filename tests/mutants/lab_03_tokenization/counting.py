"""Answers to exercise 3.2, count_pairs(words)."""

# ruff: noqa: RUF007
from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

from tests.mutants.lab_03_tokenization.bank import BANK


@BANK.mutant("3.2", rejected_by="counts_each_pair_of_neighbours", says=("2 pairs", "to the last but one"))
def stops_one_pair_early(words):
    pairs = Counter()
    for symbols, count in words.items():
        for at in range(len(symbols) - 2):
            pairs[symbols[at], symbols[at + 1]] += count
    return pairs


@BANK.mutant(
    "3.2", rejected_by="counts_each_pair_of_neighbours", says=("IndexError", "your line", "shortest case")
)
def runs_past_the_end(words):
    pairs = Counter()
    for symbols, count in words.items():
        for at in range(len(symbols)):
            pairs[symbols[at], symbols[at + 1]] += count
    return pairs


@BANK.mutant(
    "3.2",
    rejected_by="counts_each_pair_of_neighbours",
    says=("a tuple of two symbols", "keep the two symbols"),
)
def joins_the_pair(words):
    pairs = Counter()
    for symbols, count in words.items():
        for left, right in pairwise(symbols):
            pairs[left + right] += count
    return pairs


@BANK.mutant("3.2", rejected_by="counts_each_pair_of_neighbours", says=("a tuple of two symbols",))
def counts_symbols(words):
    symbols_seen = Counter()
    for symbols, count in words.items():
        for symbol in symbols:
            symbols_seen[symbol] += count
    return symbols_seen


@BANK.mutant("3.2", rejected_by="counts_each_pair_of_neighbours", says=("must return a dict", "list"))
def lists_the_pairs(words):
    return [pair for symbols, count in words.items() for pair in pairwise(symbols) for _ in range(count)]


@BANK.mutant("3.2", rejected_by="counts_each_pair_of_neighbours", says=("2 pairs", "right neighbour"))
def pairs_every_two(words):
    pairs = Counter()
    for symbols, count in words.items():
        for at, left in enumerate(symbols):
            for right in symbols[at + 1 :]:
                pairs[left, right] += count
    return pairs


@BANK.mutant(
    "3.2", rejected_by="counts_a_word_as_often_as_it_came", says=("count", "each different word once")
)
def counts_types(words):
    return Counter(pair for symbols in words for pair in pairwise(symbols))


@BANK.mutant("3.2", rejected_by="adds_up_over_words", says=("4 + 3 + 2", "set (=)"))
def sets_the_count(words):
    pairs = {}
    for symbols, count in words.items():
        for pair in pairwise(symbols):
            pairs[pair] = count
    return pairs


@BANK.mutant("3.2", rejected_by="stays_inside_words", says=("both words have a pair", "inside the loop"))
def returns_inside_the_loop(words):
    pairs = Counter()
    for symbols, count in words.items():
        for pair in pairwise(symbols):
            pairs[pair] += count
        return pairs


@BANK.mutant("3.2", rejected_by="stays_inside_words", says=("from one word into the next", "joined"))
def joins_the_words(words):
    pairs = Counter()
    row, counts = [], []
    for symbols, count in words.items():
        row += symbols
        counts += [count] * len(symbols)
    for at in range(len(row) - 1):
        pairs[row[at], row[at + 1]] += counts[at]
    return pairs


@BANK.mutant("3.2", rejected_by="counts_every_position", says=("b a n a n a", "no set of pairs"))
def counts_a_pair_once_a_word(words):
    pairs = Counter()
    for symbols, count in words.items():
        for pair in set(pairwise(symbols)):
            pairs[pair] += count
    return pairs


@BANK.mutant("3.2", rejected_by="counts_every_position", says=("a a a", "every position"))
def skips_overlapping_pairs(words):
    pairs = Counter()
    for symbols, count in words.items():
        taken = None
        for at, pair in enumerate(pairwise(symbols)):
            if pair == taken:
                taken = None
                continue
            taken = pair if at >= 0 and pair[0] == pair[1] else None
            pairs[pair] += count
    return pairs


@BANK.mutant("3.2", rejected_by="leaves_symbols_whole", says=("one symbol each", "letters were counted"))
def takes_symbols_apart(words):
    pairs = Counter()
    for symbols, count in words.items():
        for pair in pairwise("".join(symbols)):
            pairs[pair] += count
    return pairs


@BANK.alternative("3.2")
def by_index(words):
    pairs = {}
    for symbols in words:
        for at in range(1, len(symbols)):
            pair = symbols[at - 1], symbols[at]
            pairs[pair] = pairs.get(pair, 0) + words[symbols]
    return pairs


@BANK.alternative("3.2")
def by_zip_and_defaultdict(words):
    pairs = defaultdict(int)
    for symbols, count in words.items():
        for pair in zip(symbols, symbols[1:], strict=False):
            pairs[pair] += count
    return pairs


@BANK.alternative("3.2")
def by_adding_counters(words):
    pairs = Counter()
    for symbols, count in words.items():
        for pair, times in Counter(pairwise(symbols)).items():
            pairs.update({pair: times * count})
    return pairs


@BANK.mutant("3.2", rejected_by="counts_each_pair_of_neighbours", says=("right neighbour",))
def sorts_the_pair(words):
    pairs = Counter()
    for symbols, count in words.items():
        for pair in pairwise(symbols):
            pairs[tuple(sorted(pair))] += count
    return pairs


@BANK.mutant("3.2", rejected_by="agrees_with_slow_counting", says=("of these words differ",))
def stops_at_a_word_of_one_symbol(words):
    pairs = Counter()
    for symbols, count in words.items():
        if len(symbols) < 2:
            break
        for pair in pairwise(symbols):
            pairs[pair] += count
    return pairs


@BANK.mutant(
    "3.2", rejected_by="counts_each_pair_of_neighbours", says=("an earlier call", "inside the function")
)
def keeps_counts_between_calls(words, pairs=Counter()):  # noqa: B006
    for symbols, count in words.items():
        for pair in pairwise(symbols):
            pairs[pair] += count
    return pairs


@BANK.mutant("3.2", rejected_by="counts_each_pair_of_neighbours", says=("('z',)", "no neighbour"))
def counts_a_slice_past_the_end(words):
    pairs = Counter()
    for symbols, count in words.items():
        for at in range(len(symbols)):
            pairs[symbols[at : at + 2]] += count
    return pairs
