"""Answers to exercise 2.2, perceptron(sentences, labels, epochs)."""

# ruff: noqa: B905
from __future__ import annotations

import random
from collections import Counter, defaultdict

import numpy as np

from tests.mutants.lab_02_scores.bank import BANK


def learn(
    sentences,
    labels,
    epochs,
    *,
    is_mistake=lambda label, score: label * score <= 0,
    step=lambda label, score: label,
):
    """The rule, with the parts that wrong answers replace."""
    scores, bias = {}, 0
    for _ in range(epochs):
        for words, label in zip(sentences, labels):
            score = bias + sum(scores.get(word, 0) for word in words)
            if is_mistake(label, score):
                bias += step(label, score)
                for word in words:
                    scores[word] = scores.get(word, 0) + step(label, score)
    return scores, bias


FIRST = "moves_by_the_label_on_a_mistake"


@BANK.mutant("2.2", rejected_by=FIRST, says=("score of exactly 0 decides nothing",))
def is_content_with_zero(sentences, labels, epochs):
    return learn(sentences, labels, epochs, is_mistake=lambda label, score: label * score < 0)


@BANK.mutant("2.2", rejected_by=FIRST, says=("moved the wrong way", "add the label"))
def moves_away(sentences, labels, epochs):
    return learn(sentences, labels, epochs, step=lambda label, score: -label)


@BANK.mutant("2.2", rejected_by=FIRST, says=("the bias must move too",))
def has_no_bias(sentences, labels, epochs):
    scores = {}
    for _ in range(epochs):
        for words, label in zip(sentences, labels):
            if label * sum(scores.get(word, 0) for word in words) <= 0:
                for word in words:
                    scores[word] = scores.get(word, 0) + label
    return scores, 0


@BANK.mutant("2.2", rejected_by=FIRST, says=("only the bias moved",))
def moves_the_bias_alone(sentences, labels, epochs):
    bias = 0
    for label in list(labels) * epochs:
        if label * bias <= 0:
            bias += label
    return {}, bias


@BANK.mutant("2.2", rejected_by=FIRST, says=("label minus a prediction",))
def moves_by_label_minus_prediction(sentences, labels, epochs):
    return learn(sentences, labels, epochs, step=lambda label, score: label - (-label))


@BANK.mutant("2.2", rejected_by=FIRST, says=("must return a tuple", "dict"))
def returns_the_scores_alone(sentences, labels, epochs):
    return learn(sentences, labels, epochs)[0]


@BANK.mutant("2.2", rejected_by=FIRST, says=("must be the dict of word scores", "return word_scores, bias"))
def returns_the_bias_first(sentences, labels, epochs):
    scores, bias = learn(sentences, labels, epochs)
    return bias, scores


@BANK.mutant("2.2", rejected_by=FIRST, says=("two things must come back", "(word_scores, bias)"))
def returns_the_mistakes_too(sentences, labels, epochs):
    return (*learn(sentences, labels, epochs), 0)


@BANK.mutant("2.2", rejected_by=FIRST, says=("must return a tuple", "None"))
def prints_what_it_learned(sentences, labels, epochs):
    print(learn(sentences, labels, epochs))


@BANK.mutant("2.2", rejected_by=FIRST, says=("KeyError", ".get(key, default)"))
def looks_up_a_word_it_has_not_met(sentences, labels, epochs):
    scores, bias = {}, 0
    for words, label in zip(sentences, labels):
        if label * (bias + sum(scores[word] for word in words)) <= 0:
            bias += label
    return scores, bias


@BANK.mutant("2.2", rejected_by=FIRST, says=("a sad sentence", "downwards"))
def takes_sad_for_nothing(sentences, labels, epochs):
    return learn(sentences, labels, epochs, step=lambda label, score: int(label == 1))


@BANK.mutant(
    "2.2", rejected_by="leaves_alone_what_is_right", says=("after every sentence", "only on a mistake")
)
def moves_after_every_sentence(sentences, labels, epochs):
    return learn(sentences, labels, epochs, is_mistake=lambda label, score: True)


@BANK.mutant("2.2", rejected_by="leaves_alone_what_is_right", says=("with the scores so far",))
def judges_a_whole_epoch_at_once(sentences, labels, epochs):
    scores, bias = {}, 0
    for _ in range(epochs):
        totals = [bias + sum(scores.get(word, 0) for word in words) for words in sentences]
        for words, label, total in zip(sentences, labels, totals):
            if label * total <= 0:
                bias += label
                for word in words:
                    scores[word] = scores.get(word, 0) + label
    return scores, bias


@BANK.mutant("2.2", rejected_by="leaves_alone_what_is_right", says=("only on a mistake",))
def wants_a_margin(sentences, labels, epochs):
    return learn(sentences, labels, epochs, is_mistake=lambda label, score: label * score <= 5)


@BANK.mutant("2.2", rejected_by="decides_with_the_bias", says=("is the bias part of the score",))
def forgets_the_bias_when_it_decides(sentences, labels, epochs):
    scores, bias = {}, 0
    for _ in range(epochs):
        for words, label in zip(sentences, labels):
            if label * sum(scores.get(word, 0) for word in words) <= 0:
                bias += label
                for word in words:
                    scores[word] = scores.get(word, 0) + label
    return scores, bias


@BANK.mutant("2.2", rejected_by=FIRST, says=("a sad sentence", "exactly 0"))
def takes_zero_for_sad(sentences, labels, epochs):
    return learn(sentences, labels, epochs, is_mistake=lambda label, score: (1 if score > 0 else -1) != label)


LEFT_OVER = {}


