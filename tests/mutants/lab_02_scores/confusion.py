"""Answers to exercise 2.6, confusion_matrix(true, predicted, classes)."""

# ruff: noqa: B905
from __future__ import annotations

from collections import Counter

import numpy as np

from tests.mutants.lab_02_scores.bank import BANK

ROWS = "has_true_classes_in_rows"


def count(true, predicted, classes):
    matrix = np.zeros((len(classes), len(classes)), int)
    for one, other in zip(true, predicted):
        matrix[classes.index(one), classes.index(other)] += 1
    return matrix


@BANK.mutant("2.6", rejected_by=ROWS, says=("rows and columns are exchanged", "rows are the true"))
def has_predictions_in_rows(true, predicted, classes):
    return count(predicted, true, classes)


@BANK.mutant("2.6", rejected_by=ROWS, says=("follow the alphabet",))
def sorts_the_classes(true, predicted, classes):
    return count(true, predicted, sorted(classes))


@BANK.mutant("2.6", rejected_by=ROWS, says=("shares", "counts themselves"))
def gives_shares_of_each_row(true, predicted, classes):
    matrix = count(true, predicted, classes)
    return matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)


@BANK.mutant("2.6", rejected_by=ROWS, says=("shares of all",))
def gives_shares_of_all(true, predicted, classes):
    return count(true, predicted, classes) / len(true)


@BANK.mutant("2.6", rejected_by=ROWS, says=("on the diagonal",))
def counts_mistakes_only(true, predicted, classes):
    matrix = count(true, predicted, classes)
    np.fill_diagonal(matrix, 0)
    return matrix


@BANK.mutant("2.6", rejected_by=ROWS, says=("only what is right",))
def counts_what_is_right_only(true, predicted, classes):
    return np.diag(np.diag(count(true, predicted, classes)))


@BANK.mutant("2.6", rejected_by=ROWS, says=("side by side",))
def pairs_each_with_each(true, predicted, classes):
    return count([name for name in true for _ in predicted], predicted * len(true), classes)


@BANK.mutant("2.6", rejected_by="counts_every_pair", says=("never occurs", "len(classes)"))
def leaves_out_classes_in_neither_list(true, predicted, classes):
    return count(true, predicted, [name for name in classes if name in true + predicted])


@BANK.mutant("2.6", rejected_by=ROWS, says=("never occurs", "len(classes)"))
def leaves_out_classes_that_never_occur(true, predicted, classes):
    names = [name for name in classes if name in true]
    return np.array([[list(zip(true, predicted)).count((a, b)) for b in names] for a in names])


@BANK.mutant("2.6", rejected_by=ROWS, says=("must return a", "Counter"))
def counts_pairs(true, predicted, classes):
    return Counter(zip(true, predicted))


@BANK.mutant("2.6", rejected_by="counts_every_pair", says=("twice", "np.add.at"))
def adds_to_each_entry_once(true, predicted, classes):
    matrix = np.zeros((len(classes), len(classes)), int)
    matrix[[classes.index(name) for name in true], [classes.index(name) for name in predicted]] += 1
    return matrix


@BANK.mutant("2.6", rejected_by="counts_every_pair", says=("so that entry must be 2",))
def marks_instead_of_counting(true, predicted, classes):
    matrix = np.zeros((len(classes), len(classes)), int)
    for one, other in zip(true, predicted):
        matrix[classes.index(one), classes.index(other)] = 1
    return matrix


@BANK.mutant("2.6", rejected_by=ROWS, says=("IndexError", "not a whole number"))
def takes_names_for_numbers(true, predicted, classes):
    matrix = np.zeros((len(classes), len(classes)))
    for one, other in zip(true, predicted):
        matrix[one][other] += 1
    return matrix


@BANK.mutant("2.6", rejected_by="equals_a_slow_count", says=("IndexError", "len(classes)"))
def has_room_for_three_classes(true, predicted, classes):
    matrix = np.zeros((3, 3))
    for one, other in zip(true, predicted):
        matrix[classes.index(one), classes.index(other)] += 1
    return matrix


@BANK.alternative("2.6")
def by_add_at(true, predicted, classes):
    number = {name: i for i, name in enumerate(classes)}
    matrix = np.zeros((len(classes), len(classes)))
    np.add.at(matrix, ([number[name] for name in true], [number[name] for name in predicted]), 1)
    return matrix


@BANK.alternative("2.6")
def by_one_hot_rows(true, predicted, classes):
    rows = np.array([[one == name for name in classes] for one in true], int)
    columns = np.array([[other == name for name in classes] for other in predicted], int)
    return rows.T @ columns


@BANK.alternative("2.6")
def by_a_counter(true, predicted, classes):
    pairs = Counter(zip(true, predicted))
    return np.array([[pairs[row, column] for column in classes] for row in classes])
