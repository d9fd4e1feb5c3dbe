"""Wrong and differently written right answers of lab 01."""

# ruff: noqa: B006, RUF005
from __future__ import annotations

import itertools
import math
import random
from collections import Counter, defaultdict, deque

import numpy as np

from tests.mutants import Bank

BANK = Bank()

# 1.1 count_ngrams(sentences, n)


def count_padded(padded, n, counts):
    """What most wrong answers get right: counting over a sentence padded somehow."""
    for i in range(n - 1, len(padded)):
        counts.setdefault(tuple(padded[i - n + 1 : i]), Counter())[padded[i]] += 1
    return counts


@BANK.mutant("1.1", rejected_by="starts_from_nothing", says=("second call", "counts={}"))
def keeps_counts_in_a_default_argument(sentences, n, counts={}):
    for sentence in sentences:
        count_padded(["<s>"] * (n - 1) + sentence + ["</s>"], n, counts)
    return counts


EVERYTHING = defaultdict(Counter)


@BANK.mutant("1.1", rejected_by="starts_from_nothing", says=("second call", "outside the function"))
def keeps_counts_in_a_global(sentences, n):
    for sentence in sentences:
        padded = ["<s>"] * (n - 1) + sentence + ["</s>"]
        for i in range(n - 1, len(padded)):
            EVERYTHING[tuple(padded[i - n + 1 : i])][padded[i]] += 1
    return EVERYTHING


@BANK.mutant("1.1", rejected_by="starts_from_nothing", says=("must return a dict", "None"))
def prints_the_counts(sentences, n):
    counts = {}
    for sentence in sentences:
        count_padded(["<s>"] * (n - 1) + sentence + ["</s>"], n, counts)
    print(counts)


@BANK.mutant("1.1", rejected_by="starts_from_nothing", says=("must return a dict", "piece by piece"))
def yields_the_ngrams(sentences, n):
    for sentence in sentences:
        padded = ["<s>"] * (n - 1) + sentence + ["</s>"]
        for i in range(n - 1, len(padded)):
            yield tuple(padded[i - n + 1 : i]), padded[i]


@BANK.mutant("1.1", rejected_by="starts_from_nothing", says=("argument sentences must stay", "sentences[0]"))
def pads_the_callers_sentences(sentences, n):
    counts = {}
    for sentence in sentences:
        for _ in range(n - 1):
            sentence.insert(0, "<s>")
        sentence.append("</s>")
        count_padded(sentence, n, counts)
    return counts


@BANK.mutant("1.1", rejected_by="starts_from_nothing", says=("argument sentences must stay", "copy"))
def appends_with_plus_equals(sentences, n):
    counts = {}
    for sentence in sentences:
        sentence += ["</s>"]
        count_padded(["<s>"] * (n - 1) + sentence, n, counts)
    return counts


@BANK.mutant("1.1", rejected_by="starts_from_nothing", says=("AttributeError", "your line", "split"))
def takes_sentences_for_texts(sentences, n):
    counts = {}
    for sentence in sentences:
        count_padded(["<s>"] * (n - 1) + sentence.split() + ["</s>"], n, counts)
    return counts


@BANK.mutant("1.1", rejected_by="starts_from_nothing", says=("unhashable", "tuple(...)", "your line"))
def uses_lists_as_keys(sentences, n):
    counts = {}
    for sentence in sentences:
        padded = ["<s>"] * (n - 1) + sentence + ["</s>"]
        for i in range(n - 1, len(padded)):
            counts.setdefault(padded[i - n + 1 : i], Counter())[padded[i]] += 1
    return counts


@BANK.mutant("1.1", rejected_by="starts_from_nothing", says=("tuple of words", "a text is not"))
def joins_contexts_into_texts(sentences, n):
    counts = defaultdict(Counter)
    for sentence in sentences:
        padded = ["<s>"] * (n - 1) + sentence + ["</s>"]
        for i in range(n - 1, len(padded)):
            counts[" ".join(padded[i - n + 1 : i])][padded[i]] += 1
    return counts


@BANK.mutant("1.1", rejected_by="starts_from_nothing", says=("must be a Counter", "came next"))
def counts_whole_ngrams(sentences, n):
    counts = Counter()
    for sentence in sentences:
        padded = ["<s>"] * (n - 1) + sentence + ["</s>"]
        counts.update(zip(*(padded[i:] for i in range(n)), strict=False))
    return counts