@BANK.mutant("2.2", rejected_by=FIRST, says=("anew in each call",))
def goes_on_from_the_last_call(sentences, labels, epochs):
    bias = 0
    for words, label in zip(sentences, labels):
        if label * (bias + sum(LEFT_OVER.get(word, 0) for word in words)) <= 0:
            bias += label
            for word in words:
                LEFT_OVER[word] = LEFT_OVER.get(word, 0) + label
    return dict(LEFT_OVER), bias


@BANK.mutant("2.2", rejected_by=FIRST, says=("words, not letters",))
def learns_letters(sentences, labels, epochs):
    return learn([list(" ".join(words)) for words in sentences], labels, epochs)


@BANK.mutant("2.2", rejected_by="decides_with_the_bias", says=("the order given", "'good' comes first"))
def goes_backwards(sentences, labels, epochs):
    return learn(sentences[::-1], labels[::-1], epochs)


@BANK.mutant("2.2", rejected_by="decides_with_the_bias", says=("a score of 1 is above 0",))
def wants_more_than_one(sentences, labels, epochs):
    return learn(sentences, labels, epochs, is_mistake=lambda label, score: label * score <= 1)


@BANK.mutant("2.2", rejected_by="moves_a_word_as_often_as_it_stands", says=("where += moves it",))
def sets_a_score_to_the_label(sentences, labels, epochs):
    scores, bias = {}, 0
    for words, label in list(zip(sentences, labels)) * epochs:
        if label * (bias + sum(scores.get(word, 0) for word in words)) <= 0:
            bias += label
            scores.update(dict.fromkeys(words, label))
    return scores, bias


@BANK.mutant(
    "2.2", rejected_by="goes_over_the_sentences_epochs_times", says=("not the label minus a prediction",)
)
def moves_by_label_minus_sign(sentences, labels, epochs):
    return learn(sentences, labels, epochs, step=lambda label, score: label - int(np.sign(score)))


@BANK.mutant("2.2", rejected_by="moves_a_word_as_often_as_it_stands", says=("a set holds each word once",))
def moves_a_set(sentences, labels, epochs):
    return learn([sorted(set(words)) for words in sentences], labels, epochs)


@BANK.mutant(
    "2.2", rejected_by="goes_over_the_sentences_epochs_times", says=("return inside the loop", "one epoch")
)
def returns_after_the_first_epoch(sentences, labels, epochs):
    return learn(sentences, labels, 1)


@BANK.mutant("2.2", rejected_by="goes_over_the_sentences_epochs_times", says=("set back to 0",))
def starts_anew_in_each_epoch(sentences, labels, epochs):
    for _ in range(epochs):
        learned = learn(sentences, labels, 1)
    return learned


@BANK.mutant(
    "2.2", rejected_by="goes_over_the_sentences_epochs_times", says=("after 1 epoch", "once over all")
)
def goes_on_until_nothing_is_wrong(sentences, labels, epochs):
    return learn(sentences, labels, 100)


@BANK.mutant("2.2", rejected_by="goes_over_the_sentences_epochs_times", says=("once over all",))
def goes_once_too_often(sentences, labels, epochs):
    return learn(sentences, labels, epochs + 1)


@BANK.mutant("2.2", rejected_by="equals_a_slow_perceptron", says=("the order given",))
def shuffles_the_longer_lists(sentences, labels, epochs):
    order = list(range(len(sentences)))
    if len(order) > 3:
        random.shuffle(order)
    return learn([sentences[i] for i in order], [labels[i] for i in order], epochs)


@BANK.mutant("2.2", rejected_by="equals_a_slow_perceptron", says=("at once",))
def never_lets_a_score_pass_three(sentences, labels, epochs):
    scores, bias = learn(sentences, labels, epochs)
    return {word: max(-3, min(3, score)) for word, score in scores.items()}, bias


@BANK.alternative("2.2")
def with_every_word_at_zero_first(sentences, labels, epochs):
    scores = {word: 0.0 for words in sentences for word in words}
    bias = 0.0
    for _ in range(epochs):
        for words, label in zip(sentences, labels):
            predicted = np.sign(bias + sum(scores[word] for word in words))
            if predicted != label:
                bias += label
                for word in words:
                    scores[word] += label
    return scores, bias


@BANK.alternative("2.2")
def that_stops_when_nothing_is_wrong(sentences, labels, epochs):
    scores, bias = defaultdict(int), 0
    for _ in range(epochs):
        mistakes = 0
        for words, label in zip(sentences, labels):
            score = bias + sum(scores[word] for word in words)
            if score == 0 or (score > 0) != (label > 0):
                mistakes += 1
                bias += label
                for word in words:
                    scores[word] += label
        if not mistakes:
            break
    return scores, bias


@BANK.alternative("2.2")
def with_arrays(sentences, labels, epochs):
    vocabulary = sorted({word for words in sentences for word in words})
    counts = np.array([[words.count(word) for word in vocabulary] + [1] for words in sentences], float)
    weights = np.zeros(len(vocabulary) + 1)
    for _ in range(epochs):
        for row, label in zip(counts, labels):
            if label * (row @ weights) <= 0:
                weights += label * row
    return dict(zip(vocabulary, weights)), weights[-1]


@BANK.alternative("2.2")
def with_counters(sentences, labels, epochs):
    scores, bias = Counter(), 0
    for i in range(epochs * len(sentences)):
        words, label = Counter(sentences[i % len(sentences)]), labels[i % len(sentences)]
        if (bias + sum(scores[word] * count for word, count in words.items())) * label <= 0:
            bias += label
            if label > 0:
                scores.update(words)
            else:
                scores.subtract(words)
    return scores, bias
