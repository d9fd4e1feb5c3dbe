"""Exercise 2.2: the perceptron."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from course_utils.checks.asserts import expect
from course_utils.checks.describing import describe, shorten, with_article
from course_utils.checks.lab_02_scores import oracles
from course_utils.checks.lab_02_scores.material import LAB, a_number, draw_sentences, read_pair

perceptron = LAB.exercise(
    "2.2",
    name="perceptron",
    title="the perceptron: learn from mistakes",
    points=3,
    difficulty=2,
    returns=tuple,
    reference="course_utils.models.linear:perceptron",
    hints=(
        "Two loops, one in the other: epochs times over all sentences, each with its label (zip).",
        "label * score > 0 says that the sentence is on the right side. On a mistake, and only then, move.",
        "To move is: bias += label, and for each word of the sentence its score += label.",
    ),
)

BOTH = "return word_scores, bias"


def learned(
    candidate: Any, sentences: Sequence[Sequence[str]], labels: Sequence[int], epochs: int
) -> tuple[dict[str, float], float]:
    """What the candidate learns: the scores other than 0, and the bias."""
    scores, bias = read_pair(candidate(sentences, labels, epochs), "word_scores", "bias")
    expect(
        isinstance(scores, Mapping),
        "the first thing returned must be the dict of word scores",
        expected="a dict such as {'happy': 1}",
        got=f"{with_article(type(scores).__name__)}: {describe(scores)}",
        cause=BOTH,
    )
    numbers = {
        word: a_number(score, f"the score of {word!r} must be a number") for word, score in scores.items()
    }
    return _without_zeros(numbers), a_number(bias, "the second thing returned must be the bias, a number")


def _without_zeros(scores: Mapping[str, float]) -> dict[str, float]:
    return {word: float(score) for word, score in sorted(scores.items()) if score}


def expect_learned(
    got: tuple[dict[str, float], float], scores: Mapping[str, float], bias: float, problem: str, cause: str
) -> None:
    """The same scores, words with 0 left aside, and the same bias."""
    wanted = (_without_zeros(scores), float(bias))
    expect(got == wanted, problem, expected=_shown(*wanted), got=_shown(*got), cause=cause)


def _shown(scores: Mapping[str, float], bias: float) -> str:
    words = ", ".join(f"{word!r}: {score:g}" for word, score in scores.items())
    return shorten(f"bias {bias:g}, word_scores {{{words}}}")


SIGN = (
    "The words moved the wrong way: a happy sentence (label +1) that scores too low must score more next time, so add "
    "the label."
)
MOVE = "On a mistake add the label to each word and to the bias, once."
NOTHING = (
    "Nothing moved. At first every score is 0; a score of exactly 0 decides nothing, so it is a mistake too."
)
SAD = (
    "Nothing moved. A sad sentence with a score of exactly 0 is a mistake too, and moves its words downwards: add its "
    "label, −1, as it is."
)
STALE = (
    "It holds something that is not a word of this sentence: is word_scores made anew in each call, inside the function, "
    "and does the loop go over words, not letters?"
)
DOUBLED = "The label was added twice as much: the step is the label itself, not the label minus a prediction."


@perceptron.check(
    hints=(
        "A score of 0 is neither happy nor sad, so it counts as a mistake: label * score <= 0.",
        "Add the label, +1 or -1, to the bias and to each word's score.",
    )
)
def moves_by_the_label_on_a_mistake(candidate, rng):
    """a mistake adds the label to each word's score and to the bias"""
    for label, words in ((1, ("film", "good")), (-1, ("bad", "dinner"))):
        got = learned(candidate, [list(words)], [label], 1)
        causes: dict[Any, str] = {
            ((), 0): NOTHING if label == 1 else SAD,
            (tuple((word, -label) for word in words), -label): SIGN,
            (tuple((word, label) for word in words), 0): "The bias must move too: bias += label.",
            ((), label): "Only the bias moved: add the label to the score of each word too.",
            (tuple((word, 2 * label) for word in words), 2 * label): DOUBLED,
        }
        expect_learned(
            got,
            dict.fromkeys(words, label),
            label,
            f"from zero, one sentence with the label {label:+d} must give each of its words and the bias {label:+d}",
            causes.get((tuple(got[0].items()), got[1]), MOVE if set(got[0]) <= set(words) else STALE),
        )


