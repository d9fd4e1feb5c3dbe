"""Answers to exercise 7.6, alignment_error_rate(predicted, gold)."""

from __future__ import annotations

import numpy as np

from tests.mutants.lab_07_attention.bank import BANK


def counts(predicted, gold):
    common = sum(len(ours & theirs) for ours, theirs in zip(predicted, gold, strict=True))
    return common, sum(map(len, predicted)), sum(map(len, gold))


def mutant(check, *says):
    return BANK.mutant("7.6", rejected_by=check, says=says)


PAPER, OVER, DIRECTION, EMPTY = (
    "is_worked_out_on_paper",
    "counts_over_all_sentences",
    "direction_counts",
    "an_empty_sentence_is_no_error",
)


@mutant(PAPER, "1 minus it")
def gives_the_agreement(predicted, gold):
    common, ours, theirs = counts(predicted, gold)
    return 2 * common / (ours + theirs)


@mutant(PAPER, "precision")
def takes_precision(predicted, gold):
    common, ours, _ = counts(predicted, gold)
    return 1 - common / ours


@mutant(PAPER, "recall")
def takes_recall(predicted, gold):
    common, _, theirs = counts(predicted, gold)
    return 1 - common / theirs


@mutant(PAPER, "counted twice")
def counts_common_links_once(predicted, gold):
    common, ours, theirs = counts(predicted, gold)
    return 1 - common / (ours + theirs)


@mutant(PAPER, "union")
def divides_by_the_union(predicted, gold):
    common, ours, theirs = counts(predicted, gold)
    return 1 - common / (ours + theirs - common)


@mutant(PAPER, "must be a share")
def counts_the_wrong_links(predicted, gold):
    common, ours, theirs = counts(predicted, gold)
    return float(ours + theirs - 2 * common)


@mutant(PAPER, "must return a float", "None")
def prints_the_rate(predicted, gold):
    common, ours, theirs = counts(predicted, gold)
    print(1 - 2 * common / (ours + theirs))


@mutant(PAPER, "in percent")
def gives_percent(predicted, gold):
    common, ours, theirs = counts(predicted, gold)
    return 100 * (1 - 2 * common / (ours + theirs))


@mutant(PAPER, "either side")
def counts_links_on_either_side(predicted, gold):
    union = sum(len(ours | theirs) for ours, theirs in zip(predicted, gold, strict=True))
    return 1 - 2 * union / sum(counts(predicted, gold)[1:])


@mutant(PAPER, "number of sentences")
def divides_by_the_sentences(predicted, gold):
    return 1 - 2 * counts(predicted, gold)[0] / (len(predicted) + len(gold))


@mutant(PAPER, "brackets")
def forgets_the_brackets(predicted, gold):
    common, ours, theirs = counts(predicted, gold)
    return 1 - 2 * common / ours + theirs


@mutant(PAPER, "// has cut off")
def divides_to_whole_numbers(predicted, gold):
    common, ours, theirs = counts(predicted, gold)
    return 1 - 2 * common // (ours + theirs)


@mutant(PAPER, "your line", "a set for each sentence")
def takes_lists_for_sets(predicted, gold):
    return 1 - 2 * len(predicted & gold) / (len(predicted) + len(gold))


@mutant(PAPER, "same links on both sides")
def knows_the_example_alone(predicted, gold):
    return 3 / 7


@mutant(PAPER, "argument predicted must stay")
def empties_the_predictions(predicted, gold):
    total = sum(counts(predicted, gold)[1:])
    for ours, theirs in zip(predicted, gold, strict=True):
        ours &= theirs
    return 1 - 2 * sum(map(len, predicted)) / total


@mutant(OVER, "divide once")
def averages_over_sentences(predicted, gold):
    rates = [
        1 - 2 * len(ours & theirs) / max(1, len(ours) + len(theirs))
        for ours, theirs in zip(predicted, gold, strict=True)
    ]
    return float(np.mean(rates))


@mutant(OVER, "summed over the sentences")
def looks_at_the_last_sentence(predicted, gold):
    for ours, theirs in zip(predicted, gold, strict=True):
        rate = 1 - 2 * len(ours & theirs) / (len(ours) + len(theirs))
    return rate


@mutant(OVER, "summed over the sentences")
def returns_inside_the_loop(predicted, gold):
    for ours, theirs in zip(predicted, gold, strict=True):
        return 1 - 2 * len(ours & theirs) / (len(ours) + len(theirs))


@mutant(OVER, "summed over the sentences")
def throws_all_links_together(predicted, gold):
    ours, theirs = set().union(*predicted), set().union(*gold)
    return 1 - 2 * len(ours & theirs) / (len(ours) + len(theirs))


@mutant(DIRECTION, "whole pairs")
def forgets_the_direction(predicted, gold):
    def undirected(links):
        return {frozenset(link) for link in links}

    common = sum(len(undirected(a) & undirected(b)) for a, b in zip(predicted, gold, strict=True))
    _, ours, theirs = counts(predicted, gold)
    return 1 - 2 * common / (ours + theirs)


@mutant(DIRECTION, "whole pairs")
def compares_with_every_sentence(predicted, gold):
    """Links of one sentence found in another count as common."""
    common = sum(max(len(ours & theirs) for theirs in gold) for ours in predicted)
    _, ours, theirs = counts(predicted, gold)
    return 1 - 2 * common / (ours + theirs)


@mutant(EMPTY, "adds 0 to one of the counts")
def leaves_out_empty_sentences(predicted, gold):
    pairs = [(ours, theirs) for ours, theirs in zip(predicted, gold, strict=True) if ours and theirs]
    if not pairs:
        return 1.0
    common, ours, theirs = counts(*zip(*pairs, strict=True))
    return 1 - 2 * common / (ours + theirs)


@mutant(EMPTY, "ZeroDivisionError", "can be 0")
def takes_the_harmonic_mean(predicted, gold):
    """Of precision and recall, the same number, where there is something to divide by."""
    common, ours, theirs = counts(predicted, gold)
    precision, recall = common / ours, common / theirs
    return 1 - 2 * precision * recall / (precision + recall) if common else 1.0


@BANK.alternative("7.6")
def by_loops(predicted, gold):
    common = total = 0
    for ours, theirs in zip(predicted, gold, strict=True):
        total += len(ours) + len(theirs)
        for link in ours:
            if link in theirs:
                common += 1
    return (total - 2 * common) / total


@BANK.alternative("7.6")
def by_symmetric_differences(predicted, gold):
    wrong = sum(len(ours ^ theirs) for ours, theirs in zip(predicted, gold, strict=True))
    return wrong / (sum(map(len, predicted)) + sum(map(len, gold)))


@BANK.alternative("7.6")
def by_f_measure(predicted, gold):
    flat = [{(n, *link) for n, links in enumerate(side) for link in links} for side in (predicted, gold)]
    return 1 - 2 * len(flat[0] & flat[1]) / (len(flat[0]) + len(flat[1]))
