"""Answers to exercise 1.1, count_ngrams(sentences, n)."""

# ruff: noqa: B006, RUF005
from __future__ import annotations

import itertools
from collections import Counter, defaultdict, deque

import numpy as np

from course_utils import check, student_or_reference
from tests.mutants.lab_01_ngrams.bank import BANK


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


@BANK.mutant("1.1", rejected_by="has_a_counter_for_each_context", says=("must return a dict", "None"))
def prints_the_counts(sentences, n):
    counts = {}
    for sentence in sentences:
        count_padded(["<s>"] * (n - 1) + sentence + ["</s>"], n, counts)
    print(counts)


@BANK.mutant(
    "1.1", rejected_by="has_a_counter_for_each_context", says=("must return a dict", "piece by piece")
)
def yields_the_ngrams(sentences, n):
    for sentence in sentences:
        padded = ["<s>"] * (n - 1) + sentence + ["</s>"]
        for i in range(n - 1, len(padded)):
            yield tuple(padded[i - n + 1 : i]), padded[i]


@BANK.mutant(
    "1.1", rejected_by="has_a_counter_for_each_context", says=("argument sentences must stay", "sentences[0]")
)
def pads_the_callers_sentences(sentences, n):
    counts = {}
    for sentence in sentences:
        for _ in range(n - 1):
            sentence.insert(0, "<s>")
        sentence.append("</s>")
        count_padded(sentence, n, counts)
    return counts


@BANK.mutant(
    "1.1", rejected_by="has_a_counter_for_each_context", says=("argument sentences must stay", "copy")
)
def appends_with_plus_equals(sentences, n):
    counts = {}
    for sentence in sentences:
        sentence += ["</s>"]
        count_padded(["<s>"] * (n - 1) + sentence, n, counts)
    return counts


@BANK.mutant(
    "1.1", rejected_by="has_a_counter_for_each_context", says=("AttributeError", "your line", "split")
)
def takes_sentences_for_texts(sentences, n):
    counts = {}
    for sentence in sentences:
        count_padded(["<s>"] * (n - 1) + sentence.split() + ["</s>"], n, counts)
    return counts


@BANK.mutant(
    "1.1", rejected_by="has_a_counter_for_each_context", says=("unhashable", "tuple(...)", "your line")
)
def uses_lists_as_keys(sentences, n):
    counts = {}
    for sentence in sentences:
        padded = ["<s>"] * (n - 1) + sentence + ["</s>"]
        for i in range(n - 1, len(padded)):
            counts.setdefault(padded[i - n + 1 : i], Counter())[padded[i]] += 1
    return counts


@BANK.mutant("1.1", rejected_by="has_a_counter_for_each_context", says=("tuple of words", "a text is not"))
def joins_contexts_into_texts(sentences, n):
    counts = defaultdict(Counter)
    for sentence in sentences:
        padded = ["<s>"] * (n - 1) + sentence + ["</s>"]
        for i in range(n - 1, len(padded)):
            counts[" ".join(padded[i - n + 1 : i])][padded[i]] += 1
    return counts


@BANK.mutant(
    "1.1", rejected_by="has_a_counter_for_each_context", says=("must be a Counter", "came next", "nested")
)
def counts_whole_ngrams(sentences, n):
    counts = Counter()
    for sentence in sentences:
        padded = ["<s>"] * (n - 1) + sentence + ["</s>"]
        counts.update(zip(*(padded[i:] for i in range(n)), strict=False))
    return counts


@BANK.mutant("1.1", rejected_by="has_a_counter_for_each_context", says=("must be a Counter", "list"))
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


@BANK.mutant("1.1", rejected_by="agrees_with_slow_counting", says=("n = 3 differ", "order", "after ('"))
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


@BANK.mutant(
    "1.1", rejected_by="has_a_counter_for_each_context", says=("must be a Counter", "count 0", "plain dict")
)
def counts_in_plain_dicts(sentences, n):
    counts = {}
    for sentence in sentences:
        padded = (n - 1) * ("<s>",) + tuple(sentence) + ("</s>",)
        for i in range(len(padded) - n + 1):
            followers = counts.setdefault(padded[i : i + n - 1], {})
            followers[padded[i + n - 1]] = followers.get(padded[i + n - 1], 0) + 1
    return counts


@BANK.alternative("1.1")
def by_a_sliding_deque(sentences, n):
    counts = defaultdict(Counter)
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


@BANK.mutant(
    "1.1", rejected_by="has_a_counter_for_each_context", says=("must be a Counter", "only looked up")
)
def counts_in_defaultdicts(sentences, n):
    counts = defaultdict(lambda: defaultdict(int))
    for sentence in sentences:
        padded = ["<s>"] * (n - 1) + sentence + ["</s>"]
        for i in range(n - 1, len(padded)):
            counts[tuple(padded[i - n + 1 : i])][padded[i]] += 1
    return counts


@BANK.mutant(
    "1.1",
    rejected_by="has_a_counter_for_each_context",
    says=("called by the answer itself", "cannot be part", "your line"),
)
def asks_for_the_reference(sentences, n):
    return student_or_reference("1.1", None)(sentences, n)


@BANK.mutant(
    "1.1",
    rejected_by="has_a_counter_for_each_context",
    says=("called by the answer itself", "cell of its own"),
)
def checks_itself(sentences, n):
    check("1.1", checks_itself)
    return {}


@BANK.mutant(
    "1.1",
    rejected_by="closes_with_one_end_token",
    says=("an empty sentence", "left out", "after ('<s>',): </s> 1"),
)
def leaves_out_empty_sentences(sentences, n):
    counts = {}
    for sentence in sentences:
        if not sentence:
            continue
        count_padded(["<s>"] * (n - 1) + sentence + ["</s>"], n, counts)
    return counts