@perceptron.check(hints=("Compute the score first, and move only `if label * score <= 0`.",))
def leaves_alone_what_is_right(candidate, rng):
    """a sentence on the right side changes nothing"""
    for label in (1, -1):
        expect_learned(
            learned(candidate, [["good", "film"]] * 3, [label] * 3, 1),
            {"good": label, "film": label},
            label,
            "the same sentence three times: after the first one it is on the right side, and nothing must move",
            "Does it move after every sentence? Compute the score with the scores so far and move only on a mistake.",
        )


@perceptron.check(hints=("The score is the bias plus the words': start it from the bias.",))
def decides_with_the_bias(candidate, rng):
    """the bias counts when it decides whether a sentence is on the right side"""
    got = learned(candidate, [["good"], ["dinner"]], [1, 1], 1)
    expect_learned(
        got,
        {"good": 1},
        1,
        "after 'good' the bias is 1, so that 'dinner', a new word, scores 1: on the right side",
        "Take the sentences in the order given: 'good' comes first."
        if got[0] == {"dinner": 1}
        else "Is the bias part of the score that is compared with the label? A score of 1 is above 0, and no mistake.",
    )


@perceptron.check(hints=("Loop over the words of the sentence, not over a set of them.",))
def moves_a_word_as_often_as_it_stands(candidate, rng):
    """a word that stands twice moves twice"""
    expect_learned(
        learned(candidate, [["very", "very", "good"]], [1], 1),
        {"very": 2, "good": 1},
        1,
        "'very' stands there twice, so its score must move twice",
        "A set holds each word once, and = sets a score where += moves it: go over the words of the sentence, and move.",
    )


@perceptron.check(
    hints=("Make word_scores and bias once, before the loop over the epochs; they keep what was learned.",)
)
def goes_over_the_sentences_epochs_times(candidate, rng):
    """it goes over the sentences as often as `epochs` says, and keeps what it has learned"""
    sentences, labels = [["good", "film"], ["bad", "film"], ["bad", "good", "film"]], [1, -1, 1]
    for epochs in (1, 2, 3):
        got = learned(candidate, sentences, labels, epochs)
        expect_learned(
            got,
            *oracles.perceptron(sentences, labels, epochs),
            f"after {epochs} epoch{'s' if epochs > 1 else ''} over three sentences the scores are others",
            _cause_of_epochs(got, oracles.perceptron(sentences, labels, 1)),
        )


def _cause_of_epochs(got: tuple[dict[str, float], float], once: tuple[dict[str, float], float]) -> str:
    if got == (_without_zeros(once[0]), once[1]):
        return "That is what one epoch gives: is return inside the loop, or are the scores set back to 0 in each epoch?"
    if got == ({"film": 1, "good": 3}, 1):
        return DOUBLED
    return "One epoch is once over all sentences; the next one goes on from the scores reached."


@perceptron.check()
def equals_a_slow_perceptron(candidate, rng):
    """scores and bias equal those of a slow perceptron, on random sentences"""
    for epochs in (1, 2, 3, 5, 7, 11):
        sentences = draw_sentences(rng, 29)
        labels = [int(label) for label in rng.choice([1, -1], size=len(sentences))]
        expect_learned(
            learned(candidate, sentences, labels, epochs),
            *oracles.perceptron(sentences, labels, epochs),
            f"after {epochs} epochs over 29 random sentences the scores are others",
            "Take the sentences in the order given, and let each move count at once, for the very next sentence.",
        )
