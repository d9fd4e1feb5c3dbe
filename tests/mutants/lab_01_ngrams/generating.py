"""Answers to exercise 1.6, generate(counts, n, seed, max_words)."""

from __future__ import annotations

import math
import random
from collections import Counter, deque

import numpy as np

from tests.mutants.lab_01_ngrams.bank import BANK


def written(rng, counts, n, max_words):
    """A right answer but for where its chance comes from."""
    tokens = ["<s>"] * (n - 1)
    while len(tokens) - n + 1 < max_words:
        followers = counts[tuple(tokens[len(tokens) - n + 1 :])]
        weights = np.array(list(followers.values()), dtype=float)
        word = str(rng.choice(list(followers), p=weights / weights.sum()))
        if word == "</s>":
            break
        tokens.append(word)
    return tokens[n - 1 :]


@BANK.mutant("1.6", rejected_by="writes_the_only_sentence_there_is", says=("without", "'<s>'"))
def returns_the_start_tokens_too(counts, n, seed, max_words):
    return ["<s>"] * (n - 1) + written(np.random.default_rng(seed), counts, n, max_words)


@BANK.mutant("1.6", rejected_by="writes_the_only_sentence_there_is", says=("stop at '</s>'",))
def returns_the_end_token_too(counts, n, seed, max_words):
    return [*written(np.random.default_rng(seed), counts, n, max_words), "</s>"][:max_words]


@BANK.mutant(
    "1.6", rejected_by="writes_the_only_sentence_there_is", says=("must return a list or tuple", "str")
)
def returns_a_text(counts, n, seed, max_words):
    return " ".join(written(np.random.default_rng(seed), counts, n, max_words))


@BANK.mutant("1.6", rejected_by="writes_the_only_sentence_there_is", says=("must return a list", "None"))
def prints_the_words(counts, n, seed, max_words):
    print(*written(np.random.default_rng(seed), counts, n, max_words))


@BANK.mutant("1.6", rejected_by="writes_the_only_sentence_there_is", says=("piece by piece",))
def yields_the_words(counts, n, seed, max_words):
    yield from written(np.random.default_rng(seed), counts, n, max_words)


@BANK.mutant("1.6", rejected_by="writes_the_only_sentence_there_is", says=("KeyError", "your line"))
def looks_at_the_last_word(counts, n, seed, max_words):
    rng, words = np.random.default_rng(seed), ["<s>"]
    while len(words) <= max_words:
        followers = counts[tuple(words[-1:])]
        word = str(rng.choice(list(followers)))
        if word == "</s>":
            break
        words.append(word)
    return words[1:]


@BANK.mutant(
    "1.6", rejected_by="writes_the_only_sentence_there_is", says=("argument counts must stay", "counts[")
)
def normalises_the_table(counts, n, seed, max_words):
    for followers in counts.values():
        total = sum(followers.values()) + 1
        for word in followers:
            followers[word] /= total
    return written(np.random.default_rng(seed), counts, n, max_words)


@BANK.mutant("1.6", rejected_by="writes_the_only_sentence_there_is", says=("KeyError", "'</s>'"))
def goes_on_after_the_end(counts, n, seed, max_words):
    rng, tokens = np.random.default_rng(seed), ["<s>"] * (n - 1)
    for _ in range(max_words):
        followers = counts[tuple(tokens[len(tokens) - n + 1 :])]
        tokens.append(str(rng.choice(list(followers))))
    return [token for token in tokens if token not in ("<s>", "</s>")]


@BANK.mutant("1.6", rejected_by="stops_at_max_words", says=("max_words = 1", "2"))
def writes_one_word_too_many(counts, n, seed, max_words):
    return written(np.random.default_rng(seed), counts, n, max_words + 1)


@BANK.mutant("1.6", rejected_by="stops_at_max_words", says=("max_words = 1", "start tokens"))
def counts_the_start_tokens(counts, n, seed, max_words):
    return written(np.random.default_rng(seed), counts, n, max_words - (n - 1))