@BANK.mutant("1.1", rejected_by="starts_from_nothing", says=("must be a Counter", "list"))
def lists_the_followers(sentences, n):
    counts = defaultdict(list)
    for sentence in sentences:
        padded = ["<s>"] * (n - 1) + sentence + ["</s>"]
        for i in range(n - 1, len(padded)):
            counts[tuple(padded[i - n + 1 : i])].append(padded[i])
    return counts


@BANK.mutant("1.1", rejected_by="uses_contexts_of_n_minus_1_tokens", says=("n-1 = 1 tokens",))
def takes_n_tokens_of_context(sentences, n):
    counts = {}
    for sentence in sentences:
        count_padded(["<s>"] * n + sentence + ["</s>"], n + 1, counts)
    return counts


@BANK.mutant("1.1", rejected_by="uses_contexts_of_n_minus_1_tokens", says=("n-1 = 1 tokens", "[3]"))
def puts_the_word_into_the_context(sentences, n):
    counts = defaultdict(Counter)
    for sentence in sentences:
        padded = ["<s>"] * (n - 1) + sentence + ["</s>"]
        for i in range(n - 1, len(padded)):
            counts[tuple(padded[i - n + 1 : i + 1])][padded[i]] += 1
    return counts


@BANK.mutant("1.1", rejected_by="uses_contexts_of_n_minus_1_tokens", says=("[2, 3]", "window"))
def slices_past_the_left_edge(sentences, n):
    counts = defaultdict(Counter)
    for sentence in sentences:
        words = sentence + ["</s>"]
        for i in range(len(words)):
            counts[tuple((["<s>"] + words[:i])[-(n - 1) :])][words[i]] += 1
    return counts


@BANK.mutant("1.1", rejected_by="pads_the_start", says=("nothing was counted", "shorter than"))
def skips_short_sentences(sentences, n):
    counts = {}
    for sentence in sentences:
        if len(sentence) >= n:
            count_padded(["<s>"] * (n - 1) + sentence + ["</s>"], n, counts)
    return counts


@BANK.mutant("1.1", rejected_by="pads_the_start", says=("first word", "start tokens", "in front"))
def forgets_the_start(sentences, n):
    counts = {}
    for sentence in sentences:
        count_padded(sentence + ["</s>"], n, counts)
    return counts


@BANK.mutant("1.1", rejected_by="pads_the_start", says=("never be counted as a next word", "longer than n-1"))
def pads_one_too_many(sentences, n):
    counts = {}
    for sentence in sentences:
        count_padded(["<s>"] * n + sentence + ["</s>"], n, counts)
    return counts


@BANK.mutant("1.1", rejected_by="pads_the_start", says=("2 start tokens",))
def pads_one_start_token_for_every_n(sentences, n):
    counts = {}
    for sentence in sentences:
        count_padded(["<s>"] + sentence + ["</s>"], n, counts)
    return counts


@BANK.mutant("1.1", rejected_by="pads_the_start", says=("first word", "start tokens"))
def starts_one_position_late(sentences, n):
    counts = defaultdict(Counter)
    for sentence in sentences:
        padded = ["<s>"] * (n - 1) + sentence + ["</s>"]
        for i in range(n, len(padded)):
            counts[tuple(padded[i - n + 1 : i])][padded[i]] += 1
    return counts


@BANK.mutant("1.1", rejected_by="pads_the_start", says=("first word", "'b'"))
def counts_characters_of_the_sentence(sentences, n):
    counts = {}
    for sentence in sentences:
        count_padded(["<s>"] * (n - 1) + list(" ".join(sentence)) + ["</s>"], n, counts)
    return counts


@BANK.mutant("1.1", rejected_by="closes_with_one_end_token", says=("one end token", "after the last word"))
def forgets_the_end(sentences, n):
    counts = {}
    for sentence in sentences:
        count_padded(["<s>"] * (n - 1) + sentence, n, counts)
    return counts


@BANK.mutant("1.1", rejected_by="closes_with_one_end_token", says=("one end token", "exactly one"))
def pads_the_end_as_the_start(sentences, n):
    counts = {}
    for sentence in sentences:
        count_padded(["<s>"] * (n - 1) + sentence + ["</s>"] * max(n - 1, 1), n, counts)
    return counts


