"""Answers to exercise 3.4, learn_bpe(word_counts, n_merges)."""

from __future__ import annotations

from collections import Counter

from course_utils.checks.lab_03_tokenization.references import count_pairs, merge_pair
from tests.mutants.lab_03_tokenization.bank import BANK


def as_bytes(word_counts):
    """The given line: each word as a tuple of its single bytes."""
    return {tuple(bytes([b]) for b in word.encode()): count for word, count in word_counts.items()}


def best_of(pairs):
    return min(pairs, key=lambda pair: (-pairs[pair], pair))


def learn(words, n_merges, choose=best_of, count=count_pairs):
    """What most wrong answers get right: the loop."""
    merges = []
    for _ in range(n_merges):
        pairs = count(words)
        if not pairs:
            break
        merges.append(choose(pairs))
        words = {merge_pair(symbols, merges[-1]): n for symbols, n in words.items()}
    return merges


@BANK.mutant("3.4", rejected_by="takes_the_most_frequent_pair", says=("count of the text", "5 times"))
def counts_types(word_counts, n_merges):
    return learn(dict.fromkeys(as_bytes(word_counts), 1), n_merges)


@BANK.mutant("3.4", rejected_by="takes_the_most_frequent_pair", says=("the largest count wins",))
def takes_the_rarest_pair(word_counts, n_merges):
    return learn(
        as_bytes(word_counts), n_merges, lambda pairs: min(pairs, key=lambda pair: (pairs[pair], pair))
    )


@BANK.mutant("3.4", rejected_by="stays_inside_words", says=("must be a pair", "before it is joined"))
def appends_what_was_joined(word_counts, n_merges):
    return [left + right for left, right in learn(as_bytes(word_counts), n_merges)]


@BANK.mutant("3.4", rejected_by="stays_inside_words", says=("must be a pair", "without its count"))
def appends_the_count_too(word_counts, n_merges):
    words, merges = as_bytes(word_counts), []
    for _ in range(n_merges):
        pairs = count_pairs(words)
        if not pairs:
            break
        merges.append((best_of(pairs), pairs[best_of(pairs)], len(merges)))
        words = {merge_pair(symbols, best_of(pairs)): n for symbols, n in words.items()}
    return merges


@BANK.mutant("3.4", rejected_by="stays_inside_words", says=("must be bytes", "a str"))
def begins_with_letters(word_counts, n_merges):
    return learn({tuple(word): count for word, count in word_counts.items()}, n_merges)


@BANK.mutant("3.4", rejected_by="stays_inside_words", says=("must be bytes", "is a number"))
def begins_with_numbers(word_counts, n_merges):
    return learn({tuple(word.encode()): count for word, count in word_counts.items()}, n_merges)


@BANK.mutant("3.4", rejected_by="stays_inside_words", says=("None", "return missing"))
def forgets_to_return(word_counts, n_merges):
    learn(as_bytes(word_counts), n_merges)


@BANK.mutant("3.4", rejected_by="builds_on_what_it_merged", says=("count anew", "merge_pair returns"))
def never_merges(word_counts, n_merges):
    words, merges = as_bytes(word_counts), []
    for _ in range(n_merges):
        pairs = count_pairs(words)
        if not pairs:
            break
        merges.append(best_of(pairs))
        for symbols in words:
            merge_pair(symbols, merges[-1])
    return merges


@BANK.mutant("3.4", rejected_by="builds_on_what_it_merged", says=("ranking the pairs once",))
def removes_the_merged_pair_from_the_counts(word_counts, n_merges):
    pairs = count_pairs(as_bytes(word_counts))
    merges = []
    while pairs and len(merges) < n_merges:
        merges.append(best_of(pairs))
        del pairs[merges[-1]]
    return merges


@BANK.mutant("3.4", rejected_by="builds_on_what_it_merged", says=("pairs that are gone",))
def merges_its_old_counts(word_counts, n_merges):
    """Puts the new symbol into the table, with the counts as they were."""
    words, merges = as_bytes(word_counts), []
    known = count_pairs(words)
    for _ in range(n_merges):
        pairs = {pair: known[pair] for pair in known if pair not in merges}
        if not pairs:
            break
        merges.append(best_of(pairs))
        words = {merge_pair(symbols, merges[-1]): n for symbols, n in words.items()}
        for pair, n in count_pairs(words).items():
            known.setdefault(pair, n)
    return merges


@BANK.mutant("3.4", rejected_by="breaks_ties_by_the_smallest_pair", says=("smallest first", "met first"))
def takes_the_first_of_equals(word_counts, n_merges):
    return learn(as_bytes(word_counts), n_merges, lambda pairs: max(pairs, key=pairs.get))


@BANK.mutant(
    "3.4", rejected_by="breaks_ties_by_the_smallest_pair", says=("smallest first", "takes the largest")
)
def takes_the_largest_of_equals(word_counts, n_merges):
    return learn(
        as_bytes(word_counts), n_merges, lambda pairs: max((n, pair) for pair, n in pairs.items())[1]
    )


@BANK.mutant("3.4", rejected_by="stays_inside_words", says=("inside a word", "joined into one text"))
def joins_the_words(word_counts, n_merges):
    text = "".join(word * count for word, count in word_counts.items())
    return learn(as_bytes({text: 1}), n_merges)


@BANK.mutant("3.4", rejected_by="stays_inside_words", says=("a mark put at their end",))
def closes_words_with_a_mark(word_counts, n_merges):
    words = {(*symbols, b"</w>"): count for symbols, count in as_bytes(word_counts).items()}
    return learn(words, n_merges)