@BANK.mutant("1.6", rejected_by="stops_at_max_words", says=("max_words = 1", "got: 60"))
def has_a_limit_of_its_own(counts, n, seed, max_words):
    return written(np.random.default_rng(seed), counts, n, 60)


@BANK.mutant("1.6", rejected_by="draws_single_words_too", says=("n = 1", "KeyError", "-0"))
def slices_minus_zero_tokens(counts, n, seed, max_words):
    rng, tokens = np.random.default_rng(seed), ["<s>"] * (n - 1)
    while len(tokens) - n + 1 < max_words:
        followers = counts[tuple(tokens[-(n - 1) :])]
        weights = np.array(list(followers.values()), dtype=float)
        word = str(rng.choice(list(followers), p=weights / weights.sum()))
        if word == "</s>":
            break
        tokens.append(word)
    return tokens[n - 1 :]


@BANK.mutant("1.6", rejected_by="follows_the_last_n_minus_1_words", says=("must have been seen",))
def draws_from_any_context_that_ends_alike(counts, n, seed, max_words):
    rng, tokens = np.random.default_rng(seed), ["<s>"] * (n - 1)
    while len(tokens) - n + 1 < max_words:
        merged = Counter()
        for context, followers in counts.items():
            if context[-1:] == tuple(tokens[-1:]):
                merged.update(followers)
        weights = np.array(list(merged.values()), dtype=float)
        word = str(rng.choice(list(merged), p=weights / weights.sum()))
        if word == "</s>":
            break
        tokens.append(word)
    return tokens[n - 1 :]


@BANK.mutant("1.6", rejected_by="repeats_itself_for_a_seed", says=("same seed", "default_rng(seed)"))
def uses_unseeded_chance(counts, n, seed, max_words):
    return written(np.random.default_rng(), counts, n, max_words)


@BANK.mutant("1.6", rejected_by="repeats_itself_for_a_seed", says=("same seed", "random.choices"))
def draws_from_the_random_module(counts, n, seed, max_words):
    np.random.default_rng(seed)
    tokens = ["<s>"] * (n - 1)
    while len(tokens) - n + 1 < max_words:
        followers = counts[tuple(tokens[len(tokens) - n + 1 :])]
        word = random.choices(list(followers), list(followers.values()))[0]
        if word == "</s>":
            break
        tokens.append(word)
    return tokens[n - 1 :]


ONE_GENERATOR = np.random.default_rng(0)


@BANK.mutant("1.6", rejected_by="repeats_itself_for_a_seed", says=("same seed", "outside the function"))
def shares_one_generator(counts, n, seed, max_words):
    return written(ONE_GENERATOR, counts, n, max_words)


@BANK.mutant("1.6", rejected_by="repeats_itself_for_a_seed", says=("different seeds", "fixed number"))
def fixes_the_seed(counts, n, seed, max_words):
    return written(np.random.default_rng(42), counts, n, max_words)


@BANK.mutant("1.6", rejected_by="repeats_itself_for_a_seed", says=("different seeds", "likeliest"))
def takes_the_likeliest_word(counts, n, seed, max_words):
    tokens = ["<s>"] * (n - 1)
    while len(tokens) - n + 1 < max_words:
        followers = counts[tuple(tokens[len(tokens) - n + 1 :])]
        word = max(followers, key=followers.get)
        if word == "</s>":
            break
        tokens.append(word)
    return tokens[n - 1 :]


@BANK.mutant("1.6", rejected_by="draws_anew_for_each_word", says=("inside the loop", "once"))
def makes_the_generator_inside_the_loop(counts, n, seed, max_words):
    tokens = ["<s>"] * (n - 1)
    while len(tokens) - n + 1 < max_words:
        rng = np.random.default_rng(seed)
        followers = counts[tuple(tokens[len(tokens) - n + 1 :])]
        weights = np.array(list(followers.values()), dtype=float)
        word = str(rng.choice(list(followers), p=weights / weights.sum()))
        if word == "</s>":
            break
        tokens.append(word)
    return tokens[n - 1 :]