@BANK.mutant("1.1", rejected_by="closes_with_one_end_token", says=("one end token", "last position"))
def stops_one_position_early(sentences, n):
    counts = defaultdict(Counter)
    for sentence in sentences:
        padded = ["<s>"] * (n - 1) + sentence + ["</s>"]
        for i in range(n - 1, len(padded) - 1):
            counts[tuple(padded[i - n + 1 : i])][padded[i]] += 1
    return counts


@BANK.mutant("1.1", rejected_by="keeps_sentences_apart", says=("one sentence into the next", "joined"))
def joins_the_sentences(sentences, n):
    text = []
    for sentence in sentences:
        text += ["<s>"] * (n - 1) + sentence + ["</s>"]
    return count_padded(text, n, {})


@BANK.mutant("1.1", rejected_by="adds_up_repeats", says=("must be 3", "set to 1"))
def sets_each_count_to_one(sentences, n):
    counts = defaultdict(Counter)
    for sentence in sentences:
        padded = ["<s>"] * (n - 1) + sentence + ["</s>"]
        for i in range(n - 1, len(padded)):
            counts[tuple(padded[i - n + 1 : i])][padded[i]] = 1
    return counts


@BANK.mutant("1.1", rejected_by="adds_up_repeats", says=("must be 3", "made anew"))
def makes_a_new_counter_each_time(sentences, n):
    counts = {}
    for sentence in sentences:
        padded = ["<s>"] * (n - 1) + sentence + ["</s>"]
        for i in range(n - 1, len(padded)):
            counts[tuple(padded[i - n + 1 : i])] = Counter([padded[i]])
    return counts


@BANK.mutant("1.1", rejected_by="adds_up_repeats", says=("must be 3", "twice"))
def counts_each_sentence_once(sentences, n):
    counts = {}
    for sentence in set(map(tuple, sentences)):
        count_padded(["<s>"] * (n - 1) + list(sentence) + ["</s>"], n, counts)
    return counts


@BANK.mutant("1.1", rejected_by="agrees_with_slow_counting", says=("n = 1", "empty tuple", "-0"))
def slices_minus_zero(sentences, n):
    counts = defaultdict(Counter)
    for sentence in sentences:
        padded = ["<s>"] * (n - 1)
        for word in sentence + ["</s>"]:
            counts[tuple(padded[-(n - 1) :])][word] += 1
            padded.append(word)
    return counts


@BANK.mutant("1.1", rejected_by="agrees_with_slow_counting", says=("n = 3 differ", "order"))
def turns_contexts_round(sentences, n):
    counts = defaultdict(Counter)
    for sentence in sentences:
        padded = ["<s>"] * (n - 1) + sentence + ["</s>"]
        for i in range(n - 1, len(padded)):
            counts[tuple(padded[i - j] for j in range(1, n))][padded[i]] += 1
    return counts


@BANK.alternative("1.1")
def by_zip(sentences, n):
    counts = defaultdict(Counter)
    for sentence in sentences:
        padded = ["<s>"] * (n - 1) + list(sentence) + ["</s>"]
        for *context, word in zip(*(padded[i:] for i in range(n)), strict=False):
            counts[tuple(context)][word] += 1
    return counts


@BANK.alternative("1.1")
def by_plain_dicts(sentences, n):
    counts = {}
    for sentence in sentences:
        padded = (n - 1) * ("<s>",) + tuple(sentence) + ("</s>",)
        for i in range(len(padded) - n + 1):
            followers = counts.setdefault(padded[i : i + n - 1], {})
            followers[padded[i + n - 1]] = followers.get(padded[i + n - 1], 0) + 1
    return counts


@BANK.alternative("1.1")
def by_a_sliding_deque(sentences, n):
    counts = defaultdict(lambda: defaultdict(int))
    for sentence in sentences:
        window = deque(["<s>"] * (n - 1), maxlen=n - 1)
        for word in itertools.chain(sentence, ["</s>"]):
            counts[tuple(window)][word] += 1
            window.append(word)
    return counts


