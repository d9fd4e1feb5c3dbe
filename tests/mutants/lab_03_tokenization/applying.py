"""Answers to exercise 3.5, apply_bpe(word, merges)."""

from __future__ import annotations

from itertools import pairwise

from course_utils.checks.lab_03_tokenization.references import merge_pair
from tests.mutants.lab_03_tokenization.bank import BANK


def single(word):
    return tuple(bytes([b]) for b in word.encode())


def by_order(symbols, merges):
    for pair in merges:
        symbols = merge_pair(symbols, pair)
    return list(symbols)


@BANK.mutant("3.5", rejected_by="begins_with_single_bytes", says=("must be a bytes object", "a str"))
def begins_with_letters(word, merges):
    return by_order(tuple(word), merges)


@BANK.mutant("3.5", rejected_by="begins_with_single_bytes", says=("must be a bytes object", "no decode"))
def decodes_the_pieces(word, merges):
    return [piece.decode(errors="replace") for piece in by_order(single(word), merges)]


@BANK.mutant("3.5", rejected_by="begins_with_single_bytes", says=("without merges", "byte by byte"))
def begins_with_whole_letters(word, merges):
    return by_order(tuple(letter.encode() for letter in word), merges)


@BANK.mutant("3.5", rejected_by="begins_with_single_bytes", says=("the word again", "no byte may be lost"))
def drops_pieces_that_are_not_learned(word, merges):
    learned = {left + right for left, right in merges}
    return [piece for piece in by_order(single(word), merges) if piece in learned]


@BANK.alternative("3.5")
def returns_a_tuple(word, merges):
    return tuple(by_order(single(word), merges))


@BANK.mutant("3.5", rejected_by="applies_every_merge", says=("keep what merge_pair returns",))
def forgets_what_merge_pair_returns(word, merges):
    symbols = single(word)
    for pair in merges:
        merge_pair(symbols, pair)
    return list(symbols)


@BANK.mutant("3.5", rejected_by="applies_every_merge", says=("all merges", "all the merges"))
def stops_after_the_first_merge_that_fits(word, merges):
    symbols = single(word)
    for pair in merges:
        merged = merge_pair(symbols, pair)
        if merged != symbols:
            return list(merged)
    return list(symbols)


@BANK.mutant("3.5", rejected_by="applies_every_merge", says=("all the merges",))
def stops_at_the_first_merge_that_does_not_fit(word, merges):
    symbols = single(word)
    for pair in merges:
        merged = merge_pair(symbols, pair)
        if merged == symbols:
            break
        symbols = merged
    return list(symbols)


@BANK.mutant("3.5", rejected_by="keeps_the_order_of_learning", says=("learned first", "longest piece"))
def takes_the_longest_piece_first(word, merges):
    known = {left + right for left, right in merges}
    rest, pieces = word.encode(), []
    while rest:
        end = max([n for n in range(1, len(rest) + 1) if rest[:n] in known], default=1)
        pieces.append(rest[:end])
        rest = rest[end:]
    return pieces


@BANK.mutant("3.5", rejected_by="keeps_the_order_of_learning", says=("learned first", "leftmost pair"))
def merges_the_leftmost_pair_first(word, merges):
    symbols = list(single(word))
    at = 0
    while at < len(symbols) - 1:
        if (symbols[at], symbols[at + 1]) in merges:
            symbols[at : at + 2] = [symbols[at] + symbols[at + 1]]
            at = 0
        else:
            at += 1
    return symbols


@BANK.mutant("3.5", rejected_by="keeps_the_order_of_learning", says=("learned first", "last merge"))
def merges_the_last_learned_first(word, merges):
    symbols = single(word)
    while found := [pair for pair in merges if pair in list(pairwise(symbols))]:
        symbols = merge_pair(symbols, found[-1])
    return list(symbols)


@BANK.mutant("3.5", rejected_by="keeps_the_order_of_learning", says=("longest piece",))
def sorts_the_merges_by_length(word, merges):
    symbols = single(word)
    while found := [pair for pair in merges if pair in list(pairwise(symbols))]:
        symbols = merge_pair(symbols, max(found, key=lambda pair: len(pair[0] + pair[1])))
    return list(symbols)


@BANK.mutant("3.5", rejected_by="takes_any_text", says=("empty word", "[]"))
def gives_an_empty_word_a_piece(word, merges):
    return by_order(single(word), merges) or [b""]


@BANK.alternative("3.5")
def by_lowest_rank(word, merges):
    ranks = {pair: rank for rank, pair in reversed(list(enumerate(merges)))}
    symbols = single(word)
    while True:
        present = [pair for pair in pairwise(symbols) if pair in ranks]
        if not present:
            return list(symbols)
        symbols = merge_pair(symbols, min(present, key=ranks.get))


@BANK.alternative("3.5")
def in_place(word, merges):
    symbols = [word.encode()[at : at + 1] for at in range(len(word.encode()))]
    for left, right in merges:
        at = 0
        while at < len(symbols) - 1:
            if symbols[at] == left and symbols[at + 1] == right:
                symbols[at] = left + right
                del symbols[at + 1]
            at += 1
    return symbols


@BANK.mutant("3.5", rejected_by="begins_with_single_bytes", says=("UnicodeDecodeError", "middle of a letter"))
def decodes_piece_by_piece(word, merges):
    return [piece.decode() for piece in by_order(single(word), merges)]


@BANK.mutant("3.5", rejected_by="applies_every_merge", says=("all the merges that fit",))
def merges_the_first_occurrence_only(word, merges):
    symbols = list(single(word))
    for left, right in merges:
        for at in range(len(symbols) - 1):
            if (symbols[at], symbols[at + 1]) == (left, right):
                symbols[at : at + 2] = [left + right]
                break
    return symbols


@BANK.mutant("3.5", rejected_by="keeps_the_order_of_learning", says=("stand whole", "joined text"))
def replaces_in_a_joined_text(word, merges):
    text = b" ".join(single(word))
    for left, right in merges:
        text = text.replace(left + b" " + right, left + right)
    return text.split(b" ") if text else []


@BANK.mutant("3.5", rejected_by="agrees_with_slow_application", says=("in the order of learning",))
def merges_from_the_right(word, merges):
    symbols = list(single(word))
    for left, right in merges:
        for at in reversed(range(len(symbols) - 1)):
            if symbols[at : at + 2] == [left, right]:
                symbols[at : at + 2] = [left + right]
    return symbols


@BANK.mutant("3.5", rejected_by="applies_every_merge", says=("from its beginning", "the first merge first"))
def begins_with_the_last_merge(word, merges):
    return by_order(single(word), reversed(merges))


@BANK.mutant("3.5", rejected_by="applies_every_merge", says=("from its beginning", "over the whole word"))
def goes_through_the_word_once(word, merges):
    symbols, at = list(single(word)), 0
    while at < len(symbols) - 1:
        if (symbols[at], symbols[at + 1]) in merges:
            symbols[at : at + 2] = [symbols[at] + symbols[at + 1]]
        else:
            at += 1
    return symbols
