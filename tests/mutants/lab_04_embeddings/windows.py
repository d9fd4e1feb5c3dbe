"""Answers to exercise 4.1, windows(sentences, n, start_id, end_id)."""

from __future__ import annotations

import numpy as np

from tests.mutants.lab_04_embeddings.bank import BANK


def mutant(check, *says):
    return BANK.mutant("4.1", rejected_by=check, says=says)


def arrays(pairs, n):
    contexts = np.array([context for context, _ in pairs], "int32").reshape(-1, n - 1)
    return contexts, np.array([id for _, id in pairs], "int32")


def cut(padded, n):
    return [(padded[i - n + 1 : i], padded[i]) for i in range(n - 1, len(padded))]


@mutant("gives_contexts_and_what_follows", "windows must return two arrays", "not one list of pairs")
def returns_pairs(sentences, n, start_id, end_id):
    return [pair for s in sentences for pair in cut([start_id] * (n - 1) + s + [end_id], n)]


@mutant("gives_contexts_and_what_follows", "must return a tuple or list", "is return missing")
def forgets_to_return(sentences, n, start_id, end_id):
    returns_pairs(sentences, n, start_id, end_id)


@mutant("gives_contexts_and_what_follows", "must hold 2 ids", "without padded[i]")
def puts_the_answer_into_the_context(sentences, n, start_id, end_id):
    padded = [[start_id] * (n - 1) + s + [end_id] for s in sentences]
    rows = [p[i - n + 1 : i + 1] for p in padded for i in range(n - 1, len(p))]
    return np.array(rows), np.array([row[-1] for row in rows])


@mutant("gives_contexts_and_what_follows", "shapes (7, 2) and (7, 1)", "one id, not a row")
def keeps_a_row_for_what_follows(sentences, n, start_id, end_id):
    contexts, following = arrays(returns_pairs(sentences, n, start_id, end_id), n)
    return contexts, following[:, None]


@mutant("gives_contexts_and_what_follows", "inhomogeneous", "fill up with start_id")
def lets_the_first_contexts_be_short(sentences, n, start_id, end_id):
    closed = [[*s, end_id] for s in sentences]
    contexts = [s[max(0, i - n + 1) : i] for s in closed for i in range(len(s))]
    return np.array(contexts), np.array([id for s in closed for id in s])


@mutant("gives_contexts_and_what_follows", "must be an array", "np.array(contexts)")
def gives_lists(sentences, n, start_id, end_id):
    contexts, following = arrays(returns_pairs(sentences, n, start_id, end_id), n)
    return contexts.tolist(), following.tolist()


@mutant("gives_contexts_and_what_follows", "the order of the sentence")
def turns_the_contexts_round(sentences, n, start_id, end_id):
    contexts, following = arrays(returns_pairs(sentences, n, start_id, end_id), n)
    return contexts[:, ::-1], following


@mutant("gives_contexts_and_what_follows", "the very next id")
def predicts_one_too_far(sentences, n, start_id, end_id):
    padded = [[start_id] * (n - 1) + s + [end_id] for s in sentences]
    return arrays([(p[i - n : i - 1], p[i]) for p in padded for i in range(n, len(p))], n)


@mutant("gives_contexts_and_what_follows", "must be an array of whole numbers")
def makes_texts_of_the_ids(sentences, n, start_id, end_id):
    contexts, following = arrays(returns_pairs(sentences, n, start_id, end_id), n)
    return contexts.astype(str), following.astype(str)


@mutant("gives_contexts_and_what_follows", "ids, as the sentences hold them", "whole numbers")
def makes_fractions_of_the_ids(sentences, n, start_id, end_id):
    contexts, following = arrays(returns_pairs(sentences, n, start_id, end_id), n)
    return contexts / 1.0, following / 1.0


@mutant("gives_contexts_and_what_follows", "argument sentences must stay", "work on a copy")
def closes_the_sentences_themselves(sentences, n, start_id, end_id):
    for sentence in sentences:
        sentence.append(end_id)
    return arrays([pair for s in sentences for pair in cut([start_id] * (n - 1) + s, n)], n)


@mutant("gives_contexts_and_what_follows", "ids for each context", "append to both")
def returns_inputs_and_targets_of_another_length(sentences, n, start_id, end_id):
    contexts, following = arrays(returns_pairs(sentences, n, start_id, end_id), n)
    return contexts[:-1], following


@mutant("gives_contexts_and_what_follows", "shapes (7,) and (7, 2)", "the wrong way round")
def gives_what_follows_first(sentences, n, start_id, end_id):
    contexts, following = arrays(returns_pairs(sentences, n, start_id, end_id), n)
    return following, contexts


@mutant(
    "gives_contexts_and_what_follows",
    "must return a tuple or list",
    "one array, of shape (7, 2)",
    "with commas",
)
def gives_the_contexts_alone(sentences, n, start_id, end_id):
    return arrays(returns_pairs(sentences, n, start_id, end_id), n)[0]


@mutant("gives_contexts_and_what_follows", "n = 2 each context must hold 1 id", "without padded[i]")
def always_sees_two_words(sentences, n, start_id, end_id):
    return arrays(returns_pairs(sentences, 3, start_id, end_id), 3)