@BANK.alternative("1.1")
def by_counting_whole_ngrams_first(sentences, n):
    ngrams = Counter(
        tuple(padded[i : i + n])
        for padded in (["<s>"] * (n - 1) + [*sentence, "</s>"] for sentence in sentences)
        for i in range(len(padded) - n + 1)
    )
    counts = {}
    for ngram, count in ngrams.items():
        counts.setdefault(ngram[:-1], Counter())[ngram[-1]] = count
    return counts


@BANK.alternative("1.1")
def by_numpy_windows(sentences, n):
    counts = defaultdict(Counter)
    for sentence in sentences:
        padded = np.array(["<s>"] * (n - 1) + sentence + ["</s>"])
        for row in np.lib.stride_tricks.sliding_window_view(padded, n):
            counts[tuple(row[:-1])][row[-1]] += 1
    return dict(counts)


# 1.2 suggest(tables, typed, k)


def context_of(typed, n):
    padded = ["<s>"] * (n - 1) + list(typed)
    return tuple(padded[len(padded) - n + 1 :])


def by_count(followers):
    return sorted(followers, key=lambda word: (-followers[word], word))


@BANK.mutant("1.2", rejected_by="puts_the_most_frequent_first", says=("how often", "sort by the count"))
def takes_them_as_they_were_met(tables, typed, k=3):
    found = []
    for n in sorted(tables, reverse=True):
        for word in tables[n].get(context_of(typed, n), {}):
            if word not in found and word != "</s>":
                found.append(word)
    return found[:k]


@BANK.mutant("1.2", rejected_by="puts_the_most_frequent_first", says=("how often", "largest first"))
def puts_the_rarest_first(tables, typed, k=3):
    found = []
    for n in sorted(tables, reverse=True):
        followers = tables[n].get(context_of(typed, n), {})
        found += [word for word in sorted(followers, key=followers.get) if word not in [*found, "</s>"]]
    return found[:k]


@BANK.mutant("1.2", rejected_by="puts_the_most_frequent_first", says=("how often", "sort by the count"))
def sorts_by_alphabet_only(tables, typed, k=3):
    found = []
    for n in sorted(tables, reverse=True):
        followers = tables[n].get(context_of(typed, n), {})
        found += [word for word in sorted(followers) if word not in [*found, "</s>"]]
    return found[:k]


@BANK.mutant("1.2", rejected_by="puts_the_most_frequent_first", says=("words, as texts", "without its count"))
def returns_words_with_counts(tables, typed, k=3):
    return tables[max(tables)][context_of(typed, max(tables))].most_common(k)


@BANK.mutant("1.2", rejected_by="puts_the_most_frequent_first", says=("must return a list or tuple", "str"))
def joins_the_suggestions(tables, typed, k=3):
    return " ".join(by_count(tables[max(tables)][context_of(typed, max(tables))])[:k])


@BANK.mutant("1.2", rejected_by="puts_the_most_frequent_first", says=("piece by piece", "list"))
def yields_the_suggestions(tables, typed, k=3):
    yield from by_count(tables[max(tables)][context_of(typed, max(tables))])[:k]


@BANK.mutant("1.2", rejected_by="puts_the_most_frequent_first", says=("how often",))
def adds_up_all_orders(tables, typed, k=3):
    total = Counter()
    for n in tables:
        total.update(tables[n].get(context_of(typed, n), {}))
    total.pop("</s>", None)
    return by_count(total)[:k]


@BANK.mutant("1.2", rejected_by="puts_the_most_frequent_first", says=("unhashable", "tuple(...)"))
def looks_up_a_list(tables, typed, k=3):
    return by_count(tables[3][typed[-2:]])[:k]


@BANK.mutant("1.2", rejected_by="returns_k_words", says=("k = 2", "not the number 3"))
def always_gives_three(tables, typed, k=3):
    found = []
    for n in sorted(tables, reverse=True):
        words = by_count(tables[n].get(context_of(typed, n), {}))
        found += [word for word in words if word not in found and word != "</s>"]
    return found[:3]


@BANK.mutant("1.2", rejected_by="returns_k_words", says=("k = 2",))
def gives_them_all(tables, typed, k=3):
    found = []
    for n in sorted(tables, reverse=True):
        words = by_count(tables[n].get(context_of(typed, n), {}))
        found += [word for word in words if word not in found and word != "</s>"]
    return found


