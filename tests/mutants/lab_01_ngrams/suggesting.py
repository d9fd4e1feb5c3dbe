"""Answers to exercise 1.2, suggest(tables, typed, k)."""

from __future__ import annotations

from collections import Counter

import numpy as np

from course_utils import student_or_reference
from tests.mutants.lab_01_ngrams.bank import BANK


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


@BANK.mutant(
    "1.2", rejected_by="puts_the_most_frequent_first", says=("called by the answer itself", "your line")
)
def stands_in_for_itself(tables, typed, k=3):
    return student_or_reference("1.2", stands_in_for_itself)(tables, typed, k)


@BANK.mutant("1.2", rejected_by="prefers_the_longest_context", says=("longest context", "order 11"))
def begins_with_order_5(tables, typed, k=3):
    found = []
    for n in range(5, 0, -1):
        words = by_count(tables.get(n, {}).get(context_of(typed, n), {}))
        found += [word for word in words if word not in found and word != "</s>"]
    return found[:k]


@BANK.mutant("1.2", rejected_by="backs_off_when_the_context_is_new", says=("shorter context", "x[-0:]"))
def slices_minus_zero_for_single_words(tables, typed, k=3):
    found = []
    for n in sorted(tables, reverse=True):
        padded = ["<s>"] * (n - 1) + typed
        words = by_count(tables[n].get(tuple(padded[-(n - 1) :]), {}))
        found += [word for word in words if word not in found and word != "</s>"]
    return found[:k]
