"""Exercise 2.6: the confusion matrix."""

from __future__ import annotations

import numpy as np

from course_utils.checks import arrays
from course_utils.checks.arrays import expect_arrays_close, expect_shape
from course_utils.checks.lab_02_scores.material import LAB
from course_utils.checks.outcome import Rejected

confusion_matrix = LAB.exercise(
    "2.6",
    name="confusion_matrix",
    title="what is taken for what",
    points=1,
    difficulty=1,
    returns=arrays.ARRAY,
    reference="course_utils.models.linear:confusion_matrix",
    hints=(
        "Go over both lists together, zip(true, predicted), and add 1 to one entry each time.",
        "classes.index(name) is the number of a class: its row if it is the true one, its column if it is the predicted.",
    ),
)

CLASSES = ["work", "personal", "invitation"]  # not in alphabetical order


def expect_all_classes(got: np.ndarray) -> None:
    """A row and a column for each of CLASSES."""
    expect_shape(
        got,
        (3, 3),
        "three classes must give 3 rows and 3 columns, also where a class never occurs",
        axes="(K, K)",
        cause="Its size is the number of classes, len(classes), not of those that occur.",
    )


@confusion_matrix.check(hints=("The row is the true class, the column the predicted one.",))
def has_true_classes_in_rows(candidate, rng):
    """rows are the true classes, columns the predicted ones"""
    got = candidate(["work", "work", "personal"], ["invitation", "work", "personal"], CLASSES)
    expected = np.array([[1, 0, 1], [0, 1, 0], [0, 0, 0]])
    alphabetical = np.array([[0, 0, 0], [0, 1, 0], [1, 0, 1]])
    expect_all_classes(got)
    expect_arrays_close(
        got,
        expected,
        "a 'work' taken for an 'invitation' is counted in the row of 'work' and the column of 'invitation'",
        cause="matrix[classes.index(true), classes.index(predicted)] += 1",
        mistakes={
            "Rows and columns are exchanged: rows are the true classes.": expected.T,
            "Rows and columns follow the alphabet: they must have the order of `classes`.": alphabetical,
            "These are shares: return the counts themselves.": np.array(
                [[0.5, 0, 0.5], [0, 1, 0], [0, 0, 0]]
            ),
            "These are shares of all: return the counts themselves.": expected / 3,
            "Only what is right was counted: each pair adds 1, the mistakes too.": expected * np.eye(3),
            "Each true class met every predicted one: zip(true, predicted) takes them side by side.": np.outer(
                [2, 1, 0], [1, 1, 1]
            ),
            "What is right must be counted too, on the diagonal.": expected * (1 - np.eye(3)),
        },
    )


@confusion_matrix.check(hints=("Add 1 for each pair: += 1, one pair after the other.",))
def counts_every_pair(candidate, rng):
    """the same confusion twice counts 2"""
    got = candidate(["work"] * 3, ["personal"] * 2 + ["work"], CLASSES)
    expect_all_classes(got)
    expect_arrays_close(
        got,
        np.array([[1, 2, 0], [0, 0, 0], [0, 0, 0]]),
        "'work' was taken for 'personal' twice, so that entry must be 2",
        cause="matrix[rows, columns] += 1 with two arrays adds to each entry once only. Add pair by pair, or np.add.at.",
    )


@confusion_matrix.check()
def equals_a_slow_count(candidate, rng):
    """each entry equals a slow count, on random classes"""
    classes = [str(name) for name in rng.permutation(["a", "b", "c", "d", "e"])]
    true, predicted = ([str(name) for name in rng.choice(classes, size=37)] for _ in range(2))
    pairs = list(zip(true, predicted, strict=True))
    expected = np.array([[pairs.count((row, column)) for column in classes] for row in classes])
    try:
        got = candidate(true, predicted, classes)
    except Rejected as error:
        if "out of bounds" in error.problem:
            error.cause = (
                "Five classes need five rows and columns: take their number from the call, len(classes)."
            )
        raise
    expect_arrays_close(
        got,
        expected,
        "37 random e-mails of five classes: the counts are others",
        axes="(K, K)",
        cause="Are the names and the number of the classes those of the call?",
    )