@BANK.mutant("1.2", rejected_by="breaks_ties_by_alphabet", says=("alphabetical", "most_common"))
def leaves_ties_to_most_common(tables, typed, k=3):
    found = []
    for n in sorted(tables, reverse=True):
        for word, _ in tables[n].get(context_of(typed, n), Counter()).most_common():
            if word not in found and word != "</s>":
                found.append(word)
    return found[:k]


@BANK.mutant("1.2", rejected_by="breaks_ties_by_alphabet", says=("alphabetical", "reverse=True"))
def reverses_ties(tables, typed, k=3):
    found = []
    for n in sorted(tables, reverse=True):
        followers = tables[n].get(context_of(typed, n), {})
        words = sorted(followers, key=lambda word: (followers[word], word), reverse=True)
        found += [word for word in words if word not in found and word != "</s>"]
    return found[:k]


@BANK.mutant("1.2", rejected_by="never_suggests_the_end", says=("'</s>' must not be suggested",))
def suggests_the_end(tables, typed, k=3):
    found = []
    for n in sorted(tables, reverse=True):
        words = by_count(tables[n].get(context_of(typed, n), {}))
        found += [word for word in words if word not in found]
    return found[:k]


@BANK.mutant("1.2", rejected_by="never_suggests_the_end", says=("place of '</s>'", "before cutting"))
def drops_the_end_after_cutting(tables, typed, k=3):
    found = []
    for n in sorted(tables, reverse=True):
        words = by_count(tables[n].get(context_of(typed, n), {}))
        found += [word for word in words if word not in found]
    return [word for word in found[:k] if word != "</s>"]


@BANK.mutant(
    "1.2",
    rejected_by="puts_the_most_frequent_first",
    says=("argument tables must stay", "tables[1][()]['</s>']"),
)
def deletes_the_end_from_the_table(tables, typed, k=3):
    found = []
    for n in sorted(tables, reverse=True):
        followers = tables[n].get(context_of(typed, n), {})
        followers.pop("</s>", None)
        found += [word for word in by_count(followers) if word not in found]
    return found[:k]


@BANK.mutant("1.2", rejected_by="prefers_the_longest_context", says=("longest context", "last 2 words typed"))
def looks_at_the_last_word_only(tables, typed, k=3):
    found = []
    for n in (2, 1):
        words = by_count(tables[n].get(context_of(typed, n), {}))
        found += [word for word in words if word not in found and word != "</s>"]
    return found[:k]


@BANK.mutant(
    "1.2", rejected_by="prefers_the_longest_context", says=("longest context", "highest order there is")
)
def begins_with_the_shortest_context(tables, typed, k=3):
    found = []
    for n in sorted(tables):
        words = by_count(tables[n].get(context_of(typed, n), {})) if n > 1 else []
        found += [word for word in words if word not in found and word != "</s>"]
    return found[:k] or by_count(tables[1][()])[:k]


@BANK.mutant("1.2", rejected_by="prefers_the_longest_context", says=("KeyError: 3", "your line"))
def counts_on_trigrams(tables, typed, k=3):
    found = []
    for n in (3, 2, 1):
        words = by_count(tables[n].get(context_of(typed, n), {}))
        found += [word for word in words if word not in found and word != "</s>"]
    return found[:k]


@BANK.mutant("1.2", rejected_by="prefers_the_longest_context", says=("longest context", "order 4"))
def stops_at_trigrams(tables, typed, k=3):
    found = []
    for n in (3, 2, 1):
        words = by_count(tables.get(n, {}).get(context_of(typed, n), {}))
        found += [word for word in words if word not in found and word != "</s>"]
    return found[:k]


@BANK.mutant("1.2", rejected_by="prefers_the_longest_context", says=("longest context", "last 2 words typed"))
def takes_the_first_words_typed(tables, typed, k=3):
    found = []
    for n in sorted(tables, reverse=True):
        context = tuple((["<s>"] * (n - 1 - len(typed)) + typed)[: n - 1])
        words = by_count(tables[n].get(context, {}))
        found += [word for word in words if word not in found and word != "</s>"]
    return found[:k]


@BANK.mutant("1.2", rejected_by="backs_off_when_the_context_is_new", says=("KeyError", ".get", "your line"))
def expects_every_context(tables, typed, k=3):
    found = []
    for n in sorted(tables, reverse=True):
        words = by_count(tables[n][context_of(typed, n)])
        found += [word for word in words if word not in found and word != "</s>"]
    return found[:k]