@BANK.mutant("1.6", rejected_by="draws_in_proportion_to_counts", says=("80 %", "equally likely gives 0.50"))
def draws_all_words_alike(counts, n, seed, max_words):
    return written(
        np.random.default_rng(seed), {c: dict.fromkeys(f, 1) for c, f in counts.items()}, n, max_words
    )


@BANK.mutant("1.6", rejected_by="draws_in_proportion_to_counts", says=("80 %", "exp"))
def takes_the_softmax_of_counts(counts, n, seed, max_words):
    softened = {c: {w: math.exp(count) for w, count in f.items()} for c, f in counts.items()}
    return written(np.random.default_rng(seed), softened, n, max_words)


@BANK.alternative("1.6")
def by_numpy_choice(counts, n, seed, max_words):
    rng, tokens = np.random.default_rng(seed), ["<s>"] * (n - 1)
    for _ in range(max_words):
        followers = counts[tuple(tokens[len(tokens) - n + 1 :])]
        weights = np.array(list(followers.values()))
        word = rng.choice(list(followers), p=weights / weights.sum())
        if word == "</s>":
            break
        tokens.append(word)
    return tokens[n - 1 :]


@BANK.alternative("1.6")
def by_recursion_and_elements(counts, n, seed, max_words):
    rng = random.Random(seed)

    def extend(words):
        context = (("<s>",) * (n - 1) + words)[len(words) :]
        word = rng.choice(sorted(Counter(counts[context]).elements()))
        return words if word == "</s>" or len(words) == max_words else extend((*words, word))

    return extend(()) if max_words else ()


@BANK.alternative("1.6")
def by_the_cumulative_distribution(counts, n, seed, max_words):
    generator, window, words = np.random.RandomState(seed), deque(["<s>"] * (n - 1), maxlen=n - 1), []
    while len(words) < max_words:
        followers = counts[tuple(window)]
        cumulative = np.cumsum(list(followers.values()))
        word = list(followers)[np.searchsorted(cumulative, generator.rand() * cumulative[-1], side="right")]
        if word == "</s>":
            return words
        words.append(word)
        window.append(word)
    return words


@BANK.alternative("1.6")
def by_the_global_seed(counts, n, seed, max_words):
    random.seed(seed)
    words = []
    while len(words) < max_words:
        context = (["<s>"] * (n - 1) + words)[len(words) :]
        followers = counts[tuple(context)]
        words += random.choices(list(followers.keys()), weights=followers.values())
        if words[-1] == "</s>":
            words.pop()
            break
    return words


@BANK.mutant(
    "1.6",
    rejected_by="writes_the_only_sentence_there_is",
    says=("sum to 1", "divide each count", "of draws_with_counts_for_probabilities: word = rng.choice"),
)
def draws_with_counts_for_probabilities(counts, n, seed, max_words):
    rng = np.random.default_rng(seed)
    followers = {"bear": 2, "fish": 3, **counts[("<s>",) * (n - 1)]}
    word = rng.choice(list(followers), p=list(followers.values()))
    return [word]


@BANK.mutant(
    "1.6", rejected_by="writes_the_only_sentence_there_is", says=("again and again", "LAST n-1 tokens")
)
def looks_at_the_first_tokens(counts, n, seed, max_words):
    rng, tokens = np.random.default_rng(seed), ["<s>"] * (n - 1)
    while len(tokens) - n + 1 < max_words:
        word = str(rng.choice(list(counts[tuple(tokens[: n - 1])])))
        if word == "</s>":
            break
        tokens.append(word)
    return tokens[n - 1 :]


@BANK.mutant("1.6", rejected_by="writes_the_only_sentence_there_is", says=("one word only", "go on"))
def writes_one_word(counts, n, seed, max_words):
    rng, tokens = np.random.default_rng(seed), ["<s>"] * (n - 1)
    tokens.append(str(rng.choice(list(counts[tuple(tokens)]))))
    return tokens[n - 1 :]