@BANK.mutant("3.4", rejected_by="begins_with_bytes", says=("byte by byte", "do not decode"))
def begins_with_letters_in_bytes(word_counts, n_merges):
    words = {tuple(letter.encode() for letter in word): count for word, count in word_counts.items()}
    return learn(words, n_merges)


@BANK.mutant("3.4", rejected_by="begins_with_bytes", says=("raised UnicodeEncodeError", "your line"))
def writes_bytes_in_latin_1(word_counts, n_merges):
    words = {tuple(bytes([b]) for b in word.encode("latin-1")): count for word, count in word_counts.items()}
    return learn(words, n_merges)


@BANK.mutant(
    "3.4", rejected_by="stops_when_nothing_is_left", says=("ValueError", "your line", "no pairs, break")
)
def expects_pairs_for_ever(word_counts, n_merges):
    words, merges = as_bytes(word_counts), []
    for _ in range(n_merges):
        pairs = count_pairs(words)
        merges.append(best_of(pairs))
        words = {merge_pair(symbols, merges[-1]): n for symbols, n in words.items()}
    return merges


@BANK.mutant(
    "3.4", rejected_by="stops_when_nothing_is_left", says=("twice, no more", "came once can be merged")
)
def stops_at_pairs_that_came_once(word_counts, n_merges):
    def frequent(words):
        return Counter({pair: n for pair, n in count_pairs(words).items() if n > 1})

    return learn(as_bytes(word_counts), n_merges, count=frequent)


@BANK.mutant("3.4", rejected_by="agrees_with_slow_learning", says=("the counts of the words",))
def counts_a_pair_once_a_word(word_counts, n_merges):
    def counting(words):
        pairs = Counter()
        for symbols, n in words.items():
            for pair in {(symbols[at], symbols[at + 1]) for at in range(len(symbols) - 1)}:
                pairs[pair] += n
        return pairs

    return learn(as_bytes(word_counts), n_merges, count=counting)


@BANK.alternative("3.4")
def by_sorting(word_counts, n_merges):
    words, merges = as_bytes(word_counts), []
    while len(merges) < n_merges:
        ranked = sorted(count_pairs(words).items(), key=lambda item: (-item[1], item[0]))
        if not ranked:
            return merges
        merges += [ranked[0][0]]
        words = {merge_pair(symbols, merges[-1]): n for symbols, n in words.items()}
    return merges


@BANK.alternative("3.4")
def by_lists_and_counts(word_counts, n_merges):
    listed = [
        (tuple(word.encode()[i : i + 1] for i in range(len(word.encode()))), n)
        for word, n in word_counts.items()
    ]
    merges = []
    for _ in range(n_merges):
        pairs = Counter()
        for symbols, n in listed:
            for at in range(len(symbols) - 1):
                pairs[symbols[at : at + 2]] += n
        if not pairs:
            break
        most = max(pairs.values())
        merges.append(sorted(pair for pair in pairs if pairs[pair] == most)[0])
        listed = [(merge_pair(symbols, merges[-1]), n) for symbols, n in listed]
    return merges


@BANK.mutant("3.4", rejected_by="builds_on_what_it_merged", says=("too few", "return inside the loop"))
def returns_after_one_round(word_counts, n_merges):
    return learn(as_bytes(word_counts), min(n_merges, 1))


@BANK.mutant("3.4", rejected_by="stays_inside_words", says=("asks for 1", "range(n_merges)"))
def goes_one_round_too_far(word_counts, n_merges):
    return learn(as_bytes({**word_counts, "qw": 1}), n_merges + 1)


@BANK.mutant("3.4", rejected_by="stays_inside_words", says=("too few", "0 instead of 1"))
def goes_one_round_too_few(word_counts, n_merges):
    return learn(as_bytes(word_counts), n_merges - 1)


@BANK.mutant("3.4", rejected_by="breaks_ties_by_the_smallest_pair", says=("smaller than 'ab'", "not joined"))
def orders_pairs_by_what_they_make(word_counts, n_merges):
    return learn(
        as_bytes(word_counts),
        n_merges,
        lambda pairs: min(pairs, key=lambda pair: (-pairs[pair], pair[0] + pair[1])),
    )


@BANK.mutant("3.4", rejected_by="builds_on_what_it_merged", says=("twice", "not only the first time"))
def merges_a_pair_once_a_word(word_counts, n_merges):
    words, merges = as_bytes(word_counts), []
    while len(merges) < n_merges and any(len(symbols) > 1 for symbols in words):
        merges.append(best_of(count_pairs(words)))
        words = {merged_once(symbols, merges[-1]): n for symbols, n in words.items()}
    return merges


def merged_once(symbols, pair):
    places = [at for at in range(len(symbols) - 1) if symbols[at : at + 2] == pair][:1]
    return symbols if not places else (*symbols[: places[0]], pair[0] + pair[1], *symbols[places[0] + 2 :])


@BANK.mutant("3.4", rejected_by="stays_inside_words", says=("during iteration", "make a new one"))
def changes_the_dict_it_loops_over(word_counts, n_merges):
    words, merges = as_bytes(word_counts), []
    for _ in range(n_merges):
        merges.append(best_of(count_pairs(words)))
        for symbols in words:
            words[merge_pair(symbols, merges[-1])] = words.pop(symbols)
    return merges