@BANK.mutant("1.2", rejected_by="backs_off_when_the_context_is_new", says=("shorter context", "[]"))
def never_backs_off(tables, typed, k=3):
    n = max(tables)
    words = by_count(tables[n].get(context_of(typed, n), {}))
    return [word for word in words if word != "</s>"][:k]


@BANK.mutant("1.2", rejected_by="backs_off_when_the_context_is_new", says=("shorter context", "leftmost"))
def drops_the_rightmost_word(tables, typed, k=3):
    context, found = context_of(typed, max(tables)), []
    while True:
        words = by_count(tables[len(context) + 1].get(context, {}))
        found += [word for word in words if word not in found and word != "</s>"]
        if not context:
            return found[:k]
        context = context[:-1]


@BANK.mutant("1.2", rejected_by="backs_off_when_the_context_is_new", says=("shorter context", "tables[1]"))
def forgets_the_empty_context(tables, typed, k=3):
    found = []
    for n in range(max(tables), 0, -1):
        if n == 1 and len(tables) > 1:
            break
        words = by_count(tables[n].get(context_of(typed, n), {}))
        found += [word for word in words if word not in found and word != "</s>"]
    return found[:k]


@BANK.mutant("1.2", rejected_by="fills_up_without_repeating", says=("no word may be suggested twice",))
def repeats_words(tables, typed, k=3):
    found = []
    for n in sorted(tables, reverse=True):
        words = by_count(tables[n].get(context_of(typed, n), {}))
        found += [word for word in words if word != "</s>"]
    return found[:k]


@BANK.mutant("1.2", rejected_by="fills_up_without_repeating", says=("other two", "until k words"))
def stops_at_the_first_context_known(tables, typed, k=3):
    for n in sorted(tables, reverse=True):
        followers = tables[n].get(context_of(typed, n))
        if followers:
            return [word for word in by_count(followers) if word != "</s>"][:k]
    return []


@BANK.mutant("1.2", rejected_by="fills_up_without_repeating", says=("order in which they were found", "set"))
def removes_repeats_with_a_set(tables, typed, k=3):
    found = []
    for n in sorted(tables, reverse=True):
        words = [word for word in by_count(tables[n].get(context_of(typed, n), {})) if word != "</s>"]
        if not found and len(words) >= k:
            return words[:k]
        found += words
    return sorted(set(found))[:k]


@BANK.mutant("1.2", rejected_by="fills_up_without_repeating", says=("IndexError", "your line"))
def counts_on_k_words(tables, typed, k=3):
    found = []
    for n in sorted(tables, reverse=True):
        words = by_count(tables[n].get(context_of(typed, n), {}))
        found += [word for word in words if word not in found and word != "</s>"]
    return [found[i] for i in range(k)]


@BANK.mutant("1.2", rejected_by="knows_the_start_of_a_sentence", says=("'<s>'", "in front"))
def does_not_pad(tables, typed, k=3):
    found = []
    for n in sorted(tables, reverse=True):
        context = tuple(typed[len(typed) - n + 1 :]) if len(typed) >= n - 1 else None
        words = by_count(tables[n].get(context, {}))
        found += [word for word in words if word not in found and word != "</s>"]
    return found[:k]


# One '<s>' is enough where longer contexts back off to it.
@BANK.alternative("1.2")
def by_one_start_token(tables, typed, k=3):
    found = []
    for n in sorted(tables, reverse=True):
        padded = ["<s>", *typed]
        words = by_count(tables[n].get(tuple(padded[max(0, len(padded) - n + 1) :]), {}))
        found += [word for word in words if word not in found and word != "</s>"]
    return found[:k]


@BANK.mutant("1.2", rejected_by="puts_the_most_frequent_first", says=("argument typed must stay",))
def pads_what_was_typed(tables, typed, k=3):
    found = []
    typed.insert(0, "<s>")
    typed.insert(0, "<s>")
    for n in sorted(tables, reverse=True):
        words = by_count(tables[n].get(tuple(typed[len(typed) - n + 1 :]), {}))
        found += [word for word in words if word not in found and word != "</s>"]
    return found[:k]


