"""Lab 03, tokenization."""

from __future__ import annotations

import re

import tensorflow as tf

from course_utils.checks.lab_03_tokenization import oracles
from course_utils.text.tokenization import END, START
from tests.mutants import Bank

BANK = Bank()
NEGATED = ("does", "is", "did", "were", "could", "ca")
SUBJECTS = ("i", "they", "we", "anna", "it", "he", "she", "you")


@BANK.mutant("3.1", rejected_by="cuts_clitics_off_any_word", says=("is cut in another way",))
def cuts_clitics_off_words_of_a_list(text):
    tokens = []
    for token in oracles.split_words(text):
        known = tokens and tokens[-1].lower() in (NEGATED if token == "n't" else SUBJECTS)
        if token in oracles.CLITICS and not known:
            tokens[-1:] = ["".join([*tokens[-1:], token])]
        else:
            tokens.append(token)
    return tokens


@BANK.mutant("3.2", rejected_by="takes_symbols_of_any_kind", says=("TypeError",))
def joins_symbols_with_blanks(words):
    return oracles.count_pairs({tuple(" ".join(symbols).split()): count for symbols, count in words.items()})


@BANK.mutant("3.3", rejected_by="takes_symbols_with_blanks", says=("symbols with ' ' in them",))
def looks_for_the_pair_in_a_text(symbols, pair):
    """As the code that Sennrich et al. (2016) print."""
    if isinstance(pair[0], bytes):
        return oracles.merge_pair(symbols, pair)
    bigram = re.compile(r"(?<!\S)" + re.escape(" ".join(pair)) + r"(?!\S)")
    return tuple(bigram.sub("".join(pair), " ".join(symbols)).split(" "))


@BANK.mutant("3.4", rejected_by="learns_as_many_as_are_asked_for", says=("n_merges = 0",))
def stops_behind_the_merge(word_counts, n_merges):
    words = {oracles.single_bytes(word): count for word, count in word_counts.items()}
    merges = []
    while pairs := oracles.count_pairs(words):
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        words = {oracles.merge_pair(symbols, best): count for symbols, count in words.items()}
        merges.append(best)
        if len(merges) >= n_merges:
            break
    return merges


@BANK.mutant("3.5", rejected_by="applies_thousands_of_merges", says=("recursion",))
def applies_merges_by_recursion(word, merges):
    def applied(symbols, left):
        return applied(oracles.merge_pair(symbols, left[0]), left[1:]) if left else list(symbols)

    return applied(oracles.single_bytes(word), list(merges))


@BANK.mutant("3.6", rejected_by="takes_pieces_of_any_length", says=("pieces of 45 and 25 letters",))
def tries_twenty_letters_at_most(word, vocabulary):
    pieces, at = [], 0
    while at < len(word):
        for end in range(min(len(word), at + 20), at, -1):
            piece = ("##" if at else "") + word[at:end]
            if piece in vocabulary:
                break
        else:
            return ["<unk>"]
        pieces.append(piece)
        at = end
    return pieces


@BANK.mutant("3.7", rejected_by="keeps_large_ids", says=("ids above 70,000",))
def stores_ids_in_sixteen_bits(sentences, batch_size, boundaries, seed):
    small = tf.ragged.constant([[START, *sentence, END] for sentence in sentences], dtype=tf.int64)
    dataset = tf.data.Dataset.from_tensor_slices(tf.cast(small, tf.uint16)).map(lambda ids: tf.identity(ids))
    dataset = dataset.shuffle(len(sentences), seed=seed)
    sizes = [batch_size] * (len(boundaries) + 1)
    return dataset.bucket_by_sequence_length(lambda ids: tf.size(ids), boundaries, sizes)
