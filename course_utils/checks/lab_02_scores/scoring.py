"""Exercise 2.1: a sentence's score."""

from __future__ import annotations

import math

from course_utils.checks.asserts import expect_close
from course_utils.checks.lab_02_scores.material import LAB, WORDS, draw_sentences

sentence_score = LAB.exercise(
    "2.1",
    name="sentence_score",
    title="a mood is a sum",
    points=1,
    difficulty=1,
    returns=float,
    reference="course_utils.models.linear:sentence_score",
    hints=(
        "Start from the bias and go over the words.",
        "word_scores.get(word, 0) is the word's score, and 0 for a word that has none.",
    ),
)

SCORES = {"happy": 2.0, "sad": -2.5, "but": -0.25, "great": 1.5}
TWO_MOODS = ["anna", "was", "happy", "but", "peter", "was", "sad"]


@sentence_score.check(hints=("Keep a running total: total += the word's score.",))
def adds_up_the_words(candidate, rng):
    """the scores of the words add up"""
    expect_close(
        candidate(["happy", "but", "sad"], SCORES, 0),
        -0.75,
        "with a bias of 0 the score must be 2 − 0.25 − 2.5 = −0.75",
        cause="Is every word's own score added, negative ones too? The score is the sum, not its sign or its mean.",
    )


@sentence_score.check(hints=("Look a word up with word_scores.get(word, 0).",))
def gives_words_without_a_score_nothing(candidate, rng):
    """a word that has no score adds nothing"""
    expect_close(
        candidate(["anna", "happy"], SCORES, 0),
        2,
        "'anna' has no score, so the sum must be that of 'happy', 2",
        cause="A word that is not in word_scores counts 0, as if it were not there; the others still count.",
    )
    expect_close(
        candidate(["butter", "sadness", "happy"], SCORES, 0),
        2,
        "'butter' and 'sadness' have no score, so the sum must be that of 'happy', 2",
        cause="'but' is only a part of 'butter': compare whole words, one word of the sentence after the other.",
    )


@sentence_score.check(hints=("The bias belongs to the sentence, not to a word: add it once.",))
def adds_the_bias_once(candidate, rng):
    """the bias is added, once"""
    got = candidate(TWO_MOODS, SCORES, 0.5)
    causes = {
        -0.75: "The bias, 0.5, is missing.",
        -1.25: "The bias is added, not taken away.",
        2.75: "0.5 was added 7 times, for each word: the bias is added once a sentence.",
        0.75: "0.5 was added 3 times, for each word with a score: the bias is added once a sentence.",
    }
    expect_close(
        got,
        -0.25,
        "with a bias of 0.5 the score must be 0.5 + 2 − 0.25 − 2.5 = −0.25",
        cause=causes.get(round(float(got), 6), "Start from the bias, then add the words."),
    )


@sentence_score.check(hints=("Go over the words of the sentence, not over those of the table.",))
def counts_a_word_as_often_as_it_stands(candidate, rng):
    """a word that stands twice counts twice"""
    expect_close(
        candidate(["great", "great", "film"], SCORES, 0.25),
        3.25,
        "'great' stands there twice, so the score must be 0.25 + 1.5 + 1.5 = 3.25",
        cause="A set, or `if word in words`, sees each word once: go over the words of the sentence.",
    )


@sentence_score.check()
def is_the_bias_for_no_words(candidate, rng):
    """a sentence without words scores the bias"""
    bias = float(rng.uniform(2, 3))
    expect_close(
        candidate([], SCORES, bias), bias, "without words only the bias is left", cause="Start from the bias."
    )


@sentence_score.check()
def equals_a_slow_sum(candidate, rng):
    """the score equals a slow sum, on random sentences"""
    scores = {word: float(rng.normal()) for word in WORDS[:6]}
    for words in draw_sentences(rng, 7):
        bias = float(rng.normal())
        expected = math.fsum([bias, *(scores[word] for word in words if word in scores)])
        expect_close(
            candidate(words, scores, bias),
            expected,
            f"the score of {' '.join(words)!r} is another",
            cause="Are word_scores and bias those of the call?",
        )