@BANK.mutant("1.2", rejected_by="agrees_with_slow_suggesting", says=("orders 1 to 1", "every highest order"))
def slices_minus_zero_when_typed(tables, typed, k=3):
    longest = max(tables)
    padded = ["<s>"] * (longest - 1) + list(typed)
    context, found = tuple(padded[-(longest - 1) :]), []
    for n in range(longest, 0, -1):
        words = by_count(tables[n].get(context, {}))
        found += [word for word in words if word not in found and word != "</s>"]
        context = context[1:]
    return found[:k]


@BANK.alternative("1.2")
def by_collecting_in_a_dict(tables, typed, k=3):
    found = {}
    for n in range(max(tables), 0, -1):
        followers = tables[n].get(context_of(typed, n), {})
        found.update({word: None for word in by_count(followers) if word != "</s>" and word not in found})
    return list(found)[:k]


@BANK.alternative("1.2")
def by_recursion(tables, typed, k=3):
    def extend(context, found):
        followers = tables[len(context) + 1].get(context, {})
        for word in by_count(followers):
            if word != "</s>" and word not in found:
                found = (*found, word)
        return extend(context[1:], found) if context else found

    return extend(context_of(typed, max(tables)), ())[:k]


@BANK.alternative("1.2")
def by_lexsort(tables, typed, k=3):
    found = []
    for n in sorted(tables, reverse=True):
        followers = tables[n].get(context_of(typed, n), {})
        words = np.array([word for word in followers if word not in found and word != "</s>"])
        order = np.lexsort((words, [-followers[word] for word in words])) if len(words) else []
        found += [str(words[i]) for i in order][: k - len(found)]
    return found


@BANK.alternative("1.2")
def by_one_sort_over_all_orders(tables, typed, k=3):
    ranked = [
        (-n, -count, word)
        for n, table in tables.items()
        for word, count in table.get(context_of(typed, n), {}).items()
        if word != "</s>"
    ]
    return list(dict.fromkeys(word for *_, word in sorted(ranked)))[:k]


# 1.3 add_k_probability(counts, context, word, k, vocabulary_size)


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


# 1.4 perplexity(log_probabilities)


@BANK.mutant("1.4", rejected_by="equals_the_number_of_equal_choices", says=("must be 7", "minus"))
def forgets_the_minus(log_probabilities):
    return math.exp(sum(log_probabilities) / len(log_probabilities))


@BANK.mutant("1.4", rejected_by="equals_the_number_of_equal_choices", says=("must be 7", "e, not 2"))
def takes_base_two(log_probabilities):
    return 2 ** (-sum(log_probabilities) / len(log_probabilities))


@BANK.mutant("1.4", rejected_by="equals_the_number_of_equal_choices", says=("must be 7", "e, not 2 or 10"))
def takes_base_ten(log_probabilities):
    return 10 ** (-np.mean(log_probabilities))


@BANK.mutant("1.4", rejected_by="equals_the_number_of_equal_choices", says=("must be 7", "exp"))
def forgets_exp(log_probabilities):
    return -sum(log_probabilities) / len(log_probabilities)


@BANK.mutant(
    "1.4", rejected_by="equals_the_number_of_equal_choices", says=("ValueError", "your line", "already")
)
def takes_the_logarithm_again(log_probabilities):
    return math.exp(-sum(math.log(p) for p in log_probabilities) / len(log_probabilities))


@BANK.mutant("1.4", rejected_by="equals_the_number_of_equal_choices", says=("must return a float", "ndarray"))
def forgets_to_average(log_probabilities):
    return np.exp(-np.asarray(log_probabilities))


@BANK.mutant("1.4", rejected_by="equals_the_number_of_equal_choices", says=("must return a float", "None"))
def prints_the_perplexity(log_probabilities):
    print(math.exp(-np.mean(log_probabilities)))


@BANK.mutant("1.4", rejected_by="equals_the_number_of_equal_choices", says=("TypeError", "your line"))
def negates_the_list(log_probabilities):
    return math.exp(sum(-log_probabilities) / len(log_probabilities))


@BANK.mutant("1.4", rejected_by="equals_the_number_of_equal_choices", says=("ZeroDivisionError", "can be 0"))
def divides_by_one_less(log_probabilities):
    return math.exp(-sum(log_probabilities) / (len(log_probabilities) - 1))


