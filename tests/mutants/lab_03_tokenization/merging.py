"""Answers to exercise 3.3, merge_pair(symbols, pair)."""

from __future__ import annotations

import re

from tests.mutants.lab_03_tokenization.bank import BANK


@BANK.mutant("3.3", rejected_by="joins_the_pair", says=("as a tuple", "key of a dict"))
def returns_a_list(symbols, pair):
    merged, at = [], 0
    while at < len(symbols):
        found = symbols[at : at + 2] == pair
        merged.append("".join(pair) if found else symbols[at])
        at += 2 if found else 1
    return merged


@BANK.mutant("3.3", rejected_by="joins_the_pair", says=("last symbol stays", "before the last symbol"))
def loses_the_last_symbol(symbols, pair):
    merged, at = [], 0
    while at < len(symbols) - 1:
        found = (symbols[at], symbols[at + 1]) == pair
        merged.append(pair[0] + pair[1] if found else symbols[at])
        at += 2 if found else 1
    return tuple(merged)


@BANK.mutant("3.3", rejected_by="joins_the_pair", says=("IndexError", "your line", "no neighbour"))
def looks_past_the_end(symbols, pair):
    merged, at = [], 0
    while at < len(symbols):
        if (symbols[at], symbols[at + 1]) == pair:
            merged.append(pair[0] + pair[1])
            at += 2
        else:
            merged.append(symbols[at])
            at += 1
    return tuple(merged)


@BANK.mutant("3.3", rejected_by="joins_the_pair", says=("one symbol, pair[0] + pair[1]", "not the pair"))
def keeps_the_pair_a_tuple(symbols, pair):
    merged, at = [], 0
    while at < len(symbols):
        found = symbols[at : at + 2] == pair
        merged.append(pair if found else symbols[at])
        at += 2 if found else 1
    return tuple(merged)


@BANK.mutant("3.3", rejected_by="joins_the_pair", says=("second half", "at += 2"))
def keeps_the_right_half(symbols, pair):
    merged = []
    for at, symbol in enumerate(symbols):
        merged.append(pair[0] + pair[1] if symbols[at : at + 2] == pair else symbol)
    return tuple(merged)


@BANK.mutant(
    "3.3", rejected_by="joins_every_occurrence", says=("both must be joined", "go on after the first")
)
def joins_the_first_only(symbols, pair):
    for at in range(len(symbols) - 1):
        if symbols[at : at + 2] == pair:
            return (*symbols[:at], pair[0] + pair[1], *symbols[at + 2 :])
    return symbols


@BANK.mutant(
    "3.3", rejected_by="leaves_other_symbols_alone", says=("stay as they are", "neighbours, in this order")
)
def merges_in_either_order(symbols, pair):
    merged, at = [], 0
    while at < len(symbols):
        found = sorted(symbols[at : at + 2]) == sorted(pair)
        merged.append(pair[0] + pair[1] if found else symbols[at])
        at += 2 if found else 1
    return tuple(merged)


@BANK.mutant("3.3", rejected_by="goes_from_left_to_right", says=("one merge at most", "at += 2"))
def uses_a_symbol_twice(symbols, pair):
    merged, at = [], 0
    while at < len(symbols):
        if symbols[at : at + 2] == pair:
            merged.append(pair[0] + pair[1])
            at += 1 if symbols[at + 1 : at + 3] == pair else 2
        else:
            merged.append(symbols[at])
            at += 1
    return tuple(merged)


@BANK.mutant("3.3", rejected_by="goes_from_left_to_right", says=("from left to right",))
def goes_from_right_to_left(symbols, pair):
    merged, at = [], len(symbols)
    while at > 0:
        found = symbols[max(at - 2, 0) : at] == pair
        merged.insert(0, pair[0] + pair[1] if found else symbols[at - 1])
        at -= 2 if found else 1
    return tuple(merged)


@BANK.alternative("3.3")
def by_looking_back(symbols, pair):
    merged = []
    for symbol in symbols:
        if merged and (merged[-1], symbol) == pair:
            merged[-1] += symbol
        else:
            merged.append(symbol)
    return tuple(merged)


@BANK.mutant("3.3", rejected_by="compares_symbols_not_letters", says=("whole symbol", "joined text"))
def replaces_in_a_text(symbols, pair):
    if isinstance(pair[0], bytes):
        return tuple(b" ".join(symbols).replace(b" ".join(pair), b"".join(pair)).split(b" "))
    return tuple(" ".join(symbols).replace(" ".join(pair), "".join(pair)).split(" "))


@BANK.mutant("3.3", rejected_by="merges_bytes_too", says=("TypeError", "your line", "''.join does not"))
def joins_texts_only(symbols, pair):
    merged, at = [], 0
    while at < len(symbols):
        found = symbols[at : at + 2] == pair
        merged.append("".join(pair) if found else symbols[at])
        at += 2 if found else 1
    return tuple(merged)


@BANK.alternative("3.3")
def by_a_skip_flag(symbols, pair):
    merged, skip = [], False
    for at, symbol in enumerate(symbols):
        if skip:
            skip = False
        elif tuple(symbols[at : at + 2]) == pair:
            merged.append(symbol + symbols[at + 1])
            skip = True
        else:
            merged.append(symbol)
    return tuple(merged)


@BANK.alternative("3.3")
def by_recursion(symbols, pair):
    if len(symbols) < 2:
        return tuple(symbols)
    if (symbols[0], symbols[1]) == pair:
        return (pair[0] + pair[1], *by_recursion(symbols[2:], pair))
    return (symbols[0], *by_recursion(symbols[1:], pair))


@BANK.alternative("3.3")
def by_taking_from_the_front(symbols, pair):
    waiting, merged = list(symbols), []
    while waiting:
        first = waiting.pop(0)
        if waiting and (first, waiting[0]) == pair:
            first += waiting.pop(0)
        merged.append(first)
    return tuple(merged)


@BANK.mutant("3.3", rejected_by="agrees_with_slow_merging", says=("step through it",))
def forgets_that_a_point_matches_anything(symbols, pair):
    if isinstance(pair[0], bytes):
        return by_recursion(symbols, pair)
    pattern = rf"(?<!\S){pair[0]} {pair[1]}(?!\S)"
    return tuple(re.sub(pattern, pair[0] + pair[1], " ".join(symbols)).split(" "))


@BANK.mutant(
    "3.3", rejected_by="compares_symbols_not_letters", says=("look alike", "before anything is joined")
)
def compares_what_is_joined(symbols, pair):
    merged, at = [], 0
    while at < len(symbols):
        found = at + 1 < len(symbols) and symbols[at] + symbols[at + 1] == pair[0] + pair[1]
        merged.append(pair[0] + pair[1] if found else symbols[at])
        at += 2 if found else 1
    return tuple(merged)


@BANK.mutant("3.3", rejected_by="joins_the_pair", says=("the others still there",))
def collects_the_merged_alone(symbols, pair):
    return tuple(pair[0] + pair[1] for at in range(len(symbols)) if symbols[at : at + 2] == pair)
