"""Exercise 7.6: alignment error rate."""

from __future__ import annotations

import math
from collections.abc import Mapping

from course_utils.checks.asserts import expect_close
from course_utils.checks.candidate import Candidate
from course_utils.checks.errors import exceptions_mean
from course_utils.checks.lab_07_attention import oracles
from course_utils.checks.lab_07_attention.material import LAB

alignment_error_rate = LAB.exercise(
    "7.6",
    name="alignment_error_rate",
    title="how far an alignment is from the truth",
    points=2,
    difficulty=1,
    returns=float,
    reference="course_utils.models.metrics:alignment_error_rate",
    hints=(
        "Three counts over all sentences: common links, predicted links, true links.",
        "For sets, len(ours & theirs) is the number of common links.",
        "1 - 2 * common / (n_predicted + n_gold), one division, after the loop.",
    ),
)

Links = list[set[tuple[int, int]]]


# A likely mistake -> the rate that it gives where 3 links are predicted, 4 are true and 2 are common
ON_PAPER = {
    "That is the agreement: the error rate is 1 minus it.": 4 / 7,
    "Only the predicted links are counted below (precision): the true ones count too.": 1 / 3,
    "Only the true links are counted below (recall): the predicted ones count too.": 2 / 4,
    "Common links are counted twice above: 2 |A ∩ G|, as they stand on both sides.": 5 / 7,
    "That divides by the union: it must be the sum of both counts.": 3 / 5,
    "That is the number of wrong links: it must be a share.": 3.0,
    "That is the rate in percent: it must be a share of 1.": 300 / 7,
    "The links that stand on either side are counted: & gives those that stand on both.": 1 - 2 * 5 / 7,
    "The number of sentences is divided by: it must be the number of links in them, len of each set.": -1.0,
    "The brackets are missing below: both counts are added before the division.": 1 - 2 * 2 / 3 + 4,
    "No common link is found here, or // has cut off the fraction.": 1.0,
}
LISTS = "predicted and gold are lists with a set for each sentence: go through both together, as with zip."


def expect_rate(
    candidate: Candidate,
    predicted: Links,
    gold: Links,
    problem: str,
    cause: str,
    mistakes: Mapping[str, float] | None = None,
) -> None:
    """The right rate; a likely mistake's number is named."""
    with exceptions_mean(known={"unsupported operand": LISTS, "has no attribute": LISTS}):
        got = candidate(predicted, gold)
    wanted = oracles.alignment_error_rate(predicted, gold)
    named = (
        mistake
        for mistake, rate in (mistakes or {}).items()
        if math.isclose(got, rate, rel_tol=1e-9, abs_tol=1e-12)
    )
    expect_close(got, wanted, problem, cause=next(named, cause))


@alignment_error_rate.check(hints=("Equal links on both sides: an error of 0. No common one: 1.",))
def is_worked_out_on_paper(candidate, rng):
    """3 predicted links, 4 true ones and 2 common ones give 1 - 4/7"""
    places = [int(place) for place in rng.permutation(19)[:5]]
    links = [(place, target) for target, place in enumerate(places)]
    expect_rate(
        candidate,
        [set(links[:3])],
        [set(links[1:])],
        "3 predicted links, 4 true ones, 2 in common: the rate must be 1 - 2 · 2 / (3 + 4)",
        "1 - 2 * common / (predicted + gold).",
        ON_PAPER,
    )
    same = set(links[: int(rng.integers(1, 5))])
    expect_rate(
        candidate, [same], [set(same)], "the same links on both sides: no error", "1 - 2 * n / (n + n) is 0."
    )


def _first(links: int) -> float:
    """The rate of a sentence that has this many links, two of which are not predicted."""
    return 1 - 2 * (links - 2) / (2 * links - 2)


@alignment_error_rate.check(hints=("First the counts of all sentences, and then a single division.",))
def counts_over_all_sentences(candidate, rng):
    """long sentences count for more: links are counted over all sentences together"""
    long, short = int(rng.integers(7, 11)), int(rng.integers(2, 4))
    gold = [{(k, k) for k in range(long)}, {(k, k) for k in range(short)}]
    predicted = [{(k, k) for k in range(long - 2)}, {(k + 1, k) for k in range(short)}]
    expect_rate(
        candidate,
        predicted,
        gold,
        f"sentences of {long} and of {short} links: the rate must be that of all links together",
        "Common, predicted and true links are summed over the sentences before the division.",
        {"The mean of the sentences' rates: count all links first, and divide once.": (_first(long) + 1) / 2},
    )


@alignment_error_rate.check(hints=("A link is a pair: source AND target must be the same, in this order.",))
def direction_counts(candidate, rng):
    """(1, 2) is not (2, 1), and a link belongs to its sentence"""
    expect_rate(
        candidate,
        [{(1, 2), (0, 0)}, {(0, 0)}],
        [{(2, 1), (0, 0)}, {(1, 2)}],
        "predicted (1, 2), true (2, 1); predicted in a sentence what is true in another: neither is common",
        "Compare whole pairs, (source, target), sentence by sentence.",
    )


@alignment_error_rate.check(hints=("An empty prediction is an answer too: nothing to divide by may be 0.",))
def an_empty_sentence_is_no_error(candidate, rng):
    """a sentence without predicted or without true links is counted like any other"""
    cases: list[tuple[Links, Links]] = [
        ([set(), {(0, 0)}], [{(0, 0), (1, 1)}, {(0, 0)}]),
        ([{(0, 1)}, {(0, 0)}], [set(), {(0, 0)}]),
        ([set()], [{(0, 0)}]),
    ]
    for predicted, gold in cases:
        expect_rate(
            candidate,
            predicted,
            gold,
            f"predicted {predicted}, true {gold}: the rate must be {oracles.alignment_error_rate(predicted, gold):.4f}",
            "A sentence without a link adds 0 to one of the counts.",
        )