@mutant("gives_contexts_and_what_follows", "python objects", "fill up with start_id")
def makes_an_array_of_lists(sentences, n, start_id, end_id):
    closed = [[*s, end_id] for s in sentences]
    contexts = [s[max(0, i - n + 1) : i] for s in closed for i in range(len(s))]
    return np.array(contexts, dtype=object), np.array([id for s in closed for id in s])


@mutant("fills_up_the_start", "start_id and end_id are exchanged")
def exchanges_start_and_end(sentences, n, start_id, end_id):
    return arrays(returns_pairs(sentences, n, end_id, start_id), n)


@mutant("fills_up_the_start", "in another order")
def sorts_the_windows(sentences, n, start_id, end_id):
    rows = [[*context, id] for context, id in returns_pairs(sentences, n, start_id, end_id)]
    unique = np.unique(rows, axis=0)
    return unique[:, :-1], unique[:, -1]


@mutant("fills_up_the_start", "nothing is in them", "filled up with start_id")
def begins_where_the_context_is_full(sentences, n, start_id, end_id):
    return arrays([pair for s in sentences for pair in cut([*s, end_id], n)], n)


@mutant("fills_up_the_start", "n-1 times start_id in front")
def pads_with_a_single_start(sentences, n, start_id, end_id):
    return arrays([pair for s in sentences for pair in cut([start_id, *s, end_id], n)], n)


@mutant("fills_up_the_start", "never what follows", "no more")
def pads_with_one_too_many(sentences, n, start_id, end_id):
    return arrays([pair for s in sentences for pair in cut([start_id] * n + s + [end_id], n)], n)


@mutant("fills_up_the_start", "use the argument start_id")
def pads_with_zeros(sentences, n, start_id, end_id):
    return arrays([pair for s in sentences for pair in cut([0] * (n - 1) + s + [end_id], n)], n)


@mutant("fills_up_the_start", "stand on the left")
def pads_on_the_right(sentences, n, start_id, end_id):
    closed = [[*s, end_id] for s in sentences]
    short = [(s[max(0, i - n + 1) : i], s[i]) for s in closed for i in range(len(s))]
    return arrays([((context + [start_id] * n)[: n - 1], id) for context, id in short], n)


@mutant("closes_with_one_end", "must follow once", "behind the last word")
def forgets_the_end(sentences, n, start_id, end_id):
    return arrays([pair for s in sentences for pair in cut([start_id] * (n - 1) + s, n)], n)


@mutant("closes_with_one_end", "must follow once", "reach the last place")
def stops_before_the_last_place(sentences, n, start_id, end_id):
    padded = [[start_id] * (n - 1) + s + [end_id] for s in sentences]
    return arrays([pair for p in padded for pair in cut(p, n)[:-1]], n)


@mutant("closes_with_one_end", "must follow once")
def closes_with_n_minus_1_ends(sentences, n, start_id, end_id):
    return arrays(
        [pair for s in sentences for pair in cut([start_id] * (n - 1) + s + [end_id] * (n - 1), n)], n
    )


@mutant("closes_with_one_end", "one without words has that of its end")
def leaves_out_empty_sentences(sentences, n, start_id, end_id):
    return arrays([pair for s in sentences if s for pair in cut([start_id] * (n - 1) + s + [end_id], n)], n)


@mutant("keeps_sentences_apart", "3 begins a sentence", "joined into one row")
def joins_the_sentences(sentences, n, start_id, end_id):
    joined = [start_id] * (n - 1) + [id for s in sentences for id in [*s, end_id]]
    return arrays(cut(joined, n), n)


@mutant("keeps_sentences_apart", "3 never follows", "return inside the loop")
def returns_after_the_first_sentence(sentences, n, start_id, end_id):
    for s in sentences:
        return arrays(cut([start_id] * (n - 1) + s + [end_id], n), n)


@mutant("keeps_sentences_apart", "3 begins a sentence")
def slides_one_window_over_all(sentences, n, start_id, end_id):
    window, pairs = [start_id] * (n - 1), []
    for s in sentences:
        for id in [*s, end_id]:
            pairs.append((window, id))
            window = [*window, id][1:] if id != end_id else window
    return arrays(pairs, n)


@mutant("agrees_with_slow_windows", "differ", "windows that repeat stay")
def drops_repeats(sentences, n, start_id, end_id):
    pairs = returns_pairs(sentences, n, start_id, end_id)
    return arrays([pair for i, pair in enumerate(pairs) if pair not in pairs[:i]], n)


@mutant("agrees_with_slow_windows", "differ", "in their order")
def begins_with_the_last_sentence(sentences, n, start_id, end_id):
    return arrays(returns_pairs(sentences[::-1], n, start_id, end_id), n)


@BANK.alternative("4.1")
def by_sliding(sentences, n, start_id, end_id):
    contexts, following = [], []
    for sentence in sentences:
        window = (start_id,) * (n - 1)
        for id in (*sentence, end_id):
            contexts.append(window)
            following.append(id)
            window = (*window, id)[1:]
    return [np.array(contexts), np.array(following)]


@BANK.alternative("4.1")
def by_numpy(sentences, n, start_id, end_id):
    rows = [
        np.lib.stride_tricks.sliding_window_view([start_id] * (n - 1) + s + [end_id], n) for s in sentences
    ]
    stacked = np.concatenate(rows)
    return stacked[:, :-1], stacked[:, -1]