@BANK.mutant("1.4", rejected_by="does_not_depend_on_length", says=("must still be", "number of tokens"))
def forgets_to_divide(log_probabilities):
    return math.exp(-sum(log_probabilities))


@BANK.mutant("1.4", rejected_by="does_not_depend_on_length", says=("must still be", "those that repeat"))
def divides_by_the_different_ones(log_probabilities):
    return math.exp(-sum(log_probabilities) / len(set(log_probabilities)))


@BANK.mutant(
    "1.4", rejected_by="averages_logarithms", says=("must give a perplexity of 4", "5", "arithmetic")
)
def averages_inverse_probabilities(log_probabilities):
    return sum(math.exp(-log) for log in log_probabilities) / len(log_probabilities)


@BANK.mutant("1.4", rejected_by="averages_logarithms", says=("must give a perplexity of 4", "3.2"))
def averages_probabilities(log_probabilities):
    return len(log_probabilities) / sum(math.exp(log) for log in log_probabilities)


@BANK.mutant("1.4", rejected_by="averages_logarithms", says=("must give a perplexity of 4", "last"))
def returns_inside_the_loop(log_probabilities):
    total = 0.0
    for log in log_probabilities:
        total += log
        return math.exp(-total)


@BANK.mutant("1.4", rejected_by="survives_a_long_text", says=("0.0", "add the logarithms", "your line"))
def multiplies_probabilities(log_probabilities):
    product = math.prod(math.exp(log) for log in log_probabilities)
    return product ** (-1 / len(log_probabilities))


@BANK.mutant("1.4", rejected_by="survives_a_long_text", says=("inf", "add the logarithms"))
def multiplies_probabilities_in_numpy(log_probabilities):
    with np.errstate(divide="ignore"):
        return np.prod(np.exp(log_probabilities)) ** (-1 / len(log_probabilities))


@BANK.mutant("1.4", rejected_by="survives_a_long_text", says=("rounded",))
def rounds_the_perplexity(log_probabilities):
    return round(math.exp(-sum(log_probabilities) / len(log_probabilities)), 2)


@BANK.alternative("1.4")
def by_numpy(log_probabilities):
    return np.exp(-np.mean(log_probabilities))


@BANK.alternative("1.4")
def by_a_running_mean(log_probabilities):
    mean = 0.0
    for i, log in enumerate(log_probabilities, start=1):
        mean += (log - mean) / i
    return 1 / math.exp(mean)


@BANK.alternative("1.4")
def by_roots(log_probabilities):
    return math.prod(math.exp(-log / len(log_probabilities)) for log in log_probabilities)


@BANK.alternative("1.4")
def by_bits(log_probabilities):
    bits = -sum(log / math.log(2) for log in log_probabilities) / len(log_probabilities)
    return 2**bits


# 1.5 kneser_ney_probability(tables, context, word, discount, vocabulary_size)


def followers_of(tables, context):
    return tables[len(context) + 1].get(context, Counter())


@BANK.mutant("1.5", rejected_by="starts_from_the_uniform_distribution", says=("0.45", "0.375", "1/5"))
def stops_at_the_unigrams(tables, context, word, discount, vocabulary_size):
    followers = followers_of(tables, context)
    lower = stops_at_the_unigrams(tables, context[1:], word, discount, vocabulary_size) if context else 0
    if not followers:
        return lower
    total = sum(followers.values())
    return max(followers[word] - discount, 0) / total + discount * len(followers) / total * lower


@BANK.mutant("1.5", rejected_by="starts_from_the_uniform_distribution", says=("0.45", "each gave up 0.5"))
def leaves_unigrams_undiscounted(tables, context, word, discount, vocabulary_size):
    followers = followers_of(tables, context)
    if not context:
        return followers[word] / sum(followers.values())
    lower = leaves_unigrams_undiscounted(tables, context[1:], word, discount, vocabulary_size)
    if not followers:
        return lower
    total = sum(followers.values())
    return max(followers[word] - discount, 0) / total + discount * len(followers) / total * lower


@BANK.mutant(
    "1.5", rejected_by="starts_from_the_uniform_distribution", says=("0.45", "three different words")
)
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


@BANK.mutant("1.5", rejected_by="starts_from_the_uniform_distribution", says=("0.45", "discount"))
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


# 1.6 generate(counts, n, seed, max_words)


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
